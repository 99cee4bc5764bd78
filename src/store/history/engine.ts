// The rules of a history, over whatever keeps its rows. Synchronous: `memory-history.ts` and the worker call it.

import { MmchatError } from '../../base/errors.ts';
import type {
  AppendOutcome,
  ConversationRecord,
  HistoryLimits,
  HistoryOpening,
  LogName,
  NewEntry,
  SequenceRange,
  StoredMessage,
} from '../../contracts/history.ts';
import type { PeerId } from '../../state/values.ts';
import { Accounts, headerCostOf } from './accounts.ts';
import { Bodies } from './bodies.ts';
import { HistoryReader } from './reader.ts';
import { Intake } from './intake.ts';
import { Logs } from './logs.ts';
import { logSummary } from './message-view.ts';
import { upTo, withRange } from './sequence-ranges.ts';
import type { HistoryTables } from './tables.ts';

/** Ranges of one's own log that one peer has; below them it is taken to have nothing. */
const MAX_DELIVERED_RANGES = 256;
/** People of whom it is remembered what they have of one log. */
const MAX_DELIVERED_PEERS = 4_096;
/** Rows that one transaction of a long work changes. */
const SLICE_ROWS = 1_000;

export interface OpeningParts {
  /** What tells this machine from others that may have a copy of the database. */
  readonly machine: string;
  /** For one's own log, if it needs a new id: 32 hex digits. */
  readonly freshLogId: string;
}

export class HistoryEngine extends HistoryReader {
  readonly #tables: HistoryTables;
  readonly #accounts: Accounts;
  readonly #bodies: Bodies;
  readonly #logs: Logs;
  readonly #intake: Intake;
  #conversations = new Map<string, ConversationRecord>();
  #lastArrival = 0;
  /** What is remembered has to be read anew. */
  #isStale = true;

  constructor(tables: HistoryTables, limits: HistoryLimits) {
    const logs = new Logs(tables, limits.logsPerConversation);
    super(tables, logs);
    this.#tables = tables;
    this.#accounts = new Accounts(limits);
    this.#bodies = new Bodies(tables, this.#accounts, logs);
    this.#logs = logs;
    this.#intake = new Intake({
      tables,
      limits,
      logs,
      accounts: this.#accounts,
      bodies: this.#bodies,
      nextArrival: () => ++this.#lastArrival,
    });
  }

  open({ machine, freshLogId }: OpeningParts): Omit<HistoryOpening, 'warnings'> {
    return this.transaction(() => {
      const isMine = this.#tables.meta('machine') === machine && this.#tables.meta('clean') === '1';
      const known = isMine ? this.#tables.meta('own-log') : undefined;
      this.#tables.setMeta('own-log', known ?? freshLogId);
      this.#tables.setMeta('machine', machine);
      this.#tables.setMeta('clean', '0');
      return {
        ownLogId: known ?? freshLogId,
        conversations: [...this.#conversations.values()],
        logs: [...this.#logs.all()].map(logSummary),
      };
    });
  }

  /** From here on nothing may be called. */
  close(): void {
    this.transaction(() => this.#tables.setMeta('clean', '1'));
  }

  /** All of it or nothing. */
  transaction<Result>(work: () => Result): Result {
    return this.#between(() => {
      const result = work();
      this.#logs.save();
      this.#accounts.save(this.#tables);
      return result;
    });
  }

  /** For questions: what they are answered from stays the same until the end. */
  read<Result>(work: () => Result): Result {
    return this.#between(work);
  }

  renewOwnLog(freshLogId: string): string {
    this.#tables.setMeta('own-log', freshLogId);
    return freshLogId;
  }

  putConversation(conversation: ConversationRecord): void {
    this.#tables.putConversation(conversation);
    this.#conversations.set(conversation.id, conversation);
  }

  append(entries: readonly NewEntry[], now: number): AppendOutcome[] {
    for (const { conversation } of entries) {
      if (!this.#conversations.has(conversation))
        throw new MmchatError('internal', 'An entry belongs to a conversation that the history does not know.');
    }
    const taken = entries.map((entry) => {
      const place = this.#conversations.get(entry.conversation)?.place ?? '';
      return this.#intake.take(entry, { place, now: Math.floor(now) });
    });
    // As they are after all of it; each made once, however many entries changed it.
    const messages = new Map<string, StoredMessage | undefined>();
    for (const { show } of taken) if (show !== undefined && !messages.has(show)) messages.set(show, this.message(show));
    return taken.map(({ id, result, row, show = '' }) => {
      const message = messages.get(show);
      const forked = row?.forked ?? false;
      return {
        id,
        result,
        forked,
        ...(forked && row !== undefined ? { log: logSummary(row.log) } : {}),
        ...(message === undefined ? {} : { message }),
      };
    });
  }

  setFloors(floors: readonly (LogName & { readonly floor: number })[]): void {
    for (const { floor, ...name } of floors) {
      if (!this.#conversations.has(name.conversation)) continue;
      const log = this.#logs.find(name) ?? this.#logs.add(name, 'stranger');
      if (log === undefined) continue;
      log.floor = Math.max(1, floor);
      this.#logs.changed(log);
    }
  }

  noteDelivered(name: LogName, peerId: PeerId, range: SequenceRange): void {
    const log = this.#logs.find(name);
    // Nobody has what isn't written yet, whatever they say.
    const real = log === undefined ? undefined : upTo(range, log.head.sequence);
    if (log?.standing !== 'own' || real === undefined) return;
    const deliveries = this.#tables.deliveries(log);
    const known = deliveries.get(peerId);
    if (known === undefined && deliveries.size >= MAX_DELIVERED_PEERS) return;
    const ranges = withRange(known ?? [], real);
    this.#tables.saveDelivery(log, peerId, ranges.slice(-MAX_DELIVERED_RANGES));
  }

  /** Yields where another transaction may begin. */
  *setBlocked(author: PeerId, blocked: boolean): Generator<void, void> {
    const names = [...this.#logs.all()].filter(({ name }) => name.author === author).map(({ name }) => name);
    for (const name of names) {
      let first = 1;
      // Looked up anew each time: after a full disk in between, all logs have been read again.
      for (let log = this.#logs.find(name); log !== undefined; log = this.#logs.find(name)) {
        const rows = takeSome(this.#tables.inRange(log, { first, last: Number.MAX_SAFE_INTEGER }), SLICE_ROWS);
        for (const row of rows) {
          if (blocked && (row.bodyState === 'here' || row.bodyState === 'missing')) this.#bodies.drop(row, 'blocked');
          else if (!blocked && row.bodyState === 'blocked') this.#bodies.drop(row, 'missing');
        }
        const last = rows.at(-1);
        if (rows.length < SLICE_ROWS || last === undefined) break;
        // The last one may have a rival that is still to come; the work does no harm twice.
        first = last.sequence > first ? last.sequence : first + 1;
        yield;
      }
    }
  }

  /** Yields where another transaction may begin. */
  *expire(before: number): Generator<void, number> {
    let count = 0;
    for (const standing of ['stranger', 'known', 'own'] as const) {
      for (;;) {
        const rows = this.#tables.droppable(standing, before, SLICE_ROWS);
        if (rows.length === 0) break;
        for (const row of rows) this.#bodies.drop(row, 'expired');
        count += rows.length;
        yield;
      }
    }
    return count;
  }

  /** Forgets the oldest entries wholly, until this many are left. For a history that has only memory. */
  forgetAbove(rowLimit: number): void {
    for (const row of this.#tables.forgetAbove(rowLimit)) {
      const { log } = row;
      this.#accounts.add(row, -(headerCostOf(row) + row.bodyCost));
      this.#logs.forget(log, row.sequence);
    }
  }

  #between<Result>(work: () => Result): Result {
    if (this.#isStale) this.#load();
    this.#tables.begin();
    try {
      const result = work();
      this.#tables.commit();
      return result;
    } catch (error) {
      // What is remembered may say more than what is kept now.
      this.#isStale = true;
      this.#tables.rollback();
      throw error;
    }
  }

  #load(): void {
    this.#logs.load();
    this.#accounts.load(this.#logs.all(), this.#tables.carriers());
    this.#conversations = new Map(this.#tables.conversations().map((record) => [record.id, record]));
    this.#lastArrival = this.#tables.lastArrival();
    this.#isStale = false;
  }
}

function takeSome<Item>(items: Iterable<Item>, limit: number): Item[] {
  const some: Item[] = [];
  for (const item of items) {
    some.push(item);
    if (some.length === limit) break;
  }
  return some;
}
