// What becomes of an entry that comes: new, known, too much, or forged.

import { SignatureChecker } from '../../base/ed25519.ts';
import type { AppendResult, HistoryLimits, NewEntry } from '../../contracts/history.ts';
import type { ConversationKey } from '../../state/values.ts';
import { bodyCostOf, headerCostOf, type Accounts } from './accounts.ts';
import type { Bodies } from './bodies.ts';
import { joinChain } from './log-chain.ts';
import type { Logs } from './logs.ts';
import { includesSequence } from './sequence-ranges.ts';
import type { EntryRow, HistoryTables } from './tables.ts';

/** Ranges of one log that are kept apart; who leaves more gaps in a log is not believed. */
const MAX_RANGES = 1_024;
/** At most this much more than needed is dropped at once, so that not every entry has to make room. */
const MAX_SLACK_BYTES = 64 * 1024;

export interface IntakeParts {
  readonly tables: HistoryTables;
  readonly limits: HistoryLimits;
  readonly logs: Logs;
  readonly accounts: Accounts;
  readonly bodies: Bodies;
  readonly nextArrival: () => number;
}

interface Arrival {
  /** Where its conversation is shown. */
  readonly place: ConversationKey;
  readonly now: number;
}

export interface Taken {
  readonly id: string;
  readonly result: AppendResult;
  readonly row?: EntryRow;
  /** Id of the message that is to be shown anew. */
  readonly show?: string;
}

export class Intake {
  readonly #tables: HistoryTables;
  readonly #limits: HistoryLimits;
  readonly #logs: Logs;
  readonly #accounts: Accounts;
  readonly #bodies: Bodies;
  readonly #nextArrival: () => number;
  readonly #checker = new SignatureChecker();

  constructor({ tables, limits, logs, accounts, bodies, nextArrival }: IntakeParts) {
    this.#tables = tables;
    this.#limits = limits;
    this.#logs = logs;
    this.#accounts = accounts;
    this.#bodies = bodies;
    this.#nextArrival = nextArrival;
  }

  take(entry: NewEntry, { place, now }: Arrival): Taken {
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
      place: place,
      shown: entry.shown,
      arrival: this.#nextArrival(),
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
      ...{ body: entry.body, bodyState: 'here', bodyCost, arrival: this.#nextArrival() },
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
}

function isEdit({ target, searchText, shown }: NewEntry): boolean {
  return target !== undefined && searchText !== undefined && !shown;
}
