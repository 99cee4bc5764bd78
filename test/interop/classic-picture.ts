// Pictures as the classic client sends and shows them: one JPEG a datagram, 320 by 240, about twenty a second.

import { JpegDecoder } from '../../src/codecs/jpeg/jpeg-decoder.ts';
import { loadJpegLibrary } from '../../src/codecs/jpeg/jpeg-library.ts';
import { patternFrame, readPatternCounter } from '../../src/media/video/pattern.ts';
import type { ClassicClient } from './classic-client.ts';
import type { Speaking } from './classic-sound.ts';

const SIZE = { width: 320, height: 240 } as const;
const QUALITY = 50;
const PERIOD_MS = 50;

/** The test pattern, as a classic client would send it. */
export async function classicJpeg(number: number, size: { width: number; height: number } = SIZE): Promise<Uint8Array> {
  const library = await loadJpegLibrary();
  return library.compress(patternFrame(number, size).rgb, size, QUALITY);
}

/** Streams a pattern that begins with this number, until it is stopped. */
export async function showAs(
  client: ClassicClient,
  target: string | { room: string },
  firstNumber: number,
  size: { width: number; height: number } = SIZE,
): Promise<Speaking> {
  const to = typeof target === 'string' ? { to: target } : target;
  const header = { type: 'video_stream', from: client.name, ...to };
  // Made before: a client is not slower because this test is.
  const jpegs = await Promise.all(Array.from({ length: 40 }, (_, index) => classicJpeg(firstNumber + index, size)));
  let next = 0;
  const timer = setInterval(() => {
    client.stream(header, jpegs[next++ % jpegs.length]);
  }, PERIOD_MS);
  const stop = (): void => clearInterval(timer);
  return {
    stop,
    [Symbol.asyncDispose]: () => {
      stop();
      return Promise.resolve();
    },
  };
}

export interface SeenPicture {
  readonly bytes: number;
  readonly datagramBytes: number;
  readonly width: number;
  readonly height: number;
  readonly counter: number | undefined;
}

/** The next picture that this client is shown of somebody. */
export async function seeAs(client: ClassicClient, from: string): Promise<SeenPicture> {
  for (;;) {
    const datagram = await client.nextMedia();
    const end = datagram.indexOf('|');
    const header = JSON.parse(datagram.toString('utf8', 0, end)) as { type: string; from: string; to: string };
    if (header.type !== 'video_stream' || header.from !== from || header.to !== client.name) continue;
    const jpeg = datagram.subarray(end + 1);
    const frame = await new JpegDecoder(await loadJpegLibrary()).decode(jpeg);
    return {
      bytes: jpeg.length,
      datagramBytes: datagram.length,
      width: frame?.width ?? 0,
      height: frame?.height ?? 0,
      counter: frame && readPatternCounter(frame),
    };
  }
}

/** The next ones. */
export async function watchAs(client: ClassicClient, from: string, count: number): Promise<readonly SeenPicture[]> {
  client.media.length = 0;
  const pictures: SeenPicture[] = [];
  while (pictures.length < count) pictures.push(await seeAs(client, from));
  return pictures;
}
