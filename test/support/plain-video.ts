// Cameras, screens and codecs for pictures that need no library: a camera gives frames of the test pattern, a codec packs
// their number and as many bytes as it may, and eyes remember what they saw. Synchronous, so that virtual time holds.

import type { Clock, Timer } from '../../src/base/clock.ts';
import { MmchatError } from '../../src/base/errors.ts';
import type {
  VideoCodecName,
  VideoCodecs,
  VideoDecoder,
  VideoDevices,
  VideoEncoder,
  VideoFrame,
  VideoInput,
  VideoInputStart,
  VideoOutput,
  VideoSize,
} from '../../src/contracts/video.ts';

/** Small: what is in it does not matter here. */
const CAMERA: VideoSize = { width: 64, height: 48, framesPerSecond: 30 };
const START_BITS_PER_SECOND = 8_000_000;
/** What a picture of a camera would take. */
const MOST_PICTURE_BYTES = 6_000;
const HEAD_BYTES = 9;

/** The number of a frame stands in its first pixels. */
export function numberedFrame(number: number, { width, height }: VideoSize, atMs: number): VideoFrame {
  const rgb = new Uint8Array(width * height * 3).fill(100);
  new DataView(rgb.buffer).setUint32(0, number);
  return { width, height, rgb, atMs };
}

export function numberOf({ rgb }: Pick<VideoFrame, 'rgb'>): number {
  return new DataView(rgb.buffer, rgb.byteOffset).getUint32(0);
}

/** The camera of somebody, what else they can show, and what they see. */
export class Eye {
  codecs: readonly VideoCodecName[] = ['jpeg'];
  camera = CAMERA;
  hasCamera = true;
  hasScreen = true;
  opened = 0;
  closed = 0;
  outputs = { opened: 0, closed: 0 };
  encoders = { opened: 0, closed: 0 };
  decoders = { opened: 0, closed: 0 };
  encoded = 0;
  decoded = 0;
  /** Of everybody who was seen, the numbers of frames, newest last. */
  readonly seen = new Map<string, { number: number; atMs: number }[]>();
  hidden: string[] = [];
  /** Each decoder that is opened, instead of the usual one. */
  makeDecoder: (() => VideoDecoder) | undefined;
  makeEncoder: (() => VideoEncoder) | undefined;
  readonly #running = new Set<PlainInput>();

  /** The camera is pulled out, and not there until it is put in again. */
  unplug(): void {
    this.hasCamera = false;
    for (const input of [...this.#running]) if (input.device.kind === 'camera') input.lose();
  }

  closeScreen(): void {
    for (const input of [...this.#running]) if (input.device.kind === 'screen') input.lose();
  }

  numbersOf(who: string): number[] {
    return (this.seen.get(who) ?? []).map(({ number }) => number);
  }

  /** Frames a second of somebody, of the last so many seconds. */
  rateOf(who: string, nowMs: number, seconds: number): number {
    const since = nowMs - seconds * 1_000;
    return (this.seen.get(who) ?? []).filter(({ atMs }) => atMs >= since).length / seconds;
  }

  ran(input: PlainInput, isRunning: boolean): void {
    if (isRunning) {
      this.opened += 1;
      this.#running.add(input);
    } else if (this.#running.delete(input)) this.closed += 1;
  }

  /** Somebody who looks. */
  viewer(clock: Clock): Pick<VideoOutput, 'show' | 'hide'> {
    return {
      show: (who, _name, frame) => {
        const frames = this.seen.get(who) ?? [];
        this.seen.set(who, frames);
        frames.push({ number: numberOf(frame), atMs: clock.monotonicMs() });
      },
      hide: (who) => void this.hidden.push(who),
    };
  }
}

class PlainInput implements VideoInput {
  readonly device: VideoInput['device'];
  readonly #clock: Clock;
  readonly #eye: Eye;
  #start: VideoInputStart | undefined;
  #timer: Timer | undefined;
  #failed: (error: Error) => void = () => undefined;

  constructor(clock: Clock, eye: Eye, kind: 'camera' | 'screen') {
    this.#clock = clock;
    this.#eye = eye;
    this.device = { id: kind, name: kind, kind };
  }

  start(start: VideoInputStart): Promise<void> {
    this.#start = start;
    this.#eye.ran(this, true);
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      const { camera } = this.#eye;
      const { framesPerSecond } = this.device.kind === 'screen' ? start.wanted : camera;
      let number = 0;
      this.#timer = this.#clock.every(1_000 / framesPerSecond, () => {
        // Of a screen they begin elsewhere.
        const first = this.device.kind === 'screen' ? 1_000_000 : 0;
        start.onFrame(numberedFrame(first + number++, camera, this.#clock.monotonicMs()));
        resolve();
      });
    });
  }

  change(): void {
    // It gives what it gives.
  }

  lose(): void {
    const start = this.#start;
    void this.stop();
    start?.onLost(`The ${this.device.name} was pulled out.`);
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    this.#start = undefined;
    this.#failed(new MmchatError('stopped', 'It was stopped.'));
    this.#eye.ran(this, false);
    return Promise.resolve();
  }
}

export function plainVideoDevices(clock: Clock, eye: Eye): VideoDevices {
  return {
    list: () => Promise.resolve({ cameras: [], screens: [], missing: [] }),
    openInput: (name) => {
      const isScreen = name === 'screen';
      if (isScreen ? eye.hasScreen : name === 'camera' && eye.hasCamera)
        return Promise.resolve(new PlainInput(clock, eye, isScreen ? 'screen' : 'camera'));
      return Promise.reject(new MmchatError('device-unavailable', `There is no ${isScreen ? 'screen' : 'camera'}.`));
    },
    openOutput: () => {
      eye.outputs.opened += 1;
      const stop = (): Promise<void> => {
        eye.outputs.closed += 1;
        return Promise.resolve();
      };
      return Promise.resolve({ ...eye.viewer(clock), stop });
    },
  };
}

export function plainVideoCodecs(eye: Eye): VideoCodecs {
  return {
    likely: eye.codecs,
    available: () => Promise.resolve(eye.codecs),
    encoder: (codec) => {
      eye.encoders.opened += 1;
      return Promise.resolve(eye.makeEncoder?.() ?? plainEncoder(codec, eye));
    },
    decoder: (codec) => {
      eye.decoders.opened += 1;
      return Promise.resolve(eye.makeDecoder?.() ?? plainDecoder(codec, eye));
    },
  };
}

export function plainEncoder(codec: VideoCodecName, eye: Eye): VideoEncoder {
  let bits = START_BITS_PER_SECOND;
  let framesPerSecond = 30;
  let wantsKeyFrame = true;
  return {
    encode: ({ width, height, rgb }) => {
      eye.encoded += 1;
      const size = Math.max(HEAD_BYTES, Math.min(MOST_PICTURE_BYTES, Math.floor(bits / 8 / framesPerSecond)));
      const isKeyFrame = codec === 'jpeg' || wantsKeyFrame;
      wantsKeyFrame = false;
      const bytes = packed(numberOf({ rgb }), { width, height }, isKeyFrame, size);
      return Promise.resolve({
        bytes: codec === 'jpeg' ? bytes : accessUnit(bytes, isKeyFrame),
        isKeyFrame,
        width,
        height,
      });
    },
    configure: (change) => {
      bits = change.bitsPerSecond ?? bits;
      framesPerSecond = change.framesPerSecond ?? framesPerSecond;
    },
    requestKeyFrame: () => {
      wantsKeyFrame = true;
    },
    close: () => void (eye.encoders.closed += 1),
  };
}

export function plainDecoder(codec: VideoCodecName, eye: Eye): VideoDecoder & { malformedPictures: number } {
  /** H.264: a picture builds upon the one before. */
  let isReady = false;
  const decoder = {
    malformedPictures: 0,
    decode: (picture: Uint8Array): Promise<VideoFrame | undefined> => {
      const content = codec === 'jpeg' ? picture : contentOf(picture);
      if (content === undefined || content.length < HEAD_BYTES || content[0] !== 0x50) {
        decoder.malformedPictures += 1;
        return Promise.resolve(undefined);
      }
      const view = new DataView(content.buffer, content.byteOffset, content.length);
      isReady ||= content[1] === 1;
      if (!isReady) return Promise.resolve(undefined);
      eye.decoded += 1;
      const [width, height] = [unpacked(view, 2), unpacked(view, 4)];
      const number = unpacked(view, 6) * 0x4000 + unpacked(view, 8);
      return Promise.resolve(numberedFrame(number, { width, height, framesPerSecond: 0 }, 0));
    },
    close: () => void (eye.decoders.closed += 1),
  };
  return decoder;
}

/** Seven bits in each byte, and never 0: a picture of H.264 must not look as if a new one began. */
function packed(
  number: number,
  size: { width: number; height: number },
  isKeyFrame: boolean,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(Math.max(length, HEAD_BYTES + 1)).fill(0xaa);
  bytes[0] = 0x50;
  bytes[1] = isKeyFrame ? 1 : 2;
  for (const [at, value] of [
    [2, size.width],
    [4, size.height],
    [6, number >>> 14],
    [8, number & 0x3fff],
  ] as const) {
    bytes[at] = 0x80 | (value >>> 7);
    bytes[at + 1] = 0x80 | (value & 0x7f);
  }
  return bytes;
}

function unpacked(view: DataView, at: number): number {
  return ((view.getUint8(at) & 0x7f) << 7) | (view.getUint8(at + 1) & 0x7f);
}

const START_CODE = [0, 0, 0, 1] as const;
const SETS = [...START_CODE, 0x67, 0x42, 0x80, ...START_CODE, 0x68, 0xce, 0x80] as const;

function accessUnit(content: Uint8Array, isKeyFrame: boolean): Uint8Array {
  // The slice begins with a macroblock number of 0: its first bit.
  return Uint8Array.from([...(isKeyFrame ? SETS : []), ...START_CODE, isKeyFrame ? 0x65 : 0x41, 0x80, ...content]);
}

function contentOf(unit: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(unit.buffer, unit.byteOffset, unit.length);
  for (const type of [0x65, 0x41]) {
    const at = bytes.indexOf(Buffer.from([0, 0, 1, type]));
    if (at >= 0) return bytes.subarray(at + 5);
  }
  return undefined;
}
