// Texts that strangers could send, for the tests of everything that is drawn.

import * as fc from 'fast-check';

/** What must never reach a terminal from outside (line feeds are layout's business). */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
export const FORBIDDEN = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/u;

export const HOSTILE: readonly string[] = [
  '\u001B[2J\u001B[H\u001B]0;owned\u0007',
  '\u001B]52;c;ZXZpbA==\u0007',
  '\u009B31mred\u009D0;title\u009C',
  '\u001B[201~/quit\r',
  'abc\rdef\b\b\bxyz\u0007\u0000',
  '\u202Eevil\u202C \u2066isolate\u2069 \u200Fright',
  `z${'\u0335\u0336\u0489'.repeat(200)}algo`,
  '\u1100'.repeat(100),
  '👨‍👩‍👧‍👦'.repeat(40),
  `👩${'\u200D👩'.repeat(60)}`,
  '\uD800\uDC00\uD800 lone \uDFFF',
  '\uFFFE\uFFFF\uFFF9anchor\uFFFA\uFFFB',
  'ﷺ'.repeat(20),
  '𒐫'.repeat(20),
  '\t'.repeat(50),
  '\n'.repeat(300),
  ' '.repeat(500),
  '字'.repeat(300),
  'क्षि'.repeat(50),
  '#\uFE0F\u20E3*\u20E3',
  '\u{E0041}\u{E0042}tag',
  'a\u2028b\u2029c\u0085d\u000Be\u000C',
];

const special = fc.constantFrom(
  ...[
    '\u001B',
    '\u009B',
    '\u0007',
    '\r',
    '\n',
    '\t',
    '\u202E',
    '\u200D',
    '\uFE0F',
    '\u0301',
    '\u20E3',
    '字',
    'か\u3099',
  ],
  ...[
    '👨‍👩‍👧',
    '🇩🇪',
    '🇩',
    '👍🏽',
    '🏽',
    '\u1100',
    '\u1161',
    '\u0600',
    '\u0E33',
    'नि',
    '\uD800',
    '\uFF9E',
    ' ',
    '…',
    '❤',
    'ﷺ',
  ],
);

/** Any text, with much of what is hard to draw. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.oneof(special, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 60 })
    .map((parts) => parts.join('')),
  fc.constantFrom(...HOSTILE),
);
