// Guests of a super-peer on the screen: recognisable, and their files are nobody's here while they pass through.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { peersTable } from '../../cli/commands/peers.ts';
import { transferRows } from '../../cli/rpc/transfer-rows.ts';
import { peopleEntries } from '../../cli/ui/conversations.ts';
import { underWay } from '../../cli/ui/transfer-bar.ts';
import { listedTransfers } from '../../cli/ui/transfer-lines.ts';
import { INITIAL_UI } from '../../cli/ui/ui-state.ts';
import type { Transfer } from '../../src/index.ts';
import { FakeState, personOf } from '../support/fake-state.ts';

const transfer = (id: string, relayed: boolean): Transfer => ({
  id,
  direction: 'incoming',
  author: 'id-gus',
  destination: { kind: 'everyone' },
  kind: 'file',
  name: `${id}.txt`,
  size: 10,
  phase: 'active',
  bytes: 0,
  bytesPerSecond: 0,
  at: 0,
  receivers: [],
  ...(relayed ? { relayed } : {}),
});

test('what only passes through is on no list', () => {
  const { state } = new FakeState();
  const own = transfer('own', false);
  const all = { ...state, transfers: new Map([own, transfer('relayed', true)].map((one) => [one.id, one])) };
  expect(listedTransfers(all)).toEqual([own]);
  expect(underWay(all)).toEqual([own]);
  expect(transferRows(all).map(({ transferId }) => transferId)).toEqual(['own']);
});

test('guests are marked among the people, and nobody is asked to trust them', () => {
  const { state } = new FakeState();
  const guest = personOf('gus@hub', { via: 'legacy', linked: false });
  const all = { ...state, people: new Map([guest, personOf('bob')].map((one) => [one.peerId, one])) };
  const marks = new Map(peopleEntries(all, INITIAL_UI).map((entry) => [entry.name, entry.marks]));
  expect([marks.get('gus@hub'), marks.get('bob')]).toEqual(['legacy', '']);
  const row = { peerId: 'x', name: 'gus@hub', online: true, via: 'legacy', trust: 'new', rooms: [] } as const;
  expect(peersTable([{ ...row, linked: false } as Parameters<typeof peersTable>[0][number]])).toMatch(
    /gus@hub +here +legacy +- +- +x/,
  );
});
