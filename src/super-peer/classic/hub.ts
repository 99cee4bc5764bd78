// What a bridge can do among the guests: put remote people on their list and speak for them. Every verb resolves when it
// is written to the sockets of those for whom it was.

import type { Emitter, Unsubscribe } from '../../base/emitter.ts';
import type { ClassicEvent } from './events.ts';
import type { Flusher } from './flusher.ts';
import { Guest, RemotePerson } from './guest.ts';
import { quote, writeJson } from './json-write.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import type { Lobby } from './lobby.ts';
import type { MediaRelay } from './media-relay.ts';
import { passedOnLine } from './message-parts.ts';
import type { NameTable } from './name-table.ts';
import type { RoomTable } from './room-table.ts';
import { broadcastLine, pmLine, roomMessageLine, systemLine } from './texts.ts';

export interface ClassicHub {
  readonly guests: readonly string[];
  on(listener: (event: ClassicEvent) => void, options?: { signal?: AbortSignal }): Unsubscribe;
  /** Puts somebody on the list, under the first plain name that is free: that name is the result. */
  addRemote(wantedName: string): string;
  removeRemote(name: string): void;
  /** Names of guests that are in a room. */
  guestsIn(room: JsonValue): readonly string[];
  /** From a remote name to all guests. The names of those who have it. */
  broadcast(from: string, msg: JsonValue): Promise<readonly string[]>;
  /** False: that guest is not there, or left before it was written. */
  pm(from: string, to: string, msg: JsonValue): Promise<boolean>;
  roomMessage(from: string, room: JsonValue, msg: JsonValue): Promise<readonly string[]>;
  /** A file_init, file_chunk or file_end to one guest; the next part should wait for the result. */
  filePart(from: string, to: string, part: JsonObject): Promise<boolean>;
  roomFilePart(from: string, room: JsonValue, part: JsonObject): Promise<readonly string[]>;
  /** A call_request, call_accepted, call_rejected or call_end. */
  callSignal(from: string, to: string, signal: JsonObject): Promise<boolean>;
  /** A line of the server itself to one guest. */
  system(to: string, text: string): Promise<boolean>;
  /** A datagram, header and all. False: it is not known where that guest takes media. */
  media(to: string, datagram: Buffer): boolean;
}

export interface HubParts {
  readonly names: NameTable;
  readonly rooms: RoomTable;
  readonly lobby: Lobby;
  readonly media: MediaRelay;
  readonly flusher: Flusher;
  readonly events: Emitter<ClassicEvent>;
}

export class Hub implements ClassicHub {
  readonly #parts: HubParts;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  get guests(): readonly string[] {
    return [...this.#parts.names.guests].map(({ name }) => name);
  }

  on(listener: (event: ClassicEvent) => void, options?: { signal?: AbortSignal }): Unsubscribe {
    return this.#parts.events.on(listener, options);
  }

  addRemote(wantedName: string): string {
    const { names, lobby, flusher } = this.#parts;
    const person = new RemotePerson(names.freeName(wantedName));
    names.add(person);
    lobby.arrived(person);
    flusher.settle();
    return person.name;
  }

  removeRemote(name: string): void {
    const { names, lobby, flusher } = this.#parts;
    const person = names.get(name);
    if (person?.kind !== 'remote') return;
    names.remove(person);
    lobby.departed(person);
    flusher.settle();
  }

  guestsIn(room: JsonValue): readonly string[] {
    return [...this.#parts.rooms.members(room)].map(({ name }) => name);
  }

  broadcast(from: string, msg: JsonValue): Promise<readonly string[]> {
    return this.#toAll(this.#parts.names.guests, broadcastLine(quote(from), writeJson(msg)));
  }

  pm(from: string, to: string, msg: JsonValue): Promise<boolean> {
    return this.#toOne(to, pmLine(quote(from), writeJson(msg)));
  }

  roomMessage(from: string, room: JsonValue, msg: JsonValue): Promise<readonly string[]> {
    return this.#toAll(this.#parts.rooms.members(room), roomMessageLine(quote(from), room, writeJson(msg)));
  }

  filePart(from: string, to: string, part: JsonObject): Promise<boolean> {
    return this.#toOne(to, passedOnLine(part, quote(from), false));
  }

  roomFilePart(from: string, room: JsonValue, part: JsonObject): Promise<readonly string[]> {
    return this.#toAll(this.#parts.rooms.members(room), passedOnLine(part, quote(from), false));
  }

  callSignal(from: string, to: string, signal: JsonObject): Promise<boolean> {
    return this.#toOne(to, passedOnLine(signal, quote(from), false));
  }

  system(to: string, text: string): Promise<boolean> {
    return this.#toOne(to, systemLine(text));
  }

  media(to: string, datagram: Buffer): boolean {
    const person = this.#parts.names.get(to);
    if (!(person instanceof Guest)) return false;
    // Who listens and says nothing is sent to where its call messages say it is.
    return this.#parts.media.send(person, datagram, person.media.port ?? person.media.hint);
  }

  async #toOne(to: string, line: string): Promise<boolean> {
    const person = this.#parts.names.get(to);
    if (!(person instanceof Guest)) return false;
    const written = this.#write(person, line);
    this.#parts.flusher.settle();
    return written;
  }

  async #toAll(guests: Iterable<Guest>, line: string): Promise<readonly string[]> {
    const reached: string[] = [];
    const writing = [...guests].map(async (guest) => {
      if (await this.#write(guest, line)) reached.push(guest.name);
    });
    this.#parts.flusher.settle();
    await Promise.all(writing);
    return reached;
  }

  #write(guest: Guest, line: string): Promise<boolean> {
    return new Promise((resolve) => guest.send({ data: line, written: resolve }));
  }
}
