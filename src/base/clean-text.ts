// What comes from outside and could command a terminal, made harmless. Everything foreign passes here exactly once on
// its way in, before it becomes part of the state, and log lines once more on their way out.

// Bidirectional embeddings, overrides and isolates (UAX #9), and the deprecated format controls beside them: they make
// a line read in another order than it is stored. The marks LRM, RLM and ALM stay: right-to-left text needs them, and
// they can't reach beyond their neighbours.
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u206F]/gu;
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029\v\f]/gu;
// C0 without tab and line feed, DEL, C1; interlinear annotation controls; noncharacters; lone surrogates.
const CONTROLS =
  // eslint-disable-next-line no-control-regex -- control characters are what this file is about
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFFF9-\uFFFB\p{Noncharacter_Code_Point}\p{Cs}]/gu;

/** Combining marks and invisible characters in a row that are kept; the longest honest runs are about half of it. */
export const MARK_RUN_LIMIT = 8;
// Invisible characters count as well: else a joiner between the marks would start the count anew.
const LONG_MARK_RUNS = new RegExp(
  `([\\p{M}\\p{Default_Ignorable_Code_Point}]{${MARK_RUN_LIMIT}})[\\p{M}\\p{Default_Ignorable_Code_Point}]+`,
  'gu',
);

/**
 * Text of several lines: line breaks become LF, bidi controls vanish, towers of combining marks are cut, every other
 * control character becomes a visible sign (U+2400 block, else U+FFFD), so that nothing is lost without a trace.
 * Doing it twice changes nothing more.
 */
export function cleanText(text: string): string {
  return text
    .replace(LINE_BREAKS, '\n')
    .replace(BIDI_CONTROLS, '')
    .replace(CONTROLS, visible)
    .replace(LONG_MARK_RUNS, '$1');
}

/** As `cleanText`, on one line: line breaks and tabs become a space. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/[\n\t]+/gu, ' ');
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}
