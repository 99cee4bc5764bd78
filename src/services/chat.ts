// Text and everything that is done with it: says, edits, takes back, reacts; takes in what others say live, and passes it
// on to those who can't hear them.

import { fromHex } from '../base/bytes.ts';
import { cleanText } from '../base/clean-text.ts';
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import { MmchatError } from '../base/errors.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { Message, PeerId } from '../state/values.ts';
import {
  encodeDeleteBody,
  encodeEditBody,
  encodeMembershipBody,
  encodeReactionBody,
  encodeTextBody,
} from '../wire/entry-bodies.ts';
import { MAX_EMOJI_BYTES, MAX_MENTIONS, MAX_TEXT_BYTES } from '../wire/limits.ts';
import type { EntryKind, SignedEntry } from '../wire/log-entry.ts';
import { encodePeerMessage } from '../wire/peer-messages.ts';
import type { Conversation } from './conversations.ts';
import { emojiOf } from './emoji.ts';
import type { CheckedEntry } from './entry-check.ts';
import type { Journal } from './journal.ts';
import type { MessageRouter } from './message-router.ts';
import type { Receipts } from './receipts.ts';
import { RecentFrames } from './recent-frames.ts';

/** Bytes of UTF-8 in one text. */
export const TEXT_LIMIT_BYTES = MAX_TEXT_BYTES;

export const CHAT_DEFAULTS = {
  /** Entries from people that we don't know; they are read more slowly above it. */
  strangerEntries: { perSecond: 20, burst: 200 },
  knownEntries: { perSecond: 2_000, burst: 20_000 },
} as const;

export interface ChatParts {
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly receipts: Receipts;
  /** What one is called now. */
  readonly ownName: () => string;
  readonly ownPeerId: PeerId;
  readonly isKnown: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly shares: (link: PeerLink, conversation: Conversation) => boolean;
  /** Linked people who take part in a conversation. */
  readonly reachable: (conversation: Conversation) => readonly PeerId[];
  /** Whether the author's words reach this link's peer by themselves, as far as one knows. */
  readonly hears: (link: PeerLink, author: PeerId) => boolean;
  /** A private message came from them. */
  readonly heardFrom: (peerId: PeerId) => void;
  /** A private message goes to them. Resolves when it is kept whose it is: else it could not be found by their name. */
  readonly wroteTo: (peerId: PeerId) => Promise<void>;
  readonly message: (id: string) => Promise<{ message: Message; conversation: Conversation }>;
}

export class Chat {
  readonly #parts: ChatParts;
  readonly #recent = new RecentFrames();
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();

  constructor(parts: ChatParts) {
    this.#parts = parts;
    parts.router.handle('entry', (link, message) => this.#onEntry(link, message.entry));
  }

  /**
   * Shown and sent before it returns; `kept` resolves when it is durable. `guest`: in the name of this guest of one's own.
   * @throws MmchatError `bad-text`, `too-large`
   */
  say(
    conversation: Conversation,
    text: string,
    options: { replyTo?: string; mentions?: readonly PeerId[]; guest?: string } = {},
  ): { id: string; at: number; kept: Promise<void> } {
    checkText(text);
    const { replyTo, mentions = [], guest } = options;
    const body = encodeTextBody({
      text,
      name: this.#parts.ownName(),
      ...(replyTo === undefined ? {} : { replyTo: fromHex(replyTo) }),
      ...keysOf(mentions),
      ...(guest === undefined ? {} : { guest }),
    });
    return this.#write(conversation, 'text', body);
  }

  /** Writes into a room's log that one has come or gone. */
  noteMembership(conversation: Conversation, kind: 'join' | 'leave'): Promise<void> {
    return this.#write(conversation, kind, encodeMembershipBody({ name: this.#parts.ownName() })).kept;
  }

  /** @throws MmchatError `no-such-message`, `not-yours`, `bad-text`, `too-large` */
  async edit(id: string, text: string, mentions: readonly PeerId[] = []): Promise<void> {
    checkText(text);
    const { message, conversation } = await this.#own(id, 'edited');
    if (message.kind !== 'text') throw new MmchatError('bad-option', 'Only texts can be edited.');
    if (message.deleted === true) throw new MmchatError('no-such-message', 'This message was deleted.');
    await this.#write(conversation, 'edit', encodeEditBody({ target: fromHex(id), text, ...keysOf(mentions) })).kept;
  }

  /** @throws MmchatError `no-such-message`, `not-yours` */
  async delete(id: string): Promise<void> {
    const { message, conversation } = await this.#own(id, 'deleted');
    if (message.deleted === true) return;
    await this.#write(conversation, 'delete', encodeDeleteBody({ target: fromHex(id) })).kept;
  }

  /** @throws MmchatError `no-such-message`, `bad-text` */
  async react(id: string, emoji: string): Promise<void> {
    const clean = cleanText((await emojiOf(emoji)) ?? emoji).trim();
    if (clean === '' || /\s/u.test(clean) || Buffer.byteLength(clean) > MAX_EMOJI_BYTES)
      throw new MmchatError('bad-text', 'A reaction is one emoji.');
    const { message, conversation } = await this.#parts.message(id);
    checkOpen(conversation);
    if (message.deleted === true) throw new MmchatError('no-such-message', 'This message was deleted.');
    const has = message.reactions?.some(
      (reaction) => reaction.emoji === clean && reaction.by.includes(this.#parts.ownPeerId),
    );
    const body = encodeReactionBody({ target: fromHex(id), emoji: clean, removed: has === true });
    await this.#write(conversation, 'reaction', body).kept;
  }

  /** A file that one offers, or the root that ends it. Shown and sent before it returns; `kept` resolves when it is durable. */
  announce(
    conversation: Conversation,
    kind: 'file' | 'file-root',
    body: Uint8Array,
  ): { id: string; at: number; kept: Promise<void> } {
    checkOpen(conversation);
    return this.#write(conversation, kind, body);
  }

  /** Something that is said by the program itself, in a private conversation. */
  tell(conversation: Conversation, kind: 'room-key', body: Uint8Array): Promise<void> {
    return this.#write(conversation, kind, body).kept;
  }

  async #own(id: string, done: string): Promise<{ message: Message; conversation: Conversation }> {
    const found = await this.#parts.message(id);
    if (!found.message.own || (found.message.kind !== 'text' && found.message.kind !== 'file'))
      throw new MmchatError('not-yours', `Only one's own messages can be ${done}.`);
    checkOpen(found.conversation);
    return found;
  }

  #write(
    conversation: Conversation,
    kind: EntryKind,
    body: Uint8Array,
  ): { id: string; at: number; kept: Promise<void> } {
    const recipients = this.#parts.reachable(conversation);
    const { journal, links, receipts } = this.#parts;
    const written = journal.write(conversation, kind, body, recipients);
    const { id, at, kept, entry, name, sequence } = written;
    if (kind === 'text' || kind === 'file') receipts.wrote(name, id, sequence);
    const frame = encodePeerMessage({ type: 'entry', entry });
    this.#recent.add(conversation, name, sequence, frame);
    for (const peerId of recipients) links.links.get(peerId)?.send(frame);
    const all =
      conversation.destination.kind === 'person' ? this.#talkedTo(conversation.destination.peerId, kept) : kept;
    // Whoever doesn't wait for it has been told by a warning.
    all.catch(() => undefined);
    return { id, at, kept: all };
  }

  /** What a broken link may have swallowed goes out again. */
  linkUp(link: PeerLink): void {
    const confirmed = this.#parts.receipts.confirmedBy(link.peerId);
    if (confirmed !== undefined)
      this.#recent.resend(link, confirmed, (conversation) => this.#parts.shares(link, conversation));
  }

  async #talkedTo(peerId: PeerId, kept: Promise<void>): Promise<void> {
    const noted = this.#parts.wroteTo(peerId);
    const link = this.#parts.links.links.get(peerId);
    if (link !== undefined) this.#bucketOf(link).setLimits(CHAT_DEFAULTS.knownEntries);
    await Promise.all([kept, noted]);
  }

  #onEntry(link: PeerLink, entry: SignedEntry): void | Promise<void> {
    if (this.#parts.isBlocked(link.peerId)) return undefined;
    const { taken, slow } = this.#parts.journal.takeLive(link, entry);
    if (taken !== undefined) {
      if (taken.conversation.destination.kind === 'person') this.#parts.heardFrom(link.peerId);
      else this.#passOn(link, taken, entry);
    }
    const waitMs = this.#bucketOf(link).takeWithDebt();
    if (slow === undefined && waitMs === 0) return undefined;
    return Promise.all([slow, waitMs === 0 ? undefined : sleep(this.#parts.clock, waitMs)]).then(() => undefined);
  }

  /** To those who take part and have no link to its author. */
  #passOn(from: PeerLink, { conversation, author }: CheckedEntry, entry: SignedEntry): void {
    let frame: Uint8Array | undefined;
    for (const peerId of this.#parts.reachable(conversation)) {
      const link = this.#parts.links.links.get(peerId);
      if (link === undefined || link === from || peerId === author || this.#parts.hears(link, author)) continue;
      frame ??= encodePeerMessage({ type: 'entry', entry });
      link.send(frame);
    }
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined) {
      const known = this.#parts.isKnown(link.peerId);
      bucket = new TokenBucket(this.#parts.clock, known ? CHAT_DEFAULTS.knownEntries : CHAT_DEFAULTS.strangerEntries);
      this.#buckets.set(link, bucket);
    }
    return bucket;
  }
}

/** @throws MmchatError `bad-text`, `too-large` */
export function checkText(text: string): void {
  if (text.trim() === '') throw new MmchatError('bad-text', 'There is nothing in this message.');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEXT_BYTES)
    throw new MmchatError('too-large', `A message has at most ${MAX_TEXT_BYTES} bytes; this one has ${bytes}.`);
}

function checkOpen(conversation: Conversation): void {
  if (conversation.ended && conversation.destination.kind === 'room')
    throw new MmchatError('not-in-room', `You are not in ${conversation.destination.room} any more.`);
}

function keysOf(mentions: readonly PeerId[]): { mentions?: Uint8Array[] } {
  const keys = mentions.slice(0, MAX_MENTIONS).map(keyOfPeerId);
  const known = keys.filter((key) => key !== undefined);
  return known.length === 0 ? {} : { mentions: known };
}
