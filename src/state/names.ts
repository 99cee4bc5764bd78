// Names of people and rooms: which are allowed, and which are the same.

import { utf8 } from '../base/bytes.ts';
import { cleanLine } from '../base/clean-text.ts';
import { MmchatError } from '../base/errors.ts';
import { boundedMemo } from './bounded-memo.ts';
import { foldCase, skeletonOf, withoutInvisible } from './confusables.ts';

const NAME_LIMIT_GRAPHEMES = 32;
const NAME_LIMIT_BYTES = 64;
/** What somebody is called whose own name can't be shown. */
export const NAMELESS = 'nameless';

const RESERVED = 'everyone';
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const BIDI_CONTROL = /[\p{Bidi_Control}\u206A-\u206F]/u;
const BIDI_CONTROLS = /[\p{Bidi_Control}\u206A-\u206F]+/gu;
const PLAIN = /^[\x20-\x7e]*$/;
const SEEN_BY_NOBODY = /^[\p{White_Space}\p{M}]*$/u;
const MEMO_LIMIT = 8192;
// Longer than any name that could pass; keeps the work on hostile claims small.
const CLAIM_LIMIT_UNITS = 512;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A person's name as it is stored and sent: NFC, trimmed.
 *
 * @throws MmchatError `bad-name` with a sentence that says what is wrong
 */
export function checkPersonName(name: string): string {
  const checked = checkName(name, 'A name');
  if (checked.includes('@')) throw badName('A name has no @: that sign belongs to guests of a super-peer.');
  return checked;
}

/**
 * A room's name as it is stored and sent: NFC, trimmed.
 *
 * @throws MmchatError `bad-name` with a sentence that says what is wrong
 */
export function checkRoomName(name: string): string {
  return checkName(name, "A room's name");
}

function checkName(name: string, what: string): string {
  // Far too long: say so before work is spent on it.
  if (name.length > CLAIM_LIMIT_UNITS * 8) throw badName(`${what} has at most ${NAME_LIMIT_GRAPHEMES} characters.`);
  const trimmed = name.normalize('NFC').trim();
  if (CONTROL.test(trimmed)) throw badName(`${what} has no control characters.`);
  if (BIDI_CONTROL.test(trimmed)) throw badName(`${what} has no characters that turn the direction of writing.`);
  const clean = cleanLine(trimmed);
  if (clean === '') throw badName(`${what} can't be empty.`);
  if (SEEN_BY_NOBODY.test(withoutInvisible(clean))) throw badName(`${what} needs a character that can be seen.`);
  if (/^\p{M}/u.test(clean)) throw badName(`${what} can't start with a combining mark.`);
  if (/^[/#]/u.test(clean)) throw badName(`${what} can't start with ${clean.slice(0, 1)}.`);
  if (countGraphemes(clean) > NAME_LIMIT_GRAPHEMES)
    throw badName(`${what} has at most ${NAME_LIMIT_GRAPHEMES} characters.`);
  if (utf8(clean).length > NAME_LIMIT_BYTES)
    throw badName(`${what} has at most ${NAME_LIMIT_BYTES} bytes (${NAME_LIMIT_GRAPHEMES} plain letters fit).`);
  if (isReserved(clean)) throw badName(`The name ${RESERVED} is reserved: it means all people here.`);
  return clean;
}

/**
 * A name that may be shown, made of whatever somebody calls themselves: it passes `checkPersonName`, and comes out
 * unchanged when it did so before.
 */
export function cleanForeignName(text: string): string {
  const line = cleanLine(text.slice(0, CLAIM_LIMIT_UNITS)).replace(BIDI_CONTROLS, '').replace(/@/gu, '');
  // Composed and cleaned once more: what was taken out may have parted a letter from its marks.
  const plain = cleanLine(line.normalize('NFC'));
  const name = cutName(plain.replace(/^[\p{White_Space}\p{M}/#]+/u, '').trim(), '');
  if (name === '' || SEEN_BY_NOBODY.test(withoutInvisible(name)) || isReserved(name)) return NAMELESS;
  return name;
}

/** `name` followed by `suffix`, with as many graphemes of the name as a label has room for. */
export function cutName(name: string, suffix: string): string {
  // Plain letters need no segmenter, which is a hundred times slower.
  if (PLAIN.test(name)) return name.slice(0, NAME_LIMIT_GRAPHEMES - suffix.length).trimEnd() + suffix;
  let kept = '';
  let count = suffix.length;
  let bytes = suffix.length;
  for (const { segment } of graphemes.segment(name)) {
    count += 1;
    bytes += utf8(segment).length;
    if (count > NAME_LIMIT_GRAPHEMES || bytes > NAME_LIMIT_BYTES) break;
    kept += segment;
  }
  return kept.trimEnd() + suffix;
}

/**
 * The key by which people's names are compared: NFKC, case folding, without invisible characters, look-alikes as one.
 * Never shown.
 */
export function foldName(name: string): string {
  return nameKeys(name)[0];
}

/**
 * All looks that a name can have: as written, in small letters, in capitals. Two names are the same when they share one:
 * Greek `ΝΟΑ` looks like `NOA`, its small form `νοα` like `voa`, and all of them are one name to a Greek.
 */
export const nameKeys: (name: string) => readonly [string, ...string[]] = boundedMemo(MEMO_LIMIT, (name) => {
  const compatible = name.normalize('NFKC');
  const small = skeletonOf(foldCase(compatible));
  const others = [skeletonOf(compatible), skeletonOf(compatible.toUpperCase())].filter((key) => key !== small);
  return [small, ...new Set(others)];
});

/** The key by which rooms are compared: NFKC and case folding. Part of the wire: never change it for a look. */
export const foldRoomName: (room: string) => string = boundedMemo(MEMO_LIMIT, (room) =>
  foldCase(foldCase(room.normalize('NFKC')).normalize('NFKC')).normalize('NFKC'),
);

function isReserved(name: string): boolean {
  return nameKeys(name).some((key) => nameKeys(RESERVED).includes(key));
}

function countGraphemes(text: string): number {
  let count = 0;
  for (const _segment of graphemes.segment(text)) count += 1;
  return count;
}

function badName(sentence: string): MmchatError {
  return new MmchatError('bad-name', sentence);
}
