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

/** An object without anything inside that has a meaning of its own: printable ASCII without `\\`, `[` and a second `{`. */
const SIMPLE = /^\{[ -Z\]-z|}~]*\n?$/;
const SHORT_BYTES = 512;

/** The line may still have its end. */
export function readJsonLine(bytes: Buffer): JsonLine | UnreadLine {
  if (bytes.length <= SHORT_BYTES) {
    // One look instead of six: a text somebody has typed is on its way sooner.
    const text = bytes.toString('latin1');
    const fields = SIMPLE.test(text) ? readFlatObject(text) : undefined;
    if (fields !== undefined) return { fields, plain: true };
  }
  return readAnyLine(bytes);
}

function readAnyLine(bytes: Buffer): JsonLine | UnreadLine {
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
  const isFlat = text.startsWith('{') && !text.includes('{', 1) && !text.includes('[');
  const flat = isFlat ? readFlatObject(text) : undefined;
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
  return new JsonReader(text).whole();
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
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

/** Undefined, all the way up, means that it is not JSON: throwing through a thousand levels costs five times as much. */
class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonValue | undefined {
    this.#skipBlanks();
    const value = this.#value();
    this.#skipBlanks();
    return this.#at < this.#text.length ? undefined : value;
  }

  #value(): JsonValue | undefined {
    const first = this.#text.charCodeAt(this.#at);
    if (first === QUOTE) return this.#string();
    if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      if (++this.#depth > DEPTH_LIMIT) return undefined;
      this.#at++;
      const value = first === OPEN_BRACE ? this.#object() : this.#list();
      this.#depth--;
      return value;
    }
    return first === MINUS || (first >= ZERO && first <= NINE) ? this.#number() : this.#word();
  }

  #object(): JsonValue | undefined {
    const fields = new Map<string, JsonValue>();
    this.#skipBlanks();
    if (this.#take(CLOSE_BRACE)) return fields;
    for (;;) {
      const key = this.#string();
      this.#skipBlanks();
      if (key === undefined || !this.#take(COLON)) return undefined;
      this.#skipBlanks();
      const value = this.#value();
      if (value === undefined) return undefined;
      fields.set(key, value);
      this.#skipBlanks();
      if (this.#take(CLOSE_BRACE)) return fields;
      if (!this.#take(COMMA)) return undefined;
      this.#skipBlanks();
    }
  }

  #list(): JsonValue | undefined {
    const items: JsonValue[] = [];
    this.#skipBlanks();
    if (this.#take(CLOSE_BRACKET)) return items;
    for (;;) {
      const value = this.#value();
      if (value === undefined) return undefined;
      items.push(value);
      this.#skipBlanks();
      if (this.#take(CLOSE_BRACKET)) return items;
      if (!this.#take(COMMA)) return undefined;
      this.#skipBlanks();
    }
  }

  #string(): string | undefined {
    if (!this.#take(QUOTE)) return undefined;
    let result = '';
    for (;;) {
      result += this.#match(PLAIN_RUN)?.[0] ?? '';
      if (this.#take(QUOTE)) return result;
      if (!this.#take(BACKSLASH)) return undefined;
      const letter = this.#text[this.#at++];
      if (letter === 'u') {
        const digits = this.#text.slice(this.#at, this.#at + 4);
        if (!HEX.test(digits)) return undefined;
        this.#at += 4;
        result += String.fromCharCode(Number.parseInt(digits, 16));
      } else {
        const character = ESCAPES.get(letter ?? '');
        if (character === undefined) return undefined;
        result += character;
      }
    }
  }

  #number(): JsonValue | undefined {
    const match = this.#match(NUMBER);
    if (match === null) return this.#word();
    const [all, whole = '', fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return Number(all);
    return whole.length - (whole.startsWith('-') ? 1 : 0) > DIGITS_LIMIT ? undefined : BigInt(whole);
  }

  #word(): JsonValue | undefined {
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }
}
