// The rows of a history in a database, and the questions about them.

import type { ConversationRecord, SequenceRange, Standing } from '../../contracts/history.ts';
import type { ConversationKey, PeerId } from '../../state/values.ts';
import { peerOrderKey } from './peer-order-key.ts';
import { shownTime } from './screen-order.ts';
import { SearchIndex, searchTextOf, type SearchText } from './search-index.ts';
import type { SearchTerm } from './search-words.ts';
import type { Database } from './sqlite-driver.ts';
import { SqliteEntries, type SqliteRow } from './sqlite-entries.ts';
import { SqliteLogs } from './sqlite-logs.ts';
import { PeopleNumbers, PlaceNumbers } from './sqlite-names.ts';
import { bytesOf, hex, number, standingNumber, text } from './sqlite-rows.ts';
import type { ChangingFields, EntryRow, HistoryTables, LogState, MetaName, ScreenPosition } from './tables.ts';

// A limit as a parameter makes SQLite compile a statement anew each time: that takes longer than many a statement.
/** Rows that are read at once where nobody knows how many will be wanted. */
const CHUNK_ROWS = 256;
/** Two messages have the same time: within how many bits of milliseconds a free place is looked for, one after another. */
const SPREAD_BITS = [0, 4, 8, 12, 16, 20, 24, 28, 32];

export class SqliteTables implements HistoryTables {
  readonly #database: Database;
  readonly #people: PeopleNumbers;
  readonly #places: PlaceNumbers;
  readonly #logs: SqliteLogs;
  readonly #entries: SqliteEntries;
  readonly #search: SearchIndex;

  constructor(database: Database) {
    this.#database = database;
    this.#people = new PeopleNumbers(database);
    this.#places = new PlaceNumbers(database);
    const numbers = { people: this.#people, places: this.#places };
    this.#logs = new SqliteLogs(database, numbers);
    this.#entries = new SqliteEntries({ database, logs: this.#logs, ...numbers });
    this.#search = new SearchIndex(database);
  }

  begin(): void {
    this.#entries.forget();
    this.#database.exec('BEGIN');
  }

  commit(): void {
    this.#search.flush();
    this.#database.exec('COMMIT');
  }

  rollback(): void {
    this.#entries.forget();
    this.#search.forget();
    this.#people.forget();
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // A full disk can have ended the transaction already.
    }
  }

  meta(name: MetaName): string | undefined {
    const row = this.#database.get('SELECT value FROM meta WHERE name = ?', name);
    return row === undefined ? undefined : text(row, 'value');
  }

  setMeta(name: MetaName, value: string): void {
    this.#database.run('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', name, value);
  }

  conversations(): ConversationRecord[] {
    this.#places.load();
    return this.#logs.conversations();
  }

  putConversation(conversation: ConversationRecord): void {
    this.#entries.forget();
    this.#logs.putConversation(conversation);
  }

  logs(): LogState[] {
    return this.#logs.load();
  }

  saveLog(log: LogState): void {
    this.#logs.save(log);
  }

  deleteLog(log: LogState): void {
    this.#logs.delete(log);
  }

  carriers(): Map<PeerId, number> {
    const rows = this.#database.all('SELECT peer_id, brought FROM people WHERE brought <> 0');
    return new Map(rows.map((row) => [text(row, 'peer_id'), number(row, 'brought')]));
  }

  saveCarrier(peerId: PeerId, bytes: number): void {
    this.#database.run('UPDATE people SET brought = ? WHERE id = ?', bytes, this.#people.take(peerId));
  }

  deliveries(log: LogState): ReadonlyMap<PeerId, readonly SequenceRange[]> {
    return this.#logs.deliveries(log);
  }

  saveDelivery(log: LogState, peerId: PeerId, ranges: readonly SequenceRange[]): void {
    this.#logs.saveDelivery(log, peerId, ranges);
  }

  lastArrival(): number {
    return Number(this.#database.get('SELECT max(arrival) AS last FROM entries')?.['last'] ?? 0);
  }

  insert(row: EntryRow, searchText: string | undefined): void {
    const fresh: SqliteRow = row;
    const words = this.#wordsOf(row, searchText);
    if (words !== undefined) {
      fresh.searchRow = this.#freeSearchRow(row);
      this.#search.set(fresh.searchRow, words, false);
    }
    this.#entries.insert(fresh);
  }

  change(row: EntryRow, changes: Partial<ChangingFields>): void {
    this.#entries.change(row, changes);
  }

  entry(id: string): EntryRow | undefined {
    return this.#entries.byId(id);
  }

  atSequence(log: LogState, sequence: number): EntryRow[] {
    return this.#entries.select('WHERE log = ? AND sequence = ? ORDER BY id', this.#logs.numberOf(log), sequence);
  }

  *inRange(log: LogState, { first, last }: SequenceRange): Iterable<EntryRow> {
    const id = this.#logs.numberOf(log);
    for (let from = first; ;) {
      const rest = 'WHERE log = ? AND sequence BETWEEN ? AND ? ORDER BY sequence';
      const sequences = this.#entries
        .select(`${rest} LIMIT ${CHUNK_ROWS}`, id, from, last)
        .map(({ sequence }) => sequence);
      const end = sequences.at(-1);
      if (end === undefined) return;
      // Whole sequences: one that is forked is not cut apart, however many claim it.
      yield* this.#entries.select('WHERE log = ? AND sequence BETWEEN ? AND ? ORDER BY sequence, id', id, from, end);
      from = end + 1;
    }
  }

  *arrivedAfter(arrival: number): Iterable<EntryRow> {
    for (let after = arrival; ;) {
      const rows = this.#entries.select(`WHERE arrival > ? ORDER BY arrival LIMIT ${CHUNK_ROWS}`, after);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.arrival;
    }
  }

  sequenceAt(log: LogState, time: number): number | undefined {
    const row = this.#database.get(
      'SELECT sequence FROM entries WHERE log = ? AND arrived_at <= ? ORDER BY sequence DESC LIMIT 1',
      this.#logs.numberOf(log),
      time,
    );
    return row === undefined ? undefined : number(row, 'sequence');
  }

  page(place: ConversationKey, before: ScreenPosition | undefined, limit: number): EntryRow[] {
    const id = this.#places.find(place);
    if (id === undefined) return [];
    const join = 'JOIN pages ON pages.arrival = entries.arrival WHERE pages.place = ?';
    const order = 'ORDER BY pages.screen_order DESC, pages.author DESC, pages.id DESC LIMIT ?';
    if (before === undefined) return this.#entries.select(`${join} ${order}`, id, limit);
    const position = [before.order, peerOrderKey(before.author), bytesOf(before.id)];
    const where = `${join} AND (pages.screen_order, pages.author, pages.id) < (?, ?, ?)`;
    return this.#entries.select(`${where} ${order}`, id, ...position, limit);
  }

  places(): Iterable<ConversationKey> {
    return this.#places.all();
  }

  memberships(place: ConversationKey): EntryRow[] {
    return this.#entries.select(
      `WHERE arrival IN (SELECT arrival FROM (
         SELECT arrival, row_number() OVER (PARTITION BY author ORDER BY screen_order DESC, id DESC) AS place_from_end
         FROM entries WHERE place = ? AND kind IN (2, 3)
       ) WHERE place_from_end = 1)`,
      this.#places.find(place) ?? -1,
    );
  }

  hasChanges(target: EntryRow): boolean {
    const place = this.#places.find(target.place);
    if (place === undefined) return false;
    const any = 'SELECT 1 FROM entries WHERE target = ? AND place = ? LIMIT 1';
    return this.#database.get(any, bytesOf(target.id), place) !== undefined;
  }

  changes(target: EntryRow, limit: number): EntryRow[] {
    const rest = `WHERE target = ? AND place = ? ORDER BY screen_order DESC, id DESC LIMIT ${limit}`;
    return this.#entries.select(rest, bytesOf(target.id), this.#places.find(target.place) ?? -1);
  }

  deletion(target: EntryRow): EntryRow | undefined {
    const rest = 'WHERE target = ? AND author = ? AND deletes = 1 AND place = ?';
    return this.#entries.first(rest, ...this.#ownChange(target));
  }

  edits(target: EntryRow): EntryRow[] {
    const rest = 'WHERE target = ? AND author = ? AND edits = 1 AND place = ?';
    return this.#entries.select(rest, ...this.#ownChange(target));
  }

  lastEdit(target: EntryRow): EntryRow | undefined {
    const own = 'WHERE target = ? AND author = ? AND edits = 1 AND place = ?';
    const newest = 'ORDER BY screen_order DESC, id DESC';
    return (
      this.#entries.first(`${own} AND edit_text IS NOT NULL ${newest}`, ...this.#ownChange(target)) ??
      this.#entries.first(`${own} ${newest}`, ...this.#ownChange(target))
    );
  }

  setSearchText(row: EntryRow, text: string | undefined): void {
    const known: SqliteRow = row;
    const { searchRow } = known;
    const words = this.#wordsOf(row, text);
    if (searchRow === undefined && words === undefined) return;
    const target = searchRow ?? this.#freeSearchRow(row);
    this.#search.set(target, words, searchRow !== undefined);
    const next = words === undefined ? undefined : target;
    if (next !== searchRow) this.#entries.setSearchRow(known, next);
  }

  search(terms: readonly SearchTerm[], place: ConversationKey | undefined, limit: number): EntryRow[] {
    const id = place === undefined ? undefined : (this.#places.find(place) ?? -1);
    const conversations = id === undefined ? undefined : this.#logs.conversationsIn(id);
    if (conversations?.length === 0) return [];
    const rows = this.#search.find(terms, conversations, limit);
    return rows.flatMap((row) => this.#entries.first('WHERE search_row = ?', row) ?? []);
  }

  missingBodies(conversation: string, limit: number): string[] {
    return this.#database
      .all(
        `SELECT entries.id FROM entries JOIN people ON people.id = entries.author
         WHERE entries.conversation = ? AND body_state = 1
         ORDER BY screen_order DESC, order_key DESC, entries.id DESC LIMIT ?`,
        this.#logs.conversationNumber(conversation),
        limit,
      )
      .map((row) => hex(row, 'id'));
  }

  droppable(standing: Standing, before: number | undefined, limit: number): EntryRow[] {
    return this.#entries.select(
      'WHERE droppable = 1 AND standing = ? AND arrived_at < ? ORDER BY arrived_at, arrival LIMIT ?',
      standingNumber(standing),
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
  }

  // What is on disk is kept: there are other bounds.
  forgetAbove(): EntryRow[] {
    return [];
  }

  #ownChange(target: EntryRow): [Uint8Array, number, number] {
    return [bytesOf(target.id), this.#people.find(target.author) ?? -1, this.#places.find(target.place) ?? -1];
  }

  #wordsOf(row: EntryRow, text: string | undefined): SearchText | undefined {
    return text === undefined ? undefined : searchTextOf(this.#logs.conversationNumber(row.conversation), text);
  }

  // The time, so that newest first is what the index gives by itself; nearby when somebody else has it.
  #freeSearchRow(row: EntryRow): number {
    const time = shownTime(row);
    const chance = Number.parseInt(row.id.slice(0, 12), 16);
    for (const bits of SPREAD_BITS) {
      const candidate = time + (chance % 2 ** bits);
      const isTaken = this.#database.get('SELECT 1 FROM entries WHERE search_row = ?', candidate) !== undefined;
      // What left its row within this transaction leaves it for good only at the end.
      if (!isTaken && !this.#search.isPending(candidate)) return candidate;
    }
    return (
      Number(
        this.#database.get('SELECT max(search_row) AS last FROM entries WHERE search_row IS NOT NULL')?.['last'] ?? 0,
      ) + 1
    );
  }
}
