// Old clients in memory: the classic server's side of the bridge, without sockets. Guests keep what they were told.

import { Emitter } from '../../src/base/emitter.ts';
import type { ClassicEvent, GuestFacts } from '../../src/super-peer/classic/events.ts';
import type { ClassicHub } from '../../src/super-peer/classic/hub.ts';
import { COUNTER_NAMES, type CounterName } from '../../src/super-peer/classic/counters.ts';
import { keyOf, type JsonObject, type JsonValue } from '../../src/super-peer/classic/json-value.ts';
import { pythonText } from '../../src/super-peer/classic/python-text.ts';
import type { ClassicPart } from '../../src/super-peer/super-peer.ts';
import type { ClassicStatus } from '../../src/super-peer/classic/classic-server.ts';

interface MemoryGuest {
  readonly rooms: Set<string>;
  readonly heard: string[];
  readonly parts: JsonObject[];
  /** Its socket takes nothing. */
  isStuck: boolean;
}

export class MemoryHub implements ClassicHub {
  readonly #guests = new Map<string, MemoryGuest>();
  readonly #events = new Emitter<ClassicEvent>((error) => {
    throw error;
  });
  /** Other people on the list. */
  readonly remotes = new Set<string>();
  /** How often a guest was to be read no more, and was read again. */
  readonly pauses = { begun: 0, ended: 0 };

  get guests(): readonly string[] {
    return [...this.#guests.keys()];
  }

  on(listener: (event: ClassicEvent) => void, options?: { signal?: AbortSignal }): () => void {
    return this.#events.on(listener, options);
  }

  addRemote(wantedName: string): string {
    let name = wantedName;
    for (let suffix = 1; this.remotes.has(name) || this.#guests.has(name); suffix++) name = `${wantedName}_${suffix}`;
    this.remotes.add(name);
    return name;
  }

  removeRemote(name: string): void {
    this.remotes.delete(name);
  }

  guestsIn(room: JsonValue): readonly string[] {
    return this.guests.filter((name) => this.#guest(name).rooms.has(keyOf(room) ?? ''));
  }

  broadcast(from: string, msg: JsonValue): Promise<readonly string[]> {
    return this.#tell(this.guests, `${from}: ${pythonText(msg)}`);
  }

  async pm(from: string, to: string, msg: JsonValue): Promise<boolean> {
    return (await this.#tell([to], `${from} to me: ${pythonText(msg)}`)).length > 0;
  }

  roomMessage(from: string, room: JsonValue, msg: JsonValue): Promise<readonly string[]> {
    return this.#tell(this.guestsIn(room), `${from} in ${pythonText(room)}: ${pythonText(msg)}`);
  }

  async filePart(_from: string, to: string, part: JsonObject): Promise<boolean> {
    await Promise.resolve();
    this.#guests.get(to)?.parts.push(part);
    return this.#guests.has(to);
  }

  async roomFilePart(from: string, room: JsonValue, part: JsonObject): Promise<readonly string[]> {
    const members = this.guestsIn(room);
    await Promise.all(members.map((name) => this.filePart(from, name, part)));
    return members;
  }

  callSignal(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async system(to: string, text: string): Promise<boolean> {
    return (await this.#tell([to], `system: ${text}`)).length > 0;
  }

  media(): boolean {
    return false;
  }

  // What old clients do.

  join(name: string): void {
    this.#guests.set(name, { rooms: new Set(), heard: [], parts: [], isStuck: false });
    this.#events.emit({ type: 'guest-joined', guest: this.#facts(name) });
  }

  leave(name: string): void {
    if (!this.#guests.delete(name)) return;
    this.#events.emit({ type: 'guest-left', guest: this.#facts(name) });
  }

  say(name: string, msg: string): void {
    this.#events.emit({ type: 'said', guest: this.#facts(name), msg });
  }

  tell(name: string, to: string, msg: string): void {
    this.#events.emit({ type: 'said-privately', guest: this.#facts(name), to, msg });
  }

  joinRoom(name: string, room: string): void {
    this.#guest(name).rooms.add(keyOf(room) ?? '');
    this.#events.emit({ type: 'room-joined', guest: this.#facts(name), room });
  }

  leaveRoom(name: string, room: string): void {
    this.#guest(name).rooms.delete(keyOf(room) ?? '');
    this.#events.emit({ type: 'room-left', guest: this.#facts(name), room });
  }

  sayIn(name: string, room: string, msg: string): void {
    this.#events.emit({ type: 'said-in-room', guest: this.#facts(name), room, msg });
  }

  sendPart(name: string, target: { to: string } | { room: JsonValue }, part: JsonObject): void {
    const slowDown = (): (() => void) => {
      this.pauses.begun += 1;
      let isOver = false;
      return () => {
        if (!isOver) this.pauses.ended += 1;
        isOver = true;
      };
    };
    this.#events.emit({ type: 'file-part', guest: this.#facts(name), target, part, slowDown });
  }

  /** What a guest was told, but for notices of the server. */
  heard(name: string): string[] {
    return this.#guest(name).heard.filter((line) => !line.startsWith('system: '));
  }

  notices(name: string): string[] {
    return this.#guest(name).heard.filter((line) => line.startsWith('system: '));
  }

  partsOf(name: string): readonly JsonObject[] {
    return this.#guest(name).parts;
  }

  /** From now on (not) written to its socket. */
  setStuck(name: string, isStuck: boolean): void {
    this.#guest(name).isStuck = isStuck;
  }

  leaveAll(): void {
    for (const name of this.guests) this.leave(name);
  }

  async #tell(names: readonly string[], line: string): Promise<readonly string[]> {
    await Promise.resolve();
    const reached = names.filter((name) => this.#guests.get(name)?.isStuck === false);
    for (const name of reached) this.#guest(name).heard.push(line);
    if (reached.length < names.filter((name) => this.#guests.has(name)).length) await new Promise(() => undefined);
    return reached;
  }

  #guest(name: string): MemoryGuest {
    const guest = this.#guests.get(name);
    if (guest === undefined) throw new Error(`${name} is no guest here`);
    return guest;
  }

  #facts(name: string): GuestFacts {
    return { name, address: '192.0.2.1' };
  }
}

const NO_COUNTS = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Record<CounterName, number>;

/** In place of the classic server. */
export function memoryClassic(hub: MemoryHub): ClassicPart {
  return {
    hub,
    start: () => Promise.resolve({ tcpPort: 9009, udpPort: 9010 }),
    stop: () => {
      hub.leaveAll();
      return Promise.resolve();
    },
    status: (): ClassicStatus => ({
      connections: hub.guests.length,
      guests: hub.guests.length,
      rooms: 0,
      roomCalls: 0,
      inputBytes: 0,
      outputBytes: 0,
      counters: NO_COUNTS,
    }),
  };
}
