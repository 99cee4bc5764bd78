// Paths as people type them and as terminals paste them: quoted, escaped, with `~`, as `file:` addresses.

import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { cleanLine } from '../../src/index.ts';
import { displayLine } from './display-width.ts';
import type { InputState } from './input-line.ts';
import type { Completion } from './ui-state.ts';

/** Names that are read of one folder for completing. */
const ENTRIES_LIMIT = 20_000;
const CANDIDATES_LIMIT = 200;

export interface PathPlace {
  readonly home: string;
  readonly windows: boolean;
}

const HERE = (): PathPlace => ({ home: homedir(), windows: process.platform === 'win32' });

/** What may be meant, as absolute paths, the likeliest first. */
export function pathsOf(written: string, place: PathPlace = HERE()): string[] {
  const text = written.trim();
  if (text === '') return [];
  const words = place.windows ? undefined : shellWords(text);
  const quoted = /^"([^"]*)"$|^'([^']*)'$/u.exec(text);
  const word = words?.length === 1 ? words[0] : undefined;
  const plain = quoted?.[1] ?? quoted?.[2] ?? word ?? text;
  const found = [plain, text].map((candidate) => absolute(candidate, place));
  return [...new Set(found.filter((candidate) => candidate !== undefined))];
}

function absolute(written: string, { home }: PathPlace): string | undefined {
  if (written.includes('\0')) return undefined;
  if (/^file:\/\//i.test(written)) {
    try {
      return fileURLToPath(written);
    } catch {
      return undefined;
    }
  }
  if (written === '~') return home;
  return resolve(/^~[\\/]/.test(written) ? path.join(home, written.slice(2)) : written);
}

/** Words of a POSIX shell, without anything but quotes and escapes; undefined when a quote is left open. */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (quote !== '' && sign === quote) quote = '';
    else if (quote === "'") word = (word ?? '') + sign;
    else if (sign === '\\' && (quote === '' || /["\\$`]/.test(text.charAt(at + 1))))
      word = (word ?? '') + text.charAt(++at);
    else if (quote === '"') word = (word ?? '') + sign;
    else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/u.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + sign;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/** The path behind `/file` that Tab completes; undefined when that is not what is being typed. */
export function pathBefore(before: string): string | undefined {
  return /^\/(?:file|send)\s+(.*)$/su.exec(before)?.[1];
}

/** What the folder holds that begins like the last part of `written`, which stands right before the cursor. */
export async function pathCompletion(
  input: InputState,
  written: string,
  place: PathPlace = HERE(),
): Promise<Completion | undefined> {
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const typed = written.slice(quote.length);
  const cut = Math.max(typed.lastIndexOf('/'), place.windows ? typed.lastIndexOf('\\') : -1) + 1;
  const [folder, start] = typed === '~' ? ['~/', ''] : [typed.slice(0, cut), typed.slice(cut)];
  const unescape = (text: string): string => (quote === '' && !place.windows ? text.replace(/\\(.)/gsu, '$1') : text);
  const directory = absolute(unescape(folder) === '' ? '.' : unescape(folder), place);
  if (directory === undefined) return undefined;
  const names = await namesIn(directory, unescape(start));
  if (names.length === 0) return undefined;
  const candidates = names.map((name) => {
    const shown = quote === '' && !place.windows ? name.replace(/[\\'"]/g, '\\$&') : name;
    return `${quote}${folder}${shown}`;
  });
  return {
    candidates,
    labels: names.map(displayLine),
    index: 0,
    from: input.cursor - written.length,
    until: input.cursor,
  };
}

/** Folders end in `/`. Names that can't be typed are left out. */
async function namesIn(directory: string, start: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const wanted = start.toLowerCase();
  return entries
    .slice(0, ENTRIES_LIMIT)
    .filter(({ name }) => name.toLowerCase().startsWith(wanted) && (start.startsWith('.') || !name.startsWith('.')))
    .filter(({ name }) => cleanLine(name) === name && name.trim() === name)
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((left, right) => left.localeCompare(right))
    .slice(0, CANDIDATES_LIMIT);
}
