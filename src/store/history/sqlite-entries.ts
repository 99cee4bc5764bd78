// Entries in the database: rows from SQL to the rules and back. Within one transaction the same entry is the same object.

import { concatBytes, toHex } from '../../base/bytes.ts';
import { peerOrderKey } from './peer-order-key.ts';
import type { Database, SqlRow, SqlValue } from './sqlite-driver.ts';
import type { SqliteLogs } from './sqlite-logs.ts';
import type { PeopleNumbers, PlaceNumbers } from './sqlite-names.ts';
import {
  bodyStateNumber,
  bodyStateOf,
  bytesOf,
  bytes,
  number,
  optionalBytes,
  standingNumber,
  standingOf,
} from './sqlite-rows.ts';
import { isDroppable, type ChangingFields, type EntryRow } from './tables.ts';

export interface SqliteRow extends EntryRow {
  /** Its row in the full-text index. */
  searchRow?: number | undefined;
}

export interface EntriesParts {
  readonly database: Database;
  readonly people: PeopleNumbers;
  readonly places: PlaceNumbers;
  readonly logs: SqliteLogs;
}

const INSERTED = [
  ...['arrival', 'log', 'place', 'conversation', 'author', 'sequence', 'screen_order', 'at', 'arrived_at', 'kind'],
  ...[
    'shown',
    'forked',
    'deletes',
    'edits',
    'standing',
    'droppable',
    'carrier',
    'search_row',
    'body_state',
    'body_cost',
  ],
  ...['id', 'hash_rest', 'previous', 'signature', 'header', 'target', 'edit_text', 'body'],
];
const INSERT = `INSERT INTO entries (${INSERTED.join(', ')}) VALUES (${INSERTED.map(() => '?').join(', ')})`;

export class SqliteEntries {
  readonly #parts: EntriesParts;
  readonly #byArrival = new Map<number, SqliteRow>();
  readonly #byId = new Map<string, SqliteRow>();

  constructor(parts: EntriesParts) {
    this.#parts = parts;
  }

  /** A transaction begins or ends. */
  forget(): void {
    this.#byArrival.clear();
    this.#byId.clear();
  }

  /** All entries that these conditions (and whatever else comes after FROM entries) select. */
  select(rest: string, ...values: readonly SqlValue[]): SqliteRow[] {
    return this.#parts.database
      .all(`SELECT entries.* FROM entries ${rest}`, ...values)
      .map((row) => this.#byArrival.get(number(row, 'arrival')) ?? this.#read(row));
  }

  first(rest: string, ...values: readonly SqlValue[]): SqliteRow | undefined {
    return this.select(`${rest} LIMIT 1`, ...values)[0];
  }

  byId(id: string): SqliteRow | undefined {
    return this.#byId.get(id) ?? this.first('WHERE id = ?', bytesOf(id));
  }

  insert(row: SqliteRow): void {
    const { database, people, places, logs } = this.#parts;
    const place = places.take(row.place);
    const id = bytesOf(row.id);
    database.run(
      INSERT,
      row.arrival,
      logs.numberOf(row.log),
      place,
      logs.conversationNumber(row.conversation),
      people.take(row.author),
      row.sequence,
      row.order,
      row.at,
      row.arrivedAt,
      row.kind,
      row.shown,
      row.forked,
      row.deletes,
      row.edits,
      standingNumber(row.standing),
      isDroppable(row),
      row.carrier === undefined ? null : people.take(row.carrier),
      row.searchRow,
      bodyStateNumber(row.bodyState),
      row.bodyCost,
      id,
      row.hash.subarray(id.length),
      row.previous,
      row.signature,
      row.header,
      row.target === undefined ? null : bytesOf(row.target),
      row.editText,
      row.body,
    );
    this.#keep(row);
    if (!row.shown) return;
    database.run(
      'INSERT INTO pages (place, screen_order, author, id, arrival) VALUES (?, ?, ?, ?, ?)',
      ...[place, row.order, peerOrderKey(row.author), id, row.arrival],
    );
  }

  change(row: SqliteRow, changes: Partial<ChangingFields>): void {
    const { arrival } = row;
    Object.assign(row, changes);
    this.#update(arrival, columnsOf(row, changes));
    if (changes.arrival === undefined) return;
    this.#byArrival.delete(arrival);
    this.#keep(row);
    if (!row.shown) return;
    this.#parts.database.run(
      'UPDATE pages SET arrival = ? WHERE place = ? AND screen_order = ? AND author = ? AND id = ?',
      ...[row.arrival, this.#parts.places.take(row.place), row.order, peerOrderKey(row.author), bytesOf(row.id)],
    );
  }

  setSearchRow(row: SqliteRow, searchRow: number | undefined): void {
    row.searchRow = searchRow;
    this.#update(row.arrival, { search_row: searchRow });
  }

  #update(arrival: number, columns: Readonly<Record<string, SqlValue>>): void {
    const names = Object.keys(columns);
    const assignments = names.map((name) => `${name} = ?`).join(', ');
    this.#parts.database.run(
      `UPDATE entries SET ${assignments} WHERE arrival = ?`,
      ...names.map((name) => columns[name]),
      arrival,
    );
  }

  #keep(row: SqliteRow): void {
    this.#byArrival.set(row.arrival, row);
    this.#byId.set(row.id, row);
  }

  #read(row: SqlRow): SqliteRow {
    const { logs, places, people } = this.#parts;
    const log = logs.byNumber(number(row, 'log'));
    const id = bytes(row, 'id');
    const target = optionalBytes(row, 'target');
    const entry: SqliteRow = {
      ...log.name,
      log,
      place: places.key(number(row, 'place')),
      id: toHex(id),
      sequence: number(row, 'sequence'),
      order: number(row, 'screen_order'),
      at: number(row, 'at'),
      arrivedAt: number(row, 'arrived_at'),
      kind: number(row, 'kind'),
      hash: concatBytes(id, bytes(row, 'hash_rest')),
      previous: bytes(row, 'previous'),
      signature: bytes(row, 'signature'),
      header: bytes(row, 'header'),
      arrival: number(row, 'arrival'),
      shown: row['shown'] === 1,
      forked: row['forked'] === 1,
      deletes: row['deletes'] === 1,
      edits: row['edits'] === 1,
      standing: standingOf(row['standing']),
      carrier: row['carrier'] === null ? undefined : people.peerId(number(row, 'carrier')),
      searchRow: row['search_row'] === null ? undefined : number(row, 'search_row'),
      bodyState: bodyStateOf(row['body_state']),
      bodyCost: number(row, 'body_cost'),
      target: target === undefined ? undefined : toHex(target),
      editText: typeof row['edit_text'] === 'string' ? row['edit_text'] : undefined,
      body: optionalBytes(row, 'body'),
    };
    this.#keep(entry);
    return entry;
  }
}

/** The columns behind these fields; `row` has the changes already. */
function columnsOf(row: EntryRow, changes: Partial<ChangingFields>): Record<string, SqlValue> {
  const columns: Record<string, SqlValue> = { droppable: isDroppable(row) };
  if ('arrival' in changes) columns['arrival'] = row.arrival;
  if ('body' in changes) columns['body'] = row.body;
  if ('bodyState' in changes) columns['body_state'] = bodyStateNumber(row.bodyState);
  if ('bodyCost' in changes) columns['body_cost'] = row.bodyCost;
  if ('target' in changes) columns['target'] = row.target === undefined ? null : bytesOf(row.target);
  if ('deletes' in changes) columns['deletes'] = row.deletes;
  if ('edits' in changes) columns['edits'] = row.edits;
  if ('editText' in changes) columns['edit_text'] = row.editText;
  if ('forked' in changes) columns['forked'] = row.forked;
  if ('standing' in changes) columns['standing'] = standingNumber(row.standing);
  return columns;
}
