// What guests are called among peers, and how their long texts are cut.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanForeignName } from '../../../src/state/names.ts';
import { GuestNames } from '../../../src/super-peer/bridge/guest-names.ts';
import { truncateUtf8 } from '../../../src/super-peer/bridge/long-text.ts';

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('bob', 'bob_1', 'b\u200bob', '', '__proto__', 'a/b', 'a_b', 'gus@hub', '\u202ebob', '👩‍👩‍👧'.repeat(20)),
);

test('names are clean, without slashes, short, and each once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { minLength: 1, maxLength: 30 }), (wanted) => {
      const names = new GuestNames();
      const given = wanted.map((name) => names.add(name));
      expect(new Set(given).size).toBe(given.length);
      for (const [index, name] of given.entries()) {
        expect(cleanForeignName(name)).toBe(name);
        expect(name).not.toContain('/');
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(64);
        expect([names.cleanOf(wanted[index]!), names.classicOf(name)]).toEqual([name, wanted[index]]);
      }
      for (const name of wanted) names.remove(name);
      expect(given.map((name) => names.classicOf(name))).toEqual(given.map(() => undefined));
    }),
    { numRuns: 300 },
  );
});

test('a name that is free again is given again', () => {
  const names = new GuestNames();
  expect(['bob', 'bob\u0007', 'bob\u0008', 'bob\u0006'].map((name) => names.add(name))).toHaveLength(4);
  const second = names.cleanOf('bob\u0007')!;
  names.remove('bob\u0007');
  expect(names.add('bob\u0007')).toBe(second);
  names.remove('unknown');
});

test('ten thousand who are all called the same cost no more than ten thousand others', () => {
  const names = new GuestNames();
  const startedMs = performance.now();
  for (let number = 0; number < 10_000; number++)
    names.add(`é${[...number.toString(2)].map((digit) => (digit === '0' ? '@' : '\u202a')).join('')}`);
  expect(names.classicOf('é_9999')).toBeDefined();
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test('a long text is cut between characters, within its limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 60, max: 500 }), (text, maxBytes) => {
      const cut = truncateUtf8(text, maxBytes);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
      if (Buffer.byteLength(text) <= maxBytes) {
        expect(cut).toBe(text);
        return;
      }
      const beginning = cut.slice(0, cut.lastIndexOf('\n[…]'));
      expect(text.startsWith(beginning)).toBe(true);
      // As much as there is room for: a character has four bytes at most.
      expect(Buffer.byteLength(cut)).toBeGreaterThan(maxBytes - 4);
      expect(Buffer.from(beginning).toString()).toBe(beginning);
    }),
    { numRuns: 1_000 },
  );
});
