// What is said of files: announcements, roots, and the messages of /mmchat/file/1.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import {
  decodeFileBody,
  decodeFileRootBody,
  encodeFileBody,
  encodeFileRootBody,
  pieceBytesFor,
  pieceCountOf,
  type FileBody,
} from '../../src/wire/file-bodies.ts';
import { COPY_PHASES, decodeFileMessage, encodeFileMessage, type FileMessage } from '../../src/wire/file-messages.ts';
import { FileMessage as MessageCodec } from '../../src/wire/generated/file-messages.ts';
import { MAX_PIECES, MAX_PIECES_TOLD } from '../../src/wire/limits.ts';
import { exactly, mutation, unknownFields } from './sample-wire.ts';

const empty = new Uint8Array(0);
const piece = fc.nat(MAX_PIECES - 1);
const port = fc.nat(65_535);
const reason = fc.constantFrom('', 'disk-full', 'changed');

const message: fc.Arbitrary<Exclude<FileMessage, { type: 'unknown' }>> = fc.oneof(
  fc.record({
    type: fc.constant('state' as const),
    transferId: exactly(16),
    phase: fc.constantFrom(...COPY_PHASES),
    reason,
    have: fc.uint8Array({ maxLength: 200 }),
    reply: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('pieces' as const),
    transferId: exactly(16),
    pieces: fc.array(piece, { maxLength: 50 }),
  }),
  fc.record({
    type: fc.constant('hashes-wanted' as const),
    transferId: exactly(16),
    first: fc.nat(30_000),
    count: fc.integer({ min: 1, max: 30_000 }),
  }),
  fc.record({
    type: fc.constant('hashes' as const),
    transferId: exactly(16),
    first: fc.nat(30_000),
    hashes: fc.array(exactly(32), { minLength: 1, maxLength: 20 }).map((hashes) => concatBytes(...hashes)),
  }),
  fc.record({
    type: fc.constant('open' as const),
    channelId: exactly(16),
    secret: exactly(32),
    transferId: exactly(16),
    port,
    link: fc.boolean(),
  }),
  fc.record({ type: fc.constant('answer' as const), channelId: exactly(16), port, refusal: reason }),
  fc.record({ type: fc.constantFrom('turn' as const, 'end' as const), channelId: exactly(16) }),
  fc.record({
    type: fc.constant('data' as const),
    channelId: exactly(16),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 3_000 }),
  }),
);

const body: fc.Arbitrary<FileBody> = fc
  .record({
    kind: fc.constantFrom('file' as const, 'folder' as const, 'voice' as const),
    name: fc.string({ maxLength: 60 }),
    size: fc.nat(2 ** 31),
    manifestBytes: fc.integer({ min: 1, max: 1_000_000 }),
    manifestHash: exactly(32),
    fileCount: fc.nat(200_000),
    modifiedAt: fc.maxSafeNat(),
    pieceBytes: fc.constantFrom(2 ** 20, 2 ** 21, 2 ** 30),
    hashPieces: fc.boolean(),
    durationMs: fc.nat(30_000),
    waveform: fc.uint8Array({ maxLength: 32 }),
    authorName: fc.constantFrom('alice', 'bob'),
  })
  .map((fields) => (fields.kind === 'folder' ? fields : { ...fields, manifestBytes: 0, manifestHash: empty }));

function outcome(decode: () => unknown): 'read' | 'refused' {
  try {
    decode();
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return 'refused';
  }
}

describe('messages of /mmchat/file/1', () => {
  it('come out as they went in, also with fields of later versions behind them', () => {
    fc.assert(
      fc.property(message, unknownFields, (sent, later) => {
        expect(decodeFileMessage(concatBytes(encodeFileMessage(sent), later))).toEqual(sent);
      }),
    );
  });

  it('that were changed on the way are read or refused, never anything else', () => {
    fc.assert(
      fc.property(message, mutation, (sent, change) => {
        outcome(() => decodeFileMessage(change(encodeFileMessage(sent))));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void outcome(() => decodeFileMessage(bytes))));
  });

  it('have bounds', () => {
    const transferId = new Uint8Array(16);
    const pieces = (count: number): Uint8Array =>
      MessageCodec.encode({ pieces: { transferId, pieces: Array.from({ length: count }, () => 1) } });
    expect(outcome(() => decodeFileMessage(pieces(MAX_PIECES_TOLD)))).toBe('read');
    expect(outcome(() => decodeFileMessage(pieces(MAX_PIECES_TOLD + 1)))).toBe('refused');
    const refused: Uint8Array[] = [
      MessageCodec.encode({ pieces: { transferId, pieces: [MAX_PIECES] } }),
      MessageCodec.encode({ pieces: { transferId: empty, pieces: [] } }),
      MessageCodec.encode({ hashes: { transferId, first: 0, hashes: new Uint8Array(33) } }),
      MessageCodec.encode({ hashes: { transferId, first: MAX_PIECES - 1, hashes: new Uint8Array(64) } }),
      MessageCodec.encode({ hashesWanted: { transferId, first: 0, count: MAX_PIECES + 1 } }),
      MessageCodec.encode({ hashesWanted: { transferId, first: 0, count: 0 } }),
      MessageCodec.encode({
        state: { transferId, phase: 1, reason: '', have: new Uint8Array(MAX_PIECES / 8 + 1), reply: false },
      }),
      MessageCodec.encode({ data: { channelId: transferId, bytes: empty } }),
      MessageCodec.encode({ data: { channelId: transferId, bytes: new Uint8Array(65_537) } }),
      MessageCodec.encode({ answer: { channelId: transferId, port: 65_536, refusal: '' } }),
    ];
    for (const bytes of refused) expect(outcome(() => decodeFileMessage(bytes))).toBe('refused');
  });

  it('of a phase from a later version are skipped', () => {
    const state = { transferId: new Uint8Array(16), phase: 99, reason: '', have: empty, reply: false };
    expect(decodeFileMessage(MessageCodec.encode({ state }))).toEqual({ type: 'unknown' });
  });
});

describe('announcements of files', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(body, unknownFields, (sent, later) => {
        expect(decodeFileBody(concatBytes(encodeFileBody(sent), later))).toEqual({
          ...sent,
          name: sent.name.replace(/\p{Surrogate}/gu, '\u{fffd}'),
        });
      }),
    );
  });

  it('that were changed are read or refused, never anything else', () => {
    fc.assert(
      fc.property(body, mutation, (sent, change) => void outcome(() => decodeFileBody(change(encodeFileBody(sent))))),
    );
  });

  it('have pieces of which there are never too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (size) => {
        const pieceBytes = pieceBytesFor(size);
        expect(Math.log2(pieceBytes) % 1).toBe(0);
        expect(pieceCountOf({ size, manifestBytes: 0, pieceBytes })).toBeLessThanOrEqual(MAX_PIECES);
      }),
    );
  });

  it('that lie about themselves are refused', () => {
    const [sample] = fc.sample(body, { numRuns: 1, seed: 1 }) as [FileBody];
    const file: FileBody = { ...sample, kind: 'file', manifestBytes: 0, manifestHash: empty };
    const refused: FileBody[] = [
      { ...file, kind: 'folder' },
      { ...file, manifestBytes: 5 },
      { ...file, manifestHash: new Uint8Array(32) },
      { ...file, pieceBytes: 2 ** 19 },
      { ...file, pieceBytes: 2 ** 31 },
      { ...file, size: 2 ** 50, pieceBytes: 2 ** 20 },
      { ...file, name: 'n'.repeat(2_000) },
      { ...file, waveform: new Uint8Array(33) },
      { ...file, kind: 'folder', manifestBytes: 64 * 1024 * 1024, manifestHash: new Uint8Array(32) },
    ];
    expect(outcome(() => decodeFileBody(encodeFileBody(file)))).toBe('read');
    for (const lie of refused) expect(outcome(() => decodeFileBody(encodeFileBody(lie)))).toBe('refused');
  });
});

describe('roots', () => {
  it('come out as they went in, and nothing else comes out of changed ones but a refusal', () => {
    const root = fc.record({
      target: exactly(16),
      hash: exactly(32),
      piecesHash: fc.oneof(exactly(32), fc.constant(empty)),
    });
    fc.assert(
      fc.property(root, mutation, (sent, change) => {
        expect(decodeFileRootBody(encodeFileRootBody(sent))).toEqual(sent);
        outcome(() => decodeFileRootBody(change(encodeFileRootBody(sent))));
      }),
    );
  });
});
