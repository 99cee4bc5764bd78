// `mmchat-p2p devices --test`: plays a tone while it listens, then listens to whoever speaks. Either may fail by itself.

import { sleep, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { AudioDevice, AudioDevices, AudioInput, AudioOutput } from '../contracts/audio.ts';
import { FRAME_MS } from '../media/audio-format.ts';
import { amplitudeAt } from '../media/goertzel.ts';
import { LevelMeter } from '../media/level-meter.ts';
import { OutputFeeder } from '../media/output-feeder.ts';
import { Tone } from '../media/tone.ts';

export type SoundCheckEvent =
  | { readonly type: 'playing'; readonly device: AudioDevice; readonly hz: number; readonly seconds: number }
  | { readonly type: 'listening'; readonly device: AudioDevice }
  /** The tone is over: now somebody may speak. */
  | { readonly type: 'speak'; readonly seconds: number }
  /** Four times a second, 0 to 1. */
  | { readonly type: 'level'; readonly level: number }
  | { readonly type: 'failed'; readonly what: 'input' | 'output'; readonly sentence: string };

export interface SoundCheckOptions {
  readonly clock: Clock;
  readonly devices: AudioDevices;
  readonly inputName: string;
  readonly outputName: string;
  readonly onEvent: (event: SoundCheckEvent) => void;
  readonly signal?: AbortSignal;
}

export interface SoundCheckResult {
  readonly played: boolean;
  readonly listened: boolean;
  /** The highest that was measured, 0 to 1. */
  readonly loudest: number;
  /** The input heard the tone of the output. */
  readonly toneHeard: boolean;
}

const TONE_HZ = 440;
const TONE_SECONDS = 2;
const SPEAK_SECONDS = 3;
const TARGET_MS = 100;
const LEVEL_FRAMES = 250 / FRAME_MS;
/** Of a tone at -12 dB: loudspeakers and microphones may lose 40 more. */
const HEARD_AMPLITUDE = 0.002;

export async function checkSound(options: SoundCheckOptions): Promise<SoundCheckResult> {
  const { clock, onEvent, signal } = options;
  const ear = new Ear((level) => onEvent({ type: 'level', level }));
  const failed = (what: 'input' | 'output', error: unknown): undefined => {
    onEvent({ type: 'failed', what, sentence: messageOf(error) });
    return undefined;
  };
  const input = await openInput(options, ear).catch((error: unknown) => failed('input', error));
  const output = await openOutput(options).catch((error: unknown) => failed('output', error));
  let feeder: OutputFeeder | undefined;
  try {
    if (output !== undefined) {
      onEvent({ type: 'playing', device: output.device, hz: TONE_HZ, seconds: TONE_SECONDS });
      const tone = new Tone(TONE_HZ);
      feeder = new OutputFeeder({ clock, output, targetMs: TARGET_MS, next: () => tone.frame() });
      await sleep(clock, TONE_SECONDS * 1000, signal);
      feeder.stop();
    }
    const { toneFrames } = ear;
    if (input !== undefined) {
      onEvent({ type: 'speak', seconds: SPEAK_SECONDS });
      await sleep(clock, SPEAK_SECONDS * 1000, signal);
    }
    return {
      played: output !== undefined,
      listened: ear.frames > 0,
      loudest: ear.loudest,
      toneHeard: output !== undefined && toneFrames * FRAME_MS >= (TONE_SECONDS * 1000) / 4,
    };
  } finally {
    feeder?.stop();
    await Promise.all([input?.stop(), output?.stop()]);
  }
}

async function openInput({ devices, inputName, onEvent, signal }: SoundCheckOptions, ear: Ear): Promise<AudioInput> {
  const input = await devices.openInput(inputName);
  await input.start({
    onFrame: (frame) => ear.hear(frame),
    onLost: (sentence) => onEvent({ type: 'failed', what: 'input', sentence }),
    ...(signal === undefined ? {} : { signal }),
  });
  onEvent({ type: 'listening', device: input.device });
  return input;
}

async function openOutput({ devices, outputName, onEvent, signal }: SoundCheckOptions): Promise<AudioOutput> {
  const output = await devices.openOutput(outputName);
  await output.start({
    onLost: (sentence) => onEvent({ type: 'failed', what: 'output', sentence }),
    ...(signal === undefined ? {} : { signal }),
  });
  return output;
}

class Ear {
  readonly #meter = new LevelMeter();
  readonly #onLevel: (level: number) => void;
  frames = 0;
  /** Those in which the tone was heard. */
  toneFrames = 0;
  loudest = 0;

  constructor(onLevel: (level: number) => void) {
    this.#onLevel = onLevel;
  }

  hear(frame: Float32Array): void {
    this.frames++;
    if (amplitudeAt(frame, TONE_HZ) >= HEARD_AMPLITUDE) this.toneFrames++;
    this.#meter.push(frame);
    if (this.frames % LEVEL_FRAMES !== 0) return;
    const level = this.#meter.read();
    this.loudest = Math.max(this.loudest, level);
    this.#onLevel(level);
  }
}
