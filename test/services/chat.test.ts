// What is said live: taken once, never in another's name, strangers only so fast; what can't be said is said so.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { CHAT_DEFAULTS } from '../../src/services/chat.ts';
import { privateConversationId, roomConversationId } from '../../src/wire/conversation-id.ts';
import { encodeTextBody } from '../../src/wire/entry-bodies.ts';
import type { SignedEntry } from '../../src/wire/log-entry.ts';
import { Author, TalkBench } from '../support/talk-bench.ts';

test('a stranger is read more slowly above the limit, and nothing of it is lost', async () => {
  const bench = await new TalkBench().open();
  const stranger = new Author(bench);
  const { perSecond, burst } = CHAT_DEFAULTS.strangerEntries;
  const flood = (async () => {
    for (let index = 0; index < burst + 100; index++) await stranger.says(`message ${index}`);
  })();
  await bench.clock.advance(0);
  expect(bench.texts.length).toBeLessThanOrEqual(burst + 1);
  const atOnce = bench.texts.length;
  await bench.clock.advance(2_000);
  expect(bench.texts.length).toBe(atOnce + 2 * perSecond);
  await bench.clock.advance(60_000);
  await flood;
  expect(bench.texts).toEqual(Array.from({ length: burst + 100 }, (_, index) => `message ${index}`));
});

test('somebody whom one wrote to is not held back', async () => {
  const bench = await new TalkBench().open();
  const friend = new Author(bench);
  bench.chat.say(bench.conversations.withPerson(friend.link.peerId), 'go ahead');
  const { burst } = CHAT_DEFAULTS.strangerEntries;
  const flood = (async () => {
    for (let index = 0; index < 3 * burst; index++) await friend.says(`message ${index}`);
  })();
  await bench.clock.advance(0);
  await flood;
  expect(bench.texts).toHaveLength(1 + 3 * burst);
  expect(bench.talked).toEqual([friend.link.peerId]);
});

test('changed bodies and wrong signatures end the link, and nothing is shown', async () => {
  for (const spoil of [
    (entry: SignedEntry) => ({ ...entry, body: encodeTextBody({ text: 'something else' }) }),
    (entry: SignedEntry) => ({
      ...entry,
      signature: entry.signature.map((byte, index) => (index === 0 ? byte ^ 1 : byte)),
    }),
  ]) {
    const bench = await new TalkBench().open();
    const bob = new Author(bench);
    await bench.says(bob.link, { type: 'entry', entry: spoil(bob.entry('hello')) });
    expect(bob.link.closedBecause).toBe('misbehaved');
    expect(bench.events).toEqual([]);
  }
});

test('others may pass on what somebody said in a conversation of all three', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  const carol = new Author(bench);
  await bench.says(carol.link, { type: 'entry', entry: bob.entry('hello') });
  expect(bench.shown).toMatchObject([{ author: bob.link.peerId, text: 'hello' }]);
  expect(carol.link.closedBecause).toBeUndefined();
});

test('what is said in rooms and conversations of others is dropped without an answer', async () => {
  const bench = await new TalkBench().open();
  bench.conversations.enterRoom('tea');
  const bob = new Author(bench);
  const carol = new Author(bench);
  await bob.says('psst', roomConversationId('coffee'));
  await bob.says('psst', privateConversationId(bob.link.signer.publicKey, carol.link.signer.publicKey));
  // One's own conversation with bob, but carol has no business in it.
  const withBob = privateConversationId(bench.signer.publicKey, bob.link.signer.publicKey);
  await bench.says(carol.link, { type: 'entry', entry: bob.entry('psst', withBob) });
  await bob.says('hello', roomConversationId('tea'));
  await bench.clock.advance(1_000);
  expect(bench.texts).toEqual(['hello']);
  expect(bench.router.dropped.get('not-our-conversation')).toBe(3);
  expect(bob.link.of('receipts').flatMap(({ receipts }) => receipts)).toHaveLength(1);
});

test('what can’t be sent is said so: too large, or nothing', async () => {
  const { chat, conversations } = await new TalkBench().open();
  const say = (text: string): unknown => chat.say(conversations.everyone, text);
  expect(() => say('x'.repeat(65_537))).toThrow(expect.objectContaining({ code: 'too-large' }));
  expect(() => say('€'.repeat(30_000))).toThrow(expect.objectContaining({ code: 'too-large' }));
  expect(() => say(' \n ')).toThrow(expect.objectContaining({ code: 'bad-text' }));
  expect(say('x'.repeat(65_536))).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
});
