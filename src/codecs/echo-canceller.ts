// Takes out of the microphone what the loudspeaker played: the third echo canceller of WebRTC.

import process from 'node:process';
import type WebRtcAec3 from '@ennuicastr/webrtcaec3.js';
import type { EchoCanceller } from '../contracts/codecs.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../media/audio-format.ts';

export async function openEchoCanceller(): Promise<EchoCanceller> {
  const { default: load } = await import('@ennuicastr/webrtcaec3.js');
  // A memory of its own for each (16 MB): it goes when the canceller goes.
  const { AEC3 } = await withoutNewListeners(load);
  return new Aec3(new AEC3(SAMPLE_RATE_HZ, 1, 1));
}

const GREEDY_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Its loader listens to all errors of the process, only to throw them again: none of its business. */
function withoutNewListeners<Result>(load: () => Result): Result {
  const before = GREEDY_EVENTS.map((event) => new Set(process.rawListeners(event)));
  try {
    return load();
  } finally {
    for (const [index, event] of GREEDY_EVENTS.entries())
      for (const listener of process.rawListeners(event))
        if (before[index]?.has(listener) === false) process.removeListener(event, listener as () => void);
  }
}

class Aec3 implements EchoCanceller {
  #canceller: WebRtcAec3.AEC3 | undefined;

  constructor(canceller: WebRtcAec3.AEC3) {
    this.#canceller = canceller;
  }

  process(near: Float32Array, far: Float32Array): Float32Array {
    if (this.#canceller === undefined) return near;
    this.#canceller.analyze([far]);
    const heard = new Float32Array(FRAME_SAMPLES);
    this.#canceller.process([heard], [near]);
    return heard;
  }

  close(): void {
    this.#canceller?.free();
    this.#canceller = undefined;
  }
}
