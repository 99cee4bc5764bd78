// Reads one line of JSON as Python's json module does: the last of duplicate keys wins, NaN, Infinity and whole numbers
// of any size are taken, nesting has a limit.

import { isAscii } from 'node:buffer';
import type { JsonObject, JsonValue } from './json-value.ts';

/** Python 3.11 gives up at about this depth, and at so many digits. */
export const DEPTH_LIMIT = 990;
export const DIGITS_LIMIT = 4_300;

export interface JsonLine {
  readonly fields: JsonObject;
  /** Every text in it can be written as it is, between quotes. */
  readonly plain: boolean;
}

export type UnreadLine = 'empty' | 'not-utf8' | 'not-json' | 'no-object';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function readJsonLine(bytes: Buffer): JsonLine | UnreadLine {
  const ascii = isAscii(bytes);
  let text;
  if (ascii) text = bytes.toString('latin1');
  else {
    try {
      text = decoder.decode(bytes);
    } catch {
      return 'not-utf8';
    }
  }
  const plain = ascii && !text.includes('\\') && !text.includes('\u007f');
  const flat = readFlatObject(text);
  if (flat !== undefined) return { fields: flat, plain };
  const value = readJson(text);
  if (value === undefined) return text.trim() === '' ? 'empty' : 'not-json';
  return value instanceof Map ? { fields: value as JsonObject, plain } : 'no-object';
}

const KEYS_LIMIT = 64;

/**
 * What nearly every line is: an object of texts. V8's own parser is several times faster than ours and agrees with Python
 * about these; for numbers, nesting and keys that look like numbers (V8 moves them to the front) it does not.
 */
function readFlatObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{') || text.includes('{', 1) || text.includes('[')) return undefined;
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  const keys = Object.keys(parsed);
  if (keys.length > KEYS_LIMIT) return undefined;
  const fields = new Map<string, JsonValue>();
  for (const key of keys) {
    const value = parsed[key];
    if (typeof value !== 'string' && typeof value !== 'boolean' && value !== null) return undefined;
    const first = key.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39) return undefined;
    fields.set(key, value);
  }
  return fields;
}

/** Undefined when it is not JSON, or too deep for Python. */
export function readJson(text: string): JsonValue | undefined {
  try {
    return new JsonReader(text).whole();
  } catch (error) {
    if (error === NOT_JSON) return undefined;
    throw error;
  }
}

/** One for all: a stack for every bad line of a flood would cost more than the line. */
const NOT_JSON = new SyntaxError('not JSON');

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
// eslint-disable-next-line no-control-regex -- control characters are what ends it
const PLAIN_RUN = /[^"\\\u0000-\u001f]*/y;
const HEX = /^[0-9a-fA-F]{4}$/;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const WORDS: readonly (readonly [string, JsonValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonValue {
    this.#skipBlanks();
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw NOT_JSON;
    return value;
  }

  #value(): JsonValue {
    switch (this.#text[this.#at]) {
      case '"':
        return this.#string();
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#list());
    }
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#number();
  }

  #nested(read: () => JsonValue): JsonValue {
    if (++this.#depth > DEPTH_LIMIT) throw NOT_JSON;
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): JsonValue {
    const fields = new Map<string, JsonValue>();
    this.#skipBlanks();
    if (this.#take('}')) return fields;
    for (;;) {
      const key = this.#string();
      this.#skipBlanks();
      if (!this.#take(':')) throw NOT_JSON;
      this.#skipBlanks();
      fields.set(key, this.#value());
      this.#skipBlanks();
      if (this.#take('}')) return fields;
      if (!this.#take(',')) throw NOT_JSON;
      this.#skipBlanks();
    }
  }

  #list(): JsonValue {
    const items: JsonValue[] = [];
    this.#skipBlanks();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value());
      this.#skipBlanks();
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw NOT_JSON;
      this.#skipBlanks();
    }
  }

  #string(): string {
    if (!this.#take('"')) throw NOT_JSON;
    let result = '';
    for (;;) {
      result += this.#match(PLAIN_RUN)?.[0] ?? '';
      if (this.#take('"')) return result;
      if (!this.#take('\\')) throw NOT_JSON;
      const letter = this.#text[this.#at++];
      if (letter === 'u') {
        const digits = this.#text.slice(this.#at, this.#at + 4);
        if (!HEX.test(digits)) throw NOT_JSON;
        this.#at += 4;
        result += String.fromCharCode(Number.parseInt(digits, 16));
      } else {
        const character = ESCAPES.get(letter ?? '');
        if (character === undefined) throw NOT_JSON;
        result += character;
      }
    }
  }

  #number(): JsonValue {
    const match = this.#match(NUMBER);
    if (match === null) throw NOT_JSON;
    const [all, whole = '', fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return Number(all);
    if (whole.length - (whole.startsWith('-') ? 1 : 0) > DIGITS_LIMIT) throw NOT_JSON;
    return BigInt(whole);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #skipBlanks(): void {
    this.#match(BLANKS);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}
