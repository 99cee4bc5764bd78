// The small functions under a history: ranges, marks of forks, orders, words.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../src/base/bytes.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import { comparePeerIds } from '../../src/state/peer-order.ts';
import { xorHex } from '../../src/store/history/fork-mark.ts';
import { requireLocalFolder } from '../../src/store/history/network-file-system.ts';
import { peerOrderKey } from '../../src/store/history/peer-order-key.ts';
import { searchTerms, searchWords } from '../../src/store/history/search-words.ts';
import { includesSequence, rangesFrom, withoutSequence, withRange } from '../../src/store/history/sequence-ranges.ts';

const LIMIT = 40;
const range = fc
  .tuple(fc.integer({ min: 1, max: LIMIT }), fc.integer({ min: 0, max: 5 }))
  .map(([first, length]) => ({ first, last: Math.min(LIMIT, first + length) }));

describe('ranges', () => {
  it('are the set of what was added, ascending and apart', () => {
    fc.assert(
      fc.property(fc.array(range), fc.integer({ min: 1, max: LIMIT }), (added, sequence) => {
        const ranges = added.reduce<ReturnType<typeof withRange>>(withRange, []);
        const expected = new Set(
          added.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
        );
        for (let at = 0; at <= LIMIT + 1; at++) expect(includesSequence(ranges, at)).toBe(expected.has(at));
        ranges.forEach(({ first }, index) => {
          if (index > 0) expect(first).toBeGreaterThan(ranges[index - 1]!.last + 1);
        });
        const without = withoutSequence(ranges, sequence);
        const above = rangesFrom(ranges, sequence);
        for (let at = 0; at <= LIMIT + 1; at++) {
          expect(includesSequence(without, at)).toBe(expected.has(at) && at !== sequence);
          expect(includesSequence(above, at)).toBe(expected.has(at) && at >= sequence);
        }
      }),
    );
  });
});

describe('the mark of forks', () => {
  it('is the same in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }), { minLength: 1 }), (numbers) => {
        const ids = numbers.map((number) => number.toString(16).padStart(32, '0'));
        const mark = ids.reduce(xorHex, '');
        expect(mark).toBe([...ids].reverse().reduce(xorHex, ''));
        expect(BigInt(`0x${mark}`)).toBe(numbers.reduce((left, right) => left ^ right));
      }),
    );
  });
});

describe('bytes for the order of people', () => {
  it('sort as the screen does', () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(peerIdOfKey);
    const guest = fc.tuple(key, fc.string({ unit: 'grapheme' })).map(([hub, name]) => `${hub}/${name}`);
    fc.assert(
      fc.property(fc.oneof(key, guest), fc.oneof(key, guest), (left, right) => {
        expect(Math.sign(compareBytes(peerOrderKey(left), peerOrderKey(right)))).toBe(comparePeerIds(left, right));
      }),
    );
  });
});

describe('words', () => {
  it('are what a text is found by: each word of it, and its beginnings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const words = ` ${searchWords(text).join(' ')} `;
        for (const term of searchTerms(text))
          expect(words).toContain(` ${term.words.join(' ')}${term.prefix ? '' : ' '}`);
        // Nothing that could be taken for syntax.
        expect(words).not.toMatch(/["'*():^{}+\-]/);
      }),
    );
  });

  it('are bounded', () => {
    expect(searchTerms('a '.repeat(9_999)).length).toBeLessThanOrEqual(16);
    expect(searchWords('a'.repeat(99_999))[0]?.length).toBeLessThanOrEqual(64);
  });
});

describe('a folder on another machine', () => {
  it.each([0x6969, 0xff534d42, 0xff534d42 | 0, 0xfe534d42, 0x517b, 0x01021997, 0x65735546])(
    'is refused (%i)',
    async (type) => {
      await expect(requireLocalFolder('/data', () => Promise.resolve(type), 'linux')).rejects.toMatchObject({
        code: 'data-dir',
        message: expect.stringContaining('--data-dir') as string,
      });
    },
  );

  it('is told from one of this machine, and from one that is not there', async () => {
    for (const type of [0xef53, 0x01021994, 0x9123683e, 0x58465342])
      await requireLocalFolder('/data', () => Promise.resolve(type), 'linux');
    await requireLocalFolder('/data', () => Promise.resolve(0x6969), 'darwin');
    await requireLocalFolder('/nowhere/at/all');
  });
});
