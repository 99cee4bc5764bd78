// Checks of addresses: round trips, forgeries, and that an answer is never longer than its check.
import '../../../src/base/platform.ts';
import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../../src/base/errors.ts';
import {
  checkSsrcOf,
  decodeCheck,
  encodeCheck,
  isMediaCheck,
  MEDIA_CHECK_BYTES,
  type MediaCheck,
} from '../../../src/wire/media/media-check.ts';
import { isRtcp, isRtp } from '../../../src/wire/media/rtp.ts';

const key = createSecretKey(new Uint8Array(16).fill(5));
const uint32 = fc.nat(0xffff_ffff);
const check = fc.record<MediaCheck>({
  kind: fc.constantFrom('check', 'answer'),
  ssrc: uint32,
  transaction: uint32,
  nominated: fc.boolean(),
  stampMs: fc.maxSafeNat().map((value) => (value % 2 ** 48) / 1000),
  direction: fc.constantFrom(0, 1),
  counter: fc.maxSafeNat().map((value) => value % 2 ** 48),
});
const aCheck: MediaCheck = {
  kind: 'check',
  ssrc: 7,
  transaction: 9,
  nominated: false,
  stampMs: 1234.567,
  direction: 0,
  counter: 1,
};

describe('a check of an address', () => {
  it('is read as it was written, and is neither RTP nor RTCP', () => {
    fc.assert(
      fc.property(check, (value) => {
        const bytes = encodeCheck(value, key);
        expect(decodeCheck(bytes, key)).toEqual(value);
        expect(checkSsrcOf(bytes)).toBe(value.ssrc);
        expect([isMediaCheck(bytes), isRtp(bytes), isRtcp(bytes)]).toEqual([true, false, false]);
      }),
    );
  });

  it('is never shorter than its answer', () => {
    fc.assert(
      fc.property(check, check, (asked, answered) => {
        expect(encodeCheck({ ...answered, kind: 'answer' }, key).length).toBeLessThanOrEqual(
          encodeCheck({ ...asked, kind: 'check' }, key).length,
        );
      }),
    );
  });

  it('takes the key as bytes as well', () => {
    const bytes = encodeCheck(aCheck, new Uint8Array(16).fill(5));
    expect(decodeCheck(bytes, key)).toEqual(aCheck);
    expect(decodeCheck(encodeCheck(aCheck, key), new Uint8Array(16).fill(5))).toEqual(aCheck);
  });

  it('is refused after a change of any of its bits, cut, longer, with another key', () => {
    const bytes = encodeCheck(aCheck, key);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >>> 3]! ^= 1 << (bit & 7);
      expect(() => decodeCheck(changed, key)).toThrow(WireError);
    }
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeCheck(bytes.subarray(0, length), key)).toThrow(WireError);
    expect(() => decodeCheck(Buffer.concat([bytes, Buffer.alloc(1)]), key)).toThrow(WireError);
    expect(() => decodeCheck(bytes, new Uint8Array(16).fill(6))).toThrow(WireError);
  });

  it('has a nonce that depends on direction and counter alone, so that none comes twice', () => {
    const nonces = new Set<string>();
    for (const direction of [0, 1] as const)
      for (const counter of [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1])
        nonces.add(encodeCheck({ ...aCheck, direction, counter }, key).toString('hex', 16, 28));
    expect(nonces.size).toBe(10);
    for (const counter of [-1, NaN, 2 ** 48]) expect(() => encodeCheck({ ...aCheck, counter }, key)).toThrow(WireError);
  });

  it('of any other bytes is a WireError', () => {
    const like = fc
      .tuple(fc.constantFrom(0xc1, 0xc2), fc.uint8Array({ minLength: MEDIA_CHECK_BYTES, maxLength: MEDIA_CHECK_BYTES }))
      .map(([kind, bytes]) => bytes.with(0, kind));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), like), (bytes) => {
        expect(() => decodeCheck(bytes, key)).toThrow(WireError);
        expect(checkSsrcOf(bytes) === undefined).toBe(!isMediaCheck(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
