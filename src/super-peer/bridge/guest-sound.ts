// The sound of one guest in a call with peers: blocks of 1,600 samples at 16 kHz become frames of ours, and the other way.
// To the call it is a microphone and a loudspeaker like any other.

import type { Clock, Timer } from '../../base/clock.ts';
import type { AudioDevice, AudioInput, AudioInputStart, AudioOutput, AudioOutputStart } from '../../contracts/audio.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, SAMPLES_PER_MS } from '../../media/audio-format.ts';
import { StreamResampler } from '../../media/stream-resampler.ts';

const CLASSIC_RATE_HZ = 16_000;
const BLOCK_SAMPLES = 1_600;
const SAMPLE_BYTES = 4;
/** Blocks come ten a second and never on time: so much waits before the first is heard. */
const START_MS = 120;
/** What is older is dropped: nobody wants to hear half a second late. */
const MOST_MS = 400;
/** Below it nobody hears anything: such blocks are not sent, as old clients don't. */
const SILENCE = 1e-4;

const DEVICE: AudioDevice = { id: 'guest', name: 'an old client', backend: 'none' };

/** What a guest says. */
export class GuestVoice implements AudioInput {
  readonly device = DEVICE;
  readonly #clock: Clock;
  readonly #resampler = new StreamResampler(CLASSIC_RATE_HZ, SAMPLE_RATE_HZ);
  #queue: Float32Array[] = [];
  #onFrame: AudioInputStart['onFrame'] | undefined;
  #timer: Timer | undefined;
  #isSpeaking = false;
  #dueMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start({ onFrame, signal }: AudioInputStart): Promise<void> {
    this.#onFrame = onFrame;
    this.#dueMs = this.#clock.monotonicMs();
    this.#timer = this.#clock.every(FRAME_MS, () => this.#catchUp());
    signal?.addEventListener('abort', () => void this.stop(), { once: true });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#onFrame = undefined;
    this.#queue = [];
    return Promise.resolve();
  }

  /** Samples behind the header of a datagram. What is no whole number of them is ignored, as old clients do. */
  take(bytes: Uint8Array): void {
    if (this.#onFrame === undefined || bytes.length === 0 || bytes.length % SAMPLE_BYTES !== 0) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const samples = new Float32Array(bytes.length / SAMPLE_BYTES);
    for (let index = 0; index < samples.length; index++) {
      const sample = view.getFloat32(index * SAMPLE_BYTES, true);
      samples[index] = Number.isFinite(sample) ? Math.max(-1, Math.min(1, sample)) : 0;
    }
    this.#resampler.push(samples);
    for (
      let frame = this.#resampler.pull(FRAME_SAMPLES);
      frame !== undefined;
      frame = this.#resampler.pull(FRAME_SAMPLES)
    )
      this.#queue.push(frame);
    const surplus = this.#queue.length - MOST_MS / FRAME_MS;
    if (surplus > 0) this.#queue.splice(0, surplus);
  }

  /** By the time that it is: timers come a little late each time, and that would be a clock one percent slow. */
  #catchUp(): void {
    const nowMs = this.#clock.monotonicMs();
    // Who stood still for long has nothing to make up.
    this.#dueMs = Math.max(this.#dueMs, nowMs - MOST_MS);
    for (; this.#dueMs <= nowMs; this.#dueMs += FRAME_MS) this.#beat();
  }

  #beat(): void {
    if (!this.#isSpeaking) {
      if (this.#queue.length * FRAME_MS < START_MS) return;
      this.#isSpeaking = true;
    }
    const frame = this.#queue.shift();
    if (frame === undefined) this.#isSpeaking = false;
    // Between words there is nothing: the codec makes that silence.
    this.#onFrame?.(frame ?? new Float32Array(FRAME_SAMPLES));
  }
}

/** What a guest hears. */
export class GuestEar implements AudioOutput {
  readonly device = DEVICE;
  readonly #clock: Clock;
  readonly #send: (samples: Buffer) => void;
  readonly #resampler = new StreamResampler(SAMPLE_RATE_HZ, CLASSIC_RATE_HZ);
  #heardUntilMs = 0;
  #isRunning = false;

  constructor(clock: Clock, send: (samples: Buffer) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  start({ signal }: AudioOutputStart): Promise<void> {
    this.#isRunning = true;
    signal?.addEventListener('abort', () => void this.stop(), { once: true });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#isRunning = false;
    return Promise.resolve();
  }

  get bufferedMs(): number {
    return Math.max(0, this.#heardUntilMs - this.#clock.monotonicMs());
  }

  write(samples: Float32Array): boolean {
    if (!this.#isRunning) return false;
    this.#heardUntilMs = Math.max(this.#heardUntilMs, this.#clock.monotonicMs()) + samples.length / SAMPLES_PER_MS;
    this.#resampler.push(samples);
    for (
      let block = this.#resampler.pull(BLOCK_SAMPLES);
      block !== undefined;
      block = this.#resampler.pull(BLOCK_SAMPLES)
    )
      if (block.some((sample) => Math.abs(sample) > SILENCE)) this.#send(toBytes(block));
    return true;
  }
}

function toBytes(block: Float32Array): Buffer {
  const bytes = Buffer.alloc(block.length * SAMPLE_BYTES);
  block.forEach((sample, index) => bytes.writeFloatLE(Math.max(-1, Math.min(1, sample)), index * SAMPLE_BYTES));
  return bytes;
}
