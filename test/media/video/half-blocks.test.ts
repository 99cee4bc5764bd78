// What a terminal shows after many small changes is what it would show if all had been drawn.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HalfBlocks, type Pane } from '../../../src/media/video/half-blocks.ts';
import { fittedSize, scaled } from '../../../src/media/video/scale.ts';
import type { VideoFrame } from '../../../src/media/video/video-frame.ts';
import { ScreenOfCells } from './screen-of-cells.ts';
import { naturalFrame } from './natural-frame.ts';

const SCREEN = { columns: 170, rows: 60 };

function rgbOf(colour: string): number[] {
  return colour.split(';').slice(1).map(Number);
}

function anyFrame(width: number, height: number): fc.Arbitrary<VideoFrame> {
  const length = width * height * 3;
  return fc.uint8Array({ minLength: length, maxLength: length }).map((rgb) => ({ width, height, rgb, atMs: 0 }));
}

describe('half blocks', () => {
  it('show every pixel within the threshold, whatever changed before', () => {
    const pane: Pane = { x: 3, y: 2, columns: 8, rows: 4 };
    fc.assert(
      fc.property(fc.array(anyFrame(8, 8), { minLength: 1, maxLength: 6 }), fc.nat(80), (frames, threshold) => {
        const screen = new ScreenOfCells(SCREEN);
        const blocks = new HalfBlocks({ colours: 'truecolor', threshold });
        for (const frame of frames) {
          screen.write(blocks.draw(frame, pane));
          for (let y = 0; y < 8; y++)
            for (let x = 0; x < 8; x++) {
              const cell = screen.cell(pane.x + x, pane.y + (y >> 1));
              const shown = rgbOf(y % 2 === 0 ? cell.foreground : cell.background);
              for (const channel of [0, 1, 2])
                expect(Math.abs(shown[channel]! - frame.rgb[(y * 8 + x) * 3 + channel]!)).toBeLessThanOrEqual(
                  threshold,
                );
            }
        }
        expect(screen.strayCells(pane)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it.each(['truecolor', '256', 'ascii'] as const)('of %s are as if drawn anew when the threshold is 0', (colours) => {
    const pane: Pane = { x: 1, y: 1, columns: 12, rows: 5 };
    fc.assert(
      fc.property(fc.array(anyFrame(6, 5), { minLength: 2, maxLength: 5 }), (frames) => {
        const [changed, anew] = [new ScreenOfCells(SCREEN), new ScreenOfCells(SCREEN)];
        const blocks = new HalfBlocks({ colours, threshold: 0 });
        for (const frame of frames) changed.write(blocks.draw(frame, pane));
        anew.write(new HalfBlocks({ colours, threshold: 0 }).draw(frames.at(-1)!, pane));
        expect(changed.cells(pane)).toEqual(anew.cells(pane));
      }),
      { numRuns: 60 },
    );
  });

  it('write nothing for the same picture, and everything after a reset or elsewhere', () => {
    const frame = naturalFrame(0, { width: 320, height: 240 });
    const pane: Pane = { x: 0, y: 0, columns: 80, rows: 24 };
    const blocks = new HalfBlocks({ colours: 'truecolor' });
    const whole = blocks.draw(frame, pane).length;
    expect(whole).toBeGreaterThan(5_000);
    expect(blocks.draw(frame, pane).length).toBe(0);
    blocks.reset();
    expect(blocks.draw(frame, pane).length).toBeGreaterThanOrEqual(whole * 0.9);
    expect(blocks.draw(frame, { ...pane, x: 5 }).length).toBeGreaterThan(5_000);
    expect(blocks.draw(frame, { ...pane, columns: 0, rows: 0 }).length).toBe(0);
  });

  it('are 80x24 with at most 12 KB and 160x50 with at most 40 KB a picture that moves', () => {
    for (const [columns, rows, mostBytes] of [
      [80, 24, 12_288],
      [160, 50, 40_960],
    ] as const) {
      const blocks = new HalfBlocks({ colours: 'truecolor' });
      let bytes = 0;
      for (let index = 0; index < 30; index++) {
        const drawn = blocks.draw(naturalFrame(index, { width: 320, height: 240 }), { x: 0, y: 0, columns, rows });
        if (index > 0) bytes += drawn.length;
      }
      expect(bytes / 29).toBeLessThanOrEqual(mostBytes);
    }
  });

  it('use no colours for ASCII', () => {
    const bytes = new HalfBlocks({ colours: 'ascii' }).draw(naturalFrame(1, { width: 64, height: 48 }), {
      x: 0,
      y: 0,
      columns: 20,
      rows: 8,
    });
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/38;|48;|\u00e2/u);
  });
});

describe('scaling', () => {
  it('keeps proportions and never makes nothing', () => {
    expect(fittedSize({ width: 640, height: 480 }, { width: 80, height: 48 })).toEqual({ width: 64, height: 48 });
    expect(fittedSize({ width: 4_096, height: 1 }, { width: 10, height: 10 })).toEqual({ width: 10, height: 1 });
    expect(fittedSize({ width: 4, height: 4 }, { width: 10, height: 10 })).toEqual({ width: 4, height: 4 });
  });

  it('takes the mean', () => {
    const rgb = Uint8Array.from([0, 10, 20, 100, 30, 40, 0, 10, 20, 100, 30, 40]);
    expect([...scaled({ width: 2, height: 2, rgb, atMs: 7 }, { width: 1, height: 1 }).rgb]).toEqual([50, 20, 30]);
  });

  it('stays within what was there', () => {
    fc.assert(
      fc.property(
        anyFrame(9, 7),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (frame, width, height) => {
          const { rgb } = scaled(frame, { width, height });
          expect(rgb.length).toBe(width * height * 3);
          expect(Math.min(...rgb)).toBeGreaterThanOrEqual(Math.min(...frame.rgb));
          expect(Math.max(...rgb)).toBeLessThanOrEqual(Math.max(...frame.rgb));
        },
      ),
    );
  });
});
