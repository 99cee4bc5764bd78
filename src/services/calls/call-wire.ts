// Signals of calls between actors: over the link that leads to somebody, or across the house to another actor of this
// node. What comes is counted before anybody looks at it.

import type { Clock } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { PeerLink, PeerLinks } from '../../contracts/links.ts';
import { guestIdOf, guestPartsOf, hostOf } from '../../state/guest-ids.ts';
import type { PeerId } from '../../state/values.ts';
import type { CallSignal } from '../../wire/call-signals.ts';
import { sendMessage, type MessageRouter } from '../message-router.ts';
import type { CallActor, OutgoingSignal } from './call-parts.ts';

/** Of one link: a call of sixteen needs a few a second, a super-peer speaks for many. */
export const SIGNAL_LIMITS = { perSecond: 50, burst: 400 } as const;

const NO_BYTES = new Uint8Array(0);

export interface CallWireParts {
  readonly clock: Clock;
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly ownPeerId: PeerId;
  readonly take: (to: CallActor, from: PeerId, signal: CallSignal) => void;
}

export class CallWire {
  readonly #parts: CallWireParts;
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();

  constructor(parts: CallWireParts) {
    this.#parts = parts;
    parts.router.handle('call', (link, { signal }) => this.#onSignal(link, signal));
  }

  idOf(actor: CallActor): PeerId {
    return actor === '' ? this.#parts.ownPeerId : guestIdOf(this.#parts.ownPeerId, actor);
  }

  isReachable(peerId: PeerId): boolean {
    const host = hostOf(peerId);
    return host === this.#parts.ownPeerId || this.#parts.links.links.has(host);
  }

  send(from: CallActor, to: PeerId, outgoing: OutgoingSignal): boolean {
    const { links, ownPeerId, take } = this.#parts;
    const toGuest = guestPartsOf(to)?.name ?? '';
    const signal: CallSignal = {
      conversation: NO_BYTES,
      reason: '',
      members: [],
      audioMuted: false,
      videoMuted: false,
      isSharing: false,
      ...outgoing,
      fromGuest: from,
      toGuest,
    };
    if (hostOf(to) === ownPeerId) {
      // Never from within the verb that says it: as over a link.
      const copy = withOwnKeys(signal);
      queueMicrotask(() => take(toGuest, this.idOf(from), copy));
      return true;
    }
    const link = links.links.get(hostOf(to));
    return link !== undefined && sendMessage(link, { type: 'call', signal });
  }

  #onSignal(link: PeerLink, signal: CallSignal): void {
    if (!this.#bucketOf(link).tryTake()) {
      this.#parts.router.countDrop('call-flood');
      return;
    }
    const { fromGuest, toGuest } = signal;
    this.#parts.take(toGuest, fromGuest === '' ? link.peerId : guestIdOf(link.peerId, fromGuest), signal);
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined) this.#buckets.set(link, (bucket = new TokenBucket(this.#parts.clock, SIGNAL_LIMITS)));
    return bucket;
  }
}

/** Whoever made an offer wipes its keys; so does whoever took it. */
function withOwnKeys(signal: CallSignal): CallSignal {
  const { media } = signal;
  return media === undefined
    ? signal
    : { ...signal, media: { ...media, key: media.key.slice(), salt: media.salt.slice() } };
}
