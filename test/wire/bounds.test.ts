// What decoding may cost: counts are cut off where they pass their limit, not after everything was made.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { PeerMessage as MessageCodec } from '../../src/wire/generated/peer-messages.ts';
import { MAX_DIGEST_ITEMS, MAX_PRESENCE_BYTES, MAX_RECEIPTS, MAX_TOLD_ADDRESSES } from '../../src/wire/limits.ts';
import { decodeTextBody } from '../../src/wire/entry-bodies.ts';
import { decodePeerMessage, decodePresenceState } from '../../src/wire/peer-messages.ts';
import { processorMs } from '../support/processor-time.ts';

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return new Uint8Array([...bytes, value]);
}

const field = (number: number, content: Uint8Array): Uint8Array =>
  concatBytes(varint(number * 8 + 2), varint(content.length), content);
/** `count` empty repeated fields: two bytes each. */
const empties = (number: number, count: number): Uint8Array =>
  new Uint8Array(2 * count).map((_, index) => (index % 2 === 0 ? number * 8 + 2 : 0));

function causeOf(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
  throw new Error('nothing was thrown');
}

/** Messages whose repeated field is over its limit by one and more, as field numbers in PeerMessage. */
const REPEATED = [
  { what: 'digest', number: 3, limit: MAX_DIGEST_ITEMS },
  { what: 'request', number: 4, limit: MAX_DIGEST_ITEMS },
  { what: 'receipts', number: 6, limit: MAX_RECEIPTS },
];

describe('decoding is bounded', () => {
  it('by the limit of each repeated field, found out while decoding', () => {
    for (const { number, limit } of REPEATED)
      for (const count of [limit + 1, 20_000])
        expect(causeOf(() => decodePeerMessage(field(number, empties(1, count))))).toContain('too many elements');
  });

  it('by the limit of addresses inside the items of a digest', () => {
    const item = (count: number): Uint8Array =>
      concatBytes(field(1, new Uint8Array(32)), ...Array.from({ length: count }, () => field(4, new Uint8Array(1))));
    const digest = (count: number): Uint8Array => field(3, concatBytes(field(1, item(0)), field(1, item(count))));
    expect(decodePeerMessage(digest(MAX_TOLD_ADDRESSES)).type).toBe('digest');
    expect(causeOf(() => decodePeerMessage(digest(MAX_TOLD_ADDRESSES + 1)))).toContain('too many elements');
  });

  it('by the limits of rooms and capabilities in a presence', () => {
    for (const [number, limit] of [
      [7, 64],
      [8, 16],
    ] as const)
      for (const count of [limit + 1, 4_000])
        expect(causeOf(() => decodePresenceState(empties(number, count)))).toContain('too many elements');
  });

  it('by the length of the input: nothing longer than a frame is looked at', () => {
    const huge = field(3, empties(1, 1_000_000));
    expect(causeOf(() => decodePeerMessage(huge))).toContain('more than');
    expect(causeOf(() => decodePresenceState(new Uint8Array(MAX_PRESENCE_BYTES + 1)))).toContain('more than');
  });

  it('in time, for the worst frames', async () => {
    const fill = (part: Uint8Array): Uint8Array => {
      const frame = new Uint8Array(MAX_FRAME_BYTES);
      for (let offset = 0; offset + part.length <= frame.length; offset += part.length) frame.set(part, offset);
      return frame;
    };
    const worst: Record<string, Uint8Array> = {
      'full digests, one after another': fill(field(3, empties(1, MAX_DIGEST_ITEMS))),
      'empty messages': fill(field(3, new Uint8Array(0))),
      'nested groups': new Uint8Array(MAX_FRAME_BYTES).fill(0x0b | 0x70),
      'groups in a digest': field(3, new Uint8Array(MAX_FRAME_BYTES - 10).fill(0x7b)),
      'numbers without end': new Uint8Array(MAX_FRAME_BYTES).fill(0xff),
      'a tag of all ones': fill(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f])),
      'unknown numbers': fill(new Uint8Array([0xa0, 0x06, 1])),
      zeros: new Uint8Array(MAX_FRAME_BYTES),
      'a declared length of 4 GiB': new Uint8Array([0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a, 0x00]),
      'lengths of 4 GiB inside each other': new Uint8Array([
        0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x22, 0xff, 0xff, 0xff, 0xff, 0x0f,
      ]),
    };
    for (const [what, bytes] of Object.entries(worst)) {
      let thrown: unknown;
      const tookMs = await processorMs(() => {
        try {
          decodePeerMessage(bytes);
        } catch (error) {
          thrown = error;
        }
      });
      if (thrown !== undefined) expect(thrown, what).toBeInstanceOf(WireError);
      // Each takes milliseconds.
      expect(tookMs, what).toBeLessThan(2_000);
    }
  });

  it('for texts by the length of what came, whatever length they declare', () => {
    expect(() => decodeTextBody(new Uint8Array([0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 65]))).toThrow(WireError);
  });

  it('and the limits do not get in the way of what is allowed', () => {
    const digest = MessageCodec.encode({
      digest: {
        items: Array.from({ length: MAX_DIGEST_ITEMS }, () => ({
          author: new Uint8Array(32),
          startId: Number.MAX_SAFE_INTEGER,
          counter: Number.MAX_SAFE_INTEGER,
          addresses: ['192.168.100.100:65535'],
        })),
      },
    });
    // A sender that fills all places stays within a frame.
    expect(digest.length).toBeLessThan(MAX_FRAME_BYTES);
    expect(decodePeerMessage(digest).type).toBe('digest');
  });
});
