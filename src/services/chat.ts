// Text and membership entries: signs and sends one's own, checks and takes in others', says what arrived.
//
//   send: append to own log → frame to every recipient's link → message-added
//   take: limits → author, network, conversation → duplicate? → hash, signature → message-added → receipt (batched)

import { bytesEqual, toHex, fromHex } from '../base/bytes.ts';
import { cleanText } from '../base/clean-text.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import type { SignatureChecker, Signer } from '../base/ed25519.ts';
import { MmchatError, WireError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import type { Random } from '../base/random.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { NodeEvent } from '../state/events.ts';
import type { Message, PeerId } from '../state/values.ts';
import { MAX_RECEIPTS, MAX_TEXT_BYTES } from '../wire/limits.ts';
import {
  bodyMatches,
  decodeEntryHeader,
  entryIdOf,
  entrySigningBytes,
  sha256,
  type EntryHeader,
  type SignedEntry,
} from '../wire/log-entry.ts';
import { decodeTextBody, encodeTextBody } from '../wire/entry-bodies.ts';
import { encodePeerMessage, type Receipt } from '../wire/peer-messages.ts';
import { Conversations, type Conversation } from './conversations.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';
import { Outbox } from './outbox.ts';
import { OwnLog } from './own-log.ts';

export const CHAT_DEFAULTS = {
  receiptDelayMs: 100,
  /** Entries from people that we never wrote to; they are read more slowly above it. */
  strangerEntries: { perSecond: 20, burst: 200 },
  knownEntries: { perSecond: 2_000, burst: 20_000 },
} as const;

export interface ChatParts {
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly signer: Signer;
  readonly ownPeerId: PeerId;
  readonly checker: SignatureChecker;
  readonly network: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly emit: (event: NodeEvent) => void;
  /** Whether one is in this room now (folded name). */
  readonly inRoom: (room: string) => boolean;
  /** A private message went one way or the other. */
  readonly talked: (peerId: PeerId) => void;
}

export class Chat {
  readonly #parts: ChatParts;
  readonly #conversations: Conversations;
  readonly #ownLog: OwnLog;
  readonly #outbox = new Outbox();
  readonly #buckets = new WeakMap<PeerLink, TokenBucket>();
  readonly #keys = new WeakMap<PeerLink, Uint8Array>();
  readonly #writtenTo = new Set<PeerId>();
  readonly #receipts = new Map<PeerLink, Map<string, Receipt>>();
  #receiptTimer: Timer | undefined;
  #stopped = false;

  constructor(parts: ChatParts) {
    this.#parts = parts;
    this.#conversations = new Conversations(parts.signer.publicKey);
    this.#ownLog = new OwnLog(parts);
    parts.router.handle('entry', (link, message) => this.#onEntry(link, message.entry));
    parts.router.handle('receipts', (link, message) => this.#onReceipts(link, message.receipts));
  }

  stop(): void {
    this.#stopped = true;
    this.#receiptTimer?.cancel();
    this.#sendReceipts();
  }

  /** To everybody that is linked. */
  sendToEveryone(text: string, replyTo?: string): Message {
    return this.#append(this.#conversations.everyone, 'text', [...this.#parts.links.links.keys()], text, replyTo);
  }

  sendToRoom(room: string, members: readonly PeerId[], text: string, replyTo?: string): Message {
    return this.#append(this.#conversations.room(room), 'text', members, text, replyTo);
  }

  sendToPerson(peerId: PeerId, text: string, replyTo?: string): Message {
    const message = this.#append(this.#conversations.withPerson(peerId), 'text', [peerId], text, replyTo);
    this.#writtenTo.add(peerId);
    const link = this.#parts.links.links.get(peerId);
    if (link !== undefined) this.#bucketOf(link).setLimits(CHAT_DEFAULTS.knownEntries);
    this.#parts.talked(peerId);
    return message;
  }

  /** From now on entries of this room are ours to take. */
  openRoom(room: string): void {
    this.#conversations.room(room);
  }

  /** Writes into a room's log that one has come or gone. */
  noteMembership(room: string, members: readonly PeerId[], kind: 'join' | 'leave'): void {
    this.#append(this.#conversations.room(room), kind, members, '');
  }

  #append(
    conversation: Conversation,
    kind: 'text' | 'join' | 'leave',
    recipients: readonly PeerId[],
    text: string,
    replyTo?: string,
  ): Message {
    const body = kind === 'text' ? encodeText(text, replyTo) : new Uint8Array(0);
    const own = this.#ownLog.append(conversation.id, conversation.nextOrder(), kind, body);
    const frame = encodePeerMessage({ type: 'entry', entry: own.entry });
    for (const peerId of recipients) {
      this.#outbox.add(peerId, { id: own.id, conversation, sequence: own.sequence, frame });
      this.#parts.links.links.get(peerId)?.send(frame);
    }
    const message: Message = {
      id: own.id,
      author: this.#parts.ownPeerId,
      own: true,
      destination: conversation.destination,
      kind,
      text: cleanText(text),
      at: own.at,
      order: own.order,
      ...(replyTo === undefined ? {} : { replyTo }),
      recipients: [...recipients],
      deliveredTo: [],
    };
    this.#parts.emit({ type: 'message-added', message });
    return message;
  }

  /** What a broken link may have swallowed goes out again. */
  linkUp(link: PeerLink): void {
    for (const { frame } of this.#outbox.pendingFor(link.peerId)) link.send(frame);
  }

  linkDown(link: PeerLink): void {
    this.#receipts.delete(link);
  }

  #bucketOf(link: PeerLink): TokenBucket {
    let bucket = this.#buckets.get(link);
    if (bucket === undefined) {
      const known = this.#writtenTo.has(link.peerId);
      bucket = new TokenBucket(this.#parts.clock, known ? CHAT_DEFAULTS.knownEntries : CHAT_DEFAULTS.strangerEntries);
      this.#buckets.set(link, bucket);
    }
    return bucket;
  }

  #keyOf(link: PeerLink): Uint8Array {
    let key = this.#keys.get(link);
    if (key === undefined) this.#keys.set(link, (key = keyOfPeerId(link.peerId) ?? new Uint8Array(0)));
    return key;
  }

  #onEntry(link: PeerLink, entry: SignedEntry): void | Promise<void> {
    this.#take(link, entry);
    const waitMs = this.#bucketOf(link).takeWithDebt();
    return waitMs === 0 ? undefined : sleep(this.#parts.clock, waitMs);
  }

  #take(link: PeerLink, entry: SignedEntry): void {
    const header = decodeEntryHeader(entry.header);
    if (!bytesEqual(header.network, this.#parts.network)) throw new WireError('An entry of another network.');
    // Until history can be synchronised, everybody brings only what they wrote: anything else is a replay.
    if (!bytesEqual(header.author, this.#keyOf(link))) throw new WireError("An entry in another's name.");
    const conversation = this.#conversations.find(header.conversation, header.author);
    if (conversation === undefined || !this.#takesPart(conversation)) {
      this.#parts.router.countDrop('not-our-conversation');
      return;
    }
    const hash = sha256(entry.header);
    const id = entryIdOf(hash);
    const log = conversation.log(header.author, header.logId);
    const arrival = log.judge(header.sequence, id, toHex(header.previous));
    if (arrival !== 'new' && arrival !== 'duplicate') {
      this.#parts.router.countDrop(arrival);
      return;
    }
    if (arrival === 'new') {
      if (!bodyMatches(header, entry.body)) throw new WireError('An entry whose body was changed.');
      if (!this.#parts.checker.verify(header.author, entrySigningBytes(entry.header), entry.signature))
        throw new WireError('An entry with a wrong signature.');
      const message = messageOfEntry(id, link.peerId, header, entry.body, conversation);
      log.add(header.sequence, id, toHex(hash));
      conversation.seenOrder(header.order);
      if (message !== undefined) this.#parts.emit({ type: 'message-added', message });
      if (conversation.destination.kind === 'person') this.#parts.talked(link.peerId);
    }
    this.#queueReceipt(link, conversation, header, log.receiptRange(header.sequence));
  }

  #takesPart({ destination }: Conversation): boolean {
    return destination.kind !== 'room' || this.#parts.inRoom(destination.room);
  }

  #queueReceipt(
    link: PeerLink,
    conversation: Conversation,
    header: EntryHeader,
    range: { first: number; last: number },
  ): void {
    if (this.#stopped) return;
    const receipts = this.#receipts.get(link) ?? new Map<string, Receipt>();
    this.#receipts.set(link, receipts);
    receipts.set(`${conversation.key}/${toHex(header.logId)}`, {
      conversation: conversation.id,
      author: header.author,
      logId: header.logId,
      ...range,
    });
    this.#receiptTimer ??= this.#parts.clock.after(CHAT_DEFAULTS.receiptDelayMs, () => this.#sendReceipts());
  }

  #sendReceipts(): void {
    this.#receiptTimer = undefined;
    for (const [link, receipts] of this.#receipts) {
      const all = [...receipts.values()];
      for (let start = 0; start < all.length; start += MAX_RECEIPTS)
        sendMessage(link, { type: 'receipts', receipts: all.slice(start, start + MAX_RECEIPTS) });
    }
    this.#receipts.clear();
  }

  #onReceipts(link: PeerLink, receipts: readonly Receipt[]): void {
    for (const receipt of receipts) {
      if (!bytesEqual(receipt.author, this.#parts.signer.publicKey)) continue;
      if (!bytesEqual(receipt.logId, this.#ownLog.logId)) continue;
      for (const sent of this.#outbox.confirm(link.peerId, receipt))
        this.#parts.emit({
          type: 'message-delivered',
          messageId: sent.id,
          conversation: sent.conversation.key,
          peerId: link.peerId,
        });
    }
  }
}

/** @throws MmchatError `bad-text`, `too-large` */
function encodeText(text: string, replyTo: string | undefined): Uint8Array {
  if (text.trim() === '') throw new MmchatError('bad-text', 'There is nothing in this message.');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEXT_BYTES)
    throw new MmchatError('too-large', `A message has at most ${MAX_TEXT_BYTES} bytes; this one has ${bytes}.`);
  return encodeTextBody(replyTo === undefined ? { text } : { text, replyTo: fromHex(replyTo) });
}

function messageOfEntry(
  id: string,
  author: PeerId,
  header: EntryHeader,
  body: Uint8Array,
  conversation: Conversation,
): Message | undefined {
  if (header.kind !== 'text' && header.kind !== 'join' && header.kind !== 'leave') return undefined;
  const content = header.kind === 'text' ? decodeTextBody(body) : { text: '' };
  return {
    id,
    author,
    own: false,
    destination: conversation.destination,
    kind: header.kind,
    text: cleanText(content.text),
    at: header.at,
    order: header.order,
    ...(content.replyTo === undefined ? {} : { replyTo: toHex(content.replyTo) }),
    recipients: [],
    deliveredTo: [],
  };
}
