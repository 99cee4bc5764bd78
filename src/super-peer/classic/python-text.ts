// Values as Python's str() and repr() show them: the texts of the classic server are full of them.

import { floatText } from './json-write.ts';
import { isList, type JsonValue } from './json-value.ts';

/** What f'{value}' gives. */
export function pythonText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : pythonNotation(value);
}

function pythonNotation(value: JsonValue | undefined): string {
  switch (typeof value) {
    case 'string':
      return pythonString(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return String(value);
    case 'number':
      if (Number.isNaN(value)) return 'nan';
      if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
      return floatText(value);
  }
  if (value === undefined || value === null) return 'None';
  if (isList(value)) return `[${value.map(pythonNotation).join(', ')}]`;
  return `{${[...value].map(([key, item]) => `${pythonString(key)}: ${pythonNotation(item)}`).join(', ')}}`;
}

/** Categories that str.isprintable() calls unprintable; the plain space is an exception. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

function pythonString(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = '';
  for (const character of text) result += escaped(character, mark);
  return mark + result + mark;
}

function escaped(character: string, mark: string): string {
  switch (character) {
    case mark:
    case '\\':
      return `\\${character}`;
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    case ' ':
      return character;
  }
  if (!UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
