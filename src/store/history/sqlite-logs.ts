// Logs, conversations and deliveries in the database.

import type { ConversationRecord, SequenceRange } from '../../contracts/history.ts';
import type { PeerId } from '../../state/values.ts';
import type { Database } from './sqlite-driver.ts';
import type { PeopleNumbers, PlaceNumbers } from './sqlite-names.ts';
import {
  bytes,
  bytesOf,
  hex,
  number,
  rangesFromJson,
  rangesToJson,
  recordFromJson,
  recordToJson,
  standingNumber,
  standingOf,
  text,
} from './sqlite-rows.ts';
import type { LogState } from './tables.ts';

export interface Numbers {
  readonly people: PeopleNumbers;
  readonly places: PlaceNumbers;
}

type Deliveries = Map<PeerId, readonly SequenceRange[]>;

export class SqliteLogs {
  readonly #database: Database;
  readonly #numbers: Numbers;
  readonly #byNumber = new Map<number, LogState>();
  readonly #numberOf = new Map<LogState, number>();
  readonly #conversations = new Map<string, number>();
  readonly #deliveries = new Map<LogState, Deliveries>();

  constructor(database: Database, numbers: Numbers) {
    this.#database = database;
    this.#numbers = numbers;
  }

  load(): LogState[] {
    this.#byNumber.clear();
    this.#numberOf.clear();
    this.#deliveries.clear();
    const rows = this.#database.all(
      `SELECT logs.*, conversations.conversation AS name, people.peer_id FROM logs
       JOIN conversations ON conversations.id = logs.conversation JOIN people ON people.id = logs.author`,
    );
    return rows.map((row) => {
      const log: LogState = {
        name: { conversation: hex(row, 'name'), author: text(row, 'peer_id'), logId: hex(row, 'log_id') },
        standing: standingOf(row['standing']),
        floor: number(row, 'floor'),
        ranges: rangesFromJson(text(row, 'ranges')),
        head: {
          sequence: number(row, 'head_sequence'),
          hash: bytes(row, 'head_hash'),
          order: number(row, 'head_order'),
        },
        forkMark: text(row, 'fork_mark'),
        bytes: number(row, 'bytes'),
      };
      this.#keep(number(row, 'id'), log);
      return log;
    });
  }

  byNumber(id: number): LogState {
    const log = this.#byNumber.get(id);
    if (log === undefined) throw new RangeError('an entry of no log');
    return log;
  }

  numberOf(log: LogState): number {
    return this.#numberOf.get(log) ?? -1;
  }

  save(log: LogState): void {
    const id = this.#numberOf.get(log) ?? this.#add(log);
    this.#database.run(
      `UPDATE logs SET standing = ?, floor = ?, ranges = ?, head_sequence = ?, head_hash = ?, head_order = ?,
       fork_mark = ?, bytes = ? WHERE id = ?`,
      standingNumber(log.standing),
      log.floor,
      rangesToJson(log.ranges),
      log.head.sequence,
      log.head.hash,
      log.head.order,
      log.forkMark,
      log.bytes,
      id,
    );
  }

  delete(log: LogState): void {
    const id = this.numberOf(log);
    this.#database.run('DELETE FROM deliveries WHERE log = ?', id);
    this.#database.run('DELETE FROM logs WHERE id = ?', id);
    this.#numberOf.delete(log);
    this.#byNumber.delete(id);
  }

  conversations(): ConversationRecord[] {
    this.#conversations.clear();
    return this.#database.all('SELECT * FROM conversations').map((row) => {
      const id = hex(row, 'conversation');
      this.#conversations.set(id, number(row, 'id'));
      return recordFromJson(id, this.#numbers.places.key(number(row, 'place')), text(row, 'record'));
    });
  }

  putConversation(conversation: ConversationRecord): void {
    const place = this.#numbers.places.take(conversation.place);
    this.#movePages(conversation.id, place);
    this.#database.run(
      `INSERT INTO conversations (conversation, place, record) VALUES (?, ?, ?)
       ON CONFLICT (conversation) DO UPDATE SET place = excluded.place, record = excluded.record`,
      bytesOf(conversation.id),
      place,
      recordToJson(conversation),
    );
  }

  // Hardly ever: where a conversation is shown does not change by itself.
  #movePages(conversation: string, place: number): void {
    const id = this.conversationNumber(conversation);
    const before = id === -1 ? undefined : this.#database.get('SELECT place FROM conversations WHERE id = ?', id);
    if (before === undefined || before['place'] === place) return;
    const entries = 'log IN (SELECT id FROM logs WHERE conversation = ?)';
    this.#database.run(`UPDATE entries SET place = ? WHERE ${entries}`, place, id);
    this.#database.run(
      `UPDATE pages SET place = ? WHERE place = ? AND id IN (SELECT id FROM entries WHERE shown = 1 AND ${entries})`,
      place,
      before['place'],
      id,
    );
  }

  /** Numbers of the conversations that are shown there. */
  conversationsIn(place: number): number[] {
    return this.#database.all('SELECT id FROM conversations WHERE place = ?', place).map((row) => number(row, 'id'));
  }

  conversationNumber(conversation: string): number {
    const known = this.#conversations.get(conversation);
    if (known !== undefined) return known;
    const row = this.#database.get('SELECT id FROM conversations WHERE conversation = ?', bytesOf(conversation));
    if (row === undefined) return -1;
    this.#conversations.set(conversation, number(row, 'id'));
    return number(row, 'id');
  }

  deliveries(log: LogState): Deliveries {
    let deliveries = this.#deliveries.get(log);
    if (deliveries === undefined) {
      const rows = this.#database.all(
        'SELECT people.peer_id, ranges FROM deliveries JOIN people ON people.id = peer WHERE log = ?',
        this.numberOf(log),
      );
      deliveries = new Map(rows.map((row) => [text(row, 'peer_id'), rangesFromJson(text(row, 'ranges'))]));
      this.#deliveries.set(log, deliveries);
    }
    return deliveries;
  }

  saveDelivery(log: LogState, peerId: PeerId, ranges: readonly SequenceRange[]): void {
    this.#database.run(
      'INSERT OR REPLACE INTO deliveries (log, peer, ranges) VALUES (?, ?, ?)',
      this.numberOf(log),
      this.#numbers.people.take(peerId),
      rangesToJson(ranges),
    );
    this.deliveries(log).set(peerId, ranges);
  }

  #add(log: LogState): number {
    const key = [
      this.conversationNumber(log.name.conversation),
      this.#numbers.people.take(log.name.author),
      bytesOf(log.name.logId),
    ] as const;
    this.#database.run(
      `INSERT INTO logs (conversation, author, log_id, standing, floor, ranges, head_sequence, head_hash, head_order,
       fork_mark, bytes) VALUES (?, ?, ?, 0, 1, '[]', 0, x'', 0, '', 0)`,
      ...key,
    );
    const row = this.#database.get('SELECT id FROM logs WHERE conversation = ? AND author = ? AND log_id = ?', ...key);
    const id = row === undefined ? -1 : number(row, 'id');
    this.#keep(id, log);
    return id;
  }

  #keep(id: number, log: LogState): void {
    this.#byNumber.set(id, log);
    this.#numberOf.set(log, id);
  }
}
