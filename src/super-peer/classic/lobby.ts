// Coming and going: the door between connections and guests.

import type { Emitter } from '../../base/emitter.ts';
import type { Log } from '../../base/log.ts';
import type { Connection } from './connection.ts';
import type { Counters } from './counters.ts';
import type { ClassicEvent } from './events.ts';
import { Guest, type Person } from './guest.ts';
import { factsOf } from './guest-facts.ts';
import { isTruthy, keyOf, type JsonObject } from './json-value.ts';
import type { ListAnnouncer } from './list-announcer.ts';
import type { MediaSenders } from './media-senders.ts';
import type { NameTable } from './name-table.ts';
import type { Piece } from './outbox.ts';
import { pythonText } from './python-text.ts';
import type { RoomCalls } from './room-calls.ts';
import type { RoomTable } from './room-table.ts';
import { SAY, systemLine } from './texts.ts';

/** Among more guests than this, who comes and goes is told a little later, together. */
const CROWD = 64;

export interface LobbyParts {
  readonly names: NameTable;
  readonly rooms: RoomTable;
  readonly senders: MediaSenders;
  readonly roomCalls: RoomCalls;
  readonly announcer: ListAnnouncer;
  readonly counters: Counters;
  readonly events: Emitter<ClassicEvent>;
  readonly log: Log;
  /** What the Welcome says. */
  readonly udpPort: () => number;
}

export class Lobby {
  readonly #parts: LobbyParts;

  constructor(parts: LobbyParts) {
    this.#parts = parts;
  }

  /**
   * A line of somebody who has not joined. Undefined unless it is a valid join. Empty names, which the original welcomes
   * and then never lets go, are none.
   */
  join(connection: Connection, fields: JsonObject): Guest | undefined {
    const { names, counters, events, log, udpPort } = this.#parts;
    const from = fields.get('from');
    if (fields.get('type') !== 'join' || !isTruthy(from) || keyOf(from) === undefined) {
      counters.add('skipped-before-join');
      return undefined;
    }
    const asked = pythonText(from);
    const guest = new Guest(names.freeName(asked), asked, typeof from === 'string', connection);
    names.add(guest);
    counters.add('joins');
    log.info('joined', { name: guest.name, asked, address: connection.address, guests: names.guests.size });
    guest.answer(systemLine(SAY.welcome(guest.name, udpPort())));
    this.arrived(guest);
    events.emit({ type: 'guest-joined', guest: factsOf(guest) });
    return guest;
  }

  leave(guest: Guest): void {
    const { names, rooms, senders, roomCalls, counters, events, log } = this.#parts;
    if (!names.remove(guest)) return;
    rooms.leaveAll(guest);
    senders.forget(guest);
    roomCalls.leave(guest);
    counters.add('leaves');
    const reason = guest.connection.dropReason;
    if (reason === undefined) log.info('left', { name: guest.name, guests: names.guests.size });
    else log.warn('dropped, since it does not take what is sent to it', { name: guest.name, reason });
    this.departed(guest);
    events.emit({ type: 'guest-left', guest: factsOf(guest) });
  }

  /** Tells the others that somebody is on the list now. */
  arrived(person: Person): void {
    this.#tellOthers(person, SAY.joined(person.name));
    this.#parts.announcer.changed();
  }

  departed(person: Person): void {
    this.#tellOthers(person, SAY.left(person.name));
    this.#parts.announcer.changed();
  }

  #tellOthers(person: Person, text: string): void {
    const { guests } = this.#parts.names;
    const piece: Piece = { data: systemLine(text) };
    const urgent = guests.size <= CROWD;
    for (const guest of guests) if (guest !== person) guest.send(piece, urgent);
  }
}
