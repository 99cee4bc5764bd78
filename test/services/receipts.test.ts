// Who is told that what they said is durable here, and what is believed of others' receipts.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { RECEIPT_LIMITS } from '../../src/services/receipts.ts';
import { decodeEntryHeader } from '../../src/wire/log-entry.ts';
import type { Receipt } from '../../src/wire/peer-messages.ts';
import type { History } from '../../src/contracts/history.ts';
import { MemoryHistory } from '../../src/store/history/memory-history.ts';
import { Author, TalkBench } from '../support/talk-bench.ts';

function receiptFor(author: Author, first: number, last: number): Receipt {
  const { conversation, author: key, logId } = decodeEntryHeader(author.link.of('entry')[0]!.entry.header);
  return { conversation, author: key, logId, first, last };
}

test('an entry that comes twice is shown once and confirmed twice', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  const entry = bob.entry('hello');
  await bench.says(bob.link, { type: 'entry', entry });
  await bench.clock.advance(RECEIPT_LIMITS.delayMs);
  await bench.says(bob.link, { type: 'entry', entry });
  await bench.clock.advance(RECEIPT_LIMITS.delayMs);
  expect(bench.texts).toEqual(['hello']);
  expect(bob.link.of('receipts').map(({ receipts }) => receipts.map(({ first, last }) => [first, last]))).toEqual([
    [[1, 1]],
    [[1, 1]],
  ]);
});

test('receipts are collected: one for many entries', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  for (let index = 0; index < 50; index++) await bob.says(`message ${index}`);
  await bench.clock.advance(RECEIPT_LIMITS.delayMs);
  expect(bob.link.of('receipts')).toHaveLength(1);
  expect(bob.link.of('receipts')[0]?.receipts).toMatchObject([{ first: 1, last: 50 }]);
});

test('nothing is confirmed that could not be kept; it is confirmed when it comes again', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  const append: History['append'] = (entries) => MemoryHistory.prototype.append.call(bench.history, entries);
  bench.history.append = () => Promise.reject(new Error('the disk is full'));
  const entry = bob.entry('hello');
  await bench.says(bob.link, { type: 'entry', entry });
  await bench.clock.advance(1_000);
  expect(bench.texts).toEqual(['hello']);
  expect(bob.link.of('receipts')).toEqual([]);
  bench.history.append = append;
  await bench.says(bob.link, { type: 'entry', entry });
  await bench.clock.advance(1_000);
  expect(bench.texts, 'it is not shown twice').toEqual(['hello']);
  expect(bob.link.of('receipts')).toHaveLength(1);
});

test('an own entry that could not be kept is tried again, and whoever waits for it hears of it', async () => {
  const bench = await new TalkBench().open();
  const append: History['append'] = (entries) => MemoryHistory.prototype.append.call(bench.history, entries);
  bench.history.append = () => Promise.reject(new Error('the disk is full'));
  const { id, kept } = bench.chat.say(bench.conversations.everyone, 'hello');
  await expect(kept).rejects.toThrow('the disk is full');
  bench.history.append = append;
  await bench.clock.advance(30_000);
  expect((await bench.history.message(id))?.entry.id).toBe(id);
});

test('receipts of others are told once for each text, and noted', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  const one = bench.chat.say(bench.conversations.everyone, 'one');
  const two = bench.chat.say(bench.conversations.everyone, 'two');
  await bench.clock.advance(0);
  await bench.says(bob.link, { type: 'receipts', receipts: [receiptFor(bob, 1, 1)] });
  await bench.says(bob.link, { type: 'receipts', receipts: [receiptFor(bob, 1, 1)] });
  await bench.says(bob.link, { type: 'receipts', receipts: [receiptFor(bob, 1, 2)] });
  await bench.clock.advance(0);
  expect(bench.eventsOf('message-delivered').map(({ messageId, peerId }) => [messageId, peerId])).toEqual([
    [one.id, bob.link.peerId],
    [two.id, bob.link.peerId],
  ]);
  expect(await bench.history.deliveredTo(bob.link.peerId)).toMatchObject([{ ranges: [{ first: 1, last: 2 }] }]);
});

test('nobody confirms what was never said, or what others said', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  bench.chat.say(bench.conversations.everyone, 'one');
  await bench.clock.advance(0);
  const receipt = receiptFor(bob, 1, Number.MAX_SAFE_INTEGER);
  const another = { ...receipt, author: bob.link.signer.publicKey };
  const elsewhere = { ...receipt, logId: new Uint8Array(16) };
  await bench.says(bob.link, { type: 'receipts', receipts: [another, elsewhere, receipt] });
  await bench.clock.advance(0);
  expect(bench.eventsOf('message-delivered')).toHaveLength(1);
  expect(await bench.history.deliveredTo(bob.link.peerId)).toMatchObject([{ ranges: [{ first: 1, last: 1 }] }]);
});

test('what came by others while its author was away is confirmed at the next meeting', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  const carol = new Author(bench);
  const entry = bob.entry('hello');
  bench.linkMap.delete(bob.link.peerId);
  await bench.says(carol.link, { type: 'entry', entry });
  await bench.clock.advance(1_000);
  expect(bob.link.of('receipts')).toEqual([]);
  bench.linkMap.set(bob.link.peerId, bob.link);
  bench.receipts.linkUp(bob.link);
  await bench.clock.advance(1_000);
  expect(bob.link.of('receipts')).toMatchObject([{ receipts: [{ first: 1, last: 1 }] }]);
  bench.receipts.linkDown(bob.link);
  bench.receipts.linkUp(bob.link);
  await bench.clock.advance(1_000);
  // The first may have been lost with its link.
  expect(bob.link.of('receipts')).toHaveLength(2);
});

test('who is found to be in a room only after the link came up is told then what is here of theirs', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  const room = bench.conversations.enterRoom('lab');
  // Their presence, or the proof that they know its password, comes behind the link.
  bench.outside.add(bob.link.peerId);
  bench.linkMap.delete(bob.link.peerId);
  const carol = new Author(bench);
  await bench.says(carol.link, { type: 'entry', entry: bob.entry('hello', room.id) });
  await bench.clock.advance(1_000);
  bench.linkMap.set(bob.link.peerId, bob.link);
  bench.receipts.linkUp(bob.link);
  await bench.clock.advance(1_000);
  expect(bob.link.of('receipts')).toEqual([]);
  bench.outside.delete(bob.link.peerId);
  for (let times = 0; times < 2; times++) bench.receipts.sharesMore(bob.link);
  await bench.clock.advance(1_000);
  expect(bob.link.of('receipts')).toMatchObject([{ receipts: [{ first: 1, last: 1 }] }]);
});

test('after the end nothing is timed any more', async () => {
  const bench = await new TalkBench().open();
  const bob = new Author(bench);
  await bob.says('hello');
  await bench.clock.advance(0);
  bench.receipts.stop();
  bench.journal.stop();
  expect(bob.link.of('receipts')).toHaveLength(1);
  await bob.says('too late');
  expect(bench.clock.timerCount).toBe(0);
});
