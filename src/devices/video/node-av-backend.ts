// Cameras, screens and videos by node-av, in a child process for each that is open.

import { stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import type { MissingDevice } from '../../contracts/audio.ts';
import type { VideoDevice, VideoDeviceList, VideoInput, VideoSize } from '../../contracts/video.ts';
import { askCommand } from '../ask-command.ts';
import type { Environment } from '../commands.ts';
import { codeOf, shown } from '../sound-files.ts';
import {
  cameraSource,
  fileSource,
  screenRemedy,
  screenSource,
  shownName,
  synthesizedSource,
  type CaptureSource,
} from './capture-source.ts';
import { RecordReader } from './frame-records.ts';
import { linuxCameras } from './linux-cameras.ts';
import { childArguments, findNodeAv } from './node-av-process.ts';
import { ProcessVideoInput } from './process-video-input.ts';
import { MAX_LISTED_DEVICES, type DeviceWish, type VideoBackend } from './video-backend.ts';

export interface NodeAvOptions {
  readonly clock: Clock;
  readonly env: Environment;
  /** Where people let add-ons be set up. @default nowhere */
  readonly addOnsFolder?: string | undefined;
  /** Undefined: not installed. @default where Node.js finds it, or in the folder of add-ons */
  readonly findModule?: () => string | undefined;
  /** @default this one */
  readonly platform?: NodeJS.Platform;
  /** What the kernel of Linux lists. @default its cameras */
  readonly listLinuxCameras?: () => Promise<VideoDevice[]>;
  /** @default the one of this program */
  readonly childArguments?: readonly string[];
}

const SETUP = 'Run mmchat-p2p devices --setup video.';
const LIST_MARK = 'mmchat-cameras:';
/** It asks every driver that there might be. */
const LIST_TIMEOUT_MS = 10_000;

export class NodeAvBackend implements VideoBackend {
  readonly name = 'node-av';
  readonly #options: NodeAvOptions;
  readonly #platform: NodeJS.Platform;

  constructor(options: NodeAvOptions) {
    this.#options = options;
    this.#platform = options.platform ?? process.platform;
  }

  async list(signal?: AbortSignal): Promise<VideoDeviceList> {
    if (this.#modulePath() === undefined) {
      const reason = 'Cameras and screens need node-av, which is not installed.';
      return { cameras: [], screens: [], missing: [{ what: 'node-av', reason, remedy: SETUP }] };
    }
    const cameras = await this.#cameras(signal);
    const screens = this.#screens();
    return { cameras, screens, missing: this.#missing(cameras, screens) };
  }

  async openInput(wish: DeviceWish): Promise<VideoInput | undefined> {
    if (this.#modulePath() === undefined) return undefined;
    if (wish.kind === 'file') return this.#input(fileSource(wish.path), () => checkFile(wish.path));
    if (wish.kind === 'named') {
      if (wish.name.startsWith('lavfi:')) return this.#input(synthesizedSource(wish.name.slice('lavfi:'.length)));
      const screen = screenSource(wish.name, this.#options.env, this.#platform);
      if (screen !== undefined) return this.#input(screen);
    }
    const cameras = await this.#cameras();
    const camera = wish.kind === 'default' ? cameras[0] : named(cameras, wish.name);
    if (camera !== undefined) return this.#input(cameraSource(camera, keyOf(camera), this.#platform));
    const isDevice = wish.kind === 'named' && this.#platform === 'linux' && /^\/dev\/[\w./-]{1,100}$/u.test(wish.name);
    // One that the kernel lists elsewhere: a link to it, or of a driver of its own.
    if (!isDevice) return undefined;
    return this.#input(cameraSource({ id: wish.name, name: wish.name, kind: 'camera' }, wish.name, 'linux'));
  }

  #input(source: CaptureSource, check?: () => Promise<void>): VideoInput {
    const { clock, env, childArguments: program = childArguments() } = this.#options;
    const modulePath = this.#modulePath() ?? '';
    return new ProcessVideoInput({
      device: source.device,
      clock,
      env,
      file: process.execPath,
      args: (wanted) => [...program, 'open', modulePath, JSON.stringify({ ...source, wanted: plainSize(wanted) })],
      asideOfOutput: true,
      reader: (_wanted, handlers) => new RecordReader(handlers),
      changeLine: (wanted) => JSON.stringify(plainSize(wanted)),
      ...(check === undefined ? {} : { check }),
    });
  }

  async #cameras(signal?: AbortSignal): Promise<readonly VideoDevice[]> {
    if (this.#platform === 'linux') return (this.#options.listLinuxCameras ?? linuxCameras)();
    const { env, childArguments: program = childArguments() } = this.#options;
    const answer = await askCommand(process.execPath, [...program, 'list', this.#modulePath() ?? ''], {
      env,
      signal,
      timeoutMs: LIST_TIMEOUT_MS,
    });
    const line = answer.ok ? answer.text.split('\n').find((each) => each.startsWith(LIST_MARK)) : undefined;
    return line === undefined ? [] : readCameras(line.slice(LIST_MARK.length));
  }

  #screens(): readonly VideoDevice[] {
    const hasScreen = this.#platform !== 'linux' || (this.#options.env['DISPLAY'] ?? '') !== '';
    return hasScreen ? [{ id: 'screen:0', name: 'screen', kind: 'screen' }] : [];
  }

  #missing(cameras: readonly VideoDevice[], screens: readonly VideoDevice[]): readonly MissingDevice[] {
    const missing: MissingDevice[] = [];
    if (cameras.length === 0)
      missing.push({ what: 'a camera', reason: 'The system knows no camera.', remedy: 'Plug one in.' });
    if (screens.length === 0)
      missing.push({ what: 'a screen', reason: 'There is no screen that could be shared.', remedy: screenRemedy() });
    return missing;
  }

  #modulePath(): string | undefined {
    return (this.#options.findModule ?? (() => findNodeAv(this.#options.addOnsFolder)))();
  }
}

/** By id, by name, by its number; then by name in other letters. */
function named(cameras: readonly VideoDevice[], name: string): VideoDevice | undefined {
  const byNumber = /^\d{1,2}$/u.test(name) ? cameras[Number(name) - 1] : undefined;
  const folded = name.toLowerCase();
  return (
    cameras.find((camera) => camera.id === name || camera.name === name) ??
    byNumber ??
    cameras.find((camera) => camera.name.toLowerCase() === folded)
  );
}

function keyOf({ id }: VideoDevice): string {
  return id.replace(/^camera:/u, '');
}

function plainSize({ width, height, framesPerSecond }: VideoSize): VideoSize {
  return {
    width: Math.max(2, Math.round(width)),
    height: Math.max(2, Math.round(height)),
    framesPerSecond: Math.max(0.1, Math.min(120, framesPerSecond)),
  };
}

function readCameras(text: string): readonly VideoDevice[] {
  try {
    return (JSON.parse(text) as { readonly key: string; readonly name: string }[])
      .slice(0, MAX_LISTED_DEVICES)
      .map(({ key, name }) => ({ id: `camera:${key}`, name: shownName(name), kind: 'camera' }));
  } catch {
    return [];
  }
}

/** FFmpeg would wait for whoever writes into a pipe. @throws MmchatError `device-unavailable` */
export async function checkFile(file: string): Promise<void> {
  let isFile: boolean;
  try {
    isFile = (await stat(file)).isFile();
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'ENOENT' ? `There is no file ${shown(file)}.` : `${shown(file)} can't be read (${code}).`;
    throw new MmchatError('device-unavailable', why, { cause: error });
  }
  if (!isFile) throw new MmchatError('device-unavailable', `${shown(file)} is no file.`);
}
