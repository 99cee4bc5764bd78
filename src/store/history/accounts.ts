// Who takes how much: quotas of authors, of links, of the whole database.

import type { HistoryLimits, NewEntry } from '../../contracts/history.ts';
import type { PeerId } from '../../state/values.ts';
import type { EntryRow, HistoryTables, LogState } from './tables.ts';

export const DEFAULT_HISTORY_LIMITS: HistoryLimits = {
  strangerBytes: 50 * 1024 * 1024,
  databaseBytes: 4 * 1024 ** 3,
  logsPerConversation: 4_096,
};

/** People whom one knows may take so many times as much. */
const KNOWN_FACTOR = 100;
/** What an entry takes besides its bytes: columns, indexes. */
const ENTRY_COST = 300;

/** What a body counts for; what can be searched for is in the index as well. */
export function bodyCostOf(entry: NewEntry): number {
  return (entry.body?.length ?? 0) * (entry.searchText === undefined ? 1 : 2);
}

export function headerCostOf(entry: { readonly header: Uint8Array; readonly signature: Uint8Array }): number {
  return ENTRY_COST + entry.header.length + entry.signature.length;
}

export class Accounts {
  readonly #limits: HistoryLimits;
  readonly #authors = new Map<PeerId, number>();
  #carriers = new Map<PeerId, number>();
  readonly #changedCarriers = new Set<PeerId>();
  #total = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Begins anew with what is kept. */
  load(logs: Iterable<LogState>, carriers: Map<PeerId, number>): void {
    this.#authors.clear();
    this.#changedCarriers.clear();
    this.#total = 0;
    this.#carriers = carriers;
    for (const log of logs) this.#count(log.name.author, log.bytes);
  }

  /** How much is over the limit of the database. */
  get surplus(): number {
    return this.#total - this.#limits.databaseBytes;
  }

  /** Whether the author, and the link that brings it, may take so many bytes more. */
  allows({ author, standing, deliveredBy }: NewEntry, bytes: number): boolean {
    if (standing === 'own') return true;
    const { strangerBytes } = this.#limits;
    const taken = (this.#authors.get(author) ?? 0) + bytes;
    if (standing === 'known') return taken <= strangerBytes * KNOWN_FACTOR;
    return taken <= strangerBytes && (this.#carriers.get(deliveredBy) ?? 0) + bytes <= strangerBytes;
  }

  add(row: EntryRow, bytes: number): void {
    row.log.bytes += bytes;
    this.#count(row.log.name.author, bytes);
    if (row.carrier === undefined) return;
    this.#carriers.set(row.carrier, (this.#carriers.get(row.carrier) ?? 0) + bytes);
    this.#changedCarriers.add(row.carrier);
  }

  save(tables: HistoryTables): void {
    for (const peerId of this.#changedCarriers) tables.saveCarrier(peerId, this.#carriers.get(peerId) ?? 0);
    this.#changedCarriers.clear();
  }

  #count(author: PeerId, bytes: number): void {
    this.#authors.set(author, (this.#authors.get(author) ?? 0) + bytes);
    this.#total += bytes;
  }
}
