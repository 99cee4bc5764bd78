// PulseAudio and PipeWire, through their own programs parec and pacat: the way with the least delay, and without any add-on.

import type { Clock } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type { AudioDevice, AudioInput, AudioOutput, MissingDevice } from '../contracts/audio.ts';
import { SAMPLE_RATE_HZ } from '../media/audio-format.ts';
import type { AudioBackend, BackendDevice, BackendListing } from './backend.ts';
import { findCommand, type Environment } from './commands.ts';
import { ProcessInput } from './process-input.ts';
import { ProcessOutput } from './process-output.ts';
import { listPulse } from './pulse-list.ts';

const WHAT = 'PulseAudio or PipeWire';
const GET_PROGRAMS = 'Install the programs pactl, parec and pacat (Debian and Ubuntu: apt install pulseaudio-utils).';
const GET_SERVER =
  'Start one: systemctl --user start pipewire-pulse, or pulseaudio --start (Debian and Ubuntu: apt install pulseaudio).';

/** What the server may hold at most: on the way in half a frame, on the way out one. */
const INPUT_LATENCY_MS = 5;
const OUTPUT_LATENCY_MS = 10;

const FORMAT = ['--raw', '--format=float32le', `--rate=${SAMPLE_RATE_HZ}`, '--channels=1', '--client-name=mmchat-p2p'];

export class PulseBackend implements AudioBackend {
  readonly name = 'pulse';
  readonly #env: Environment;
  readonly #clock: Clock;

  constructor({ env, clock }: { readonly env: Environment; readonly clock: Clock }) {
    this.#env = env;
    this.#clock = clock;
  }

  async list(signal?: AbortSignal): Promise<BackendListing> {
    const absent = ['pactl', 'parec', 'pacat'].find((command) => findCommand(command, this.#env) === undefined);
    const pactl = findCommand('pactl', this.#env);
    if (absent !== undefined || pactl === undefined)
      return none({ what: WHAT, reason: `There is no program ${absent ?? 'pactl'} here.`, remedy: GET_PROGRAMS });
    const listing = await listPulse(pactl, { env: this.#env, signal });
    if (!listing.ok)
      return none({ what: WHAT, reason: `No sound server answers (pactl: ${listing.reason}).`, remedy: GET_SERVER });
    return { inputs: listing.inputs, outputs: listing.outputs, missing: [] };
  }

  openInput(device: BackendDevice, followsDefault: boolean): AudioInput {
    return new ProcessInput({
      ...this.#program('parec'),
      device: this.#describe(device),
      args: ['-v', ...FORMAT, `--latency-msec=${INPUT_LATENCY_MS}`, ...target(device, followsDefault)],
      ...(followsDefault ? {} : { isLostBy: (line) => this.#isGone(line, 'inputs', device) }),
    });
  }

  openOutput(device: BackendDevice, followsDefault: boolean): AudioOutput {
    return new ProcessOutput({
      ...this.#program('pacat'),
      device: this.#describe(device),
      args: ['-v', ...FORMAT, `--latency-msec=${OUTPUT_LATENCY_MS}`, ...target(device, followsDefault)],
      openedLine: /^Stream successfully created/u,
      heardLine: /^Time: (\d+\.\d+) sec; Latency/u,
      ...(followsDefault ? {} : { isLostBy: (line) => this.#isGone(line, 'outputs', device) }),
    });
  }

  /**
   * The server moves a stream to another device when its own is unplugged. Somebody who chose a microphone did not choose that
   * one. People may also move it themselves, in the settings of the system; then both devices are there.
   */
  #isGone(line: string, direction: 'inputs' | 'outputs', device: BackendDevice): Promise<boolean> | undefined {
    if (!line.startsWith('Stream moved to device')) return undefined;
    return this.list().then((listing) => !listing[direction].some(({ key }) => key === device.key));
  }

  #describe({ key, name }: BackendDevice): AudioDevice {
    return { id: `${this.name}:${key}`, name, backend: this.name };
  }

  #program(command: string): { command: string; file: string; encoding: 'f32'; env: Environment; clock: Clock } {
    const file = findCommand(command, this.#env);
    if (file === undefined)
      throw new MmchatError('device-unavailable', `There is no program ${command} here. ${GET_PROGRAMS}`);
    return { command, file, encoding: 'f32', env: this.#env, clock: this.#clock };
  }
}

/** Without a name the server moves the stream along when another device becomes the default. */
function target(device: BackendDevice, followsDefault: boolean): string[] {
  return followsDefault ? [] : [`--device=${device.key}`];
}

function none(missing: MissingDevice): BackendListing {
  return { inputs: [], outputs: [], missing: [missing] };
}
