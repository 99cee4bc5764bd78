// The messages of /mmchat/file/1: who has what of a transfer, the hashes of its pieces, and how the channels that carry
// the bytes are opened. Where TLS can't be reached, the bytes themselves.

import { WireError } from '../base/errors.ts';
import { decoding, requireAtMost, requireBytes, requireShortText } from './checks.ts';
import { MAX_FRAME_BYTES } from './frames.ts';
import { FileMessage as MessageCodec } from './generated/file-messages.ts';
import {
  CHANNEL_ID_BYTES,
  CHANNEL_SECRET_BYTES,
  ENTRY_ID_BYTES,
  HASH_BYTES,
  MAX_CHANNEL_DATA_BYTES,
  MAX_PIECE_HASHES,
  MAX_PIECES,
  MAX_PIECES_TOLD,
  MAX_REASON_BYTES,
} from './limits.ts';

/**
 * What somebody says of their copy. `offered`: not taken (yet), also by hand. `wanted`: taken, and not whole. `complete`: whole
 * and checked. `withdrawn`: its author has taken it back, or has it no more.
 */
export const COPY_PHASES = [
  'offered',
  'wanted',
  'paused',
  'complete',
  'rejected',
  'cancelled',
  'failed',
  'withdrawn',
] as const;
export type CopyPhase = (typeof COPY_PHASES)[number];

export type FileMessage =
  | {
      readonly type: 'state';
      readonly transferId: Uint8Array;
      readonly phase: CopyPhase;
      /** A code, with `failed`. */
      readonly reason: string;
      /** What can be fetched there: a bit a piece, the first one the highest of the first byte. Empty: nothing. */
      readonly have: Uint8Array;
      /** The other side's state is wanted in turn. */
      readonly reply: boolean;
    }
  /** These can be fetched from now on, too. */
  | { readonly type: 'pieces'; readonly transferId: Uint8Array; readonly pieces: readonly number[] }
  | { readonly type: 'hashes-wanted'; readonly transferId: Uint8Array; readonly first: number; readonly count: number }
  | { readonly type: 'hashes'; readonly transferId: Uint8Array; readonly first: number; readonly hashes: Uint8Array }
  | {
      readonly type: 'open';
      readonly channelId: Uint8Array;
      readonly secret: Uint8Array;
      readonly transferId: Uint8Array;
      /** Where the sender of this takes TLS channels; 0: nowhere. */
      readonly port: number;
      /** Over the link: no TLS. */
      readonly link: boolean;
    }
  /** `refusal`: a code; empty when the channel is expected at `port`. */
  | { readonly type: 'answer'; readonly channelId: Uint8Array; readonly port: number; readonly refusal: string }
  /** It could not be reached there: now the other way round. */
  | { readonly type: 'turn'; readonly channelId: Uint8Array }
  | { readonly type: 'data'; readonly channelId: Uint8Array; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly channelId: Uint8Array }
  /** From a later version: skipped. */
  | { readonly type: 'unknown' };

export function encodeFileMessage(message: Exclude<FileMessage, { type: 'unknown' }>): Uint8Array {
  switch (message.type) {
    case 'state': {
      const phase = COPY_PHASES.indexOf(message.phase) + 1;
      return MessageCodec.encode({ state: { ...message, phase } });
    }
    case 'pieces':
      return MessageCodec.encode({ pieces: { transferId: message.transferId, pieces: [...message.pieces] } });
    case 'hashes-wanted':
      return MessageCodec.encode({ hashesWanted: message });
    case 'hashes':
      return MessageCodec.encode({ hashes: message });
    case 'open':
      return MessageCodec.encode({ open: message });
    case 'answer':
      return MessageCodec.encode({ answer: message });
    case 'turn':
      return MessageCodec.encode({ turn: message });
    case 'data':
      return MessageCodec.encode({ data: message });
    case 'end':
      return MessageCodec.encode({ end: message });
  }
}

const DECODE_LIMITS = { limits: { pieces: { pieces: MAX_PIECES_TOLD } } };

/** @throws WireError */
export function decodeFileMessage(bytes: Uint8Array): FileMessage {
  return decoding('file message', () => {
    const message = MessageCodec.decode(requireAtMost('A message', bytes, MAX_FRAME_BYTES), DECODE_LIMITS);
    if (message.data !== undefined) {
      const { channelId, bytes: data } = message.data;
      if (data.length === 0) throw new WireError('Data without any.');
      return {
        type: 'data',
        channelId: channel(channelId),
        bytes: requireAtMost('Data', data, MAX_CHANNEL_DATA_BYTES),
      };
    }
    if (message.pieces !== undefined) {
      const { transferId, pieces } = message.pieces;
      if (pieces.length > MAX_PIECES_TOLD) throw new WireError('Too many pieces at once.');
      for (const piece of pieces) requirePiece(piece);
      return { type: 'pieces', transferId: transfer(transferId), pieces };
    }
    if (message.state !== undefined) {
      const { transferId, phase: number, reason, have, reply } = message.state;
      const phase = COPY_PHASES[number - 1];
      if (phase === undefined) return { type: 'unknown' };
      return {
        type: 'state',
        transferId: transfer(transferId),
        phase,
        reason: requireShortText('The reason', reason, MAX_REASON_BYTES),
        have: requireAtMost('What is there', have, MAX_PIECES / 8),
        reply,
      };
    }
    if (message.hashesWanted !== undefined) {
      const { transferId, first, count } = message.hashesWanted;
      requirePiece(first);
      if (count < 1 || first + count > MAX_PIECES) throw new WireError('Pieces that no file has.');
      return { type: 'hashes-wanted', transferId: transfer(transferId), first, count };
    }
    if (message.hashes !== undefined) {
      const { transferId, first, hashes } = message.hashes;
      requirePiece(first);
      const count = hashes.length / HASH_BYTES;
      if (!Number.isInteger(count) || count < 1 || count > MAX_PIECE_HASHES || first + count > MAX_PIECES)
        throw new WireError('Hashes of pieces that no file has.');
      return { type: 'hashes', transferId: transfer(transferId), first, hashes };
    }
    if (message.open !== undefined) {
      const { channelId, secret, transferId, port, link } = message.open;
      requireBytes('The secret', secret, CHANNEL_SECRET_BYTES);
      requirePort(port);
      return { type: 'open', channelId: channel(channelId), secret, transferId: transfer(transferId), port, link };
    }
    if (message.answer !== undefined) {
      const { channelId, port, refusal } = message.answer;
      requirePort(port);
      requireShortText('The reason', refusal, MAX_REASON_BYTES);
      return { type: 'answer', channelId: channel(channelId), port, refusal };
    }
    if (message.turn !== undefined) return { type: 'turn', channelId: channel(message.turn.channelId) };
    if (message.end !== undefined) return { type: 'end', channelId: channel(message.end.channelId) };
    return { type: 'unknown' };
  });
}

function transfer(id: Uint8Array): Uint8Array {
  return requireBytes('The transfer', id, ENTRY_ID_BYTES);
}

function channel(id: Uint8Array): Uint8Array {
  return requireBytes('The channel', id, CHANNEL_ID_BYTES);
}

function requirePiece(piece: number): void {
  if (piece >= MAX_PIECES) throw new WireError('A piece that no file has.');
}

function requirePort(port: number): void {
  if (port > 65_535) throw new WireError('A port that there is not.');
}
