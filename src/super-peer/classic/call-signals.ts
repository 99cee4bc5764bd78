// Call signalling: passed on with the true name of the sender, so that nobody calls in another's name, and so that the
// answer to bob_1, whose client goes on calling itself bob, reaches bob_1.

import type { Emitter } from '../../base/emitter.ts';
import type { ClassicEvent } from './events.ts';
import { Guest } from './guest.ts';
import { factsOf } from './guest-facts.ts';
import type { JsonLine } from './json-read.ts';
import { isTruthy, keyOf, type JsonObject, type JsonValue } from './json-value.ts';
import { passedOnLine } from './message-parts.ts';
import type { NameTable } from './name-table.ts';
import type { RoomCalls } from './room-calls.ts';
import { SAY, systemLine } from './texts.ts';

export type CallSignalType = 'call_request' | 'call_accepted' | 'call_rejected' | 'call_end';

export interface CallSignalsParts {
  readonly names: NameTable;
  readonly roomCalls: RoomCalls;
  readonly events: Emitter<ClassicEvent>;
  /** Calls of this room are somebody else's matter. */
  readonly takesRoom?: ((room: JsonValue) => boolean) | undefined;
  /** What this guest says to that person is about a call that is somebody else's matter, guests as both may be. */
  readonly takesAnswer?: ((guest: string, to: string) => boolean) | undefined;
}

export class CallSignals {
  readonly #parts: CallSignalsParts;

  constructor(parts: CallSignalsParts) {
    this.#parts = parts;
  }

  signal(guest: Guest, type: CallSignalType, line: JsonLine): void {
    const { names, roomCalls, events } = this.#parts;
    const { fields, plain } = line;
    noteMediaPort(guest, fields);
    const to = fields.get('to');
    const room = fields.get('room') ?? null;
    if (!isTruthy(to) && isTruthy(room) && keyOf(room) !== undefined) {
      if (type === 'call_request') {
        const signal = withFrom(fields, guest.name);
        if (this.#parts.takesRoom?.(room) !== true) roomCalls.request(guest, room, line);
        else events.emit({ type: 'room-call-request', guest: factsOf(guest), room, signal });
      } else if (type === 'call_end') {
        roomCalls.end(guest);
        this.#emit(guest, '', fields);
      }
      return;
    }
    const person = names.find(to);
    if (person !== undefined && type !== 'call_request' && this.#parts.takesAnswer?.(guest.name, person.name) === true)
      return this.#emit(guest, person.name, fields);
    if (roomCalls.take(guest, type, to, person)) return;
    if (person === undefined) {
      if (type === 'call_request') guest.answer(systemLine(SAY.offline(to)));
      // Who began the call of a room ends it by the room's name.
      else this.#emit(guest, typeof to === 'string' ? to : '', fields);
    } else if (person instanceof Guest)
      person.send({ data: passedOnLine(fields, guest.quotedName, plain), sender: guest.connection });
    else this.#emit(guest, person.name, fields);
  }

  #emit(guest: Guest, to: string, fields: JsonObject): void {
    const signal = withFrom(fields, guest.name);
    this.#parts.events.emit({ type: 'call-signal', guest: factsOf(guest), to, signal });
  }
}

function withFrom(fields: JsonObject, name: string): JsonObject {
  return new Map(fields).set('from', name);
}

/** The port that the client says it has: tells namesakes behind one address apart. */
function noteMediaPort(guest: Guest, fields: JsonObject): void {
  const port = fields.get('udp_port');
  if (typeof port === 'bigint' && port > 0n && port <= 65_535n) guest.media.hint = Number(port);
}
