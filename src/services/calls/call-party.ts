// The calls of one actor: what rings, what stands open, and the one that they are in.

import { compareBytes, toHex } from '../../base/bytes.ts';
import { MmchatError } from '../../base/errors.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import { hostOf } from '../../state/guest-ids.ts';
import type { CallMode, PeerId } from '../../state/values.ts';
import type { CallSignal, CallSignalKind, MediaOffer } from '../../wire/call-signals.ts';
import { CALL_ID_BYTES } from '../../wire/limits.ts';
import type { Conversation } from '../conversations.ts';
import { UNKNOWN_CALL } from './call-endings.ts';
import type { CallContext, PartyCall } from './call-parts.ts';
import { PairCall } from './pair-call.ts';
import { RoomCall } from './room-call.ts';

export const RINGING_LIMITS = {
  /** At once. */
  inAll: 4,
  ofOneCaller: 1,
  /** New calls of one link. */
  requests: { perSecond: 0.5, burst: 8 },
} as const;
/** Calls of rooms that one knows of. */
export const MAX_ROOM_CALLS = 64;
/** Callers whose requests are counted. */
const MAX_CALLERS = 1_024;
/** Two who call the same room within this time meet in one call. */
const YOUNG_CALL_MS = 10_000;

/** Answered when the call is not known: whoever says that believes to be in it. */
const EXPECTING: ReadonlySet<CallSignalKind> = new Set(['ringing', 'accept', 'alive', 'update', 'join']);

export interface CallPartyOptions {
  readonly context: Omit<CallContext, 'over' | 'warn'>;
  /** Whether the actor is in this room. */
  readonly isMember: (conversation: Conversation) => boolean;
  /** Others in it who are here; guests too. */
  readonly reachable: (conversation: Conversation) => readonly PeerId[];
  /** Whether calls of others are taken at once. */
  readonly answers: (from: PeerId) => boolean;
}

export class CallParty {
  readonly #options: CallPartyOptions;
  readonly #context: Omit<CallContext, 'warn'>;
  readonly #calls = new Map<string, PartyCall>();
  readonly #requests = new Map<PeerId, TokenBucket>();

  constructor(options: CallPartyOptions) {
    this.#options = options;
    this.#context = { ...options.context, over: (call) => void this.#calls.delete(call.id) };
  }

  get isIdle(): boolean {
    return this.#calls.size === 0;
  }

  get #current(): PartyCall | undefined {
    return this.#find(({ isJoined }) => isJoined);
  }

  #find(holds: (call: PartyCall) => boolean): PartyCall | undefined {
    for (const call of this.#calls.values()) if (holds(call)) return call;
    return undefined;
  }

  /** @throws MmchatError `busy`, `offline` */
  callPerson(mode: CallMode, other: PeerId): string {
    const theirs = this.#find((call) => call instanceof PairCall && call.isRinging && call.other === other);
    this.#requireFree();
    if (theirs !== undefined) {
      theirs.accept();
      return theirs.id;
    }
    if (!this.#context.isReachable(other)) throw new MmchatError('offline', 'They are not here.');
    const call = new PairCall(this.#newContext(), this.#beginning(mode), other);
    this.#calls.set(call.id, call);
    call.begin();
    return call.id;
  }

  /** @throws MmchatError `busy`, `offline`, `call-full` */
  callRoom(mode: CallMode, conversation: Conversation): string {
    this.#requireFree();
    const known = this.#roomCallOf(conversation);
    if (known !== undefined) {
      known.accept();
      return known.id;
    }
    if (this.#options.reachable(conversation).length === 0)
      throw new MmchatError('offline', 'Nobody else of this room is here.');
    const call = this.#roomCall(this.#beginning(mode), conversation);
    call.begin();
    return call.id;
  }

  /** Of one call: what was a warning in the last one is one again. */
  #newContext(): CallContext {
    return { ...this.#context, warn: this.#context.parts.warner() };
  }

  #beginning(mode: CallMode): { callId: Uint8Array; mode: CallMode; starter: PeerId } {
    return { callId: this.#context.parts.random.bytes(CALL_ID_BYTES), mode, starter: this.#context.ownId };
  }

  #roomCall(beginning: { callId: Uint8Array; mode: CallMode; starter: PeerId }, conversation: Conversation): RoomCall {
    const reachable = (): readonly PeerId[] => this.#options.reachable(conversation);
    const isMember = (): boolean => this.#options.isMember(conversation);
    const call = new RoomCall({ context: this.#newContext(), beginning, conversation, reachable, isMember });
    this.#calls.set(call.id, call);
    return call;
  }

  #roomCallOf(conversation: Conversation): RoomCall | undefined {
    for (const call of this.#calls.values())
      if (call instanceof RoomCall && call.conversation === conversation) return call;
    return undefined;
  }

  #requireFree(): void {
    if (this.#current !== undefined) throw new MmchatError('busy', 'You are in a call already; end it first.');
  }

  /** @throws MmchatError `no-such-call` */
  get(callId: string): PartyCall {
    const call = this.#calls.get(callId.toLowerCase());
    if (call === undefined) throw new MmchatError('no-such-call', 'There is no such call.');
    return call;
  }

  /** @throws MmchatError `no-such-call`, `busy`, `call-full` */
  accept(callId: string): void {
    const call = this.get(callId);
    if (call.isJoined) return;
    this.#requireFree();
    call.accept();
  }

  take(from: PeerId, signal: CallSignal, conversation: Conversation | undefined): void {
    const known = this.#calls.get(toHex(signal.callId));
    if (known === undefined) {
      this.#takeUnknown(from, signal, conversation);
      return;
    }
    if (!this.#belongs(known, from, conversation)) {
      this.#context.parts.router.countDrop('call-foreign');
      return;
    }
    if (known instanceof RoomCall && signal.kind === 'request' && from === known.starter)
      known.ring(from, signal, this.#current === undefined && this.#mayRing(from));
    else known.take(from, signal);
  }

  #belongs(call: PartyCall, from: PeerId, conversation: Conversation | undefined): boolean {
    if (call instanceof RoomCall) return call.conversation === conversation;
    return call instanceof PairCall && call.other === from && conversation === undefined;
  }

  #takeUnknown(from: PeerId, signal: CallSignal, conversation: Conversation | undefined): void {
    const { kind, callId, mode } = signal;
    if (kind === 'request' && !this.#bucketOf(hostOf(from)).tryTake()) {
      this.#context.parts.router.countDrop('call-requests');
      return;
    }
    if (conversation !== undefined && (kind === 'request' || kind === 'present'))
      this.#takeRoomCall(from, signal, conversation);
    else if (conversation === undefined && kind === 'request') this.#takeCall(from, signal);
    else if (EXPECTING.has(kind))
      this.#context.send(from, {
        callId,
        kind: 'end',
        mode,
        reason: UNKNOWN_CALL,
        ...(conversation === undefined ? {} : { conversation: conversation.id }),
      });
  }

  #takeCall(from: PeerId, signal: CallSignal): void {
    if (signal.media === undefined) return;
    const { callId, mode } = signal;
    const own = this.#find((call) => call instanceof PairCall && call.other === from && call.isAsking);
    const isCrossing = own instanceof PairCall;
    // Both called each other at once: the lower id stays. Whoever has that one waits for the other's yes.
    if (isCrossing && compareBytes(own.callId, callId) < 0) return;
    const isFree = this.#current === undefined && this.#mayRing(from);
    if (!isCrossing && !isFree) {
      this.#context.send(from, { callId, mode, kind: 'reject', reason: 'busy' });
      return;
    }
    if (isCrossing) own.yield();
    const call = new PairCall(this.#newContext(), { callId, mode, starter: from }, from);
    this.#calls.set(call.id, call);
    call.take(from, signal);
    if (isCrossing || this.#options.answers(from)) call.accept();
  }

  #mayRing(from: PeerId): boolean {
    const ringing = [...this.#calls.values()].filter(({ isRinging }) => isRinging);
    return (
      ringing.length < RINGING_LIMITS.inAll &&
      ringing.filter(({ starter }) => starter === from).length < RINGING_LIMITS.ofOneCaller
    );
  }

  #takeRoomCall(from: PeerId, signal: CallSignal, conversation: Conversation): void {
    const known = this.#roomCallOf(conversation);
    const isWelcome = known === undefined || this.#yields(known, signal.callId);
    if (!isWelcome || this.#roomCallCount >= MAX_ROOM_CALLS) {
      this.#context.parts.router.countDrop('call-second-of-room');
      return;
    }
    const wasIn = known?.isJoined === true;
    if (known !== undefined) void known.drop('replaced');
    const { callId, mode, kind } = signal;
    const call = this.#roomCall({ callId, mode, starter: from }, conversation);
    const isFree = this.#current === undefined && this.#mayRing(from);
    if (wasIn) {
      call.take(from, signal);
      call.accept();
    } else if (kind === 'request') {
      call.ring(from, signal, isFree);
      if (isFree && this.#options.answers(from)) call.accept();
    } else call.take(from, signal);
  }

  /** Two called the room at once: the lower id stays. What goes on for long is not given up for what anybody says. */
  #yields(known: RoomCall, callId: Uint8Array): boolean {
    return toHex(callId) < known.id && known.joinedForMs < YOUNG_CALL_MS;
  }

  get #roomCallCount(): number {
    return [...this.#calls.values()].filter((call) => call instanceof RoomCall).length;
  }

  #bucketOf(host: PeerId): TokenBucket {
    let bucket = this.#requests.get(host);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#context.parts.clock, RINGING_LIMITS.requests);
      this.#requests.set(host, bucket);
      const [oldest = host] = this.#requests.keys();
      if (this.#requests.size > MAX_CALLERS) this.#requests.delete(oldest);
    }
    return bucket;
  }

  linkUp(peerId: PeerId): void {
    for (const call of [...this.#calls.values()]) call.linkUp(peerId);
  }

  linkDown(peerId: PeerId): void {
    for (const call of [...this.#calls.values()]) call.linkDown(peerId);
  }

  sharesMore(peerId: PeerId): void {
    for (const call of [...this.#calls.values()]) if (call instanceof RoomCall) call.sharesMore(peerId);
  }

  without(peerId: PeerId): void {
    for (const call of [...this.#calls.values()]) call.without(peerId);
  }

  candidatesChanged(offer: MediaOffer): void {
    for (const call of this.#calls.values()) call.candidatesChanged(offer);
  }

  /** All of them end; resolves when devices and keys are free. */
  async stop(): Promise<void> {
    const calls = [...this.#calls.values()];
    await Promise.all(calls.map((call) => (call instanceof RoomCall ? call.drop('hangup') : call.end())));
  }
}
