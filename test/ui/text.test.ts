// Text on the screen: no control characters, no row wider than asked for, nothing lost but what is cut.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, displayLine, displayText, fitText, graphemesOf, textWidth } from '../../cli/ui/display-width.ts';
import { wrapText } from '../../cli/ui/wrap.ts';
import { anyText, FORBIDDEN, HOSTILE } from './hostile-text.ts';

describe('displayText', () => {
  it('leaves no control, escape or bidi character in any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(displayText(text).replaceAll('\n', '')).not.toMatch(FORBIDDEN);
        expect(displayLine(text)).not.toMatch(FORBIDDEN);
        expect(displayLine(text)).not.toContain('\n');
      }),
    );
  });

  it('expands tabs to the next stop of four', () => {
    expect(displayText('a\tb\n\tc\n字\td')).toBe('a   b\n    c\n字  d');
  });

  it('cuts clusters that never end', () => {
    const bomb = `a${'\u0301'.repeat(10_000)}b`;
    expect(displayText(bomb).length).toBeLessThan(32);
    expect(displayText(bomb)).toMatch(/^a.*b$/u);
    expect(textWidth(displayText('\u1100'.repeat(500)))).toBeLessThanOrEqual(500 * 2);
  });

  it('keeps emoji of several code points whole', () => {
    for (const emoji of ['👨‍👩‍👧‍👦', '👍🏽', '🇩🇪', '❤️', '👩🏽‍❤️‍💋‍👨🏿']) expect(displayLine(emoji)).toBe(emoji);
  });

  it('lets no mark melt into what the program draws before it', () => {
    expect(displayLine('\u0301\u200D\uFE0Fx')).toBe('x');
  });
});

describe('graphemesOf', () => {
  it('cuts long texts in pieces and as the Segmenter does', () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 12 }), (texts) => {
        const text = texts.join('');
        expect(graphemesOf(text)).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment));
      }),
    );
  });
});

describe('cutText and fitText', () => {
  it('never exceed the width, and fitText fills it', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 60 }), (text, width) => {
        const shown = displayLine(text);
        expect(textWidth(cutText(shown, width))).toBeLessThanOrEqual(width);
        expect(textWidth(fitText(shown, width))).toBe(width);
      }),
    );
  });

  it('cut between graphemes and say so', () => {
    expect(cutText('hello', 5)).toBe('hello');
    expect(cutText('hello!', 5)).toBe('hell…');
    expect(cutText('字字字', 4)).toBe('字…');
    expect(cutText('a👨‍👩‍👧‍👦b', 3)).toBe('a…');
  });
});

describe('wrapText', () => {
  it('gives no row wider than the width, for any text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, width) => {
        const rows = wrapText(displayText(text), width);
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('loses nothing but white space', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 50 }), (text, width) => {
        const shown = displayText(text);
        // A cluster wider than the row becomes `…`.
        fc.pre(graphemesOf(shown).every((grapheme) => textWidth(grapheme) <= width));
        const squeeze = (of: string): string => of.replace(/\s+/gu, '');
        expect(squeeze(wrapText(shown, width).join(''))).toBe(squeeze(shown));
      }),
    );
  });

  it('breaks at spaces, keeps indentation, splits long words and wide characters', () => {
    expect(wrapText('who wants to solder?', 10)).toEqual(['who wants', 'to solder?']);
    expect(wrapText('    return 1', 12)).toEqual(['    return 1']);
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapText('這是一個很長的', 5)).toEqual(['這是', '一個', '很長', '的']);
    expect(wrapText('one\n\ntwo', 10)).toEqual(['one', '', 'two']);
    expect(wrapText('', 10)).toEqual(['']);
  });

  it('wraps the largest message before anybody gives up', () => {
    // Quadratic work would run into the limit of the test.
    expect(wrapText(displayText('a 字\u0301 👨‍👩‍👧 '.repeat(3000)), 70).length).toBeGreaterThan(100);
  });

  it('survives the collected nasties', () => {
    for (const text of HOSTILE) {
      for (const row of wrapText(displayText(text), 7)) {
        expect(textWidth(row)).toBeLessThanOrEqual(7);
        expect(row).not.toMatch(FORBIDDEN);
      }
    }
  });
});
