// The rules of a history, over whatever keeps its rows. Synchronous: `memory-history.ts` and the worker call it.

import { SignatureChecker } from '../../base/ed25519.ts';
import { MmchatError } from '../../base/errors.ts';
import type {
  AppendOutcome,
  AppendResult,
  ConversationRecord,
  HistoryLimits,
  HistoryOpening,
  LogName,
  NewEntry,
  SequenceRange,
  StoredMessage,
} from '../../contracts/history.ts';
import type { PeerId } from '../../state/values.ts';
import { Accounts, bodyCostOf, headerCostOf } from './accounts.ts';
import { Bodies } from './bodies.ts';
import { HistoryReader } from './reader.ts';
import { joinChain } from './log-chain.ts';
import { Logs } from './logs.ts';
import { logSummary } from './message-view.ts';
import { includesSequence, upTo, withRange } from './sequence-ranges.ts';
import type { EntryRow, HistoryTables } from './tables.ts';

/** Ranges of one log that are kept apart; who leaves more gaps in a log is not believed. */
export const MAX_RANGES = 1_024;
/** Ranges of one's own log that one peer has; below them it is taken to have nothing. */
const MAX_DELIVERED_RANGES = 256;
/** Rows that one transaction of a long work changes. */
const SLICE_ROWS = 1_000;
/** At most this much more than needed is dropped at once, so that not every entry has to make room. */
const MAX_SLACK_BYTES = 64 * 1024;

export interface OpeningParts {
  /** What tells this machine from others that may have a copy of the database. */
  readonly machine: string;
  /** For one's own log, if it needs a new id: 32 hex digits. */
  readonly freshLogId: string;
}

interface Taken {
  readonly id: string;
  readonly result: AppendResult;
  readonly row?: EntryRow;
  /** Id of the message that is to be shown anew. */
  readonly show?: string;
}

export class HistoryEngine extends HistoryReader {
  readonly #tables: HistoryTables;
  readonly #limits: HistoryLimits;
  readonly #accounts: Accounts;
  readonly #bodies: Bodies;
  readonly #logs: Logs;
  readonly #checker = new SignatureChecker();
  #conversations = new Map<string, ConversationRecord>();
  #lastArrival = 0;
  /** What is remembered has to be read anew. */
  #isStale = true;

  constructor(tables: HistoryTables, limits: HistoryLimits) {
    const logs = new Logs(tables, limits.logsPerConversation);
    super(tables, logs);
    this.#tables = tables;
    this.#limits = limits;
    this.#accounts = new Accounts(limits);
    this.#bodies = new Bodies(tables, this.#accounts, logs);
    this.#logs = logs;
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
    const taken = entries.map((entry) => this.#take(entry, Math.floor(now)));
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
    if (log === undefined || real === undefined) return;
    const ranges = withRange(this.#tables.deliveries(log).get(peerId) ?? [], real);
    this.#tables.saveDelivery(log, peerId, ranges.slice(-MAX_DELIVERED_RANGES));
  }

  /** Yields where another transaction may begin. */
  *setBlocked(author: PeerId, blocked: boolean): Generator<void, void> {
    for (const log of [...this.#logs.all()].filter(({ name }) => name.author === author)) {
      for (let first = 1; ;) {
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

  #take(entry: NewEntry, now: number): Taken {
    const { id } = entry;
    const known = this.#tables.entry(id);
    if (known !== undefined) return this.#takeAgain(known, entry);
    const { unchecked } = entry;
    if (unchecked !== undefined && !this.#checker.verify(unchecked.publicKey, unchecked.message, entry.signature))
      return { id, result: 'forged' };
    const hasBody = entry.blocked !== true && entry.body !== undefined;
    const bodyCost = hasBody ? bodyCostOf(entry) : 0;
    const cost = headerCostOf(entry) + bodyCost;
    const log = this.#fits(entry, cost) ? this.#logs.take(entry) : undefined;
    if (log === undefined) return { id, result: 'refused' };
    const edits = isEdit(entry);
    const row: EntryRow = {
      conversation: entry.conversation,
      author: entry.author,
      logId: entry.logId,
      id,
      sequence: entry.sequence,
      order: entry.order,
      at: entry.at,
      kind: entry.kind,
      hash: entry.hash,
      previous: entry.previous,
      header: entry.header,
      signature: entry.signature,
      log,
      place: this.#conversations.get(entry.conversation)?.place ?? '',
      shown: entry.shown,
      arrival: ++this.#lastArrival,
      arrivedAt: now,
      standing: log.standing,
      carrier: log.standing === 'stranger' ? entry.deliveredBy : undefined,
      body: hasBody ? entry.body : undefined,
      bodyState: entry.blocked === true ? 'blocked' : hasBody ? 'here' : 'missing',
      bodyCost,
      target: entry.target,
      deletes: entry.deletes === true,
      edits,
      editText: edits && hasBody ? entry.searchText : undefined,
      forked: false,
    };
    joinChain(this.#tables, row);
    this.#accounts.add(row, cost);
    this.#logs.changed(log);
    this.#bodies.insert(row, hasBody && !edits ? entry.searchText : undefined);
    return { id, result: 'stored', row, ...this.#toShow(row, row.forked) };
  }

  // The header is here, so its signature was right; only the body can be new.
  #takeAgain(row: EntryRow, entry: NewEntry): Taken {
    const { id } = row;
    if (row.bodyState === 'deleted' && row.target === undefined && entry.target !== undefined) {
      // Deleted before it came: it is not kept, but what it did counts, as it would have in the other order.
      this.#tables.change(row, { target: entry.target, deletes: entry.deletes === true, edits: isEdit(entry) });
      this.#bodies.settle(row, undefined);
      return { id, result: 'duplicate', row, ...this.#toShow(row, false) };
    }
    if (row.bodyState !== 'missing' || entry.body === undefined) return { id, result: 'duplicate', row };
    if (entry.blocked === true) {
      this.#bodies.drop(row, 'blocked');
      return { id, result: 'duplicate', row };
    }
    const bodyCost = bodyCostOf(entry);
    if (!this.#fits(entry, bodyCost)) return { id, result: 'refused', row };
    const edits = isEdit(entry);
    this.#tables.change(row, {
      ...{ body: entry.body, bodyState: 'here', bodyCost, arrival: ++this.#lastArrival },
      ...{ target: entry.target, deletes: entry.deletes === true },
      ...{ edits, editText: edits ? entry.searchText : undefined },
    });
    this.#accounts.add(row, bodyCost);
    this.#logs.changed(row.log);
    this.#bodies.settle(row, edits ? undefined : entry.searchText);
    return { id, result: 'body-added', row, ...this.#toShow(row, true) };
  }

  #toShow(row: EntryRow, itself: boolean): { show?: string } {
    if (row.shown) return itself || this.#tables.hasChanges(row) ? { show: row.id } : {};
    const target = row.target === undefined ? undefined : this.#tables.entry(row.target);
    return target?.place === row.place ? { show: target.id } : {};
  }

  #fits(entry: NewEntry, cost: number): boolean {
    if (!this.#accounts.allows(entry, cost)) return false;
    const log = this.#logs.find(entry);
    if (entry.standing !== 'own' && log !== undefined && log.ranges.length >= MAX_RANGES) {
      const touches = [-1, 0, 1].some((step) => includesSequence(log.ranges, entry.sequence + step));
      if (!touches) return false;
    }
    return this.#makeRoom(entry, cost) || entry.standing === 'own';
  }

  // A stranger's entry makes no room at the cost of people whom one knows.
  #makeRoom({ standing }: NewEntry, bytes: number): boolean {
    if (this.#accounts.surplus + bytes <= 0) return true;
    const slack = Math.min(MAX_SLACK_BYTES, this.#limits.databaseBytes >> 6);
    for (const victim of standing === 'stranger' ? (['stranger'] as const) : (['stranger', 'known'] as const)) {
      while (this.#accounts.surplus + bytes + slack > 0) {
        const rows = this.#tables.droppable(victim, undefined, 64);
        if (rows.length === 0) break;
        for (const row of rows) {
          if (this.#accounts.surplus + bytes + slack <= 0) break;
          // Whoever became known since is no stranger any more.
          if (victim === 'stranger' && row.log.standing !== 'stranger')
            this.#tables.change(row, { standing: row.log.standing });
          else this.#bodies.drop(row, 'expired');
        }
      }
    }
    return this.#accounts.surplus + bytes <= 0;
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

function isEdit({ target, searchText, shown }: NewEntry): boolean {
  return target !== undefined && searchText !== undefined && !shown;
}

function takeSome<Item>(items: Iterable<Item>, limit: number): Item[] {
  const some: Item[] = [];
  for (const item of items) {
    some.push(item);
    if (some.length === limit) break;
  }
  return some;
}
