// `mmchat-p2p devices`: microphones, loudspeakers, cameras and screens, what is missing and how to get it, and a test that can be heard.

import stringWidth from 'string-width';
import {
  MmchatError,
  checkSound,
  cleanLine,
  listDevices,
  listVideoDevices,
  setUpAddOn,
  type AddOnName,
  type AudioDeviceList,
  type ListedAudioDevice,
  type SoundCheckEvent,
  type SoundCheckResult,
  type VideoDevice,
  type VideoDeviceList,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { runSetup } from './devices-setup.ts';

export interface DevicesArguments {
  readonly setup?: AddOnName;
  readonly yes: boolean;
  readonly json: boolean;
  readonly test: boolean;
  readonly audioIn?: string;
  readonly audioOut?: string;
}

export interface DevicesParts {
  readonly listDevices: typeof listDevices;
  readonly listVideoDevices: typeof listVideoDevices;
  readonly checkSound: typeof checkSound;
  readonly setUpAddOn: typeof setUpAddOn;
}

const PARTS: DevicesParts = { listDevices, listVideoDevices, checkSound, setUpAddOn };
const METER_WIDTH = 40;

/** @throws MmchatError `bad-option` */
export function devicesArguments(own: Readonly<Record<string, string | true>>): DevicesArguments {
  const { json, test, input: audioIn, output: audioOut, setup, yes } = own;
  if ([json, test, setup].filter((each) => each !== undefined).length > 1)
    throw bad('devices takes one of --json, --test and --setup.');
  if (setup !== undefined && setup !== 'video' && setup !== 'opencv')
    throw bad('--setup is followed by video or opencv.');
  if (yes === true && setup === undefined) throw bad('--yes is for --setup.');
  if (test !== true && (audioIn !== undefined || audioOut !== undefined))
    throw bad('--input and --output are for --test.');
  return {
    json: json === true,
    test: test === true,
    yes: yes === true,
    ...(setup !== undefined && { setup }),
    ...(typeof audioIn === 'string' && { audioIn }),
    ...(typeof audioOut === 'string' && { audioOut }),
  };
}

export async function runDevices(
  { json, test, setup, yes, ...names }: DevicesArguments,
  io: CliIo,
  signal: AbortSignal,
  parts: DevicesParts = PARTS,
): Promise<number> {
  const { env } = io;
  if (setup !== undefined) return runSetup({ name: setup, yes }, io, signal, parts.setUpAddOn);
  if (!test) {
    const [sound, video] = await Promise.all([
      parts.listDevices({ env, signal }),
      parts.listVideoDevices({ env, signal }),
    ]);
    const list = { ...sound, ...video, missing: [...sound.missing, ...video.missing] };
    io.stdout.write(json ? `${JSON.stringify(list)}\n` : devicesText(list));
    return EXIT.done;
  }
  const onEvent = (event: SoundCheckEvent): void => void io.stdout.write(`${eventLine(event)}\n`);
  // Devices without hardware keep no process alive.
  const awake = setInterval(() => undefined, 1_000);
  const result = await parts.checkSound({ env, signal, onEvent, ...names }).finally(() => clearInterval(awake));
  if (signal.aborted) return EXIT.failed;
  io.stdout.write(`${verdict(result)}\n`);
  return result.played && result.listened ? EXIT.done : EXIT.failed;
}

/** Every line ends with LF. */
export function devicesText({
  audioInputs,
  audioOutputs,
  cameras,
  screens,
  missing,
}: AudioDeviceList & VideoDeviceList): string {
  const missingLines = missing.flatMap(({ what, reason, remedy }) => [`  ${what}: ${reason}`, `    ${remedy}`]);
  return [
    ...section('Audio inputs (--audio-in)', audioInputs),
    '',
    ...section('Audio outputs (--audio-out)', audioOutputs),
    '',
    ...videoSection('Cameras (--video-in)', cameras),
    '',
    ...videoSection('Screens and windows (/share)', screens),
    ...(missing.length === 0 ? [] : ['', 'Missing', ...missingLines]),
    '',
  ]
    .map((line) => cleanLine(line))
    .join('\n');
}

function section(title: string, devices: readonly ListedAudioDevice[]): string[] {
  if (devices.length === 0) return [title, '  none'];
  const width = Math.max(...devices.map(({ name }) => stringWidth(name)));
  return [
    title,
    ...devices.map(({ number, name, id, isDefault }) => {
      const pad = ' '.repeat(width - stringWidth(name));
      return `${isDefault ? '*' : ' '} ${String(number).padStart(2)}  ${name}${pad}  ${id}`;
    }),
  ];
}

function videoSection(title: string, devices: readonly VideoDevice[]): string[] {
  if (devices.length === 0) return [title, '  none'];
  const width = Math.max(...devices.map(({ name }) => stringWidth(name)));
  return [title, ...devices.map(({ name, id }) => `      ${name}${' '.repeat(width - stringWidth(name))}  ${id}`)];
}

function eventLine(event: SoundCheckEvent): string {
  switch (event.type) {
    case 'listening':
      return `Listening to ${event.device.name}.`;
    case 'playing':
      return `Playing a tone of ${event.hz} Hz to ${event.device.name}, ${event.seconds} seconds.`;
    case 'speak':
      return `Now say something, ${event.seconds} seconds.`;
    case 'level': {
      const bars = Math.round(event.level * METER_WIDTH);
      return `  ${'#'.repeat(bars)}${'.'.repeat(METER_WIDTH - bars)}`;
    }
    case 'failed':
      return `No ${event.what}: ${cleanLine(event.sentence)}`;
  }
}

function verdict({ played, listened, loudest, toneHeard }: SoundCheckResult): string {
  const tone = toneHeard ? ' The tone was heard by the input.' : '';
  if (!listened) return played ? 'The output works, the input does not.' : 'Neither input nor output work.';
  const quiet = loudest < 0.1 ? ' It was all but silent: is it muted?' : '';
  return `${played ? 'Output and input work.' : 'The input works, the output does not.'}${tone}${quiet}`;
}

function bad(sentence: string): MmchatError {
  return new MmchatError('bad-option', sentence);
}
