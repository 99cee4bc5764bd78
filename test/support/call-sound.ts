// The sound of people in scenarios: what they hear is kept, for a test to listen to.

import { MmchatError } from '../../src/base/errors.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { AudioDevices } from '../../src/contracts/audio.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { PacedOutput } from '../../src/devices/paced-output.ts';
import { BLOCK_MS, BLOCK_SAMPLES } from '../../src/media/audio-format.ts';
import { amplitudeAt } from '../../src/media/goertzel.ts';

const KEPT_BLOCKS = 2_000 / BLOCK_MS;

/** What somebody hears: the last two seconds of it. */
export class Ear {
  #blocks: Float32Array[] = [];
  opened = 0;
  closed = 0;
  #isUnplugged = false;
  readonly #failed = new Set<(sentence: string) => void>();

  /** The loudspeaker is pulled out, and not there until it is put in again. */
  unplug(): void {
    this.#isUnplugged = true;
    for (const failed of this.#failed) failed('The loudspeaker was pulled out.');
    this.#failed.clear();
  }

  plugIn(): void {
    this.#isUnplugged = false;
  }

  /** What an output that this ear listens to does with its sound. */
  get drain(): {
    open: (onFailed: (sentence: string) => void) => Promise<void>;
    take: (block: Float32Array) => void;
    close: () => Promise<void>;
  } {
    return {
      open: (onFailed) => {
        if (this.#isUnplugged) return Promise.reject(new MmchatError('device-unavailable', 'There is no loudspeaker.'));
        this.opened += 1;
        this.#failed.add(onFailed);
        return Promise.resolve();
      },
      take: (block) => {
        this.#blocks.push(block);
        if (this.#blocks.length > KEPT_BLOCKS) this.#blocks.shift();
      },
      close: () => {
        this.closed += 1;
        return Promise.resolve();
      },
    };
  }

  /** How loud this tone was in the last so many milliseconds. */
  loudnessOf(hz: number, lastMs = 200): number {
    const blocks = this.#blocks.slice(-lastMs / BLOCK_MS);
    const samples = new Float32Array(blocks.length * BLOCK_SAMPLES);
    blocks.forEach((block, index) => samples.set(block, index * BLOCK_SAMPLES));
    return amplitudeAt(samples, hz);
  }

  hears(hz: number, lastMs = 200): boolean {
    return this.loudnessOf(hz, lastMs) > 0.05;
  }
}

/** Inputs without hardware as usual; every output is the ear. */
export function devicesWithEar(clock: Clock, ear: Ear): AudioDevices {
  const local = new LocalAudioDevices({ clock, env: {}, backends: [] });
  return {
    list: () => local.list(),
    openInput: (name) => local.openInput(name),
    openOutput: (name) =>
      name === 'ear' || name === 'default'
        ? Promise.resolve(
            new PacedOutput({ clock, device: { id: 'ear', name: 'ear', backend: 'file' }, drain: ear.drain }),
          )
        : local.openOutput(name),
  };
}
