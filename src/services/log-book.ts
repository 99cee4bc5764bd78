// What is here of each log of one conversation: so that what comes can be judged at once, and others can be told.

import { rangeOf, withRange, withoutRanges, type Ranges } from '../base/ranges.ts';
import type { EntryRecord, LogName, LogSummary } from '../contracts/history.ts';
import type { PeerId } from '../state/values.ts';

const NO_HASH = new Uint8Array(0);

export function logKeyOf(author: PeerId, logId: string): string {
  return `${author}/${logId}`;
}

/** One log: what is durable here, and what is on its way to the disk. */
export class LogState {
  #summary: LogSummary;
  /** Shown already, not durable yet. */
  #pending: Ranges = [];

  constructor(summary: LogSummary) {
    this.#summary = summary;
  }

  get summary(): LogSummary {
    return this.#summary;
  }

  /** Whether this sequence is here, or on its way to the disk. */
  has(sequence: number): boolean {
    return rangeOf(this.#summary.ranges, sequence) !== undefined || rangeOf(this.#pending, sequence) !== undefined;
  }

  expect(sequence: number): void {
    this.#pending = withRange(this.#pending, { first: sequence, last: sequence });
  }

  /** It came to nothing, or is durable now. */
  settle(sequence: number): void {
    this.#pending = withoutRanges(this.#pending, [{ first: sequence, last: sequence }]);
  }

  /** It is durable. */
  stored(entry: EntryRecord, now?: LogSummary): void {
    const { summary } = this;
    const { sequence, hash, order } = entry;
    this.settle(sequence);
    // Of a forked log the history knows which branch counts.
    this.#summary = now ?? {
      ...summary,
      floor: Math.min(summary.floor, sequence),
      ranges: withRange(summary.ranges, { first: sequence, last: sequence }),
      head: sequence > summary.head.sequence ? { sequence, hash, order } : summary.head,
      bytes: summary.bytes + entry.header.length + (entry.body?.length ?? 0),
    };
  }

  /** From where on it is wanted here. */
  setFloor(floor: number): void {
    this.#summary = { ...this.#summary, floor };
  }

  /** The unbroken part around a sequence: what a receipt can vouch for. */
  rangeAround(sequence: number): { first: number; last: number } | undefined {
    return rangeOf(this.#summary.ranges, sequence);
  }
}

export class LogBook {
  readonly conversation: string;
  readonly #logs = new Map<string, LogState>();

  constructor(conversation: string) {
    this.conversation = conversation;
  }

  load(summary: LogSummary): void {
    this.#logs.set(logKeyOf(summary.author, summary.logId), new LogState(summary));
  }

  get(author: PeerId, logId: string): LogState | undefined {
    return this.#logs.get(logKeyOf(author, logId));
  }

  /** The log, begun when there is none. A log that is only begun isn't told to anybody. */
  begin(author: PeerId, logId: string): LogState {
    const key = logKeyOf(author, logId);
    let log = this.#logs.get(key);
    if (log === undefined) {
      const name: LogName = { conversation: this.conversation, author, logId };
      const head = { sequence: 0, hash: NO_HASH, order: 0 };
      log = new LogState({ ...name, floor: 1, ranges: [], head, forkMark: '', bytes: 0 });
      this.#logs.set(key, log);
    }
    return log;
  }

  /** Begun for an entry that was not kept: nothing remembers it. */
  forgetIfEmpty(author: PeerId, logId: string): void {
    const log = this.get(author, logId);
    if (log?.summary.ranges.length === 0) this.#logs.delete(logKeyOf(author, logId));
  }

  get size(): number {
    return this.#logs.size;
  }

  summaries(): LogSummary[] {
    return [...this.#logs.values()].map(({ summary }) => summary).filter(({ ranges }) => ranges.length > 0);
  }

  *by(author: PeerId): Iterable<LogState> {
    for (const log of this.#logs.values()) if (log.summary.author === author) yield log;
  }
}
