// Numbers of transfers, and paths as they are typed.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayLine, textWidth } from '../../cli/ui/display-width.ts';
import { cutName } from '../../cli/ui/file-lines.ts';
import { barText, clockText, leftText, percentText, shareOf, sizeText, waveText } from '../../cli/transfer-text.ts';
import { pathsOf, shellWords } from '../../cli/ui/typed-path.ts';
import { anyText } from './hostile-text.ts';

describe('numbers', () => {
  it('are short', () => {
    expect([0, 999, 999.6, 1000, 2_100_000, 9_960_000, 999_499_999, 1e12].map(sizeText)).toEqual([
      ...['0 B', '999 B', '1.0 kB', '1.0 kB', '2.1 MB', '10 MB', '999 MB', '1.0 TB'],
    ]);
    fc.assert(fc.property(fc.nat({ max: 2 ** 53 - 1 }), (bytes) => sizeText(bytes).length <= 6));
    expect(sizeText(Number.NaN)).toBe('?');
  });

  it('say the time that is left, when it is known', () => {
    expect([7, 750, 3723].map(clockText)).toEqual(['0:07', '12:30', '1:02:03']);
    expect(leftText({ size: 100, bytes: 0, bytesPerSecond: 0 })).toBe('');
    expect(leftText({ size: 100, bytes: 61, bytesPerSecond: 20 })).toBe('0:02 left');
    expect(leftText({ size: 1e15, bytes: 0, bytesPerSecond: 1 })).toBe('');
  });

  it('never say 100 % early, nor anything odd of odd sizes', () => {
    expect(percentText(shareOf({ size: 100, bytes: 100 }))).toBe('99 %');
    expect(percentText(shareOf({ size: 0, bytes: 0 }))).toBe('0 %');
    expect(percentText(shareOf({ size: 5, bytes: 500 }))).toBe('99 %');
  });
});

describe('bars and waves', () => {
  it('are as wide as they should be', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.integer({ min: 3, max: 80 }), (share, columns) => {
        expect(textWidth(barText(share, columns))).toBe(columns);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 255 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (wave, columns) => {
          expect(textWidth(waveText(wave, columns))).toBe(Math.min(columns, wave.length));
        },
      ),
    );
    expect(barText(0.5, 6)).toBe('▕██  ▏');
  });
});

describe('names', () => {
  it('are cut in the middle, never wider than they may be', () => {
    expect(cutName('photograph-of-the-board.jpeg', 16)).toMatch(/^photo.*….*jpeg$/);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 8, max: 60 }), (name, columns) => {
        const line = displayLine(name);
        expect(textWidth(cutName(line, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('paths', () => {
  const posix = { home: '/home/alice', windows: false };

  it('are read as a shell and a terminal write them', () => {
    expect(pathsOf('~/a b.txt', posix)[0]).toBe('/home/alice/a b.txt');
    expect(pathsOf('"/x/a b" ', posix)[0]).toBe('/x/a b');
    expect(pathsOf("'/x/it'\\''s'", posix)[0]).toBe("/x/it's");
    expect(pathsOf('/x/a\\ b', posix)[0]).toBe('/x/a b');
    expect(pathsOf('file:///x/a%20b', posix)[0]).toBe('/x/a b');
    expect(pathsOf('~', posix)[0]).toBe('/home/alice');
    expect(pathsOf(' ', posix)).toEqual([]);
    expect(pathsOf('/x\0y', posix)).toEqual([]);
  });

  it('of whatever is typed are absolute', () => {
    fc.assert(fc.property(fc.string(), (typed) => pathsOf(typed, posix).every((path) => path.startsWith('/'))));
  });

  it('words with an open quote are none', () => {
    expect(shellWords('"a')).toBeUndefined();
    expect(shellWords('a "b c"d')).toEqual(['a', 'b cd']);
    expect(shellWords('')).toEqual([]);
    expect(shellWords("''")).toEqual(['']);
  });
});
