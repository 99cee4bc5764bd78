// Calls to a room, which the original promises and refuses. The request reaches the members; who accepts takes part;
// everybody hears and sees everybody; the end of one is the end for all.
//
//   ringing ──first accept──> talking ──an end, the starter leaves, or one is left──> (gone)
//      └──all reject, nobody accepts in time, or the starter ends──> (gone)

import type { Clock, Timer } from '../../base/clock.ts';
import type { Counters } from './counters.ts';
import type { Flusher } from './flusher.ts';
import { Guest, type Person } from './guest.ts';
import { quote, writeJson } from './json-write.ts';
import type { JsonLine } from './json-read.ts';
import { isTruthy, keyOf, type JsonValue } from './json-value.ts';
import type { ClassicLimits } from './limits.ts';
import { passedOnLine } from './message-parts.ts';
import { RoomMixer } from './room-mixer.ts';
import type { RoomTable } from './room-table.ts';
import { SAY, systemLine } from './texts.ts';

export interface RoomCallsParts {
  readonly clock: Clock;
  readonly limits: ClassicLimits;
  readonly rooms: RoomTable;
  readonly counters: Counters;
  readonly flusher: Flusher;
  /** Sends a datagram to a guest, if it is known where to. */
  readonly sendMedia: (guest: Guest, datagram: Buffer) => void;
}

interface RoomCall {
  readonly key: string;
  readonly room: JsonValue;
  readonly starter: Guest;
  readonly mode: JsonValue;
  /** Have been asked and have not answered. */
  readonly asked: Set<Guest>;
  /** With the starter. */
  readonly members: Set<Guest>;
  /** Whose accept the starter has seen: its client may know the call by that name. */
  firstAccepter: Guest | undefined;
  readonly mixer: RoomMixer<Guest>;
  timer: Timer | undefined;
}

export interface RoomCallMedia {
  readonly kind: 'audio' | 'video';
  readonly datagram: Buffer;
  readonly payloadAt: number;
}

export type RoomCallSignal = 'call_request' | 'call_accepted' | 'call_rejected' | 'call_end';

export class RoomCalls {
  readonly #parts: RoomCallsParts;
  readonly #byRoom = new Map<string, RoomCall>();
  readonly #byMember = new Map<Guest, RoomCall>();

  constructor(parts: RoomCallsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#byRoom.size;
  }

  /** A call_request with `room` and without `to`. */
  request(guest: Guest, room: JsonValue, line: JsonLine): void {
    const key = keyOf(room) ?? '';
    this.end(guest);
    const running = this.#byRoom.get(key);
    if (running !== undefined) {
      this.#enter(running, guest);
      this.#answer(guest, guest, 'call_accepted', running.starter.quotedName, running.mode);
      return;
    }
    const asked = new Set([...this.#parts.rooms.members(room)].filter((member) => member !== guest));
    const mode = line.fields.get('mode') ?? null;
    if (asked.size === 0) {
      guest.answer(systemLine(SAY.nobodyInRoom(room)));
      this.#answer(guest, guest, 'call_rejected', writeJson(room), mode);
      return;
    }
    const mixer = new RoomMixer<Guest>({
      clock: this.#parts.clock,
      send: (listener, samples) => this.#sendMix(call, listener, samples),
    });
    const members = new Set([guest]);
    const call: RoomCall = {
      key,
      room,
      starter: guest,
      mode,
      asked,
      members,
      firstAccepter: undefined,
      mixer,
      timer: undefined,
    };
    this.#byRoom.set(key, call);
    this.#byMember.set(guest, call);
    mixer.add(guest);
    call.timer = this.#parts.clock.after(this.#parts.limits.callMs, () => this.#onTimeout(call));
    const piece = { data: passedOnLine(line.fields, guest.quotedName, line.plain), sender: guest.connection };
    for (const member of asked) member.send(piece);
  }

  /** Whether a signal to one person belonged to a room call, and is dealt with. */
  take(guest: Guest, type: RoomCallSignal, to: JsonValue | undefined, person: Person | undefined): boolean {
    switch (type) {
      case 'call_request':
        // A client that calls somebody else has ended what it was in.
        this.end(guest);
        return false;
      case 'call_accepted':
      case 'call_rejected': {
        const call = person instanceof Guest ? this.#callThatAsked(guest, person) : undefined;
        if (call === undefined) return false;
        if (type === 'call_accepted') this.#onAccepted(call, guest);
        else this.#onRejected(call, guest);
        return true;
      }
      case 'call_end': {
        const call = this.#byMember.get(guest);
        if (call === undefined) return false;
        const meant = person instanceof Guest ? call.members.has(person) || call.asked.has(person) : false;
        if (!meant && !(isTruthy(to) && keyOf(to) === call.key)) return false;
        this.#close(call, guest);
        return true;
      }
    }
  }

  /** This one's part in a call is over. */
  end(guest: Guest): void {
    const call = this.#byMember.get(guest);
    if (call !== undefined) this.#close(call, guest);
  }

  /** It is gone: for a member that is an end only if it began the call or nobody else is left. */
  leave(guest: Guest): void {
    const call = this.#byMember.get(guest);
    for (const one of this.#byRoom.values()) if (one.asked.has(guest)) this.#onRejected(one, guest);
    if (call === undefined) return;
    if (guest === call.starter) {
      this.#close(call, guest);
      return;
    }
    this.#remove(call, guest);
    if (call.members.size < 2) this.#close(call, guest);
  }

  /**
   * Whether a datagram to this person or room belongs to a room call, and has been dealt with. Who accepted speaks to
   * the starter and not to the room: the classic client knows no better.
   */
  media(guest: Guest, target: Person | string | undefined, media: RoomCallMedia): boolean {
    const call = this.#byMember.get(guest);
    if (call?.firstAccepter === undefined) return false;
    if (target instanceof Guest ? !call.members.has(target) : target !== call.key) return false;
    const { kind, datagram, payloadAt } = media;
    // Of two, each hears only the other: nothing to mix.
    if (kind === 'audio' && call.members.size > 2) call.mixer.take(guest, datagram, payloadAt);
    else for (const member of call.members) if (member !== guest) this.#parts.sendMedia(member, datagram);
    return true;
  }

  stop(): void {
    for (const call of this.#byRoom.values()) {
      call.timer?.cancel();
      call.mixer.stop();
    }
    this.#byRoom.clear();
    this.#byMember.clear();
  }

  #callThatAsked(guest: Guest, starter: Guest): RoomCall | undefined {
    const call = this.#byMember.get(starter);
    return call?.starter === starter && call.asked.has(guest) ? call : undefined;
  }

  #onAccepted(call: RoomCall, guest: Guest): void {
    call.asked.delete(guest);
    this.end(guest);
    this.#enter(call, guest);
    if (call.firstAccepter !== undefined) return;
    call.timer?.cancel();
    call.firstAccepter = guest;
    // Once: the classic client begins to stream with every accept that it sees.
    this.#answer(guest, call.starter, 'call_accepted', guest.quotedName, call.mode, guest.media.hint);
  }

  #onRejected(call: RoomCall, guest: Guest): void {
    call.asked.delete(guest);
    if (call.asked.size > 0 || call.firstAccepter !== undefined) return;
    this.#answer(guest, call.starter, 'call_rejected', guest.quotedName, call.mode);
    this.#forget(call);
  }

  #onTimeout(call: RoomCall): void {
    // The client of the starter has given up by itself; who accepts now is told that it is over.
    if (call.firstAccepter === undefined) this.#close(call, call.starter);
    this.#parts.flusher.settle();
  }

  #enter(call: RoomCall, guest: Guest): void {
    call.members.add(guest);
    call.asked.delete(guest);
    this.#byMember.set(guest, call);
    call.mixer.add(guest);
  }

  #remove(call: RoomCall, guest: Guest): void {
    call.members.delete(guest);
    call.mixer.remove(guest);
    this.#byMember.delete(guest);
  }

  /** Over for all; `by` needs no word. */
  #close(call: RoomCall, by: Guest): void {
    this.#forget(call);
    for (const member of [...call.members, ...call.asked]) {
      if (member === by) continue;
      if (member !== call.starter) this.#answer(by, member, 'call_end', call.starter.quotedName);
      else {
        // Its client ends only for the one it believes to be calling: the room, or who accepted.
        this.#answer(by, member, 'call_end', writeJson(call.room));
        if (call.firstAccepter !== undefined) this.#answer(by, member, 'call_end', call.firstAccepter.quotedName);
      }
    }
  }

  #forget(call: RoomCall): void {
    call.timer?.cancel();
    call.mixer.stop();
    if (this.#byRoom.get(call.key) === call) this.#byRoom.delete(call.key);
    for (const member of call.members) if (this.#byMember.get(member) === call) this.#byMember.delete(member);
  }

  #answer(by: Guest, guest: Guest, type: RoomCallSignal, quotedFrom: string, mode?: JsonValue, udpPort?: number): void {
    const about = mode === undefined ? '' : `,"mode":${writeJson(mode)},"udp_port":${udpPort ?? 0}`;
    const data = `{"type":"${type}","from":${quotedFrom},"to":${guest.quotedName}${about}}\n`;
    guest.send({ data, sender: by.connection });
  }

  #sendMix(call: RoomCall, listener: Guest, samples: Buffer): void {
    const from = listener === call.starter ? (call.firstAccepter ?? listener) : call.starter;
    const header = `{"type":"audio_stream","from":${quote(from.name)},"to":${listener.quotedName}}|`;
    this.#parts.counters.add('media-mixed-blocks');
    this.#parts.sendMedia(listener, Buffer.concat([Buffer.from(header, 'latin1'), samples]));
  }
}
