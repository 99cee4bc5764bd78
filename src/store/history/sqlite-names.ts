// The numbers that the database has for people and places.

import type { ConversationKey, PeerId } from '../../state/values.ts';
import { peerOrderKey } from './peer-order-key.ts';
import type { Database } from './sqlite-driver.ts';
import { number, text } from './sqlite-rows.ts';

/** People come and go; only those of late are remembered. */
const PEOPLE_LIMIT = 10_000;

export class PeopleNumbers {
  readonly #database: Database;
  readonly #numbers = new Map<PeerId, number>();
  readonly #peerIds = new Map<number, PeerId>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Undefined for somebody of whom nothing is here. */
  find(peerId: PeerId): number | undefined {
    const known = this.#numbers.get(peerId);
    if (known !== undefined) return known;
    const row = this.#database.get('SELECT id FROM people WHERE peer_id = ?', peerId);
    return row === undefined ? undefined : this.#keep(peerId, number(row, 'id'));
  }

  take(peerId: PeerId): number {
    const known = this.find(peerId);
    if (known !== undefined) return known;
    this.#database.run('INSERT INTO people (peer_id, order_key) VALUES (?, ?)', peerId, peerOrderKey(peerId));
    const row = this.#database.get('SELECT id FROM people WHERE peer_id = ?', peerId);
    return this.#keep(peerId, row === undefined ? 0 : number(row, 'id'));
  }

  peerId(id: number): PeerId {
    const known = this.#peerIds.get(id);
    if (known !== undefined) return known;
    const row = this.#database.get('SELECT peer_id FROM people WHERE id = ?', id);
    const peerId = row === undefined ? '' : text(row, 'peer_id');
    this.#keep(peerId, id);
    return peerId;
  }

  forget(): void {
    this.#numbers.clear();
    this.#peerIds.clear();
  }

  #keep(peerId: PeerId, id: number): number {
    if (this.#numbers.size >= PEOPLE_LIMIT) this.forget();
    this.#numbers.set(peerId, id);
    this.#peerIds.set(id, peerId);
    return id;
  }
}

/** Few, and all of them remembered. */
export class PlaceNumbers {
  readonly #database: Database;
  readonly #numbers = new Map<ConversationKey, number>();
  readonly #keys = new Map<number, ConversationKey>();

  constructor(database: Database) {
    this.#database = database;
  }

  load(): void {
    this.#numbers.clear();
    this.#keys.clear();
    for (const row of this.#database.all('SELECT id, key FROM places')) this.#keep(text(row, 'key'), number(row, 'id'));
  }

  find(key: ConversationKey): number | undefined {
    return this.#numbers.get(key);
  }

  take(key: ConversationKey): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#database.run('INSERT INTO places (key) VALUES (?)', key);
    const row = this.#database.get('SELECT id FROM places WHERE key = ?', key);
    return this.#keep(key, row === undefined ? 0 : number(row, 'id'));
  }

  key(id: number): ConversationKey {
    return this.#keys.get(id) ?? '';
  }

  all(): Iterable<ConversationKey> {
    return this.#numbers.keys();
  }

  #keep(key: ConversationKey, id: number): number {
    this.#numbers.set(key, id);
    this.#keys.set(id, key);
    return id;
  }
}
