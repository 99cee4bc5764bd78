// The bridge: guests of the classic server are members of the peers' network, and peers are on the guests' list.
// Each entry has one origin, so several super-peers on one LAN neither loop nor double: what a guest says is signed here
// and nowhere else, and what comes from peers goes to guests only.

import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SoundFiles } from '../../contracts/audio.ts';
import type { BulkEngine } from '../../contracts/bulk.ts';
import type { GuestFiles } from '../../contracts/guest-files.ts';
import type { VideoCodecs } from '../../contracts/video.ts';
import type { Calls } from '../../services/calls/calls.ts';
import type { Chat } from '../../services/chat.ts';
import type { Conversations } from '../../services/conversations.ts';
import type { GuestWords } from '../../services/guest-words.ts';
import type { Guests } from '../../services/guests.ts';
import type { Rooms } from '../../services/rooms.ts';
import type { Transfers } from '../../services/transfers/transfers.ts';
import type { NodeEvent } from '../../state/events.ts';
import type { Destination, NodeState } from '../../state/values.ts';
import type { ClassicEvent, GuestFacts, MediaTarget } from '../classic/events.ts';
import type { ClassicHub } from '../classic/hub.ts';
import type { JsonValue } from '../classic/json-value.ts';
import { FilesFromGuests } from './files-from-guests.ts';
import { FilesToGuests } from './files-to-guests.ts';
import { GuestCalls } from './guest-calls.ts';
import { GuestNames } from './guest-names.ts';
import { GuestRooms } from './guest-rooms.ts';
import { Roster } from './roster.ts';
import { Talk } from './talk.ts';

export const BRIDGE_COUNTERS = [
  'to-peers',
  'to-guests',
  'too-fast',
  'files-to-peers',
  'files-to-guests',
  'files-failed',
  'too-many-rooms',
  'calls',
] as const;
export type BridgeCounter = (typeof BRIDGE_COUNTERS)[number];

export interface BridgeParts {
  readonly hub: ClassicHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly state: () => NodeState;
  /** Nobody sits at this node: it is there for the guests alone. */
  readonly isDedicated: boolean;
  readonly guests: Guests;
  readonly guestWords: GuestWords;
  readonly chat: Chat;
  readonly conversations: Conversations;
  readonly rooms: Rooms;
  readonly transfers: Transfers;
  readonly calls: Calls;
  readonly videoCodecs: VideoCodecs;
  readonly engine: BulkEngine;
  readonly files: GuestFiles;
  readonly sounds: SoundFiles;
  readonly removeReceived: (path: string) => Promise<void>;
  /** Of the disk that files of guests are put on. */
  readonly freeBytes: () => Promise<number>;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

const TIDY_EVERY_MS = 60_000;

export class Bridge {
  readonly #parts: BridgeParts;
  readonly #names = new GuestNames();
  readonly #roster: Roster;
  readonly #guestRooms: GuestRooms;
  readonly #talk: Talk;
  readonly #filesFrom: FilesFromGuests;
  readonly #filesTo: FilesToGuests;
  readonly #guestCalls: GuestCalls;
  readonly #counters = new Map<BridgeCounter, number>(BRIDGE_COUNTERS.map((name) => [name, 0]));
  readonly #stop = new AbortController();
  #tidying: Timer | undefined;

  constructor(parts: BridgeParts) {
    this.#parts = parts;
    const { hub, clock, log, state } = parts;
    const names = this.#names;
    const count = (what: BridgeCounter): void => void this.#counters.set(what, (this.#counters.get(what) ?? 0) + 1);
    const roster = (this.#roster = new Roster({ hub, clock, state, withSelf: !parts.isDedicated }));
    const guestRooms = (this.#guestRooms = new GuestRooms({
      ...parts,
      changed: (classicName) => this.#tell(classicName),
      countDrop: () => count('too-many-rooms'),
    }));
    const common = { ...parts, names, roster, guestRooms, count };
    this.#filesFrom = new FilesFromGuests(common);
    this.#filesTo = new FilesToGuests(common);
    this.#talk = new Talk({
      ...common,
      sendLongText: (guest, target, text) => this.#attempt(this.#filesFrom.sendText(guest, target, text)),
    });
    this.#guestCalls = new GuestCalls(common);
    hub.on((event) => this.#onGuest(event), { signal: this.#stop.signal });
    log.debug('the bridge is there');
  }

  /** The node runs, nobody is connected yet. */
  async start(): Promise<void> {
    await this.#parts.files.clear();
    this.#roster.start();
    if (this.#parts.isDedicated) this.#guestRooms.adopt(this.#parts.rooms.open);
    this.#tidying = this.#parts.clock.every(TIDY_EVERY_MS, () => this.#filesFrom.tidy());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#tidying?.cancel();
    this.#roster.stop();
    this.#filesTo.stop();
    await Promise.all([this.#filesFrom.stop(), this.#guestRooms.stop()]);
  }

  /** What happens among peers. */
  hear(event: NodeEvent, state: NodeState): void {
    if (this.#stop.signal.aborted) return;
    this.#roster.hear(event, state);
    this.#talk.hear(event);
    this.#filesFrom.hear(event);
    this.#filesTo.hear(event);
  }

  /** Whether guests get a file that was offered there. */
  wants(destination: Destination): boolean {
    if (destination.kind === 'room') return this.#guestRooms.writtenAs(destination.room).length > 0;
    return destination.kind === 'everyone' && this.#parts.hub.guests.length > 0;
  }

  /** Whether a datagram of a guest belongs to a call with peers, and has been dealt with. */
  takeMedia(guest: string, target: MediaTarget, kind: 'audio' | 'video', datagram: Buffer): boolean {
    return this.#guestCalls.takeMedia(guest, target, kind, datagram);
  }

  /** Whether the call of this room is one of peers too. */
  takesRoomCalls(room: JsonValue): boolean {
    return this.#guestCalls.takesRoom(room);
  }

  /** Whether what a guest answers to that person, another guest perhaps, is about a call here. */
  takesCallAnswer(guest: string, to: string): boolean {
    return this.#guestCalls.takesAnswer(guest, to);
  }

  get counters(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counters);
  }

  #onGuest(event: ClassicEvent): void {
    switch (event.type) {
      case 'guest-joined':
        this.#names.add(event.guest.name);
        this.#tell(event.guest.name);
        return;
      case 'guest-left':
        this.#left(event.guest);
        return;
      case 'said':
      case 'said-privately':
      case 'said-in-room':
        this.#attempt(this.#talk.fromGuest(event));
        return;
      case 'room-joined':
        this.#guestRooms.join(event.guest.name, event.room);
        return;
      case 'room-left':
        this.#guestRooms.leave(event.guest.name, event.room);
        return;
      case 'file-part':
        this.#filesFrom.take(event);
        return;
      case 'call-signal':
        this.#guestCalls.takeSignal(event);
        return;
      case 'room-call-request':
        this.#guestCalls.takeRoomRequest(event);
        return;
      case 'room-created':
        return;
    }
  }

  #left({ name }: GuestFacts): void {
    this.#guestRooms.leaveAll(name);
    this.#filesFrom.forget(name);
    this.#talk.forget(name);
    const clean = this.#names.cleanOf(name);
    if (clean === undefined) return;
    this.#guestCalls.forget(clean);
    this.#names.remove(name);
    this.#parts.guests.setGone(clean);
  }

  /** Who they are and where. */
  #tell(classicName: string): void {
    const name = this.#names.cleanOf(classicName);
    if (name !== undefined) this.#parts.guests.setHere({ name, rooms: this.#guestRooms.roomsOf(classicName) });
  }

  #attempt(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.#parts.log.warn('something of a guest could not be passed on', { error: messageOf(error) }),
    );
  }
}
