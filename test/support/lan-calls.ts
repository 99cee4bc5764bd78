// Steps that calls on a LAN share: two who talk, what is heard of it, and its numbers.

import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { findCommand } from '../../src/devices/commands.ts';
import { amplitudeAt } from '../../src/media/goertzel.ts';
import { parseWav } from '../../src/media/wav-format.ts';
import { WavFrames } from '../../src/media/wav-frames.ts';
import type { HeadlessClient } from './headless-client.ts';
import type { CallNumbers } from './headless-types.ts';
import { eventually } from './meeting.ts';
import type { PrivatePulse } from './pulse.ts';

const FRAMES_A_SECOND = 100;

/** The end of what a node has recorded by `--audio-out file:PATH`. */
export async function lastHeard(path: string, seconds: number): Promise<Float32Array> {
  const wav = new WavFrames(parseWav(await readFile(path)));
  const count = Math.min(wav.frameCount, Math.round(seconds * FRAMES_A_SECOND));
  const frames = Array.from({ length: count }, (_, index) => wav.frame(wav.frameCount - count + index));
  return Float32Array.from(frames.flatMap((frame) => [...frame]));
}

/** How loud this tone was in the last second of a recording; 0 where there is none yet. */
export async function loudnessIn(path: string, hz: number, seconds = 0.5): Promise<number> {
  return lastHeard(path, seconds).then(
    (samples) => amplitudeAt(samples, hz),
    () => 0,
  );
}

/** Until this tone is in what was just recorded. */
export async function hearsTone(path: string, hz: number, timeoutMs = 10_000): Promise<void> {
  await eventually(timeoutMs, `${hz} Hz is heard in ${path}`, async () => (await loudnessIn(path, hz)) > 0.03);
}

/** Until this tone is gone from what was just recorded. */
export async function missesTone(path: string, hz: number, timeoutMs = 10_000): Promise<void> {
  await eventually(timeoutMs, `${hz} Hz is no longer in ${path}`, async () => (await loudnessIn(path, hz)) < 0.005);
}

/** The numbers of a call once they are as wished. */
export async function numbersWhen(
  client: HeadlessClient,
  callId: string,
  what: string,
  holds: (numbers: CallNumbers) => boolean,
  timeoutMs = 15_000,
): Promise<CallNumbers> {
  let numbers = await client.call('calls.stats', { callId });
  const look = async (): Promise<boolean> => {
    numbers = await client.call('calls.stats', { callId });
    return holds(numbers);
  };
  await eventually(timeoutMs, `${client.label}: ${what}`, look).catch((error: unknown) => {
    throw new Error(`${String(error)} ${JSON.stringify(numbers)}`);
  });
  return numbers;
}

/** Everybody sound comes from takes this way. */
export function goesBy(path: 'udp' | 'link'): (numbers: CallNumbers) => boolean {
  return ({ peers }) => peers.length > 0 && peers.every((peer) => peer.path === path);
}

/** One calls the other, who accepts or does so by itself; until both hear each other. */
export async function talkTogether(from: HeadlessClient, to: HeadlessClient, accepts = true): Promise<string> {
  const [ofFrom, ofTo] = [from.mark(), to.mark()];
  const { callId } = await from.call('calls.start', { mode: 'audio', to: to.peerId });
  if (accepts) {
    await to.waitFor('call.incoming', (one) => one.callId === callId, 5_000, ofTo);
    await to.call('calls.accept', { callId });
  }
  await Promise.all([
    from.waitFor('call.connected', (one) => one.callId === callId, 10_000, ofFrom),
    to.waitFor('call.connected', (one) => one.callId === callId, 10_000, ofTo),
  ]);
  return callId;
}

/** Speaks a tone into the microphone of this sound server until it is disposed of. */
export function speakInto(pulse: PrivatePulse, hz: number): AsyncDisposable {
  const second = Buffer.alloc(48_000 * 4);
  for (let index = 0; index < 48_000; index += 1)
    second.writeFloatLE(0.3 * Math.sin((2 * Math.PI * hz * index) / 48_000), index * 4);
  const raw = ['--format=float32le', '--rate=48000', '--channels=1', '--raw'];
  const child = spawn(findCommand('pacat', process.env) ?? 'pacat', ['-d', 'mic', '--latency-msec=50', ...raw], {
    env: pulse.env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const feed = (): void => {
    while (child.stdin.writable && child.stdin.write(second)) continue;
  };
  child.stdin.on('drain', feed).on('error', () => undefined);
  feed();
  return {
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What comes out of the loudspeaker of this sound server in the next seconds. */
export async function listenTo(pulse: PrivatePulse, seconds: number): Promise<Float32Array> {
  const raw = ['--format=float32le', '--rate=48000', '--channels=1', '--raw'];
  const child = spawn(
    findCommand('parec', process.env) ?? 'parec',
    ['-d', 'spk.monitor', '--latency-msec=20', ...raw],
    {
      env: pulse.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    byteCount += chunk.length;
    if (byteCount >= seconds * 48_000 * 4) break;
  }
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }
  const bytes = Buffer.concat(chunks);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readFloatLE(index * 4));
}
