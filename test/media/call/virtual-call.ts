// A call of tone pairs between two virtual machines: encoder, packetizer, a network with its faults, receiver.

import { localAudioCodecs } from '../../../src/codecs/local-audio-codecs.ts';
import { AudioPacketizer } from '../../../src/media/call/audio-packetizer.ts';
import { AudioReceiver } from '../../../src/media/call/audio-receiver.ts';
import type { AudioReceiverStatistics } from '../../../src/media/call/audio-receiver.ts';
import type { AudioPacket } from '../../../src/media/call/payload-types.ts';
import { SYMBOL_SAMPLES, symbolAt, symbolFrame, symbolIn } from '../../../src/media/call/symbols.ts';
import { BLOCK_MS, BLOCK_SAMPLES, FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../src/media/audio-format.ts';
import { seededRandom } from '../../support/seeded-random.ts';

export interface NetworkFaults {
  readonly lossShare: number;
  readonly copies: number;
  readonly jitterMs: number;
  readonly frames?: number;
  readonly seed?: number;
}

export interface CallResult {
  readonly symbols: number;
  readonly symbolsRight: number;
  readonly packetsLost: number;
  /** Lost while both neighbours arrived. */
  readonly singlesLost: number;
  readonly statistics: AudioReceiverStatistics;
}

/** Packets take 1 ms and up to `jitterMs` more; pulls come somewhere between arrivals. */
const PULL_PHASE_MS = 3.3;
const FIRST_SEQUENCE = 65_000;
const FIRST_TIMESTAMP = 0xffff_0000;

export async function callThrough({
  lossShare,
  copies,
  jitterMs,
  frames = 2_000,
  seed = 1,
}: NetworkFaults): Promise<CallResult> {
  const random = seededRandom(seed);
  const codecs = localAudioCodecs();
  const [encoder, decoder] = [await codecs.encoder(), await codecs.decoder()];
  encoder.configure({ expectedLoss: lossShare });
  const packetizer = new AudioPacketizer();
  const receiver = new AudioReceiver({ decoder });
  const isLost = Array.from({ length: frames }, () => random.fraction() < lossShare);
  const heard = new Float32Array((frames + 50) * FRAME_SAMPLES);
  let underway: { readonly atMs: number; readonly packet: AudioPacket }[] = [];
  for (let index = 0; index < frames + 50; index++) {
    const nowMs = (index + 1) * FRAME_MS;
    if (index < frames) {
      const timestamp = (FIRST_TIMESTAMP + index * FRAME_SAMPLES) >>> 0;
      const packet = packetizer.packet(encoder.encode(symbolFrame(index)), timestamp, copies);
      if (packet !== undefined && isLost[index] === false)
        underway.push({
          atMs: nowMs + 1 + jitterMs * random.fraction(),
          packet: { ...packet, sequence: (FIRST_SEQUENCE + index) & 0xffff },
        });
    }
    underway.sort((left, right) => left.atMs - right.atMs);
    for (const [half, laterMs] of [0, BLOCK_MS].entries()) {
      const pullMs = nowMs + PULL_PHASE_MS + laterMs;
      for (const { packet, atMs } of underway) if (atMs <= pullMs) receiver.receive(packet, atMs);
      underway = underway.filter(({ atMs }) => atMs > pullMs);
      heard.set(receiver.nextBlock(pullMs), index * FRAME_SAMPLES + half * BLOCK_SAMPLES);
    }
  }
  encoder.close();
  decoder.close();
  return {
    ...countSymbols(heard, Math.floor((frames * FRAME_SAMPLES) / SYMBOL_SAMPLES)),
    packetsLost: isLost.filter(Boolean).length,
    singlesLost: isLost.filter((lost, index) => lost && isLost[index - 1] !== true && isLost[index + 1] !== true)
      .length,
    statistics: receiver.statistics,
  };
}

const EDGE_SAMPLES = 4 * SAMPLES_PER_MS;
const MOST_DELAY_SAMPLES = 150 * SAMPLES_PER_MS;
const STEP_SAMPLES = 2 * SAMPLES_PER_MS;

/** The delay is followed from symbol to symbol: it may change while a call goes on. */
function countSymbols(
  heard: Float32Array,
  symbols: number,
): { readonly symbols: number; readonly symbolsRight: number } {
  const reads = (index: number, delay: number): boolean => {
    const start = index * SYMBOL_SAMPLES + delay;
    const window = heard.subarray(start + EDGE_SAMPLES, start + SYMBOL_SAMPLES - EDGE_SAMPLES);
    return symbolIn(window) === symbolAt(index);
  };
  let symbolsRight = 0;
  let delay = firstDelay(reads);
  for (let index = 0; index < symbols; index++) {
    const found = [0, 1, -1, 2, -2, 4, -4, 6, -6]
      .map((step) => delay + step * STEP_SAMPLES)
      .find((at) => reads(index, at));
    if (found === undefined) continue;
    symbolsRight++;
    delay = found;
  }
  return { symbols, symbolsRight };
}

/** The middle of the delays at which the most of the first symbols can be read. */
function firstDelay(reads: (index: number, delay: number) => boolean): number {
  let most = 0;
  let best: number[] = [];
  for (let delay = 0; delay < MOST_DELAY_SAMPLES; delay += STEP_SAMPLES) {
    const right = Array.from({ length: 25 }, (_, index) => reads(index, delay)).filter(Boolean).length;
    if (right > most) [most, best] = [right, []];
    if (right === most) best.push(delay);
  }
  return best[best.length >> 1] ?? 0;
}
