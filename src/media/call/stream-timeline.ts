// Where a packet belongs in its stream: numbers that wrap become numbers that don't, and what can't be is not believed at once.

import { SAMPLES_PER_MS } from '../audio-format.ts';

/** A stream may be this far from where it should be by now: pauses of processes and networks. */
const MOST_SURPRISE_MS = 1_000;
/** So many packets in a row have to tell the same unlikely time before it is believed: a new stream. */
const PACKETS_FOR_NEW_STREAM = 4;
/** Between an old stream and a new one, so that none of their frames are taken for each other. */
const NEW_STREAM_GAP_SAMPLES = 60_000 * SAMPLES_PER_MS;

export interface PlaceInStream {
  /** Samples since the stream began; never wraps. */
  readonly samples: number;
  readonly sequence: number;
  /** The first packet of a stream: what was before has nothing to do with it. */
  readonly isNew: boolean;
}

interface Stamp {
  readonly timestamp: number;
  readonly sequence: number;
}

export class StreamTimeline {
  #latest:
    (Stamp & { readonly samples: number; readonly wholeSequence: number; readonly arrivalMs: number }) | undefined;
  #suspect: { readonly timestamp: number; readonly count: number } | undefined;

  /** Undefined: not believed (yet). */
  locate({ timestamp, sequence }: Stamp, arrivalMs: number): PlaceInStream | undefined {
    const latest = this.#latest;
    // Copies may be older than the first packet; nothing is below zero.
    if (latest === undefined) return this.#begin({ timestamp, sequence }, NEW_STREAM_GAP_SAMPLES, 65_536, arrivalMs);
    const ahead = (timestamp - latest.timestamp) | 0;
    if (!isLikely(ahead / SAMPLES_PER_MS, arrivalMs - latest.arrivalMs)) {
      if (!this.#isRepeated(timestamp)) return undefined;
      return this.#begin(
        { timestamp, sequence },
        latest.samples + NEW_STREAM_GAP_SAMPLES,
        latest.wholeSequence + 65_536,
        arrivalMs,
      );
    }
    this.#suspect = undefined;
    const samples = latest.samples + ahead;
    const wholeSequence = latest.wholeSequence + (((sequence - latest.sequence) << 16) >> 16);
    if (ahead > 0) this.#latest = { timestamp, sequence, samples, wholeSequence, arrivalMs };
    return { samples, sequence: wholeSequence, isNew: false };
  }

  #begin({ timestamp, sequence }: Stamp, samples: number, wholeSequence: number, arrivalMs: number): PlaceInStream {
    this.#suspect = undefined;
    this.#latest = { timestamp, sequence, samples, wholeSequence, arrivalMs };
    return { samples, sequence: wholeSequence, isNew: true };
  }

  #isRepeated(timestamp: number): boolean {
    const before = this.#suspect;
    const followsOn =
      before !== undefined && Math.abs((timestamp - before.timestamp) | 0) / SAMPLES_PER_MS <= MOST_SURPRISE_MS;
    const count = followsOn ? before.count + 1 : 1;
    this.#suspect = { timestamp, count };
    return count >= PACKETS_FOR_NEW_STREAM;
  }
}

/** Ahead by a little, or by as much as time has passed: after a silence. */
function isLikely(aheadMs: number, elapsedMs: number): boolean {
  return aheadMs >= -MOST_SURPRISE_MS && aheadMs <= Math.max(0, elapsedMs) + MOST_SURPRISE_MS;
}
