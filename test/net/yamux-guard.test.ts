// The check of Yamux frames: the same verdict however the bytes are cut, and none against honest traffic.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { YamuxFrameCheck } from '../../src/net/yamux-guard.ts';
import { ManualClock } from './manual-clock.ts';

const WINDOW_BYTES = 256 * 1024;
const SYN = 1;

function frame(type: number, flags: number, length: number, bodyBytes = 0): Uint8Array {
  const bytes = new Uint8Array(12 + bodyBytes).fill(0xee, 12);
  const view = new DataView(bytes.buffer);
  view.setUint8(1, type);
  view.setUint16(2, flags);
  view.setUint32(4, 1);
  view.setUint32(8, length);
  return bytes;
}

const data = (length: number): Uint8Array => frame(0, 0, length, length);
const windowUpdate = frame(1, 0, 0x7fff_ffff);
const ping = frame(2, SYN, 7);

const honest: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.oneof(fc.nat(3_000).map(data), fc.constant(data(0)), fc.constant(windowUpdate), fc.constant(frame(0, SYN, 0))),
  { maxLength: 30 },
);

function verdict(bytes: Uint8Array, places: readonly number[]): string | undefined {
  const check = new YamuxFrameCheck(new ManualClock());
  const offsets = [0, ...places.map((place) => place % (bytes.length + 1)).sort((left, right) => left - right)];
  for (const [index, offset] of offsets.entries()) {
    const problem = check.push(bytes.subarray(offset, offsets[index + 1] ?? bytes.length));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

describe('the check of Yamux frames', () => {
  it('has nothing against honest frames, however they are cut', () => {
    fc.assert(
      fc.property(honest, fc.array(fc.nat(), { maxLength: 40 }), (frames, places) => {
        expect(verdict(concatBytes(...frames, data(WINDOW_BYTES)), places)).toBeUndefined();
      }),
    );
  });

  it('finds a frame that is announced too long, wherever it comes', () => {
    fc.assert(
      fc.property(
        honest,
        fc.integer({ min: WINDOW_BYTES + 1, max: 0xffff_ffff }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (frames, length, places) => {
          expect(verdict(concatBytes(...frames, frame(0, 0, length)), places)).toContain(`${length} bytes`);
        },
      ),
    );
  });

  it('allows so many pings and new streams, and more as time goes by', () => {
    const clock = new ManualClock();
    const check = new YamuxFrameCheck(clock);
    for (let count = 0; count < 200; count++)
      expect(check.push(count % 2 === 0 ? ping : frame(1, SYN, 0))).toBeUndefined();
    clock.advance(1_000);
    for (let count = 0; count < 20; count++) expect(check.push(ping)).toBeUndefined();
    expect(check.push(ping)).toContain('too many');
  });
});
