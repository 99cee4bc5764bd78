// The video codecs of this machine. Libraries are loaded when the first picture is to be coded.

import { systemClock, type Clock } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type { VideoCodecName, VideoCodecs, VideoDecoder, VideoEncoder } from '../contracts/video.ts';
import type { CodecProcess } from './h264/codec-process.ts';
import { findNodeAv } from './h264/find-node-av.ts';
import type { JpegLibrary } from './jpeg/jpeg-library.ts';

export interface LocalVideoCodecsOptions {
  /** @default libjpeg-turbo, or JavaScript where that is not there */
  readonly loadJpeg?: () => Promise<JpegLibrary>;
  /** Where people let add-ons be set up. @default nowhere */
  readonly addOnsFolder?: string;
  /** The file of node-av, undefined: it is not installed. @default where Node.js finds it, or in the folder of add-ons */
  readonly findH264?: () => string | undefined;
  /** @default the real one */
  readonly clock?: Clock;
}

export function localVideoCodecs({
  loadJpeg = loadJpegHere,
  addOnsFolder,
  findH264 = () => findNodeAv(addOnsFolder),
  clock = systemClock,
}: LocalVideoCodecsOptions = {}): VideoCodecs {
  let jpeg: Promise<JpegLibrary> | undefined;
  let h264: Promise<CodecProcess | undefined> | undefined;
  const jpegLibrary = (): Promise<JpegLibrary> => (jpeg ??= loadJpeg());
  const h264Process = (): Promise<CodecProcess | undefined> => (h264 ??= workingProcess(findH264(), clock));
  return {
    get likely(): readonly VideoCodecName[] {
      return findH264() === undefined ? ['jpeg'] : ['h264', 'jpeg'];
    },
    async available(): Promise<readonly VideoCodecName[]> {
      return (await h264Process()) === undefined ? ['jpeg'] : ['h264', 'jpeg'];
    },
    async encoder(codec): Promise<VideoEncoder> {
      if (codec === 'h264') {
        const { H264Encoder } = await import('./h264/h264-encoder.ts');
        return new H264Encoder(present(await h264Process()));
      }
      const [{ JpegEncoder }, loaded] = await Promise.all([import('./jpeg/jpeg-encoder.ts'), jpegLibrary()]);
      return new JpegEncoder(loaded);
    },
    async decoder(codec): Promise<VideoDecoder> {
      if (codec === 'h264') {
        const { H264Decoder } = await import('./h264/h264-decoder.ts');
        return new H264Decoder(present(await h264Process()));
      }
      const [{ JpegDecoder }, loaded] = await Promise.all([import('./jpeg/jpeg-decoder.ts'), jpegLibrary()]);
      return new JpegDecoder(loaded);
    },
  };
}

async function loadJpegHere(): Promise<JpegLibrary> {
  const { loadJpegLibrary } = await import('./jpeg/jpeg-library.ts');
  return loadJpegLibrary();
}

/** An optional part: where it is not there or does not work, there is no H.264. */
async function workingProcess(modulePath: string | undefined, clock: Clock): Promise<CodecProcess | undefined> {
  if (modulePath === undefined) return undefined;
  const { CodecProcess } = await import('./h264/codec-process.ts');
  const process = new CodecProcess({ clock, modulePath });
  return (await process.check()) ? process : undefined;
}

function present(process: CodecProcess | undefined): CodecProcess {
  if (process === undefined) throw new MmchatError('internal', 'There is no H.264 on this machine.');
  return process;
}
