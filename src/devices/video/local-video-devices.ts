// The video devices of this machine, of all backends, and those that need no hardware.

import path from 'node:path';
import { cleanLine } from '../../base/clean-text.ts';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import type { MissingDevice } from '../../contracts/audio.ts';
import type {
  VideoCodecs,
  VideoDevice,
  VideoDeviceList,
  VideoDevices,
  VideoInput,
  VideoOutput,
} from '../../contracts/video.ts';
import type { Environment } from '../commands.ts';
import { FfmpegBackend } from './ffmpeg-backend.ts';
import { FolderOutput } from './folder-output.ts';
import { NodeAvBackend } from './node-av-backend.ts';
import { OpenCvBackend } from './opencv-backend.ts';
import { NoVideoInput, PatternInput } from './pattern-input.ts';
import { MAX_LISTED_DEVICES, type DeviceWish, type VideoBackend } from './video-backend.ts';
import { readVideoInput, readVideoOutput } from './video-device-name.ts';

export interface LocalVideoDevicesOptions {
  readonly clock: Clock;
  /** For files of what is shown. */
  readonly codecs: VideoCodecs;
  /** Of the process: PATH, and where the display is. @default that of this process */
  readonly env?: Environment;
  /** Where `devices --setup` puts add-ons. */
  readonly addOnsFolder?: string;
  /** In the order in which they are tried. @default all that there are */
  readonly backends?: readonly VideoBackend[];
}

const NOWHERE: VideoOutput = {
  show: () => undefined,
  hide: () => undefined,
  stop: async () => undefined,
};

export class LocalVideoDevices implements VideoDevices {
  readonly #clock: Clock;
  readonly #codecs: VideoCodecs;
  readonly #backends: readonly VideoBackend[];

  constructor({ clock, codecs, env = process.env, addOnsFolder, backends }: LocalVideoDevicesOptions) {
    this.#clock = clock;
    this.#codecs = codecs;
    this.#backends = backends ?? platformBackends({ clock, env, addOnsFolder });
  }

  async list({ signal }: { readonly signal?: AbortSignal } = {}): Promise<VideoDeviceList> {
    const lists = await Promise.all(this.#backends.map((backend) => backend.list(signal)));
    return {
      cameras: firstOfEach(lists.flatMap(({ cameras }) => cameras)),
      screens: firstOfEach(lists.flatMap(({ screens }) => screens)),
      missing: lists.flatMap(({ missing }) => missing),
    };
  }

  async openInput(name: string): Promise<VideoInput> {
    const wish = readVideoInput(name);
    if (wish.kind === 'none') return new NoVideoInput();
    if (wish.kind === 'pattern') {
      const device = { id: name, name, kind: 'pattern' } as const;
      return new PatternInput({ clock: this.#clock, device, size: wish.size });
    }
    for (const backend of this.#backends) {
      const input = await backend.openInput(wish);
      if (input !== undefined) return input;
    }
    throw await this.#unavailable(wish);
  }

  async openOutput(
    name: string,
    { onLost }: { readonly onLost?: (sentence: string) => void } = {},
  ): Promise<VideoOutput> {
    const wish = readVideoOutput(name);
    if (wish.kind === 'window') return this.#openWindow(onLost);
    return wish.kind === 'none' ? NOWHERE : FolderOutput.open(path.resolve(wish.path), this.#codecs);
  }

  async #openWindow(onLost: ((sentence: string) => void) | undefined): Promise<VideoOutput> {
    for (const backend of this.#backends) {
      const output = await backend.openWindow?.(onLost);
      if (output !== undefined) return output;
    }
    throw new MmchatError('device-unavailable', 'No window can be opened on this machine.');
  }

  async #unavailable(wish: DeviceWish): Promise<MmchatError> {
    const { cameras, screens, missing } = await this.list();
    const hasSome = wish.kind === 'named' && cameras.length + screens.length > 0;
    const advice = hasSome ? ' mmchat-p2p devices lists those that are there.' : inWords(missing);
    return new MmchatError('device-unavailable', `${notThere(wish)}${advice}`);
  }
}

/** In the order in which they are tried. */
function platformBackends(parts: {
  readonly clock: Clock;
  readonly env: Environment;
  readonly addOnsFolder: string | undefined;
}): readonly VideoBackend[] {
  return [new NodeAvBackend(parts), new OpenCvBackend(parts), new FfmpegBackend(parts)];
}

/** The same camera by two ways is listed once, by the better one. */
function firstOfEach(devices: readonly VideoDevice[]): readonly VideoDevice[] {
  const known = new Map<string, VideoDevice>();
  for (const device of devices) if (!known.has(device.id)) known.set(device.id, device);
  return [...known.values()].slice(0, MAX_LISTED_DEVICES);
}

function notThere(wish: DeviceWish): string {
  switch (wish.kind) {
    case 'file':
      return 'Files can’t be shown as video on this machine.';
    case 'default':
      return 'There is no camera on this computer; what always works is pattern, pattern:640x480@30 and none.';
    case 'named':
      return `There is no camera or screen called ${cleanLine(wish.name).slice(0, 100)}; what always works is pattern, pattern:640x480@30 and none.`;
  }
}

function inWords(missing: readonly MissingDevice[]): string {
  return missing.map(({ reason, remedy }) => ` ${reason} ${remedy}`).join('');
}
