// Frames of all links, decoded, counted and handed to whoever answers for that kind of message. Bad bytes end here: the
// link is dropped, nobody else notices.

import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import { messageOf, WireError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import { decodePeerMessage, encodePeerMessage, type PeerMessage } from '../wire/peer-messages.ts';

/** Messages of any kind on one link; who sends more is read more slowly. */
const MESSAGE_LIMITS = { perSecond: 2_500, burst: 25_000 };

type MessageOf<Type extends PeerMessage['type']> = Extract<PeerMessage, { type: Type }>;
/** May return a promise to be read more slowly. A WireError drops the link. */
export type MessageHandler<Type extends PeerMessage['type']> = (
  link: PeerLink,
  message: MessageOf<Type>,
) => void | Promise<void>;

export class MessageRouter {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #handlers = new Map<string, (link: PeerLink, message: never) => void | Promise<void>>();
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();
  readonly #dropped = new Map<string, number>();
  /** What still comes on them is not looked at. */
  readonly #ignored = new WeakSet<PeerLink>();

  constructor(parts: { links: PeerLinks; clock: Clock; log: Log }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    parts.links.onFrame((link, frame) => this.#take(link, frame));
  }

  handle<Type extends PeerMessage['type']>(type: Type, handler: MessageHandler<Type>): void {
    this.#handlers.set(type, handler);
  }

  /** From now on nothing that comes on this link is looked at. */
  ignore(link: PeerLink): void {
    this.#ignored.add(link);
  }

  /** Counts something that was dropped, by reason. */
  countDrop(reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  /** How many messages were dropped, by reason. */
  get dropped(): ReadonlyMap<string, number> {
    return this.#dropped;
  }

  #take(link: PeerLink, frame: Uint8Array): void | Promise<void> {
    if (this.#ignored.has(link)) return;
    try {
      const message = decodePeerMessage(frame);
      const handled = this.#handlers.get(message.type)?.(link, message as never);
      const waitMs = this.#bucketOf(link).takeWithDebt();
      if (waitMs === 0) return handled;
      return Promise.all([handled, sleep(this.#clock, waitMs)]).then(() => undefined);
    } catch (error) {
      if (!(error instanceof WireError)) {
        this.#log.error('a message could not be handled', { peer: link.peerId, error: messageOf(error) });
        return;
      }
      this.#ignored.add(link);
      this.countDrop('bad-frame');
      this.#log.warn('a peer was dropped', { peer: link.peerId, error: error.message });
      link.close('misbehaved');
    }
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#clock, MESSAGE_LIMITS);
      this.#buckets.set(link, bucket);
    }
    return bucket;
  }
}

/** Sends one message on a link. */
export function sendMessage(link: PeerLink, message: PeerMessage): boolean {
  return link.send(encodePeerMessage(message));
}
