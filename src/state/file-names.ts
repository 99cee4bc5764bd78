// Names of files from outside, made into ones that are allowed and harmless on Linux, macOS and Windows alike.

import { utf8 } from '../base/bytes.ts';
import { cleanText } from '../base/clean-text.ts';

/** Bytes of UTF-8 in a name; with a number and the ending of a part it stays under the 255 of most file systems. */
export const FILE_NAME_LIMIT_BYTES = 200;
/** What is called so has no name that could be kept. */
export const NAMELESS_FILE = 'file';

// Longer than any name that a file system has; keeps the work on hostile ones small.
const CLAIM_LIMIT_UNITS = 4096;
const EXTENSION_LIMIT_BYTES = 32;
const PLAIN = /^[\x20-\x7e]*$/u;

const BLANK_CONTROLS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/u;
// Joiners are part of emoji (a family is four joined ones) and of the spelling of these scripts; elsewhere nobody sees
// them, and two names with and without one would look the same.
const JOINED_SCRIPT =
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}' +
  '\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}' +
  '\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}]';
const KEPT_JOINERS =
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\uFE0F?)\\u200D(?=\\p{Extended_Pictographic})' +
  `|(?<=${JOINED_SCRIPT}\\p{M}?)[\\u200C\\u200D](?=${JOINED_SCRIPT})` +
  '|(?<=[\\p{Emoji}])\\uFE0F';
const JOINERS_OR_UNSEEN = new RegExp(`(${KEPT_JOINERS})|${UNSEEN.source}`, 'gu');
const BLANKS = /[\p{White_Space}\u2800]/gu;
// Enough of them push an extension out of sight.
const LONG_BLANKS = / {4,}/gu;
const RESERVED = /[<>:"|?*]/gu;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ ]*(?:\.|$)/iu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A name for `name`, whatever that is: one segment of a path, never hidden, never a device of Windows, at most 200 bytes
 * with its extension kept. Comes out unchanged when it was such a name already.
 */
export function safeFileName(name: string): string {
  // What follows the last separator, as every browser does it.
  const segment = bounded(name)
    .split(/[/\\]/u)
    .filter((part) => !/^[.\s]*$/u.test(part))
    .at(-1);
  let safe = segment ?? '';
  // What one step takes away can bring what an earlier one looks for to the front: until nothing changes any more.
  for (let round = 0; round < 8; round++) {
    const before = safe;
    safe = cut(trimmed(harmless(safe)), FILE_NAME_LIMIT_BYTES);
    if (DEVICE.test(safe)) safe = cut(`_${safe}`, FILE_NAME_LIMIT_BYTES);
    if (safe === before) break;
  }
  return safe === '' ? NAMELESS_FILE : safe;
}

/**
 * The same for something in a folder that was taken as a whole: `.gitignore` keeps its one dot there. What lies directly
 * in the folder of downloads is never hidden.
 */
export function safeItemName(name: string): string {
  const safe = safeFileName(name);
  return /^\.[^.\s/\\]/u.test(name) && !/[/\\]/u.test(name) ? `.${safe}` : safe;
}

/** The name to take when `name` is taken: `name (1).ext`. Its extension is kept, and a tar's double one. */
export function numberedFileName(name: string, number: number): string {
  if (number === 0) return name;
  const { base, extension } = partsOf(name);
  return `${base} (${number})${extension}`;
}

/** Names with the same key are one name to the file systems of macOS and Windows. */
export function fileNameKey(name: string): string {
  return foldedOnce(foldedOnce(name));
}

// Not from confusables.ts: its table is large, and a worker that writes files has no other use for it.
function foldedOnce(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

function bounded(name: string): string {
  if (name.length <= CLAIM_LIMIT_UNITS) return name;
  return name.slice(0, CLAIM_LIMIT_UNITS / 2) + name.slice(-CLAIM_LIMIT_UNITS / 2);
}

function harmless(name: string): string {
  const seen = PLAIN.test(name)
    ? name
    : cleanText(
        name
          .normalize('NFC')
          .replace(BLANK_CONTROLS, ' ')
          .replace(JOINERS_OR_UNSEEN, (_match, joiner?: string) => joiner ?? ''),
      )
        .replace(BLANKS, ' ')
        .normalize('NFC');
  return seen
    .replace(/^ *[a-z]:/iu, '')
    .replace(RESERVED, '_')
    .replace(/[/\\]/gu, '_')
    .replace(LONG_BLANKS, ' ');
}

function trimmed(name: string): string {
  // A mark without a letter would sit on whatever is printed before the name.
  return name.replace(/^[. \p{M}]+/u, '').replace(/[. ]+$/u, '');
}

function cut(name: string, limitBytes: number): string {
  if (name.length * 3 <= limitBytes || utf8(name).length <= limitBytes) return name;
  const { base, extension } = partsOf(name);
  return trimmed(start(base, limitBytes - utf8(extension).length)) + extension;
}

function start(text: string, limitBytes: number): string {
  let kept = '';
  let bytes = 0;
  for (const { segment } of graphemes.segment(text)) {
    bytes += utf8(segment).length;
    if (bytes > limitBytes) break;
    kept += segment;
  }
  return kept;
}

function partsOf(name: string): { readonly base: string; readonly extension: string } {
  const extension = /(?:\.tar)?\.[^. ]+$/iu.exec(name)?.[0] ?? '';
  if (extension.length === name.length || utf8(extension).length > EXTENSION_LIMIT_BYTES)
    return { base: name, extension: '' };
  return { base: name.slice(0, name.length - extension.length), extension };
}
