// What the receiver makes of time: pauses, stalls, late and lying packets, clocks that differ.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_MS, BLOCK_SAMPLES, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../../../src/media/audio-format.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { numberedPacket, pullFrame, virtualReceiver } from './virtual-receiver.ts';
import type { VirtualReceiver } from './virtual-receiver.ts';

/** Packets of these numbers, each at its time, and pulls every 10 ms up to the last. */
function play(
  { receiver }: VirtualReceiver,
  from: number,
  to: number,
  isSent = (_index: number): boolean => true,
): void {
  for (let index = from; index < to; index++) {
    if (isSent(index)) receiver.receive(numberedPacket(index), index * 10 + 1);
    pullFrame(receiver, index * 10 + 4);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('the time of a receiver', () => {
  it('plays everything once and in order', () => {
    const virtual = virtualReceiver();
    play(virtual, 0, 500);
    expect(virtual.decoder.decoded).toEqual(range(0, virtual.decoder.decoded.length));
    expect(virtual.decoder.decoded.length).toBeGreaterThan(495);
  });

  it('needs no packet any more once it has been received', () => {
    const { receiver, decoder } = virtualReceiver();
    for (let index = 0; index < 100; index++) {
      const packet = numberedPacket(index);
      receiver.receive(packet, index * 10 + 1);
      packet.payload.fill(0xff);
      pullFrame(receiver, index * 10 + 4);
    }
    expect(decoder.decoded).toEqual(range(0, decoder.decoded.length));
  });

  it('is silent before anything came, and forever after', () => {
    const { receiver } = virtualReceiver();
    for (let pull = 0; pull < 100; pull++)
      expect(pullFrame(receiver, pull * 10).every((sample) => sample === 0)).toBe(true);
    receiver.receive(numberedPacket(0), 1_001);
    const frames = Array.from({ length: 300 }, (_, pull) => pullFrame(receiver, 1_010 + pull * 10));
    expect(frames.slice(0, 5).some((frame) => frame.some((sample) => sample > 0.4))).toBe(true);
    expect(frames.slice(10).every((frame) => frame.every((sample) => sample === 0))).toBe(true);
  });

  it('takes a pause of the speaker for what it is', () => {
    const virtual = virtualReceiver();
    const packets = [...range(0, 100), ...range(140, 240), ...range(1_000, 1_100)];
    let sequence = 65_500;
    for (let index = 0; index < 1_110; index++) {
      if (packets.includes(index)) {
        const marker = !packets.includes(index - 1);
        virtual.receiver.receive(numberedPacket(index, { sequence: sequence++ & 0xffff, marker }), index * 10 + 1);
      }
      pullFrame(virtual.receiver, index * 10 + 4);
    }
    expect(virtual.decoder.decoded).toEqual(packets);
    expect(virtual.receiver.statistics).toMatchObject({ packetsConcealed: 0, packetsLate: 0, framesInserted: 0 });
  });

  it('waits 5 ms longer than needed at most, wherever the pulls lie, from the first word on', () => {
    for (let phaseMs = 0; phaseMs < BLOCK_MS; phaseMs += 0.25) {
      const { receiver } = virtualReceiver();
      let [sent, sequence] = [0, 0];
      for (let nowMs = phaseMs; nowMs < 3_000; nowMs += BLOCK_MS) {
        for (; sent * 10 + 1 <= nowMs; sent++)
          // Half a second of each second is silence.
          if (sent % 100 < 50) receiver.receive(numberedPacket(sent, { sequence: sequence++ }), sent * 10 + 1);
        receiver.nextBlock(nowMs);
        const { delayMs, targetDelayMs } = receiver.statistics;
        if (sent % 100 < 3 || sent % 100 > 50) continue;
        expect(delayMs - targetDelayMs).toBeGreaterThan(-1);
        expect(delayMs - targetDelayMs).toBeLessThan(5.5);
      }
      expect(receiver.statistics).toMatchObject({ packetsConcealed: 0, framesDropped: 0, framesInserted: 0 });
    }
  });

  it('plays what a stall of the network held back, and is quick again some seconds later', () => {
    const virtual = virtualReceiver();
    play(virtual, 0, 200);
    const before = virtual.receiver.statistics.delayMs;
    for (let index = 200; index < 215; index++) pullFrame(virtual.receiver, index * 10 + 4);
    for (let index = 200; index < 215; index++) virtual.receiver.receive(numberedPacket(index), 2_151);
    play(virtual, 215, 230);
    expect(virtual.receiver.statistics.delayMs).toBeGreaterThan(before + 100);
    expect(virtual.receiver.statistics.packetsConcealed).toBe(0);
    play(virtual, 230, 3_000);
    expect(virtual.receiver.statistics.delayMs).toBeLessThan(before + 15);
    const { decoded } = virtual.decoder;
    expect(decoded).toEqual(range(0, decoded.length));
  });

  it('never waits longer than 400 ms and a little', () => {
    const virtual = virtualReceiver();
    play(virtual, 0, 200);
    for (let index = 200; index < 400; index++) pullFrame(virtual.receiver, index * 10 + 4);
    for (let index = 200; index < 400; index++) virtual.receiver.receive(numberedPacket(index), 4_001);
    play(virtual, 400, 410);
    expect(virtual.receiver.statistics.delayMs).toBeLessThan(450);
    play(virtual, 410, 3_000);
    expect(virtual.receiver.statistics.delayMs).toBeLessThan(25);
  });

  it('plays what comes in the wrong order in the right one, and nothing twice', () => {
    const virtual = virtualReceiver();
    for (let index = 0; index < 600; index += 2) {
      for (const late of [index + 1, index, index]) virtual.receiver.receive(numberedPacket(late), index * 10 + 11);
      for (const pull of [14, 24]) pullFrame(virtual.receiver, index * 10 + pull);
    }
    const { decoded } = virtual.decoder;
    expect(decoded).toEqual(range(0, decoded.length));
    expect(decoded.length).toBeGreaterThan(590);
    expect(virtual.receiver.statistics.packetsDuplicated).toBe(300);
  });

  it.each([-5_000, -900, 900, 1_500, 7_000, 2 ** 31 / 48])(
    'is not impressed by one packet that lies by %d ms',
    (byMs) => {
      const [honest, lied] = [virtualReceiver(), virtualReceiver()];
      for (const virtual of [honest, lied]) {
        play(virtual, 0, 200, (index) => index % 50 !== 49);
        if (virtual === lied) {
          const timestamp = (200 * FRAME_SAMPLES + Math.round(byMs / 10) * FRAME_SAMPLES) >>> 0;
          virtual.receiver.receive({ ...numberedPacket(4e9), timestamp, sequence: 200 }, 2_000);
        }
        play(virtual, 200, 400, (index) => index % 50 !== 49);
      }
      const heard = lied.decoder.decoded.filter((index) => index !== 4e9);
      // One that is not far off may be played instead of the true one.
      expect(honest.decoder.decoded.length - heard.length).toBeLessThanOrEqual(1);
      expect(lied.receiver.statistics.delayMs).toBeLessThan(honest.receiver.statistics.delayMs + 12);
    },
  );

  it.each([-100_000, 100_000])('follows a stream that begins anew %d frames away', (frames) => {
    const virtual = virtualReceiver();
    play(virtual, 200_000, 200_200);
    const from = 200_200 + frames;
    for (let index = 0; index < 100; index++) {
      virtual.receiver.receive(numberedPacket(from + index), 2_002_001 + index * 10);
      pullFrame(virtual.receiver, 2_002_004 + index * 10);
    }
    expect(virtual.decoder.decoded.filter((index) => index >= from && index < from + 100).length).toBeGreaterThan(90);
  });

  it('keeps its memory and its temper whatever comes', () => {
    const random = seededRandom(5);
    const { receiver } = virtualReceiver();
    let nowMs = 0;
    let underway = 0;
    for (let count = 0; count < 100_000; count++) {
      const isNear = random.fraction() < 0.7;
      const packet = numberedPacket(random.below(2 ** 32), {
        sequence: random.below(65_536),
        timestamp: isNear ? (underway + random.below(200_000)) >>> 0 : random.below(2 ** 32),
        payloadType: random.pick([111, 111, 111, 112, 0, 200]),
        marker: random.fraction() < 0.5,
        payload: random.pick([new Uint8Array(), new Uint8Array(4), new Uint8Array(1_400), new Uint8Array(70_000)]),
      });
      receiver.receive(packet, nowMs);
      if (random.fraction() < 0.3) {
        const block = receiver.nextBlock(nowMs);
        if (block.length !== BLOCK_SAMPLES || !block.every((sample) => Math.abs(sample) <= 1))
          throw new Error('That is no block.');
        nowMs += random.below(20);
        underway += 480;
      }
      if (receiver.waitingFrames > 100) throw new Error('Too many frames wait.');
    }
    expect(receiver.statistics.packetsReceived).toBe(100_000);
    expect(receiver.statistics.delayMs).toBeLessThan(1_100);
  });

  it('hears an honest stream again after ten times too many packets', () => {
    const virtual = virtualReceiver();
    for (let index = 0; index < 5_000; index++) {
      virtual.receiver.receive(numberedPacket(index), index);
      if (index % 5 === 0) virtual.receiver.nextBlock(index + 0.5);
      if (virtual.receiver.waitingFrames > 100) throw new Error('Too many frames wait.');
    }
    const from = virtual.decoder.decoded.length;
    for (let index = 5_000; index < 6_500; index++) {
      const nowMs = 5_000 + (index - 5_000) * 10;
      virtual.receiver.receive(numberedPacket(index), nowMs + 1);
      pullFrame(virtual.receiver, nowMs + 4);
    }
    expect(virtual.decoder.decoded.length - from).toBeGreaterThan(1_400);
    expect(virtual.receiver.statistics.delayMs).toBeLessThan(60);
  });
});

const SINE_HZ = 300;
const AMPLITUDE = 0.5;
const PERIOD = Float32Array.from(
  { length: SAMPLE_RATE_HZ / SINE_HZ },
  (_, at) => AMPLITUDE * Math.sin((2 * Math.PI * SINE_HZ * at) / SAMPLE_RATE_HZ),
);
const sine = (sample: number): number => PERIOD[sample % PERIOD.length] ?? 0;
/** The steepest that the sine is by itself. */
const STEEPEST = (AMPLITUDE * 2 * Math.PI * SINE_HZ) / SAMPLE_RATE_HZ;

function largestStep(frames: Iterable<Float32Array>): number {
  let largest = 0;
  let last = 0;
  for (const frame of frames)
    for (const sample of frame) {
      largest = Math.max(largest, Math.abs(sample - last));
      last = sample;
    }
  return largest;
}

/** Both clocks run; the sender's by so much faster. */
function* driftingCall(
  virtual: VirtualReceiver,
  ppm: number,
  seconds: number,
  jitterMs: number,
): Generator<Float32Array> {
  const random = seededRandom(9);
  const frameMs = 10 / (1 + ppm / 1e6);
  let sent = 0;
  for (let nowMs = 4; nowMs < seconds * 1_000; nowMs += BLOCK_MS) {
    for (; sent * frameMs + 1 + jitterMs <= nowMs; sent++)
      virtual.receiver.receive(numberedPacket(sent), sent * frameMs + 1 + jitterMs * random.fraction());
    yield virtual.receiver.nextBlock(nowMs);
  }
}

describe('clocks that differ', () => {
  it.each([
    [30, 100],
    [5, -100],
  ])('%d minutes at %d ppm: the buffer stays within a frame of its target, without a step', (minutes, ppm) => {
    const virtual = virtualReceiver(sine);
    let [largest, last, pulls, most, least] = [0, 0, 0, -Infinity, Infinity];
    for (const block of driftingCall(virtual, ppm, minutes * 60, 1)) {
      for (let at = 0; at < BLOCK_SAMPLES; at++) {
        const sample = block[at] ?? 0;
        largest = Math.max(largest, Math.abs(sample - last));
        last = sample;
      }
      if (pulls++ < 1_000) continue;
      const { delayMs, targetDelayMs } = virtual.receiver.statistics;
      most = Math.max(most, delayMs - targetDelayMs);
      least = Math.min(least, delayMs - targetDelayMs);
    }
    // A frame is pulled whole, and with it what is left of the one before.
    expect(least).toBeGreaterThan(-1);
    expect(most).toBeLessThan(6);
    expect(largest).toBeLessThan(STEEPEST * 1.05);
    expect(virtual.receiver.statistics).toMatchObject({ packetsConcealed: 0, framesDropped: 0, framesInserted: 0 });
  });

  it('up to 1,000 ppm the sound has no step', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: 0, max: 8 }), (ppm, jitterMs) => {
        const virtual = virtualReceiver(sine);
        expect(largestStep(driftingCall(virtual, ppm, 30, jitterMs))).toBeLessThan(STEEPEST * 1.1);
        expect(virtual.receiver.statistics.delayMs).toBeLessThan(virtual.receiver.statistics.targetDelayMs + 30);
      }),
      { numRuns: 15 },
    );
  });

  it('losses are filled and joined without a step', () => {
    const virtual = virtualReceiver(sine);
    const frames: Float32Array[] = [];
    const random = seededRandom(4);
    for (let index = 0; index < 3_000; index++) {
      if (random.fraction() > 0.1) virtual.receiver.receive(numberedPacket(index), index * 10 + 1);
      frames.push(pullFrame(virtual.receiver, index * 10 + 4));
    }
    expect(largestStep(frames)).toBeLessThan(STEEPEST * 1.3);
  });
});
