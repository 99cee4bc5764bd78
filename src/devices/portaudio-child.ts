// The program of a child process that speaks to PortAudio through naudiodon, an add-on that must not come near the program
// itself: it prints on stdout and stderr, and its reads and writes sit in the threads that `fs` needs.
//
//   portaudio-child list MODULE            what there is, as a line of JSON after LIST_MARK on stdout
//   portaudio-child input MODULE KEY       records to descriptor 3
//   portaudio-child output MODULE KEY      plays what comes on stdin
//
// Sound is 32-bit floats, mono, 48 kHz. Descriptor 4 takes lines: `opened`, `heard SECONDS`, or what went wrong. The end of stdin
// is the end of it all.

import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

interface PortAudioDevice {
  readonly id: number;
  readonly name: string;
  readonly maxInputChannels: number;
  readonly maxOutputChannels: number;
  readonly hostAPIName: string;
}

interface StreamOptions {
  readonly deviceId: number;
  readonly channelCount: number;
  readonly sampleFormat: number;
  readonly sampleRate: number;
  readonly framesPerBuffer: number;
  readonly highwaterMark: number;
  readonly maxQueue: number;
  readonly closeOnError: boolean;
}

interface PortAudio {
  readonly getDevices: () => readonly PortAudioDevice[];
  readonly getHostAPIs: () => {
    readonly defaultHostAPI: number;
    readonly HostAPIs: readonly { readonly defaultInput: number; readonly defaultOutput: number }[];
  };
  readonly AudioIO: new (
    options: { readonly inOptions: StreamOptions } | { readonly outOptions: StreamOptions },
  ) => Readable & Writable & { start(): void };
}

type Direction = 'input' | 'output';

/** Before the list: other lines are of the library. ./portaudio.ts knows it too, which must not load this program. */
const LIST_MARK = 'mmchat-devices:';
const FLOAT32 = 1;
const FRAME_SAMPLES = 480;
const FRAME_BYTES = FRAME_SAMPLES * 4;
const FRAME_SECONDS = 0.01;
/** Blocks that the add-on holds: each is 10 ms of delay, fewer are heard as gaps. */
const MAX_QUEUE = 2;
/** What the other process does not read in time is dropped: else it would stay as delay for ever. */
const MAX_UNREAD_BYTES = 20 * FRAME_BYTES;
const MAX_UNHEARD_FRAMES = 60;
const FRAMES_A_REPORT = 5;

function loadPortAudio(modulePath: string): PortAudio {
  const require = createRequire(import.meta.url);
  try {
    // It would write crash.log wherever it is, and is one more add-on that may not load.
    const handler = createRequire(modulePath).resolve('segfault-handler');
    require.cache[handler] = Object.assign(Object.create(null), {
      id: handler,
      filename: handler,
      loaded: true,
      exports: { registerHandler: () => undefined },
    }) as NodeJS.Module;
  } catch {
    // Another version of it may do without.
  }
  return require(modulePath) as PortAudio;
}

/** Numbers of devices change when others are plugged in: only names are handed on. */
function keyOf({ hostAPIName, name }: PortAudioDevice): string {
  return `${hostAPIName}/${name}`;
}

function defaultId(portAudio: PortAudio, direction: Direction): number {
  const { defaultHostAPI, HostAPIs } = portAudio.getHostAPIs();
  const host = HostAPIs[defaultHostAPI];
  return (direction === 'input' ? host?.defaultInput : host?.defaultOutput) ?? -1;
}

function list(portAudio: PortAudio): void {
  const devices = portAudio.getDevices().map((device) => ({
    key: keyOf(device),
    name: device.name,
    inputs: device.maxInputChannels,
    outputs: device.maxOutputChannels,
    isDefaultInput: device.id === defaultId(portAudio, 'input'),
    isDefaultOutput: device.id === defaultId(portAudio, 'output'),
  }));
  process.stdout.write(`\n${LIST_MARK}${JSON.stringify(devices)}\n`, () => process.exit(0));
}

/** Many devices have no mono: then both channels carry the same. */
function openStream(
  portAudio: PortAudio,
  direction: Direction,
  key: string,
): { stream: Readable & Writable & { start(): void }; channels: number } {
  const devices = portAudio.getDevices();
  const device =
    key === ''
      ? devices.find(({ id }) => id === defaultId(portAudio, direction))
      : devices.find((each) => keyOf(each) === key);
  if (device === undefined) throw new Error('it is not plugged in');
  let failure: unknown;
  for (const channelCount of [1, 2]) {
    const options: StreamOptions = {
      deviceId: device.id,
      channelCount,
      sampleFormat: FLOAT32,
      sampleRate: 48_000,
      framesPerBuffer: FRAME_SAMPLES,
      highwaterMark: FRAME_BYTES * channelCount,
      maxQueue: MAX_QUEUE,
      closeOnError: false,
    };
    try {
      const stream = new portAudio.AudioIO(direction === 'input' ? { inOptions: options } : { outOptions: options });
      return { stream, channels: channelCount };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function record(portAudio: PortAudio, key: string, say: (line: string) => void): void {
  const { stream, channels } = openStream(portAudio, 'input', key);
  const target = new Socket({ fd: 3, readable: false, writable: true });
  target.on('error', end);
  stream.on('data', (bytes: Buffer) => {
    if (target.writableLength < MAX_UNREAD_BYTES) target.write(channels === 1 ? bytes : toMono(bytes));
  });
  stream.on('error', (error: Error) => say(error.message));
  stream.start();
  say('opened');
}

function play(portAudio: PortAudio, key: string, say: (line: string) => void): void {
  const { stream, channels } = openStream(portAudio, 'output', key);
  const silence = Buffer.alloc(FRAME_BYTES);
  const queue: Buffer[] = [];
  let partial: Buffer = Buffer.alloc(0);
  process.stdin.on('data', (bytes: Buffer) => {
    partial = Buffer.concat([partial, bytes]);
    for (; partial.length >= FRAME_BYTES; partial = partial.subarray(FRAME_BYTES))
      queue.push(partial.subarray(0, FRAME_BYTES));
    if (queue.length > MAX_UNHEARD_FRAMES) process.stdin.pause();
  });
  let frames = 0;
  let rounds = 0;
  // The blocks that the add-on still holds, newest last: with sound, or with silence.
  const held: boolean[] = [];
  const pump = (error?: Error | null): void => {
    if (error) say(error.message);
    const frame = queue.shift();
    if (queue.length < MAX_UNHEARD_FRAMES / 2) process.stdin.resume();
    held.push(frame !== undefined);
    if (held.length > MAX_QUEUE && held.shift() === true) frames++;
    if (++rounds % FRAMES_A_REPORT === 0) say(`heard ${(frames * FRAME_SECONDS).toFixed(3)}`);
    // Always something: a device that starves stutters for a while even when there is sound again.
    stream.write(channels === 1 ? (frame ?? silence) : toStereo(frame ?? silence), pump);
  };
  stream.on('error', (error: Error) => say(error.message));
  pump();
  stream.start();
  say('opened');
}

function toMono(bytes: Buffer): Buffer {
  const mono = Buffer.alloc(bytes.length >> 1);
  for (let at = 0; at < mono.length; at += 4)
    mono.writeFloatLE((bytes.readFloatLE(2 * at) + bytes.readFloatLE(2 * at + 4)) / 2, at);
  return mono;
}

function toStereo(bytes: Buffer): Buffer {
  const stereo = Buffer.alloc(bytes.length * 2);
  for (let at = 0; at < bytes.length; at += 4) {
    bytes.copy(stereo, 2 * at, at, at + 4);
    bytes.copy(stereo, 2 * at + 4, at, at + 4);
  }
  return stereo;
}

/** At once: PortAudio may wait for ever for a device that is gone. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

function main([mode = '', modulePath = '', key = '']: readonly string[]): void {
  if (mode === 'list') {
    list(loadPortAudio(modulePath));
    return;
  }
  const lines = new Socket({ fd: 4, readable: false, writable: true });
  lines.on('error', end);
  const say = (line: string): void => void lines.write(`${line}\n`);
  process.stdin.on('end', end).on('error', end);
  process.stdin.resume();
  try {
    const portAudio = loadPortAudio(modulePath);
    if (mode === 'input') record(portAudio, key, say);
    else play(portAudio, key, say);
  } catch (error) {
    lines.write(`${error instanceof Error ? error.message : String(error)}\n`, end);
  }
}

main(process.argv.slice(2));
