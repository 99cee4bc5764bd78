// Fingerprints: equal exactly when two have the same, whatever the order and wherever their floors are.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogSummary } from '../../src/contracts/history.ts';
import { conversationFingerprint, sharedFingerprint } from '../../src/services/sync/fingerprint.ts';

const log: fc.Arbitrary<LogSummary> = fc
  .record({
    author: fc.constantFrom('alice', 'bob', 'carol'),
    logId: fc.constantFrom('00', '01'),
    sequence: fc.integer({ min: 1, max: 100 }),
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    forkMark: fc.constantFrom('', 'aa'),
  })
  .map(({ sequence, hash, ...name }) => ({
    ...name,
    conversation: 'c0',
    floor: 1,
    ranges: [{ first: 1, last: sequence }],
    head: { sequence, hash, order: 0 },
    bytes: 0,
  }));
const logs = fc.uniqueArray(log, { selector: ({ author, logId }) => author + logId, maxLength: 6 });

describe('a fingerprint', () => {
  it('does not depend on the order of logs, nor on floors', () => {
    fc.assert(
      fc.property(logs, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (all, chance) => {
        const next = (): number => chance.next().value as number;
        const later = all
          .map((one) => {
            const floor = 1 + Math.floor(next() * one.head.sequence);
            const cut = Math.min(floor, one.head.sequence);
            return { ...one, floor: cut, ranges: [{ first: cut, last: one.head.sequence }], order: next() };
          })
          .sort((a, b) => a.order - b.order);
        expect(conversationFingerprint(later)).toBe(conversationFingerprint(all));
      }),
    );
  });

  it('changes with every head, fork and gap', () => {
    fc.assert(
      fc.property(logs, log, (all, one) => {
        const base = { ...one, author: 'another', forkMark: '' };
        const { head } = base;
        const variants: LogSummary[] = [
          base,
          { ...base, head: { ...head, sequence: head.sequence + 1 }, ranges: [{ first: 1, last: head.sequence + 1 }] },
          { ...base, head: { ...head, hash: head.hash.map((byte) => byte ^ 1) } },
          { ...base, forkMark: 'aa' },
          { ...base, forkMark: 'bb' },
          { ...base, author: 'yet another' },
          { ...base, logId: '02' },
        ];
        if (head.sequence > 2)
          variants.push({
            ...base,
            ranges: [
              { first: 1, last: head.sequence - 2 },
              { first: head.sequence, last: head.sequence },
            ],
          });
        const prints = [all, ...variants.map((variant) => [...all, variant])].map((some) =>
          conversationFingerprint(some),
        );
        prints.push(conversationFingerprint(all, ['a doubt']));
        expect(new Set(prints).size).toBe(prints.length);
      }),
    );
  });

  it('of a forked log leaves open which branch came first', () => {
    fc.assert(
      fc.property(log, fc.uint8Array({ minLength: 32, maxLength: 32 }), (one, hash) => {
        const forked = { ...one, forkMark: 'aa' };
        const other = { ...forked, head: { ...forked.head, hash } };
        expect(conversationFingerprint([other])).toBe(conversationFingerprint([forked]));
      }),
    );
  });

  it('of all conversations depends on every one of them', () => {
    const all: [string, string][] = [
      ['c0', 'f0'],
      ['c1', 'f1'],
    ];
    expect(sharedFingerprint([...all].reverse())).toBe(sharedFingerprint(all));
    const prints = [all, all.slice(1), [], [...all, ['c2', 'f0']] as const, [['c0', 'f1'], all[1]!] as const].map(
      (one) => sharedFingerprint(one as [string, string][]),
    );
    expect(new Set(prints).size).toBe(5);
  });
});
