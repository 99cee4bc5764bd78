// The questions that a history answers.

import { MmchatError } from '../../base/errors.ts';
import type { LogName, Page, SequenceRange, StoredEntry, StoredMessage } from '../../contracts/history.ts';
import type { ConversationKey, PeerId } from '../../state/values.ts';
import type { Logs } from './logs.ts';
import { storedEntry, storedMessage } from './message-view.ts';
import { compareOnScreen, shownTime } from './screen-order.ts';
import { searchTerms } from './search-words.ts';
import type { EntryRow, HistoryTables } from './tables.ts';

/** Whatever somebody asks for: at most so many at once. */
const MAX_LIMIT = 10_000;
/** Rows that one `since` looks at; of some kinds nothing is shown. */
const SINCE_ROWS = 10_000;

export class HistoryReader {
  readonly #tables: HistoryTables;
  readonly #logs: Logs;

  constructor(tables: HistoryTables, logs: Logs) {
    this.#tables = tables;
    this.#logs = logs;
  }

  page(place: ConversationKey, options: { readonly before?: string; readonly limit: number }): Page {
    const limit = boundedLimit(options.limit);
    const before = options.before === undefined ? undefined : this.#tables.entry(options.before);
    if (options.before !== undefined && before?.place !== place)
      throw new MmchatError('no-such-message', 'The message before which to look is not here.');
    const rows = this.#tables.page(place, before, limit + 1);
    return { messages: this.#messages(rows.slice(0, limit)).reverse(), more: rows.length > limit };
  }

  message(id: string): StoredMessage | undefined {
    const row = this.#tables.entry(id);
    return row === undefined ? undefined : storedMessage(this.#tables, row);
  }

  since(arrival: number, wanted: number): { messages: StoredMessage[]; arrival: number; more: boolean } {
    const limit = boundedLimit(wanted);
    const found = new Map<string, EntryRow>();
    let cursor = arrival;
    let looked = 0;
    for (const row of this.#tables.arrivedAfter(arrival)) {
      const shown = row.shown ? row : this.#targetOf(row);
      const isNew = shown !== undefined && !found.has(shown.id);
      if ((isNew && found.size === limit) || looked++ === SINCE_ROWS)
        return { messages: this.#messages(found.values()), arrival: cursor, more: true };
      if (isNew) found.set(shown.id, shown);
      cursor = row.arrival;
    }
    return { messages: this.#messages(found.values()), arrival: cursor, more: false };
  }

  search(query: string, options: { readonly place?: ConversationKey; readonly limit: number }): StoredMessage[] {
    const terms = searchTerms(query);
    return terms.length === 0
      ? []
      : this.#messages(this.#tables.search(terms, options.place, boundedLimit(options.limit)));
  }

  lastMessages(limit: number): StoredMessage[] {
    const rows = [...this.#tables.places()].flatMap((place) => this.#tables.page(place, undefined, 1));
    rows.sort((left, right) => shownTime(right) - shownTime(left) || right.arrival - left.arrival);
    return this.#messages(rows.slice(0, boundedLimit(limit)));
  }

  memberships(place: ConversationKey): StoredEntry[] {
    return this.#tables.memberships(place).sort(compareOnScreen).map(storedEntry);
  }

  entries(
    name: LogName,
    ranges: readonly SequenceRange[],
    options: { readonly limit: number; readonly maxBytes: number },
  ): StoredEntry[] {
    const log = this.#logs.find(name);
    const entries: StoredEntry[] = [];
    if (log === undefined) return entries;
    const limit = boundedLimit(options.limit);
    let bytes = 0;
    for (const range of ranges) {
      for (const row of this.#tables.inRange(log, range)) {
        bytes += row.header.length + row.signature.length + (row.body?.length ?? 0);
        if (entries.length === limit || (entries.length > 0 && bytes > options.maxBytes)) return entries;
        entries.push(storedEntry(row));
      }
    }
    return entries;
  }

  entriesById(ids: readonly string[]): StoredEntry[] {
    return ids.flatMap((id) => {
      const row = this.#tables.entry(id);
      return row === undefined ? [] : [storedEntry(row)];
    });
  }

  deliveredTo(peerId: PeerId): (LogName & { readonly ranges: readonly SequenceRange[] })[] {
    return [...this.#logs.all()].flatMap((log) => {
      const ranges = log.standing === 'own' ? this.#tables.deliveries(log).get(peerId) : undefined;
      return ranges === undefined ? [] : [{ ...log.name, ranges }];
    });
  }

  sequencesAt(conversation: string, time: number): (LogName & { readonly sequence: number })[] {
    return [...this.#logs.ofConversation(conversation)].flatMap((log) => {
      const sequence = this.#tables.sequenceAt(log, time);
      return sequence === undefined ? [] : [{ ...log.name, sequence }];
    });
  }

  missingBodies(conversation: string, limit: number): string[] {
    return this.#tables.missingBodies(conversation, boundedLimit(limit));
  }

  #targetOf(row: EntryRow): EntryRow | undefined {
    const target = row.target === undefined ? undefined : this.#tables.entry(row.target);
    return target?.place === row.place && target.shown ? target : undefined;
  }

  #messages(rows: Iterable<EntryRow>): StoredMessage[] {
    return [...rows].flatMap((row) => storedMessage(this.#tables, row) ?? []);
  }
}

function boundedLimit(limit: number): number {
  return Math.max(0, Math.min(MAX_LIMIT, Math.floor(limit)));
}
