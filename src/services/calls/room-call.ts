// The call of a room: whoever is in the room may come and go while it lasts. It rings, or stands open, or one is in it.

import { toHex } from '../../base/bytes.ts';
import type { Timer } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import type { CallPeerStats } from '../../contracts/node.ts';
import { hostOf } from '../../state/guest-ids.ts';
import type { Call, CallMember, CallPhase, Destination, PeerId } from '../../state/values.ts';
import type { CallSignal, CallSignalKind, MediaOffer } from '../../wire/call-signals.ts';
import { MAX_CALL_MEMBERS } from '../../wire/limits.ts';
import type { Conversation } from '../conversations.ts';
import { UNKNOWN_CALL } from './call-endings.ts';
import { MemberRecord } from './call-member.ts';
import { MOST_SHOWING } from './call-video.ts';
import { ANSWER_PATIENCE_MS, LOOK_PERIOD_MS, type MuteChange, type PartyCall } from './call-parts.ts';
import { OwnPart } from './own-part.ts';
import { RoomSession } from './room-session.ts';
import { sayInRoom, sayTooManyShow, type RoomCallOptions, type RoomWord } from './room-words.ts';

/** Whoever has not said for this long that they are in it is not, for those outside. */
const PRESENT_LIFE_MS = 35_000;
/** As long a link may be away until its people are thought to have left. */
const LINK_GAP_MS = 10_000;
/** People that one holds to be in a call that one is not in. */
const MAX_PRESENT = 2 * MAX_CALL_MEMBERS;

/** Somebody who is in it while oneself is not. */
interface Present {
  readonly member: MemberRecord;
  untilMs: number;
}

type Standing = 'incoming' | 'open' | 'joined' | 'over';

export class RoomCall implements PartyCall {
  readonly id: string;
  readonly starter: PeerId;
  #options: RoomCallOptions;
  readonly #present = new Map<PeerId, Present>();
  readonly #looks: Timer;
  #standing: Standing = 'open';
  #session: RoomSession | undefined;
  #isMediaOver: Promise<void> = Promise.resolve();
  readonly #own: OwnPart;
  #patience: Timer | undefined;

  constructor(options: RoomCallOptions) {
    this.#options = options;
    const { beginning, context } = options;
    this.id = toHex(beginning.callId);
    this.starter = beginning.starter;
    this.#own = new OwnPart(beginning.mode);
    this.#looks = context.parts.clock.every(LOOK_PERIOD_MS, () => this.#look());
  }

  get conversation(): Conversation {
    return this.#options.conversation;
  }

  get isJoined(): boolean {
    return this.#standing === 'joined';
  }

  get isRinging(): boolean {
    return this.#standing === 'incoming';
  }

  get call(): Call {
    const { beginning, conversation } = this.#options;
    const since = this.#session?.since;
    return {
      id: this.id,
      destination: conversation.destination as Exclude<Destination, { kind: 'everyone' }>,
      starter: this.starter,
      mode: beginning.mode,
      phase: this.#phase,
      members: this.#members,
      ...this.#own.view,
      ...(since === undefined ? {} : { since }),
    };
  }

  get #phase(): CallPhase {
    return this.#session?.phase ?? (this.#standing === 'incoming' ? 'incoming' : 'open');
  }

  get #members(): readonly CallMember[] {
    return this.#session?.members ?? [...this.#present.values()].map(({ member }) => member.view);
  }

  get peers(): readonly CallPeerStats[] {
    return this.#session?.peers ?? [];
  }

  get levels(): ReadonlyMap<PeerId, number> {
    return this.#session?.levels ?? new Map<PeerId, number>();
  }

  /** How long oneself has been in it. */
  get joinedForMs(): number {
    return this.#session?.lastsForMs ?? 0;
  }

  /** Calls the whole room. */
  begin(): void {
    const session = this.#join();
    session.invite();
    this.#patience = this.#options.context.parts.clock.after(ANSWER_PATIENCE_MS, () => {
      if (session.hadOthers) session.stopInviting();
      else this.#leave('timeout');
    });
    this.#changed();
  }

  accept(): void {
    if (this.#standing === 'joined' || this.#standing === 'over') return;
    if (this.#present.size >= MAX_CALL_MEMBERS)
      throw new MmchatError('call-full', `At most ${MAX_CALL_MEMBERS} people can be in a call.`);
    const present = [...this.#present.keys()];
    // Whoever comes late is not seen before those who are there.
    const showing = [...this.#present.values()].filter(({ member }) => member.isShowing).length;
    if (showing >= MOST_SHOWING && this.#own.isShowing) {
      this.#own.mute({ video: true });
      sayTooManyShow(this.#options.context);
    }
    this.#join().enter(present);
    this.#changed();
  }

  reject(): void {
    this.#refuse('rejected');
  }

  end(): Promise<void> {
    if (this.#standing === 'joined') this.#leave('hangup');
    else this.#refuse('rejected');
    return this.#isMediaOver;
  }

  /** Nothing of it is of interest any more: another one took its place, or the room was left. */
  drop(reason: 'replaced' | 'hangup'): Promise<void> {
    this.#over(reason);
    return this.#isMediaOver;
  }

  /** Rings, or stands open while one is busy. */
  ring(from: PeerId, signal: CallSignal, isFree: boolean): void {
    this.#isIn(from, signal);
    if (this.#standing !== 'open') return;
    if (!isFree) {
      this.#say(from, 'reject', { reason: 'busy' });
      return;
    }
    this.#standing = 'incoming';
    this.#say(from, 'ringing');
    this.#patience = this.#options.context.parts.clock.after(ANSWER_PATIENCE_MS, () => this.#refuse('timeout'));
    this.#changed();
  }

  mute(change: MuteChange): void {
    if (this.#session === undefined) this.#own.mute(change);
    else this.#session.mute(change);
    this.#changed();
  }

  async share(source: string | null): Promise<void> {
    await (this.#session ?? this.#own).share(source);
  }

  setVolume(peerId: PeerId, volume: number): void {
    this.#session?.setVolume(peerId, volume);
  }

  take(from: PeerId, signal: CallSignal): void {
    if (this.#session === undefined) this.#takeOutside(from, signal);
    else this.#session.take(from, signal);
  }

  #takeOutside(from: PeerId, signal: CallSignal): void {
    switch (signal.kind) {
      case 'request':
      case 'present':
        this.#isIn(from, signal);
        return;
      case 'join':
      case 'alive':
      case 'accept':
        this.#say(from, 'end', { reason: UNKNOWN_CALL });
        return;
      case 'cancel':
      case 'end':
        if (this.#present.delete(from)) this.#fewer();
        return;
      default:
        if (this.#present.get(from)?.member.told(signal) === true) this.#changed();
    }
  }

  linkUp(host: PeerId): void {
    this.#session?.linkUp(host);
  }

  linkDown(host: PeerId): void {
    this.#session?.linkDown(host);
    const untilMs = this.#nowMs + LINK_GAP_MS;
    for (const [peerId, present] of this.#present)
      if (hostOf(peerId) === host) present.untilMs = Math.min(present.untilMs, untilMs);
  }

  without(peerId: PeerId): void {
    this.#session?.remove(peerId);
    if (this.#present.delete(peerId)) this.#fewer();
  }

  candidatesChanged(offer: MediaOffer): void {
    this.#session?.candidatesChanged(offer);
  }

  /** This link leads to more people of the room than before. */
  sharesMore(host: PeerId): void {
    this.#session?.tell(host);
  }

  get #nowMs(): number {
    return this.#options.context.parts.clock.monotonicMs();
  }

  /** Somebody says so themselves. */
  #isIn(from: PeerId, signal: CallSignal): void {
    const known = this.#present.get(from);
    if (known === undefined && this.#present.size >= MAX_PRESENT) return;
    const present = known ?? { member: new MemberRecord(from, 'connected'), untilMs: 0 };
    present.untilMs = this.#nowMs + PRESENT_LIFE_MS;
    this.#present.set(from, present);
    if (present.member.told(signal) || known === undefined) this.#changed();
  }

  #look(): void {
    if (!this.#options.isMember()) {
      this.#over('hangup');
      return;
    }
    this.#session?.look();
    const nowMs = this.#nowMs;
    const gone = [...this.#present].filter(([, { untilMs }]) => untilMs <= nowMs);
    for (const [peerId] of gone) this.#present.delete(peerId);
    if (gone.length > 0) this.#fewer();
  }

  /** Nobody is in it any more: then it is over. */
  #fewer(): void {
    if (this.#present.size === 0) this.#over('hangup');
    else this.#changed();
  }

  #join(): RoomSession {
    this.#patience?.cancel();
    this.#standing = 'joined';
    this.#present.clear();
    return (this.#session = new RoomSession({
      room: this.#options,
      callId: this.id,
      own: this.#own,
      changed: () => this.#changed(),
      isFull: () => this.#leave('call-full'),
    }));
  }

  #refuse(reason: 'rejected' | 'timeout'): void {
    if (this.#standing !== 'incoming') return;
    this.#patience?.cancel();
    this.#standing = 'open';
    this.#say(this.starter, 'reject', { reason });
    this.#changed();
  }

  /** The others go on: it stays open to come back. */
  #leave(reason: 'hangup' | 'timeout' | 'call-full'): void {
    const { call } = this;
    const others = this.#session?.others ?? [];
    if (others.length === 0) {
      this.#over(reason);
      return;
    }
    this.#endSession();
    this.#standing = 'open';
    const { context } = this.#options;
    this.#options = { ...this.#options, context: { ...context, warn: context.parts.warner() } };
    const untilMs = this.#nowMs + PRESENT_LIFE_MS;
    for (const peerId of others) this.#present.set(peerId, { member: new MemberRecord(peerId, 'connected'), untilMs });
    context.emit({ type: 'call-ended', call, reason });
    this.#changed();
  }

  #over(reason: string): void {
    if (this.#standing === 'over') return;
    const { call } = this;
    this.#patience?.cancel();
    this.#looks.cancel();
    this.#endSession();
    this.#standing = 'over';
    this.#options.context.over(this);
    this.#options.context.emit({ type: 'call-ended', call, reason });
  }

  #endSession(): void {
    this.#patience?.cancel();
    this.#isMediaOver = this.#session?.leave() ?? this.#isMediaOver;
    this.#session = undefined;
  }

  #changed(): void {
    if (this.#standing !== 'over') this.#options.context.emit({ type: 'call-changed', call: this.call });
  }

  #say(to: PeerId, kind: CallSignalKind, word: RoomWord = {}): void {
    sayInRoom(this.#options, to, kind, word);
  }
}
