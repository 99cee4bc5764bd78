// Calls: the verbs, for oneself and for the guests of this node, and who gets what is said about calls.

import { toHex } from '../../base/bytes.ts';
import type { Unsubscribe } from '../../base/emitter.ts';
import { messageOf, MmchatError } from '../../base/errors.ts';
import type { PeerLink } from '../../contracts/links.ts';
import type { CallStats } from '../../contracts/node.ts';
import { guestPartsOf, hostOf } from '../../state/guest-ids.ts';
import { foldRoomName } from '../../state/names.ts';
import type { CallMode, PeerId } from '../../state/values.ts';
import type { CallSignal } from '../../wire/call-signals.ts';
import type { Conversation } from '../conversations.ts';
import { CallParty } from './call-party.ts';
import type { CallActor, CallEvent, CallGuests, CallsParts, MuteChange } from './call-parts.ts';
import { CallWire } from './call-wire.ts';
import { addressesOnly } from './media-offers.ts';
import { MediaInHouse } from './media-in-house.ts';
import { PictureViewers, type PictureViewer } from './picture-screens.ts';

export type CallTarget = { readonly peerId: PeerId } | { readonly conversation: Conversation };

const LOUDEST = 2;

export class Calls {
  readonly #parts: CallsParts;
  readonly #wire: CallWire;
  readonly #media: MediaInHouse;
  readonly #parties = new Map<CallActor, CallParty>();
  readonly #viewers = new PictureViewers();
  #guests: CallGuests | undefined;
  #isStopped = false;
  #isWarm = false;

  constructor(parts: CallsParts) {
    this.#parts = parts;
    this.#wire = new CallWire({ ...parts, take: (to, from, signal) => this.#take(to, from, signal) });
    this.#media = new MediaInHouse(parts);
    parts.media.onCandidates((candidates) => {
      for (const party of this.#parties.values()) party.candidatesChanged(addressesOnly(candidates));
    });
  }

  /** From now on this node has guests who call and are called. */
  speakFor(guests: CallGuests): void {
    this.#guests = guests;
  }

  /**
   * Calls a person, or everybody of a room who is here; joins the room's call if there is one, takes theirs if they call.
   *
   * @throws MmchatError `offline`, `blocked`, `busy`, `call-full`
   */
  start(actor: CallActor, mode: CallMode, target: CallTarget): { callId: string } {
    const party = this.#partyOf(actor);
    this.warmUp();
    if ('conversation' in target) return { callId: party.callRoom(mode, target.conversation) };
    if (this.#isBlocked(target.peerId)) throw new MmchatError('blocked', 'They are blocked; unblock them first.');
    if (target.peerId === this.#wire.idOf(actor)) throw new MmchatError('bad-option', 'Nobody can call themselves.');
    return { callId: party.callPerson(mode, target.peerId) };
  }

  /** Loads the codecs: it holds everything up for a moment, better before there is sound than when it comes. */
  warmUp(): void {
    if (this.#isWarm) return;
    this.#isWarm = true;
    const { codecs, log } = this.#parts;
    Promise.all([codecs.encoder(), codecs.decoder()]).then(
      (opened) => {
        for (const codec of opened) codec.close();
      },
      (error: unknown) => log.warn('no codec for calls', { error: messageOf(error) }),
    );
  }

  /** @throws MmchatError `no-such-call`, `busy`, `call-full`; so do those below */
  accept(actor: CallActor, callId: string): void {
    this.#partyOf(actor).accept(callId);
  }

  reject(actor: CallActor, callId: string): void {
    this.#partyOf(actor).get(callId).reject();
  }

  /** Resolves when devices and keys are free again. */
  async end(actor: CallActor, callId: string): Promise<void> {
    await this.#partyOf(actor).get(callId).end();
  }

  mute(actor: CallActor, callId: string, change: MuteChange): void {
    this.#partyOf(actor).get(callId).mute(change);
  }

  /** @param source a screen or a window; null: the camera again. @throws MmchatError `no-such-call`, `device-unavailable` */
  async share(actor: CallActor, callId: string, source: string | null): Promise<void> {
    await this.#partyOf(actor).get(callId).share(source);
  }

  /** All pictures of one's own calls go there too. */
  showOn(viewer: PictureViewer): Unsubscribe {
    return this.#viewers.add(viewer);
  }

  /** Resolves when it is known which pictures can be shown here: better before anybody is told. */
  async ready(): Promise<void> {
    await this.#parts.picture.learnCodecs?.();
  }

  setVolume(actor: CallActor, callId: string, peerId: PeerId, volume: number): void {
    if (!Number.isFinite(volume) || volume < 0 || volume > LOUDEST)
      throw new MmchatError('bad-option', `A volume is from 0 to ${LOUDEST}.`);
    this.#partyOf(actor).get(callId).setVolume(peerId, volume);
  }

  stats(actor: CallActor, callId: string): CallStats {
    const one = this.#partyOf(actor).get(callId);
    const { phase, mode, since } = one.call;
    const seconds = since === undefined ? 0 : Math.max(0, Math.floor((this.#parts.clock.now() - since) / 1000));
    return { state: phase, mode, seconds, peers: one.peers };
  }

  levels(actor: CallActor, callId: string): ReadonlyMap<PeerId, number> {
    return this.#partyOf(actor).get(callId).levels;
  }

  linkUp(link: PeerLink): void {
    for (const party of this.#parties.values()) party.linkUp(link.peerId);
  }

  linkDown(link: PeerLink): void {
    for (const party of this.#parties.values()) party.linkDown(link.peerId);
  }

  /** This link now leads to somebody who is in more rooms, or fewer. */
  sharesMore(link: PeerLink): void {
    for (const party of this.#parties.values()) party.sharesMore(link.peerId);
  }

  /** Nobody talks with somebody blocked. */
  blocked(peerId: PeerId): void {
    for (const party of this.#parties.values()) party.without(peerId);
  }

  /** A guest is gone: so are their calls. */
  async guestLeft(name: string): Promise<void> {
    const party = this.#parties.get(name);
    this.#parties.delete(name);
    await party?.stop();
  }

  /** Ends all of them, and says so. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#parties.values()].map((party) => party.stop()));
  }

  #take(to: CallActor, from: PeerId, signal: CallSignal): void {
    const { router, conversations } = this.#parts;
    if (this.#isStopped || (to !== '' && this.#guests?.has(to) !== true)) {
      router.countDrop('call-to-nobody');
      return;
    }
    // Nobody blocked gets an answer; guests are people whom their super-peer told of.
    if (this.#isBlocked(from) || (guestPartsOf(from) !== undefined && !this.#isSomebody(from))) {
      router.countDrop('call-from-nobody');
      return;
    }
    if (signal.kind === 'request') {
      this.warmUp();
      void this.ready();
    }
    if (to === '' && this.#guests?.isDedicated === true) {
      if (signal.kind === 'request')
        this.#wire.send('', from, { callId: signal.callId, kind: 'reject', mode: signal.mode, reason: 'nobody-there' });
      return;
    }
    if (signal.conversation.length === 0) {
      this.#partyOf(to).take(from, signal, undefined);
      return;
    }
    const conversation = conversations.get(toHex(signal.conversation));
    // Whoever is not in the room learns nothing of it; but whoever has left it may still say that they go.
    const isLeaving = signal.kind === 'end' || signal.kind === 'cancel';
    if (
      conversation === undefined ||
      !this.#isOfRoom(to, conversation) ||
      !(isLeaving || this.#isIn(from, conversation))
    ) {
      router.countDrop('call-wrong-room');
      return;
    }
    this.#partyOf(to).take(from, signal, conversation);
  }

  #isOfRoom(actor: CallActor, { destination, ended }: Conversation): boolean {
    if (destination.kind !== 'room' || ended) return false;
    return actor === '' || this.#guests?.isIn(actor, destination.room) === true;
  }

  /** As far as one knows. */
  #isIn(peerId: PeerId, conversation: Conversation): boolean {
    const { links, ownPeerId, shares } = this.#parts;
    const { destination } = conversation;
    const guest = guestPartsOf(peerId);
    if (hostOf(peerId) === ownPeerId) return this.#isOfRoom(guest?.name ?? '', conversation);
    const link = links.links.get(hostOf(peerId));
    if (link === undefined || destination.kind !== 'room') return false;
    if (guest === undefined) return shares(link, conversation);
    // What is said in a closed room is not for guests.
    return conversation.roomKey === undefined && this.#saysToBeIn(peerId, destination.room);
  }

  #saysToBeIn(peerId: PeerId, room: string): boolean {
    const folded = foldRoomName(room);
    return this.#parts.personOf(peerId)?.rooms.some((one) => foldRoomName(one) === folded) === true;
  }

  #reachable(actor: CallActor, conversation: Conversation): PeerId[] {
    const { links, ownPeerId, people } = this.#parts;
    const found: PeerId[] = [...links.links.keys()];
    for (const { peerId, online } of people()) if (online && guestPartsOf(peerId) !== undefined) found.push(peerId);
    if (actor !== '' && this.#guests?.isDedicated !== true) found.push(ownPeerId);
    return found.filter(
      (peerId) =>
        this.#wire.isReachable(peerId) &&
        !this.#isBlocked(peerId) &&
        peerId !== this.#wire.idOf(actor) &&
        this.#isIn(peerId, conversation),
    );
  }

  #isSomebody(peerId: PeerId): boolean {
    const guest = guestPartsOf(peerId);
    if (guest?.host === this.#parts.ownPeerId) return this.#guests?.has(guest.name) === true;
    return this.#parts.personOf(peerId) !== undefined;
  }

  #isBlocked(peerId: PeerId): boolean {
    return this.#parts.isBlocked(peerId) || this.#parts.isBlocked(hostOf(peerId));
  }

  #partyOf(actor: CallActor): CallParty {
    let party = this.#parties.get(actor);
    if (party === undefined) this.#parties.set(actor, (party = this.#newParty(actor)));
    return party;
  }

  #newParty(actor: CallActor): CallParty {
    const parts = this.#parts;
    const guests = this.#guests;
    if (actor !== '' && guests?.has(actor) !== true)
      throw new MmchatError('unknown-peer', 'There is no such guest here.');
    return new CallParty({
      context: {
        parts,
        actor,
        ownId: this.#wire.idOf(actor),
        sound: actor === '' || guests === undefined ? parts.sound : guests.soundOf(actor),
        picture: actor === '' || guests === undefined ? parts.picture : guests.pictureOf(actor),
        viewers: actor === '' ? this.#viewers : new PictureViewers(),
        media: this.#media,
        send: (to, signal) => this.#wire.send(actor, to, signal),
        isReachable: (peerId) => this.#wire.isReachable(peerId),
        emit: (event) => this.#emit(actor, event),
      },
      isMember: (conversation) => this.#isOfRoom(actor, conversation),
      reachable: (conversation) => this.#reachable(actor, conversation),
      answers: (from) => actor === '' && parts.answers(from),
    });
  }

  #emit(actor: CallActor, event: CallEvent): void {
    if (actor === '') this.#parts.emit(event);
    else this.#guests?.hear(actor, event);
  }
}
