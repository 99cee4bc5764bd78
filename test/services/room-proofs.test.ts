// Who is linked and knows the key of a closed room: shown to those who know it, noise to everybody else.
import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { RoomProofs } from '../../src/services/room-proofs.ts';
import { closedRoomConversationId, roomProof } from '../../src/wire/conversation-id.ts';
import { MAX_ROOM_PROOFS } from '../../src/wire/limits.ts';
import { ServiceBench, type FakeLink } from '../support/service-bench.ts';

const keyOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const idOf = (number: number): string => toHex(closedRoomConversationId(keyOf(number)));

function setUp(secret = 7): { bench: ServiceBench; proofs: RoomProofs; changes: string[] } {
  const bench = new ServiceBench();
  const changes: string[] = [];
  const proofs = new RoomProofs({
    router: bench.router,
    ownKey: bench.signer.publicKey,
    secret: keyOf(secret),
    changed: ({ peerId }) => changes.push(peerId),
  });
  return { bench, proofs, changes };
}

/** What was shown last on this link. */
const shownOn = (link: FakeLink): string[] => link.of('proofs').at(-1)?.proofs.map(toHex) ?? [];

/** The other end knows these rooms and says so. */
async function shows(bench: ServiceBench, link: FakeLink, ...rooms: number[]): Promise<void> {
  const proofs = rooms.map((number) => roomProof(keyOf(number), link.signer.publicKey, bench.signer.publicKey));
  await bench.says(link, { type: 'proofs', proofs });
}

function linked(bench: ServiceBench, proofs: RoomProofs): FakeLink {
  const link = bench.link();
  proofs.linkUp(link);
  return link;
}

test('peers that prove to know a room share it, until one of both leaves it', async () => {
  const { bench, proofs, changes } = setUp();
  proofs.open(idOf(1), keyOf(1));
  const [alice, bob] = [linked(bench, proofs), linked(bench, proofs)];
  await shows(bench, alice, 1, 2);
  await shows(bench, bob, 2);
  expect(changes).toEqual([alice.peerId]);
  expect(proofs.peersIn(idOf(1))).toEqual([alice.peerId]);
  expect([proofs.sharesWith(alice, idOf(1)), proofs.sharesWith(bob, idOf(1))]).toEqual([true, false]);
  // One isn't in the other room, so it is nobody's to know there.
  expect(proofs.peersIn(idOf(2))).toEqual([]);
  expect(proofs.whoKnows(keyOf(2))).toEqual([alice.peerId, bob.peerId]);
  expect(proofs.whoKnows(keyOf(3))).toEqual([]);

  proofs.open(idOf(2), keyOf(2));
  expect(changes).toEqual([alice.peerId, alice.peerId, bob.peerId]);
  expect(proofs.peersIn(idOf(2))).toEqual([alice.peerId, bob.peerId]);
  await shows(bench, alice, 2);
  expect(changes.length).toBe(4);
  expect(proofs.peersIn(idOf(1))).toEqual([]);
  await shows(bench, alice, 2);
  expect(changes.length).toBe(4);
  proofs.close(idOf(2));
  expect(changes.slice(4)).toEqual([alice.peerId, bob.peerId]);
  expect(proofs.peersIn(idOf(2))).toEqual([]);
  proofs.linkDown(bob);
  expect(proofs.whoKnows(keyOf(2))).toEqual([alice.peerId]);
});

test('a proof is of no use to anybody but those two, in neither direction', async () => {
  const { bench, proofs, changes } = setUp();
  const alice = linked(bench, proofs);
  proofs.open(idOf(1), keyOf(1));
  const mallory = linked(bench, proofs);
  // What alice would show here, what one shows to mallory and to alice, and what alice shows to mallory.
  const [own, hers, his] = [bench.signer.publicKey, alice.signer.publicKey, mallory.signer.publicKey];
  for (const [from, to] of [
    [hers, own],
    [own, his],
    [own, hers],
    [hers, his],
  ] as const)
    await bench.says(mallory, { type: 'proofs', proofs: [roomProof(keyOf(1), from, to)] });
  await bench.says(mallory, { type: 'proofs', proofs: mallory.of('proofs').at(-1)!.proofs });
  expect(changes).toEqual([]);
  expect([proofs.peersIn(idOf(1)), proofs.whoKnows(keyOf(1))]).toEqual([[], []]);
  await bench.says(mallory, { type: 'proofs', proofs: [roomProof(keyOf(1), his, own)] });
  expect(proofs.peersIn(idOf(1))).toEqual([mallory.peerId]);
});

test('strangers see a multiple of four, nothing of which they can compare with each other', () => {
  const { bench, proofs } = setUp();
  const [alice, bob] = [linked(bench, proofs), linked(bench, proofs)];
  expect([shownOn(alice).length, shownOn(bob).length]).toEqual([4, 4]);
  for (let room = 1; room <= 5; room++) proofs.open(idOf(room), keyOf(room));
  expect(alice.of('proofs').map(({ proofs: list }) => list.length)).toEqual([4, 4, 4, 4, 4, 8]);
  const [toAlice, toBob] = [shownOn(alice), shownOn(bob)];
  expect(new Set([...toAlice, ...toBob]).size).toBe(16);
  for (let room = 1; room <= 5; room++)
    expect(toAlice).toContain(toHex(roomProof(keyOf(room), bench.signer.publicKey, alice.signer.publicKey)));
  // In an order that says nothing about the rooms.
  expect(toAlice).toEqual([...toAlice].sort());
});

test('one link after the other shows the same, so that nothing stands out as having stayed', () => {
  const first = setUp();
  first.proofs.open(idOf(1), keyOf(1));
  const alice = linked(first.bench, first.proofs);
  const before = shownOn(alice);
  first.proofs.linkDown(alice);
  first.proofs.linkUp(alice);
  expect(shownOn(alice)).toEqual(before);
  // Also after a restart; only another node's filling is another one.
  const [again, other] = [setUp(), setUp(8)];
  for (const { proofs } of [again, other]) proofs.open(idOf(1), keyOf(1));
  expect(shownOn(linked(again.bench, again.proofs))).toEqual(before);
  const others = shownOn(linked(other.bench, other.proofs));
  expect(others.filter((proof) => before.includes(proof)).length).toBe(1);
  // A room that comes takes the place of one that meant nothing.
  first.proofs.open(idOf(2), keyOf(2));
  expect(shownOn(alice).filter((proof) => before.includes(proof)).length).toBe(3);
});

test('lists are bounded on both sides', async () => {
  const { bench, proofs } = setUp();
  const link = linked(bench, proofs);
  for (let room = 1; room <= 100; room++) proofs.open(idOf(room), keyOf(room));
  expect(shownOn(link).length).toBe(MAX_ROOM_PROOFS);
  // The newest rooms are shown.
  expect(shownOn(link)).toContain(toHex(roomProof(keyOf(100), bench.signer.publicKey, link.signer.publicKey)));
  await shows(bench, link, ...Array.from({ length: MAX_ROOM_PROOFS }, (_, index) => index + 101));
  await shows(bench, link, 200);
  expect(proofs.whoKnows(keyOf(200))).toEqual([link.peerId]);
  // Only the last list counts.
  expect(proofs.whoKnows(keyOf(101))).toEqual([]);
  await shows(bench, link, ...Array.from({ length: MAX_ROOM_PROOFS + 1 }, (_, index) => index));
  expect(link.closedBecause).toBe('misbehaved');
});

test('what comes on a link that is not up counts for nothing', async () => {
  const { bench, proofs, changes } = setUp();
  proofs.open(idOf(1), keyOf(1));
  const link = bench.link();
  await shows(bench, link, 1);
  expect([changes, proofs.whoKnows(keyOf(1))]).toEqual([[], []]);
});
