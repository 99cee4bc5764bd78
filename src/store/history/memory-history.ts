// A history that ends with the process: for tests on virtual time, and for when there is no database. Asynchronous by
// microtasks alone, so that the same calls give the same run.

import type { Clock } from '../../base/clock.ts';
import { toHex } from '../../base/bytes.ts';
import { MmchatError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { History, HistoryLimits, HistoryOpening } from '../../contracts/history.ts';
import { DEFAULT_HISTORY_LIMITS } from './accounts.ts';
import { HistoryEngine } from './engine.ts';
import { MemoryTables } from './memory-tables.ts';

const LOG_ID_BYTES = 16;
/** Entries that are remembered; the oldest go. */
const DEFAULT_MAX_ENTRIES = 100_000;

export interface MemoryHistoryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits?: Partial<HistoryLimits>;
  /** @default 100,000 */
  readonly maxEntries?: number;
  /** What tells this machine from others. */
  readonly machine?: string;
}

type Verb<Name extends keyof History> = History[Name];

export class MemoryHistory implements History {
  readonly #parts: MemoryHistoryParts;
  readonly #tables: MemoryTables;
  readonly #engine: HistoryEngine;
  #phase: 'new' | 'open' | 'closed' = 'new';

  constructor(parts: MemoryHistoryParts, tables: MemoryTables = new MemoryTables()) {
    this.#parts = parts;
    this.#tables = tables;
    this.#engine = new HistoryEngine(tables, { ...DEFAULT_HISTORY_LIMITS, ...parts.limits });
  }

  /** The next start of the same node: what was kept is there. This one answers no more, as after a kill. */
  reopened(parts: Partial<MemoryHistoryParts> = {}): MemoryHistory {
    this.#phase = 'closed';
    return new MemoryHistory({ ...this.#parts, ...parts }, this.#tables);
  }

  async open(): Promise<HistoryOpening> {
    await Promise.resolve();
    if (this.#phase !== 'new') throw stopped();
    this.#phase = 'open';
    const opening = this.#engine.open({ machine: this.#parts.machine ?? '', freshLogId: this.#freshLogId() });
    return { ...opening, warnings: [] };
  }

  async close(): Promise<void> {
    if (this.#phase === 'open') await this.#do((engine) => engine.close());
    this.#phase = 'closed';
  }

  renewOwnLog: Verb<'renewOwnLog'> = () => this.#do((engine) => engine.renewOwnLog(this.#freshLogId()));
  putConversation: Verb<'putConversation'> = (conversation) =>
    this.#do((engine) => engine.putConversation(conversation));
  append: Verb<'append'> = (entries) =>
    this.#do((engine) => {
      const outcomes = engine.append(entries, this.#parts.clock.now());
      engine.forgetAbove(this.#parts.maxEntries ?? DEFAULT_MAX_ENTRIES);
      return outcomes;
    });
  setFloors: Verb<'setFloors'> = (floors) => this.#do((engine) => engine.setFloors(floors));
  noteDelivered: Verb<'noteDelivered'> = (log, peerId, range) =>
    this.#do((engine) => engine.noteDelivered(log, peerId, range));
  deliveredTo: Verb<'deliveredTo'> = (peerId) => this.#do((engine) => engine.deliveredTo(peerId));
  page: Verb<'page'> = (place, options) => this.#do((engine) => engine.page(place, options));
  message: Verb<'message'> = (id) => this.#do((engine) => engine.message(id));
  since: Verb<'since'> = (arrival, limit) => this.#do((engine) => engine.since(arrival, limit));
  search: Verb<'search'> = (query, options) => this.#do((engine) => engine.search(query, options));
  lastMessages: Verb<'lastMessages'> = (limit) => this.#do((engine) => engine.lastMessages(limit));
  memberships: Verb<'memberships'> = (place) => this.#do((engine) => engine.memberships(place));
  entries: Verb<'entries'> = (log, ranges, options) => this.#do((engine) => engine.entries(log, ranges, options));
  entriesById: Verb<'entriesById'> = (ids) => this.#do((engine) => engine.entriesById(ids));
  sequencesAt: Verb<'sequencesAt'> = (conversation, time) =>
    this.#do((engine) => engine.sequencesAt(conversation, time));
  missingBodies: Verb<'missingBodies'> = (conversation, limit) =>
    this.#do((engine) => engine.missingBodies(conversation, limit));
  setBlocked: Verb<'setBlocked'> = (author, blocked) =>
    this.#do((engine) => lastOf(engine.setBlocked(author, blocked)));
  expire: Verb<'expire'> = (before) => this.#do((engine) => lastOf(engine.expire(before)));

  // As if somebody else did it: the caller goes on first.
  async #do<Result>(work: (engine: HistoryEngine) => Result): Promise<Result> {
    if (this.#phase !== 'open') throw stopped();
    await Promise.resolve();
    // It may have ended in between: then nothing happened.
    if (this.#isClosed()) throw stopped();
    return this.#engine.transaction(() => work(this.#engine));
  }

  #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  #freshLogId(): string {
    return toHex(this.#parts.random.bytes(LOG_ID_BYTES));
  }
}

function lastOf<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function stopped(): MmchatError {
  return new MmchatError('stopped', 'The history is closed.');
}
