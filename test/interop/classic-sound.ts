// Sound as the classic client sends and hears it: blocks of 1,600 samples, float32 little-endian at 16 kHz, ten a second.

import { medianToneHz } from '../../src/media/goertzel.ts';
import type { ClassicClient } from './classic-client.ts';

const RATE_HZ = 16_000;
const BLOCK_SAMPLES = 1_600;
const BLOCK_MS = 100;

export interface Speaking extends AsyncDisposable {
  stop(): void;
}

/** Streams a tone until it is stopped. */
export function speakAs(client: ClassicClient, target: string | { room: string }, hz: number): Speaking {
  const to = typeof target === 'string' ? { to: target } : target;
  const header = { type: 'audio_stream', from: client.name, ...to };
  let at = 0;
  const timer = setInterval(() => {
    const samples = Buffer.alloc(BLOCK_SAMPLES * 4);
    for (let index = 0; index < BLOCK_SAMPLES; index++, at++)
      samples.writeFloatLE(0.3 * Math.sin((2 * Math.PI * hz * at) / RATE_HZ), index * 4);
    client.stream(header, samples);
  }, BLOCK_MS);
  const stop = (): void => clearInterval(timer);
  return {
    stop,
    [Symbol.asyncDispose]: () => {
      stop();
      return Promise.resolve();
    },
  };
}

/** What this client hears in the next blocks; the first ones may hold the beginning of a tone. */
export async function samplesHeardAs(client: ClassicClient, blocks: number): Promise<Float32Array> {
  const samples = new Float32Array(blocks * BLOCK_SAMPLES);
  client.media.length = 0;
  for (let block = -3; block < blocks; block++) {
    const datagram = await client.nextMedia();
    const payload = datagram.subarray(datagram.indexOf('|') + 1);
    for (let index = 0; block >= 0 && index < BLOCK_SAMPLES; index++)
      samples[block * BLOCK_SAMPLES + index] = payload.readFloatLE(index * 4);
  }
  return samples;
}

/** The tone that this client hears, from somebody by name. */
export async function hearAs(client: ClassicClient, from: string, blocks: number): Promise<number | undefined> {
  const samples = await samplesHeardAs(client, blocks);
  const next = await client.nextMedia();
  const header = JSON.parse(next.subarray(0, next.indexOf('|')).toString()) as { from: string; to: string };
  if (header.from !== from || header.to !== client.name) throw new Error(`sound of ${header.from}`);
  // The tone finder knows one rate: what it finds at 48 kHz is three times that of 16 kHz.
  const tone = medianToneHz(samples, { leastHz: 600, mostHz: 6_000 });
  return tone === undefined ? undefined : tone / 3;
}
