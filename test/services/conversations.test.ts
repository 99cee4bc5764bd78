// Which entries belong to a conversation of ours, and what strangers can make us remember.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { LogSummary } from '../../src/contracts/history.ts';
import { Conversations, CONVERSATION_LIMITS } from '../../src/services/conversations.ts';
import {
  closedRoomConversationId,
  everyoneConversationId,
  privateConversationId,
  roomConversationId,
} from '../../src/wire/conversation-id.ts';
import { identityOf } from '../support/scenario.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom(7);
const own = identityOf(random.bytes(32));
const bob = identityOf(random.bytes(32));
const carol = identityOf(random.bytes(32));
const byBob = { peerId: bob.peerId, key: bob.publicKey };
const byCarol = { peerId: carol.peerId, key: carol.publicKey };
const fresh = (): Conversations => new Conversations(own.publicKey, () => 1_000);

test('everyone, own rooms and private ones are found; others are not', () => {
  const conversations = fresh();
  expect(conversations.find(everyoneConversationId(), bob.publicKey, byBob)).toBe(conversations.everyone);
  expect(conversations.find(roomConversationId('coffee'), bob.publicKey, byBob)).toBeUndefined();
  const coffee = conversations.enterRoom('Coffee');
  expect(conversations.find(roomConversationId('coffee'), bob.publicKey, byBob)).toBe(coffee);
  expect(conversations.enterRoom('COFFEE')).toBe(coffee);
  conversations.leaveRoom('coffee');
  expect(conversations.find(roomConversationId('coffee'), bob.publicKey, byBob)).toBeUndefined();
  const withBob = conversations.find(privateConversationId(own.publicKey, bob.publicKey), bob.publicKey, byBob);
  expect(withBob?.destination).toEqual({ kind: 'person', peerId: bob.peerId });
  expect(conversations.withPerson(bob.peerId)).toBe(withBob);
});

test('a closed room is another one than the open one of that name, and than one with another key', () => {
  const conversations = fresh();
  const open = conversations.enterRoom('tea');
  const closed = conversations.enterRoom('tea', new Uint8Array(32).fill(1));
  const other = conversations.enterRoom('tea', new Uint8Array(32).fill(2));
  expect(new Set([open.hexId, closed.hexId, other.hexId]).size).toBe(3);
  expect(closed.id).toEqual(closedRoomConversationId(new Uint8Array(32).fill(1)));
  expect([open.key, closed.key, other.key]).toEqual(['room:tea', 'room:tea', 'room:tea']);
  expect([...conversations.closedRooms()]).toEqual([other]);
});

test('private messages are by the two, and come from the other one only', () => {
  const conversations = fresh();
  const withBob = conversations.withPerson(bob.peerId);
  const id = privateConversationId(own.publicKey, bob.publicKey);
  expect(conversations.find(id, bob.publicKey, byBob)).toBe(withBob);
  expect(conversations.find(id, own.publicKey, byBob)).toBe(withBob);
  expect(conversations.find(id, carol.publicKey, byBob)).toBeUndefined();
  expect(conversations.find(id, bob.publicKey, byCarol)).toBeUndefined();
  expect(conversations.find(id, own.publicKey, byCarol)).toBeUndefined();
  expect(conversations.find(privateConversationId(bob.publicKey, carol.publicKey), carol.publicKey, byCarol)).toBe(
    undefined,
  );
});

test('strangers who write push out strangers who wrote, not those whom one wrote to', () => {
  const conversations = fresh();
  const withBob = conversations.withPerson(bob.peerId);
  expect(withBob.nextOrder()).toBe(1);
  for (let index = 0; index < CONVERSATION_LIMITS.privateConversations + 20; index++) {
    const key = random.bytes(32);
    conversations.find(privateConversationId(own.publicKey, key), key, { peerId: peerIdOfKey(key), key });
  }
  expect(conversations.withPerson(bob.peerId)).toBe(withBob);
  expect([...conversations.active()].length).toBeLessThanOrEqual(CONVERSATION_LIMITS.privateConversations + 1);
});

test('order goes on from the highest seen, and nobody can use up the numbers', () => {
  const { everyone } = fresh();
  everyone.seenOrder(41);
  expect(everyone.nextOrder()).toBe(42);
  everyone.seenOrder(Number.MAX_SAFE_INTEGER);
  expect(everyone.nextOrder()).toBeLessThan(2 ** 21);
});

test('order goes on after a restart, also when somebody lied about theirs', () => {
  const conversations = fresh();
  const conversation = toHex(everyoneConversationId());
  const log = (author: string, order: number): LogSummary => ({
    conversation,
    author,
    logId: '00'.repeat(16),
    floor: 1,
    ranges: [{ first: 1, last: 1 }],
    head: { sequence: 1, hash: new Uint8Array(32), order },
    forkMark: '',
    bytes: 0,
  });
  conversations.load(
    [{ id: conversation, place: 'everyone', destination: { kind: 'everyone' }, memberSince: 5 }],
    [log(bob.peerId, Number.MAX_SAFE_INTEGER), log(own.peerId, 70)],
  );
  expect(conversations.everyone.memberSince).toBe(5);
  expect(conversations.everyone.nextOrder()).toBe(70 + 2 ** 20 + 1);
});
