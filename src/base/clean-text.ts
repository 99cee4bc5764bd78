// What comes from outside and could command a terminal, made harmless. Everything foreign passes here exactly once on
// its way in, before it becomes part of the state, and log lines once more on their way out.

// Bidirectional embeddings, overrides and isolates (UAX #9): they make a line read in another order than it is stored.
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/gu;
// Also invisible in names, where nobody needs them: marks, joiners that join nothing, fillers, tags, variation noise.
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029\v\f]/gu;
// C0 without tab and line feed, DEL, C1; lone surrogates; noncharacters and interlinear annotation controls.
// eslint-disable-next-line no-control-regex -- control characters are what this file is about
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFFF9-\uFFFB\uFFFE\uFFFF\p{Cs}]/gu;

/**
 * Text of several lines: line breaks become LF, bidi controls vanish, every other control character becomes a visible
 * sign (U+2400 block, else U+FFFD), so that nothing is lost without a trace.
 */
export function cleanText(text: string): string {
  return text.replace(LINE_BREAKS, '\n').replace(BIDI_CONTROLS, '').replace(CONTROLS, visible);
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
