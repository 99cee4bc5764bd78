// Objects that are passed on whole (file_*, call_*), with the true name of the sender in them.

import { quote, writeJson } from './json-write.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { pythonText } from './python-text.ts';

/** The line of such an object: `from` keeps its place, or comes last. `plain` as in JsonLine. */
export function passedOnLine(fields: JsonObject, quotedFrom: string, plain: boolean): string {
  let line = '{';
  let named = false;
  for (const [key, value] of fields) {
    if (line.length > 1) line += ',';
    line += plain ? `"${key}":` : `${quote(key)}:`;
    if (key === 'from') {
      line += quotedFrom;
      named = true;
    } else if (key === 'filename') line += writeJson(safeFileName(value));
    else line += plain && typeof value === 'string' ? `"${value}"` : writeJson(value);
  }
  if (!named) line += `${line.length > 1 ? ',' : ''}"from":${quotedFrom}`;
  return `${line}}\n`;
}

// The classic client opens `recv_` + the name, wherever that leads.
const SEPARATORS = /[/\\\0]/;

/** The last part of a path; anything else as it is. */
export function safeFileName(name: JsonValue): JsonValue {
  const text = pythonText(name);
  if (!SEPARATORS.test(text)) return name;
  return text.split(SEPARATORS).findLast((part) => part !== '' && part !== '.' && part !== '..') ?? 'file';
}
