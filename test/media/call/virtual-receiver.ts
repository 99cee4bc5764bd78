// A receiver whose frames say what they are: the decoder reads numbers instead of Opus.

import { AudioReceiver } from '../../../src/media/call/audio-receiver.ts';
import type { FrameDecoder } from '../../../src/media/call/frame-decoder.ts';
import { OPUS_PAYLOAD_TYPE } from '../../../src/media/call/payload-types.ts';
import type { AudioPacket } from '../../../src/media/call/payload-types.ts';
import { BLOCK_MS, BLOCK_SAMPLES, FRAME_SAMPLES } from '../../../src/media/audio-format.ts';

/** Sample by sample a function of the sender's time; concealment goes on with it. */
export class WaveDecoder implements FrameDecoder {
  readonly malformedPayloads = 0;
  readonly decoded: number[] = [];
  readonly #wave: (sample: number) => number;
  #next = 0;

  constructor(wave: (sample: number) => number) {
    this.#wave = wave;
  }

  decode(payload: Uint8Array): Float32Array {
    const index = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    this.decoded.push(index);
    this.#next = index + 1;
    return this.#frame(index);
  }

  recover(): Float32Array | undefined {
    return undefined;
  }

  conceal(): Float32Array {
    return this.#frame(this.#next++);
  }

  #frame(index: number): Float32Array {
    // Not by `from`: its iterator takes most of the time of half an hour of sound.
    const frame = new Float32Array(FRAME_SAMPLES);
    for (let at = 0; at < FRAME_SAMPLES; at++) frame[at] = this.#wave(index * FRAME_SAMPLES + at);
    return frame;
  }
}

export function numberedPacket(index: number, changes: Partial<AudioPacket> = {}): AudioPacket {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, index);
  return {
    payloadType: OPUS_PAYLOAD_TYPE,
    sequence: index & 0xffff,
    timestamp: (index * FRAME_SAMPLES) >>> 0,
    marker: false,
    payload,
    ...changes,
  };
}

export interface VirtualReceiver {
  readonly receiver: AudioReceiver;
  readonly decoder: WaveDecoder;
}

export function virtualReceiver(wave: (sample: number) => number = () => 0.5): VirtualReceiver {
  const decoder = new WaveDecoder(wave);
  return { decoder, receiver: new AudioReceiver({ decoder }) };
}

/** What a loudspeaker plays in 10 ms from then on; nothing comes meanwhile. */
export function pullFrame(receiver: AudioReceiver, nowMs: number): Float32Array {
  const frame = new Float32Array(FRAME_SAMPLES);
  frame.set(receiver.nextBlock(nowMs));
  frame.set(receiver.nextBlock(nowMs + BLOCK_MS), BLOCK_SAMPLES);
  return frame;
}
