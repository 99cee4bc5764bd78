// Who has what of whom: tells authors that their entries are durable here, and notes who has one's own.

import { fromHex, toHex, bytesEqual } from '../base/bytes.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import { withoutRanges, withRange, type NumberRange, type Ranges } from '../base/ranges.ts';
import type { History, LogName } from '../contracts/history.ts';
import type { PeerLink, PeerLinks } from '../contracts/links.ts';
import type { NodeEvent } from '../state/events.ts';
import type { PeerId } from '../state/values.ts';
import { MAX_RECEIPTS } from '../wire/limits.ts';
import type { Receipt } from '../wire/peer-messages.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { kindName } from './entry-content.ts';
import type { LogState } from './log-book.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';

/** Whose delivery people are told. */
const RECEIPTED: ReadonlySet<string> = new Set(['text', 'file']);

export const RECEIPT_LIMITS = {
  /** Collected for so long. */
  delayMs: 100,
  /** Authors who are away and to whom one owes receipts. */
  owedPeople: 2_048,
  /** One's own newest texts, found without asking the history. */
  recent: 4_096,
  /** Deliveries told for one receipt; older ones are noted without a word. */
  told: 1_000,
} as const;

export interface ReceiptsParts {
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  readonly clock: Clock;
  readonly log: Log;
  readonly history: Pick<History, 'noteDelivered' | 'deliveredTo' | 'entries'>;
  readonly conversations: Conversations;
  readonly ownKey: Uint8Array;
  readonly ownPeerId: PeerId;
  readonly emit: (event: NodeEvent) => void;
  readonly shares: (link: PeerLink, conversation: Conversation) => boolean;
}

interface Recent {
  readonly id: string;
  readonly sequence: number;
}

export class Receipts {
  readonly #parts: ReceiptsParts;
  readonly #queued = new Map<PeerLink, Map<string, Receipt>>();
  /**
   * Logs of people who are away, or of whom one does not know yet that they are in the conversation; those who were served
   * in this run and are owed nothing have an empty set.
   */
  readonly #owed = new Map<PeerId, Set<LogState>>();
  /** What peers who were linked in this run are known to have of one's own logs; who was linked longest ago first. */
  readonly #confirmed = new Map<PeerId, Map<string, Ranges>>();
  /** Logs that were receipted on a link: if it breaks, that may be lost. */
  readonly #told = new Map<PeerLink, Set<LogState>>();
  /** By log, one's own newest texts. */
  readonly #recent = new Map<string, Recent[]>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: ReceiptsParts) {
    this.#parts = parts;
    parts.router.handle('receipts', (link, message) => this.#onReceipts(link, message.receipts));
  }

  /** Sends what is queued. */
  stop(): void {
    this.#send();
    this.#stopped = true;
  }

  /** Remembers an own text, so that its delivery can be told quickly. */
  wrote(name: LogName, id: string, sequence: number): void {
    const key = `${name.conversation}/${name.logId}`;
    const recent = this.#recent.get(key) ?? [];
    recent.push({ id, sequence });
    if (recent.length > RECEIPT_LIMITS.recent) recent.splice(0, RECEIPT_LIMITS.recent / 2);
    this.#recent.set(key, recent);
  }

  /** An entry of somebody's log is durable here. */
  owe(conversation: Conversation, log: LogState, sequence: number): void {
    const { author } = log.summary;
    const link = this.#parts.links.links.get(author);
    if (link !== undefined && this.#parts.shares(link, conversation)) {
      const range = log.rangeAround(sequence);
      if (range !== undefined) this.#queue(link, log, range);
      return;
    }
    // Whoever was never linked in this run gets everything at the first meeting.
    this.#owed.get(author)?.add(log);
  }

  linkUp(link: PeerLink): void {
    void this.#loadConfirmed(link.peerId).catch((error: unknown) =>
      this.#parts.log.warn('receipts could not be read back', { error: messageOf(error) }),
    );
    const owed = this.#owed.get(link.peerId) ?? this.#allBy(link.peerId);
    this.#owed.delete(link.peerId);
    this.#owed.set(link.peerId, owed);
    for (const author of this.#owed.keys()) {
      if (this.#owed.size <= RECEIPT_LIMITS.owedPeople) break;
      this.#owed.delete(author);
    }
    this.sharesMore(link);
  }

  /** They may be in more conversations than one knew: their presence or a proof has come. */
  sharesMore(link: PeerLink): void {
    const owed = this.#owed.get(link.peerId);
    for (const log of owed ?? []) {
      const conversation = this.#parts.conversations.get(log.summary.conversation);
      if (conversation === undefined || !this.#parts.shares(link, conversation)) continue;
      owed?.delete(log);
      for (const range of log.summary.ranges) this.#queue(link, log, range);
    }
  }

  #allBy(author: PeerId): Set<LogState> {
    const all = new Set<LogState>();
    for (const { logs } of this.#parts.conversations.active()) for (const log of logs.by(author)) all.add(log);
    return all;
  }

  linkDown(link: PeerLink): void {
    this.#queued.delete(link);
    const owed = this.#owed.get(link.peerId);
    for (const log of this.#told.get(link) ?? []) owed?.add(log);
    this.#told.delete(link);
  }

  /** What a peer that was linked earlier in this run has of one's own logs, by `conversation/log id`. */
  confirmedBy(peerId: PeerId): ReadonlyMap<string, Ranges> | undefined {
    return this.#confirmed.get(peerId);
  }

  #queue(link: PeerLink, log: LogState, range: NumberRange): void {
    if (this.#stopped) return;
    const { summary } = log;
    const told = this.#told.get(link) ?? new Set();
    this.#told.set(link, told.add(log));
    const receipts = this.#queued.get(link) ?? new Map<string, Receipt>();
    this.#queued.set(link, receipts);
    receipts.set(`${summary.conversation}/${summary.logId}/${range.first}`, {
      conversation: fromHex(summary.conversation),
      author: keyOfPeerId(summary.author) ?? new Uint8Array(0),
      logId: fromHex(summary.logId),
      ...range,
    });
    this.#timer ??= this.#parts.clock.after(RECEIPT_LIMITS.delayMs, () => this.#send());
  }

  #send(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [link, receipts] of this.#queued) {
      const all = [...receipts.values()];
      for (let start = 0; start < all.length; start += MAX_RECEIPTS)
        sendMessage(link, { type: 'receipts', receipts: all.slice(start, start + MAX_RECEIPTS) });
    }
    this.#queued.clear();
  }

  async #onReceipts(link: PeerLink, receipts: readonly Receipt[]): Promise<void> {
    try {
      const confirmed = await this.#loadConfirmed(link.peerId);
      for (const receipt of receipts) await this.#take(link.peerId, confirmed, receipt);
    } catch (error) {
      this.#parts.log.warn('a receipt could not be noted', { peer: link.peerId, error: messageOf(error) });
    }
  }

  async #loadConfirmed(peerId: PeerId): Promise<Map<string, Ranges>> {
    const known = this.#confirmed.get(peerId);
    if (known !== undefined) return known;
    const logs = await this.#parts.history.deliveredTo(peerId);
    // Another receipt may have been quicker.
    const found = this.#confirmed.get(peerId) ?? new Map<string, Ranges>();
    if (!this.#confirmed.has(peerId))
      for (const { conversation, logId, ranges } of logs) found.set(`${conversation}/${logId}`, ranges);
    this.#confirmed.set(peerId, found);
    for (const longestAgo of this.#confirmed.keys()) {
      if (this.#confirmed.size <= RECEIPT_LIMITS.owedPeople) break;
      this.#confirmed.delete(longestAgo);
    }
    return found;
  }

  async #take(peerId: PeerId, confirmed: Map<string, Ranges>, receipt: Receipt): Promise<void> {
    if (!bytesEqual(receipt.author, this.#parts.ownKey)) return;
    const conversation = this.#parts.conversations.get(toHex(receipt.conversation));
    const log = conversation?.logs.get(this.#parts.ownPeerId, toHex(receipt.logId));
    if (conversation === undefined || log === undefined) return;
    const { destination } = conversation;
    if (destination.kind === 'person' && destination.peerId !== peerId) return;
    const { summary } = log;
    // Nobody can have what was never said. What is shown and not on the disk yet may be confirmed already.
    const highest = Math.max(summary.head.sequence, this.#highestRecent(summary));
    const range = { first: receipt.first, last: Math.min(receipt.last, highest) };
    if (range.first > range.last) return;
    const key = `${summary.conversation}/${summary.logId}`;
    const before = confirmed.get(key) ?? [];
    const fresh = withoutRanges([range], before);
    if (fresh.length === 0) return;
    confirmed.set(key, withRange(before, range));
    await this.#tell(conversation, summary, fresh, peerId);
    await this.#parts.history.noteDelivered(summary, peerId, range);
  }

  #highestRecent({ conversation, logId }: LogName): number {
    return this.#recent.get(`${conversation}/${logId}`)?.at(-1)?.sequence ?? 0;
  }

  async #tell(conversation: Conversation, log: LogName, ranges: Ranges, peerId: PeerId): Promise<void> {
    for (const messageId of await this.#idsIn(log, ranges))
      this.#parts.emit({ type: 'message-delivered', messageId, conversation: conversation.key, peerId });
  }

  /** Texts among these sequences. */
  async #idsIn(log: LogName, ranges: Ranges): Promise<string[]> {
    const recent = this.#recent.get(`${log.conversation}/${log.logId}`) ?? [];
    const oldest = recent[0]?.sequence ?? Infinity;
    const within = ({ sequence }: Recent): boolean =>
      ranges.some(({ first, last }) => first <= sequence && sequence <= last);
    const ids = recent.filter(within).map(({ id }) => id);
    const older = withoutRanges(ranges, [{ first: oldest, last: Number.MAX_SAFE_INTEGER }]);
    if (older.length === 0) return ids;
    const limits = { limit: RECEIPT_LIMITS.told, maxBytes: 16 * 1024 * 1024 };
    const entries = await this.#parts.history.entries(log, older, limits);
    return [...entries.filter(({ kind }) => RECEIPTED.has(kindName(kind))).map(({ id }) => id), ...ids];
  }
}
