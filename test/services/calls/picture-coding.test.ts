// Decoders and encoders that fail: they die, lie, and never answer. The call goes on.

import '../../../src/base/platform.ts';
import { expect, test } from 'vitest';
import type { VideoDecoder, VideoEncoder, VideoFrame } from '../../../src/contracts/video.ts';
import type { ReceivedPicture } from '../../../src/media/video/picture-receiver.ts';
import { EncoderGroup, ENCODE_PATIENCE_MS, MOST_ENCODERS } from '../../../src/services/calls/encoder-group.ts';
import { DECODE_PATIENCE_MS, MOST_DECODERS, PictureDecoding } from '../../../src/services/calls/picture-decoding.ts';
import { VideoRate } from '../../../src/media/video/video-rate.ts';
import type { VideoLine } from '../../../src/services/calls/video-line.ts';
import { numberedFrame } from '../../support/plain-video.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SIZE = { width: 64, height: 48, framesPerSecond: 30 } as const;
const FRAME = numberedFrame(1, SIZE, 0);

function picture(isKeyFrame = true, codec: 'jpeg' | 'h264' = 'jpeg'): ReceivedPicture {
  return { codec, bytes: new Uint8Array(10), timestamp: 0, isKeyFrame };
}

function decoderOf(decode: VideoDecoder['decode']): VideoDecoder & { closed: number } {
  const decoder = { decode, malformedPictures: 0, closed: 0, close: () => void (decoder.closed += 1) };
  return decoder;
}

interface Decoding {
  readonly clock: VirtualClock;
  readonly one: PictureDecoding;
  readonly seen: { frames: number; gaps: number; opened: number; failures: unknown[] };
}

function decoding(decoders: () => VideoDecoder): Decoding {
  const clock = new VirtualClock();
  const seen = { frames: 0, gaps: 0, opened: 0, failures: [] as unknown[] };
  const one = new PictureDecoding({
    clock,
    open: () => {
      seen.opened += 1;
      return Promise.resolve(decoders());
    },
    onFrame: () => void (seen.frames += 1),
    onGap: () => void (seen.gaps += 1),
    failed: (error) => void seen.failures.push(error),
  });
  return { clock, one, seen };
}

const dies: VideoDecoder['decode'] = () => Promise.reject(new Error('it died'));
const neverAnswers: VideoDecoder['decode'] = () => new Promise(() => undefined);
const cannotRead: VideoDecoder['decode'] = () => Promise.resolve(undefined);
const reads: VideoDecoder['decode'] = () => Promise.resolve(FRAME);

test.each([
  ['dies', dies, 10],
  ['never answers', neverAnswers, DECODE_PATIENCE_MS + 10],
] as const)('a decoder that %s is opened a few times, and then no more', async (_what, decode, eachMs) => {
  const decoder = decoderOf(decode);
  const { clock, one, seen } = decoding(() => decoder);
  for (let index = 0; index < 20; index++) {
    one.push(picture());
    await clock.advance(eachMs);
  }
  expect(seen).toMatchObject({ frames: 0, opened: MOST_DECODERS, gaps: MOST_DECODERS - 1 });
  expect(seen.failures).toHaveLength(1);
  expect(decoder.closed).toBe(MOST_DECODERS);
  expect(clock.timerCount).toBe(0);
});

test('one that can not be opened counts as one that died', async () => {
  const { clock, one, seen } = decoding(() => {
    throw new Error('no library');
  });
  for (let index = 0; index < 10; index++) {
    one.push(picture());
    await clock.advance(10);
  }
  expect(seen.failures).toHaveLength(1);
});

test('pictures that can not be read are asked for anew, as often as they come', async () => {
  const { clock, one, seen } = decoding(() => decoderOf(cannotRead));
  for (let index = 0; index < 50; index++) {
    one.push(picture());
    await clock.advance(5);
  }
  expect(seen).toMatchObject({ frames: 0, gaps: 50, opened: 1, failures: [] });
  one.close();
});

test('while one is decoded only the newest waits; of H.264 a few, and then a key frame is asked for', async () => {
  const answers: ((frame: VideoFrame) => void)[] = [];
  const slow: VideoDecoder['decode'] = () => new Promise((resolve) => answers.push(resolve));
  const { clock, one, seen } = decoding(() => decoderOf(slow));
  for (let index = 0; index < 30; index++) one.push(picture());
  await clock.advance(0);
  answers.shift()?.(FRAME);
  await clock.advance(0);
  answers.shift()?.(FRAME);
  await clock.advance(0);
  expect(seen).toMatchObject({ frames: 2, gaps: 0 });
  expect(one.droppedPictures).toBe(28);
  expect(answers).toEqual([]);
  for (let index = 0; index < 30; index++) one.push(picture(index === 0, 'h264'));
  await clock.advance(0);
  expect(seen.gaps).toBeGreaterThan(0);
  expect(one.droppedPictures).toBeGreaterThan(40);
  one.close();
  expect(clock.timerCount).toBe(0);
});

test('who stops looking frees the decoder; who looks again gets another one', async () => {
  const decoders: ReturnType<typeof decoderOf>[] = [];
  const { clock, one, seen } = decoding(() => {
    const decoder = decoderOf(reads);
    decoders.push(decoder);
    return decoder;
  });
  one.push(picture());
  await clock.advance(1);
  one.pause();
  expect(decoders.map(({ closed }) => closed)).toEqual([1]);
  one.push(picture());
  await clock.advance(1);
  one.close();
  expect(decoders.map(({ closed }) => closed)).toEqual([1, 1]);
  one.push(picture());
  await clock.advance(1);
  expect(seen).toMatchObject({ frames: 2, opened: 2 });
});

interface FakeLine {
  readonly line: VideoLine;
  readonly sent: number[];
  readonly rate: VideoRate;
}

function fakeLine(): FakeLine {
  const rate = new VideoRate('jpeg', SIZE);
  const sent: number[] = [];
  const send = (_picture: unknown, atMs: number): void => void sent.push(atMs);
  return { line: { codec: 'jpeg', isOpen: true, rate, send } as unknown as VideoLine, sent, rate };
}

function encoderOf(encode: VideoEncoder['encode']): VideoEncoder & { closed: number; keyFrames: number } {
  const encoder = {
    encode,
    closed: 0,
    keyFrames: 0,
    configure: () => undefined,
    requestKeyFrame: () => void (encoder.keyFrames += 1),
    close: () => void (encoder.closed += 1),
  };
  return encoder;
}

interface Grouped {
  readonly clock: VirtualClock;
  readonly group: EncoderGroup;
  readonly seen: { opened: number; failures: unknown[] };
}

function grouped(encoder: () => VideoEncoder): Grouped {
  const clock = new VirtualClock();
  const seen = { opened: 0, failures: [] as unknown[] };
  const group = new EncoderGroup({
    clock,
    codec: 'jpeg',
    open: () => {
      seen.opened += 1;
      return Promise.resolve(encoder());
    },
    isScaled: true,
    failed: (error) => {
      seen.failures.push(error);
      group.close();
    },
  });
  return { clock, group, seen };
}

const encodes: VideoEncoder['encode'] = () =>
  Promise.resolve({ bytes: new Uint8Array(10), isKeyFrame: true, width: 64, height: 48 });

test.each([
  ['dies', () => Promise.reject(new Error('it died')), 40],
  ['never answers', () => new Promise<never>(() => undefined), ENCODE_PATIENCE_MS + 40],
] as const)('an encoder that %s is opened a few times, and then no more', async (_what, encode, eachMs) => {
  const encoder = encoderOf(encode);
  const { clock, group, seen } = grouped(() => encoder);
  group.serve([fakeLine().line]);
  for (let index = 0; index < 20; index++) {
    group.frame(numberedFrame(index, SIZE, clock.monotonicMs()));
    await clock.advance(eachMs);
  }
  expect(seen.opened).toBe(MOST_ENCODERS);
  expect(seen.failures).toHaveLength(1);
  expect(encoder.closed).toBe(MOST_ENCODERS);
  expect(clock.timerCount).toBe(0);
});

test('everybody of a group gets each picture; whoever went meanwhile does not', async () => {
  const { clock, group } = grouped(() => encoderOf(encodes));
  const [one, two] = [fakeLine(), fakeLine()];
  group.serve([one.line, two.line]);
  for (let index = 0; index < 30; index++) {
    group.frame(numberedFrame(index, SIZE, clock.monotonicMs()));
    if (index === 19) group.serve([one.line]);
    await clock.advance(1_000 / 30);
  }
  expect(one.sent).toHaveLength(30);
  expect(two.sent).toHaveLength(19);
  group.close();
});

test('a flood of wishes for key frames brings three a second for all together', async () => {
  const encoder = encoderOf(encodes);
  const { clock, group } = grouped(() => encoder);
  group.serve([fakeLine().line]);
  for (let index = 0; index < 60; index++) {
    for (let wish = 0; wish < 20; wish++) group.wantKeyFrame();
    group.frame(numberedFrame(index, SIZE, clock.monotonicMs()));
    await clock.advance(1_000 / 30);
  }
  expect(encoder.keyFrames).toBeGreaterThan(4);
  expect(encoder.keyFrames).toBeLessThanOrEqual(7);
  group.close();
});

test('a slow receiver gets as many pictures a second as its way carries', async () => {
  const { clock, group } = grouped(() => encoderOf(encodes));
  const slow = fakeLine();
  slow.rate.limit(200_000);
  group.serve([slow.line]);
  for (let index = 0; index < 300; index++) {
    group.frame(numberedFrame(index, SIZE, clock.monotonicMs()));
    await clock.advance(1_000 / 30);
  }
  expect(slow.sent.length).toBeGreaterThan(48);
  expect(slow.sent.length).toBeLessThan(53);
  group.close();
});
