// Frames: the same whatever way the stream was cut, and no more memory than bytes that came.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import { encodeFrame, FrameDecoder, HEARTBEAT, MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { VARINT_MAX_BYTES, varintLength, writeVarint } from '../../src/wire/varint.ts';
import { mutation, payloads } from './sample-wire.ts';
import { processorMs } from '../support/processor-time.ts';

/** Cuts `bytes` at these places, taken as fractions of its length; the same place twice gives an empty chunk. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const offsets = places.map((place) => place % (bytes.length + 1)).sort((left, right) => left - right);
  return [0, ...offsets].map((from, index) => bytes.subarray(from, offsets[index] ?? bytes.length));
}

function decodeAll(chunks: Iterable<Uint8Array>, decoder = new FrameDecoder()): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) frames.push(...decoder.push(chunk).map((frame) => frame.slice()));
  return frames;
}

describe('varints', () => {
  it('are minimal and of the announced length', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (value) => {
        const bytes = new Uint8Array(VARINT_MAX_BYTES);
        const end = writeVarint(bytes, value, 0);
        expect(end).toBe(varintLength(value));
        const read = bytes.subarray(0, end).reduce((sum, byte, index) => sum + (byte & 0x7f) * 2 ** (7 * index), 0);
        expect(read).toBe(value);
        expect(bytes[end - 1]! < 0x80 && (end === 1 || bytes[end - 1] !== 0)).toBe(true);
      }),
    );
  });

  it('have the documented form', () => {
    const bytes = new Uint8Array(3);
    expect(writeVarint(bytes, MAX_FRAME_BYTES, 0)).toBe(3);
    expect(toHex(bytes)).toBe('808006');
  });
});

describe('frames', () => {
  it('come out as they went in, however the stream is cut, with heartbeats between', () => {
    fc.assert(
      fc.property(
        payloads,
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.array(fc.nat(4), { maxLength: 9 }),
        (frames, places, heartbeats) => {
          const parts = frames.flatMap((frame, index) => [
            ...Array.from({ length: heartbeats[index] ?? 0 }, () => HEARTBEAT),
            encodeFrame(frame),
          ]);
          const decoder = new FrameDecoder();
          const decoded = decodeAll(cutAt(concatBytes(...parts, HEARTBEAT), places), decoder);
          expect(decoded.length).toBe(frames.length);
          for (const [index, frame] of frames.entries()) expect(Buffer.compare(decoded[index]!, frame)).toBe(0);
          expect(decoder.pendingBytes).toBe(0);
        },
      ),
    );
  });

  it('come out byte by byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 6 }), (frames) => {
        const stream = concatBytes(...frames.map((frame) => encodeFrame(frame)));
        const decoder = new FrameDecoder();
        const decoded = [...stream].flatMap((byte) => decoder.push(new Uint8Array([byte])));
        expect(decoded).toEqual(frames);
      }),
    );
  });

  it('that are large cost no more when they come byte by byte', async () => {
    const frame = new Uint8Array(MAX_FRAME_BYTES).fill(7);
    const decoder = new FrameDecoder();
    let decoded: Uint8Array[] = [];
    const tookMs = await processorMs(() => {
      for (const byte of encodeFrame(frame)) decoded = [...decoded, ...decoder.push(new Uint8Array([byte]))];
    });
    expect(tookMs).toBeLessThan(5_000);
    expect(Buffer.compare(decoded[0]!, frame)).toBe(0);
  });

  it('that are announced hold only what came', () => {
    for (const announced of [MAX_FRAME_BYTES, 1_000]) {
      const decoder = new FrameDecoder();
      decoder.push(encodeFrame(new Uint8Array(announced)).subarray(0, varintLength(announced)));
      expect(decoder.pendingBytes).toBe(0);
      for (let came = 1; came < announced; came++) {
        decoder.push(new Uint8Array(1));
        if (decoder.pendingBytes !== came) expect(decoder.pendingBytes).toBe(came);
      }
      expect(decoder.push(new Uint8Array(1))).toHaveLength(1);
      expect(decoder.pendingBytes).toBe(0);
    }
    // Thousands of streams that announce the largest frame and send ten bytes of it: kilobytes, not 200 MB.
    const start = encodeFrame(new Uint8Array(MAX_FRAME_BYTES)).slice(0, 13);
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 2_000 }, () => new FrameDecoder());
    for (const decoder of decoders) decoder.push(start);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    expect(decoders.reduce((sum, { pendingBytes }) => sum + pendingBytes, 0)).toBe(20_000);
  });

  it('above the limit, or whose length does not end, are refused as soon as that is known', () => {
    const announce = (length: number): Uint8Array => {
      const bytes = new Uint8Array(varintLength(length));
      writeVarint(bytes, length, 0);
      return bytes;
    };
    for (const length of [MAX_FRAME_BYTES + 1, 2 ** 31, 2 ** 32 - 1])
      expect(() => new FrameDecoder().push(announce(length))).toThrow(WireError);
    expect(() => new FrameDecoder(10).push(announce(11))).toThrow(WireError);
    for (const byte of [0x80, 0xff]) {
      const decoder = new FrameDecoder();
      expect(() => {
        for (let count = 0; count < VARINT_MAX_BYTES; count++) decoder.push(new Uint8Array([byte]));
      }).toThrow(WireError);
    }
  });

  it('can’t be made empty or too large', () => {
    expect(() => encodeFrame(new Uint8Array(0))).toThrow(WireError);
    expect(() => encodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(WireError);
    expect(encodeFrame(new Uint8Array(MAX_FRAME_BYTES)).length).toBe(MAX_FRAME_BYTES + 3);
  });

  it('give frames within the limit or a WireError after any mutation, and hold no more than came', () => {
    fc.assert(
      fc.property(payloads, mutation, fc.array(fc.nat(), { maxLength: 5 }), (frames, mutate, places) => {
        const bytes = mutate(concatBytes(...frames.map((frame) => encodeFrame(frame))));
        const decoder = new FrameDecoder();
        let out = 0;
        try {
          for (const chunk of cutAt(bytes, places))
            for (const frame of decoder.push(chunk)) {
              expect(frame.length >= 1 && frame.length <= MAX_FRAME_BYTES).toBe(true);
              out += frame.length;
            }
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
        expect(out + decoder.pendingBytes).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  it('of noise give frames or a WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
        try {
          decodeAll([bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
