// The pictures of one guest in a call with peers. A guest's client sends and shows one JPEG a datagram: what comes from it
// goes on as it is where that is possible, what it shows is made small enough for it.

import type { Clock } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type {
  VideoCodecs,
  VideoDecoder,
  VideoDevice,
  VideoEncoder,
  VideoFrame,
  VideoInput,
  VideoInputStart,
  VideoOutput,
} from '../../contracts/video.ts';
import { jpegSize } from '../../media/video/picture-size.ts';
import { fittedSize, scaled } from '../../media/video/scale.ts';

/** What classic clients send, and what they get. */
export const CLASSIC_PICTURE = { width: 320, height: 240, framesPerSecond: 20 } as const;
/** With header and all it must fit into a datagram. */
export const MOST_JPEG_BYTES = 60_000;
/** Of a picture of 320 by 240 at a quality of about 50. */
const BITS_PER_SECOND = 1_600_000;
/** Larger pictures of guests are made smaller before they go on. */
const SANE = { width: 640, height: 480 } as const;
/** Timers of clients run ahead a little. */
const INTAKE = { perSecond: 25, burst: 10 } as const;

const DEVICE: VideoDevice = { id: 'guest', name: 'an old client', kind: 'camera' };
const NO_PIXELS = new Uint8Array(0);

/** As it came: nobody has decoded it, and perhaps nobody has to. */
class GuestFrame implements VideoFrame {
  readonly rgb = NO_PIXELS;
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly atMs: number;

  constructor(jpeg: Uint8Array, size: { readonly width: number; readonly height: number }, atMs: number) {
    this.jpeg = jpeg;
    this.width = size.width;
    this.height = size.height;
    this.atMs = atMs;
  }
}

/** What a guest shows. */
export class GuestCamera implements VideoInput {
  readonly device = DEVICE;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  #start: VideoInputStart | undefined;
  #ready: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(clock, INTAKE);
  }

  start(start: VideoInputStart): Promise<void> {
    this.#start = start;
    return new Promise((resolve) => {
      this.#ready = resolve;
    });
  }

  /** What is no picture that may be decoded is ignored. */
  take(jpeg: Uint8Array): void {
    if (this.#start === undefined || jpeg.length > MOST_JPEG_BYTES || !this.#bucket.tryTake()) return;
    const size = jpegSize(jpeg);
    if (size === undefined) return;
    this.#start.onFrame(new GuestFrame(Uint8Array.from(jpeg), size, this.#clock.monotonicMs()));
    this.#ready();
  }

  change(): void {
    // It sends what it sends.
  }

  stop(): Promise<void> {
    this.#start = undefined;
    this.#ready();
    return Promise.resolve();
  }
}

/** What a guest shows, for peers: the very JPEG, or a smaller one. */
export async function guestEncoder(codecs: VideoCodecs): Promise<VideoEncoder> {
  const encoder = await codecs.encoder('jpeg');
  let decoder: VideoDecoder | undefined;
  let isClosed = false;
  encoder.configure({ bitsPerSecond: BITS_PER_SECOND, framesPerSecond: CLASSIC_PICTURE.framesPerSecond });
  return {
    async encode(frame) {
      const { width, height } = frame;
      if (!(frame instanceof GuestFrame)) return encoder.encode(scaled(frame, fittedSize(frame, CLASSIC_PICTURE)));
      if (width <= SANE.width && height <= SANE.height) return { bytes: frame.jpeg, isKeyFrame: true, width, height };
      const opened = (decoder ??= await codecs.decoder('jpeg'));
      if (isClosed) opened.close();
      const decoded = await opened.decode(frame.jpeg);
      return decoded && encoder.encode(scaled(decoded, fittedSize(decoded, CLASSIC_PICTURE)));
    },
    configure: () => undefined,
    requestKeyFrame: () => undefined,
    close() {
      isClosed = true;
      encoder.close();
      decoder?.close();
    },
  };
}

interface Shown {
  readonly bucket: TokenBucket;
  isBusy: boolean;
}

/** What a guest sees: a stream of JPEGs for each of the others. */
export class GuestScreen implements VideoOutput {
  readonly #clock: Clock;
  readonly #encoder: VideoEncoder;
  readonly #send: (who: string, jpeg: Uint8Array) => void;
  readonly #shown = new Map<string, Shown>();
  #waiting: Promise<void> = Promise.resolve();
  #isStopped = false;

  private constructor(clock: Clock, encoder: VideoEncoder, send: (who: string, jpeg: Uint8Array) => void) {
    this.#clock = clock;
    this.#encoder = encoder;
    this.#send = send;
  }

  static async open(
    clock: Clock,
    codecs: VideoCodecs,
    send: (who: string, jpeg: Uint8Array) => void,
  ): Promise<GuestScreen> {
    const encoder = await codecs.encoder('jpeg');
    encoder.configure({ bitsPerSecond: BITS_PER_SECOND, framesPerSecond: CLASSIC_PICTURE.framesPerSecond });
    return new GuestScreen(clock, encoder, send);
  }

  show(who: string, _name: string, frame: VideoFrame): void {
    const shown = this.#shown.get(who) ?? this.#new(who);
    // What can't be made now would be late.
    if (this.#isStopped || shown.isBusy || !shown.bucket.tryTake()) {
      frame.release?.();
      return;
    }
    shown.isBusy = true;
    // One encoder for all of them: it does one after the other.
    this.#waiting = this.#waiting.then(() => this.#encode(who, shown, frame));
  }

  hide(who: string): void {
    this.#shown.delete(who);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#waiting;
    this.#encoder.close();
  }

  #new(who: string): Shown {
    const { framesPerSecond } = CLASSIC_PICTURE;
    const bucket = new TokenBucket(this.#clock, { perSecond: framesPerSecond, burst: 2 });
    const shown: Shown = { bucket, isBusy: false };
    this.#shown.set(who, shown);
    return shown;
  }

  async #encode(who: string, shown: Shown, frame: VideoFrame): Promise<void> {
    try {
      const picture = await this.#encoder.encode(scaled(frame, fittedSize(frame, CLASSIC_PICTURE)));
      if (picture !== undefined && picture.bytes.length <= MOST_JPEG_BYTES && !this.#isStopped)
        this.#send(who, picture.bytes);
    } catch {
      // The next one may be better.
    } finally {
      shown.isBusy = false;
      frame.release?.();
    }
  }
}
