// Pictures through packets: whole, lossy, late, hostile.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PACE, Pacer } from '../../../src/media/video/pacing.ts';
import {
  MAX_VIDEO_PAYLOAD_BYTES,
  type OutgoingPicturePacket,
  type PicturePacket,
} from '../../../src/media/video/payload-types.ts';
import { MOST_MISSING } from '../../../src/media/video/missing-packets.ts';
import { PictureReceiver, type ReceivedPicture } from '../../../src/media/video/picture-receiver.ts';
import { PictureSender } from '../../../src/media/video/picture-sender.ts';
import type { EncodedPicture, VideoCodecName } from '../../../src/media/video/video-frame.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const codecs = ['jpeg', 'h264'] as const;

/** Bytes that look like a picture of that codec to packets. */
function picture(codec: VideoCodecName, index: number, bytes: number, isKeyFrame = true): EncodedPicture {
  const body = new Uint8Array(bytes).fill(1 + (index % 200));
  // A slice of the first macroblock.
  if (codec === 'h264') body.set([0, 0, 0, 1, isKeyFrame ? 0x65 : 0x41, 0x88]);
  return { bytes: body, isKeyFrame: codec === 'jpeg' || isKeyFrame, width: 64, height: 48 };
}

class Line {
  readonly clock = new VirtualClock();
  readonly sent: { packet: PicturePacket; atMs: number }[] = [];
  readonly received: ReceivedPicture[] = [];
  readonly sender: PictureSender;
  readonly receiver = new PictureReceiver({ onPicture: (received) => this.received.push(received) });
  keyFramesWanted = 0;
  resends = 0;
  loses: (sequence: number) => boolean = () => false;
  isFull = false;

  constructor(codec: VideoCodecName) {
    this.sender = new PictureSender({
      clock: this.clock,
      codec,
      firstTimestamp: 0xffff_ff00,
      send: (packet) => this.#send(packet),
      resend: (sequence) => this.#resend(sequence),
      onKeyFrameWanted: () => this.keyFramesWanted++,
    });
  }

  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5) {
      await this.clock.advance(5);
      const { missing, needsKeyFrame } = this.receiver.feedback(this.clock.monotonicMs(), 2);
      if (missing.length > 0) this.sender.nack(missing);
      if (needsKeyFrame) this.sender.pictureLoss();
    }
  }

  #send(packet: OutgoingPicturePacket): number | undefined {
    if (this.isFull) return undefined;
    const sequence = (65_500 + this.sent.length) & 0xffff;
    const numbered = { ...packet, sequence };
    this.sent.push({ packet: numbered, atMs: this.clock.monotonicMs() });
    if (!this.loses(sequence)) this.receiver.receive(numbered, this.clock.monotonicMs());
    return sequence;
  }

  #resend(sequence: number): boolean {
    const known = this.sent.find(({ packet }) => packet.sequence === sequence);
    if (known === undefined) return false;
    this.resends++;
    this.receiver.receive(known.packet, this.clock.monotonicMs());
    return true;
  }
}

describe.each(codecs)('pictures of %s', (codec) => {
  it('come as they were, in packets that fit, with times that wrap', async () => {
    const line = new Line(codec);
    for (let index = 0; index < 20; index++) {
      line.sender.sendPicture(picture(codec, index, 100 + index * 1_500, index === 0), index * 33);
      await line.run(35);
    }
    expect(line.received.map(({ bytes }) => new Uint8Array(bytes))).toEqual(
      Array.from({ length: 20 }, (_, index) => picture(codec, index, 100 + index * 1_500, index === 0).bytes),
    );
    expect(line.received[1]?.timestamp).toBe((0xffff_ff00 + 33 * 90) >>> 0);
    for (const { packet } of line.sent) expect(packet.payload.length).toBeLessThanOrEqual(MAX_VIDEO_PAYLOAD_BYTES);
    expect(line.sent.filter(({ packet }) => packet.marker).length).toBe(20);
    expect(line.receiver.counts.malformed).toBe(0);
    expect(line.receiver.heldBytes).toBe(0);
    line.sender.stop();
    expect(line.clock.timerCount).toBe(0);
  });

  it('are whole in spite of losses, since lost packets come again', async () => {
    const line = new Line(codec);
    line.loses = (sequence) => sequence % 13 === 5;
    for (let index = 0; index < 30; index++) {
      line.sender.sendPicture(picture(codec, index, 9_000, index === 0), index * 33);
      await line.run(35);
    }
    await line.run(150);
    expect(line.resends).toBeGreaterThan(5);
    // A lost last packet shows with the next JPEG only, which makes the older one void: one in thirteen is lost here.
    expect(line.received.length).toBeGreaterThanOrEqual(codec === 'jpeg' ? 27 : 29);
  });

  it('never burst', async () => {
    const line = new Line(codec);
    line.sender.sendPicture(picture(codec, 1, 400_000), 0);
    await line.run(200);
    expect(line.received.length).toBe(1);
    const bytesWithin = (fromMs: number): number =>
      line.sent
        .filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 10)
        .reduce((bytes, { packet }) => bytes + packet.payload.length + 60, 0);
    for (const { atMs } of line.sent) expect(bytesWithin(atMs)).toBeLessThan(125_000);
  });

  it('are left out when too much waits', async () => {
    const line = new Line(codec);
    const taken = [0, 1, 2, 3].map((index) => line.sender.sendPicture(picture(codec, index, 200_000), index));
    expect(taken).toEqual([true, true, false, false]);
    expect(line.sender.droppedPictures).toBe(2);
    await line.run(200);
    expect(line.received.length).toBe(2);
    expect(line.keyFramesWanted).toBe(codec === 'h264' ? 1 : 0);
  });

  it('survive whatever packets say, within bounds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            payloadType: fc.constantFrom(96, 97, 96, 97, 98),
            sequence: fc.nat(0xffff),
            timestamp: fc.nat(0xffff_ffff),
            marker: fc.boolean(),
            payload: fc.uint8Array({ maxLength: 2_000 }),
          }),
          { maxLength: 40 },
        ),
        (packets) => {
          const receiver = new PictureReceiver({ onPicture: () => undefined });
          packets.forEach((packet, index) => {
            receiver.receive(packet, index);
            expect(receiver.feedback(index).missing.length).toBeLessThanOrEqual(MOST_MISSING);
          });
        },
      ),
    );
  });
});

describe('a receiver', () => {
  it('holds little of 10,000 fragments of pictures that never come', () => {
    for (const payloadType of [96, 97]) {
      const receiver = new PictureReceiver({ onPicture: () => undefined });
      const payload = new Uint8Array(1_200).fill(7);
      payload.set(payloadType === 97 ? [1, 0, 0, 0, 0, 0x1f, 0xff, 0xff, 0, 0, 0, 0] : [0x7c, 0x05]);
      for (let index = 0; index < 10_000; index++) {
        const sequence = (index * 2) & 0xffff;
        receiver.receive({ payloadType, sequence, timestamp: index * 9, marker: false, payload }, index / 10);
        if (index % 50 === 0) receiver.feedback(index / 10);
      }
      expect(receiver.heldBytes).toBeLessThan(2.1 * 1024 * 1024);
    }
  });

  it('asks for a key frame when H.264 lacks something, not more often than it may', async () => {
    const line = new Line('h264');
    line.sender.sendPicture(picture('h264', 0, 3_000), 0);
    await line.run(20);
    const lost = line.sent.length;
    line.loses = () => true;
    // Lost for good: nobody has it any more.
    line.sender.sendPicture(picture('h264', 1, 3_000, false), 33);
    await line.run(20);
    line.sent.splice(lost, 3, ...line.sent.slice(0, 3));
    line.loses = () => false;
    line.sender.sendPicture(picture('h264', 2, 3_000, false), 66);
    await line.run(250);
    expect(line.received.length).toBe(1);
    expect(line.receiver.counts.unusable).toBe(1);
    expect(line.keyFramesWanted).toBe(1);
    await line.run(1_000);
    expect(line.keyFramesWanted).toBeLessThanOrEqual(5);
    line.sender.sendPicture(picture('h264', 3, 3_000), 99);
    await line.run(20);
    expect(line.received.length).toBe(2);
    const before = line.keyFramesWanted;
    await line.run(1_000);
    expect(line.keyFramesWanted).toBe(before);
  });
});

describe('a sender', () => {
  it('does not let itself be made to send more than it should', async () => {
    const line = new Line('jpeg');
    line.sender.sendPicture(picture('jpeg', 1, 100_000), 0);
    await line.run(50);
    const all = line.sent.map(({ packet }) => packet.sequence);
    for (let round = 0; round < 1_000; round++) line.sender.nack(all);
    expect(line.resends).toBe(all.length);
    for (let round = 0; round < 1_000; round++) {
      await line.clock.advance(1);
      line.sender.nack(all);
    }
    expect(line.resends).toBeLessThan(all.length + 3_100);
  });

  it('sends no H.264 that builds upon what was dropped', async () => {
    const line = new Line('h264');
    line.isFull = true;
    line.sender.sendPicture(picture('h264', 0, 3_000), 0);
    await line.run(10);
    line.isFull = false;
    expect(line.keyFramesWanted).toBe(1);
    expect(line.sender.sendPicture(picture('h264', 1, 3_000, false), 33)).toBe(false);
    expect(line.sender.sendPicture(picture('h264', 2, 3_000), 66)).toBe(true);
  });
});

it('a pacer that was held up makes up for nothing', async () => {
  let nowMs = 0;
  const due: (() => void)[] = [];
  const clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after: (_delayMs: number, callback: () => void) => (due.push(callback), { cancel: () => undefined }),
    every: () => ({ cancel: () => undefined }),
  };
  let bytes = 0;
  const pacer = new Pacer<{ payload: Uint8Array }>(clock, ({ payload }) => (bytes += payload.length));
  pacer.push(Array.from({ length: 100 }, () => ({ payload: new Uint8Array(1_000) })));
  expect(bytes).toBeLessThanOrEqual(PACE.bytes);
  nowMs = 500;
  due.shift()?.();
  expect(bytes).toBeGreaterThan(PACE.bytes);
  expect(bytes).toBeLessThanOrEqual(2 * PACE.bytes);
  pacer.stop();
  expect(pacer.waitingBytes).toBe(0);
});
