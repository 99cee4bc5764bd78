// PortAudio, through naudiodon in a child process of its own for each stream: the way on macOS and Windows.

import type { Clock } from '../base/clock.ts';
import { cleanLine } from '../base/clean-text.ts';
import type { AudioDevice, AudioInput, AudioOutput } from '../contracts/audio.ts';
import { askCommand } from './ask-command.ts';
import { MAX_LISTED_DEVICES, type AudioBackend, type BackendDevice, type BackendListing } from './backend.ts';
import type { Environment } from './commands.ts';
import { childArguments, findPortAudio } from './portaudio-process.ts';
import { ProcessInput } from './process-input.ts';
import { ProcessOutput } from './process-output.ts';

export interface PortAudioOptions {
  readonly clock: Clock;
  readonly env: Environment;
  /** The add-on's main file. @default where Node.js finds it */
  readonly modulePath?: string;
}

const WHAT = 'PortAudio (naudiodon)';
const REMEDY =
  'It is compiled when mmchat-p2p is installed where there are a C++ compiler, make and Python ' +
  '(Debian and Ubuntu: apt install g++ make python3 libasound2; macOS: xcode-select --install): install it again then.';
const LIST_MARK = 'mmchat-devices:';
/** It asks every driver that there might be. */
const LIST_TIMEOUT_MS = 10_000;
const MAX_NAME_LENGTH = 80;

interface ChildDevice {
  readonly key: string;
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly isDefaultInput: boolean;
  readonly isDefaultOutput: boolean;
}

export class PortAudioBackend implements AudioBackend {
  readonly name = 'portaudio';
  readonly #options: PortAudioOptions;

  constructor(options: PortAudioOptions) {
    this.#options = options;
  }

  async list(signal?: AbortSignal): Promise<BackendListing> {
    const modulePath = this.#modulePath();
    if (modulePath === undefined) return missing('The add-on naudiodon is not installed.');
    const answer = await askCommand(process.execPath, [...childArguments(), 'list', modulePath], {
      env: this.#options.env,
      signal,
      timeoutMs: LIST_TIMEOUT_MS,
    });
    const line = answer.ok ? answer.text.split('\n').find((each) => each.startsWith(LIST_MARK)) : undefined;
    const devices = line === undefined ? undefined : readDevices(line.slice(LIST_MARK.length));
    if (devices === undefined) return missing('The add-on naudiodon is installed, but does not work here.');
    const listed = ({ key, name }: ChildDevice, isDefault: boolean): BackendDevice => ({
      key,
      name: cleanLine(name).trim().slice(0, MAX_NAME_LENGTH),
      isDefault,
    });
    return {
      inputs: devices.filter(({ inputs }) => inputs > 0).map((each) => listed(each, each.isDefaultInput)),
      outputs: devices.filter(({ outputs }) => outputs > 0).map((each) => listed(each, each.isDefaultOutput)),
      missing: [],
    };
  }

  openInput(device: BackendDevice, followsDefault: boolean): AudioInput {
    return new ProcessInput({ ...this.#program('input', device, followsDefault), device: this.#describe(device) });
  }

  openOutput(device: BackendDevice, followsDefault: boolean): AudioOutput {
    return new ProcessOutput({
      ...this.#program('output', device, followsDefault),
      device: this.#describe(device),
      openedLine: /^opened$/u,
      heardLine: /^heard (\d+\.\d+)$/u,
    });
  }

  #modulePath(): string | undefined {
    return this.#options.modulePath ?? findPortAudio();
  }

  #describe({ key, name }: BackendDevice): AudioDevice {
    return { id: `${this.name}:${cleanLine(key)}`, name, backend: this.name };
  }

  #program(
    direction: 'input' | 'output',
    { key }: BackendDevice,
    followsDefault: boolean,
  ): {
    command: string;
    file: string;
    args: string[];
    asideOfOutput: true;
    encoding: 'f32';
    env: Environment;
    clock: Clock;
  } {
    const { env, clock } = this.#options;
    return {
      command: 'naudiodon',
      file: process.execPath,
      args: [...childArguments(), direction, this.#modulePath() ?? '', followsDefault ? '' : key],
      asideOfOutput: true,
      encoding: 'f32',
      env,
      clock,
    };
  }
}

function readDevices(text: string): ChildDevice[] | undefined {
  try {
    return (JSON.parse(text) as ChildDevice[]).slice(0, MAX_LISTED_DEVICES);
  } catch {
    return undefined;
  }
}

function missing(reason: string): BackendListing {
  return { inputs: [], outputs: [], missing: [{ what: WHAT, reason, remedy: REMEDY }] };
}
