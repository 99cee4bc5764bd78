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

async function offer(from: Actor, to: { to?: string; room?: string }, path = PATH): Promise<string> {
  return (await scenario.run(from.node.files.send(path, to))).transferId;
}

async function pieces(actor: Actor, id: string, count: number): Promise<void> {
  const enough = count * 1024 * 1024;
  await scenario.until(`${actor.name} has ${count}`, () => (actor.node.state.transfers.get(id)?.bytes ?? 0) >= enough);
}

async function isThere(id: string, ...actors: Actor[]): Promise<void> {
  for (const actor of actors)
    await scenario.until(`it is at ${actor.name}`, () => phaseOf(actor, id) === 'done', 300_000);
}

describe('a file for somebody', () => {
  it('comes whole, is signed for, and both know it', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    alice.files.put(PATH, 5, 'plan');
    const transferId = await offer(alice, { to: 'bob' });
    await isThere(transferId, bob, alice);
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

  it('goes on where it was when the cable comes back', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { to: 'bob' });
    for (const count of [3, 7]) {
      await pieces(bob, id, count);
      scenario.network.unplug(bob.machine);
      await scenario.until('both see it', () => phaseOf(bob, id) === 'waiting' && phaseOf(alice, id) === 'waiting');
      scenario.network.plug(bob.machine);
    }
    await isThere(id, bob, alice);
    expect(contentOf(bob, transferOf(bob, id).path)).toEqual(contentOf(alice, PATH));
    // What was on the way when the cable was pulled went again, nothing else.
    expect(scenario.bulk.sent.get(alice.machine)).toBeLessThanOrEqual(12 + 2 * 6);
  });

  it.each(['bob', 'alice'])('goes on after %s was killed', async (name) => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 5);
    const killed = name === 'bob' ? bob : alice;
    killed.kill();
    await scenario.pass(3_000);
    await killed.start();
    await isThere(id, bob, alice);
    expect(contentOf(bob, transferOf(bob, id).path)).toEqual(contentOf(alice, PATH));
    expect(scenario.bulk.sent.get(alice.machine)).toBeLessThanOrEqual(12 + 4);
  });

  it('that lay wrong on the disk after a crash is mended piece by piece', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 10, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 6);
    bob.kill();
    const part = [...bob.files.parts.values()][0]!;
    part[2] = 'a flipped bit';
    await bob.start();
    await isThere(id, bob);
    expect(contentOf(bob, transferOf(bob, id).path)).toEqual(contentOf(alice, PATH));
    expect(scenario.bulk.sent.get(alice.machine)).toBeLessThanOrEqual(10 + 4);
  });

  it('waits for somebody who is away', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    await scenario.run(alice.tell(bob, 'something to be known by'));
    alice.files.put(PATH, 3, 'plan');
    await bob.stop();
    const id = await offer(alice, { to: 'bob' });
    await scenario.pass(10_000);
    expect(phaseOf(alice, id)).toBe('offered');
    await bob.start();
    await isThere(id, bob, alice);
  });

  it.each([
    ['one side can not be reached', ['alice'], 'tls'],
    ['the other side can not be reached', ['bob'], 'tls'],
    ['neither side can be reached', ['alice', 'bob'], 'link'],
  ])('finds a way when %s', async (_, names, via) => {
    scenario = new Scenario();
    const actors = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    const [alice, bob] = actors;
    for (const actor of actors) if (names.includes(actor.name)) scenario.bulk.firewalled.add(actor.machine);
    alice.files.put(PATH, 8, 'plan');
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 3);
    expect(transferOf(bob, id).via).toBe(via);
    await isThere(id, bob, alice);
    expect(contentOf(bob, transferOf(bob, id).path)).toEqual(contentOf(alice, PATH));
  });

  it('can be refused, and taken later all the same', async () => {
    scenario = new Scenario();
    const alice = scenario.person('alice');
    const bob = scenario.person('bob', { autoAccept: false });
    for (const actor of [alice, bob]) await actor.start();
    await scenario.pass(MEETING_MS);
    alice.files.put(PATH, 3, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await scenario.pass(1_000);
    expect(transferOf(bob, id)).toMatchObject({ phase: 'offered', reason: 'by-hand' });
    await scenario.run(bob.node.files.reject(id));
    await scenario.until('alice knows', () => phaseOf(alice, id) === 'rejected');
    expect(transferOf(alice, id).reason).toBe('rejected');
    await scenario.run(bob.node.files.accept(id));
    await isThere(id, bob, alice);
  });

  it.each(['alice', 'bob'])('can be cancelled by %s', async (name) => {
    scenario = new Scenario();
    const actors = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    const [alice, bob] = actors;
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 30, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 3);
    const who = actors.find((actor) => actor.name === name)!;
    await scenario.run(who.node.files.cancel(id));
    await scenario.until('both know', () => actors.every((actor) => phaseOf(actor, id) === 'cancelled'));
    expect(bob.files.parts.size).toBe(0);
    expect(bob.files.files.size).toBe(0);
    await scenario.pass(5_000);
    const sent = scenario.bulk.sent.get(alice.machine);
    await scenario.pass(5_000);
    expect(scenario.bulk.sent.get(alice.machine)).toBe(sent);
  });

  it('that its receiver cancelled can be taken after all, also after a restart', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 3);
    await scenario.run(bob.node.files.cancel(id));
    await scenario.until('alice knows', () => phaseOf(alice, id) === 'cancelled');
    await alice.stop();
    await alice.start();
    await scenario.run(bob.node.files.accept(id));
    await isThere(id, bob, alice);
  });

  it('that its sender cancelled is gone, also after a restart', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 3);
    await scenario.run(alice.node.files.cancel(id));
    await scenario.until('bob knows', () => phaseOf(bob, id) === 'cancelled');
    await alice.stop();
    await alice.start();
    await scenario.run(bob.node.files.accept(id));
    await scenario.until('it is over again', () => phaseOf(bob, id) === 'cancelled');
    expect(bob.files.files.size).toBe(0);
  });

  it.each(['alice', 'bob'])('can be paused by %s, also over a restart', async (name) => {
    scenario = new Scenario();
    const actors = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    const [alice, bob] = actors;
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 3);
    const who = actors.find((actor) => actor.name === name)!;
    await scenario.run(who.node.files.pause(id));
    await scenario.pass(3_000);
    const before = transferOf(bob, id).bytes;
    await who.stop();
    await who.start();
    await scenario.pass(10_000);
    expect(phaseOf(who, id)).toBe('paused');
    expect(bob.files.files.size).toBe(0);
    expect(transferOf(bob, id).bytes).toBeLessThanOrEqual(before);
    await scenario.run(who.node.files.resume(id));
    await isThere(id, bob, alice);
  });

  it('whose sender gives nothing more is waited for, with a reason, and goes on', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 3);
    alice.run.bulk!.isStuck = true;
    await scenario.until('bob is told', () => transferOf(bob, id).reason === 'stalled', 200_000);
    expect(phaseOf(bob, id)).toBe('waiting');
    await scenario.pass(600_000);
    // Tried again now and then, not all the time.
    const changes = events(bob, 'transfer-changed').length;
    expect(changes).toBeLessThan(50);
    alice.run.bulk!.isStuck = false;
    await isThere(id, bob, alice);
    expect(contentOf(bob, transferOf(bob, id).path)).toEqual(contentOf(alice, PATH));
  });

  it('is taken back with its message', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1024 * 1024;
    alice.files.put(PATH, 30, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await pieces(bob, id, 2);
    await scenario.run(alice.node.chat.delete(id));
    await scenario.until('it ended', () => phaseOf(bob, id) === 'cancelled' && phaseOf(alice, id) === 'cancelled');
    expect(bob.files.parts.size).toBe(0);
  });

  it('that is not there any more is told as that', async () => {
    scenario = new Scenario();
    const alice = scenario.person('alice');
    const bob = scenario.person('bob', { autoAccept: false });
    for (const actor of [alice, bob]) await actor.start();
    await scenario.pass(MEETING_MS);
    alice.files.put(PATH, 3, 'plan');
    const id = await offer(alice, { to: 'bob' });
    alice.files.files.delete(PATH);
    await scenario.run(bob.node.files.accept(id));
    await scenario.until('alice knows', () => phaseOf(alice, id) === 'failed');
    expect(transferOf(alice, id).reason).toBe('no-such-file');
    await scenario.until('bob knows', () => phaseOf(bob, id) === 'cancelled');
  });
});

describe('what is saved without asking', () => {
  it('is little of somebody new, and anything of somebody known', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    scenario.bulk.bytesPerSecond = 1e9;
    alice.files.put(PATH, 600, 'plan');
    await scenario.run(bob.node.rooms.create('lab'));
    await scenario.run(alice.node.rooms.join('lab'));
    await scenario.pass(1_000);
    const first = await offer(alice, { room: 'lab' });
    await scenario.pass(3_000);
    expect(transferOf(bob, first)).toMatchObject({ phase: 'offered', reason: 'too-large' });
    await scenario.run(bob.tell(alice, 'what is it?'));
    const second = await offer(alice, { room: 'lab' });
    await isThere(second, bob);
  });

  it('leaves free space on the disk', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    bob.space = { freeBytes: 1_002_000_000, totalBytes: 10_000_000_000 };
    alice.files.put(PATH, 3, 'plan');
    const id = await offer(alice, { to: 'bob' });
    await scenario.pass(3_000);
    expect(transferOf(bob, id)).toMatchObject({ phase: 'offered', reason: 'disk-full' });
  });

  it('is at most so much at a time and kept in bounds, whoever offers thousands', async () => {
    scenario = new Scenario();
    const [alice, bob] = (await scenario.meeting('alice', 'bob')) as [Actor, Actor];
    alice.files.put(PATH, 1, 'plan');
    await scenario.run(bob.tell(alice, 'send me all you have'));
    for (let count = 0; count < 1_020; count++) await offer(alice, { to: 'bob' });
    await scenario.pass(60_000);
    expect(bob.node.state.transfers.size).toBeLessThanOrEqual(1_000);
    expect(alice.node.state.transfers.size).toBeLessThanOrEqual(1_000);
    const waiting = [...bob.node.state.transfers.values()].filter(({ phase }) => phase !== 'done');
    expect(waiting).toEqual([]);
  });
});

describe('a file for a room', () => {
  async function room(...names: string[]): Promise<Actor[]> {
    scenario = new Scenario();
    const actors = await scenario.meeting(...names);
    for (const actor of actors) await scenario.run(actor.node.rooms.join('lab'));
    await scenario.pass(2_000);
    return actors;
  }

  it('leaves its sender about once, and comes to all', async () => {
    const actors = await room('alice', 'bob', 'carol', 'dora', 'erin');
    const [alice, ...others] = actors as [Actor, ...Actor[]];
    scenario.bulk.bytesPerSecond = 4 * 1024 * 1024;
    alice.files.put(PATH, 40, 'plan');
    const id = await offer(alice, { room: 'lab' });
    const startedMs = scenario.clock.monotonicMs();
    await isThere(id, ...others, alice);
    const tookMs = scenario.clock.monotonicMs() - startedMs;
    for (const other of others) expect(contentOf(other, transferOf(other, id).path)).toEqual(contentOf(alice, PATH));
    expect(scenario.bulk.sent.get(alice.machine)).toBeLessThanOrEqual(50);
    // To one it would take 10 s.
    expect(tookMs).toBeLessThan(20_000);
  });

  it('is not held back by a slow member', async () => {
    const [alice, bob, carol, dora] = (await room('alice', 'bob', 'carol', 'dora')) as [Actor, Actor, Actor, Actor];
    scenario.bulk.bytesPerSecond = 4 * 1024 * 1024;
    alice.files.put(PATH, 40, 'plan');
    const id = await offer(alice, { room: 'lab' });
    await pieces(dora, id, 2);
    // Nothing reaches dora any more, and she says nothing.
    for (const other of [alice, bob, carol]) scenario.network.cut(dora.machine, other.machine);
    const startedMs = scenario.clock.monotonicMs();
    await isThere(id, bob, carol);
    expect(scenario.clock.monotonicMs() - startedMs).toBeLessThan(40_000);
    scenario.network.healAll();
    await isThere(id, dora);
  });

  it('can be had by who comes later, from members, when its sender is gone', async () => {
    const [alice, bob] = (await room('alice', 'bob')) as [Actor, Actor];
    alice.files.put(PATH, 12, 'plan');
    const id = await offer(alice, { room: 'lab' });
    await isThere(id, bob, alice);
    await scenario.pass(2_000);
    await alice.stop();
    const carol = scenario.person('carol');
    await carol.start();
    await scenario.pass(MEETING_MS);
    await scenario.run(carol.node.rooms.join('lab'));
    await scenario.until('carol hears of it', () => carol.node.state.transfers.has(id));
    await scenario.run(carol.node.files.accept(id));
    await isThere(id, carol);
    expect(contentOf(carol, transferOf(carol, id).path)).toEqual(contentOf(bob, transferOf(bob, id).path));
  });

  it('is not spoiled by a member that lies', async () => {
    const [alice, bob, carol] = (await room('alice', 'bob', 'carol')) as [Actor, Actor, Actor];
    scenario.bulk.bytesPerSecond = 4 * 1024 * 1024;
    bob.run.bulk!.lies = 1_000;
    alice.files.put(PATH, 30, 'plan');
    const id = await offer(alice, { room: 'lab' });
    await isThere(id, carol, bob);
    expect(contentOf(carol, transferOf(carol, id).path)).toEqual(contentOf(alice, PATH));
  });

  it('comes to all though everybody is killed on the way', async () => {
    const actors = await room('alice', 'bob', 'carol', 'dora');
    const [alice, ...others] = actors as [Actor, ...Actor[]];
    scenario.bulk.bytesPerSecond = 2 * 1024 * 1024;
    alice.files.put(PATH, 40, 'plan');
    const id = await offer(alice, { room: 'lab' });
    for (const actor of [others[0]!, alice, others[1]!]) {
      await scenario.pass(5_000);
      actor.kill();
      await scenario.pass(2_000);
      await actor.start();
    }
    await isThere(id, ...others);
    for (const other of others) expect(contentOf(other, transferOf(other, id).path)).toEqual(contentOf(alice, PATH));
  });
});
