// Redundant audio: round trips, the bytes of RFC 2198, limits, garbage.
import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { WireError } from '../../../src/base/errors.ts';
import {
  decodeRed,
  encodeRed,
  MAX_OLDER_FRAME_BYTES,
  MAX_TIMESTAMP_OFFSET,
  type RedundantAudio,
} from '../../../src/wire/media/red.ts';

const payloadType = fc.nat(127);
const audio = fc.record<RedundantAudio>({
  payloadType,
  payload: fc.uint8Array({ maxLength: 1200 }),
  older: fc.array(
    fc.record({
      payloadType,
      timestampOffset: fc.nat(MAX_TIMESTAMP_OFFSET),
      payload: fc.uint8Array({ maxLength: MAX_OLDER_FRAME_BYTES }),
    }),
    { maxLength: 2 },
  ),
});

const plain = ({ payload, older, ...rest }: RedundantAudio): object => ({
  ...rest,
  payload: toHex(payload),
  older: older.map((frame) => ({ ...frame, payload: toHex(frame.payload) })),
});

describe('redundant audio', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(audio, (value) => {
        expect(plain(decodeRed(encodeRed(value)))).toEqual(plain(value));
      }),
    );
  });

  it('has the bytes of RFC 2198', () => {
    const value = {
      payloadType: 111,
      payload: fromHex('aabb'),
      older: [
        { payloadType: 111, timestampOffset: 960, payload: fromHex('01') },
        { payloadType: 110, timestampOffset: 16_383, payload: new Uint8Array(0x301).fill(2) },
      ],
    };
    const hex = `ef0f0001eeffff016f01${'02'.repeat(0x301)}aabb`;
    expect(toHex(encodeRed(value))).toBe(hex);
    expect(plain(decodeRed(fromHex(hex)))).toEqual(plain(value));
    expect(plain(decodeRed(fromHex('6f')))).toEqual({ payloadType: 111, payload: '', older: [] });
  });

  it.each([
    ['nothing', ''],
    ['half a head', 'ef0f00'],
    ['a head without a last one', 'ef0f0001'],
    ['heads without a last one', 'ef0f0001ef0f0001'],
    ['shorter than an older frame', 'ef0f00026f01'],
    ['of three older frames', 'ef0f0000ef0f0000ef0f00006f'],
  ])('is not %s', (_what, hex) => {
    expect(() => decodeRed(fromHex(hex))).toThrow(WireError);
  });

  it('can not be written outside its fields', () => {
    const frame = { payloadType: 111, timestampOffset: 480, payload: new Uint8Array(1) };
    const withOlder = (...older: RedundantAudio['older']): RedundantAudio => ({ ...frame, older });
    expect(() => encodeRed(withOlder(frame, frame, frame))).toThrow(WireError);
    expect(() => encodeRed(withOlder({ ...frame, payload: new Uint8Array(1024) }))).toThrow(WireError);
    for (const timestampOffset of [-1, 0.5, 16_384, NaN])
      expect(() => encodeRed(withOlder({ ...frame, timestampOffset }))).toThrow(WireError);
  });

  it('of any other bytes is a WireError, or no longer than they are', () => {
    const headed = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(3))
      .map(([bytes, heads]) => bytes.map((byte, index) => (index % 4 === 0 && index < 4 * heads ? byte | 0x80 : byte)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), headed), (bytes) => {
        try {
          const { payload, older } = decodeRed(bytes);
          const heads = 1 + 4 * older.length;
          expect(older.reduce((sum, frame) => sum + frame.payload.length, heads + payload.length)).toBe(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
