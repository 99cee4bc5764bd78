// A PulseAudio of a test's own, with two loudspeakers that are none: `mic` (what is played into it is heard from `mic.monitor`)
// and `spk`. In a temporary folder, ended by its process id.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCommand } from '../../src/devices/commands.ts';
import { run } from './namespaces.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface PrivatePulse extends AsyncDisposable {
  /** For processes that shall hear this server and no other. */
  readonly env: Readonly<Record<string, string>>;
  pactl(...args: readonly string[]): Promise<string>;
  /** Ends the server itself. */
  kill(): Promise<void>;
}

const NEEDED = ['pulseaudio', 'pactl', 'parec', 'pacat'] as const;

/** Why there can be no such server here, in one line; undefined when there can. */
export function pulseUnavailable(): string | undefined {
  const absent = NEEDED.filter((command) => findCommand(command, process.env) === undefined);
  return absent.length === 0
    ? undefined
    : `there is no ${absent.join(', ')} (Debian: apt install pulseaudio pulseaudio-utils)`;
}

/** Why programs of ALSA can't reach such a server, in one line. */
export function alsaUnavailable(): string | undefined {
  const absent = ['arecord', 'aplay'].filter((command) => findCommand(command, process.env) === undefined);
  const plugins = ['x86_64', 'aarch64'].map(
    (cpu) => `/usr/lib/${cpu}-linux-gnu/alsa-lib/libasound_module_pcm_pulse.so`,
  );
  if (absent.length > 0) return `there is no ${absent.join(', ')} (Debian: apt install alsa-utils)`;
  return plugins.some(existsSync)
    ? undefined
    : 'ALSA can not speak to PulseAudio (Debian: apt install libasound2-plugins)';
}

/** Gives ALSA two devices, `test_mic` and `test_spk`: what is played into mic, and spk. */
export async function alsaEnvironment(pulse: PrivatePulse, folder: string): Promise<Record<string, string>> {
  const config = path.join(folder, 'asound.conf');
  const pcm = (name: string, device: string): string =>
    `pcm.${name} { type pulse device "${device}" hint { show on description "${name}" } }\n`;
  await writeFile(config, `</usr/share/alsa/alsa.conf>\n${pcm('test_mic', 'mic.monitor')}${pcm('test_spk', 'spk')}`);
  return { ...pulse.env, ALSA_CONFIG_PATH: config };
}

export async function privatePulse(): Promise<PrivatePulse> {
  const absent = pulseUnavailable();
  if (absent !== undefined) throw new Error(absent);
  const folder = await temporaryFolder();
  const runtime = path.join(folder.path, 'rt');
  await mkdir(runtime, { mode: 0o700 });
  const socket = path.join(runtime, 'native.sock');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder.path,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: path.join(folder.path, 'cfg'),
    PULSE_RUNTIME_PATH: path.join(runtime, 'pulse'),
    PULSE_STATE_PATH: path.join(folder.path, 'state'),
    PULSE_SERVER: `unix:${socket}`,
  };
  const nullSink = (name: string): string =>
    `load-module module-null-sink sink_name=${name} rate=48000 channels=1 format=float32le sink_properties=device.description=${name}`;
  const script = path.join(folder.path, 'test.pa');
  await writeFile(
    script,
    [
      `load-module module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      nullSink('mic'),
      nullSink('spk'),
      'set-default-sink spk',
      'set-default-source mic.monitor',
      '',
    ].join('\n'),
  );
  // Without anybody connected (this process was killed) it ends by itself.
  const server = spawn(
    program('pulseaudio'),
    ['-n', '-F', script, '--daemonize=no', '--exit-idle-time=10', '--use-pid-file=no', '--log-target=stderr'],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr.on('data', (bytes: Buffer) => (said = `${said}${bytes.toString()}`.slice(-4_000)));
  const children: ChildProcess[] = [server];
  const pactl = (...args: readonly string[]): Promise<string> => run('env', ['-i', ...pairs(env), 'pactl', ...args]);
  const end = async (): Promise<void> => {
    // The server last: the others would only complain.
    for (const child of children.reverse()) await endOf(child);
    await folder[Symbol.asyncDispose]();
  };
  try {
    await answers(server, pactl, () => said);
    // Without a listener in a hurry a null sink works in steps of two seconds.
    for (const source of ['mic.monitor', 'spk.monitor']) children.push(await listener(source, env));
  } catch (error) {
    await end();
    throw error;
  }
  return { env, pactl, kill: () => endOf(server), [Symbol.asyncDispose]: end };
}

async function answers(
  server: ChildProcess,
  pactl: (word: string) => Promise<string>,
  said: () => string,
): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`pulseaudio ended:\n${said()}`);
    if (await pactl('info').then(Boolean, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function listener(source: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(program('parec'), ['-d', source, '--latency-msec=5'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  child.stdout.resume();
  return child;
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function pairs(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

function program(name: string): string {
  return findCommand(name, process.env) ?? name;
}
