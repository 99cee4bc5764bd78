// The audio devices of this machine, of all backends, and those that need no hardware.

import path from 'node:path';
import { cleanLine } from '../base/clean-text.ts';
import type { Clock } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type {
  AudioDevice,
  AudioDeviceList,
  AudioDevices,
  AudioInput,
  AudioOutput,
  ListedAudioDevice,
  MissingDevice,
} from '../contracts/audio.ts';
import { AlsaBackend } from './alsa.ts';
import type { AudioBackend, BackendDevice, BackendListing } from './backend.ts';
import type { Environment } from './commands.ts';
import { readDeviceName } from './device-name.ts';
import { PacedInput, loadFile, loadTone, type FrameSource } from './paced-input.ts';
import { PacedOutput, nowhere, type SoundDrain } from './paced-output.ts';
import { PortAudioBackend } from './portaudio.ts';
import { PulseBackend } from './pulse.ts';
import { shown } from './sound-files.ts';
import { WavRecording } from './wav-recording.ts';

export interface LocalAudioDevicesOptions {
  readonly clock: Clock;
  /** Of the process: PATH, and where the sound server is. */
  readonly env: Environment;
  /** In the order in which they are tried. @default those of the platform */
  readonly backends?: readonly AudioBackend[];
}

type Direction = 'inputs' | 'outputs';

const CALLED = { inputs: 'audio input', outputs: 'audio output' } as const;
const NONE: AudioDevice = { id: 'none', name: 'none', backend: 'none' };

export class LocalAudioDevices implements AudioDevices {
  readonly #clock: Clock;
  readonly #backends: readonly AudioBackend[];
  readonly #filesInUse = new Set<string>();

  constructor({ clock, env, backends }: LocalAudioDevicesOptions) {
    this.#clock = clock;
    this.#backends = backends ?? platformBackends({ env, clock });
  }

  async list({ signal }: { readonly signal?: AbortSignal } = {}): Promise<AudioDeviceList> {
    const listings = await this.#listings(signal);
    const audioInputs = this.#numbered(listings, 'inputs');
    const audioOutputs = this.#numbered(listings, 'outputs');
    const isComplete = audioInputs.length > 0 && audioOutputs.length > 0;
    return { audioInputs, audioOutputs, missing: isComplete ? [] : missingIn(listings) };
  }

  async openInput(name: string): Promise<AudioInput> {
    const wish = readDeviceName(name);
    switch (wish.kind) {
      case 'none':
        return this.#input(NONE, async () => undefined);
      case 'tone':
        return this.#input(virtual('tone', `tone:${wish.hz}`), () => loadTone(wish.hz));
      case 'file':
      case 'loop':
        return this.#input(virtual('file', `${wish.kind}:${wish.path}`), () =>
          loadFile(wish.path, wish.kind === 'loop'),
        );
      case 'default': {
        const { backend, device } = await this.#default('inputs');
        return backend.openInput(device, true);
      }
      case 'listed': {
        const { backend, device } = await this.#named('inputs', wish.name);
        return backend.openInput(device, false);
      }
    }
  }

  async openOutput(name: string): Promise<AudioOutput> {
    const wish = readDeviceName(name);
    switch (wish.kind) {
      case 'none':
        return this.#output(NONE, nowhere);
      case 'file':
        return this.#output(
          virtual('file', `file:${wish.path}`),
          new WavRecording(path.resolve(wish.path), this.#filesInUse),
        );
      case 'tone':
      case 'loop':
        throw unavailable(`${wish.kind}: is an audio input, no output. Outputs are file:PATH.wav, none, or a device.`);
      case 'default': {
        const { backend, device } = await this.#default('outputs');
        return backend.openOutput(device, true);
      }
      case 'listed': {
        const { backend, device } = await this.#named('outputs', wish.name);
        return backend.openOutput(device, false);
      }
    }
  }

  #input(device: AudioDevice, load: () => Promise<FrameSource | undefined>): AudioInput {
    return new PacedInput({ device, clock: this.#clock, load });
  }

  #output(device: AudioDevice, drain: SoundDrain): AudioOutput {
    return new PacedOutput({ device, clock: this.#clock, drain });
  }

  /** The first backend that has one: further ones are not even asked. */
  async #default(direction: Direction): Promise<Found> {
    const listings: BackendListing[] = [];
    for (const backend of this.#backends) {
      const listing = await backend.list();
      const device = listing[direction].find((each) => each.isDefault) ?? listing[direction][0];
      if (device !== undefined) return { backend, device };
      listings.push(listing);
    }
    throw unavailable(`There is no ${CALLED[direction]} on this computer.${inWords(missingIn(listings))}`);
  }

  async #named(direction: Direction, name: string): Promise<Found> {
    const numbered = /^\d{1,4}$/u.test(name) ? this.#found(await this.#listings(), direction) : [];
    const byNumber = numbered[Number(name) - 1];
    if (byNumber !== undefined) return byNumber;
    const all: Found[] = [];
    const listings: BackendListing[] = [];
    for (const backend of this.#backends) {
      const listing = await backend.list();
      listings.push(listing);
      all.push(...listing[direction].map((device) => ({ backend, device })));
      const found = all.find((each) => [idOf(each), each.device.key, each.device.name].includes(name));
      if (found !== undefined) return found;
    }
    const folded = name.toLowerCase();
    const found = all.find(({ device }) => [device.name, device.key].some((each) => each.toLowerCase() === folded));
    if (found !== undefined) return found;
    const advice = all.length > 0 ? ' mmchat-p2p devices lists those that are there.' : inWords(missingIn(listings));
    throw unavailable(`There is no ${CALLED[direction]} called ${cleanLine(name).slice(0, 100)}.${advice}`);
  }

  /** The same microphone by three ways would be listed three times: whoever has all of a kind is the last that is asked. */
  async #listings(signal?: AbortSignal): Promise<BackendListing[]> {
    const listings: BackendListing[] = [];
    for (const backend of this.#backends) {
      const listing = await backend.list(signal);
      listings.push(listing);
      if (listing.inputs.length > 0 && listing.outputs.length > 0) break;
    }
    return listings;
  }

  #found(listings: readonly BackendListing[], direction: Direction): Found[] {
    return listings.flatMap((listing, index) => {
      const backend = this.#backends[index];
      return backend === undefined ? [] : listing[direction].map((device) => ({ backend, device }));
    });
  }

  #numbered(listings: readonly BackendListing[], direction: Direction): ListedAudioDevice[] {
    const found = this.#found(listings, direction);
    // What `default` would be.
    const preferred = found.find((each) => each.backend === found[0]?.backend && each.device.isDefault) ?? found[0];
    return found.map((each, index) => ({
      number: index + 1,
      id: idOf(each),
      name: each.device.name,
      backend: each.backend.name,
      isDefault: each === preferred,
    }));
  }
}

/** PulseAudio and ALSA are no ways on macOS and Windows: their absence is nothing that anybody misses there. */
function platformBackends(parts: { readonly env: Environment; readonly clock: Clock }): readonly AudioBackend[] {
  const portAudio = new PortAudioBackend(parts);
  if (process.platform === 'darwin' || process.platform === 'win32') return [portAudio];
  return [new PulseBackend(parts), portAudio, new AlsaBackend(parts)];
}

interface Found {
  readonly backend: AudioBackend;
  readonly device: BackendDevice;
}

function idOf({ backend, device }: Found): string {
  return `${backend.name}:${cleanLine(device.key)}`;
}

function virtual(backend: 'tone' | 'file', written: string): AudioDevice {
  return { id: written, name: shown(written), backend };
}

function missingIn(listings: readonly BackendListing[]): MissingDevice[] {
  const missing = listings.flatMap((listing) => listing.missing);
  if (listings.length > missing.length)
    missing.push({
      what: 'a microphone or loudspeaker',
      reason: 'The sound system works, but knows no device of that kind.',
      remedy: 'Plug one in, or switch it on in the settings of the system.',
    });
  return missing;
}

function inWords(missing: readonly MissingDevice[]): string {
  return missing.map(({ what, reason, remedy }) => ` ${what}: ${reason} ${remedy}`).join('');
}

function unavailable(sentence: string): MmchatError {
  return new MmchatError('device-unavailable', sentence);
}
