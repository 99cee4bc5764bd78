// What waits to be confirmed, and how little a stranger's receipts cost.

import '../../src/base/platform.ts';
import { describe, expect, test } from 'vitest';
import { Conversation } from '../../src/services/conversations.ts';
import { Outbox, OUTBOX_LIMITS, type SentEntry } from '../../src/services/outbox.ts';
import type { Receipt } from '../../src/wire/peer-messages.ts';
import { processorMs } from '../support/processor-time.ts';

const everyone = new Conversation(new Uint8Array(16).fill(1), { kind: 'everyone' });
const room = new Conversation(new Uint8Array(16).fill(2), { kind: 'room', room: 'coffee' });

function entry(sequence: number, conversation = everyone, bytes = 10): SentEntry {
  return { id: `${conversation.key} ${sequence}`, conversation, sequence, frame: new Uint8Array(bytes) };
}

function receipt(first: number, last: number, conversation = everyone): Receipt {
  return { conversation: conversation.id, author: new Uint8Array(32), logId: new Uint8Array(16), first, last };
}

const sequences = (entries: readonly SentEntry[]): number[] => entries.map(({ sequence }) => sequence);

test('a receipt confirms its range in its conversation for its sender', () => {
  const outbox = new Outbox();
  for (let sequence = 1; sequence <= 5; sequence++) {
    outbox.add('bob', entry(sequence));
    outbox.add('carol', entry(sequence));
  }
  outbox.add('bob', entry(3, room));
  expect(sequences(outbox.confirm('bob', receipt(2, 4)))).toEqual([2, 3, 4]);
  expect(outbox.confirm('bob', receipt(2, 4))).toEqual([]);
  expect(outbox.pendingFor('bob').map(({ id }) => id)).toEqual(['everyone 1', 'everyone 5', 'room:coffee 3']);
  expect(outbox.pendingFor('carol')).toHaveLength(5);
  expect(outbox.confirm('dave', receipt(1, 5))).toEqual([]);
  expect(sequences(outbox.confirm('bob', receipt(1, Number.MAX_SAFE_INTEGER)))).toEqual([1, 5]);
  expect(outbox.confirm('bob', receipt(9, 1, room))).toEqual([]);
  expect(sequences(outbox.confirm('bob', receipt(3, 3, room)))).toEqual([3]);
});

describe('bounds: the oldest goes', () => {
  test('entries of one person', () => {
    const outbox = new Outbox();
    for (let sequence = 1; sequence <= OUTBOX_LIMITS.entries + 10; sequence++) outbox.add('bob', entry(sequence));
    const pending = outbox.pendingFor('bob');
    expect(pending).toHaveLength(OUTBOX_LIMITS.entries);
    expect(pending[0]?.sequence).toBe(11);
    expect(outbox.confirm('bob', receipt(1, 10))).toEqual([]);
  });

  test('bytes of one person', () => {
    const outbox = new Outbox();
    for (let sequence = 1; sequence <= 80; sequence++) outbox.add('bob', entry(sequence, everyone, 64 * 1024));
    expect(sequences(outbox.pendingFor('bob'))).toEqual(Array.from({ length: 64 }, (_, index) => index + 17));
  });

  test('people, by when they were last written to', () => {
    const outbox = new Outbox();
    outbox.add('first', entry(1));
    for (let index = 0; index < OUTBOX_LIMITS.people - 1; index++) outbox.add(`person ${index}`, entry(1));
    outbox.add('first', entry(2));
    outbox.add('one more', entry(1));
    expect(outbox.pendingFor('person 0')).toEqual([]);
    expect(outbox.pendingFor('first')).toHaveLength(2);
  });
});

test('receipts about nothing cost next to nothing', () => {
  const outbox = new Outbox();
  for (let sequence = 1; sequence <= OUTBOX_LIMITS.entries; sequence++) outbox.add('bob', entry(sequence));
  const tookMs = processorMs(() => {
    for (let index = 0; index < 100_000; index++) {
      outbox.confirm('bob', receipt(1, Number.MAX_SAFE_INTEGER, room));
      outbox.confirm('bob', receipt(5_000, 5_001));
    }
  });
  // A scan of all that is pending for each would take many seconds.
  expect(tookMs).toBeLessThan(3_000);
  expect(outbox.pendingFor('bob')).toHaveLength(OUTBOX_LIMITS.entries);
});
