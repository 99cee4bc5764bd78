// Messages as lines for people to read: in exported files and on a terminal. Pure; whatever it is given comes out clean.

import { cleanLine, cleanText } from '../base/clean-text.ts';
import type { MessageRow, ReactionRow } from './message-row.ts';

/** Where names begin; lines below the first of a message begin there too, so that nobody's text looks like a line of its own. */
const INDENT = ' '.repeat('2026-11-22 15:04  '.length);
/** Messages that an answer can name; others are older than what is remembered. */
const REMEMBERED_LIMIT = 1000;
const EMOJI_SHOWN = 20;
const NAMES_SHOWN = 10;

export interface TranscriptOptions {
  /** Says with each message where it was said: for messages of several conversations. */
  readonly places: boolean;
}

/** Gives the lines of one message after the other, each ended by LF: `2026-11-22 15:04  alice  hello`. */
export function createTranscript({ places }: TranscriptOptions): (row: MessageRow) => string {
  const remembered = new Map<string, string>();
  return (row) => {
    const time = localTime(row.at);
    const who = cleanLine(row.from.name);
    const answered = row.replyTo === undefined ? '' : `[to ${remembered.get(row.replyTo) ?? 'something earlier'}] `;
    remembered.set(row.id, `${who} ${time.slice(-5)}`);
    if (remembered.size > REMEMBERED_LIMIT) remembered.delete(remembered.keys().next().value ?? '');
    const place = places ? placeOf(row) : '';
    const body = row.kind === 'system' ? happening(row, who) : `${speaker(row, who, places)}  ${answered}${said(row)}`;
    const lines = [
      ...`${time}  ${place}${body}`.split('\n'),
      ...(row.reactions ?? []).slice(0, EMOJI_SHOWN).map(reaction),
    ];
    return `${lines.join(`\n${INDENT}`)}\n`;
  };
}

/** Year, month, day, hour and minute of this machine's time zone. */
export function localTime(at: number): string {
  const date = new Date(at);
  // Somebody's clock can be anywhere.
  if (Number.isNaN(date.getTime())) return '????-??-?? ??:??';
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function placeOf({ to, room }: MessageRow): string {
  return to === undefined ? `#${cleanLine(room ?? 'everyone')}  ` : '';
}

function speaker({ to }: MessageRow, who: string, places: boolean): string {
  return places && to !== undefined ? `${who} \u2192 ${cleanLine(to)}` : who;
}

function happening({ event }: MessageRow, who: string): string {
  return event === 'leave' ? `\u2190 ${who} left` : `\u2192 ${who} joined`;
}

function said({ text, edited, deleted, missing, file }: MessageRow): string {
  if (deleted === true) return '(deleted)';
  if (missing === true) return '(not here)';
  if (file !== undefined) return fileWords(file);
  return cleanText(text) + (edited === true ? ' (edited)' : '');
}

/** `[file schematic.pdf, 2,100,000 bytes]` */
function fileWords({ kind, name, size, durationMs }: NonNullable<MessageRow['file']>): string {
  if (kind === 'voice') return `[voice note, ${Math.round((durationMs ?? 0) / 1000)} s]`;
  return `[${kind} ${cleanLine(name)}, ${size.toLocaleString('en')} bytes]`;
}

function reaction({ emoji, by }: ReactionRow): string {
  const names = by.slice(0, NAMES_SHOWN).map(({ name }) => cleanLine(name));
  const others = by.length - names.length;
  return `${cleanLine(emoji)} ${names.join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
}
