// Who is here: everybody's small signed state, pushed to every link at once and passed on to whom it has not reached.
//
// What somebody says on their own link always wins. Others can only add people ("via", forgotten after 15 s unless said
// again), and never contradict a link. A digest is the list of those that its sender is linked with: it fills gaps,
// carries addresses, and tells us who needs which presence passed on.

import { fromHex, toHex } from '../base/bytes.ts';
import { sleep, type Clock, type Timer } from '../base/clock.ts';
import type { SignatureChecker, Signer } from '../base/ed25519.ts';
import { WireError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { peerIdOfKey } from '../base/peer-id.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { HostPort } from '../contracts/discovery.ts';
import type { LinkDownReason, PeerLink, PeerLinks } from '../contracts/links.ts';
import { boundedMemo } from '../state/bounded-memo.ts';
import type { NodeEvent } from '../state/events.ts';
import { MAX_DIGEST_ITEMS } from '../wire/limits.ts';
import {
  decodePresenceState,
  encodePeerMessage,
  encodePresenceState,
  presenceSigningBytes,
  type DigestItem,
  type PresenceState,
  type SignedPresence,
} from '../wire/peer-messages.ts';
import { KnownPeople, type KnownPerson } from './known-people.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';

export const PRESENCE_DEFAULTS = {
  digestEveryMs: 2_000,
  /** How often somebody's presence is repeated to those who can't reach them. */
  refreshEveryMs: 5_000,
  /** How long a person stays that only others see. */
  viaMs: 15_000,
  /** After an own link broke, others may not have noticed yet: their word doesn't count this long. */
  distrustAfterLossMs: 5_000,
  /** People that one link can tell us of who aren't linked: those of a neighbouring subnet. */
  viaPerLink: 256,
  /** Items of digests and requests on one link; above it they are read more slowly. */
  items: { perSecond: 2_000, burst: 20_000 },
  /** How often somebody may change what they say of themselves; above it they are read more slowly. */
  ownChanges: { perSecond: 10, burst: 100 },
} as const;

interface LinkView {
  /** Whom the other end is linked with, by its last digest: author key in hex. */
  readonly theirLinks: Set<string>;
  sentLinks: string;
  sentAtMs: number;
  readonly since: number;
  readonly changes: TokenBucket;
  readonly items: TokenBucket;
}

export interface PresenceParts {
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly signer: Signer;
  readonly checker: SignatureChecker;
  readonly network: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: NodeEvent) => void;
  /** Somebody linked knows where this person listens. */
  readonly told: (peerId: string, addresses: readonly HostPort[], by: PeerLink) => void;
  readonly formatAddress: (address: HostPort) => string;
  readonly parseAddress: (text: string) => HostPort | undefined;
}

export class Presence {
  readonly #parts: PresenceParts;
  readonly #known: KnownPeople;
  readonly #views = new Map<PeerLink, LinkView>();
  readonly #ownPeerId: string;
  /** Digests name the same people again and again, and base58 is slow. */
  readonly #peerIdOf = boundedMemo(2 * MAX_DIGEST_ITEMS, (author) => peerIdOfKey(fromHex(author)));
  #own: PresenceState;
  #ownFrame: Uint8Array = new Uint8Array(0);
  #timer: Timer | undefined;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#ownPeerId = peerIdOfKey(parts.signer.publicKey);
    this.#known = new KnownPeople((peerId) => this.#isLinked(peerId));
    this.#own = {
      author: parts.signer.publicKey,
      network: parts.network,
      startId: 0,
      counter: 0,
      name: '',
      status: '',
      rooms: [],
      capabilities: [],
    };
    parts.router.handle('presence', (link, message) => this.#onPresence(link, message.presence));
    parts.router.handle('digest', (link, message) => this.#onDigest(link, message.items));
    parts.router.handle('request', (link, message) => this.#onRequest(link, message.authors));
    parts.router.handle('goodbye', (link) => link.close('goodbye'));
  }

  start(startId: number, own: { name: string; status: string; rooms: readonly string[] }): void {
    this.#own = { ...this.#own, ...own, startId };
    this.#say();
    this.#timer = this.#parts.clock.every(PRESENCE_DEFAULTS.digestEveryMs, () => this.#tick());
  }

  /** Says goodbye on every link. */
  stop(): void {
    this.#timer?.cancel();
    for (const link of this.#parts.links.links.values()) sendMessage(link, { type: 'goodbye' });
  }

  /** Changes what one says of oneself, and tells everybody. */
  change(change: { name?: string; status?: string; rooms?: readonly string[] }): void {
    this.#own = { ...this.#own, ...change };
    this.#say();
  }

  /** Whether this link's peer has a link to somebody, as it last said. */
  sees(link: PeerLink, peerId: string): boolean {
    const known = this.#known.get(peerId);
    return (
      link.peerId === peerId || (known !== undefined && this.#views.get(link)?.theirLinks.has(known.author) === true)
    );
  }

  get ownRooms(): readonly string[] {
    return this.#own.rooms;
  }

  #say(): void {
    this.#own = { ...this.#own, counter: this.#own.counter + 1 };
    const state = encodePresenceState(this.#own);
    const signature = this.#parts.signer.sign(presenceSigningBytes(state));
    this.#ownFrame = encodePeerMessage({ type: 'presence', presence: { state, signature } });
    for (const link of this.#parts.links.links.values()) link.send(this.#ownFrame);
  }

  linkUp(link: PeerLink): void {
    this.#views.set(link, {
      theirLinks: new Set(),
      sentLinks: '',
      sentAtMs: -Infinity,
      since: this.#parts.clock.monotonicMs(),
      changes: new TokenBucket(this.#parts.clock, PRESENCE_DEFAULTS.ownChanges),
      items: new TokenBucket(this.#parts.clock, PRESENCE_DEFAULTS.items),
    });
    link.send(this.#ownFrame);
    this.#sendDigest(link);
  }

  linkDown(link: PeerLink, reason: LinkDownReason): void {
    this.#views.delete(link);
    const nowMs = this.#parts.clock.monotonicMs();
    for (const person of this.#known.dropVia(link.peerId)) this.#gone(person, 'via-lost');
    const known = this.#known.get(link.peerId);
    if (known === undefined) return;
    known.via.clear();
    known.distrustUntilMs = nowMs + PRESENCE_DEFAULTS.distrustAfterLossMs;
    if (reason === 'goodbye') known.goneStartId = known.state.startId;
    this.#gone(known, reason);
  }

  #isLinked(peerId: string): boolean {
    return this.#parts.links.links.has(peerId);
  }

  #gone(known: KnownPerson, reason: string): void {
    this.#parts.emit({ type: 'person-gone', peerId: known.peerId, reason });
  }

  #onPresence(link: PeerLink, signed: SignedPresence): void | Promise<void> {
    const direct = this.#takePresence(link, signed);
    return direct ? this.#slowedBy(this.#views.get(link)?.changes, 1) : undefined;
  }

  #slowedBy(bucket: TokenBucket | undefined, count: number): void | Promise<void> {
    const waitMs = bucket?.takeWithDebt(count) ?? 0;
    return waitMs === 0 ? undefined : sleep(this.#parts.clock, waitMs);
  }

  /** Whether it was about the sender. */
  #takePresence(link: PeerLink, signed: SignedPresence): boolean {
    const state = decodePresenceState(signed.state);
    if (toHex(state.network) !== toHex(this.#parts.network)) throw new WireError('A presence of another network.');
    const peerId = peerIdOfKey(state.author);
    if (peerId === this.#ownPeerId) return false;
    const direct = peerId === link.peerId;
    const known = this.#known.get(peerId);
    const same = known?.state.startId === state.startId && known.state.counter === state.counter;
    if (known !== undefined && same && direct) this.#linkedNow(known);
    if (known !== undefined && (same || (!direct && !isNewer(state, known.state)))) return direct;
    if (!this.#parts.checker.verify(state.author, presenceSigningBytes(signed.state), signed.signature))
      throw new WireError('A presence with a wrong signature.');
    if (direct) this.#takeDirect(link, peerId, state, signed);
    else this.#takeRelayed(link, peerId, state, signed);
    return direct;
  }

  #takeDirect(link: PeerLink, peerId: string, state: PresenceState, signed: SignedPresence): void {
    const known = this.#known.remember(peerId, state, signed);
    if (known === undefined) return;
    this.#linkedNow(known);
    this.#passOn(link, known);
  }

  #linkedNow(known: KnownPerson): void {
    known.via.clear();
    known.goneStartId = -1;
    this.#seen(known);
  }

  #takeRelayed(link: PeerLink, peerId: string, state: PresenceState, signed: SignedPresence): void {
    const before = this.#known.get(peerId);
    if (this.#isLinked(peerId)) {
      // Their own link will say so itself; newer words through somebody else are true, but not needed.
      return;
    }
    if (before !== undefined && state.startId <= before.goneStartId) return;
    if (before?.via.has(link.peerId) !== true && this.#known.countVia(link.peerId) >= PRESENCE_DEFAULTS.viaPerLink) {
      this.#parts.router.countDrop('too-many-people-told');
      return;
    }
    const known = this.#known.remember(peerId, state, signed);
    if (known === undefined) this.#parts.router.countDrop('too-many-people-known');
    else this.#refreshVia(known, link);
  }

  #seen(known: KnownPerson): void {
    this.#parts.emit({
      type: 'person-seen',
      peerId: known.peerId,
      ...known.shown,
      via: 'p2p',
      linked: this.#isLinked(known.peerId),
    });
  }

  #refreshVia(known: KnownPerson, link: PeerLink): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs < known.distrustUntilMs) return;
    known.via.set(link.peerId, nowMs + PRESENCE_DEFAULTS.viaMs);
    this.#seen(known);
  }

  /** To those who have no link to them. Who has just come is left to the digests: most will have met by then. */
  #passOn(from: PeerLink, known: KnownPerson): void {
    const view = this.#views.get(from);
    if (view === undefined || this.#parts.clock.monotonicMs() - view.since < PRESENCE_DEFAULTS.refreshEveryMs) return;
    for (const [link, { theirLinks }] of this.#views) {
      if (link !== from && !theirLinks.has(known.author))
        sendMessage(link, { type: 'presence', presence: known.signed });
    }
  }

  #onDigest(link: PeerLink, items: readonly DigestItem[]): void | Promise<void> {
    const view = this.#views.get(link);
    if (view === undefined) return;
    const before = new Set(view.theirLinks);
    view.theirLinks.clear();
    const wanted: Uint8Array[] = [];
    for (const item of items) {
      const author = toHex(item.author);
      view.theirLinks.add(author);
      const peerId = this.#peerIdOf(author);
      if (peerId === this.#ownPeerId || peerId === link.peerId || this.#isLinked(peerId)) continue;
      const addresses = item.addresses.map(this.#parts.parseAddress).filter((address) => address !== undefined);
      this.#parts.told(peerId, addresses, link);
      const known = this.#known.get(peerId);
      if (known === undefined || isNewer(item, known.state)) wanted.push(item.author);
      else if (item.startId > known.goneStartId) this.#refreshVia(known, link);
    }
    this.#notSeenAnyMore(link, before, view.theirLinks);
    if (wanted.length > 0) sendMessage(link, { type: 'request', authors: wanted.slice(0, MAX_DIGEST_ITEMS) });
    return this.#slowedBy(view.items, items.length);
  }

  /** A digest is a whole list: who is missing in the new one has left its sender. */
  #notSeenAnyMore(link: PeerLink, before: ReadonlySet<string>, now: ReadonlySet<string>): void {
    for (const author of before) {
      if (now.has(author)) continue;
      const known = this.#known.get(this.#peerIdOf(author));
      if (known?.via.delete(link.peerId) === true && !this.#known.isHere(known)) this.#gone(known, 'via-lost');
    }
  }

  #onRequest(link: PeerLink, authors: readonly Uint8Array[]): void | Promise<void> {
    for (const author of authors) {
      const known = this.#known.get(peerIdOfKey(author));
      if (known !== undefined && this.#isLinked(known.peerId))
        sendMessage(link, { type: 'presence', presence: known.signed });
    }
    return this.#slowedBy(this.#views.get(link)?.items, authors.length);
  }

  #tick(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const person of this.#known.expire(nowMs)) this.#gone(person, 'via-lost');
    const linked = this.#linkedAuthors();
    for (const [link, view] of this.#views) {
      const needed = this.#someoneUnlinked(link, view);
      const changed = view.sentLinks !== linked;
      if (changed || (needed && nowMs - view.sentAtMs >= PRESENCE_DEFAULTS.refreshEveryMs)) this.#sendDigest(link);
    }
  }

  /** Is there anybody that we are linked with and that one is not? */
  #someoneUnlinked(link: PeerLink, view: LinkView): boolean {
    for (const peerId of this.#parts.links.links.keys()) {
      const known = this.#known.get(peerId);
      if (peerId !== link.peerId && known !== undefined && !view.theirLinks.has(known.author)) return true;
    }
    return false;
  }

  /** Of whom the digests tell: those whose presence has come. */
  #linkedAuthors(): string {
    const told = [...this.#parts.links.links.keys()].filter((peerId) => this.#known.get(peerId) !== undefined);
    return told.sort().join();
  }

  #sendDigest(link: PeerLink): void {
    const view = this.#views.get(link);
    if (view === undefined) return;
    const items: DigestItem[] = [];
    for (const other of this.#parts.links.links.values()) {
      const known = this.#known.get(other.peerId);
      if (other === link || known === undefined || items.length >= MAX_DIGEST_ITEMS) continue;
      // A link-local address means nothing on another machine.
      const told = other.listenAddress;
      const addresses = told === undefined || told.host.includes('%') ? [] : [this.#parts.formatAddress(told)];
      items.push({
        author: known.state.author,
        startId: known.state.startId,
        counter: known.state.counter,
        addresses,
      });
    }
    view.sentLinks = this.#linkedAuthors();
    view.sentAtMs = this.#parts.clock.monotonicMs();
    sendMessage(link, { type: 'digest', items });
  }
}

function isNewer(left: { startId: number; counter: number }, right: { startId: number; counter: number }): boolean {
  return left.startId > right.startId || (left.startId === right.startId && left.counter > right.counter);
}
