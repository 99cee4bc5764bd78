// Being in the call of a room: media with each of the others, and telling the room that one is in it. Nobody's word counts
// for anybody but themselves.

import type { CallPeerStats } from '../../contracts/node.ts';
import { MmchatError } from '../../base/errors.ts';
import { hostOf } from '../../state/guest-ids.ts';
import type { CallMember, CallPhase, PeerId } from '../../state/values.ts';
import type { CallSignal, CallSignalKind, MediaOffer } from '../../wire/call-signals.ts';
import { MAX_CALL_MEMBERS } from '../../wire/limits.ts';
import { refusalOf, UNKNOWN_CALL } from './call-endings.ts';
import { CallMedia } from './call-media.ts';
import { MemberRecord } from './call-member.ts';
import { MOST_SHOWING } from './call-video.ts';
import { LOST_PATIENCE_MS, type MuteChange } from './call-parts.ts';
import { candidatesOf } from './media-offers.ts';
import type { OwnPart } from './own-part.ts';
import { RoomPair } from './room-pair.ts';
import { sayInRoom, sayTooManyShow, type RoomCallOptions, type RoomWord } from './room-words.ts';

/** Who is in it says so this often, for those who come later. */
const PRESENT_PERIOD_MS = 10_000;
/** A new link does not show at once which rooms it shares. */
const OUTSIDE_PATIENCE_MS = 4_000;
/** Nothing is heard although there is a link: anew. */
const ASK_AGAIN_MS = 6_000;

export interface RoomSessionOptions {
  readonly room: RoomCallOptions;
  readonly callId: string;
  readonly own: OwnPart;
  readonly changed: () => void;
  /** More are not let in: one has to go again. */
  readonly isFull: () => void;
}

export class RoomSession {
  readonly since: number;
  readonly #options: RoomSessionOptions;
  readonly #joinedAtMs: number;
  readonly #media: CallMedia;
  /** Who is in it together with oneself. */
  readonly #pairs = new Map<PeerId, RoomPair>();
  /** Called by oneself, not in it yet. */
  readonly #invited = new Map<PeerId, MemberRecord>();
  #toldAtMs: number;
  #hadOthers = false;

  constructor(options: RoomSessionOptions) {
    this.#options = options;
    const { context } = options.room;
    const { clock } = context.parts;
    this.since = clock.now();
    this.#toldAtMs = this.#joinedAtMs = clock.monotonicMs();
    this.#media = new CallMedia(context, {
      heard: (peerId) => this.#heard(peerId),
      silent: (peerId) => this.#changedIf(this.#pairs.get(peerId)?.member.became('lost')),
      path: (peerId, path) => this.#changedIf(this.#pairs.get(peerId)?.member.goesBy(path)),
      shows: () => this.#tellOwn(),
    });
    options.own.begin(this.#media);
  }

  get members(): CallMember[] {
    const records = [...[...this.#pairs.values()].map(({ member }) => member), ...this.#invited.values()];
    return records.map(({ view }) => view);
  }

  /** Who is in it besides oneself. */
  get others(): readonly PeerId[] {
    return [...this.#pairs.keys()];
  }

  /** Somebody was in it together with oneself. */
  get hadOthers(): boolean {
    return this.#hadOthers;
  }

  get phase(): CallPhase {
    const pairs = [...this.#pairs.values()];
    if (pairs.some(({ member }) => member.wasConnected)) return 'active';
    if (pairs.length > 0) return 'connecting';
    if (this.#hadOthers) return 'active';
    return [...this.#invited.values()].some(({ phase }) => phase === 'ringing') ? 'ringing' : 'calling';
  }

  get peers(): readonly CallPeerStats[] {
    return this.#media.stats();
  }

  get levels(): ReadonlyMap<PeerId, number> {
    return this.#media.levels();
  }

  get lastsForMs(): number {
    return this.#nowMs - this.#joinedAtMs;
  }

  get #nowMs(): number {
    return this.#options.room.context.parts.clock.monotonicMs();
  }

  /** Calls all of the room who are here. */
  invite(): void {
    for (const peerId of this.#options.room.reachable()) {
      this.#invited.set(peerId, new MemberRecord(peerId, 'invited'));
      this.#say(peerId, 'request');
    }
  }

  /** Who has not answered by now may still come: it stays open to them. */
  stopInviting(): void {
    this.#invited.clear();
    this.#options.changed();
  }

  /** Media with those who are in it, and a word to all others. */
  enter(present: Iterable<PeerId>): void {
    for (const peerId of present) this.meet(peerId);
    this.tell();
  }

  /** Both came in without knowing of each other; of two who ask at once the joins cross. */
  meet(peerId: PeerId): void {
    if (this.#pairs.has(peerId) || this.#isFull) return;
    this.#invited.delete(peerId);
    this.#pairOf(peerId).ask();
    this.#options.changed();
  }

  mute(change: MuteChange): void {
    const { own } = this.#options;
    const isRefused = change.video === false && !own.isShowing && this.#showing.length >= MOST_SHOWING;
    if (isRefused) sayTooManyShow(this.#options.room.context);
    own.mute(isRefused ? { ...change, video: true } : change);
    this.#tellOwn();
  }

  /** @throws MmchatError `device-unavailable`, `call-full` */
  async share(source: string | null): Promise<void> {
    const { own } = this.#options;
    if (source !== null && !own.isShowing && this.#showing.length >= MOST_SHOWING)
      throw new MmchatError('call-full', `At most ${MOST_SHOWING} people show something in one call, and so many do.`);
    await own.share(source);
  }

  setVolume(peerId: PeerId, volume: number): void {
    this.#media.setVolume(peerId, volume);
  }

  take(from: PeerId, signal: CallSignal): void {
    switch (signal.kind) {
      case 'request':
      case 'present':
        this.meet(from);
        this.#told(from, signal);
        return;
      case 'ringing':
        this.#changedIf(this.#invited.get(from)?.became('ringing'));
        return;
      case 'reject':
        this.#onReject(from, signal);
        return;
      case 'join':
        this.#onJoin(from, signal);
        return;
      case 'accept':
        if (signal.media !== undefined) this.#pairs.get(from)?.onAccept(signal.media);
        this.#told(from, signal);
        return;
      case 'cancel':
      case 'end':
        this.remove(from);
        return;
      case 'update':
        if (signal.media !== undefined) this.#media.setRemoteCandidates(from, candidatesOf(signal.media.candidates));
        this.#told(from, signal);
        return;
      case 'alive':
        if (this.#pairs.has(from)) this.#say(from, 'update');
        else this.#say(from, 'end', { reason: UNKNOWN_CALL });
    }
  }

  linkUp(host: PeerId): void {
    for (const [peerId, pair] of this.#pairs) {
      if (hostOf(peerId) !== host) continue;
      if (pair.isAsking || pair.member.phase === 'lost') pair.ask();
      else this.#say(peerId, 'alive');
    }
    this.tell(host);
  }

  linkDown(host: PeerId): void {
    const gone = [...this.#invited.keys()].filter((peerId) => hostOf(peerId) === host);
    for (const peerId of gone) this.#invited.delete(peerId);
    if (gone.length > 0) this.#options.changed();
  }

  candidatesChanged(media: MediaOffer): void {
    for (const peerId of this.#pairs.keys()) this.#say(peerId, 'update', { media });
  }

  look(): void {
    const nowMs = this.#nowMs;
    const inRoom = new Set(this.#options.room.reachable());
    for (const [peerId, pair] of this.#pairs) this.#lookAt(peerId, pair, inRoom.has(peerId), nowMs);
    this.#lookAtShowing();
    if (nowMs - this.#toldAtMs >= PRESENT_PERIOD_MS) this.tell();
  }

  /** Says to the room, or to those behind one link, that oneself is in it. */
  tell(host?: PeerId): void {
    if (host === undefined) this.#toldAtMs = this.#nowMs;
    for (const peerId of this.#options.room.reachable())
      if (host === undefined || hostOf(peerId) === host) this.#say(peerId, 'present');
  }

  /** Everybody hears of it at once; resolves when devices and keys are free. */
  leave(): Promise<void> {
    for (const peerId of new Set([...this.#options.room.reachable(), ...this.#pairs.keys()])) this.#say(peerId, 'end');
    for (const pair of this.#pairs.values()) pair.close();
    this.#options.own.end();
    return this.#media.stop();
  }

  /** They are in it no more. */
  remove(peerId: PeerId): void {
    this.#pairs.get(peerId)?.close();
    const wasIn = this.#pairs.delete(peerId);
    const wasInvited = this.#invited.delete(peerId);
    if (wasIn || wasInvited) this.#options.changed();
  }

  get #isFull(): boolean {
    return this.#pairs.size + 1 >= MAX_CALL_MEMBERS;
  }

  #onJoin(from: PeerId, signal: CallSignal): void {
    const isNew = !this.#pairs.has(from);
    if (signal.media === undefined) return;
    if (isNew && this.#isFull) {
      this.#say(from, 'reject', { reason: 'call-full' });
      return;
    }
    const isInvited = this.#invited.delete(from);
    this.#pairOf(from).onJoin(signal.media);
    if (isInvited) this.#answered(from);
    this.#told(from, signal);
    this.#options.changed();
  }

  #onReject(from: PeerId, { reason }: CallSignal): void {
    const refusal = refusalOf(reason);
    const isJoining = this.#pairs.get(from)?.isAsking === true && refusal === 'call-full';
    const wasInvited = this.#invited.delete(from);
    if (!wasInvited && !isJoining) return;
    this.#answered(from, refusal);
    this.#options.changed();
    if (isJoining) this.#options.isFull();
  }

  #answered(peerId: PeerId, refusal?: string): void {
    const { room, callId } = this.#options;
    room.context.emit({ type: 'call-answered', callId, peerId, ...(refusal === undefined ? {} : { refusal }) });
  }

  #pairOf(peerId: PeerId): RoomPair {
    let pair = this.#pairs.get(peerId);
    if (pair !== undefined) return pair;
    const { context } = this.#options.room;
    const send = (kind: 'join' | 'accept', media: MediaOffer): boolean => this.#say(peerId, kind, { media });
    pair = new RoomPair({ context, media: this.#media, peerId, send });
    this.#pairs.set(peerId, pair);
    this.#hadOthers = true;
    context.parts.talkedTo(peerId);
    return pair;
  }

  #heard(peerId: PeerId): void {
    const member = this.#pairs.get(peerId)?.member;
    if (member === undefined) return;
    const isFirst = !member.wasConnected;
    this.#changedIf(member.became('connected'));
    const { room, callId } = this.#options;
    if (isFirst) room.context.emit({ type: 'call-connected', callId, peerId });
  }

  #lookAt(peerId: PeerId, pair: RoomPair, isInRoom: boolean, nowMs: number): void {
    const isHeard = this.#media.isHeard(peerId);
    const isReachable = this.#options.room.context.isReachable(peerId);
    pair.outsideSinceMs = isInRoom || !isReachable ? undefined : (pair.outsideSinceMs ?? nowMs);
    if (pair.outsideSinceMs !== undefined && nowMs - pair.outsideSinceMs >= OUTSIDE_PATIENCE_MS) {
      this.remove(peerId);
      return;
    }
    if (isReachable || isHeard) pair.aloneSinceMs = undefined;
    // A word was lost with a link, or not understood yet.
    if (isReachable && !isHeard && pair.ageMs >= ASK_AGAIN_MS) pair.ask();
    if (isReachable || isHeard) return;
    pair.aloneSinceMs ??= nowMs;
    if (nowMs - pair.aloneSinceMs >= LOST_PATIENCE_MS) this.remove(peerId);
  }

  #told(from: PeerId, signal: CallSignal): void {
    const member = this.#pairs.get(from)?.member;
    if (member?.told(signal) !== true) return;
    if (!member.isShowing) this.#media.video.hide(from);
    this.#options.changed();
  }

  /** Who else shows something. */
  get #showing(): PeerId[] {
    return [...this.#pairs].flatMap(([peerId, { member }]) => (member.isShowing ? [peerId] : []));
  }

  /** Several began at once: all of them count the same way. */
  #lookAtShowing(): void {
    const { own, room } = this.#options;
    const before = this.#showing.filter((peerId) => peerId < room.context.ownId).length;
    if (!own.isShowing || before < MOST_SHOWING) return;
    sayTooManyShow(room.context);
    void own.share(null);
    own.mute({ video: true });
    this.#tellOwn();
  }

  /** What oneself gives is other than it was. */
  #tellOwn(): void {
    for (const peerId of this.#pairs.keys()) this.#say(peerId, 'update');
    this.#options.changed();
  }

  #changedIf(isOther: boolean | undefined): void {
    if (isOther === true) this.#options.changed();
  }

  #say(to: PeerId, kind: CallSignalKind, word: RoomWord = {}): boolean {
    const { room } = this.#options;
    const members = kind === 'present' || kind === 'join' ? [room.context.ownId, ...this.#pairs.keys()] : [];
    return sayInRoom(room, to, kind, { ...this.#options.own.words, members, ...word });
  }
}
