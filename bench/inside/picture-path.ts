// Pictures from one codec to another without a network: how long they take, and how many come whole when packets are lost.

import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { VideoCodecName, VideoFrame } from '../../src/contracts/video.ts';
import { patternFrame, readPatternCounter } from '../../src/media/video/pattern.ts';
import type { OutgoingPicturePacket } from '../../src/media/video/payload-types.ts';
import { PictureReceiver } from '../../src/media/video/picture-receiver.ts';
import { PictureSender } from '../../src/media/video/picture-sender.ts';
import { seededFraction } from './sample-voice.ts';

export type { VideoCodecName };

export const PICTURE = { width: 640, height: 480, framesPerSecond: 30 } as const;
/** As a LAN takes, with some unevenness. */
const TRANSIT_MS = 0.5;
const FEEDBACK_EVERY_MS = 5;
/** What comes later is of no use. */
const IN_TIME_MS = 100;
const KEPT_PACKETS = 512;

/** Made before anything is measured: drawing them is no part of it. */
export function sampleFrames(count: number): VideoFrame[] {
  return Array.from({ length: count }, (_, index) => patternFrame(index, PICTURE));
}

export async function availableCodecs(): Promise<readonly VideoCodecName[]> {
  return localVideoCodecs().available();
}

export interface CodecTimes {
  /** From a raw picture to the same picture decoded, each. */
  readonly delaysMs: readonly number[];
  readonly keyFrameBytes: number;
  readonly bitsPerSecond: number;
  /** Decoded, and with the right number on it. */
  readonly right: number;
}

/** At the pace of a camera, one picture after the other. */
export async function throughCodec(codec: VideoCodecName, seconds: number): Promise<CodecTimes> {
  const codecs = localVideoCodecs();
  const [encoder, decoder] = [await codecs.encoder(codec), await codecs.decoder(codec)];
  const frames = sampleFrames(PICTURE.framesPerSecond);
  const delaysMs: number[] = [];
  let [bytes, keyFrameBytes, right] = [0, 0, 0];
  const beganMs = performance.now();
  for (let index = 0; index < seconds * PICTURE.framesPerSecond; index++) {
    const frame = frames[index % frames.length];
    if (frame === undefined) continue;
    const startMs = performance.now();
    const picture = await encoder.encode(frame);
    const decoded = picture === undefined ? undefined : await decoder.decode(picture.bytes);
    delaysMs.push(performance.now() - startMs);
    bytes += picture?.bytes.length ?? 0;
    if (picture?.isKeyFrame === true) keyFrameBytes = Math.max(keyFrameBytes, picture.bytes.length);
    if (decoded !== undefined && readPatternCounter(decoded) === index % frames.length) right++;
    await sleep(Math.max(0, beganMs + ((index + 1) * 1_000) / PICTURE.framesPerSecond - performance.now()));
  }
  encoder.close();
  decoder.close();
  return { delaysMs, keyFrameBytes, bitsPerSecond: (bytes * 8) / seconds, right };
}

export interface LossOutcome {
  readonly pictures: number;
  readonly inTime: number;
  readonly packetsLost: number;
  readonly packets: number;
}

/** Packets, and those sent again, are lost by chance; what is asked for is lost as well. */
export async function withLosses(
  codec: VideoCodecName,
  share: number,
  seconds: number,
  seed: number,
): Promise<LossOutcome> {
  const codecs = localVideoCodecs();
  const [encoder, decoder] = [await codecs.encoder(codec), await codecs.decoder(codec)];
  const chance = seededFraction(seed);
  const frames = sampleFrames(PICTURE.framesPerSecond);
  const sentAtMs = new Map<number, number>();
  const kept = new Map<number, OutgoingPicturePacket>();
  let [sequence, packets, packetsLost, inTime] = [0, 0, 0, 0];
  let decoding = Promise.resolve();
  const receiver = new PictureReceiver({
    onPicture: ({ bytes, timestamp }) => {
      decoding = decoding.then(async () => {
        const decoded = await decoder.decode(bytes);
        if (decoded === undefined || readPatternCounter(decoded) === undefined) receiver.decoderFailed();
        else if (performance.now() - (sentAtMs.get(timestamp) ?? -Infinity) <= IN_TIME_MS) inTime++;
      });
    },
  });
  const deliver = (number: number, packet: OutgoingPicturePacket): void => {
    packets++;
    if (chance() < share) {
      packetsLost++;
      return;
    }
    setTimeout(() => receiver.receive({ ...packet, sequence: number & 0xffff }, performance.now()), TRANSIT_MS);
  };
  const sender = new PictureSender({
    clock: systemClock,
    codec,
    firstTimestamp: 0,
    send: (packet) => {
      kept.set(sequence & 0xffff, packet);
      kept.delete((sequence - KEPT_PACKETS) & 0xffff);
      deliver(sequence, packet);
      return sequence++ & 0xffff;
    },
    resend: (number) => {
      const packet = kept.get(number);
      if (packet !== undefined) deliver(number, packet);
      return packet !== undefined;
    },
    onKeyFrameWanted: () => encoder.requestKeyFrame(),
  });
  const asking = setInterval(() => {
    const { missing, needsKeyFrame } = receiver.feedback(performance.now(), 2 * TRANSIT_MS);
    if ((missing.length === 0 && !needsKeyFrame) || chance() < share) return;
    setTimeout(() => {
      sender.nack(missing);
      if (needsKeyFrame) sender.pictureLoss();
    }, TRANSIT_MS);
  }, FEEDBACK_EVERY_MS);
  const count = seconds * PICTURE.framesPerSecond;
  const beganMs = performance.now();
  for (let index = 0; index < count; index++) {
    const frame = frames[index % frames.length];
    const atMs = performance.now();
    const picture = frame === undefined ? undefined : await encoder.encode(frame);
    if (picture !== undefined) {
      sentAtMs.set(sender.timestampOf(atMs), atMs);
      sender.sendPicture(picture, atMs);
    }
    await sleep(Math.max(0, beganMs + ((index + 1) * 1_000) / PICTURE.framesPerSecond - performance.now()));
  }
  await sleep(2 * IN_TIME_MS);
  clearInterval(asking);
  sender.stop();
  await decoding;
  encoder.close();
  decoder.close();
  return { pictures: count, inTime, packets, packetsLost };
}

/** The most bytes on the wire within 10 ms of one large picture; headers included. */
export async function burstOf(bytes: number): Promise<number> {
  const sent: { atMs: number; bytes: number }[] = [];
  const HEADERS = 60;
  const sender = new PictureSender({
    clock: systemClock,
    codec: 'jpeg',
    firstTimestamp: 0,
    send: ({ payload }) => sent.push({ atMs: performance.now(), bytes: payload.length + HEADERS }),
    resend: () => false,
    onKeyFrameWanted: () => undefined,
  });
  sender.sendPicture({ bytes: new Uint8Array(bytes), isKeyFrame: true, width: 640, height: 480 }, performance.now());
  await sleep(bytes / 1_000);
  sender.stop();
  return Math.max(
    ...sent.map(({ atMs }) =>
      sent.reduce((sum, one) => sum + (one.atMs >= atMs && one.atMs < atMs + 10 ? one.bytes : 0), 0),
    ),
  );
}
