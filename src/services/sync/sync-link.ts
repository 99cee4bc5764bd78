// Synchronisation on one link: who offers what when, and which message goes where.

import { fromHex, toHex } from '../../base/bytes.ts';
import { sleep, type Timer } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { PeerLink, PurposeStream } from '../../contracts/links.ts';
import { FINGERPRINT_BYTES, MAX_SYNC_CONVERSATIONS } from '../../wire/limits.ts';
import {
  decodeSyncMessage,
  encodeSyncMessage,
  type SyncConversation,
  type SyncMessage,
} from '../../wire/sync-messages.ts';
import { Answers } from './answers.ts';
import { ClaimPages } from './claims.ts';
import type { Fetcher } from './fetcher.ts';
import { sharedFingerprint } from './fingerprint.ts';
import {
  ageOf,
  fingerprintOf,
  type SharedConversation,
  type SyncContext,
  type SyncPeer,
  type ToldConversation,
} from './sync-parts.ts';
import type { LogClaim } from './wanted.ts';
import { PeerWork } from './work.ts';

/** Two who are linked compare once a minute whether they have the same, more or less. */
export const OFFER_PERIOD_MS = 60_000;
/** What waits to be sent before more is read from the disk. */
const QUEUE_BYTES = 256 * 1024;
/** What messages cost, in work here; who sends more is read more slowly. */
const COSTS = { offer: 10, conversations: 20, logs: 2, want: 1, batch: 0, unknown: 1 } as const;
const COST_LIMITS = { perSecond: 100, burst: 1_000 };
const DAY_MS = 86_400_000;

interface Own extends SharedConversation {
  readonly fingerprint: string;
}

export interface SyncLinkEvents {
  /** Everything that they have of a conversation was told. */
  told(link: SyncLink, conversation: string, claims: readonly LogClaim[]): void;
}

export class SyncLink implements SyncPeer {
  readonly link: PeerLink;
  readonly #context: SyncContext;
  readonly #fetcher: Fetcher;
  readonly #events: SyncLinkEvents;
  readonly #stream: PurposeStream;
  readonly #answers: Answers;
  readonly #pages: ClaimPages;
  readonly #bucket: TokenBucket;
  readonly #told = new Map<string, ToldConversation>();
  readonly #stop = new AbortController();
  #work: PeerWork;
  #timer: Timer | undefined;
  #offerAtMs = Infinity;
  #looksForBodies = true;

  constructor(context: SyncContext, link: PeerLink, fetcher: Fetcher, events: SyncLinkEvents) {
    this.link = link;
    this.#context = context;
    this.#fetcher = fetcher;
    this.#events = events;
    this.#stream = link.stream('sync');
    this.#answers = new Answers(context, this);
    this.#pages = new ClaimPages((author) => context.journal.isKnown(author));
    this.#bucket = new TokenBucket(context.clock, COST_LIMITS);
    this.#work = new PeerWork(this);
    fetcher.add(this.#work);
  }

  stop(): void {
    this.#stop.abort();
    this.#timer?.cancel();
    this.#answers.stop();
    this.#pages.drop();
    this.#fetcher.remove(this.#work);
  }

  /** Frames may be lost, in both directions: what was under way begins anew. */
  reset(): void {
    this.#answers.reset();
    this.#pages.drop();
    this.#fetcher.remove(this.#work);
    this.#work = new PeerWork(this);
    this.#fetcher.add(this.#work);
    this.#looksForBodies = true;
  }

  /** Compares what both have, within about this time; sooner if that was planned already. */
  offerWithin(delayMs: number): void {
    const { clock } = this.#context;
    const atMs = clock.monotonicMs() + delayMs;
    if (this.#stop.signal.aborted || this.#offerAtMs <= atMs) return;
    this.#timer?.cancel();
    this.#offerAtMs = atMs;
    this.#timer = clock.after(delayMs, () => this.#offer());
  }

  /** At the next comparison, asks for texts that are missing here: they may be missing while all headers are the same. */
  lookForBodies(): void {
    this.#looksForBodies = true;
  }

  /** Has them tell all that they have of a conversation, the same as here or not. */
  askForLogs(conversation: string): boolean {
    const shared = this.shares(conversation);
    if (shared === undefined) return false;
    const differs = toHex(this.#context.random.bytes(FINGERPRINT_BYTES));
    return this.#sendConversations([{ ...shared, fingerprint: differs }], true);
  }

  async fetch(conversation: string, claims: readonly LogClaim[]): Promise<void> {
    await this.#fetcher.plan(this.#work, conversation, claims);
  }

  send(message: SyncMessage): boolean {
    const frame = encodeSyncMessage(message);
    this.#context.statistics.bytesSent += frame.length;
    return this.#stream.send(frame);
  }

  drained(): Promise<boolean> {
    return this.#stream.drained(QUEUE_BYTES);
  }

  shares(conversation: string): SharedConversation | undefined {
    return this.#context.journal.shared(this.link).find(({ id }) => id === conversation);
  }

  told(conversation: string): ToldConversation | undefined {
    return this.#told.get(conversation);
  }

  /**
   * Takes one frame. The promise holds back the next ones.
   *
   * @throws WireError for what breaks the protocol
   */
  async take(frame: Uint8Array): Promise<void> {
    this.#context.statistics.bytesReceived += frame.length;
    const message = decodeSyncMessage(frame);
    const waitMs = this.#bucket.takeWithDebt(COSTS[message.type]);
    if (waitMs > 0) await sleep(this.#context.clock, waitMs, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    switch (message.type) {
      case 'offer':
        this.#takeOffer(toHex(message.fingerprint), message.reply);
        return;
      case 'conversations':
        this.#takeConversations(message.items, message.reply);
        return;
      case 'logs': {
        const conversation = toHex(message.conversation);
        if (this.shares(conversation) === undefined) {
          this.#pages.drop(conversation);
          this.#context.countDrop('sync-not-shared');
          return;
        }
        const claims = this.#pages.add(conversation, message.logs, message.more);
        if (claims === undefined) return;
        this.#work.bodiesDue.add(conversation);
        this.#events.told(this, conversation, claims);
        return this.fetch(conversation, claims);
      }
      case 'want':
        this.#answers.answer(message);
        return;
      case 'batch':
        return this.#fetcher.batch(this.#work, message);
      case 'unknown':
    }
  }

  #offer(): void {
    this.#offerAtMs = Infinity;
    const own = this.#own();
    if (own.size > 0) this.send({ type: 'offer', fingerprint: overallFingerprint(own), reply: true });
    this.#offerLater();
  }

  #offerLater(): void {
    this.#timer?.cancel();
    this.#offerAtMs = Infinity;
    this.offerWithin(OFFER_PERIOD_MS * (0.75 + 0.5 * this.#context.random.fraction()));
  }

  #takeOffer(theirs: string, reply: boolean): void {
    const own = this.#own();
    if (own.size === 0) return;
    const fingerprint = overallFingerprint(own);
    if (toHex(fingerprint) === theirs) {
      this.#context.statistics.agreements++;
      this.#lookForBodiesOf(own.keys());
      if (reply) this.send({ type: 'offer', fingerprint, reply: false });
    } else if (reply) {
      this.#context.statistics.sessions++;
      this.#sendConversations([...own.values()], true);
    } else return;
    // Theirs counts as one's own.
    this.#offerLater();
  }

  #takeConversations(items: readonly SyncConversation[], reply: boolean): void {
    const own = this.#own();
    const now = this.#context.journal.now();
    const same: string[] = [];
    for (const id of this.#told.keys()) if (!own.has(id)) this.#told.delete(id);
    for (const item of items) {
      const id = toHex(item.conversation);
      const here = own.get(id);
      if (here === undefined) {
        this.#context.countDrop('sync-not-shared');
        continue;
      }
      const fingerprint = toHex(item.fingerprint);
      this.#told.set(id, { fingerprint, sinceMs: Math.max(0, now - item.ageMs), historyMs: item.historyMs });
      if (fingerprint === here.fingerprint) same.push(id);
      else this.#answers.tellLogs(id, here.fingerprint, fingerprint);
    }
    this.#lookForBodiesOf(same);
    if (reply) this.#sendConversations([...own.values()], false);
  }

  #lookForBodiesOf(conversations: Iterable<string>): void {
    if (!this.#looksForBodies) return;
    this.#looksForBodies = false;
    for (const id of conversations) this.#work.bodiesDue.add(id);
    this.#fetcher.pump(this.#work);
  }

  #sendConversations(all: readonly Own[], reply: boolean): boolean {
    const now = this.#context.journal.now();
    const historyMs = Math.max(0, Math.floor(this.#context.options.historyDays * DAY_MS));
    for (let at = 0; at < all.length; at += MAX_SYNC_CONVERSATIONS) {
      const items = all.slice(at, at + MAX_SYNC_CONVERSATIONS).map((one) => ({
        conversation: fromHex(one.id),
        fingerprint: fromHex(one.fingerprint),
        ageMs: ageOf(one, now),
        historyMs,
      }));
      const isLast = at + MAX_SYNC_CONVERSATIONS >= all.length;
      if (!this.send({ type: 'conversations', items, reply: reply && isLast })) return false;
    }
    return true;
  }

  #own(): Map<string, Own> {
    const { journal } = this.#context;
    return new Map(
      journal.shared(this.link).map((one) => [one.id, { ...one, fingerprint: fingerprintOf(this.#context, one.id) }]),
    );
  }
}

function overallFingerprint(own: ReadonlyMap<string, Own>): Uint8Array {
  return fromHex(sharedFingerprint(Array.from(own.values(), ({ id, fingerprint }) => [id, fingerprint] as const)));
}
