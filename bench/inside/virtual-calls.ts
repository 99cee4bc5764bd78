// Calls without a network and without waiting: real Opus at both ends, a clock that is only counted.

import { localAudioCodecs } from '../../src/codecs/local-audio-codecs.ts';
import type { AudioDecoder } from '../../src/contracts/codecs.ts';
import {
  BLOCK_MS,
  BLOCK_SAMPLES,
  FRAME_MS,
  FRAME_SAMPLES,
  SAMPLE_RATE_HZ,
  SAMPLES_PER_MS,
} from '../../src/media/audio-format.ts';
import { AudioPacketizer } from '../../src/media/call/audio-packetizer.ts';
import { AudioReceiver } from '../../src/media/call/audio-receiver.ts';
import { OPUS_PAYLOAD_TYPE } from '../../src/media/call/payload-types.ts';
import { RateControl } from '../../src/media/call/rate-control.ts';
import { ReceptionStatistics } from '../../src/media/call/reception-statistics.ts';
import { SYMBOL_SAMPLES, symbolAt, symbolFrame, symbolIn } from '../../src/media/call/symbols.ts';
import { sampleVoice, seededFraction } from './sample-voice.ts';

const TRANSIT_MS = 1;
const PULL_PHASE_MS = 3.3;
const FRAMES_PER_REPORT = 100;
/** Until the first reports have been answered with copies. */
const SETTLING_FRAMES = 300;

export interface LossResult {
  readonly symbols: number;
  readonly symbolsRight: number;
  readonly lost: number;
  readonly singlesLost: number;
  /** Heard as they were said. */
  readonly singlesRebuilt: number;
  readonly recovered: number;
  readonly concealed: number;
}

export async function callWithLosses(share: number, seconds: number, seed: number): Promise<LossResult> {
  const chance = seededFraction(seed);
  const codecs = localAudioCodecs();
  const [encoder, real] = [await codecs.encoder(), await codecs.decoder()];
  const heardFrames = new Set<number>();
  const indexOf = new Map<string, number>();
  const receiver = new AudioReceiver({
    decoder: watched(real, (payload) => {
      const index = indexOf.get(key(payload));
      if (index !== undefined) heardFrames.add(index);
    }),
  });
  const [packetizer, rates, reception] = [new AudioPacketizer(), new RateControl(), new ReceptionStatistics()];
  const frames = SETTLING_FRAMES + seconds * 100;
  const isLost: boolean[] = [];
  const heard = new Float32Array((frames + 50) * FRAME_SAMPLES);
  for (let index = 0; index < frames + 50; index++) {
    const nowMs = (index + 1) * FRAME_MS;
    if (index < frames) {
      const payload = encoder.encode(symbolFrame(index));
      indexOf.set(key(payload), index);
      const packet = packetizer.packet(payload, index * FRAME_SAMPLES, rates.rate.copies);
      isLost[index] = chance() < share;
      if (packet !== undefined && isLost[index] !== true) {
        const numbered = { ...packet, sequence: index & 0xffff };
        reception.receive(numbered, nowMs + TRANSIT_MS);
        receiver.receive(numbered, nowMs + TRANSIT_MS);
      }
      if (index % FRAMES_PER_REPORT === FRAMES_PER_REPORT - 1) {
        rates.report({ fractionLost: (reception.report()?.fractionLost ?? 0) / 256, roundTripMs: 2 * TRANSIT_MS });
        encoder.configure(rates.rate);
      }
    }
    for (const [half, laterMs] of [0, BLOCK_MS].entries())
      heard.set(receiver.nextBlock(nowMs + PULL_PHASE_MS + laterMs), index * FRAME_SAMPLES + half * BLOCK_SAMPLES);
  }
  for (const codec of [encoder, real]) codec.close();
  const lost = [...isLost.keys()].filter((index) => index >= SETTLING_FRAMES && isLost[index] === true);
  const singles = lost.filter((index) => isLost[index - 1] !== true && isLost[index + 1] !== true);
  const { packetsRecovered: recovered, packetsConcealed: concealed } = receiver.statistics;
  return {
    ...symbolsIn(heard, SETTLING_FRAMES / 4, Math.floor(frames / 4)),
    lost: lost.length,
    singlesLost: singles.length,
    singlesRebuilt: singles.filter((index) => heardFrames.has(index)).length,
    recovered,
    concealed,
  };
}

function key(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1');
}

function watched(decoder: AudioDecoder, decoded: (payload: Uint8Array) => void): AudioDecoder {
  return {
    decode: (payload) => {
      decoded(payload);
      return decoder.decode(payload);
    },
    recover: (next) => decoder.recover(next),
    conceal: () => decoder.conceal(),
    close: () => decoder.close(),
    get malformedPayloads() {
      return decoder.malformedPayloads;
    },
  };
}

const EDGE = 4 * SAMPLES_PER_MS;
const STEP = 2 * SAMPLES_PER_MS;

/** The delay is followed from symbol to symbol: it may change while a call goes on. */
function symbolsIn(heard: Float32Array, from: number, to: number): { symbols: number; symbolsRight: number } {
  const reads = (index: number, delay: number): boolean => {
    const start = index * SYMBOL_SAMPLES + delay;
    return symbolIn(heard.subarray(start + EDGE, start + SYMBOL_SAMPLES - EDGE)) === symbolAt(index);
  };
  const delays = Array.from({ length: 60 }, (_, step) => step * STEP);
  const readBy = delays.map((delay) => [...Array(25).keys()].filter((index) => reads(from + index, delay)).length);
  const most = Math.max(...readBy);
  const best = delays.filter((_, step) => readBy[step] === most);
  let delay = best[best.length >> 1] ?? 0;
  let symbolsRight = 0;
  for (let index = from; index < to; index++) {
    const found = [0, 1, -1, 2, -2, 4, -4, 6, -6].map((step) => delay + step * STEP).find((at) => reads(index, at));
    if (found === undefined) continue;
    symbolsRight++;
    delay = found;
  }
  return { symbols: to - from, symbolsRight };
}

export interface DriftResult {
  /** What waited beyond the target, the least and the most. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** Between two samples, in parts of the steepest of the tone itself. */
  readonly largestStep: number;
  readonly concealed: number;
  readonly droppedOrInserted: number;
}

const SINE_HZ = 300;
const AMPLITUDE = 0.5;
const SETTLING_PULLS = 1_000;

/** A tone whose sender's clock is quicker by so much. Without Opus, whose own errors would hide a step. */
export function callOfUnequalClocks(ppm: number, minutes: number): DriftResult {
  const frame = new Float32Array(FRAME_SAMPLES);
  // Whole turns: all frames are alike.
  for (let at = 0; at < FRAME_SAMPLES; at++)
    frame[at] = AMPLITUDE * Math.sin((2 * Math.PI * SINE_HZ * at) / SAMPLE_RATE_HZ);
  const decoder = { decode: () => frame.slice(), conceal: () => frame.slice(), recover: () => undefined };
  const receiver = new AudioReceiver({ decoder: { ...decoder, malformedPayloads: 0 } });
  const chance = seededFraction(7);
  const frameMs = FRAME_MS / (1 + ppm / 1e6);
  const payload = new Uint8Array(4);
  let [sent, last, largest, leastMs, mostMs] = [0, 0, 0, Infinity, -Infinity];
  for (let pull = 0; pull < minutes * 12_000; pull++) {
    const nowMs = pull * BLOCK_MS + 4;
    for (; sent * frameMs + 2 <= nowMs; sent++) {
      const numbers = { sequence: sent & 0xffff, timestamp: (sent * FRAME_SAMPLES) >>> 0, marker: false };
      receiver.receive({ ...numbers, payloadType: OPUS_PAYLOAD_TYPE, payload }, sent * frameMs + 1 + chance());
    }
    const heard = receiver.nextBlock(nowMs);
    for (let at = 0; at < BLOCK_SAMPLES; at++) {
      const sample = heard[at] ?? 0;
      largest = Math.max(largest, Math.abs(sample - last));
      last = sample;
    }
    if (pull < SETTLING_PULLS) continue;
    const { delayMs, targetDelayMs } = receiver.statistics;
    leastMs = Math.min(leastMs, delayMs - targetDelayMs);
    mostMs = Math.max(mostMs, delayMs - targetDelayMs);
  }
  const { packetsConcealed: concealed, framesDropped, framesInserted } = receiver.statistics;
  const steepest = (AMPLITUDE * 2 * Math.PI * SINE_HZ) / SAMPLE_RATE_HZ;
  return {
    leastMs,
    mostMs,
    largestStep: largest / steepest,
    concealed,
    droppedOrInserted: framesDropped + framesInserted,
  };
}

/** A loudspeaker heard by the microphone 30 ms later, in a room; decibels that are taken off it after two seconds. */
export async function echoTakenOff(seconds: number): Promise<number> {
  const canceller = await localAudioCodecs().echoCanceller();
  const voice = sampleVoice();
  const chance = seededFraction(3);
  const played = new Float32Array((seconds + 2) * SAMPLE_RATE_HZ);
  const PATHS = [
    [1_440, 0.5],
    [1_540, 0.2],
    [2_217, 0.1],
  ] as const;
  let [echo, left] = [0, 0];
  for (let start = 0; start < played.length; start += FRAME_SAMPLES) {
    const far = voice();
    played.set(far, start);
    const near = new Float32Array(FRAME_SAMPLES);
    for (let at = 0; at < FRAME_SAMPLES; at++) {
      near[at] = 0.0002 * (2 * chance() - 1);
      for (const [delay, gain] of PATHS) near[at] = (near[at] ?? 0) + gain * (played[start + at - delay] ?? 0);
    }
    const before = power(near);
    const after = power(canceller.process(near, far));
    if (start < 2 * SAMPLE_RATE_HZ) continue;
    echo += before;
    left += after;
  }
  canceller.close();
  return 10 * Math.log10(echo / left);
}

function power(frame: Float32Array): number {
  return frame.reduce((sum, sample) => sum + sample * sample, 0);
}
