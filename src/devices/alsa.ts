// ALSA without any sound server, through arecord and aplay: the last resort on Linux.

import type { Clock } from '../base/clock.ts';
import { cleanLine } from '../base/clean-text.ts';
import { MmchatError } from '../base/errors.ts';
import type { AudioDevice, AudioInput, AudioOutput } from '../contracts/audio.ts';
import { SAMPLE_RATE_HZ } from '../media/audio-format.ts';
import { askCommand } from './ask-command.ts';
import { MAX_LISTED_DEVICES, type AudioBackend, type BackendDevice, type BackendListing } from './backend.ts';
import { findCommand, type Environment } from './commands.ts';
import { ProcessInput } from './process-input.ts';
import { ProcessOutput } from './process-output.ts';

const WHAT = 'ALSA';
const GET_PROGRAMS = 'Install arecord and aplay (Debian and Ubuntu: apt install alsa-utils).';
const GET_CARD = 'Plug in a sound card; on Linux this user may also have to be in the group audio.';
const PERIOD_US = 10_000;
const BUFFER_US = 40_000;
const FORMAT = [
  '--quiet',
  '--file-type=raw',
  '--format=S16_LE',
  `--rate=${SAMPLE_RATE_HZ}`,
  '--channels=1',
  `--period-time=${PERIOD_US}`,
  `--buffer-time=${BUFFER_US}`,
];
const MAX_NAME_LENGTH = 80;

export class AlsaBackend implements AudioBackend {
  readonly name = 'alsa';
  readonly #env: Environment;
  readonly #clock: Clock;

  constructor({ env, clock }: { readonly env: Environment; readonly clock: Clock }) {
    this.#env = env;
    this.#clock = clock;
  }

  async list(signal?: AbortSignal): Promise<BackendListing> {
    const [arecord, aplay] = [findCommand('arecord', this.#env), findCommand('aplay', this.#env)];
    if (arecord === undefined || aplay === undefined)
      return missing('There are no programs arecord and aplay here.', GET_PROGRAMS);
    const [inputs, outputs] = await Promise.all([this.#cards(arecord, signal), this.#cards(aplay, signal)]);
    if (inputs.length + outputs.length === 0) return missing('It knows no sound card.', GET_CARD);
    return { inputs, outputs, missing: [] };
  }

  /** `card 0: PCH [HDA Intel PCH], device 0: ALC257 Analog [ALC257 Analog]` */
  async #cards(file: string, signal: AbortSignal | undefined): Promise<BackendDevice[]> {
    const answer = await askCommand(file, ['-l'], { env: this.#env, signal });
    if (!answer.ok) return [];
    return [...answer.text.matchAll(/^card \d+: (\w{1,32}) \[(.*)\], device (\d{1,3}): .*\[(.*)\]$/gmu)]
      .slice(0, MAX_LISTED_DEVICES)
      .map(([, card = '', cardName = '', number = '', name = ''], index) => ({
        key: `plughw:CARD=${card},DEV=${number}`,
        name: cleanLine(cardName === name ? name : `${cardName}, ${name}`).slice(0, MAX_NAME_LENGTH),
        isDefault: index === 0,
      }));
  }

  openInput(device: BackendDevice, followsDefault: boolean): AudioInput {
    const args = [...FORMAT, `--device=${followsDefault ? 'default' : device.key}`];
    return new ProcessInput({ ...this.#program('arecord'), device: this.#describe(device), args });
  }

  openOutput(device: BackendDevice, followsDefault: boolean): AudioOutput {
    return new ProcessOutput({
      ...this.#program('aplay'),
      device: this.#describe(device),
      // With -v it prints the settings of the device once it is open.
      args: ['-v', ...FORMAT, `--device=${followsDefault ? 'default' : device.key}`],
      openedLine: /its setup is:/iu,
    });
  }

  #describe({ key, name }: BackendDevice): AudioDevice {
    return { id: `${this.name}:${key}`, name, backend: this.name };
  }

  #program(command: string): { command: string; file: string; encoding: 's16'; env: Environment; clock: Clock } {
    const file = findCommand(command, this.#env);
    if (file === undefined)
      throw new MmchatError('device-unavailable', `There is no program ${command} here. ${GET_PROGRAMS}`);
    return { command, file, encoding: 's16', env: this.#env, clock: this.#clock };
  }
}

function missing(reason: string, remedy: string): BackendListing {
  return { inputs: [], outputs: [], missing: [{ what: WHAT, reason, remedy }] };
}
