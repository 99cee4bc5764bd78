// Nothing that a terminal acts on survives; everything that people write does.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, MARK_RUN_LIMIT } from '../../src/base/clean-text.ts';

// Written apart from the implementation, by code point.
function commandsTerminal(codePoint: number): boolean {
  if (codePoint === 0x0a || codePoint === 0x09) return false;
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint <= 0x9f)) return true;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return true;
  if (codePoint >= 0x202a && codePoint <= 0x202e) return true;
  if (codePoint >= 0x2066 && codePoint <= 0x206f) return true;
  return codePoint === 0x2028 || codePoint === 0x2029;
}

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]0;x\u0007',
        '\u009b2J',
        '\r',
        '\n',
        '\u202e',
        '\u2066',
        '\u0301',
        '\u200d',
        '\ud83d',
        '\ude00',
        'a',
        '\u2028',
        '\b',
        '\u007f',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);

describe('cleanText', () => {
  it('lets nothing through that a terminal acts on', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(codePoints(cleanText(text)).filter(commandsTerminal)).toEqual([]);
        expect(
          codePoints(cleanLine(text)).filter((code) => commandsTerminal(code) || code === 0x0a || code === 0x09),
        ).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing more when done twice', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
        expect(cleanLine(cleanLine(text))).toBe(cleanLine(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('shows what it took the power of', () => {
    expect(cleanText('a\u001b[31mb\u0007\u007f\u009b')).toBe('a\u241b[31mb\u2407\u2421\ufffd');
    expect(cleanText('one\r\ntwo\rthree\u2028four\u0085five')).toBe('one\ntwo\nthree\nfour\nfive');
    expect(cleanText('abc\u202Etxt.exe')).toBe('abctxt.exe');
    expect(cleanText('\ud83d x')).toBe('\ufffd x');
    expect(cleanLine('a\tb\r\n\r\nc')).toBe('a b c');
  });

  it.each([
    ['a family', '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}'],
    ['a pirate flag', '\u{1F3F4}\u200d\u2620\ufe0f'],
    ['a flag made of tags', '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'],
    ['accents', 'e\u0301 n\u0303 \u1ec7'],
    ['Hebrew with points and a mark', '\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd\u200f!'],
    ['Arabic', '\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f'],
    ['Hindi with joiners', '\u0915\u094d\u200d\u0937'],
    ['Thai', '\u0e01\u0e33\u0e25\u0e31\u0e07\u0e43\u0e08'],
    ['tabs and lines', 'a\tb\nc'],
  ])('keeps %s', (_what, text) => {
    expect(cleanText(text)).toBe(text);
  });

  it('cuts towers of marks, also with joiners between them', () => {
    expect(cleanText('a' + '\u0301'.repeat(500) + 'b')).toBe('a' + '\u0301'.repeat(MARK_RUN_LIMIT) + 'b');
    const broken = cleanText('a' + '\u0301\u200d\u0302\u200b'.repeat(100));
    expect(Array.from(broken).length).toBe(1 + MARK_RUN_LIMIT);
  });

  it('does no quadratic work: that would run into the limit of the test', () => {
    const text = '\u001b\u0301\u202e'.repeat(100_000);
    expect(cleanText(text)).not.toContain('\u001b');
  });
});
