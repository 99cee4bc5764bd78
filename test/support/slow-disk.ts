// A history on a disk that takes its time: what it hasn't confirmed when the process is killed never happened.

import { sleep, type Clock } from '../../src/base/clock.ts';
import type { AppendOutcome, ConversationRecord, History, NewEntry } from '../../src/contracts/history.ts';

export class SlowDisk implements History {
  readonly #disk: History;
  readonly #clock: Clock;
  readonly #delayMs: () => number;
  /** One thing after another, as with one writer. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(disk: History, clock: Clock, delayMs: () => number) {
    this.#disk = disk;
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  append(entries: readonly NewEntry[]): Promise<AppendOutcome[]> {
    return this.#later(() => this.#disk.append(entries));
  }

  putConversation(conversation: ConversationRecord): Promise<void> {
    return this.#later(() => this.#disk.putConversation(conversation));
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#disk.close();
  }

  #later<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last
      .catch(() => undefined)
      .then(() => sleep(this.#clock, this.#delayMs()))
      .then(work);
    this.#last = done;
    return done;
  }

  open: History['open'] = () => this.#disk.open();
  renewOwnLog: History['renewOwnLog'] = () => this.#disk.renewOwnLog();
  setFloors: History['setFloors'] = (floors) => this.#disk.setFloors(floors);
  noteDelivered: History['noteDelivered'] = (log, peerId, range) => this.#disk.noteDelivered(log, peerId, range);
  deliveredTo: History['deliveredTo'] = (peerId) => this.#disk.deliveredTo(peerId);
  page: History['page'] = (place, options) => this.#disk.page(place, options);
  message: History['message'] = (id) => this.#disk.message(id);
  since: History['since'] = (arrival, limit) => this.#disk.since(arrival, limit);
  search: History['search'] = (query, options) => this.#disk.search(query, options);
  lastMessages: History['lastMessages'] = (limit) => this.#disk.lastMessages(limit);
  memberships: History['memberships'] = (place) => this.#disk.memberships(place);
  entries: History['entries'] = (log, ranges, options) => this.#disk.entries(log, ranges, options);
  entriesById: History['entriesById'] = (ids) => this.#disk.entriesById(ids);
  sequencesAt: History['sequencesAt'] = (conversation, time) => this.#disk.sequencesAt(conversation, time);
  missingBodies: History['missingBodies'] = (conversation, limit) => this.#disk.missingBodies(conversation, limit);
  setBlocked: History['setBlocked'] = (author, blocked) => this.#disk.setBlocked(author, blocked);
  expire: History['expire'] = (before) => this.#disk.expire(before);
}
