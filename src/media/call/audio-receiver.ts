// One speaker's packets become an even stream of frames: the next block is there whenever the output asks for it.

import type { RedundantAudio, RedundantFrame } from '../../wire/media/red.ts';
import { levelOf } from '../level-meter.ts';
import { BLOCK_SAMPLES, FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS } from '../audio-format.ts';
import { Concealment } from './concealment.ts';
import { DelayEstimator, TARGET_DELAY_MS } from './delay-estimator.ts';
import { DriftCorrector } from './drift-corrector.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import type { BufferedFrame } from './jitter-buffer.ts';
import type { AudioPacket } from './payload-types.ts';
import { OPUS_PAYLOAD_TYPE, REDUNDANT_PAYLOAD_TYPE } from './payload-types.ts';
import { PlayoutControl, SPARE_SAMPLES } from './playout-control.ts';
import { REDUNDANT_AUDIO } from './redundancy.ts';
import type { RedundancyFormat } from './redundancy.ts';
import { StreamTimeline } from './stream-timeline.ts';
import type { PlaceInStream } from './stream-timeline.ts';

const MOST_PAYLOAD_BYTES = 1_500;
/** On the scale of meters: nobody misses a frame this quiet. */
const QUIET_LEVEL = 0.25;
/** Somebody pulls every 5 ms: when nothing at all happened for so long, this process stood still. */
const STOOD_STILL_MS = 2.5 * FRAME_MS;
/** Then it reads what came meanwhile. */
const CATCHING_UP_MS = 0.5 * FRAME_MS;

export interface AudioReceiverOptions {
  readonly decoder: FrameDecoder;
  /** @default RFC 2198 */
  readonly redundancy?: Pick<RedundancyFormat, 'decode'>;
}

export interface AudioReceiverStatistics {
  readonly packetsReceived: number;
  /** Frames that were lost and came out whole: from copies in later packets, or from error correction in the next. */
  readonly packetsRecovered: number;
  /** Frames that were lost for good, or came too late, and were made up. */
  readonly packetsConcealed: number;
  readonly packetsLate: number;
  readonly packetsDuplicated: number;
  /** Packets that were none of ours, or whose time could not be. */
  readonly packetsMalformed: number;
  /** Left out because too much was waiting. */
  readonly framesDropped: number;
  /** Put in because nothing was waiting, though nothing was lost. */
  readonly framesInserted: number;
  /** What a frame waits here at the moment, and what it should. */
  readonly delayMs: number;
  readonly targetDelayMs: number;
  /** How much quicker than recorded it is played. */
  readonly rateOffsetPpm: number;
}

export class AudioReceiver {
  readonly #decoder: FrameDecoder;
  readonly #redundancy: Pick<RedundancyFormat, 'decode'>;
  readonly #timeline = new StreamTimeline();
  readonly #buffer = new JitterBuffer();
  readonly #delay = new DelayEstimator();
  readonly #control = new PlayoutControl();
  readonly #corrector = new DriftCorrector();
  readonly #concealment: Concealment;
  readonly #counts = {
    received: 0,
    recovered: 0,
    concealed: 0,
    late: 0,
    duplicated: 0,
    malformed: 0,
    dropped: 0,
    inserted: 0,
  };

  #isPlaying = false;
  /** Handed out since nothing was waiting. */
  #heldSamples = 0;
  #nextPosition = -Infinity;
  /** Of the packet whose frame was played, or given up, last. */
  #lastSequence: number | undefined;
  #waitMs = 0;
  /** What was left of the last frame when the next was fetched. */
  #spareSamples = 0;
  #awakeMs: number | undefined;
  /** When this process stood still last. */
  #still = { fromMs: -Infinity, toMs: -Infinity };

  constructor({ decoder, redundancy = REDUNDANT_AUDIO }: AudioReceiverOptions) {
    this.#decoder = decoder;
    this.#redundancy = redundancy;
    this.#concealment = new Concealment(decoder);
    this.#concealment.beginSilent();
  }

  /** Never throws, whatever it is. The payload's bytes may be used for something else afterwards. */
  receive(packet: AudioPacket, arrivalMs: number): void {
    this.#counts.received++;
    this.#wake(arrivalMs);
    const audio = this.#unpack(packet);
    const place = audio === undefined ? undefined : this.#timeline.locate(packet, arrivalMs);
    if (audio === undefined || place === undefined) {
      this.#counts.malformed++;
      return;
    }
    if (place.isNew) this.#beginStream();
    this.#accept(place, 0, { timestampOffset: 0, payload: audio.payload }, packet.marker, arrivalMs);
    // What was sent before we came, nobody lost.
    if (place.isNew) return;
    for (const [index, frame] of audio.older.entries())
      this.#accept(place, audio.older.length - index, frame, false, arrivalMs);
  }

  /** What to hear next, at any time, for as long as one likes. */
  nextBlock(nowMs: number): Float32Array {
    this.#wake(nowMs);
    while (this.#corrector.isHungry) {
      const fetched = this.#fetch(nowMs);
      this.#spareSamples = this.#corrector.waitingSamples;
      this.#corrector.push(fetched);
    }
    const block = this.#corrector.read();
    if (this.#isPlaying) this.#corrector.wantedRate = this.#control.rate(this.#delay.targetMs, this.#spareSamples);
    return block;
  }

  /** Never more than 100. */
  get waitingFrames(): number {
    return this.#buffer.size;
  }

  get statistics(): AudioReceiverStatistics {
    const counts = this.#counts;
    return {
      packetsReceived: counts.received,
      packetsRecovered: counts.recovered,
      packetsConcealed: counts.concealed,
      packetsLate: counts.late,
      packetsDuplicated: counts.duplicated,
      packetsMalformed: counts.malformed + this.#decoder.malformedPayloads,
      framesDropped: counts.dropped,
      framesInserted: counts.inserted,
      delayMs: this.#waitMs + this.#spareSamples / SAMPLES_PER_MS,
      targetDelayMs: this.#delay.targetMs + SPARE_SAMPLES / SAMPLES_PER_MS,
      rateOffsetPpm: (this.#corrector.rate - 1) * 1e6,
    };
  }

  #unpack({ payloadType, payload }: AudioPacket): RedundantAudio | undefined {
    if (payload.length === 0 || payload.length > MOST_PAYLOAD_BYTES) return undefined;
    if (payloadType === OPUS_PAYLOAD_TYPE) return { payloadType, payload, older: [] };
    if (payloadType !== REDUNDANT_PAYLOAD_TYPE) return undefined;
    try {
      const audio = this.#redundancy.decode(payload);
      return [audio, ...audio.older].every((each) => each.payloadType === OPUS_PAYLOAD_TYPE) ? audio : undefined;
    } catch {
      return undefined;
    }
  }

  #beginStream(): void {
    this.#buffer.clear();
    this.#delay.reset();
    this.#control.reset();
    this.#isPlaying = false;
    this.#nextPosition = -Infinity;
    this.#lastSequence = undefined;
  }

  /** The packet's own frame, or a copy of one that was its own some packets ago. */
  #accept(
    { samples, sequence }: PlaceInStream,
    packetsAgo: number,
    { timestampOffset, payload }: Pick<RedundantFrame, 'timestampOffset' | 'payload'>,
    marker: boolean,
    arrivalMs: number,
  ): void {
    if (payload.length === 0) return;
    const position = Math.round((samples - timestampOffset) / FRAME_SAMPLES);
    const isCopy = packetsAgo > 0;
    this.#store({ position, payload, sequence: sequence - packetsAgo, marker, isCopy, arrivalMs });
  }

  #store(frame: BufferedFrame): void {
    const fate = this.#buffer.fateOf(frame.position, this.#nextPosition);
    if (fate === 'waiting' || fate === 'played') {
      if (!frame.isCopy && !this.#buffer.confirm(frame)) this.#counts.duplicated++;
      return;
    }
    // A copy is as good as the frame was late: when many are needed, their time has to be waited for.
    this.#delay.push(frame.position * FRAME_MS, this.#likelyArrivalMs(frame));
    if (fate === 'given-up') {
      if (!frame.isCopy) this.#counts.late++;
      this.#buffer.settle(frame.position);
      return;
    }
    const dropped = this.#buffer.put(frame);
    if (dropped === 0) return;
    this.#counts.dropped += dropped;
    this.#isPlaying = false;
  }

  #wake(nowMs: number): void {
    if (this.#awakeMs !== undefined && nowMs - this.#awakeMs > STOOD_STILL_MS)
      this.#still = { fromMs: this.#awakeMs, toMs: nowMs };
    this.#awakeMs = nowMs;
  }

  /** What came while this process stood still may have been in time: no reason to wait longer for what follows. */
  #likelyArrivalMs({ position, arrivalMs }: BufferedFrame): number {
    const { fromMs, toMs } = this.#still;
    if (arrivalMs - toMs > CATCHING_UP_MS || !Number.isFinite(this.#delay.shortestTransitMs)) return arrivalMs;
    const inTimeMs = position * FRAME_MS + this.#delay.shortestTransitMs;
    return Math.min(arrivalMs, Math.max(fromMs, inTimeMs));
  }

  #fetch(nowMs: number): Float32Array {
    if (this.#isPlaying && this.#waitOf(this.#nextPosition, nowMs) > TARGET_DELAY_MS.most + 5 * FRAME_MS)
      this.#isPlaying = false;
    if (this.#isPlaying) {
      if (this.#buffer.get(this.#nextPosition) !== undefined) return this.#play(nowMs);
      const later = this.#buffer.earliest;
      if (later !== undefined) return this.#bridge(later);
      this.#isPlaying = false;
      this.#heldSamples = 0;
    }
    if (this.#begin(nowMs)) return this.#play(nowMs);
    const filled = this.#concealment.fill();
    // Whoever begins to speak need not wait for the end of a frame.
    const held = this.#concealment.isSilent ? filled.subarray(0, BLOCK_SAMPLES) : filled;
    this.#heldSamples += held.length;
    return held;
  }

  /** How long the quickest frame of this age would have waited by now. */
  #waitOf(position: number, nowMs: number): number {
    return nowMs - position * FRAME_MS - this.#delay.shortestTransitMs;
  }

  /** Whatever happened: nobody wants to hear what is older. */
  #dropTooOld(nowMs: number): void {
    let first = this.#buffer.earliest;
    while (first !== undefined && this.#buffer.size > 1 && this.#waitOf(first.position, nowMs) > TARGET_DELAY_MS.most) {
      this.#counts.dropped++;
      this.#buffer.dropBefore(first.position + 1);
      first = this.#buffer.earliest;
    }
  }

  /** After a silence, or a hole: the next frame starts when its time has come. */
  #begin(nowMs: number): boolean {
    this.#dropTooOld(nowMs);
    const first = this.#buffer.earliest;
    if (first === undefined || this.#waitOf(first.position, nowMs) < this.#delay.targetMs) return false;
    if (this.#lastSequence !== undefined) {
      const missing = Math.max(
        0,
        Math.min(first.position - this.#nextPosition, first.sequence - this.#lastSequence - 1),
      );
      this.#counts.concealed += missing;
      if (first.position === this.#nextPosition) this.#counts.inserted += Math.round(this.#heldSamples / FRAME_SAMPLES);
    }
    this.#isPlaying = true;
    this.#nextPosition = first.position;
    this.#control.reset();
    // What is left of the silence before would only be delay.
    if (this.#concealment.isSilent) this.#corrector.restart(SPARE_SAMPLES);
    return true;
  }

  #play(nowMs: number): Float32Array {
    const frame = this.#decodeNext(nowMs);
    const excess = this.#control.excess(this.#delay.targetMs);
    if (excess === 'none' || this.#buffer.get(this.#nextPosition) === undefined) return frame;
    const isQuiet = levelOf(frame) <= QUIET_LEVEL;
    if (excess === 'some' && !isQuiet) return frame;
    // Of a silence all that is too much may go, of a word only one frame.
    if (isQuiet) this.#control.shorten();
    else this.#control.reset();
    this.#counts.dropped++;
    return blend(frame, this.#decodeNext(nowMs));
  }

  #decodeNext(nowMs: number): Float32Array {
    const frame = this.#buffer.take(this.#nextPosition);
    if (frame === undefined) return this.#concealment.fill();
    this.#waitMs = this.#waitOf(frame.position, nowMs);
    this.#control.push(this.#waitMs);
    if (frame.isCopy) this.#counts.recovered++;
    this.#nextPosition++;
    this.#lastSequence = frame.sequence;
    return this.#concealment.joined(this.#decoder.decode(frame.payload));
  }

  /** The next frame is not there, a later one is. */
  #bridge(later: BufferedFrame): Float32Array {
    const isNext = later.position === this.#nextPosition + 1;
    this.#nextPosition++;
    // No packet is missing: the other side was silent.
    if (this.#lastSequence === undefined || later.sequence <= this.#lastSequence + 1) return this.#concealment.fill();
    this.#lastSequence++;
    const recovered = isNext ? this.#decoder.recover(later.payload) : undefined;
    if (recovered === undefined) {
      this.#counts.concealed++;
      return this.#concealment.fill();
    }
    this.#counts.recovered++;
    return this.#concealment.joined(recovered);
  }
}

/** From one frame into another: one of them is left out without a step. */
function blend(from: Float32Array, to: Float32Array): Float32Array {
  return from.map((sample, index) => sample + (((to[index] ?? 0) - sample) * index) / FRAME_SAMPLES);
}
