// Log entries: a header that its author signed, and a body that the header names by hash. Nobody re-encodes a header:
// what was signed travels and is stored as the very same bytes.

import * as crypto from 'node:crypto';
import { bytesEqual, toHex, utf8 } from '../base/bytes.ts';
import { WireError } from '../base/errors.ts';
import { decoding, optionalBytes, requireAtMost, requireBytes, requireCounter } from './checks.ts';
import { EntryHeader as HeaderCodec } from './generated/log-entry.ts';
import {
  CONVERSATION_ID_BYTES,
  ENTRY_ID_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  LOG_ID_BYTES,
  MAX_HEADER_BYTES,
  NETWORK_ID_BYTES,
} from './limits.ts';

/** Version of the header's form that this program writes, and the newest that it reads. */
const ENTRY_VERSION = 1;

/** Numbers on the wire; unknown kinds are valid entries that are kept and not shown. */
export const ENTRY_KIND = {
  text: 1,
  join: 2,
  leave: 3,
  edit: 4,
  delete: 5,
  reaction: 6,
  'room-key': 7,
  file: 8,
  'file-root': 9,
} as const;
export type EntryKind = keyof typeof ENTRY_KIND;

export interface EntryHeader {
  /** 8 bytes of a closed network's id, empty in an open one. */
  readonly network: Uint8Array;
  /** 16 bytes: see conversation-id.ts. */
  readonly conversation: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly author: Uint8Array;
  /** Random id of the author's log, 16 bytes. */
  readonly logId: Uint8Array;
  /** 1, 2, 3 … within (author, log, conversation). */
  readonly sequence: number;
  /** SHA-256 of the header bytes before this one in the same log; empty at sequence 1. */
  readonly previous: Uint8Array;
  /** Lamport number in the conversation: one more than the highest that the author had seen. */
  readonly order: number;
  /** The author's wall clock, milliseconds since the epoch. Only shown. */
  readonly at: number;
  readonly kind: EntryKind | 'unknown';
  /** The kind's number on the wire, also of a kind that isn't known here. */
  readonly kindNumber: number;
  /** SHA-256 of the body, 32 bytes. */
  readonly bodyHash: Uint8Array;
}

export interface SignedEntry {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
}

/** What a signature covers: a domain of its own, so that no signature for something else can be passed off as one. */
const SIGNING_DOMAIN = utf8('mmchat entry 1\n');
// Half the time of createHash for something short; Node has it since 20.12.
const hashAtOnce = (crypto as Partial<typeof crypto>).hash;

export function sha256(bytes: Uint8Array): Uint8Array {
  return hashAtOnce === undefined
    ? crypto.createHash('sha256').update(bytes).digest()
    : hashAtOnce('sha256', bytes, 'buffer');
}

export function encodeEntryHeader(header: Omit<EntryHeader, 'kindNumber'> & { kind: EntryKind }): Uint8Array {
  return HeaderCodec.encode({ ...header, version: ENTRY_VERSION, kind: ENTRY_KIND[header.kind] });
}

/** @throws WireError also for a version that this program doesn't know */
export function decodeEntryHeader(bytes: Uint8Array): EntryHeader {
  return decoding('entry header', () => {
    const header = HeaderCodec.decode(requireAtMost('An entry header', bytes, MAX_HEADER_BYTES));
    if (header.version !== ENTRY_VERSION) throw new WireError(`An entry of version ${header.version} can't be read.`);
    const sequence = requireCounter('The sequence', header.sequence);
    if (sequence === 0) throw new WireError('Sequences start at 1.');
    const previous = optionalBytes('The previous hash', header.previous, HASH_BYTES);
    if ((sequence === 1) !== (previous.length === 0)) throw new WireError('Only the first entry has no previous one.');
    return {
      network: optionalBytes('The network', header.network, NETWORK_ID_BYTES),
      conversation: requireBytes('The conversation', header.conversation, CONVERSATION_ID_BYTES),
      author: requireBytes('The author', header.author, KEY_BYTES),
      logId: requireBytes('The log id', header.logId, LOG_ID_BYTES),
      sequence,
      previous,
      order: requireCounter('The order', header.order),
      at: requireCounter('The time', header.at),
      kind: kindOf(header.kind),
      kindNumber: header.kind,
      bodyHash: requireBytes('The body hash', header.bodyHash, HASH_BYTES),
    };
  });
}

function kindOf(kind: number): EntryHeader['kind'] {
  for (const [name, value] of Object.entries(ENTRY_KIND)) if (value === kind) return name as EntryKind;
  return 'unknown';
}

/** The bytes to sign for a header. */
export function entrySigningBytes(header: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SIGNING_DOMAIN.length + header.length);
  bytes.set(SIGNING_DOMAIN);
  bytes.set(header, SIGNING_DOMAIN.length);
  return bytes;
}

/** How messages refer to an entry: the first 16 bytes of the header's SHA-256, as 32 hex digits. */
export function entryIdOf(headerHash: Uint8Array): string {
  return toHex(headerHash.subarray(0, ENTRY_ID_BYTES));
}

export function bodyMatches(header: EntryHeader, body: Uint8Array): boolean {
  return bytesEqual(sha256(body), header.bodyHash);
}
