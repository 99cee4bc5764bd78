// What one peer asked for, sent one after another, no faster than they take it.

import { fromHex, toHex } from '../../base/bytes.ts';
import { sleep } from '../../base/clock.ts';
import { messageOf, WireError } from '../../base/errors.ts';
import { keyOfPeerId, peerIdOfKey } from '../../base/peer-id.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { LogName, LogSummary, StoredEntry } from '../../contracts/history.ts';
import { MAX_SYNC_ENTRIES, MAX_SYNC_LOGS, MAX_SYNC_RANGES } from '../../wire/limits.ts';
import type { SyncEntry, SyncLog, SyncMessage, SyncRange } from '../../wire/sync-messages.ts';
import { clipRanges } from './ranges.ts';
import { fingerprintOf, type SyncContext, type SyncPeer } from './sync-parts.ts';
import { logKeyOf } from './wanted.ts';

export type WantMessage = Extract<SyncMessage, { type: 'want' }>;

/** Wants that may wait for an answer: whoever sends more does not keep to the protocol. */
export const MAX_QUEUED_WANTS = 4;
/** No frame gets larger than this or its one entry. */
const FRAME_TARGET_BYTES = 64 * 1024;
const ENTRY_OVERHEAD_BYTES = 16;
const LOG_OVERHEAD_BYTES = 128;
const RANGE_BYTES = 20;
/** Logs told to one peer: what a crowded room needs at once, and then slowly, for those who ask again and again. */
const LOG_LIMITS = { perSecond: 1_000, burst: 16_384 };
/** For so long nothing is told twice, if neither side has changed. */
export const SETTLED_MS = 300_000;

/** What came just before somebody did is not history to them yet: their word of when that was took a while to get here. */
const LINE_SLACK_MS = 5_000;

const NO_BYTES = new Uint8Array(0);

interface ToldLogs {
  readonly own: string;
  readonly theirs: string;
  readonly atMs: number;
}

export class Answers {
  readonly #context: SyncContext;
  readonly #peer: SyncPeer;
  readonly #wants: WantMessage[] = [];
  /** Conversations whose logs are to be told. */
  readonly #tellings = new Set<string>();
  readonly #lastTold = new Map<string, ToldLogs>();
  readonly #logBucket: TokenBucket;
  readonly #stop = new AbortController();
  #running = false;

  constructor(context: SyncContext, peer: SyncPeer) {
    this.#context = context;
    this.#peer = peer;
    this.#logBucket = new TokenBucket(context.clock, LOG_LIMITS);
  }

  /** Tells what is here of a conversation, unless that was said already and neither side has changed since. */
  tellLogs(conversation: string, own: string, theirs: string): void {
    const last = this.#lastTold.get(conversation);
    const isSettled =
      last?.own === own && last.theirs === theirs && this.#context.clock.monotonicMs() - last.atMs < SETTLED_MS;
    if (isSettled) return;
    this.#tellings.add(conversation);
    void this.#run();
  }

  /** @throws WireError when too many wait */
  answer(want: WantMessage): void {
    if (this.#wants.length >= MAX_QUEUED_WANTS) throw new WireError('Too many wants at once.');
    this.#wants.push(want);
    void this.#run();
  }

  /** The stream broke: what was said may not have come. */
  reset(): void {
    this.#wants.length = 0;
    this.#tellings.clear();
    this.#lastTold.clear();
  }

  stop(): void {
    this.reset();
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (!this.#stop.signal.aborted && (await this.#next()));
    } finally {
      this.#running = false;
    }
  }

  /** Does one thing; false when there is nothing left to do, or no way to say it. */
  async #next(): Promise<boolean> {
    try {
      const want = this.#wants.shift();
      if (want !== undefined) return (await this.#answerWant(want)) && (await this.#peer.drained());
      const [conversation] = this.#tellings;
      if (conversation === undefined) return false;
      this.#tellings.delete(conversation);
      return await this.#tell(conversation);
    } catch (error) {
      this.#warn(error);
      return true;
    }
  }

  #warn(error: unknown): void {
    this.#context.log.warn('a peer could not be answered', {
      peer: this.#peer.link.peerId,
      error: messageOf(error),
    });
  }

  async #tell(conversation: string): Promise<boolean> {
    const told = this.#peer.told(conversation);
    if (told === undefined || this.#peer.shares(conversation) === undefined) return true;
    const { journal, clock } = this.#context;
    const now = journal.now();
    const before = sequencesByLog(
      await journal.history.sequencesAt(conversation, Math.max(0, told.sinceMs - LINE_SLACK_MS)),
    );
    const old = sequencesByLog(await journal.history.sequencesAt(conversation, Math.max(0, now - told.historyMs)));
    const all = journal.logs(conversation);
    this.#lastTold.set(conversation, {
      own: fingerprintOf(this.#context, conversation),
      theirs: told.fingerprint,
      atMs: clock.monotonicMs(),
    });
    // Whom we know comes first: whoever has to choose among thousands chooses the first ones.
    const known = all.filter(({ author }) => journal.isKnown(author));
    const logs = known.concat(all.filter(({ author }) => !journal.isKnown(author)));
    const id = fromHex(conversation);
    let page: SyncLog[] = [];
    let pageBytes = 0;
    const flush = async (more: boolean): Promise<boolean> => {
      const waitMs = this.#logBucket.takeWithDebt(page.length);
      if (waitMs > 0) await sleep(clock, waitMs, this.#stop.signal);
      const sent = this.#peer.send({ type: 'logs', conversation: id, logs: page, more });
      page = [];
      pageBytes = 0;
      return sent && this.#peer.drained();
    };
    for (const log of logs) {
      const author = keyOfPeerId(log.author);
      if (author === undefined || log.ranges.length === 0) continue;
      if (page.length >= MAX_SYNC_LOGS || pageBytes > FRAME_TARGET_BYTES) if (!(await flush(true))) return false;
      const key = logKeyOf(log);
      const wire = wireLog(log, author, before.get(key) ?? 0, old.get(key) ?? 0);
      page.push(wire);
      pageBytes += LOG_OVERHEAD_BYTES + wire.ranges.length * RANGE_BYTES;
    }
    return flush(false);
  }

  async #answerWant(want: WantMessage): Promise<boolean> {
    const conversation = toHex(want.conversation);
    const batches = new BatchWriter(want.id, this.#peer);
    try {
      await this.#collect(conversation, want, batches);
    } catch (error) {
      // Whoever asked hears that this is all, and asks somebody else.
      this.#warn(error);
    }
    const sent = batches.finish();
    this.#context.statistics.entriesSent += batches.sent;
    return sent;
  }

  async #collect(conversation: string, want: WantMessage, batches: BatchWriter): Promise<void> {
    const isShared = (): boolean => this.#peer.shares(conversation) !== undefined;
    if (!isShared()) this.#context.countDrop('sync-not-shared');
    for (const { author, logId, ranges } of want.logs) {
      const log = { conversation, author: peerIdOfKey(author), logId: toHex(logId) };
      if (!isShared() || !(await this.#sendLog(log, ranges, batches))) return;
    }
    if (want.bodies.length === 0 || !isShared()) return;
    // An id says nothing of its conversation: what belongs to others must not get out this way.
    const found = await this.#context.journal.history.entriesById(want.bodies.map(toHex));
    for (const entry of found)
      if (entry.conversation === conversation && isShared() && !(await batches.add(entry))) return;
  }

  /** False when no more can be sent. */
  async #sendLog(log: LogName, ranges: readonly SyncRange[], batches: BatchWriter): Promise<boolean> {
    let rest = ranges;
    let lastIds: ReadonlySet<string> = new Set();
    while (rest.length > 0) {
      const page = await this.#context.journal.history.entries(log, rest, {
        limit: MAX_SYNC_ENTRIES,
        maxBytes: FRAME_TARGET_BYTES,
      });
      const last = page.at(-1);
      if (last === undefined) break;
      const fresh = page.filter(({ id }) => !lastIds.has(id));
      for (const entry of fresh) if (!(await batches.add(entry))) return false;
      // A fork has several entries at one sequence; the page may have ended between them.
      lastIds = new Set(page.filter(({ sequence }) => sequence === last.sequence).map(({ id }) => id));
      const from = last.forked && fresh.length > 0 ? last.sequence : last.sequence + 1;
      rest = clipRanges(rest, from, Number.MAX_SAFE_INTEGER);
    }
    return true;
  }
}

/** Puts entries into frames of a middle size; together no more than one want may ask for. */
class BatchWriter {
  readonly #id: number;
  readonly #peer: SyncPeer;
  #entries: SyncEntry[] = [];
  #bytes = 0;
  sent = 0;

  constructor(id: number, peer: SyncPeer) {
    this.#id = id;
    this.#peer = peer;
  }

  /** False when that was all that may or can be sent. */
  async add({ header, signature, body }: StoredEntry): Promise<boolean> {
    if (this.sent >= MAX_SYNC_ENTRIES) return false;
    const bytes = header.length + signature.length + (body?.length ?? 0) + ENTRY_OVERHEAD_BYTES;
    if (this.#entries.length > 0 && this.#bytes + bytes > FRAME_TARGET_BYTES) {
      if (!this.#flush(false) || !(await this.#peer.drained())) return false;
    }
    this.#entries.push({ header, signature, body: body ?? NO_BYTES, bodyGone: body === undefined });
    this.#bytes += bytes;
    this.sent++;
    return true;
  }

  finish(): boolean {
    return this.#flush(true);
  }

  #flush(last: boolean): boolean {
    const sent = this.#peer.send({ type: 'batch', id: this.#id, entries: this.#entries, last });
    this.#entries = [];
    this.#bytes = 0;
    return sent;
  }
}

function sequencesByLog(logs: readonly (LogName & { readonly sequence: number })[]): Map<string, number> {
  return new Map(logs.map((log) => [logKeyOf(log), log.sequence]));
}

function wireLog(log: LogSummary, author: Uint8Array, before: number, old: number): SyncLog {
  return {
    author,
    logId: fromHex(log.logId),
    ranges: log.ranges.slice(-MAX_SYNC_RANGES),
    headHash: log.head.hash,
    forkMark: fromHex(log.forkMark),
    before,
    old,
  };
}
