// FFmpeg's H.264 decoder through node-av: a picture goes in, and comes out at once.

import type { CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';
import { succeed, type NativeLibrary } from '../../base/node-av-library.ts';
import { MOST_PIXELS } from './h264-limits.ts';

export interface NativeFrame {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface Converter {
  readonly scaler: SoftwareScaleContext;
  readonly target: Frame;
  readonly from: string;
}

export class NativeDecoder {
  readonly #native: NativeLibrary;
  readonly #packet: Packet;
  readonly #frame: Frame;
  #context: CodecContext | undefined;
  #converter: Converter | undefined;

  constructor(native: NativeLibrary) {
    this.#native = native;
    this.#packet = new native.lib.Packet();
    this.#packet.alloc();
    this.#frame = new native.lib.Frame();
    this.#frame.alloc();
  }

  /**
   * @param room where the picture goes
   * @throws Error when it can't be decoded; the next one may again
   */
  decode(bytes: Uint8Array, room: (bytes: number) => Buffer): NativeFrame | undefined {
    const context = (this.#context ??= this.#open());
    this.#packet.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const code = context.sendPacketSync(this.#packet);
    this.#packet.unref();
    succeed(code, 'decoding');
    let picture: NativeFrame | undefined;
    // One is what there should be; of more, the last is the one to show.
    while (context.receiveFrameSync(this.#frame) >= 0) {
      picture = this.#frame.decodeErrorFlags === 0 ? this.#converted(this.#frame, room) : undefined;
      this.#frame.unref();
    }
    return picture;
  }

  close(): void {
    this.#context?.freeContext();
    this.#context = undefined;
    this.#dropConverter();
  }

  #open(): CodecContext {
    const { lib, constants } = this.#native;
    const codec = lib.Codec.findDecoder(constants.AV_CODEC_ID_H264);
    if (codec === null) throw new Error('H.264 is missing');
    const context = new lib.CodecContext();
    context.allocContext3(codec);
    // Threads by picture would each hold one back.
    context.threadCount = 1;
    context.setFlags(constants.AV_CODEC_FLAG_LOW_DELAY);
    succeed(context.setOption('max_pixels', String(MOST_PIXELS)), 'max_pixels');
    succeed(context.open2Sync(codec), 'opening');
    return context;
  }

  #converted(frame: Frame, room: (bytes: number) => Buffer): NativeFrame | undefined {
    const { width, height } = frame;
    if (width < 1 || height < 1 || width * height > MOST_PIXELS) return undefined;
    const { scaler, target } = this.#converterFor(frame);
    const rgb = room(width * height * 3);
    // Points into the buffer: what is written is written there.
    succeed(target.fromBuffer(rgb), 'memory');
    succeed(scaler.scaleFrameSync(target, frame), 'converting');
    return { rgb, width, height };
  }

  #converterFor(frame: Frame): Converter {
    const { lib, constants } = this.#native;
    const { width, height, format } = frame;
    const from = `${width}x${height} ${format}`;
    if (this.#converter?.from === from) return this.#converter;
    this.#dropConverter();
    const scaler = new lib.SoftwareScaleContext();
    const source = format as Parameters<SoftwareScaleContext['getContext']>[2];
    const { AV_PIX_FMT_RGB24: rgb, SWS_FAST_BILINEAR: flags } = constants;
    scaler.getContext(width, height, source, width, height, rgb, flags);
    const target = new lib.Frame();
    target.alloc();
    target.width = width;
    target.height = height;
    target.format = rgb;
    // Without memory of its own, it would be given some instead of using the buffer.
    succeed(target.allocBuffer(), 'memory');
    this.#converter = { scaler, target, from };
    return this.#converter;
  }

  #dropConverter(): void {
    this.#converter?.scaler.freeContext();
    this.#converter?.target.free();
    this.#converter = undefined;
  }
}
