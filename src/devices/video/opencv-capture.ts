// In the child process: pictures from a camera, a file or a stream, as large and as often as wanted, the newest first.

import type { VideoSize } from '../../contracts/video.ts';
import { fittedSize } from '../../media/video/scale.ts';
import type { Mat, OpenCv, VideoCapture } from './opencv-module.ts';

/** A `loop` is a file that begins again when it ends. */
export type CaptureKind = 'camera' | 'file' | 'loop' | 'stream';

export interface CaptureOptions {
  readonly openCv: OpenCv;
  readonly kind: CaptureKind;
  /** A camera's number, a path or an address. */
  readonly source: string;
  readonly wanted: () => VideoSize;
  readonly onPicture: (picture: { readonly width: number; readonly height: number; readonly rgb: Buffer }) => void;
  readonly wait: (delayMs: number) => Promise<void>;
  readonly nowMs: () => number;
}

/** Where a file doesn't say. */
const USUAL_RATE = 25;
const MOST_RATE = 240;
/** A camera may have none for a moment while it wakes up. */
const MOST_EMPTY_READS = 50;
const EMPTY_READ_WAIT_MS = 20;
/** Later than that, the past is let go. */
const MOST_BEHIND_MS = 1_000;
/** Of a period: clocks of cameras are no better. */
const EARLY = 0.25;

/** Ends only by throwing: a sentence that says why no picture follows. */
export async function capture(options: CaptureOptions): Promise<never> {
  const { kind } = options;
  let source = open(options);
  try {
    if (kind === 'camera' || kind === 'stream') return await follow(source, options);
    for (;;) {
      const count = await playOnce(source, options);
      if (count === 0) throw new Error('there is no picture in it');
      if (kind === 'file') throw new Error('it has ended');
      source.release();
      source = open(options);
    }
  } finally {
    source.release();
  }
}

function open({ openCv, kind, source, wanted }: CaptureOptions): VideoCapture {
  const opened = new openCv.VideoCapture(kind === 'camera' ? Number(source) : source);
  if (kind === 'camera') {
    const { width, height, framesPerSecond } = wanted();
    opened.set(openCv.CAP_PROP_FRAME_WIDTH, width);
    opened.set(openCv.CAP_PROP_FRAME_HEIGHT, height);
    opened.set(openCv.CAP_PROP_FPS, framesPerSecond);
  }
  return opened;
}

/** At the pace of the camera. */
async function follow(source: VideoCapture, options: CaptureOptions): Promise<never> {
  const { nowMs, wait, kind } = options;
  const isDue = dueTimes(options);
  for (let empty = 0; ;) {
    const mat = await source.readAsync();
    try {
      if (mat.empty) {
        if (++empty > MOST_EMPTY_READS) throw new Error(kind === 'stream' ? 'it has ended' : 'it gives no picture');
        await wait(EMPTY_READ_WAIT_MS);
        continue;
      }
      empty = 0;
      if (isDue(nowMs())) deliver(mat, options);
    } finally {
      mat.release();
    }
  }
}

/** At the file's own pace; says how many pictures it had. */
async function playOnce(source: VideoCapture, options: CaptureOptions): Promise<number> {
  const { openCv, nowMs, wait } = options;
  const told = source.get(openCv.CAP_PROP_FPS);
  const periodMs = 1_000 / (told >= 1 && told <= MOST_RATE ? told : USUAL_RATE);
  const isDue = dueTimes(options);
  let dueMs = nowMs();
  for (let count = 0; ; count++) {
    const mat = await source.readAsync();
    try {
      const early = dueMs - nowMs();
      if (early > 0) await wait(early);
      if (mat.empty) return count;
      if (early < -MOST_BEHIND_MS) dueMs = nowMs();
      // What is late is read but not shown: the file keeps its pace.
      if (early > -periodMs && isDue(dueMs)) deliver(mat, options);
      dueMs += periodMs;
    } finally {
      mat.release();
    }
  }
}

/** Lets so many through as are wanted a second, evenly. */
function dueTimes({ wanted }: CaptureOptions): (nowMs: number) => boolean {
  let nextMs = -Infinity;
  return (nowMs) => {
    const periodMs = 1_000 / Math.max(1, wanted().framesPerSecond);
    if (nowMs < nextMs - EARLY * periodMs) return false;
    // What was late is no reason for two in a row.
    nextMs = Math.max(nextMs + periodMs, nowMs + periodMs * (1 - EARLY));
    if (nextMs - nowMs > 2 * periodMs) nextMs = nowMs + periodMs;
    return true;
  };
}

function deliver(mat: Mat, { openCv, wanted, onPicture }: CaptureOptions): void {
  const { width, height } = fittedSize({ width: mat.cols, height: mat.rows }, wanted());
  const isSmaller = width !== mat.cols || height !== mat.rows;
  const small = isSmaller ? mat.resize(height, width, 0, 0, openCv.INTER_AREA) : mat;
  try {
    const rgb = small.cvtColor(colorsOf(small, openCv));
    try {
      onPicture({ width, height, rgb: rgb.getData() });
    } finally {
      rgb.release();
    }
  } finally {
    if (isSmaller) small.release();
  }
}

function colorsOf({ channels, depth }: Mat, openCv: OpenCv): number {
  const code = channels === 1 ? openCv.COLOR_GRAY2RGB : channels === 4 ? openCv.COLOR_BGRA2RGB : openCv.COLOR_BGR2RGB;
  if (depth !== openCv.CV_8U || code === undefined) throw new Error('its colours are of no usual kind');
  return code;
}
