// Which entries of somebody have come: any order, any gaps, any repetition.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_RANGES, ReceivedLog, REMEMBERED_ENTRIES } from '../../src/services/received-log.ts';

const idOf = (sequence: number): string => `id ${sequence}`;
const hashOf = (sequence: number): string => `hash ${sequence}`;

function take(log: ReceivedLog, sequence: number): string {
  const arrival = log.judge(sequence, idOf(sequence), hashOf(sequence - 1));
  if (arrival === 'new') log.add(sequence, idOf(sequence), hashOf(sequence));
  return arrival;
}

test('each entry is new once, and receipts name exactly the unbroken range around it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 120 }), (sequences) => {
      const log = new ReceivedLog();
      const seen = new Set<number>();
      for (const sequence of sequences) {
        expect(take(log, sequence)).toBe(seen.has(sequence) ? 'duplicate' : 'new');
        seen.add(sequence);
        let [first, last] = [sequence, sequence];
        while (seen.has(first - 1)) first--;
        while (seen.has(last + 1)) last++;
        expect(log.receiptRange(sequence)).toEqual({ first, last });
      }
    }),
  );
});

test('two entries with one number are a fork, one that follows another entry a broken chain', () => {
  const log = new ReceivedLog();
  take(log, 1);
  expect(log.judge(1, 'another id', '')).toBe('fork');
  expect(log.judge(2, idOf(2), 'another hash')).toBe('broken-chain');
  expect(log.judge(2, idOf(2), hashOf(1))).toBe('new');
});

test('old duplicates are known by their range when their ids are forgotten', () => {
  const log = new ReceivedLog();
  for (let sequence = 1; sequence <= 3 * REMEMBERED_ENTRIES; sequence++) expect(take(log, sequence)).toBe('new');
  for (let sequence = 1; sequence <= 3 * REMEMBERED_ENTRIES; sequence++) expect(take(log, sequence)).toBe('duplicate');
});

test('with more gaps than are kept, what may have come is neither shown again nor confirmed', () => {
  const log = new ReceivedLog();
  for (let index = 1; index <= MAX_RANGES + 300; index++) expect(take(log, 2 * index)).toBe('new');
  expect(take(log, 2)).toBe('too-old');
  expect(take(log, 3)).toBe('too-old');
  expect(take(log, 2 * (MAX_RANGES + 300))).toBe('duplicate');
  expect(take(log, 2 * (MAX_RANGES + 300) - 1)).toBe('new');
});
