// Rates, times and places of pictures.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiles } from '../../../src/media/video/grid.ts';
import { LipSync, MOST_WAIT_MS } from '../../../src/media/video/lip-sync.ts';
import { VideoRate } from '../../../src/media/video/video-rate.ts';
import { ntpFromMs } from '../../../src/wire/media/ntp.ts';

const SOURCE = { width: 1280, height: 720, framesPerSecond: 30 };

describe('the rate of pictures', () => {
  it('goes down to the least and up to the most', () => {
    const rate = new VideoRate('h264', SOURCE);
    for (let report = 0; report < 50; report++) rate.report({ fractionLost: 0.5 });
    expect(rate.setting).toEqual({ bitsPerSecond: 50_000, width: 320, height: 180, framesPerSecond: 5 });
    for (let report = 0; report < 100; report++) rate.report({ fractionLost: 0, roundTripMs: 1 });
    expect(rate.setting).toEqual({ bitsPerSecond: 6_000_000, ...SOURCE });
  });

  it('bears losses that packets sent again make good', () => {
    const rate = new VideoRate('h264', SOURCE);
    const before = rate.setting.bitsPerSecond;
    for (let report = 0; report < 20; report++) rate.report({ fractionLost: 0.06, roundTripMs: 1 });
    expect(rate.setting.bitsPerSecond).toBeGreaterThan(before);
  });

  it('keeps the limit of the receiver, and gives way to a queue', () => {
    const rate = new VideoRate('jpeg', SOURCE);
    expect(rate.limit(300_000).bitsPerSecond).toBe(300_000);
    for (let report = 0; report < 50; report++) rate.report({ fractionLost: 0, roundTripMs: 2 });
    expect(rate.setting).toMatchObject({ bitsPerSecond: 300_000, framesPerSecond: 5 });
    expect(rate.limit(Number.NaN).bitsPerSecond).toBe(300_000);
    const now = rate.report({ fractionLost: 0, roundTripMs: 2 }).bitsPerSecond;
    expect(rate.report({ fractionLost: 0, roundTripMs: 200 }).bitsPerSecond).toBeLessThan(now);
  });

  it('does not change sizes to and fro', () => {
    const rate = new VideoRate('h264', SOURCE);
    let changes = 0;
    let last = '';
    for (let report = 0; report < 200; report++) {
      const { width, framesPerSecond } = rate.report({ fractionLost: report % 12 === 0 ? 0.2 : 0, roundTripMs: 1 });
      const size = `${width}@${framesPerSecond}`;
      if (size !== last) changes++;
      last = size;
    }
    expect(changes).toBeLessThan(60);
  });

  it('stays within bounds whatever is reported', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double(), fc.double(), fc.double())), (reports) => {
        const rate = new VideoRate('jpeg', { width: 641, height: 479, framesPerSecond: 15 });
        for (const [fractionLost, roundTripMs, limit] of reports) {
          rate.report({ fractionLost, roundTripMs });
          const { bitsPerSecond, width, height, framesPerSecond } = rate.limit(limit);
          expect(bitsPerSecond).toBeGreaterThanOrEqual(200_000);
          expect(bitsPerSecond).toBeLessThanOrEqual(24_000_000);
          expect([width % 2, height % 2]).toEqual([0, 0]);
          expect(width).toBeLessThanOrEqual(642);
          expect(framesPerSecond).toBeLessThanOrEqual(15);
        }
      }),
    );
  });
});

describe('lip sync', () => {
  it('shows a picture when its word is heard', () => {
    const sync = new LipSync();
    expect(sync.showAtMs(1, 500)).toBe(500);
    sync.report('audio', { ntp: ntpFromMs(10_000), rtpTimestamp: 0xffff_fff0 });
    sync.report('video', { ntp: ntpFromMs(10_040), rtpTimestamp: 1_000 });
    // Spoken at 10,000, heard at 2,000; taken at 10,060.
    sync.audioHeard(0xffff_fff0, 2_000);
    expect(sync.showAtMs(1_000 + 20 * 90, 1_990)).toBeCloseTo(2_060, 3);
    expect(sync.showAtMs(1_000 + 20 * 90, 2_100)).toBe(2_100);
    expect(sync.showAtMs(1_000 + 60_000 * 90, 2_100)).toBe(2_100 + MOST_WAIT_MS);
    sync.audioEnded();
    expect(sync.showAtMs(1_000 + 20 * 90, 1_990)).toBe(1_990);
  });
});

describe('tiles', () => {
  it('never overlap, never leave the pane, one for each', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(60),
        fc.nat(12),
        fc.option(fc.nat(14), { nil: undefined }),
        (columns, rows, people, active) => {
          const all = tiles({ x: 2, y: 3, columns, rows }, people, active);
          expect(all.length).toBe(people);
          const taken = new Set<string>();
          let cells = 0;
          for (const tile of all) {
            cells += tile.columns * tile.rows;
            for (let y = tile.y; y < tile.y + tile.rows; y++)
              for (let x = tile.x; x < tile.x + tile.columns; x++) {
                if (x < 2 || x >= 2 + columns || y < 3 || y >= 3 + rows) throw new Error('outside');
                taken.add(`${x},${y}`);
              }
          }
          expect(taken.size).toBe(cells);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are larger for who speaks', () => {
    for (const pane of [
      { x: 0, y: 0, columns: 160, rows: 40 },
      { x: 0, y: 0, columns: 60, rows: 60 },
    ]) {
      const areas = tiles(pane, 5, 2).map(({ columns, rows }) => columns * rows);
      for (const [index, area] of areas.entries()) if (index !== 2) expect(area).toBeLessThan(areas[2]! / 2);
    }
  });
});
