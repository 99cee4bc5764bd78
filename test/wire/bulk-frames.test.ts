// Channels of transfers: what is said on them, however it is cut, whatever it is.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import {
  encodeForget,
  encodePieceHead,
  encodeRefused,
  encodeRequest,
  FetcherFrameDecoder,
  SourceFrameDecoder,
  type FetcherFrame,
  type SourceFrameTaker,
} from '../../src/wire/bulk-frames.ts';
import { MAX_PIECE_BYTES, MAX_PIECES } from '../../src/wire/limits.ts';

const range = fc
  .tuple(fc.nat(MAX_PIECES - 1), fc.nat(MAX_PIECES - 1))
  .map(([left, right]) => ({ first: Math.min(left, right), count: Math.abs(left - right) + 1 }))
  .filter(({ first, count }) => first + count <= MAX_PIECES);
const request = range.map((asked): FetcherFrame => ({ kind: 'request', ...asked }));
const fetcherFrame = fc.oneof(request, fc.constant<FetcherFrame>({ kind: 'forget' }));

const piece = fc.record({
  piece: fc.nat(MAX_PIECES - 1),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});
const sourceFrame = fc.oneof(piece, range);

/** Cuts anywhere. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0, index = 0; start < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    parts.push(bytes.slice(start, start + size));
    start += size;
  }
  return parts;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });

/** Writes down what it is given; takes only so many bytes at a time. */
class Notes implements SourceFrameTaker {
  readonly said: unknown[] = [];
  readonly #most: number;
  #bytes: number[] = [];

  constructor(most = Infinity) {
    this.#most = most;
  }

  piece(index: number, length: number): void {
    this.said.push(['piece', index, length]);
    this.#bytes = [];
  }

  bytes(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#most);
    this.#bytes.push(...taken);
    return taken.length;
  }

  pieceEnd(hash: Uint8Array | undefined): void {
    this.said.push(['end', [...this.#bytes], hash === undefined ? undefined : [...hash]]);
  }

  refused(refused: { first: number; count: number }): void {
    this.said.push(['refused', refused]);
  }
}

describe('what a fetcher says', () => {
  it('is read as it was written, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(fetcherFrame, { maxLength: 20 }), sizes, (frames, cuts) => {
        const bytes = concatBytes(
          ...frames.map((frame) => (frame.kind === 'forget' ? encodeForget() : encodeRequest(frame))),
        );
        const decoder = new FetcherFrameDecoder();
        expect(cut(bytes, cuts).flatMap((part) => decoder.push(part))).toEqual(frames);
      }),
    );
  });

  it('is refused with a WireError and nothing else when it is something else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const frame of new FetcherFrameDecoder().push(bytes))
            if (frame.kind === 'request') expect(frame.first + frame.count).toBeLessThanOrEqual(MAX_PIECES);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });

  it.each([
    [0, 0],
    [MAX_PIECES, 1],
    [0, MAX_PIECES + 1],
    [0xffff_ffff, 0xffff_ffff],
  ])('is refused when it is about pieces that no file has (%i, %i)', (first, count) => {
    expect(() => new FetcherFrameDecoder().push(encodeRequest({ first, count }))).toThrow(WireError);
  });
});

describe('what a source says', () => {
  it.each([true, false])('is read as it was written, however it was cut and taken (hashes: %s)', (hashPieces) => {
    fc.assert(
      fc.property(
        fc.array(sourceFrame, { maxLength: 10 }),
        sizes,
        fc.integer({ min: 1, max: 50 }),
        (frames, cuts, most) => {
          const expected = new Notes();
          const bytes = concatBytes(
            ...frames.flatMap((frame) => {
              if ('first' in frame) {
                expected.refused(frame);
                return [encodeRefused(frame)];
              }
              expected.piece(frame.piece, frame.bytes.length);
              expected.bytes(frame.bytes);
              expected.pieceEnd(hashPieces ? frame.hash : undefined);
              return [
                encodePieceHead(frame.piece, frame.bytes.length),
                frame.bytes,
                ...(hashPieces ? [frame.hash] : []),
              ];
            }),
          );
          const notes = new Notes(most);
          const decoder = new SourceFrameDecoder(notes, { hashPieces });
          for (const part of cut(bytes, cuts)) {
            // What was not taken is given again.
            for (let read = 0; read < part.length;) read += decoder.push(part.subarray(read));
          }
          expect(notes.said).toEqual(expected.said);
        },
      ),
    );
  });

  it('is refused with a WireError and nothing else when it is something else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hashPieces) => {
        try {
          new SourceFrameDecoder(new Notes(), { hashPieces }).push(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });

  it.each([
    encodePieceHead(MAX_PIECES, 1),
    encodePieceHead(0, 0),
    encodePieceHead(0, MAX_PIECE_BYTES + 1),
    encodeRefused({ first: 0, count: 0 }),
    encodeRefused({ first: 1, count: MAX_PIECES }),
  ])('is refused when it is about pieces that no file has (%#)', (bytes) => {
    expect(() => new SourceFrameDecoder(new Notes(), { hashPieces: false }).push(bytes)).toThrow(WireError);
  });

  it('is read no further than the taker says', () => {
    const decoder = new SourceFrameDecoder(new Notes(5), { hashPieces: false });
    expect(decoder.push(concatBytes(encodePieceHead(0, 100), new Uint8Array(50)))).toBe(9 + 5);
  });

  it('stops where the taker throws', () => {
    const notes = new Notes();
    notes.piece = () => {
      throw new WireError('Nobody asked for that.');
    };
    expect(() => new SourceFrameDecoder(notes, { hashPieces: false }).push(encodePieceHead(0, 1))).toThrow(WireError);
  });
});
