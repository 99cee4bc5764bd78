// The small parts of transfers: sets of pieces, which piece comes next, what is saved without asking, how fast it goes.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCEPT_LIMITS, whyToAsk, type Offer } from '../../../src/services/transfers/accept-rules.ts';
import { choosePiece } from '../../../src/services/transfers/piece-choice.ts';
import { PieceHashes } from '../../../src/services/transfers/piece-hashes.ts';
import { PieceSet } from '../../../src/services/transfers/piece-set.ts';
import { RateMeter } from '../../../src/services/transfers/rate-meter.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const sizes = fc.integer({ min: 0, max: 70 });
const steps = fc.array(fc.record({ piece: fc.integer({ min: -3, max: 80 }), add: fc.boolean() }), { maxLength: 100 });

describe('a set of pieces', () => {
  it('is what a plain set of numbers is', () => {
    fc.assert(
      fc.property(sizes, steps, (size, changes) => {
        const pieces = new PieceSet(size);
        const plain = new Set<number>();
        for (const { piece, add } of changes) {
          const isPiece = piece >= 0 && piece < size;
          const changed = isPiece && plain.has(piece) !== add;
          expect(add ? pieces.add(piece) : pieces.delete(piece)).toBe(changed);
          if (isPiece && add) plain.add(piece);
          else plain.delete(piece);
        }
        expect(pieces.count).toBe(plain.size);
        expect(pieces.isFull).toBe(plain.size === size);
        const listed: number[] = [];
        for (let piece = pieces.next(0); piece !== undefined; piece = pieces.next(piece + 1)) listed.push(piece);
        expect(listed).toEqual([...plain].sort((left, right) => left - right));
        const missing: number[] = [];
        for (let piece = pieces.next(0, false); piece !== undefined; piece = pieces.next(piece + 1, false))
          missing.push(piece);
        expect(missing).toHaveLength(size - plain.size);
        const copy = PieceSet.from(pieces.toBytes(), size);
        expect(copy.toBytes()).toEqual(pieces.toBytes());
        expect(copy.countWithout(new PieceSet(size))).toBe(plain.size);
        expect(copy.countWithout(pieces)).toBe(0);
      }),
    );
  });

  it('takes nothing beyond its end from bytes of somebody else', () => {
    fc.assert(
      fc.property(sizes, fc.uint8Array({ maxLength: 20 }), (size, bytes) => {
        const pieces = PieceSet.from(bytes, size);
        expect(pieces.count).toBeLessThanOrEqual(size);
        expect(pieces.next(size)).toBeUndefined();
      }),
    );
  });
});

describe('the next piece', () => {
  const all = PieceSet.full(20);
  const free = (): boolean => true;

  it('comes in order from the only source', () => {
    const have = new PieceSet(20);
    const order: number[] = [];
    for (;;) {
      const piece = choosePiece({
        have,
        there: all,
        limit: 20,
        random: undefined,
        isFree: free,
        holders: () => 1,
      });
      if (piece === undefined) break;
      order.push(piece);
      have.add(piece);
    }
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('is one that few have, that is there, is missing here, and may be asked for', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        fc.uint8Array({ minLength: 3, maxLength: 3 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (mine, theirs, random, limit) => {
          const have = PieceSet.from(mine, 20);
          const there = PieceSet.from(theirs, 20);
          const holders = (piece: number): number => (piece * 7) % 5;
          const isFree = (piece: number): boolean => piece % 3 !== 0;
          const possible = Array.from({ length: limit }, (_, index) => index).filter(
            (piece) => !have.has(piece) && there.has(piece) && isFree(piece),
          );
          const chosen = choosePiece({ have, there, limit, random, isFree, holders });
          if (possible.length === 0) expect(chosen).toBeUndefined();
          else {
            expect(possible).toContain(chosen);
            expect(holders(chosen!)).toBe(Math.min(...possible.map(holders)));
          }
        },
      ),
    );
  });
});

describe('hashes of pieces', () => {
  it('are told in runs', () => {
    const hashes = new PieceHashes(10);
    const hashOf = (piece: number): Uint8Array => new Uint8Array(32).fill(piece);
    for (const piece of [0, 1, 2, 5, 9]) expect(hashes.set(piece, hashOf(piece))).toBe(true);
    expect(hashes.set(5, hashOf(5))).toBe(false);
    expect(hashes.set(10, hashOf(10))).toBe(false);
    expect(hashes.set(3, new Uint8Array(31))).toBe(false);
    expect([...hashes.runs()].map(({ first, hashes: { length } }) => [first, length / 32])).toEqual([
      [0, 3],
      [5, 1],
      [9, 1],
    ]);
    const other = new PieceHashes(10);
    for (const { first, hashes: bytes } of hashes.runs()) other.setAll(first, bytes);
    expect(other.bytes).toEqual(hashes.bytes);
  });
});

describe('what is saved without asking', () => {
  const offer: Offer = {
    size: 1_000_000,
    known: false,
    takenToday: 0,
    space: { freeBytes: 1e12, totalBytes: 1e12 },
  };
  const { strangerFileBytes, strangerDayBytes, leftBytes } = ACCEPT_LIMITS;

  it.each([
    ['something small of somebody new', {}, undefined],
    ['the largest of somebody new', { size: strangerFileBytes }, undefined],
    ['more than that', { size: strangerFileBytes + 1 }, 'too-large'],
    ['the same of somebody known', { size: strangerFileBytes + 1, known: true }, undefined],
    ['too much in a day', { takenToday: strangerDayBytes }, 'too-much'],
    ['much in a day of somebody known', { takenToday: strangerDayBytes, known: true }, undefined],
    ['what fills the disk', { known: true, space: { freeBytes: leftBytes, totalBytes: 2e9 } }, 'disk-full'],
    ['what fills a large disk', { known: true, space: { freeBytes: 40e9, totalBytes: 1e12 } }, 'disk-full'],
    ['something when nothing is known of the disk', { space: undefined }, undefined],
  ])('%s', (_, change, code) => {
    expect(whyToAsk({ ...offer, ...change })?.code).toBe(code);
  });
});

describe('the rate', () => {
  it('is that of the last seconds', async () => {
    const clock = new VirtualClock();
    const meter = new RateMeter(clock);
    expect(meter.bytesPerSecond).toBe(0);
    for (let step = 0; step < 50; step++) {
      meter.add(1_000);
      await clock.advance(100);
    }
    expect(meter.bytesPerSecond).toBeGreaterThan(9_000);
    expect(meter.bytesPerSecond).toBeLessThan(11_000);
    await clock.advance(5_000);
    expect(meter.bytesPerSecond).toBe(0);
  });
});
