// OpenCV, where somebody has set it up: cameras by number, every file or stream that it opens, and windows.

import path from 'node:path';
import { findAddOn } from '../../base/add-ons.ts';
import { cleanLine } from '../../base/clean-text.ts';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import type { VideoDevice, VideoDeviceList, VideoInput, VideoOutput } from '../../contracts/video.ts';
import type { Environment } from '../commands.ts';
import { missingDisplay } from './display-check.ts';
import type { CaptureKind } from './opencv-capture.ts';
import { OpenCvInput } from './opencv-input.ts';
import { OpenCvWindows } from './opencv-windows.ts';
import { v4lCameras } from './v4l-cameras.ts';
import { MAX_DEVICE_NAME_LENGTH, NO_DEVICES, type DeviceWish, type VideoBackend } from './video-backend.ts';

export interface OpenCvBackendOptions {
  readonly clock: Clock;
  readonly env: Environment;
  /** Where `devices --setup` puts add-ons. */
  readonly addOnsFolder: string | undefined;
  /** The add-on's main file. @default where Node.js or the setup has it */
  readonly modulePath?: string;
}

const REASON = 'OpenCV (@u4/opencv4nodejs) is not set up.';
const REMEDY = 'mmchat-p2p devices --setup opencv does it.';
/** Before what only OpenCV is to open: a camera's number, a path or an address. */
const PREFIX = 'opencv:';

export class OpenCvBackend implements VideoBackend {
  readonly name = 'opencv';
  readonly #options: OpenCvBackendOptions;

  constructor(options: OpenCvBackendOptions) {
    this.#options = options;
  }

  async list(): Promise<VideoDeviceList> {
    if (this.#modulePath() === undefined)
      return { ...NO_DEVICES, missing: [{ what: 'OpenCV', reason: REASON, remedy: REMEDY }] };
    return { ...NO_DEVICES, cameras: await v4lCameras() };
  }

  async openInput(wish: DeviceWish): Promise<VideoInput | undefined> {
    const forced = wish.kind === 'named' && wish.name.startsWith(PREFIX) ? wish.name.slice(PREFIX.length) : undefined;
    const modulePath = this.#modulePath();
    if (modulePath === undefined) {
      if (forced !== undefined) throw unavailable(`${REASON} ${REMEDY}`);
      return undefined;
    }
    if (forced === '') throw unavailable('After opencv: comes a camera’s number, a path or an address.');
    if (forced !== undefined) return this.#open(modulePath, forced);
    if (wish.kind === 'file')
      return this.#input(modulePath, 'file', path.resolve(wish.path), deviceOf('file', wish.path));
    return this.#camera(modulePath, wish);
  }

  async openWindow(onLost?: (sentence: string) => void): Promise<VideoOutput | undefined> {
    const { env, clock } = this.#options;
    const modulePath = this.#modulePath();
    if (modulePath === undefined) throw unavailable(`Windows are opened by OpenCV. ${REASON} ${REMEDY}`);
    const missing = await missingDisplay(env);
    if (missing !== undefined) throw unavailable(missing);
    return OpenCvWindows.open({ modulePath, env, clock, onLost });
  }

  #open(modulePath: string, written: string): VideoInput {
    if (/^\d{1,3}$/u.test(written))
      return this.#input(modulePath, 'camera', written, deviceOf('camera', `${PREFIX}${written}`));
    const isStream = /^[a-z][a-z0-9+.-]+:\/\//iu.test(written);
    const source = isStream ? written : path.resolve(written);
    return this.#input(modulePath, isStream ? 'stream' : 'loop', source, deviceOf('file', `${PREFIX}${written}`));
  }

  async #camera(modulePath: string, wish: Exclude<DeviceWish, { kind: 'file' }>): Promise<VideoInput | undefined> {
    const cameras = await v4lCameras();
    if (wish.kind === 'default') {
      // Elsewhere nobody says which there are: the first one is tried.
      if (process.platform !== 'linux') return this.#input(modulePath, 'camera', '0', deviceOf('camera', `${PREFIX}0`));
      const [first] = cameras;
      return first === undefined ? undefined : this.#input(modulePath, 'camera', numberIn(first.id), first);
    }
    const folded = wish.name.toLowerCase();
    const device =
      cameras.find(({ id, name }) => id === wish.name || name === wish.name) ??
      cameras.find(({ name }) => name.toLowerCase() === folded);
    return device === undefined ? undefined : this.#input(modulePath, 'camera', numberIn(device.id), device);
  }

  #input(modulePath: string, kind: CaptureKind, source: string, device: VideoDevice): VideoInput {
    const { env, clock } = this.#options;
    return new OpenCvInput({ device, kind, source, modulePath, env, clock });
  }

  #modulePath(): string | undefined {
    return this.#options.modulePath ?? findAddOn('opencv', this.#options.addOnsFolder);
  }
}

function deviceOf(kind: 'camera' | 'file', written: string): VideoDevice {
  const name = cleanLine(written).slice(0, MAX_DEVICE_NAME_LENGTH);
  return { id: kind === 'file' && !written.startsWith(PREFIX) ? `file:${name}` : name, name, kind };
}

function numberIn(devicePath: string): string {
  return /\d+$/u.exec(devicePath)?.[0] ?? '0';
}

function unavailable(sentence: string): MmchatError {
  return new MmchatError('device-unavailable', sentence);
}
