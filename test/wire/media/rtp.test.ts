// RTP packets: round trips, what is skipped, what is refused; numbers that wrap.
import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../../src/base/bytes.ts';
import { WireError } from '../../../src/base/errors.ts';
import { decodeRtp, encodeRtp, isRtcp, isRtp, rtpPayloadOffset, ssrcOf } from '../../../src/wire/media/rtp.ts';
import { SequenceUnwrapper } from '../../../src/wire/media/sequence-unwrapper.ts';

const uint32 = fc.nat(0xffff_ffff);
const packet = fc.record({
  payloadType: fc.oneof(fc.nat(63), fc.integer({ min: 96, max: 127 })),
  marker: fc.boolean(),
  sequence: fc.nat(0xffff),
  timestamp: uint32,
  ssrc: uint32,
  payload: fc.uint8Array({ maxLength: 200 }),
});

const plain = (value: { payload: Uint8Array }): object => ({ ...value, payload: toHex(value.payload) });

describe('an RTP packet', () => {
  it('has the bytes of RFC 3550', () => {
    const bytes = encodeRtp({
      payloadType: 111,
      marker: true,
      sequence: 0x1234,
      timestamp: 0xdecafbad,
      ssrc: 0xcafebabe,
      payload: new Uint8Array([1, 2]),
    });
    expect(toHex(bytes)).toBe('80ef1234decafbadcafebabe0102');
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(packet, (value) => {
        const bytes = encodeRtp(value);
        expect(plain(decodeRtp(bytes))).toEqual(plain(value));
        expect(ssrcOf(bytes)).toBe(value.ssrc);
        expect([isRtp(bytes), isRtcp(bytes)]).toEqual([true, false]);
      }),
    );
  });

  it('is read without its CSRCs, header extension and padding', () => {
    const words = fc.array(uint32, { maxLength: 15 });
    const padding = fc.option(fc.integer({ min: 1, max: 255 }));
    const extension = fc.option(fc.array(uint32, { maxLength: 20 }));
    fc.assert(
      fc.property(packet, words, extension, padding, (value, csrcs, extended, padded) => {
        const bytes = encodeRtp(value);
        bytes[0]! |= csrcs.length | (extended === null ? 0 : 0x10) | (padded === null ? 0 : 0x20);
        const list = Buffer.alloc(4 * csrcs.length);
        csrcs.forEach((csrc, index) => list.writeUInt32BE(csrc, 4 * index));
        const head = Buffer.alloc(extended === null ? 0 : 4 + 4 * extended.length, 7);
        if (extended !== null) head.writeUInt16BE(extended.length, 2);
        const tail = Buffer.alloc(padded ?? 0);
        if (padded !== null) tail[padded - 1] = padded;
        const whole = concatBytes(bytes.subarray(0, 12), list, head, bytes.subarray(12), tail);
        expect(plain(decodeRtp(whole))).toEqual(plain(value));
        expect(rtpPayloadOffset(whole)).toBe(12 + list.length + head.length);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['half a header', '80ef1234decafbad'],
    ['version 1', '40ef1234decafbadcafebabe'],
    ['RTCP', '80c80006decafbadcafebabe'],
    ['CSRCs that are not there', '81ef1234decafbadcafebabe00'],
    ['half an extension', '90ef1234decafbadcafebabebede'],
    ['an extension that is longer than the packet', '90ef1234decafbadcafebabebede000100'],
    ['padding of 0 bytes', 'a0ef1234decafbadcafebabe00'],
    ['padding of nothing', 'a0ef1234decafbadcafebabe'],
    ['more padding than payload', 'a0ef1234decafbadcafebabe0003'],
  ])('is not %s', (_what, hex) => {
    expect(() => decodeRtp(fromHex(hex))).toThrow(WireError);
  });

  it('has no payload type that RTCP would be mistaken for', () => {
    for (const payloadType of [-1, 64, 72, 95, 128, NaN]) {
      const value = { payloadType, marker: false, sequence: 0, timestamp: 0, ssrc: 0, payload: new Uint8Array() };
      expect(() => encodeRtp(value)).toThrow(WireError);
    }
  });

  it('of any other bytes is a WireError', () => {
    const start = fc.integer({ min: 128, max: 191 });
    const random = fc
      .tuple(start, fc.uint8Array({ maxLength: 100 }))
      .map(([first, rest]) => concatBytes(new Uint8Array([first]), rest));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), random), (bytes) => {
        try {
          expect(decodeRtp(bytes).payload.length).toBeLessThanOrEqual(bytes.length - 12);
          expect(ssrcOf(bytes)).toBeTypeOf('number');
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('RTP and RTCP on one port', () => {
  it('are told apart by the second byte, from everything else by the first', () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const bytes = new Uint8Array(12).fill(1);
        bytes.set([first, second]);
        const isMedia = first >= 128 && first < 192;
        const isControl = second >= 192 && second < 224;
        if (isRtp(bytes) !== (isMedia && !isControl) || isRtcp(bytes) !== (isMedia && isControl))
          expect.fail(`${first} ${second}`);
      }
    }
    expect(ssrcOf(fromHex('80c8000100000007'))).toBe(7);
    expect(ssrcOf(fromHex('c0c8000100000007'))).toBeUndefined();
    expect(ssrcOf(new Uint8Array())).toBeUndefined();
  });
});

describe('numbers that wrap', () => {
  it.each([16, 32] as const)('grow on: %i bits', (bits) => {
    const half = 2 ** (bits - 1) - 1;
    const steps = fc.array(fc.integer({ min: -half, max: half }), { maxLength: 50 });
    fc.assert(
      fc.property(fc.nat(2 ** bits - 1), steps, (first, distances) => {
        const unwrapper = new SequenceUnwrapper(bits);
        let highest = first;
        expect(unwrapper.unwrap(first)).toBe(first);
        for (const distance of distances) {
          const next = highest + distance;
          const wrapped = ((next % 2 ** bits) + 2 ** bits) % 2 ** bits;
          expect(unwrapper.peek(wrapped)).toBe(next);
          expect(unwrapper.unwrap(wrapped)).toBe(next);
          highest = Math.max(highest, next);
          expect(unwrapper.highest).toBe(highest);
        }
      }),
    );
  });
});
