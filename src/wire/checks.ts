// Shared checks of decoded fields.

import { WireError } from '../base/errors.ts';
import { utf8 } from '../base/bytes.ts';

export function requireBytes(field: string, bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new WireError(`${field} has ${bytes.length} bytes, not ${length}.`);
  return bytes;
}

/** As requireBytes, but nothing at all is fine too. */
export function optionalBytes(field: string, bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === 0 ? bytes : requireBytes(field, bytes, length);
}

export function requireAtMost(field: string, bytes: Uint8Array, maximum: number): Uint8Array {
  if (bytes.length > maximum) throw new WireError(`${field} has ${bytes.length} bytes, more than ${maximum}.`);
  return bytes;
}

/** Lone surrogates come out as U+FFFD: what leaves here can be encoded again. */
export function requireShortText(field: string, text: string, maxBytes: number): string {
  // A UTF-16 unit is at most three bytes: only long texts need to be measured.
  if (text.length * 3 > maxBytes && utf8(text).length > maxBytes)
    throw new WireError(`${field} has more than ${maxBytes} bytes.`);
  return wellFormed(text);
}

const LONE_SURROGATES = /\p{Surrogate}/gu;

/** `text` as it survives UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATES, '\u{fffd}');
}

/** Numbers that count something: whole, not negative, exact in a double. */
export function requireCounter(field: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new WireError(`${field} is no usable number.`);
  return value;
}

/** Runs a decoder; whatever it throws becomes a WireError. */
export function decoding<Value>(what: string, decode: () => Value): Value {
  try {
    return decode();
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError(`These bytes are no ${what}.`, { cause: error });
  }
}
