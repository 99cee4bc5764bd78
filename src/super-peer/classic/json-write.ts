// Writes JSON letter by letter as Python's json.dumps(value, separators=(',', ':')): compact, ASCII only.

import { isList, type JsonValue } from './json-value.ts';

const NEEDS_ESCAPING = /[^ -~]|["\\]/;
const OUTSIDE_ASCII = /[\u007f-\uffff]/g;

/** A text between quotes. Lone surrogates are kept, pairs become two escapes. */
export function quote(text: string): string {
  if (!NEEDS_ESCAPING.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    OUTSIDE_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function writeJson(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
    return floatText(value);
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  return `{${[...value].map(([key, item]) => `${quote(key)}:${writeJson(item)}`).join(',')}}`;
}

/** A finite float as Python's repr: the same shortest digits as here, another form of exponents, always a point. */
export function floatText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
