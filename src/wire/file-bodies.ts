// The bodies of the entries that announce a file and end it: what is offered, and the root that its author signs when all
// of it has been read.

import { WireError } from '../base/errors.ts';
import {
  decoding,
  optionalBytes,
  requireAtMost,
  requireBytes,
  requireCounter,
  requireShortText,
  wellFormed,
} from './checks.ts';
import { FileBody as FileCodec, FileRootBody as RootCodec } from './generated/log-entry.ts';
import {
  ENTRY_ID_BYTES,
  HASH_BYTES,
  MAX_FILE_NAME_BYTES,
  MAX_MANIFEST_BYTES,
  MAX_NAME_BYTES,
  MAX_PIECE_BYTES,
  MAX_PIECES,
  MIN_PIECE_BYTES,
  WAVEFORM_BYTES,
} from './limits.ts';

const KINDS = { 1: 'file', 2: 'folder', 3: 'voice' } as const;

export interface FileBody {
  /** As its sender calls it: not to be used as a name of anything before it was made safe. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'voice';
  /** Bytes of all files together. */
  readonly size: number;
  /** Of a folder: the list of what is in it comes first. */
  readonly manifestBytes: number;
  /** SHA-256; empty for a file. */
  readonly manifestHash: Uint8Array;
  readonly fileCount: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly pieceBytes: number;
  /** Each piece has a SHA-256 of its own: members pass pieces on to each other. */
  readonly hashPieces: boolean;
  /** Of a voice note. */
  readonly durationMs: number;
  /** Of a voice note: loudness over its time, 0 to 255. */
  readonly waveform: Uint8Array;
  /** What the author was called. */
  readonly authorName?: string;
  /** The guest of the author's for whom it is sent. */
  readonly guest?: string;
  /** In a private conversation: the guest of the other one's for whom it is. */
  readonly toGuest?: string;
}

export interface FileRootBody {
  /** Id of the entry that announced it, 16 bytes. */
  readonly target: Uint8Array;
  /** SHA-256 of the whole run of bytes. */
  readonly hash: Uint8Array;
  /** SHA-256 of the hashes of all pieces one after the other; empty without them. */
  readonly piecesHash: Uint8Array;
}

export function streamBytesOf({ size, manifestBytes }: Pick<FileBody, 'size' | 'manifestBytes'>): number {
  return size + manifestBytes;
}

export function pieceCountOf(body: Pick<FileBody, 'size' | 'manifestBytes' | 'pieceBytes'>): number {
  return Math.ceil(streamBytesOf(body) / body.pieceBytes);
}

/** The smallest pieces of which there are not too many. */
export function pieceBytesFor(streamBytes: number): number {
  let pieceBytes = MIN_PIECE_BYTES;
  while (streamBytes / pieceBytes > MAX_PIECES) pieceBytes *= 2;
  return pieceBytes;
}

export function encodeFileBody(body: FileBody): Uint8Array {
  return FileCodec.encode({
    name: wellFormed(body.name),
    kind: Number(Object.entries(KINDS).find(([, kind]) => kind === body.kind)?.[0] ?? 0),
    size: body.size,
    manifestBytes: body.manifestBytes,
    manifestHash: body.manifestHash,
    fileCount: body.fileCount,
    modifiedAt: body.modifiedAt,
    pieceExponent: Math.log2(body.pieceBytes),
    hashPieces: body.hashPieces,
    durationMs: body.durationMs,
    waveform: body.waveform,
    authorName: wellFormed(body.authorName ?? ''),
    guest: wellFormed(body.guest ?? ''),
    toGuest: wellFormed(body.toGuest ?? ''),
  });
}

/** @throws WireError */
export function decodeFileBody(bytes: Uint8Array): FileBody {
  return decoding('file', () => {
    const body = FileCodec.decode(bytes);
    const kind = (KINDS as Partial<Record<number, FileBody['kind']>>)[body.kind];
    if (kind === undefined) throw new WireError('A file of an unknown kind.');
    if ((kind === 'folder') !== body.manifestBytes > 0) throw new WireError('Folders have a list, and only they.');
    if (body.manifestBytes > MAX_MANIFEST_BYTES) throw new WireError('The list of a folder is too long.');
    const pieceBytes = 2 ** body.pieceExponent;
    if (pieceBytes < MIN_PIECE_BYTES || pieceBytes > MAX_PIECE_BYTES) throw new WireError('Pieces of a wrong size.');
    const name = requireShortText('The name', body.name, MAX_FILE_NAME_BYTES);
    const authorName = requireShortText('The name', body.authorName, MAX_NAME_BYTES);
    const guest = requireShortText('The guest', body.guest, MAX_NAME_BYTES);
    const toGuest = requireShortText('The guest', body.toGuest, MAX_NAME_BYTES);
    const decoded: FileBody = {
      name,
      kind,
      size: requireCounter('The size', body.size),
      manifestBytes: body.manifestBytes,
      manifestHash:
        kind === 'folder'
          ? requireBytes("The list's hash", body.manifestHash, HASH_BYTES)
          : requireBytes("The list's hash", body.manifestHash, 0),
      fileCount: body.fileCount,
      modifiedAt: requireCounter('The time', body.modifiedAt),
      pieceBytes,
      hashPieces: body.hashPieces,
      durationMs: body.durationMs,
      waveform: requireAtMost('The waveform', body.waveform, WAVEFORM_BYTES),
      ...(authorName === '' ? {} : { authorName }),
      ...(guest === '' ? {} : { guest }),
      ...(toGuest === '' ? {} : { toGuest }),
    };
    if (!Number.isSafeInteger(streamBytesOf(decoded)) || pieceCountOf(decoded) > MAX_PIECES)
      throw new WireError('A file of too many pieces.');
    return decoded;
  });
}

export function encodeFileRootBody(body: FileRootBody): Uint8Array {
  return RootCodec.encode(body);
}

/** @throws WireError */
export function decodeFileRootBody(bytes: Uint8Array): FileRootBody {
  return decoding('file root', () => {
    const { target, hash, piecesHash } = RootCodec.decode(bytes);
    return {
      target: requireBytes('The id', target, ENTRY_ID_BYTES),
      hash: requireBytes('The hash', hash, HASH_BYTES),
      piecesHash: optionalBytes('The hash of the pieces', piecesHash, HASH_BYTES),
    };
  });
}
