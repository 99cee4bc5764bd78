// A journal in memory for synchronisation: real headers, a chain and forks as the real one has them, no signatures.

import { bytesEqual, toHex, utf8 } from '../../src/base/bytes.ts';
import type { Clock } from '../../src/base/clock.ts';
import { sleep } from '../../src/base/clock.ts';
import { WireError } from '../../src/base/errors.ts';
import { keyOfPeerId, peerIdOfKey } from '../../src/base/peer-id.ts';
import type { LogName, LogSummary, SequenceRange, StoredEntry } from '../../src/contracts/history.ts';
import type { PeerLink } from '../../src/contracts/links.ts';
import type { SharedConversation, SyncJournal } from '../../src/services/sync/sync-parts.ts';
import { logKeyOf } from '../../src/services/sync/wanted.ts';
import { decodeEntryHeader, encodeEntryHeader, entryIdOf, sha256 } from '../../src/wire/log-entry.ts';
import type { SyncEntry } from '../../src/wire/sync-messages.ts';

export class FakeLog {
  readonly name: LogName;
  floor = 1;
  readonly bySequence = new Map<number, StoredEntry[]>();
  #summary: LogSummary | undefined;

  constructor(name: LogName) {
    this.name = name;
  }

  #last = 0;

  get entries(): StoredEntry[] {
    return [...this.bySequence.keys()].sort((a, b) => a - b).flatMap((sequence) => this.bySequence.get(sequence) ?? []);
  }

  get head(): StoredEntry | undefined {
    return this.bySequence.get(this.#last)?.sort((a, b) => (a.id < b.id ? -1 : 1))[0];
  }

  /** As if what is above had never been. */
  cut(last: number): void {
    for (const sequence of [...this.bySequence.keys()]) if (sequence > last) this.bySequence.delete(sequence);
    this.#last = Math.max(0, ...this.bySequence.keys());
    this.#summary = undefined;
  }

  get lastSequence(): number {
    return this.#last;
  }

  set(sequence: number, entries: StoredEntry[]): void {
    this.bySequence.set(sequence, entries);
    this.#last = Math.max(this.#last, sequence);
    this.#summary = undefined;
  }

  changed(): void {
    this.#summary = undefined;
  }

  get summary(): LogSummary {
    if (this.#summary !== undefined) return this.#summary;
    const ranges: { first: number; last: number }[] = [];
    const mark = new Uint8Array(16);
    let isForked = false;
    for (const sequence of [...this.bySequence.keys()].sort((a, b) => a - b)) {
      const here = this.bySequence.get(sequence) ?? [];
      if (here.length > 1) {
        isForked = true;
        for (const { hash } of here) mark.forEach((byte, at) => (mark[at] = byte ^ hash[at]!));
      }
      if (sequence < this.floor) continue;
      const before = ranges.at(-1);
      if (before?.last === sequence - 1) before.last = sequence;
      else ranges.push({ first: sequence, last: sequence });
    }
    const head = this.head!;
    this.#summary = {
      ...this.name,
      floor: this.floor,
      ranges,
      head: { sequence: head.sequence, hash: head.hash, order: head.order },
      forkMark: isForked ? toHex(mark) : '',
      bytes: 0,
    };
    return this.#summary;
  }
}

/** An entry as its author writes it, after `previous` in the log. */
export function makeEntry(log: LogName, previous: StoredEntry | undefined, text: string, at = 0): SyncEntry {
  const body = utf8(text);
  const header = encodeEntryHeader({
    network: new Uint8Array(0),
    conversation: Buffer.from(log.conversation, 'hex'),
    author: keyOfPeerId(log.author)!,
    logId: Buffer.from(log.logId, 'hex'),
    sequence: (previous?.sequence ?? 0) + 1,
    previous: previous?.hash ?? new Uint8Array(0),
    order: (previous?.order ?? 0) + 1,
    at,
    kind: 'text',
    bodyHash: sha256(body),
  });
  return { header, signature: new Uint8Array(64), body, bodyGone: false };
}

export interface FakeJournalOptions {
  readonly clock: Clock;
  readonly membership: (link: PeerLink) => readonly SharedConversation[];
  /** How long it takes to make something durable. */
  readonly takeMs?: number;
}

export class FakeJournal implements SyncJournal {
  readonly options: FakeJournalOptions;
  readonly #conversations = new Map<string, Map<string, FakeLog>>();
  readonly known = new Set<string>();
  /** Authors over their quota. */
  readonly refused = new Set<string>();
  /** Whatever is done here fails with it. */
  failure: Error | undefined;
  takes = 0;
  /** Sequences in the order in which they came, by log. */
  readonly order = new Map<string, number[]>();
  #arrivals = 0;
  readonly #broken: LogName[] = [];

  constructor(options: FakeJournalOptions) {
    this.options = options;
  }

  shared(link: PeerLink): readonly SharedConversation[] {
    return this.options.membership(link);
  }

  log(name: LogName): FakeLog | undefined {
    return this.#conversations.get(name.conversation)?.get(logKeyOf(name));
  }

  fakeLogs(conversation: string): FakeLog[] {
    return [...(this.#conversations.get(conversation)?.values() ?? [])];
  }

  logs(conversation: string): readonly LogSummary[] {
    return this.fakeLogs(conversation).map(({ summary }) => summary);
  }

  /** Writes into a log here, at once. */
  write(log: LogName, text: string): SyncEntry {
    const entry = makeEntry(log, this.log(log)?.head, text, Math.max(0, this.now()));
    this.keep(log.conversation, entry);
    return entry;
  }

  async take(
    _link: PeerLink,
    conversation: string,
    entries: readonly SyncEntry[],
  ): Promise<{ kept: number; refused: number; broken: LogName[] }> {
    this.takes++;
    if (this.options.takeMs !== undefined) await sleep(this.options.clock, this.options.takeMs);
    if (this.failure !== undefined) throw this.failure;
    const results = entries.map((entry) => this.keep(conversation, entry));
    const count = (result: string): number => results.filter((one) => one === result).length;
    return { kept: count('kept'), refused: count('refused'), broken: this.#broken.splice(0) };
  }

  keep(conversation: string, entry: SyncEntry): 'kept' | 'duplicate' | 'refused' {
    const header = decodeEntryHeader(entry.header);
    if (toHex(header.conversation) !== conversation) throw new Error('an entry got into another conversation');
    if (!entry.bodyGone && !bytesEqual(sha256(entry.body), header.bodyHash)) throw new WireError('Another body.');
    if (entry.signature.some((byte) => byte !== 0)) throw new WireError('A forged entry.');
    const name = { conversation, author: peerIdOfKey(header.author), logId: toHex(header.logId) };
    if (this.refused.has(name.author)) return 'refused';
    const hash = sha256(entry.header);
    const log = this.#logOf(name);
    const here = log.bySequence.get(header.sequence) ?? [];
    const same = here.find((one) => bytesEqual(one.hash, hash));
    if (same !== undefined) {
      if (same.body !== undefined || entry.bodyGone) return 'duplicate';
      log.set(
        header.sequence,
        here.map((one) => (one === same ? { ...one, body: entry.body, bodyState: 'here' as const } : one)),
      );
      return 'kept';
    }
    const before = log.bySequence.get(header.sequence - 1);
    const after = log.bySequence.get(header.sequence + 1);
    if (before?.every((one) => !bytesEqual(one.hash, header.previous)) === true) this.#broken.push(name);
    else if (after?.every((one) => !bytesEqual(one.previous, hash)) === true) this.#broken.push(name);
    const stored: StoredEntry = {
      ...name,
      id: entryIdOf(hash),
      sequence: header.sequence,
      order: header.order,
      at: header.at,
      kind: 1,
      hash,
      previous: header.previous,
      header: entry.header,
      signature: entry.signature,
      ...(entry.bodyGone ? {} : { body: entry.body }),
      arrival: ++this.#arrivals,
      arrivedAt: this.now(),
      bodyState: entry.bodyGone ? 'missing' : 'here',
      forked: here.length > 0,
    };
    const all = [...here.map((one) => ({ ...one, forked: true })), stored];
    log.set(header.sequence, all);
    const key = `${conversation}/${logKeyOf(name)}`;
    const order = this.order.get(key) ?? [];
    this.order.set(key, order);
    order.push(header.sequence);
    return 'kept';
  }

  setFloors(floors: readonly (LogName & { floor: number })[]): Promise<void> {
    for (const { floor, ...name } of floors) {
      const log = this.log(name);
      if (log === undefined) throw new Error('a floor of a log that is not here');
      if (floor > log.floor && log.floor > 1) throw new Error('a floor went up');
      log.floor = floor;
      log.changed();
    }
    return Promise.resolve();
  }

  readonly history: SyncJournal['history'] = {
    entries: (name, ranges, { limit, maxBytes }) => {
      const log = this.log(name);
      const within: StoredEntry[] = [];
      for (const { first, last } of log === undefined ? [] : ranges)
        for (
          let sequence = first;
          sequence <= Math.min(last, log?.lastSequence ?? 0) && within.length < limit;
          sequence++
        )
          within.push(...(log?.bySequence.get(sequence) ?? []));
      return Promise.resolve(within.slice(0, this.#fitting(within, limit, maxBytes)));
    },
    entriesById: (ids) => {
      const wanted = new Set(ids);
      const logs = [...this.#conversations.values()].flatMap((logs) => [...logs.values()]);
      return Promise.resolve(logs.flatMap(({ entries }) => entries.filter(({ id }) => wanted.has(id))));
    },
    sequencesAt: (conversation, time) =>
      Promise.resolve(
        this.fakeLogs(conversation).flatMap((log) => {
          const come = log.entries.filter(({ arrivedAt }) => arrivedAt <= time).map(({ sequence }) => sequence);
          return come.length === 0 ? [] : [{ ...log.name, sequence: Math.max(...come) }];
        }),
      ),
    missingBodies: (conversation, limit) =>
      Promise.resolve(
        this.fakeLogs(conversation)
          .flatMap(({ entries }) => entries.filter(({ bodyState }) => bodyState === 'missing'))
          .sort((a, b) => b.arrival - a.arrival)
          .slice(0, limit)
          .map(({ id }) => id),
      ),
  };

  isKnown(author: string): boolean {
    return this.known.has(author);
  }

  now(): number {
    return this.options.clock.now();
  }

  forget(name: LogName, above: number): void {
    this.log(name)?.cut(above);
  }

  /** Loses what it said, as after its time. */
  dropBody(name: LogName, sequence: number, bodyState: 'missing' | 'expired'): void {
    const log = this.log(name)!;
    const stripped = log.bySequence.get(sequence)!.map(({ body: _body, ...rest }) => ({ ...rest, bodyState }));
    log.set(sequence, stripped);
  }

  #fitting(entries: readonly StoredEntry[], limit: number, maxBytes: number): number {
    let bytes = 0;
    let count = 0;
    for (const { header, body } of entries) {
      bytes += header.length + (body?.length ?? 0);
      if (count >= limit || (count > 0 && bytes > maxBytes)) break;
      count++;
    }
    return count;
  }

  #logOf(name: LogName): FakeLog {
    let logs = this.#conversations.get(name.conversation);
    if (logs === undefined) this.#conversations.set(name.conversation, (logs = new Map<string, FakeLog>()));
    let log = logs.get(logKeyOf(name));
    if (log === undefined) logs.set(logKeyOf(name), (log = new FakeLog(name)));
    return log;
  }
}

export function rangesOfLog(log: FakeLog | undefined): readonly SequenceRange[] {
  return log?.summary.ranges ?? [];
}
