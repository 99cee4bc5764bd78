// libx264 through node-av: pictures go in one by one, and each comes out at once.

import type { CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';
import { succeed, type NativeLibrary } from '../../base/node-av-library.ts';
import { KEY_FRAME_PERIOD_MS, MOST_KEY_FRAME_BYTES } from './h264-limits.ts';

export interface PictureToEncode {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly bitsPerSecond: number;
  readonly framesPerSecond: number;
  readonly isKeyFrame: boolean;
  readonly atMs: number;
}

export interface NativePicture {
  readonly bytes: Uint8Array;
  readonly isKeyFrame: boolean;
  readonly width: number;
  readonly height: number;
}

const TICKS_PER_MS = 90;
/** By counting pictures, that is. */
const NEVER = 1 << 24;
/** Of what may be sent in a second, the encoder may owe so much: a key frame has to come from somewhere. */
const BUFFER_SECONDS = 0.5;
/** A tenth less: the rate control hits its mark only nearly. */
const MOST_BUFFER_BITS = MOST_KEY_FRAME_BYTES * 8 * 0.9;
const OPTIONS = {
  // superfast takes 4 ms for 640x480 as ultrafast does, and gives key frames of a third of the bytes.
  preset: 'superfast',
  tune: 'zerolatency',
  profile: 'baseline',
  'forced-idr': '1',
} as const;
/** Key frames come when they are asked for, slices fit into packets. */
const PARAMETERS = 'subme=0:slice-max-size=1200:scenecut=0:repeat-headers=1:annexb=1';
/** What moves is seen as sharp with a quarter of the time less: blocks are not divided, colours are those of every second row. */
const QUICK_PARAMETERS = `${PARAMETERS}:partitions=none`;
/** Above so many pictures a second it is a camera; below, letters on a screen may have to be read. */
const MOST_CAREFUL_RATE = 15;

interface Opened {
  readonly context: CodecContext;
  readonly scaler: SoftwareScaleContext;
  readonly source: Frame;
  readonly target: Frame;
  readonly from: { readonly width: number; readonly height: number };
}

export class NativeEncoder {
  readonly #native: NativeLibrary;
  readonly #packet: Packet;
  #opened: Opened | undefined;
  #bitsPerSecond = 0;
  #ticks = 0n;
  #keyFrameMs = -Infinity;

  constructor(native: NativeLibrary) {
    this.#native = native;
    this.#packet = new native.lib.Packet();
    this.#packet.alloc();
  }

  /** @throws Error when it can't be encoded; the next picture begins anew */
  encode(picture: PictureToEncode): NativePicture | undefined {
    const { from } = this.#opened ?? {};
    if (from?.width !== picture.width || from.height !== picture.height) this.close();
    const opened = (this.#opened ??= this.#open(picture));
    try {
      return this.#encode(opened, picture);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.#opened === undefined) return;
    const { context, scaler, source, target } = this.#opened;
    this.#opened = undefined;
    this.#keyFrameMs = -Infinity;
    context.freeContext();
    scaler.freeContext();
    source.free();
    target.free();
  }

  #encode({ context, scaler, source, target }: Opened, picture: PictureToEncode): NativePicture | undefined {
    const { constants } = this.#native;
    if (picture.bitsPerSecond !== this.#bitsPerSecond) this.#setRate(context, picture.bitsPerSecond);
    // Points into the buffer: nothing is copied.
    succeed(source.fromBuffer(Buffer.from(picture.rgb.buffer, picture.rgb.byteOffset, picture.rgb.length)), 'reading');
    succeed(scaler.scaleFrameSync(target, source), 'converting');
    const wantsKeyFrame = picture.isKeyFrame || Math.abs(picture.atMs - this.#keyFrameMs) >= KEY_FRAME_PERIOD_MS;
    target.pictType = wantsKeyFrame ? constants.AV_PICTURE_TYPE_I : constants.AV_PICTURE_TYPE_NONE;
    target.pts = this.#nextTicks(picture);
    succeed(context.sendFrameSync(target), 'encoding');
    if (context.receivePacketSync(this.#packet) < 0) return undefined;
    const { data, isKeyframe: isKeyFrame } = this.#packet;
    const bytes = data === null ? undefined : Uint8Array.from(data);
    this.#packet.unref();
    if (bytes === undefined) return undefined;
    if (isKeyFrame) this.#keyFrameMs = picture.atMs;
    return { bytes, isKeyFrame, width: target.width, height: target.height };
  }

  /** Time goes on, whatever a camera says: by a picture where it stands still or jumps. */
  #nextTicks({ atMs, framesPerSecond }: PictureToEncode): bigint {
    const ticks = Number.isFinite(atMs) ? BigInt(Math.round(atMs * TICKS_PER_MS)) : 0n;
    const ahead = ticks - this.#ticks;
    const isLikely = ahead > 0n && ahead < BigInt(KEY_FRAME_PERIOD_MS * TICKS_PER_MS);
    this.#ticks = isLikely ? ticks : this.#ticks + BigInt(Math.round((1_000 * TICKS_PER_MS) / framesPerSecond));
    return this.#ticks;
  }

  #open(picture: PictureToEncode): Opened {
    const { lib, constants } = this.#native;
    // Chroma has half of them.
    const [width, height] = [picture.width & ~1, picture.height & ~1];
    const codec = lib.Codec.findEncoderByName(constants.FF_ENCODER_LIBX264);
    if (codec === null) throw new Error('libx264 is missing');
    const context = new lib.CodecContext();
    context.allocContext3(codec);
    context.width = width;
    context.height = height;
    context.pixelFormat = constants.AV_PIX_FMT_YUV420P;
    context.timeBase = new lib.Rational(1, TICKS_PER_MS * 1_000);
    context.framerate = new lib.Rational(picture.framesPerSecond, 1);
    context.maxBFrames = 0;
    context.gopSize = NEVER;
    // One thread: more of them are no faster at these sizes, and others have pictures too.
    context.threadCount = 1;
    this.#setRate(context, picture.bitsPerSecond);
    // Not by a dictionary: open2Sync would free it twice.
    const isQuick = picture.framesPerSecond > MOST_CAREFUL_RATE;
    const options = { ...OPTIONS, 'x264-params': isQuick ? QUICK_PARAMETERS : PARAMETERS };
    for (const [name, value] of Object.entries(options)) succeed(context.setOption(name, value), name);
    succeed(context.open2Sync(codec), 'opening');
    const scaler = new lib.SoftwareScaleContext();
    const { AV_PIX_FMT_RGB24: rgb, AV_PIX_FMT_YUV420P: yuv } = constants;
    const flags = isQuick ? constants.SWS_POINT : constants.SWS_BILINEAR;
    scaler.getContext(picture.width, picture.height, rgb, width, height, yuv, flags);
    const source = this.#frame(picture.width, picture.height, rgb);
    const target = this.#frame(width, height, yuv);
    return { context, scaler, source, target, from: { width: picture.width, height: picture.height } };
  }

  #frame(width: number, height: number, format: Frame['format']): Frame {
    const frame = new this.#native.lib.Frame();
    frame.alloc();
    frame.width = width;
    frame.height = height;
    frame.format = format;
    succeed(frame.allocBuffer(), 'memory');
    return frame;
  }

  /** Also while it runs: libx264 takes it over with the next picture, which need not be a key frame. */
  #setRate(context: CodecContext, bitsPerSecond: number): void {
    this.#bitsPerSecond = bitsPerSecond;
    context.bitRate = BigInt(bitsPerSecond);
    context.rcMaxRate = BigInt(bitsPerSecond);
    context.rcBufferSize = Math.round(Math.min(MOST_BUFFER_BITS, bitsPerSecond * BUFFER_SECONDS));
  }
}
