// H.264 in its child process: pictures and their numbers, bounds, what strangers send, and a process that dies.

import '../../src/base/platform.ts';
import { openSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { CodecProcess } from '../../src/codecs/h264/codec-process.ts';
import { MESSAGE_KINDS, MessageReader, headerOf, messageOf } from '../../src/codecs/h264/codec-messages.ts';
import { findNodeAv } from '../../src/codecs/h264/find-node-av.ts';
import { H264Decoder } from '../../src/codecs/h264/h264-decoder.ts';
import { H264Encoder } from '../../src/codecs/h264/h264-encoder.ts';
import { MOST_KEY_FRAME_BYTES } from '../../src/codecs/h264/h264-limits.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { EncodedPicture, VideoFrame } from '../../src/contracts/video.ts';
import { patternFrame, readPatternCounter } from '../../src/media/video/pattern.ts';
import { nalUnits } from '../../src/wire/media/h264-payload.ts';
import { WITHOUT_NODE_AV } from '../support/node-av.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const size = { width: 320, height: 240 };
const modulePath = findNodeAv() ?? '';
let process_: CodecProcess;
let encoder: H264Encoder;
let decoder: H264Decoder;

beforeEach(() => {
  process_ = new CodecProcess({ clock: systemClock, modulePath });
  encoder = new H264Encoder(process_);
  decoder = new H264Decoder(process_);
});

afterEach(() => {
  encoder.close();
  decoder.close();
});

function picture(index: number, { width, height } = size): VideoFrame {
  return patternFrame(index, { width, height }, 1_000 + (index * 1_000) / 30);
}

async function encoded(index: number, of = size): Promise<EncodedPicture> {
  const result = await encoder.encode(picture(index, of));
  if (result === undefined) throw new Error('it was left out');
  return result;
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? -1, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(WITHOUT_NODE_AV)('pictures', () => {
  it('come back with their numbers, one for one, with one key frame', async () => {
    const keys: number[] = [];
    for (let index = 0; index < 60; index++) {
      const { bytes, isKeyFrame, width, height } = await encoded(index);
      if (isKeyFrame) keys.push(index);
      expect({ width, height }).toEqual(size);
      const frame = await decoder.decode(bytes);
      expect(frame).toMatchObject(size);
      expect(readPatternCounter(frame!)).toBe(index);
    }
    expect(keys).toEqual([0]);
    expect(decoder.malformedPictures).toBe(0);
  });

  it('are whole pictures on request, and can be read without any before', async () => {
    for (let index = 0; index < 5; index++) await encoded(index);
    encoder.requestKeyFrame();
    const key = await encoded(5);
    expect(key.isKeyFrame).toBe(true);
    expect(readPatternCounter((await decoder.decode(key.bytes))!)).toBe(5);
    expect((await encoded(6)).isKeyFrame).toBe(false);
  });

  it('are whole ones every ten seconds anyway', async () => {
    const keys: number[] = [];
    for (let second = 0; second < 25; second++) {
      const result = await encoder.encode({ ...patternFrame(second, size), atMs: second * 1_000 });
      if (result?.isKeyFrame === true) keys.push(second);
    }
    expect(keys).toEqual([0, 10, 20]);
  });

  it('change their size and their rate on the way; only the size takes a key frame', async () => {
    encoder.configure({ bitsPerSecond: 2_000_000 });
    for (let index = 0; index < 30; index++) await encoded(index);
    const before = await bytesOf(30, 60);
    encoder.configure({ bitsPerSecond: 200_000, framesPerSecond: 15 });
    await bytesOf(60, 75);
    const after = await bytesOf(75, 105);
    expect(after.keys + before.keys).toBe(0);
    expect(after.bytes).toBeLessThan(before.bytes / 3);
    const large = await encoded(105, { width: 640, height: 480 });
    expect(large).toMatchObject({ isKeyFrame: true, width: 640, height: 480 });
    expect(readPatternCounter((await decoder.decode(large.bytes))!)).toBe(105);
    const odd = await encoded(106, { width: 321, height: 243 });
    expect(odd).toMatchObject({ isKeyFrame: true, width: 320, height: 242 });
    expect(readPatternCounter((await decoder.decode(odd.bytes))!)).toBe(106);
  });

  it('consist of units that fit into packets, and a key frame is never a burst, however much there is in it', async () => {
    const random = seededRandom(7);
    const of = { width: 1_280, height: 720 };
    encoder.configure({ bitsPerSecond: 6_000_000 });
    for (let round = 0; round < 6; round++) {
      const rgb = random.bytes(of.width * of.height * 3);
      encoder.requestKeyFrame();
      const result = await encoder.encode({ ...of, rgb, atMs: 1_000 + round * 33 });
      expect(result?.isKeyFrame).toBe(true);
      expect(result?.bytes.length).toBeLessThanOrEqual(MOST_KEY_FRAME_BYTES);
    }
    const plain = await encoded(0, of);
    const sizes = [...nalUnits(plain.bytes)].map((unit) => unit.length);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_200);
  });

  it('that are too many are left out, and none is lost for good', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, (_, index) => encoder.encode(picture(index))));
    expect(results.filter((result) => result !== undefined).length).toBe(2);
    expect(await encoder.encode(picture(11))).toBeDefined();
    await expect(encoder.encode({ ...picture(1), width: 319 })).rejects.toMatchObject({ code: 'internal' });
    await expect(encoder.encode({ width: 1, height: 1, rgb: new Uint8Array(3), atMs: 0 })).rejects.toThrow();
  });

  async function bytesOf(from: number, to: number): Promise<{ bytes: number; keys: number }> {
    let [bytes, keys] = [0, 0];
    for (let index = from; index < to; index++) {
      const result = await encoded(index);
      bytes += result.bytes.length;
      if (result.isKeyFrame) keys++;
    }
    return { bytes, keys };
  }
});

describe.skipIf(WITHOUT_NODE_AV)('the memory that both share', () => {
  const inMemory = (): string[] => readdirSync('/dev/shm').filter((name) => name.startsWith('mmchat-'));

  it('has no name, and is used again for pictures that were released', async () => {
    const before = inMemory();
    const rooms = new Set<Uint8Array>();
    for (let index = 0; index < 20; index++) {
      const frame = await decoder.decode((await encoded(index)).bytes);
      expect(readPatternCounter(frame!)).toBe(index);
      rooms.add(frame!.rgb);
      frame!.release?.();
    }
    expect(rooms.size).toBe(1);
    expect(inMemory()).toEqual(before);
  });

  it('keeps pictures apart that are on their way together', async () => {
    const bytes: Uint8Array[] = [];
    for (let index = 0; index < 8; index++) bytes.push((await encoded(index)).bytes);
    const frames = await Promise.all(bytes.map((each) => decoder.decode(each)));
    expect(frames.map((frame) => readPatternCounter(frame!))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it.each([
    ['is not there', () => undefined],
    ['takes nothing', () => openSync('/dev/full', 'r+')],
    ["can't be written", () => openSync('/dev/null', 'r')],
  ])('pictures come all the same where it %s', async (_how, openPictureFile) => {
    const plain = new CodecProcess({ clock: systemClock, modulePath, openPictureFile });
    const [one, other] = [new H264Encoder(plain), new H264Decoder(plain)];
    for (let index = 0; index < 5; index++) {
      const made = await one.encode(picture(index));
      expect(readPatternCounter((await other.decode(made!.bytes))!)).toBe(index);
    }
    one.close();
    other.close();
  });
});

describe.skipIf(WITHOUT_NODE_AV)('what strangers send', () => {
  it('is nothing without a key frame, and after one that was lost', async () => {
    const pictures = [await encoded(0), await encoded(1), await encoded(2)];
    expect(await decoder.decode(pictures[1]!.bytes)).toBeUndefined();
    expect(await decoder.decode(pictures[0]!.bytes)).toBeDefined();
    expect(await decoder.decode(pictures[1]!.bytes)).toBeDefined();
  });

  it('is measured first', async () => {
    // Parameters of 16,368 by 16,368 pixels, and of 4,096 by 2,176, which is allowed elsewhere.
    for (const [columns, rows] of [
      [1_023, 1_023],
      [256, 136],
    ] as const)
      expect(await decoder.decode(parameters(columns, rows))).toBeUndefined();
    expect(decoder.malformedPictures).toBe(2);
    expect(process_.pid).toBeUndefined();
  });

  it('may be anything: it does no harm, and good pictures come through afterwards', async () => {
    const good = [await encoded(0), await encoded(1), await encoded(2)].map(({ bytes }) => bytes);
    const pid = process_.pid;
    const parts = fc.array(
      fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }), cut: fc.boolean(), which: fc.nat(2) }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(parts, async (changes) => {
        for (const { at, value, cut, which } of changes) {
          const base = Uint8Array.from(good[which]!);
          base[at % base.length] = value;
          const frame = await decoder.decode(cut ? base.subarray(0, at % base.length) : base);
          if (frame !== undefined) expect(frame.rgb.length).toBe(frame.width * frame.height * 3);
        }
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await decoder.decode(Uint8Array.of(0, 0, 0, 1, ...bytes));
      }),
      { numRuns: 60 },
    );
    const fresh = new H264Decoder(process_);
    expect(readPatternCounter((await fresh.decode(good[0]!))!)).toBe(0);
    fresh.close();
    expect(process_.pid).toBe(pid);
  });
});

describe.skipIf(WITHOUT_NODE_AV)('the process', () => {
  it('that is killed costs the pictures on their way, and the next ones come from another', async () => {
    const first = await encoded(0);
    expect(await decoder.decode(first.bytes)).toBeDefined();
    const second = await encoded(1);
    const pid = process_.pid;
    const lost = [encoder.encode(picture(2)), decoder.decode(second.bytes)];
    process.kill(pid!, 'SIGKILL');
    await Promise.all(lost);
    await expect.poll(() => isAlive(pid)).toBe(false);
    let again: EncodedPicture | undefined;
    await expect
      .poll(async () => (again = await encoder.encode(picture(3))), { timeout: 30_000, interval: 20 })
      .toBeDefined();
    expect(again?.isKeyFrame).toBe(true);
    expect(process_.pid).not.toBe(pid);
    // The decoder has forgotten what was before.
    expect(await decoder.decode((await encoded(4)).bytes)).toBeUndefined();
    expect(readPatternCounter((await decoder.decode(again!.bytes))!)).toBe(3);
  });

  it('ends with the last codec, and is not there before the first picture', async () => {
    expect(process_.pid).toBeUndefined();
    await encoded(0);
    const pid = process_.pid;
    const waiting = encoder.encode(picture(1));
    encoder.close();
    expect(await waiting).toBeUndefined();
    expect(isAlive(pid)).toBe(true);
    decoder.close();
    decoder.close();
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(process_.pid).toBeUndefined();
    expect(await encoder.encode(picture(2))).toBeUndefined();
    expect(await decoder.decode(Uint8Array.of(0, 0, 0, 1, 9))).toBeUndefined();
    expect(process_.pid).toBeUndefined();
  });

  it('that always dies is started less and less often, and the one whose pictures do it is shut out', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'dying.mjs');
    await writeFile(file, "import fs from 'node:fs';\nfs.readSync(3, Buffer.alloc(9));\nprocess.exit(1);\n");
    const clock = new VirtualClock();
    const dying = new CodecProcess({ clock, modulePath, childArguments: [file] });
    const stranger = new H264Decoder(dying);
    const pids = new Set<number | undefined>();
    const key = (await encoded(0)).bytes;
    for (let round = 0; round < 10; round++) {
      const answer = stranger.decode(key);
      pids.add(dying.pid);
      expect(await answer).toBeUndefined();
      await clock.advance(120);
    }
    // At 0, after 100 ms and after 200 more.
    expect(pids).toEqual(new Set([...pids].filter((pid) => pid === undefined || pid > 0)));
    expect([...pids].filter((pid) => pid !== undefined).length).toBe(3);
    await clock.advance(60_000);
    expect(await stranger.decode(key)).toBeUndefined();
    expect(dying.pid).toBeUndefined();
    stranger.close();
    expect(clock.timerCount).toBe(0);
  });

  it('that hangs is ended', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'hanging.mjs');
    await writeFile(file, 'setInterval(() => undefined, 1000);\n');
    const clock = new VirtualClock();
    const hanging = new CodecProcess({ clock, modulePath, childArguments: [file] });
    const waiting = new H264Encoder(hanging);
    const answer = waiting.encode(picture(0));
    const { pid } = hanging;
    await clock.advance(25_000);
    expect(await answer).toBeUndefined();
    expect(isAlive(pid)).toBe(false);
    waiting.close();
    expect(clock.timerCount).toBe(0);
  });
});

describe('without node-av', () => {
  it('there is JPEG, and a sentence for H.264', async () => {
    const codecs = localVideoCodecs({ findH264: () => undefined });
    expect(await codecs.available()).toEqual(['jpeg']);
    await expect(codecs.encoder('h264')).rejects.toMatchObject({ code: 'internal' });
    await expect(codecs.decoder('h264')).rejects.toMatchObject({ code: 'internal' });
    const jpeg = await codecs.encoder('jpeg');
    expect(await jpeg.encode(picture(1))).toMatchObject(size);
  });

  it('nor with one that does not load here', async () => {
    const codecs = localVideoCodecs({ findH264: () => '/does/not/exist.js' });
    expect(await codecs.available()).toEqual(['jpeg']);
  });

  it.skipIf(WITHOUT_NODE_AV)('with it there are both', async () => {
    const codecs = localVideoCodecs();
    expect(await codecs.available()).toEqual(['h264', 'jpeg']);
    const [one, other] = [await codecs.encoder('h264'), await codecs.decoder('h264')];
    expect((await other.decode((await one.encode(picture(3)))!.bytes))?.width).toBe(320);
    one.close();
    other.close();
  });
});

it('messages come through in whatever pieces they arrive, and too long ones are refused', () => {
  const message = messageOf(MESSAGE_KINDS.encode, 7, {
    payload: Uint8Array.from({ length: 300 }, (_, index) => index & 0xff),
    isKeyFrame: true,
    request: 4_000_000_000,
    width: 320,
    height: 200,
    bitsPerSecond: 6_000_000,
    framesPerSecond: 30,
    atMs: 1234.5,
  });
  const bytes = Buffer.concat([headerOf(message), message.payload, headerOf(messageOf(MESSAGE_KINDS.close, 9))]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }), (pieces) => {
      const got: unknown[] = [];
      const reader = new MessageReader((each) => got.push({ ...each, payload: Uint8Array.from(each.payload) }));
      for (let at = 0, piece = 0; at < bytes.length; piece++) {
        const length = pieces[piece % pieces.length] ?? 1;
        reader.push(bytes.subarray(at, at + length));
        at += length;
      }
      expect(got).toEqual([message, messageOf(MESSAGE_KINDS.close, 9)]);
    }),
    { numRuns: 50 },
  );
  expect(() => new MessageReader(() => undefined).push(Buffer.alloc(100, 0xff))).toThrow();
});

/** An access unit with nothing but parameters: baseline, so many blocks of 16 pixels. */
function parameters(columns: number, rows: number): Uint8Array {
  const bits: number[] = [];
  const fixed = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  const number = (value: number): void => {
    const width = 32 - Math.clz32(value + 1);
    fixed(0, width - 1);
    fixed(value + 1, width);
  };
  for (const value of [66, 0xc0, 40]) fixed(value, 8);
  for (const value of [0, 0, 2, 1]) number(value);
  fixed(0, 1);
  number(columns - 1);
  number(rows - 1);
  fixed(0b1100, 4);
  fixed(0x80, 8);
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    Number.parseInt(Array.from({ length: 8 }, (_bit, bit) => bits[at * 8 + bit] ?? 0).join(''), 2),
  );
  return Uint8Array.of(0, 0, 0, 1, 0x67, ...bytes);
}
