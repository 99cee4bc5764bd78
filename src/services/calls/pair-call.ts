// A call between two: does what the table of call-machine.ts says.

import { toHex } from '../../base/bytes.ts';
import type { Timer } from '../../base/clock.ts';
import type { PreparedMedia } from '../../contracts/media.ts';
import type { CallPeerStats } from '../../contracts/node.ts';
import { hostOf } from '../../state/guest-ids.ts';
import type { Call, CallPhase, PeerId } from '../../state/values.ts';
import type { CallSignal, CallSignalKind, MediaOffer } from '../../wire/call-signals.ts';
import { endingOf, refusalOf } from './call-endings.ts';
import { transitionOf, type PairEffect, type PairEvent, type PairState, type Transition } from './call-machine.ts';
import { CallMedia, type RemoteMedia } from './call-media.ts';
import { MemberRecord } from './call-member.ts';
import {
  ANSWER_PATIENCE_MS,
  LOOK_PERIOD_MS,
  LOST_PATIENCE_MS,
  type CallBeginning,
  type CallContext,
  type MuteChange,
  type PartyCall,
} from './call-parts.ts';
import { candidatesOf, descriptionOf, offerOf, wipeOffer } from './media-offers.ts';
import { OwnPart } from './own-part.ts';

const EVENT_OF: Readonly<Partial<Record<CallSignalKind, PairEvent>>> = {
  request: 'their-request',
  ringing: 'their-ringing',
  accept: 'their-accept',
  reject: 'their-reject',
  cancel: 'their-cancel',
  end: 'their-end',
  update: 'their-update',
  alive: 'their-alive',
};

export class PairCall implements PartyCall {
  readonly id: string;
  readonly starter: PeerId;
  readonly #context: CallContext;
  readonly #beginning: CallBeginning;
  readonly #other: PeerId;
  readonly #member: MemberRecord;
  #state: PairState = 'new';
  #stateBefore: PairState = 'new';
  #prepared: PreparedMedia | undefined;
  /** One's own half, for as long as they may not have it. */
  #offer: MediaOffer | undefined;
  #theirOffer: MediaOffer | undefined;
  #media: CallMedia | undefined;
  #isMediaOver: Promise<void> = Promise.resolve();
  readonly #own: OwnPart;
  #since: number | undefined;
  #patience: Timer | undefined;
  #looks: Timer | undefined;
  #aloneSinceMs: number | undefined;

  constructor(context: CallContext, beginning: CallBeginning, other: PeerId) {
    this.#context = context;
    this.#beginning = beginning;
    this.#other = other;
    this.id = toHex(beginning.callId);
    this.starter = beginning.starter;
    this.#own = new OwnPart(beginning.mode);
    this.#member = new MemberRecord(other, beginning.starter === other ? 'ringing' : 'invited');
  }

  get other(): PeerId {
    return this.#other;
  }

  get callId(): Uint8Array {
    return this.#beginning.callId;
  }

  get isJoined(): boolean {
    return this.#state === 'calling' || this.#state === 'ringing' || this.#state === 'active';
  }

  get isRinging(): boolean {
    return this.#state === 'incoming';
  }

  /** One's own request, not yet answered. */
  get isAsking(): boolean {
    return this.#state === 'calling' || this.#state === 'ringing';
  }

  get call(): Call {
    return {
      id: this.id,
      destination: { kind: 'person', peerId: this.#other },
      starter: this.starter,
      mode: this.#beginning.mode,
      phase: this.#phase,
      members: [this.#member.view],
      ...this.#own.view,
      ...(this.#since === undefined ? {} : { since: this.#since }),
    };
  }

  /** Of one that is over: what it was until then. */
  get #phase(): CallPhase {
    const state = this.#state === 'ended' ? this.#stateBefore : this.#state;
    switch (state) {
      case 'new':
      case 'calling':
        return 'calling';
      case 'ringing':
      case 'incoming':
        return state;
      case 'active':
      case 'ended':
        return this.#member.wasConnected ? 'active' : 'connecting';
    }
  }

  get peers(): readonly CallPeerStats[] {
    return this.#media?.stats() ?? [];
  }

  get levels(): ReadonlyMap<PeerId, number> {
    return this.#media?.levels() ?? new Map<PeerId, number>();
  }

  begin(): void {
    this.#happen('own-call');
  }

  accept(): void {
    this.#happen('own-accept');
  }

  reject(): void {
    this.#happen('own-reject');
  }

  end(): Promise<void> {
    this.#happen('own-end');
    return this.#isMediaOver;
  }

  /** Both called: theirs stays. */
  yield(): void {
    this.#happen('yielded');
  }

  mute(change: MuteChange): void {
    this.#own.mute(change);
    this.#tell();
  }

  share(source: string | null): Promise<void> {
    return this.#own.share(source);
  }

  setVolume(peerId: PeerId, volume: number): void {
    if (peerId === this.#other) this.#media?.setVolume(peerId, volume);
  }

  take(from: PeerId, signal: CallSignal): void {
    const event = EVENT_OF[signal.kind];
    if (from !== this.#other || event === undefined) return;
    // A yes without its half of the keys is none; so is a request.
    const isOffer = signal.kind === 'request' || signal.kind === 'accept';
    if (isOffer && signal.media === undefined) return;
    if (isOffer && this.#state !== 'active') this.#theirOffer = signal.media;
    this.#happen(event, signal);
  }

  linkUp(peerId: PeerId): void {
    if (peerId === hostOf(this.#other)) this.#happen('relinked');
  }

  linkDown(_peerId: PeerId): void {
    // It is looked at in time: media may go on, and the link come back.
  }

  without(peerId: PeerId): void {
    if (peerId === this.#other || peerId === hostOf(this.#other)) this.#happen('own-end');
  }

  candidatesChanged(offer: MediaOffer): void {
    if (this.#state === 'active') this.#send('update', { media: offer });
  }

  #happen(event: PairEvent, signal?: CallSignal): void {
    const transition = transitionOf(this.#state, event);
    if (transition === undefined) return;
    const before = this.#state;
    this.#stateBefore = before;
    this.#state = transition.to;
    if (transition.to !== before && before !== 'new') this.#patience?.cancel();
    for (const effect of transition.effects) this.#do(effect, signal);
    if (event === 'their-ringing') this.#member.became('ringing');
    if (signal !== undefined && this.#member.told(signal)) {
      if (!this.#member.isShowing) this.#media?.video.hide(this.#other);
      this.#changed();
    }
    if (transition.to === before) return;
    if (event === 'their-accept') this.#answered();
    if (transition.to === 'ended') this.#over(transition, signal);
    else this.#changed();
  }

  #do(effect: PairEffect, signal: CallSignal | undefined): void {
    switch (effect) {
      case 'send-request':
        this.#send('request', { media: this.#ownHalf() });
        return;
      case 'send-accept':
        this.#send('accept', { media: this.#ownHalf() });
        return;
      case 'send-ringing':
        this.#send('ringing');
        return;
      case 'send-rejected':
        this.#send('reject', { reason: 'rejected' });
        return;
      case 'send-timed-out':
        this.#send('reject', { reason: 'timeout' });
        return;
      case 'send-cancel':
        this.#send('cancel');
        return;
      case 'send-end':
        this.#send('end');
        return;
      case 'send-update':
        this.#send('update');
        return;
      case 'send-alive':
        this.#send('alive');
        return;
      case 'await-answer':
        this.#patience = this.#context.parts.clock.after(ANSWER_PATIENCE_MS, () => this.#happen('timeout'));
        return;
      case 'start-media':
        this.#startMedia();
        return;
      case 'take-update':
        if (signal?.media !== undefined && signal.kind === 'update')
          this.#media?.setRemoteCandidates(this.#other, candidatesOf(signal.media.candidates));
    }
  }

  #ownHalf(): MediaOffer {
    if (this.#offer !== undefined) return this.#offer;
    this.#prepared ??= this.#context.media.prepare(this.#other);
    return (this.#offer = offerOf(this.#prepared.description, this.#context.picture.codecs()));
  }

  #startMedia(): void {
    const { parts } = this.#context;
    const prepared = this.#prepared;
    const theirs = this.#theirOffer;
    if (prepared === undefined || theirs === undefined) return;
    this.#prepared = undefined;
    this.#theirOffer = undefined;
    this.#since = parts.clock.now();
    this.#member.became('connecting');
    const media = new CallMedia(this.#context, {
      heard: () => this.#heard(),
      silent: () => this.#memberChanged(this.#member.became('lost')),
      path: (_, path) => this.#memberChanged(this.#member.goesBy(path)),
      shows: () => this.#tell(),
    });
    this.#media = media;
    const remote: RemoteMedia = { description: descriptionOf(theirs), codecs: theirs.codecs };
    media.add(this.#other, prepared, remote, this.starter === this.#context.ownId);
    this.#own.begin(media);
    this.#looks = parts.clock.every(LOOK_PERIOD_MS, () => this.#look());
    parts.talkedTo(this.#other);
  }

  #answered(): void {
    this.#context.emit({ type: 'call-answered', callId: this.id, peerId: this.#other });
  }

  #heard(): void {
    // They have one's half.
    this.#forgetOffer();
    const isFirst = !this.#member.wasConnected;
    this.#memberChanged(this.#member.became('connected'));
    if (isFirst) this.#context.emit({ type: 'call-connected', callId: this.id, peerId: this.#other });
  }

  #look(): void {
    const { parts, isReachable } = this.#context;
    const nowMs = parts.clock.monotonicMs();
    if (isReachable(this.#other) || this.#media?.isHeard(this.#other) === true) {
      this.#aloneSinceMs = undefined;
      return;
    }
    this.#aloneSinceMs ??= nowMs;
    if (nowMs - this.#aloneSinceMs >= LOST_PATIENCE_MS) this.#happen('lost');
  }

  #over({ ending = 'hangup' }: Transition, signal: CallSignal | undefined): void {
    this.#looks?.cancel();
    this.#prepared?.discard();
    this.#prepared = undefined;
    this.#forgetOffer();
    if (this.#theirOffer !== undefined) wipeOffer(this.#theirOffer);
    const { call } = this;
    this.#own.end();
    this.#isMediaOver = this.#media?.stop() ?? Promise.resolve();
    const told = signal?.reason ?? '';
    const reason =
      ending === 'refused-as-told' ? refusalOf(told) : ending === 'ended-as-told' ? endingOf(told) : ending;
    this.#context.over(this);
    const isUnanswered = ending === 'timeout' && this.starter === this.#context.ownId;
    if (ending === 'refused-as-told' || isUnanswered)
      this.#context.emit({ type: 'call-answered', callId: this.id, peerId: this.#other, refusal: reason });
    this.#context.emit({ type: 'call-ended', call, reason });
  }

  #forgetOffer(): void {
    if (this.#offer !== undefined) wipeOffer(this.#offer);
    this.#offer = undefined;
  }

  /** What oneself gives is other than it was. */
  #tell(): void {
    if (this.#state === 'active') this.#send('update');
    this.#changed();
  }

  #memberChanged(isOther: boolean): void {
    if (isOther) this.#changed();
  }

  #changed(): void {
    if (this.#state !== 'ended') this.#context.emit({ type: 'call-changed', call: this.call });
  }

  #send(kind: CallSignalKind, more: { reason?: string; media?: MediaOffer } = {}): void {
    const { callId, mode } = this.#beginning;
    this.#context.send(this.#other, { callId, mode, kind, ...this.#own.words, ...more });
  }
}
