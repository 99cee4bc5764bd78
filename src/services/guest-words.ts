// Private words with guests of super-peers: handed on and kept by nobody but the two. A receipt says that they were written
// to the guest's socket.

import { fromHex, toHex } from '../base/bytes.ts';
import { cleanText } from '../base/clean-text.ts';
import { sleep, type Clock } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { NodeEvent } from '../state/events.ts';
import { guestIdOf, guestPartsOf } from '../state/guest-ids.ts';
import { foldRoomName } from '../state/names.ts';
import { nameOf } from '../state/selectors.ts';
import { conversationKeyOf, type Message, type NodeState, type PeerId } from '../state/values.ts';
import type { GuestReceipt, GuestText } from '../wire/guest-messages.ts';
import { MAX_GUESTS } from '../wire/limits.ts';
import { checkText } from './chat.ts';
import type { Guests } from './guests.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';
import { RecentIds } from './recent-ids.ts';

export const GUEST_WORD_LIMITS = {
  /** Until a receipt must have come. */
  receiptMs: 10_000,
  /** Shown as waiting when no receipt has come by then. */
  showAfterMs: 1_000,
  /** Private words and receipts of one link; above it they are read more slowly. */
  stranger: { perSecond: 20, burst: 200 },
  known: { perSecond: 500, burst: 5_000 },
  /** Ids of texts that are remembered, so that none is shown twice. */
  recentTexts: 4_096,
} as const;

const TEXT_ID_BYTES = 16;

/** To a guest of one's own. Resolves when it is written to its socket; false when it is not there. */
export type GuestTextHandler = (from: PeerId, toGuest: string, text: string) => Promise<boolean>;

export interface GuestWordsParts {
  readonly guests: Guests;
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly clock: Clock;
  readonly random: Random;
  readonly ownPeerId: PeerId;
  readonly state: () => NodeState;
  readonly emit: (event: NodeEvent) => void;
  readonly warn: (code: string, sentence: string) => void;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isKnown: (peerId: PeerId) => boolean;
  /** @throws MmchatError `no-such-message` */
  readonly message: (id: string) => Promise<{ message: Message }>;
}

export class GuestWords {
  readonly #parts: GuestWordsParts;
  /** By super-peer, by the id of the text. */
  readonly #waiting = new Map<PeerId, Map<string, (receipt: GuestReceipt) => void>>();
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();
  readonly #recent = new RecentIds(GUEST_WORD_LIMITS.recentTexts);
  readonly #warned = new Set<PeerId>();
  #handler: GuestTextHandler = () => Promise.resolve(false);
  #lastOrder = 0;

  constructor(parts: GuestWordsParts) {
    this.#parts = parts;
    parts.router.handle('guest-text', (link, { text }) => this.#onText(link, text));
    parts.router.handle('guest-receipts', (link, { receipts }) => this.#onReceipts(link, receipts));
  }

  /** Nobody confirms anything any more. */
  linkDown({ peerId }: PeerLink): void {
    for (const [id, answer] of this.#waiting.get(peerId) ?? [])
      answer({ id: fromHex(id), guests: [], refusal: 'offline' });
  }

  // For a super-peer.

  /** What becomes of texts to one's own guests. */
  onText(handler: GuestTextHandler): void {
    this.#handler = handler;
  }

  /** From a guest of one's own, to anybody. False: they are not here, or want nothing of it. */
  async sayFor(guest: string, to: PeerId, text: string): Promise<boolean> {
    const { ownPeerId, clock } = this.#parts;
    const at = clock.now();
    if (to === ownPeerId) {
      const author = guestIdOf(ownPeerId, guest);
      this.#show({ id: this.#newId(), author, other: author, own: false, text, at, deliveredTo: [] });
      return true;
    }
    const { refusal } = await this.#send(to, { from: guest, text, at, id: this.#newId() });
    return refusal === '';
  }

  /** What somebody linked has said was written to the sockets of these guests. */
  delivered(author: PeerId, messageId: string, guests: readonly string[]): void {
    if (guests.length === 0) return;
    if (author === this.#parts.ownPeerId) {
      void this.#noteDelivered(author, messageId, guests);
      return;
    }
    const link = this.#parts.links.links.get(author);
    if (link === undefined) return;
    for (let start = 0; start < guests.length; start += MAX_GUESTS)
      this.#confirm(link, fromHex(messageId), guests.slice(start, start + MAX_GUESTS), '');
  }

  // For everybody.

  /**
   * Resolves when it is written to the guest's socket, or a second has passed.
   * @throws MmchatError `offline`, `blocked`, `bad-text`, `too-large`
   */
  async say(to: PeerId, text: string): Promise<{ id: string; at: number }> {
    checkText(text);
    const parts = guestPartsOf(to);
    if (parts === undefined || !this.#parts.guests.isHere(to)) throw this.#offline(to);
    this.#warnOnce(to, parts.host);
    const at = this.#parts.clock.now();
    const id = this.#newId();
    const { ownPeerId, clock } = this.#parts;
    const receipt = this.#send(to, { from: '', text, at, id });
    const waited = new AbortController();
    const first = await Promise.race([
      receipt,
      sleep(clock, GUEST_WORD_LIMITS.showAfterMs, waited.signal).then(() => undefined),
    ]);
    waited.abort();
    if (first !== undefined && first.refusal !== '') throw this.#offline(to);
    const deliveredTo = first === undefined ? [] : [to];
    this.#show({ id: toHex(id), author: ownPeerId, other: to, own: true, text: cleanText(text), at, deliveredTo });
    if (first === undefined) void receipt.then((late) => this.#late(to, id, late));
    return { id: toHex(id), at };
  }

  #late(to: PeerId, id: Uint8Array, { refusal }: GuestReceipt): void {
    if (refusal === '') {
      this.#emitDelivered(toHex(id), to, to);
      return;
    }
    this.#parts.warn('not-delivered', `What you wrote to ${nameOf(this.#parts.state(), to)} did not get there.`);
  }

  #offline(to: PeerId): MmchatError {
    return new MmchatError(
      'offline',
      `${nameOf(this.#parts.state(), to)} is not here: what is for a guest is not kept until they come back.`,
    );
  }

  #warnOnce(to: PeerId, host: PeerId): void {
    if (this.#warned.has(host) || host === this.#parts.ownPeerId) return;
    this.#warned.add(host);
    const state = this.#parts.state();
    this.#parts.warn(
      'guest-not-private',
      `${nameOf(state, host)} can read what you write to ${nameOf(state, to)}: guests use an old program without encryption.`,
    );
  }

  #newId(): Uint8Array {
    return this.#parts.random.bytes(TEXT_ID_BYTES);
  }

  /** Never rejects: what does not get there is refused. */
  #send(
    to: PeerId,
    { from, text, at, id }: { from: string; text: string; at: number; id: Uint8Array },
  ): Promise<GuestReceipt> {
    const { links, clock, ownPeerId } = this.#parts;
    const { host, name } = guestPartsOf(to) ?? { host: to, name: '' };
    const refused = { id, guests: [], refusal: 'offline' };
    if (host === ownPeerId)
      return this.#handler(from === '' ? ownPeerId : guestIdOf(ownPeerId, from), name, text).then(
        (isWritten) => (isWritten ? { id, guests: [name], refusal: '' } : refused),
        () => refused,
      );
    const link = links.links.get(host);
    const isSent =
      link !== undefined && sendMessage(link, { type: 'guest-text', text: { id, from, to: name, text, at } });
    if (!isSent) return Promise.resolve(refused);
    const hex = toHex(id);
    const waiting = this.#waiting.get(host) ?? new Map<string, (receipt: GuestReceipt) => void>();
    this.#waiting.set(host, waiting);
    return new Promise((resolve) => {
      const timer = clock.after(GUEST_WORD_LIMITS.receiptMs, () => waiting.get(hex)?.(refused));
      waiting.set(hex, (answer) => {
        timer.cancel();
        waiting.delete(hex);
        if (waiting.size === 0) this.#waiting.delete(host);
        resolve(answer);
      });
    });
  }

  #onText(link: PeerLink, text: GuestText): void | Promise<void> {
    const countDrop = (reason: string): void => this.#parts.router.countDrop(reason);
    const waitMs = this.#bucketOf(link).takeWithDebt();
    const slow = waitMs === 0 ? undefined : sleep(this.#parts.clock, waitMs);
    const author = text.from === '' ? link.peerId : guestIdOf(link.peerId, text.from);
    if (text.from !== '' && !this.#parts.guests.isHere(author)) countDrop('unknown-guest');
    else if (this.#parts.isBlocked(link.peerId) || this.#parts.isBlocked(author)) countDrop('blocked');
    else if (text.to === '') this.#take(link, author, text);
    else void this.#handOn(link, author, text);
    return slow;
  }

  #take(link: PeerLink, author: PeerId, { id, text, at }: GuestText): void {
    const isNew = this.#recent.add(`${link.peerId} ${toHex(id)}`);
    if (isNew)
      this.#show({ id: toHex(id), author, other: author, own: false, text: cleanText(text), at, deliveredTo: [] });
    this.#confirm(link, id, [], '');
  }

  async #handOn(link: PeerLink, from: PeerId, { id, to, text }: GuestText): Promise<void> {
    const isWritten =
      this.#parts.guests.isHere(guestIdOf(this.#parts.ownPeerId, to)) && (await this.#handler(from, to, text));
    this.#confirm(link, id, isWritten ? [to] : [], isWritten ? '' : 'offline');
  }

  #confirm(link: PeerLink, id: Uint8Array, guests: readonly string[], refusal: string): void {
    sendMessage(link, { type: 'guest-receipts', receipts: [{ id, guests, refusal }] });
  }

  async #onReceipts(link: PeerLink, receipts: readonly GuestReceipt[]): Promise<void> {
    for (const receipt of receipts) {
      const id = toHex(receipt.id);
      const waiting = this.#waiting.get(link.peerId)?.get(id);
      if (waiting !== undefined) {
        waiting(receipt);
        continue;
      }
      const waitMs = this.#bucketOf(link).takeWithDebt();
      if (waitMs > 0) await sleep(this.#parts.clock, waitMs);
      if (receipt.guests.length > 0) await this.#noteDelivered(link.peerId, id, receipt.guests);
    }
  }

  /** Guests of `host` have an entry of one's own. */
  async #noteDelivered(host: PeerId, messageId: string, guests: readonly string[]): Promise<void> {
    const found = await this.#parts.message(messageId).catch(() => undefined);
    if (found?.message.own !== true) return;
    const { destination } = found.message;
    const key = conversationKeyOf(destination, foldRoomName);
    for (const name of guests) {
      const guest = guestIdOf(host, name);
      if (destination.kind === 'person' && destination.peerId !== guest) continue;
      if (this.#parts.guests.isHere(guest))
        this.#parts.emit({ type: 'message-delivered', messageId, conversation: key, peerId: guest });
    }
  }

  #emitDelivered(messageId: string, other: PeerId, peerId: PeerId): void {
    const key = conversationKeyOf({ kind: 'person', peerId: other }, foldRoomName);
    this.#parts.emit({ type: 'message-delivered', messageId, conversation: key, peerId });
  }

  #show(text: {
    id: string | Uint8Array;
    author: PeerId;
    other: PeerId;
    own: boolean;
    text: string;
    at: number;
    deliveredTo: readonly PeerId[];
  }): void {
    const { other, own, deliveredTo } = text;
    this.#lastOrder = Math.max(this.#lastOrder + 1, Math.floor(this.#parts.clock.now()));
    this.#parts.emit({
      type: 'message-added',
      message: {
        id: typeof text.id === 'string' ? text.id : toHex(text.id),
        author: text.author,
        own,
        destination: { kind: 'person', peerId: other },
        kind: 'text',
        text: text.text,
        at: text.at,
        order: this.#lastOrder,
        recipients: own ? [other] : [],
        deliveredTo,
      },
    });
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined) {
      const known = this.#parts.isKnown(link.peerId);
      bucket = new TokenBucket(this.#parts.clock, known ? GUEST_WORD_LIMITS.known : GUEST_WORD_LIMITS.stranger);
      this.#buckets.set(link, bucket);
    }
    return bucket;
  }
}
