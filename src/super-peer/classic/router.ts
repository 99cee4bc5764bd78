// What becomes of a line: the table of message types of the classic protocol.

import type { Emitter } from '../../base/emitter.ts';
import type { CallSignals } from './call-signals.ts';
import type { Counters } from './counters.ts';
import type { ClassicEvent } from './events.ts';
import { Guest, type Person } from './guest.ts';
import { factsOf } from './guest-facts.ts';
import type { JsonLine } from './json-read.ts';
import { writeJson } from './json-write.ts';
import { isTruthy, keyOf, type JsonObject, type JsonValue } from './json-value.ts';
import { passedOnLine } from './message-parts.ts';
import type { NameTable } from './name-table.ts';
import type { Piece } from './outbox.ts';
import type { RoomTable } from './room-table.ts';
import { SAY, broadcastLine, pmLine, roomMessageLine, systemLine } from './texts.ts';

export interface RouterParts {
  readonly names: NameTable;
  readonly rooms: RoomTable;
  readonly calls: CallSignals;
  readonly counters: Counters;
  readonly events: Emitter<ClassicEvent>;
}

const LARGEST_PORT = 65_535n;

export class Router {
  readonly #parts: RouterParts;

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  /** A line of somebody who has joined. */
  route(guest: Guest, line: JsonLine): void {
    const { fields } = line;
    const type = fields.get('type');
    switch (type) {
      case 'broadcast':
        return this.#broadcast(guest, line);
      case 'pm':
        return this.#pm(guest, line);
      case 'room_msg':
        return this.#roomMessage(guest, line);
      case 'file_init':
      case 'file_chunk':
      case 'file_end':
        return this.#filePart(guest, line);
      case 'create_room':
        return this.#createRoom(guest, fields.get('room'));
      case 'join_room':
        return this.#joinRoom(guest, fields.get('room'));
      case 'leave_room':
        return this.#leaveRoom(guest, fields.get('room'));
      case 'list':
        return guest.answer(this.#parts.names.listLine);
      case 'stream_init':
        return this.#streamInit(guest, fields.get('udp_port'));
      case 'call_request':
      case 'call_accepted':
      case 'call_rejected':
      case 'call_end':
        this.#parts.counters.add('call-signals');
        return this.#parts.calls.signal(guest, type, line);
      default:
        return guest.answer(systemLine(SAY.unknownType(type)));
    }
  }

  #broadcast(guest: Guest, { fields, plain }: JsonLine): void {
    const { names, counters } = this.#parts;
    counters.add('broadcasts');
    const msg = messageOf(fields);
    this.#toGuests(names.guests, guest, broadcastLine(guest.quotedName, written(msg, plain)));
    this.#tell({ type: 'said', guest: factsOf(guest), msg });
  }

  #pm(guest: Guest, { fields, plain }: JsonLine): void {
    const { names, counters } = this.#parts;
    counters.add('private-messages');
    const to = fields.get('to');
    const person = names.find(to);
    const msg = messageOf(fields);
    if (person === undefined) guest.answer(systemLine(SAY.notFound(to)));
    else if (person instanceof Guest)
      person.send({ data: pmLine(guest.quotedName, written(msg, plain)), sender: guest.connection });
    else this.#tell({ type: 'said-privately', guest: factsOf(guest), to: person.name, msg });
  }

  #roomMessage(guest: Guest, { fields, plain }: JsonLine): void {
    const { rooms, counters } = this.#parts;
    counters.add('room-messages');
    const room = fields.get('room') ?? null;
    if (keyOf(room) === undefined) return counters.add('skipped-odd-room');
    const msg = messageOf(fields);
    const members = rooms.members(room);
    if (members.size > 0) this.#toGuests(members, guest, roomMessageLine(guest.quotedName, room, written(msg, plain)));
    this.#tell({ type: 'said-in-room', guest: factsOf(guest), room, msg });
  }

  #filePart(guest: Guest, { fields, plain }: JsonLine): void {
    const { names, rooms, counters } = this.#parts;
    counters.add('file-parts');
    const to = fields.get('to');
    const room = fields.get('room') ?? null;
    if (isTruthy(to)) {
      const person = names.find(to);
      if (person === undefined) guest.answer(systemLine(SAY.notFound(to)));
      else if (person instanceof Guest)
        person.send({ data: passedOnLine(fields, guest.quotedName, plain), sender: guest.connection });
      else this.#tellFilePart(guest, { to: person.name }, fields);
    } else if (isTruthy(room)) {
      if (keyOf(room) === undefined) return counters.add('skipped-odd-room');
      const members = rooms.members(room);
      if (members.size > 0) this.#toGuests(members, guest, passedOnLine(fields, guest.quotedName, plain));
      this.#tellFilePart(guest, { room }, fields);
    } else guest.answer(systemLine(SAY.noFileTarget));
  }

  #createRoom(guest: Guest, room: JsonValue | undefined): void {
    if (keyOf(room) === undefined) return this.#parts.counters.add('skipped-odd-room');
    // Nothing to keep: a room is its members, and the maker is none of them.
    guest.answer(systemLine(SAY.roomCreated(room)));
    this.#tell({ type: 'room-created', guest: factsOf(guest), room: room ?? null });
  }

  #joinRoom(guest: Guest, room: JsonValue | undefined): void {
    const { rooms, counters } = this.#parts;
    const result = rooms.join(guest, room);
    if (result === 'odd') return counters.add('skipped-odd-room');
    if (result === 'too-many') {
      counters.add('skipped-room-limit');
      return guest.answer(systemLine(SAY.tooManyRooms));
    }
    guest.answer(systemLine(SAY.roomJoined(room)));
    if (result === 'joined') this.#tell({ type: 'room-joined', guest: factsOf(guest), room: room ?? null });
  }

  #leaveRoom(guest: Guest, room: JsonValue | undefined): void {
    const result = this.#parts.rooms.leave(guest, room);
    if (result === 'odd') return this.#parts.counters.add('skipped-odd-room');
    guest.answer(systemLine(SAY.roomLeft(room)));
    if (result === 'left') this.#tell({ type: 'room-left', guest: factsOf(guest), room: room ?? null });
  }

  #streamInit(guest: Guest, port: JsonValue | undefined): void {
    // The original takes anything for registered, and then fails with every packet.
    if (typeof port !== 'bigint' || port < 1n || port > LARGEST_PORT) return guest.answer(systemLine(SAY.udpMissing));
    guest.media.port = Number(port);
    guest.media.seen = false;
    guest.answer(systemLine(SAY.udpRegistered));
  }

  #toGuests(guests: Iterable<Guest>, except: Person, line: string): void {
    const sender = except instanceof Guest ? except.connection : undefined;
    const piece: Piece = { data: line, ...(sender !== undefined && { sender }) };
    for (const guest of guests) if (guest !== except) guest.send(piece);
  }

  #tellFilePart(guest: Guest, target: { to: string } | { room: JsonValue }, part: JsonObject): void {
    this.#tell({
      type: 'file-part',
      guest: factsOf(guest),
      target,
      part,
      slowDown: () => guest.connection.brake(),
    });
  }

  #tell(event: ClassicEvent): void {
    this.#parts.events.emit(event);
  }
}

/** Missing is empty; null is null. */
function messageOf(fields: JsonObject): JsonValue {
  const msg = fields.get('msg');
  return msg === undefined ? '' : msg;
}

/** As JSON; what came plain goes as it came. */
function written(msg: JsonValue, plain: boolean): string {
  return plain && typeof msg === 'string' ? `"${msg}"` : writeJson(msg);
}
