// Guests of super-peers: who they are and where. What they say to everyone or in a room is signed by their super-peer and
// kept like anything else; private words with them are in guest-words.ts.

import { utf8 } from '../base/bytes.ts';
import { sleep, type Clock, type Timer } from '../base/clock.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { NodeEvent } from '../state/events.ts';
import { guestIdOf, guestPartsOf } from '../state/guest-ids.ts';
import { cleanForeignName } from '../state/names.ts';
import { nameOf } from '../state/selectors.ts';
import type { NodeState, PeerId } from '../state/values.ts';
import type { Guest, Guests as GuestsNews } from '../wire/guest-messages.ts';
import { MAX_GUESTS, MAX_GUESTS_OF_ONE } from '../wire/limits.ts';
import { displayableRooms } from './displayable-presence.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';

export const GUEST_LIMITS = {
  /** Comings and goings are told together. */
  tellAfterMs: 100,
  /** Of one message: guests in many rooms need more than their number says. A frame holds 96 KiB. */
  messageBytes: 64 * 1024,
  /** Comings and goings of one link; above it they are read more slowly. */
  changes: { perSecond: 200, burst: 2 * MAX_GUESTS_OF_ONE },
} as const;

/** Protobuf's tag and length before each text, and those of the guest. */
const FIELD_BYTES = 4;

export interface GuestsParts {
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly clock: Clock;
  readonly ownPeerId: PeerId;
  readonly state: () => NodeState;
  readonly emit: (event: NodeEvent) => void;
}

export class Guests {
  readonly #parts: GuestsParts;
  /** By super-peer, by the guest's name. One's own are under one's own id. */
  readonly #here = new Map<PeerId, Map<string, Guest>>();
  readonly #untold = new Map<string, Guest | undefined>();
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();
  #tellTimer: Timer | undefined;

  constructor(parts: GuestsParts) {
    this.#parts = parts;
    parts.router.handle('guests', (link, { guests }) => this.#onGuests(link, guests));
  }

  stop(): void {
    this.#tellTimer?.cancel();
    this.#untold.clear();
  }

  linkUp(link: PeerLink): void {
    const own = [...(this.#here.get(this.#parts.ownPeerId)?.values() ?? [])];
    batches(own, bytesOf).forEach((here, index) =>
      sendMessage(link, { type: 'guests', guests: { whole: index === 0, here, gone: [] } }),
    );
  }

  linkDown(link: PeerLink): void {
    for (const name of this.#here.get(link.peerId)?.keys() ?? []) this.#gone(link.peerId, name);
    this.#here.delete(link.peerId);
  }

  /** Somebody is called something else now: so are their guests. */
  hostRenamed(host: PeerId): void {
    for (const guest of this.#here.get(host)?.values() ?? []) this.#seen(host, guest);
  }

  /** Whoever was blocked was not shown, wherever they were. */
  unblocked(id: PeerId): void {
    const { host, name } = guestPartsOf(id) ?? { host: id, name: '' };
    const guest = this.#here.get(host)?.get(name);
    if (guest !== undefined) this.#seen(host, guest);
  }

  isHere(id: PeerId): boolean {
    const parts = guestPartsOf(id);
    return parts !== undefined && this.#here.get(parts.host)?.has(parts.name) === true;
  }

  // For a super-peer.

  /** A guest of one's own has come, or is in other rooms now. */
  setHere(guest: Guest): void {
    this.#put(this.#parts.ownPeerId, guest);
    this.#tell(guest.name, guest);
  }

  setGone(name: string): void {
    if (this.#here.get(this.#parts.ownPeerId)?.delete(name) !== true) return;
    this.#gone(this.#parts.ownPeerId, name);
    this.#tell(name, undefined);
  }

  #tell(name: string, guest: Guest | undefined): void {
    this.#untold.delete(name);
    this.#untold.set(name, guest);
    this.#tellTimer ??= this.#parts.clock.after(GUEST_LIMITS.tellAfterMs, () => this.#tellNow());
  }

  #tellNow(): void {
    this.#tellTimer = undefined;
    const news = [...this.#untold];
    this.#untold.clear();
    for (const some of batches(news, ([name, guest]) => bytesOf(guest ?? { name, rooms: [] }))) {
      const here = some.flatMap(([, guest]) => guest ?? []);
      const gone = some.filter(([, guest]) => guest === undefined).map(([name]) => name);
      for (const link of this.#parts.links.links.values())
        sendMessage(link, { type: 'guests', guests: { whole: false, here, gone } });
    }
  }

  // Of others.

  #onGuests(link: PeerLink, { whole, here, gone }: GuestsNews): void | Promise<void> {
    const host = link.peerId;
    const known = this.#here.get(host) ?? new Map<string, Guest>();
    this.#here.set(host, known);
    const names = new Set(here.map(({ name }) => name));
    const leaving = whole ? [...known.keys()].filter((name) => !names.has(name)) : gone;
    for (const name of leaving) if (known.delete(name)) this.#gone(host, name);
    for (const guest of here) {
      if (cleanForeignName(guest.name) !== guest.name || guest.name.includes('/'))
        this.#parts.router.countDrop('bad-guest-name');
      else if (!known.has(guest.name) && known.size >= MAX_GUESTS_OF_ONE)
        this.#parts.router.countDrop('too-many-guests');
      else this.#put(host, guest);
    }
    // Each room is a name to look at as well.
    const count = here.reduce((sum, { rooms }) => sum + 1 + rooms.length, leaving.length);
    const waitMs = this.#bucketOf(link).takeWithDebt(count);
    return waitMs === 0 ? undefined : sleep(this.#parts.clock, waitMs);
  }

  #put(host: PeerId, guest: Guest): void {
    const guests = this.#here.get(host) ?? new Map<string, Guest>();
    this.#here.set(host, guests.set(guest.name, guest));
    this.#seen(host, guest);
  }

  #seen(host: PeerId, { name, rooms }: Guest): void {
    this.#parts.emit({
      type: 'person-seen',
      peerId: guestIdOf(host, name),
      claimedName: `${name}@${nameOf(this.#parts.state(), host)}`,
      rooms: displayableRooms(rooms),
      via: 'legacy',
      linked: false,
    });
  }

  #gone(host: PeerId, name: string): void {
    this.#parts.emit({ type: 'person-gone', peerId: guestIdOf(host, name), reason: 'closed' });
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined)
      this.#buckets.set(link, (bucket = new TokenBucket(this.#parts.clock, GUEST_LIMITS.changes)));
    return bucket;
  }
}

function bytesOf({ name, rooms }: Guest): number {
  return rooms.reduce((sum, room) => sum + utf8(room).length + FIELD_BYTES, utf8(name).length + 2 * FIELD_BYTES);
}

/** Each fits a message. */
function batches<Item>(items: readonly Item[], bytesOfItem: (item: Item) => number): Item[][] {
  const all: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOfItem(item);
    const last = all.at(-1);
    if (last === undefined || last.length >= MAX_GUESTS || bytes > room) {
      all.push([item]);
      room = GUEST_LIMITS.messageBytes - bytes;
    } else {
      last.push(item);
      room -= bytes;
    }
  }
  return all;
}
