// Voice notes: recorded from an audio input into a WAV file, and played to an audio output. One recording at a time.

import { sleep, type Clock } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type { AudioDevices, AudioInput, SoundFiles } from '../contracts/audio.ts';
import { FRAME_MS, FRAME_SAMPLES, toInt16 } from '../media/audio-format.ts';
import { LevelMeter } from '../media/level-meter.ts';
import { OutputFeeder } from '../media/output-feeder.ts';
import { WavFrames } from '../media/wav-frames.ts';
import { encodeWav } from '../media/wav-writer.ts';
import { waveformOf } from '../media/waveform.ts';

export const VOICE_SECONDS = { least: 1, most: 30 } as const;

export interface VoiceNotesOptions {
  readonly clock: Clock;
  readonly devices: AudioDevices;
  readonly files: SoundFiles;
  /** Where recordings wait until they are sent; absolute. */
  readonly folder: string;
  /** The devices that the user chose, as they are now. */
  readonly inputName: () => string;
  readonly outputName: () => string;
}

export interface RecordOptions {
  /** Its abort ends the recording early: what was said until then is the note. */
  readonly signal?: AbortSignal;
  /** 0 to 1, about ten times a second. */
  readonly onLevel?: (level: number, elapsedMs: number) => void;
}

/** Belongs to whoever asked for it: its file stays until `discard`. */
export interface VoiceNote {
  readonly path: string;
  /** `voice_<unix seconds>.wav` */
  readonly name: string;
  /** Of the file. */
  readonly bytes: number;
  readonly durationMs: number;
  /** 32 peaks, 0 to 255. */
  readonly waveform: Uint8Array;
  /** Why it is shorter than it should be: the device was lost. A sentence. */
  readonly cutShort?: string;
  discard(): Promise<void>;
}

export interface PlayOptions {
  /** Its abort ends it. */
  readonly signal?: AbortSignal;
  /** About ten times a second. */
  readonly onPosition?: (positionMs: number, durationMs: number) => void;
}

const FRAMES_A_LEVEL = 100 / FRAME_MS;
/** Nobody waits for an answer here: rather no gap when the computer is busy. */
const PLAY_TARGET_MS = 200;
const POSITION_PERIOD_MS = 100;
/** Names are seconds: two notes of one second get two names. */
const NAME_TRIES = 60;

export class VoiceNotes {
  readonly #options: VoiceNotesOptions;
  #isRecording = false;

  constructor(options: VoiceNotesOptions) {
    this.#options = options;
  }

  /**
   * @throws MmchatError `bad-option` (seconds), `busy`, `device-unavailable`, `stopped` (ended before anything was
   *   heard), and what SoundFiles.writeNew throws
   */
  async record(seconds: number, options: RecordOptions = {}): Promise<VoiceNote> {
    if (!Number.isFinite(seconds) || seconds < VOICE_SECONDS.least || seconds > VOICE_SECONDS.most)
      throw new MmchatError('bad-option', `A voice note has ${VOICE_SECONDS.least} to ${VOICE_SECONDS.most} seconds.`);
    if (this.#isRecording) throw new MmchatError('busy', 'A voice note is being recorded already.');
    this.#isRecording = true;
    try {
      const recording = await this.#listen(Math.round((seconds * 1000) / FRAME_MS), options);
      return await this.#keep(recording);
    } finally {
      this.#isRecording = false;
    }
  }

  async #listen(frameCount: number, { signal, onLevel }: RecordOptions): Promise<Recording> {
    const { devices, inputName } = this.#options;
    const input = await devices.openInput(inputName());
    if (input.device.backend === 'none')
      throw new MmchatError('device-unavailable', 'The audio input is switched off (none): choose one to record.');
    const samples = new Int16Array(frameCount * FRAME_SAMPLES);
    const meter = new LevelMeter();
    const finished = Promise.withResolvers<string | undefined>();
    const finish = (): void => finished.resolve(undefined);
    let frames = 0;
    const take = (frame: Float32Array): void => {
      if (frames === frameCount) return;
      samples.set(toInt16(frame), frames * FRAME_SAMPLES);
      frames++;
      meter.push(frame);
      if (frames % FRAMES_A_LEVEL === 0) onLevel?.(meter.read(), frames * FRAME_MS);
      if (frames === frameCount) finish();
    };
    signal?.addEventListener('abort', finish, { once: true });
    try {
      const lost = await record(input, take, finished, signal);
      return { samples: samples.subarray(0, frames * FRAME_SAMPLES), lost };
    } finally {
      signal?.removeEventListener('abort', finish);
      await input.stop();
    }
  }

  async #keep({ samples, lost }: Recording): Promise<VoiceNote> {
    if (samples.length === 0)
      throw lost === undefined
        ? new MmchatError('stopped', 'Nothing was recorded.')
        : new MmchatError('device-unavailable', lost);
    const { files } = this.#options;
    const content = encodeWav(samples);
    const { name, path } = await this.#write(content);
    return {
      name,
      path,
      bytes: content.length,
      durationMs: (samples.length / FRAME_SAMPLES) * FRAME_MS,
      waveform: waveformOf(samples),
      ...(lost === undefined ? {} : { cutShort: lost }),
      discard: () => files.remove(path),
    };
  }

  async #write(content: Uint8Array): Promise<{ name: string; path: string }> {
    const { clock, files, folder } = this.#options;
    const seconds = Math.floor(clock.now() / 1000);
    for (let attempt = 0; ; attempt++) {
      const name = `voice_${seconds + attempt}.wav`;
      const path = `${folder}/${name}`;
      try {
        await files.writeNew(path, content);
        return { name, path };
      } catch (error) {
        const taken = error instanceof MmchatError && error.code === 'file-exists';
        if (!taken || attempt === NAME_TRIES) throw error;
      }
    }
  }

  /**
   * Resolves when all of it was heard, or `signal` aborts.
   *
   * @throws MmchatError `no-such-file`, `bad-audio`, `device-unavailable` (also when the device is lost on the way)
   */
  async play(path: string, { signal, onPosition }: PlayOptions = {}): Promise<void> {
    const { clock, devices, files, outputName } = this.#options;
    const frames = WavFrames.parse(await files.read(path));
    if (signal?.aborted === true) return;
    const output = await devices.openOutput(outputName());
    const over = new AbortController();
    const end = (): void => over.abort();
    let lost: string | undefined;
    let next = 0;
    let feeder: OutputFeeder | undefined;
    signal?.addEventListener('abort', end, { once: true });
    try {
      await output.start({
        onLost: (sentence) => {
          lost = sentence;
          end();
        },
      });
      feeder = new OutputFeeder({
        clock,
        output,
        targetMs: PLAY_TARGET_MS,
        next: () => (next < frames.frameCount ? frames.frame(next++) : undefined),
      });
      while (!over.signal.aborted && (next < frames.frameCount || output.bufferedMs > 0)) {
        const position = Math.max(0, next * FRAME_MS - output.bufferedMs);
        onPosition?.(Math.min(position, frames.durationMs), frames.durationMs);
        await sleep(clock, POSITION_PERIOD_MS, over.signal);
      }
      if (!over.signal.aborted) onPosition?.(frames.durationMs, frames.durationMs);
    } finally {
      signal?.removeEventListener('abort', end);
      feeder?.stop();
      await output.stop();
    }
    if (lost !== undefined) throw new MmchatError('device-unavailable', lost);
  }
}

interface Recording {
  readonly samples: Int16Array;
  readonly lost: string | undefined;
}

/** Resolves when enough was heard or the device is lost (with a sentence). */
async function record(
  input: AudioInput,
  onFrame: (frame: Float32Array) => void,
  finished: PromiseWithResolvers<string | undefined>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const isGivenUp = (): boolean => signal?.aborted === true;
  if (isGivenUp()) return undefined;
  // Whoever gives up before the first sound does not wait for the device.
  const onAbort = (): void => void input.stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await input.start({ onFrame, onLost: (sentence) => finished.resolve(sentence) });
  } catch (error) {
    if (isGivenUp()) return undefined;
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return finished.promise;
}
