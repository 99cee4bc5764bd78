// The header of a media datagram: JSON up to the first `|`. Streams send the same header again and again, so it is read
// once and found by its bytes afterwards.

import { readJson } from './json-read.ts';
import { isTruthy, keyOf, type JsonObject, type JsonValue } from './json-value.ts';
import { pythonText } from './python-text.ts';

export interface MediaHeader {
  readonly kind: 'audio' | 'video';
  readonly from: string;
  readonly to: JsonValue | undefined;
  /** Looked at when there is no `to`. */
  readonly roomKey: string | undefined;
  readonly room: JsonValue | undefined;
}

const REMEMBERED = 4_096;
const REMEMBERED_BYTES = 512;
const LONGEST_BYTES = 16 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class MediaHeaders {
  readonly #known = new Map<string, MediaHeader>();

  /** Undefined when the first `end` bytes are no header. */
  read(datagram: Buffer, end: number): MediaHeader | undefined {
    if (end > LONGEST_BYTES) return undefined;
    // By bytes, not by characters: it only has to be the same again.
    const bytes = datagram.toString('latin1', 0, end);
    const known = this.#known.get(bytes);
    if (known !== undefined) return known;
    const header = parseHeader(datagram.subarray(0, end));
    if (header === undefined || end > REMEMBERED_BYTES) return header;
    // Forgetting all of them now and then costs less than knowing which is the oldest.
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(bytes, header);
    return header;
  }
}

function parseHeader(bytes: Buffer): MediaHeader | undefined {
  let text;
  try {
    text = decoder.decode(bytes);
  } catch {
    return undefined;
  }
  const value = readJson(text);
  if (!(value instanceof Map)) return undefined;
  const fields = value as JsonObject;
  const type = fields.get('type');
  const from = fields.get('from');
  if (type !== 'audio_stream' && type !== 'video_stream') return undefined;
  if (from === undefined || !isTruthy(from) || keyOf(from) === undefined) return undefined;
  const to = fields.get('to');
  const room = fields.get('room');
  return {
    kind: type === 'audio_stream' ? 'audio' : 'video',
    from: pythonText(from),
    to: isTruthy(to) ? to : undefined,
    roomKey: isTruthy(room) ? keyOf(room) : undefined,
    room,
  };
}
