// Calls between guests and peers. A guest is somebody in a call like any other: rung as old clients are, its voice taken
// out of datagrams, what it hears mixed into one stream, since an old client can play only one. Calls of a room that
// peers know are theirs too, also among the guests.

import type { Clock } from '../../base/clock.ts';
import { MmchatError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { VideoCodecs } from '../../contracts/video.ts';
import type { CallEvent, CallGuests, PictureEndpoints, SoundEndpoints } from '../../services/calls/call-parts.ts';
import type { Calls } from '../../services/calls/calls.ts';
import { foldRoomName } from '../../state/names.ts';
import type { Call, CallMode, PeerId } from '../../state/values.ts';
import type { ClassicEvent, MediaTarget } from '../classic/events.ts';
import type { ClassicHub } from '../classic/hub.ts';
import type { JsonObject, JsonValue } from '../classic/json-value.ts';
import { quote } from '../classic/json-write.ts';
import { SAY } from '../classic/texts.ts';
import type { GuestNames } from './guest-names.ts';
import type { GuestRooms } from './guest-rooms.ts';
import { GuestCamera, guestEncoder, GuestScreen } from './guest-picture.ts';
import { GuestEar, GuestVoice } from './guest-sound.ts';
import type { Roster } from './roster.ts';

export interface GuestCallsParts {
  readonly hub: ClassicHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly calls: Calls;
  readonly videoCodecs: VideoCodecs;
  readonly names: GuestNames;
  readonly roster: Roster;
  readonly guestRooms: GuestRooms;
  readonly isDedicated: boolean;
  readonly count: (what: 'calls') => void;
}

type CallSignal = Extract<ClassicEvent, { type: 'call-signal' }>;
type RoomRequest = Extract<ClassicEvent, { type: 'room-call-request' }>;

/** What a guest's client takes part in, or is asked to. */
interface GuestCall {
  readonly id: string;
  readonly mode: CallMode;
  /** Whom the client believes to talk with: the one who called or was called, or who took a room's call first. */
  other: string | undefined;
  /** It said that it ends; nobody has to tell it. */
  isLeft: boolean;
  /** Its client knows that it is accepted. */
  isTold: boolean;
}

const SEPARATOR = 0x7c;
/** A peer then sends pictures of 320 by 240, twenty a second: all that its client can show. */
const GUEST_BITS_PER_SECOND = 1_500_000;

export class GuestCalls implements CallGuests {
  readonly isDedicated: boolean;
  readonly #parts: GuestCallsParts;
  /** By clean name. */
  readonly #calls = new Map<string, GuestCall>();
  readonly #voices = new Map<string, GuestVoice>();
  readonly #cameras = new Map<string, GuestCamera>();

  constructor(parts: GuestCallsParts) {
    this.#parts = parts;
    this.isDedicated = parts.isDedicated;
    parts.calls.speakFor(this);
  }

  // What the calls ask of a guest.

  has(name: string): boolean {
    return this.#parts.names.classicOf(name) !== undefined;
  }

  isIn(name: string, room: string): boolean {
    const classic = this.#parts.names.classicOf(name);
    const folded = foldRoomName(room);
    return classic !== undefined && this.#parts.guestRooms.roomsOf(classic).some((one) => foldRoomName(one) === folded);
  }

  soundOf(name: string): SoundEndpoints {
    const { clock } = this.#parts;
    return {
      openInput: () => {
        const voice = new GuestVoice(clock);
        this.#voices.set(name, voice);
        return Promise.resolve(voice);
      },
      openOutput: () => Promise.resolve(new GuestEar(clock, (samples) => this.#play(name, samples))),
    };
  }

  pictureOf(name: string): PictureEndpoints {
    const { clock, videoCodecs } = this.#parts;
    const noScreen = (): Promise<never> =>
      Promise.reject(new MmchatError('device-unavailable', 'Classic clients share no screens.'));
    return {
      codecs: () => ['jpeg'],
      encoder: () => guestEncoder(videoCodecs),
      decoder: (codec) => videoCodecs.decoder(codec),
      isSentAsItIs: true,
      mostBitsPerSecond: GUEST_BITS_PER_SECOND,
      openInput: () => {
        const camera = new GuestCamera(clock);
        this.#cameras.set(name, camera);
        return Promise.resolve(camera);
      },
      openShare: noScreen,
      openOutput: () => GuestScreen.open(clock, videoCodecs, (who, jpeg) => this.#show(name, who, jpeg)),
    };
  }

  hear(name: string, event: CallEvent): void {
    switch (event.type) {
      case 'call-changed':
        this.#changed(name, event.call);
        return;
      case 'call-answered':
        this.#answered(name, event.callId, event.peerId, event.refusal);
        return;
      case 'call-connected':
        return;
      case 'call-ended':
        this.#ended(name, event.call);
        return;
    }
  }

  #changed(name: string, call: Call): void {
    if (call.phase !== 'incoming' || this.#calls.get(name)?.id === call.id) return;
    const from = this.#parts.roster.nameOf(call.starter) ?? this.#parts.names.classicOfId(call.starter);
    if (from === undefined) return;
    // Its client answers by itself: busy, if it is in a call among the guests.
    this.#calls.set(name, { id: call.id, mode: call.mode, other: from, isLeft: false, isTold: true });
    this.#signal(name, 'call_request', from, call.mode);
  }

  #answered(name: string, callId: string, peerId: PeerId, refusal: string | undefined): void {
    const call = this.#calls.get(name);
    if (call?.id !== callId || call.isTold) return;
    const other = this.#nameOf(peerId);
    // In a room others may still say yes.
    if (other === undefined || (refusal !== undefined && call.other === undefined)) return;
    call.isTold = true;
    call.other = other;
    if (refusal !== undefined) call.isLeft = true;
    this.#signal(name, refusal === undefined ? 'call_accepted' : 'call_rejected', other, call.mode);
  }

  #ended(name: string, { id }: Call): void {
    const call = this.#calls.get(name);
    if (call?.id !== id) return;
    this.#calls.delete(name);
    this.#voices.delete(name);
    this.#cameras.delete(name);
    if (call.isLeft || call.other === undefined) return;
    this.#signal(name, call.isTold ? 'call_end' : 'call_rejected', call.other, call.mode);
  }

  // What guests say.

  takeSignal({ guest, to, signal }: CallSignal): void {
    const name = this.#parts.names.cleanOf(guest.name);
    if (name === undefined) return;
    const call = this.#calls.get(name);
    switch (signal.get('type')) {
      case 'call_request':
        this.#start(name, guest.name, to, modeOf(signal));
        return;
      case 'call_accepted':
        if (call?.other === to) this.#attempt(name, () => this.#parts.calls.accept(name, call.id));
        return;
      case 'call_rejected':
        if (call?.other !== to) return;
        call.isLeft = true;
        this.#attempt(name, () => this.#parts.calls.reject(name, call.id));
        return;
      case 'call_end':
        this.#leave(name);
        return;
    }
  }

  /** Whether what a guest says to that person is about a call here. */
  takesAnswer(classicName: string, to: string): boolean {
    const name = this.#parts.names.cleanOf(classicName);
    return name !== undefined && this.#calls.get(name)?.other === to;
  }

  /** Whether the call of this room is one of peers too. */
  takesRoom(room: JsonValue): boolean {
    return typeof room === 'string' && this.#parts.guestRooms.writtenAs(room).length > 0;
  }

  takeRoomRequest({ guest, room, signal }: RoomRequest): void {
    const name = this.#parts.names.cleanOf(guest.name);
    if (name === undefined) return;
    this.#leave(name);
    void this.#startInRoom(name, guest.name, room, modeOf(signal));
  }

  async #startInRoom(name: string, classicName: string, room: JsonValue, mode: CallMode): Promise<void> {
    const conversation = await this.#parts.guestRooms.conversationOf(room);
    try {
      if (conversation === undefined) throw new MmchatError('no-such-room', 'Peers have no such room.');
      const { callId } = this.#parts.calls.start(name, mode, { conversation });
      const known = this.#calls.get(name);
      // It rang here already: this is the answer.
      if (known?.id === callId) return;
      this.#calls.set(name, { id: callId, mode, other: undefined, isLeft: false, isTold: false });
      this.#parts.count('calls');
    } catch (error) {
      this.#parts.log.debug('the call of a room came to nothing', { guest: name, error: messageOf(error) });
      await this.#parts.hub.system(classicName, SAY.nobodyInRoom(room));
      if (typeof room === 'string') this.#signal(name, 'call_rejected', room, mode);
    }
  }

  #start(name: string, classicName: string, to: string, mode: CallMode): void {
    const other = this.#parts.roster.idOf(to);
    this.#leave(name);
    if (other === undefined) return;
    try {
      // Before it starts: an answer may come at once.
      const { callId } = this.#parts.calls.start(name, mode, { peerId: other });
      if (this.#calls.get(name)?.id === callId) return;
      this.#calls.set(name, { id: callId, mode, other: to, isLeft: false, isTold: false });
      this.#parts.count('calls');
    } catch (error) {
      const isAway = error instanceof MmchatError && error.code === 'offline';
      if (isAway) void this.#parts.hub.system(classicName, SAY.offline(to));
      else this.#signal(name, 'call_rejected', to, mode);
    }
  }

  #leave(name: string): void {
    const call = this.#calls.get(name);
    if (call === undefined) return;
    call.isLeft = true;
    this.#attempt(name, () => this.#parts.calls.end(name, call.id));
  }

  /** The guest is gone. */
  forget(name: string): void {
    const call = this.#calls.get(name);
    if (call !== undefined) call.isLeft = true;
    this.#attempt(name, () => this.#parts.calls.guestLeft(name));
  }

  /** Whether a datagram of a guest belongs to a call here, and has been dealt with. */
  takeMedia(classicName: string, _target: MediaTarget, kind: 'audio' | 'video', datagram: Buffer): boolean {
    if (this.#calls.size === 0) return false;
    const name = this.#parts.names.cleanOf(classicName);
    const call = name === undefined ? undefined : this.#calls.get(name);
    const voice = name === undefined ? undefined : this.#voices.get(name);
    if (call === undefined || voice === undefined) return false;
    const payload = datagram.subarray(datagram.indexOf(SEPARATOR) + 1);
    if (kind === 'audio') voice.take(payload);
    else if (name !== undefined) this.#cameras.get(name)?.take(payload);
    return true;
  }

  #show(name: string, who: PeerId, jpeg: Uint8Array): void {
    const other = this.#nameOf(who);
    if (other !== undefined) this.#stream(name, 'video_stream', other, jpeg);
  }

  #play(name: string, samples: Buffer): void {
    const other = this.#calls.get(name)?.other;
    if (other !== undefined) this.#stream(name, 'audio_stream', other, samples);
  }

  #stream(name: string, type: 'audio_stream' | 'video_stream', from: string, payload: Uint8Array): void {
    const classic = this.#parts.names.classicOf(name);
    if (classic === undefined) return;
    const header = `{"type":"${type}","from":${quote(from)},"to":${quote(classic)}}|`;
    this.#parts.hub.media(classic, Buffer.concat([Buffer.from(header, 'latin1'), payload]));
  }

  #signal(name: string, type: string, from: string, mode: CallMode): void {
    const classic = this.#parts.names.classicOf(name);
    if (classic === undefined) return;
    const signal: JsonObject = new Map<string, JsonValue>([
      ['type', type],
      ['from', from],
      ['to', classic],
      ...(type === 'call_end'
        ? []
        : ([
            ['mode', mode],
            ['udp_port', 0n],
          ] as const)),
    ]);
    void this.#parts.hub.callSignal(from, classic, signal);
  }

  #nameOf(peerId: PeerId): string | undefined {
    return this.#parts.roster.nameOf(peerId) ?? this.#parts.names.classicOfId(peerId);
  }

  #attempt(name: string, work: () => void | Promise<void>): void {
    const failed = (error: unknown): void =>
      this.#parts.log.debug('a call of a guest', { guest: name, error: messageOf(error) });
    try {
      Promise.resolve(work()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

function modeOf(signal: JsonObject): CallMode {
  return signal.get('mode') === 'video' ? 'video' : 'audio';
}
