// Files between people: to one, to rooms, through cable pulls, kills and lies.

import '../../src/base/platform.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { Transfer } from '../../src/state/values.ts';
import { MEETING_MS, Scenario, type Actor } from '../support/scenario.ts';

let scenario: Scenario;
afterEach(() => scenario.end());

const PATH = '/home/alice/plan.pdf';

function transferOf(actor: Actor, id: string): Transfer {
  const transfer = actor.node.state.transfers.get(id);
  if (transfer === undefined) throw new Error(`${actor.name} knows no such transfer`);
  return transfer;
}

function phaseOf(actor: Actor, id: string): string | undefined {
  return actor.node.state.transfers.get(id)?.phase;
}

/** What lies at somebody's, as the words of its pieces. */
function contentOf(actor: Actor, path: string | undefined): readonly string[] | undefined {
  return actor.files.files.get(path ?? '')?.pieces;
}

function events(actor: Actor, type: string): unknown[] {
  return actor.runs.flatMap((run) => run.events.filter((event) => event.type === type));
}

describe('a file for somebody', () => {
  it('comes whole, is signed for, and both know it', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    alice.files.put(PATH, 5, 'plan');
    const { transferId } = await scenario.run(alice.node.files.send(PATH, { to: 'bob' }));
    await scenario.until('it is there', () => phaseOf(bob, transferId) === 'done');
    await scenario.until('alice knows', () => phaseOf(alice, transferId) === 'done');
    const { path, sha256, author } = transferOf(bob, transferId);
    expect(author).toBe(alice.peerId);
    expect(path).toBe('/memory/bob/downloads/plan.pdf');
    expect(contentOf(bob, path)).toEqual(contentOf(alice, PATH));
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(events(alice, 'transfer-delivered')).toEqual([
      { type: 'transfer-delivered', id: transferId, peerId: bob.peerId, sha256 },
    ]);
    const message = await scenario.run(bob.node.chat.message(transferId));
    expect(message).toMatchObject({ kind: 'file', file: { name: 'plan.pdf', sha256 } });
    expect(scenario.bulk.sent.get(alice.machine)).toBe(5);
  });
});
