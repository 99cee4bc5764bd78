// What is to be fetched from one peer, and what was asked of it: one of these for each link.

import type { Timer } from '../../base/clock.ts';
import { fromHex } from '../../base/bytes.ts';
import type { LogSummary, SequenceRange } from '../../contracts/history.ts';
import { MAX_SYNC_ENTRIES, MAX_SYNC_LOGS, MAX_SYNC_RANGES } from '../../wire/limits.ts';
import type { SyncWantedLog } from '../../wire/sync-messages.ts';
import { MAX_CLAIM_WEIGHT, weightOf } from './claims.ts';
import { clipRanges, countSequences, lowestSequences, subtractRanges, uniteRanges } from './ranges.ts';
import type { SyncPeer } from './sync-parts.ts';
import { headOf, isSameLog, type LogClaim } from './wanted.ts';

/** Entries of one log in a want, at least, when many are asked for. */
const MIN_SLICE = 16;
/** What a want may take on the wire: far below a frame. */
const MAX_WANT_BYTES = 48 * 1024;
const LOG_BYTES = 56;
const RANGE_BYTES = 20;
/** Ranges that a peer claimed and did not deliver are not asked of it again for so long. */
const FAILED_MS = 300_000;
const MAX_FAILED_LOGS = 1_024;
/** Ids of bodies that were asked of one peer. */
export const MAX_ASKED_BODIES = 8_192;

/** What is wanted of one log from one peer. */
export interface LogWork {
  readonly claim: LogClaim;
  readonly low: number;
  readonly decisive: boolean;
  todo: SequenceRange[];
  /** To be compared: asked for although it is here, because it is not the same there. */
  again: SequenceRange[];
}

/** The part of a want that asks for one log. */
export interface Asked {
  readonly log: LogWork;
  readonly ranges: readonly SequenceRange[];
  readonly again: boolean;
  received: number;
}

export interface Want {
  readonly id: number;
  readonly conversation: string;
  /** By `wireKeyOf`. */
  readonly logs: ReadonlyMap<string, Asked>;
  readonly bodies: ReadonlySet<string>;
  readonly askedAtMs: number;
  received: number;
  timer: Timer | undefined;
  /** What came is being kept: no time for the other one to lose. */
  taking: boolean;
  /** Nobody else is asked for these logs meanwhile. */
  exclusive: boolean;
}

export class PeerWork {
  readonly peer: SyncPeer;
  /** By conversation, then by `logKeyOf`, in order of preference. */
  readonly conversations = new Map<string, Map<string, LogWork>>();
  readonly wants = new Map<number, Want>();
  /** Conversations of which bodies may be missing here that this peer was not asked for. */
  readonly bodiesDue = new Set<string>();
  readonly askedBodies = new Set<string>();
  /** Entries that came, by conversation, since there was last nothing to fetch. */
  readonly gained = new Map<string, number>();
  askingBodies = false;
  #lastWantId = 0;
  #weight = 0;
  readonly #failed = new Map<string, { readonly ranges: readonly SequenceRange[]; readonly atMs: number }>();

  constructor(peer: SyncPeer) {
    this.peer = peer;
  }

  nextWantId(): number {
    this.#lastWantId = (this.#lastWantId % 0xffff_ffff) + 1;
    return this.#lastWantId;
  }

  /** Replaces what is to be fetched of a conversation, as much as may be kept in mind. */
  plan(conversation: string, logs: readonly LogWork[]): void {
    this.forget(conversation);
    const kept = new Map<string, LogWork>();
    for (const log of logs) {
      const weight = weightOf(log.claim);
      if (this.#weight + weight > MAX_CLAIM_WEIGHT) break;
      this.#weight += weight;
      kept.set(log.claim.key, log);
    }
    if (kept.size > 0) this.conversations.set(conversation, kept);
  }

  /** Gives up what is to be fetched of a conversation. */
  forget(conversation: string): LogWork[] {
    const logs = [...(this.conversations.get(conversation)?.values() ?? [])];
    for (const { claim } of logs) this.finishLog(conversation, claim.key);
    return logs;
  }

  /** What is to be compared of a log yet. */
  comparing(conversation: string, key: string): SequenceRange[] {
    return this.conversations.get(conversation)?.get(key)?.again ?? [];
  }

  finishLog(conversation: string, key: string): void {
    const logs = this.conversations.get(conversation);
    const log = logs?.get(key);
    if (logs === undefined || log === undefined) return;
    this.#weight -= weightOf(log.claim);
    logs.delete(key);
    if (logs.size === 0) this.conversations.delete(conversation);
  }

  /** The others' turn. */
  rotate(conversation: string): void {
    const logs = this.conversations.get(conversation);
    if (logs === undefined) return;
    this.conversations.delete(conversation);
    this.conversations.set(conversation, logs);
  }

  /** Something of this conversation is to be fetched here, or was asked for. */
  isBusyWith(conversation: string): boolean {
    return this.conversations.has(conversation) || this.isAsking(conversation);
  }

  isAsking(conversation: string): boolean {
    return [...this.wants.values()].some((want) => want.conversation === conversation);
  }

  /** What was asked of a log, because it is not here, and has not been answered. */
  inFlight(conversation: string, wireKey: string): SequenceRange[] {
    let ranges: SequenceRange[] = [];
    for (const asked of this.#asked(conversation, wireKey))
      if (!asked.again) ranges = uniteRanges(ranges, asked.ranges);
    return ranges;
  }

  isComparing(conversation: string, wireKey: string): boolean {
    return this.#asked(conversation, wireKey).some(({ again }) => again);
  }

  #asked(conversation: string, wireKey: string): Asked[] {
    return [...this.wants.values()].flatMap((want) => {
      const asked = want.conversation === conversation ? want.logs.get(wireKey) : undefined;
      return asked === undefined ? [] : [asked];
    });
  }

  /** To be asked for once more: what did not come, and what is to be compared first. */
  putBack(conversation: string, log: LogWork, todo: readonly SequenceRange[], again: readonly SequenceRange[]): void {
    let logs = this.conversations.get(conversation);
    if (logs === undefined) {
      logs = new Map();
      this.conversations.set(conversation, logs);
    }
    let current = logs.get(log.claim.key);
    if (current === undefined) {
      current = { ...log, todo: [], again: [] };
      logs.set(log.claim.key, current);
      this.#weight += weightOf(log.claim);
    }
    current.todo = uniteRanges(current.todo, todo);
    current.again = uniteRanges(current.again, again);
  }

  noteFailed(conversation: string, key: string, ranges: readonly SequenceRange[], nowMs: number): void {
    const name = `${conversation}/${key}`;
    const united = uniteRanges(this.failed(conversation, key, nowMs), ranges).slice(-MAX_SYNC_RANGES);
    this.#failed.delete(name);
    this.#failed.set(name, { ranges: united, atMs: nowMs });
    for (const oldest of this.#failed.keys()) {
      if (this.#failed.size <= MAX_FAILED_LOGS) break;
      this.#failed.delete(oldest);
    }
  }

  failed(conversation: string, key: string, nowMs: number): readonly SequenceRange[] {
    const failed = this.#failed.get(`${conversation}/${key}`);
    return failed === undefined || nowMs - failed.atMs > FAILED_MS ? [] : failed.ranges;
  }

  /**
   * Takes the next part of what is to be fetched of a conversation: a slice of each log, so that no author waits for
   * another; but no more logs than one of so many `sharers` should have. Logs that `mayAsk` refuses stay.
   */
  take(
    conversation: string,
    held: ReadonlyMap<string, LogSummary>,
    sharers: number,
    mayAsk: (key: string) => boolean,
  ): Map<string, Asked> {
    const asked = new Map<string, Asked>();
    const all = [...(this.conversations.get(conversation)?.values() ?? [])];
    const logs = all.filter(({ claim }) => mayAsk(claim.key));
    const mostLogs = Math.min(MAX_SYNC_LOGS, Math.ceil(all.length / Math.max(1, sharers)));
    const slice = Math.max(MIN_SLICE, Math.floor(MAX_SYNC_ENTRIES / Math.max(1, Math.min(logs.length, mostLogs))));
    let entries = MAX_SYNC_ENTRIES;
    let bytes = 0;
    for (const log of logs) {
      if (entries <= 0 || asked.size >= mostLogs || bytes > MAX_WANT_BYTES) break;
      // It may have come from elsewhere meanwhile.
      log.todo = subtractRanges(log.todo, held.get(log.claim.key)?.ranges ?? []);
      const here = held.get(log.claim.key);
      // Others may have shown the other branch meanwhile.
      if (here !== undefined && here.forkMark !== '' && isSameLog(log.claim, here)) log.again = [];
      const again = log.again.length > 0;
      const open = again ? log.again : log.todo;
      const ranges = lowestSequences(open, Math.min(entries, slice)).slice(0, MAX_SYNC_RANGES);
      const last = ranges.at(-1)?.last;
      if (last === undefined) {
        if (this.#asked(conversation, log.claim.wireKey).length === 0) this.finishLog(conversation, log.claim.key);
        continue;
      }
      const rest = clipRanges(open, last + 1, headOf(log.claim));
      if (again) log.again = rest;
      else log.todo = rest;
      asked.set(log.claim.wireKey, { log, ranges, again, received: 0 });
      entries -= countSequences(ranges);
      bytes += LOG_BYTES + ranges.length * RANGE_BYTES;
    }
    return asked;
  }
}

/** A want's part as it goes out. */
export function wireWanted(wireKey: string, { ranges }: Asked): SyncWantedLog {
  return { author: fromHex(wireKey.slice(0, 64)), logId: fromHex(wireKey.slice(64)), ranges };
}
