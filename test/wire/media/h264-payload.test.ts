// H.264 in packets: round trips, losses, reordering, what a liar can fill.
import '../../../src/base/platform.ts';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../../src/base/bytes.ts';
import { WireError } from '../../../src/base/errors.ts';
import {
  H264Depacketizer,
  MAX_H264_HELD_BYTES,
  MAX_H264_HELD_PACKETS,
  type H264Frame,
  type H264Packet,
} from '../../../src/wire/media/h264-depacketizer.ts';
import { checkH264Payload, nalUnits, packetizeH264 } from '../../../src/wire/media/h264-payload.ts';

const PARAMETERS = [Uint8Array.of(0x67, 0x42, 0x80, 0x1f), Uint8Array.of(0x68, 0xce, 0x3c, 0x80)];

/** A NAL unit without zeros in it; slices say that they are the first of their picture. */
function unit(header: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index === 0 ? header : index === 1 ? 0x88 : 1 + (index % 255)));
}

function annexB(units: readonly Uint8Array[], code = '00000001'): Uint8Array {
  return concatBytes(...units.flatMap((one) => [fromHex(code), one]));
}

const keyFrame = (length: number): Uint8Array => annexB([...PARAMETERS, unit(0x65, length)]);
const frame = (length: number): Uint8Array => annexB([unit(0x41, length)]);

/** The packets of pictures that follow each other, from a sequence number on. */
function packets(pictures: readonly Uint8Array[], first = 65_530, maxBytes = 1000): H264Packet[] {
  let sequence = first;
  return pictures.flatMap((picture, index) => {
    const payloads = packetizeH264(picture, maxBytes);
    return payloads.map((payload, place) => ({
      sequence: sequence++,
      timestamp: 3000 * index,
      marker: place === payloads.length - 1,
      payload,
    }));
  });
}

function pushAll(depacketizer: H264Depacketizer, list: readonly H264Packet[]): H264Frame[] {
  return list.flatMap((packet) => depacketizer.push(packet));
}

/** Short names for long bytes: a difference can be read. */
const nameOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12);
const namesOf = (frames: readonly H264Frame[]): string[] => frames.map(({ bytes }) => nameOf(bytes));

const anyUnit = fc
  .tuple(fc.integer({ min: 1, max: 23 }), fc.nat(3), fc.integer({ min: 2, max: 4000 }))
  .map(([type, importance, length]) => unit((importance << 5) | type, length));
const anyPicture = fc.array(anyUnit, { minLength: 1, maxLength: 6 }).map((units) => annexB(units));

describe('an access unit', () => {
  it('comes out as it went in, in packets that are not too long', () => {
    fc.assert(
      fc.property(
        fc.array(anyPicture, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 20, max: 1500 }),
        (pictures, most) => {
          const list = packets([keyFrame(100), ...pictures], 1, most);
          for (const { payload } of list) {
            expect(payload.length).toBeLessThanOrEqual(most);
            checkH264Payload(payload);
          }
          const depacketizer = new H264Depacketizer();
          const frames = pushAll(depacketizer, list);
          expect(namesOf(frames)).toEqual([keyFrame(100), ...pictures].map(nameOf));
          expect(frames.map(({ timestamp }) => timestamp)).toEqual(frames.map((_, index) => 3000 * index));
          expect([depacketizer.heldBytes, depacketizer.isWaiting]).toEqual([0, false]);
          expect(depacketizer.losses).toEqual({ packets: 0, frames: 0, late: 0 });
        },
      ),
    );
  });

  it('is found by start codes of three and four bytes', () => {
    const units = [...PARAMETERS, unit(0x65, 50)];
    const mixed = concatBytes(annexB(units.slice(0, 1), '000001'), annexB(units.slice(1)), new Uint8Array(3));
    expect(nalUnits(mixed).map(toHex)).toEqual(units.map(toHex));
    expect(nalUnits(new Uint8Array(9))).toEqual([]);
    expect(nalUnits(annexB([new Uint8Array()]))).toEqual([]);
  });

  it('has these payloads', () => {
    expect(packetizeH264(keyFrame(12), 12).map(toHex)).toEqual(['6742801f', '68ce3c80', toHex(unit(0x65, 12))]);
    const payloads = packetizeH264(keyFrame(30), 20);
    expect(payloads.map((payload) => toHex(payload.subarray(0, 2)))).toEqual(['7800', '7c85', '7c45']);
    expect(toHex(payloads[0]!)).toBe('78000467' + '42801f' + '000468ce3c80');
  });

  it('of nothing, or of what is no H.264, is refused', () => {
    expect(() => packetizeH264(new Uint8Array(), 1200)).toThrow(WireError);
    expect(() => packetizeH264(fromHex('0102030405'), 1200)).toThrow(WireError);
    expect(() => packetizeH264(annexB([unit(0x7c, 9)]), 1200)).toThrow(WireError);
    expect(() => packetizeH264(frame(9), 2)).toThrow(RangeError);
  });
});

describe('packets of pictures', () => {
  const pictures = [keyFrame(3500), frame(2500), frame(400), keyFrame(5000), frame(1000)];
  const all = packets(pictures);
  const wanted = pictures.map(nameOf);

  it('come in any order', () => {
    const order = fc.shuffledSubarray(all.slice(1), { minLength: all.length - 1, maxLength: all.length - 1 });
    fc.assert(
      fc.property(order, (list) => {
        const depacketizer = new H264Depacketizer();
        const frames = pushAll(depacketizer, [all[0]!, ...list, ...list]);
        expect(namesOf(frames)).toEqual(wanted);
        expect(frames.some(({ afterLoss }) => afterLoss)).toBe(false);
        expect(frames.map(({ isKeyFrame }) => isKeyFrame)).toEqual([true, false, false, true, false]);
        expect(depacketizer.losses).toEqual({ packets: 0, frames: 0, late: list.length });
      }),
    );
  });

  it('that are missing are named, and their picture is waited for until it is given up', () => {
    const depacketizer = new H264Depacketizer();
    const without = all.filter(({ sequence }) => sequence !== 65_532 && sequence !== 65_537);
    expect(namesOf(pushAll(depacketizer, without))).toEqual([]);
    expect(depacketizer.isWaiting).toBe(true);
    expect(depacketizer.missing(10)).toEqual([65_532, 1]);
    expect(depacketizer.missing(1)).toEqual([65_532]);
    const frames = depacketizer.giveUp();
    expect(namesOf(frames)).toEqual([]);
    expect(depacketizer.missing(10)).toEqual([1]);
    expect(namesOf(depacketizer.push(all.find(({ sequence }) => sequence === 65_537)!))).toEqual(wanted.slice(1));
    expect(depacketizer.losses).toEqual({ packets: 1, frames: 1, late: 0 });
    expect(depacketizer.giveUp()).toEqual([]);
  });

  it('that are lost cost their picture, and the next one says so', () => {
    fc.assert(
      fc.property(fc.subarray(all.slice(1), { minLength: 1 }), (lost) => {
        const depacketizer = new H264Depacketizer();
        const came = all.filter((packet) => !lost.includes(packet));
        const frames = pushAll(depacketizer, came);
        while (depacketizer.isWaiting) frames.push(...depacketizer.giveUp());
        const hurt = new Set(lost.map(({ timestamp }) => timestamp / 3000));
        const untouched = wanted.filter((_, index) => !hurt.has(index));
        // A key frame that lacks nothing but its parameters is a picture too.
        const known = [...wanted, ...[3500, 5000].map((length) => nameOf(annexB([unit(0x65, length)])))];
        expect(namesOf(frames).every((name) => known.includes(name))).toBe(true);
        expect(namesOf(frames).filter((name) => untouched.includes(name))).toEqual(untouched);
        let last = -1;
        for (const { timestamp, afterLoss } of frames) {
          const index = timestamp / 3000;
          if (index > last + 1) expect(afterLoss).toBe(true);
          last = index;
        }
      }),
    );
  });

  it('begin in the middle of a picture: it is left out', () => {
    const depacketizer = new H264Depacketizer();
    const frames = pushAll(depacketizer, all.slice(2));
    expect(namesOf(frames)).toEqual(wanted.slice(1));
    expect(frames.map(({ afterLoss }) => afterLoss)).toEqual([true, false, false, false]);
  });

  it('go on somewhere else after a long break', () => {
    for (const distance of [MAX_H264_HELD_PACKETS + 100, 20_000, -20_000]) {
      const depacketizer = new H264Depacketizer();
      expect(pushAll(depacketizer, all)).toHaveLength(5);
      const later = packets(pictures, 65_530 + distance);
      const frames = pushAll(depacketizer, later);
      expect(namesOf(frames)).toEqual(wanted);
      expect(frames[0]?.afterLoss).toBe(true);
    }
  });

  it('need no marker where the next picture begins', () => {
    const unmarked = all.map((packet) => ({ ...packet, marker: false }));
    expect(namesOf(pushAll(new H264Depacketizer(), unmarked))).toEqual(wanted.slice(0, -1));
  });
});

describe('what a liar sends', () => {
  it.each([
    ['nothing', ''],
    ['type 0', '00aa'],
    ['type 25', '79aa'],
    ['type 31', '7faa'],
    ['an empty aggregate', '78'],
    ['an aggregate of nothing', '780000'],
    ['half a size', '7800'],
    ['a size that is not there', '78000567aa'],
    ['an aggregate in an aggregate', '78000278aa'],
    ['a fragment of nothing', '7c85'],
    ['a fragment that is both ends', '7cc5aa'],
    ['a fragment of a fragment', '7c9caa'],
  ])('is refused: %s', (_what, hex) => {
    expect(() => checkH264Payload(fromHex(hex))).toThrow(WireError);
    const packet = { sequence: 1, timestamp: 1, marker: true, payload: fromHex(hex) };
    expect(() => new H264Depacketizer().push(packet)).toThrow(WireError);
  });

  it.each([
    ['a fragment that began nowhere', ['7c0588']],
    ['a fragment that never ends', ['7c8588']],
    ['a fragment that begins twice', ['7c8588', '7c8588', '7c4588']],
    ['a fragment that ends as another', ['7c8588', '7c4188']],
    ['something within a fragment', ['7c8588', '6588', '7c4588']],
  ])('is no picture: %s', (_what, payloads) => {
    const depacketizer = new H264Depacketizer();
    expect(pushAll(depacketizer, packets([keyFrame(50)], 1))).toHaveLength(1);
    const list = payloads.map((hex, index) => ({
      sequence: 3 + index,
      timestamp: 9,
      marker: index === payloads.length - 1,
      payload: fromHex(hex),
    }));
    expect(pushAll(depacketizer, list)).toEqual([]);
    expect([depacketizer.losses.frames, depacketizer.heldBytes]).toEqual([1, 0]);
  });

  it('may be packets of pictures that never become whole', () => {
    const depacketizer = new H264Depacketizer();
    const payload = unit(0x41, 1200);
    for (let index = 0; index < 10_000; index++) {
      depacketizer.push({ sequence: 2 * index, timestamp: index, marker: false, payload });
      expect(depacketizer.heldBytes).toBeLessThanOrEqual(MAX_H264_HELD_BYTES);
    }
    expect(depacketizer.losses.frames).toBeGreaterThan(5_000);
  });

  it('may be a picture without an end, or of tiny packets', () => {
    for (const length of [2, 1200]) {
      const depacketizer = new H264Depacketizer();
      const payload = unit(0x41, length);
      let frames = 0;
      let most = 0;
      for (let sequence = 0; sequence < 10_000; sequence++) {
        frames += depacketizer.push({ sequence, timestamp: 1, marker: false, payload }).length;
        most = Math.max(most, depacketizer.heldBytes);
      }
      expect(frames).toBe(0);
      expect(most).toBeLessThanOrEqual(Math.min(MAX_H264_HELD_BYTES, MAX_H264_HELD_PACKETS * length));
    }
  });

  it('is a WireError or counted, whatever it is', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.constantFrom(0x65, 0x41, 0x78, 0x7c), fc.uint8Array({ maxLength: 40 }))
        .map(([type, rest]) => concatBytes(Uint8Array.of(type), rest)),
    );
    const packet = fc.record({
      sequence: fc.oneof(fc.nat(30), fc.integer({ min: -70_000, max: 70_000 })),
      timestamp: fc.nat(5),
      marker: fc.boolean(),
      payload,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(packet, fc.nat(9)), { maxLength: 100 }), (list) => {
        const depacketizer = new H264Depacketizer();
        for (const [one, dice] of list) {
          try {
            depacketizer.push(one);
            if (dice === 0) depacketizer.giveUp();
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
          expect(depacketizer.missing(100).length).toBeLessThanOrEqual(100);
        }
        for (let steps = 0; depacketizer.isWaiting; steps++) {
          depacketizer.giveUp();
          if (steps > 300) expect.fail('it waits for ever');
        }
        expect(depacketizer.missing(100)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
