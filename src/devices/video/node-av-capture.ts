// One open device, screen or video: read, decoded, made as small and as seldom as is wanted. Only the child process loads it.

import { setTimeout as sleepMs } from 'node:timers/promises';
import type { CodecContext, FormatContext, Frame, InputFormat, SoftwareScaleContext, Stream } from 'node-av/lib';
import type { NativeLibrary } from '../../base/node-av-library.ts';
import type { VideoSize } from '../../contracts/video.ts';
import { fittedSize } from '../../media/video/scale.ts';
import type { CaptureSource } from './capture-source.ts';
import type { RawPicture } from './frame-records.ts';

export interface CaptureHandlers {
  readonly wanted: () => VideoSize;
  readonly isBusy: () => boolean;
  readonly onPicture: (picture: RawPicture) => void;
}

/** Of a screen: read whenever one is due, so that FFmpeg must not wait by itself. */
const GRAB_FRAMES_PER_SECOND = '60';
/** A video that jumps further than this goes on from there. */
const MOST_JUMP_MS = 5_000;
/** Of a video that doesn't say. */
const USUAL_PERIOD_MS = 40;
/** A picture that comes this share of a period too early is in time. */
const EARLY_SHARE = 0.25;
/** Pictures that can't be decoded, one after the other, until it is given up. */
const MOST_BROKEN = 300;

interface Converter {
  readonly scaler: SoftwareScaleContext;
  readonly target: Frame;
  readonly key: string;
}

export class NodeAvCapture {
  readonly #native: NativeLibrary;
  readonly #source: CaptureSource & { readonly wanted: VideoSize };
  #converter: Converter | undefined;
  #dueMs = -Infinity;
  /** When the video's time 0 was or would have been. */
  #zeroMs: number | undefined;
  #atMs = 0;

  constructor(native: NativeLibrary, source: CaptureSource & { readonly wanted: VideoSize }) {
    this.#native = native;
    this.#source = source;
  }

  /** Resolves at the end of a video. @throws Error what went wrong, in the words of FFmpeg */
  async run(handlers: CaptureHandlers): Promise<void> {
    const { lib, constants } = this.#native;
    const input = await this.#open();
    this.#succeed(await input.findStreamInfo(null));
    const index = input.findBestStream(constants.AVMEDIA_TYPE_VIDEO);
    const stream = input.streams.find((each) => each.index === index);
    if (stream === undefined) throw new Error('there are no pictures in it');
    const context = this.#decoderOf(stream);
    const packet = new lib.Packet();
    packet.alloc();
    const frame = new lib.Frame();
    frame.alloc();
    let broken = 0;
    for (;;) {
      await this.#untilDue(handlers);
      const code = await input.readFrame(packet);
      if (code === constants.AVERROR_EOF) break;
      if (code === constants.AVERROR_EAGAIN) {
        await sleepMs(1);
        continue;
      }
      this.#succeed(code);
      if (packet.streamIndex === index) {
        broken = context.sendPacketSync(packet) < 0 ? broken + 1 : 0;
        if (broken > MOST_BROKEN) throw new Error('its pictures can’t be decoded');
        await this.#receive(context, frame, stream, handlers);
      }
      packet.unref();
    }
    context.sendPacketSync(null);
    await this.#receive(context, frame, stream, handlers);
  }

  async #open(): Promise<FormatContext> {
    const { format: name, url, options, pace, wanted } = this.#source;
    const { lib } = this.#native;
    let format: InputFormat | null = null;
    if (name !== undefined) {
      format = lib.InputFormat.findInputFormat(name);
      if (format === null) throw new Error(`this build of FFmpeg has no ${name}`);
    }
    const framerate = pace === 'grab' ? GRAB_FRAMES_PER_SECOND : String(wanted.framesPerSecond);
    const size = `${wanted.width}x${wanted.height}`;
    // Of what is asked of a camera, the most that it can.
    const attempts =
      pace === 'camera'
        ? [
            { ...options, framerate, video_size: size },
            { ...options, framerate },
            { ...options, video_size: size },
            options,
          ]
        : [pace === 'grab' ? { ...options, framerate } : options];
    let code = 0;
    for (const attempt of attempts) {
      const input = new lib.FormatContext();
      input.allocContext();
      code = await input.openInput(url, format, lib.Dictionary.fromObject(attempt));
      if (code >= 0) return input;
    }
    throw new Error(new lib.FFmpegError(code).message);
  }

  #decoderOf({ codecpar }: Stream): CodecContext {
    const { lib } = this.#native;
    const codec = lib.Codec.findDecoder(codecpar.codecId);
    if (codec === null) throw new Error('its pictures are of a kind that FFmpeg does not know');
    const context = new lib.CodecContext();
    context.allocContext3(codec);
    this.#succeed(context.parametersToContext(codecpar));
    // Several threads hold pictures back, which matters to nobody who watches a video.
    context.threadCount = this.#source.pace === 'file' ? 2 : 1;
    this.#succeed(context.open2Sync(codec));
    return context;
  }

  async #receive(context: CodecContext, frame: Frame, stream: Stream, handlers: CaptureHandlers): Promise<void> {
    while (context.receiveFrameSync(frame) >= 0) {
      await this.#inTime(frame, stream);
      this.#show(frame, handlers);
      frame.unref();
    }
  }

  /** A screen is looked at when a picture of it is due, not before. */
  async #untilDue({ wanted }: CaptureHandlers): Promise<void> {
    if (this.#source.pace !== 'grab') return;
    // In steps: what is wanted may change meanwhile.
    for (;;) {
      const waitMs = this.#dueMs - performance.now();
      if (waitMs <= 0) return;
      this.#dueMs = Math.min(this.#dueMs, performance.now() + 1_000 / wanted().framesPerSecond);
      await sleepMs(Math.min(waitMs, 100));
    }
  }

  async #inTime({ bestEffortTimestamp }: Frame, { timeBase, avgFrameRate }: Stream): Promise<void> {
    if (this.#source.pace !== 'file') return;
    const isKnown = bestEffortTimestamp >= 0n;
    const stepMs = avgFrameRate.num > 0 ? (1_000 * avgFrameRate.den) / avgFrameRate.num : USUAL_PERIOD_MS;
    const atMs = isKnown ? (Number(bestEffortTimestamp) * 1_000 * timeBase.num) / timeBase.den : this.#atMs + stepMs;
    this.#atMs = atMs;
    const nowMs = performance.now();
    const waitMs = (this.#zeroMs ??= nowMs - atMs) + atMs - nowMs;
    if (Math.abs(waitMs) > MOST_JUMP_MS) this.#zeroMs = nowMs - atMs;
    else if (waitMs > 1) await sleepMs(waitMs);
  }

  #show(frame: Frame, { wanted, isBusy, onPicture }: CaptureHandlers): void {
    const nowMs = performance.now();
    const periodMs = 1_000 / wanted().framesPerSecond;
    if (nowMs < this.#dueMs - periodMs * EARLY_SHARE) return;
    this.#dueMs = Math.max(this.#dueMs + periodMs, nowMs + periodMs * (1 - 2 * EARLY_SHARE));
    if (!isBusy()) onPicture(this.#converted(frame, wanted()));
  }

  #converted(frame: Frame, wanted: VideoSize): RawPicture {
    const fitted = fittedSize(frame, wanted);
    // Chroma of codecs has half of them.
    const [width, height] = [Math.max(2, fitted.width & ~1), Math.max(2, fitted.height & ~1)];
    const { scaler, target } = this.#converterFor(frame, width, height);
    const rgb = Buffer.allocUnsafeSlow(width * height * 3);
    // Points into the buffer: what is written is written there.
    this.#succeed(target.fromBuffer(rgb));
    this.#succeed(scaler.scaleFrameSync(target, frame));
    return { width, height, rgb };
  }

  #converterFor(frame: Frame, width: number, height: number): Converter {
    const { lib, constants } = this.#native;
    const key = [frame.width, frame.height, frame.format, width, height].join();
    if (this.#converter?.key === key) return this.#converter;
    this.#converter?.scaler.freeContext();
    this.#converter?.target.free();
    const { AV_PIX_FMT_RGB24: rgb, SWS_BILINEAR: flags } = constants;
    const source = frame.format as Parameters<SoftwareScaleContext['getContext']>[2];
    const scaler = new lib.SoftwareScaleContext();
    scaler.getContext(frame.width, frame.height, source, width, height, rgb, flags);
    const target = new lib.Frame();
    target.alloc();
    target.width = width;
    target.height = height;
    target.format = rgb;
    // Without memory of its own, it would be given some instead of using the buffer.
    this.#succeed(target.allocBuffer());
    this.#converter = { scaler, target, key };
    return this.#converter;
  }

  #succeed(code: number): void {
    if (code < 0) throw new Error(new this.#native.lib.FFmpegError(code).message);
  }
}
