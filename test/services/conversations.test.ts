// Which entries belong to a conversation of ours, and what strangers can make us remember.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { Conversations, CONVERSATION_LIMITS } from '../../src/services/conversations.ts';
import { everyoneConversationId, privateConversationId, roomConversationId } from '../../src/wire/conversation-id.ts';
import { identityOf } from '../support/scenario.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom(7);
const own = identityOf(random.bytes(32));
const bob = identityOf(random.bytes(32));
const carol = identityOf(random.bytes(32));

test('everyone, own rooms and private ones are found; others are not', () => {
  const conversations = new Conversations(own.publicKey);
  expect(conversations.find(everyoneConversationId(), bob.publicKey)).toBe(conversations.everyone);
  expect(conversations.find(roomConversationId('coffee'), bob.publicKey)).toBeUndefined();
  const coffee = conversations.room('Coffee');
  expect(conversations.find(roomConversationId('coffee'), bob.publicKey)).toBe(coffee);
  expect(conversations.room('COFFEE')).toBe(coffee);
  const withBob = conversations.find(privateConversationId(own.publicKey, bob.publicKey), bob.publicKey);
  expect(withBob?.destination).toEqual({ kind: 'person', peerId: bob.peerId });
  expect(conversations.withPerson(bob.peerId)).toBe(withBob);
});

test('nobody writes into the private conversation of two others', () => {
  const conversations = new Conversations(own.publicKey);
  conversations.withPerson(bob.peerId);
  const withBob = privateConversationId(own.publicKey, bob.publicKey);
  expect(conversations.find(withBob, carol.publicKey)).toBeUndefined();
  expect(conversations.find(privateConversationId(bob.publicKey, carol.publicKey), carol.publicKey)).toBeUndefined();
});

test('strangers who write push out strangers who wrote, not those whom one wrote to', () => {
  const conversations = new Conversations(own.publicKey);
  const withBob = conversations.withPerson(bob.peerId);
  expect(withBob.nextOrder()).toBe(1);
  for (let index = 0; index < CONVERSATION_LIMITS.privateConversations + 20; index++) {
    const author = random.bytes(32);
    conversations.find(privateConversationId(own.publicKey, author), author);
  }
  expect(conversations.withPerson(bob.peerId)).toBe(withBob);
});

test('order goes on from the highest seen, and nobody can use up the numbers', () => {
  const { everyone } = new Conversations(own.publicKey);
  everyone.seenOrder(41);
  expect(everyone.nextOrder()).toBe(42);
  everyone.seenOrder(Number.MAX_SAFE_INTEGER);
  expect(everyone.nextOrder()).toBeLessThan(2 ** 21);
});

test('one author with ever new logs pushes out their own', () => {
  const { everyone } = new Conversations(own.publicKey);
  const log = everyone.log(bob.publicKey, new Uint8Array(16));
  log.add(1, 'id', 'hash');
  const first = everyone.log(carol.publicKey, new Uint8Array(16));
  for (let index = 0; index < 5_000; index++) everyone.log(carol.publicKey, random.bytes(16));
  expect(everyone.log(bob.publicKey, new Uint8Array(16))).toBe(log);
  expect(everyone.log(carol.publicKey, new Uint8Array(16))).not.toBe(first);
});
