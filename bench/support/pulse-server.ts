// A PulseAudio of the bench's own, with two loudspeakers that are none, `mic` and `spk`: tones are played into one, and
// whoever listens to the other one's monitor hears what comes of it.

import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nowMicros } from './stamp.ts';
import type { Workshop } from './workshop.ts';

const RATE_HZ = 48_000;
const SAMPLE_BYTES = 4;
const FORMAT = ['--raw', '--format=float32le', `--rate=${RATE_HZ}`, '--channels=1'] as const;
const TONE_HZ = 1_000;
const AMPLITUDE = 0.3;
const HEARD = AMPLITUDE / 2;
const TONE_SAMPLES = RATE_HZ * 0.12;
const SILENCE_SAMPLES = RATE_HZ * 0.06;
const START_DEADLINE_MS = 10_000;

export interface Recording {
  /** When tones began, in microseconds of the clock that all processes share. */
  begun(): number[];
}

export class PulseServer {
  readonly env: Readonly<Record<string, string>>;
  readonly #workshop: Workshop;
  readonly #children: ChildProcess[] = [];

  private constructor(workshop: Workshop, env: Readonly<Record<string, string>>) {
    this.#workshop = workshop;
    this.env = env;
  }

  /** A sentence. */
  static async missing(workshop: Workshop): Promise<string | undefined> {
    for (const command of ['pulseaudio', 'pactl', 'parec', 'pacat'])
      if ((await codeOf(workshop.spawn([command, '--version'], { stdio: 'ignore' }))) !== 0)
        return `there is no program ${command} here (Debian: apt install pulseaudio pulseaudio-utils).`;
    return undefined;
  }

  static async start(workshop: Workshop): Promise<PulseServer> {
    const folder = await workshop.folder();
    const socket = path.join(folder, 'native');
    const env = {
      PATH: workshop.env['PATH'] ?? '',
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      XDG_CONFIG_HOME: path.join(folder, 'config'),
      PULSE_RUNTIME_PATH: path.join(folder, 'pulse'),
      PULSE_STATE_PATH: path.join(folder, 'state'),
      PULSE_SERVER: `unix:${socket}`,
    };
    await mkdir(env.PULSE_RUNTIME_PATH, { mode: 0o700 });
    const script = path.join(folder, 'bench.pa');
    const sinks = ['mic', 'spk'].map(
      (name) => `load-module module-null-sink sink_name=${name} rate=${RATE_HZ} channels=1 format=float32le`,
    );
    const protocol = `load-module module-native-protocol-unix socket=${socket} auth-anonymous=1`;
    await writeFile(script, [protocol, ...sinks, ''].join('\n'));
    const server = new PulseServer(workshop, env);
    const options = ['-n', '-F', script, '--daemonize=no', '--exit-idle-time=10', '--use-pid-file=no'];
    server.#spawn(['pulseaudio', ...options, '--log-target=stderr', '--log-level=error'], 'ignore');
    for (let waitedMs = 0; ; waitedMs += 50) {
      const asked = workshop.spawn(['pactl', 'info'], { env, stdio: 'ignore' });
      if ((await codeOf(asked)) === 0) break;
      if (waitedMs > START_DEADLINE_MS) throw new Error('PulseAudio does not answer.');
      await workshop.sleep(50);
    }
    // Without a listener in a hurry a null sink works in steps of two seconds.
    for (const sink of ['mic', 'spk']) server.record(`${sink}.monitor`);
    return server;
  }

  /** Tones with silence between, each beginning elsewhere, until the result is called. */
  playTones(sink: string): () => Promise<void> {
    const player = this.#spawn(['pacat', ...FORMAT, '--latency-msec=20', `--device=${sink}`], 'pipe');
    const timer = setInterval(() => {
      if ((player.stdin?.writableLength ?? 0) > RATE_HZ) return;
      const silence = SILENCE_SAMPLES * 3 + Math.floor(Math.random() * 960);
      const samples = new Float32Array(silence + TONE_SAMPLES);
      for (let at = silence; at < samples.length; at++)
        samples[at] = AMPLITUDE * Math.cos((2 * Math.PI * TONE_HZ * (at - silence)) / RATE_HZ);
      player.stdin?.write(Buffer.from(samples.buffer));
    }, 20);
    player.stdin?.on('error', () => undefined);
    return async () => {
      clearInterval(timer);
      await this.#workshop.end(player);
    };
  }

  record(source: string): Recording {
    const recorder = this.#spawn(['parec', ...FORMAT, '--latency-msec=5', `--device=${source}`], 'pipe');
    const onsets: number[] = [];
    let [samples, lastLoud, startMicros] = [0, 0, Infinity];
    let rest = Buffer.alloc(0);
    recorder.stdout?.on('data', (chunk: Buffer) => {
      const bytes = Buffer.concat([rest, chunk]);
      const count = Math.floor(bytes.length / SAMPLE_BYTES);
      for (let at = 0; at < count; at++) {
        if (Math.abs(bytes.readFloatLE(at * SAMPLE_BYTES)) < HEARD) continue;
        if (samples + at - lastLoud > SILENCE_SAMPLES) onsets.push(samples + at);
        lastLoud = samples + at;
      }
      rest = bytes.subarray(count * SAMPLE_BYTES);
      samples += count;
      // As early as any of it came: what came later was held up.
      startMicros = Math.min(startMicros, nowMicros() - (samples * 1e6) / RATE_HZ);
    });
    return { begun: () => onsets.map((sample) => startMicros + (sample * 1e6) / RATE_HZ) };
  }

  async stop(): Promise<void> {
    // The server last: the others would only complain.
    for (const child of this.#children.reverse()) await this.#workshop.end(child);
  }

  #spawn(command: readonly [string, ...string[]], pipes: 'ignore' | 'pipe'): ChildProcess {
    const child = this.#workshop.spawn(command, { env: this.env, stdio: [pipes, pipes, 'ignore'] });
    this.#children.push(child);
    return child;
  }
}

function codeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
}
