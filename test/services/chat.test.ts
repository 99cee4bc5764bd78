// Entries of others: taken once, never in another's name, and strangers only so fast.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { Chat, CHAT_DEFAULTS } from '../../src/services/chat.ts';
import { OwnLog } from '../../src/services/own-log.ts';
import { everyoneConversationId, privateConversationId, roomConversationId } from '../../src/wire/conversation-id.ts';
import { decodeTextBody, encodeTextBody } from '../../src/wire/entry-bodies.ts';
import { decodeEntryHeader, type SignedEntry } from '../../src/wire/log-entry.ts';
import { ServiceBench, type FakeLink } from '../support/service-bench.ts';

function setUp(rooms: readonly string[] = []): { bench: ServiceBench; chat: Chat; talked: string[] } {
  const bench = new ServiceBench();
  const talked: string[] = [];
  const chat = new Chat({
    links: bench.links,
    router: bench.router,
    signer: bench.signer,
    ownPeerId: bench.ownPeerId,
    checker: bench.checker,
    network: bench.network,
    clock: bench.clock,
    random: bench.random,
    log: bench.log,
    emit: bench.emit,
    inRoom: (room) => rooms.includes(room),
    talked: (peerId) => talked.push(peerId),
  });
  for (const room of rooms) chat.openRoom(room);
  return { bench, chat, talked };
}

class Author {
  readonly link: FakeLink;
  readonly #bench: ServiceBench;
  readonly #log: OwnLog;
  #order = 0;

  constructor(bench: ServiceBench) {
    this.#bench = bench;
    this.link = bench.link();
    this.#log = new OwnLog({
      signer: this.link.signer,
      clock: bench.clock,
      random: bench.random,
      network: bench.network,
    });
  }

  entry(text: string, conversation = everyoneConversationId()): SignedEntry {
    return this.#log.append(conversation, ++this.#order, 'text', encodeTextBody({ text })).entry;
  }

  async says(text: string, conversation?: Uint8Array): Promise<void> {
    await this.#bench.says(this.link, { type: 'entry', entry: this.entry(text, conversation) });
  }
}

const textsOf = (bench: ServiceBench): string[] => bench.eventsOf('message-added').map(({ message }) => message.text);

test('a stranger is read more slowly above the limit, and nothing of it is lost', async () => {
  const { bench } = setUp();
  const stranger = new Author(bench);
  const { perSecond, burst } = CHAT_DEFAULTS.strangerEntries;
  const flood = (async () => {
    for (let index = 0; index < burst + 100; index++) await stranger.says(`message ${index}`);
  })();
  await bench.clock.advance(0);
  expect(textsOf(bench).length).toBeLessThanOrEqual(burst + 1);
  const atOnce = textsOf(bench).length;
  await bench.clock.advance(2_000);
  expect(textsOf(bench).length).toBe(atOnce + 2 * perSecond);
  await bench.clock.advance(60_000);
  await flood;
  expect(textsOf(bench)).toEqual(Array.from({ length: burst + 100 }, (_, index) => `message ${index}`));
});

test('somebody whom one wrote to is not held back', async () => {
  const { bench, chat } = setUp();
  const friend = new Author(bench);
  chat.sendToPerson(friend.link.peerId, 'go ahead');
  const { burst } = CHAT_DEFAULTS.strangerEntries;
  const flood = (async () => {
    for (let index = 0; index < 3 * burst; index++) await friend.says(`message ${index}`);
  })();
  await bench.clock.advance(0);
  await flood;
  expect(textsOf(bench)).toHaveLength(1 + 3 * burst);
});

test('an entry that comes twice is shown once and confirmed twice', async () => {
  const { bench } = setUp();
  const bob = new Author(bench);
  const entry = bob.entry('hello');
  await bench.says(bob.link, { type: 'entry', entry });
  await bench.clock.advance(CHAT_DEFAULTS.receiptDelayMs);
  await bench.says(bob.link, { type: 'entry', entry });
  await bench.clock.advance(CHAT_DEFAULTS.receiptDelayMs);
  expect(textsOf(bench)).toEqual(['hello']);
  expect(bob.link.of('receipts').map(({ receipts }) => receipts.map(({ first, last }) => [first, last]))).toEqual([
    [[1, 1]],
    [[1, 1]],
  ]);
});

test('receipts are collected: one for many entries', async () => {
  const { bench } = setUp();
  const bob = new Author(bench);
  for (let index = 0; index < 50; index++) await bob.says(`message ${index}`);
  await bench.clock.advance(CHAT_DEFAULTS.receiptDelayMs);
  expect(bob.link.of('receipts')).toHaveLength(1);
  expect(bob.link.of('receipts')[0]?.receipts).toMatchObject([{ first: 1, last: 50 }]);
});

test('entries in another’s name, changed bodies and wrong signatures end the link', async () => {
  for (const spoil of [
    (entry: SignedEntry) => ({ ...entry, body: encodeTextBody({ text: 'something else' }) }),
    (entry: SignedEntry) => ({
      ...entry,
      signature: entry.signature.map((byte, index) => (index === 0 ? byte ^ 1 : byte)),
    }),
    undefined,
  ]) {
    const { bench } = setUp();
    const bob = new Author(bench);
    const mallory = new Author(bench);
    const entry = bob.entry('hello');
    const link = spoil === undefined ? mallory.link : bob.link;
    await bench.says(link, { type: 'entry', entry: spoil?.(entry) ?? entry });
    expect(link.closedBecause).toBe('misbehaved');
    expect(bench.events).toEqual([]);
  }
});

test('what is said in rooms and conversations of others is dropped without an answer', async () => {
  const { bench } = setUp(['tea']);
  const bob = new Author(bench);
  const carol = new Author(bench);
  await bob.says('psst', roomConversationId('coffee'));
  await bob.says('psst', privateConversationId(bob.link.signer.publicKey, carol.link.signer.publicKey));
  await bob.says('hello', roomConversationId('tea'));
  await bench.clock.advance(1_000);
  expect(textsOf(bench)).toEqual(['hello']);
  expect(bench.router.dropped.get('not-our-conversation')).toBe(2);
  expect(bob.link.of('receipts').flatMap(({ receipts }) => receipts)).toHaveLength(1);
});

test('two entries with one number: the second is neither shown nor confirmed', async () => {
  const { bench } = setUp();
  const bob = new Author(bench);
  const fork = (text: string): SignedEntry => {
    const log = new OwnLog({
      signer: bob.link.signer,
      clock: bench.clock,
      random: { bytes: (length) => new Uint8Array(length), fraction: () => 0 },
      network: bench.network,
    });
    return log.append(everyoneConversationId(), 1, 'text', encodeTextBody({ text })).entry;
  };
  await bench.says(bob.link, { type: 'entry', entry: fork('yes') });
  await bench.says(bob.link, { type: 'entry', entry: fork('no') });
  expect(textsOf(bench)).toEqual(['yes']);
  expect(bench.router.dropped.get('fork')).toBe(1);
});

test('what is not confirmed is sent again on the next link, what is confirmed is not', async () => {
  const { bench, chat } = setUp();
  const bob = new Author(bench);
  const one = chat.sendToEveryone('one');
  chat.sendToEveryone('two');
  const { conversation, author, logId } = decodeEntryHeader(bob.link.of('entry')[0]!.entry.header);
  await bench.says(bob.link, { type: 'receipts', receipts: [{ conversation, author, logId, first: 1, last: 1 }] });
  expect(bench.eventsOf('message-delivered')).toMatchObject([{ messageId: one.id, peerId: bob.link.peerId }]);
  chat.linkDown(bob.link);
  chat.linkUp(bob.link);
  const sent = bob.link.of('entry').map(({ entry }) => decodeTextBody(entry.body).text);
  expect(sent).toEqual(['one', 'two', 'two']);
});

test('after the end nothing is timed any more', async () => {
  const { bench, chat } = setUp();
  const bob = new Author(bench);
  await bob.says('hello');
  chat.stop();
  expect(bob.link.of('receipts')).toHaveLength(1);
  await bob.says('too late');
  expect(bench.clock.timerCount).toBe(0);
});

test('what can’t be sent is said so: too large, or nothing', () => {
  const { chat } = setUp();
  expect(() => chat.sendToEveryone('x'.repeat(65_537))).toThrow(expect.objectContaining({ code: 'too-large' }));
  expect(() => chat.sendToEveryone('€'.repeat(30_000))).toThrow(expect.objectContaining({ code: 'too-large' }));
  expect(() => chat.sendToEveryone(' \n ')).toThrow(expect.objectContaining({ code: 'bad-text' }));
  expect(chat.sendToEveryone('x'.repeat(65_536)).text).toHaveLength(65_536);
});
