// Synchronisation of all links: fetches what others have and one lacks, and gives others what they lack.

import { messageOf, WireError } from '../../base/errors.ts';
import type { PeerLink } from '../../contracts/links.ts';
import { Fetcher } from './fetcher.ts';
import { OlderHistory } from './older-history.ts';
import { SyncLink } from './sync-link.ts';
import { Suspects } from './suspects.ts';
import { DEFAULT_SYNC_OPTIONS, type SyncContext, type SyncParts, type SyncStatistics } from './sync-parts.ts';

/** After a link came up, presence comes first: it says which rooms both are in. */
const LINK_UP_DELAY_MS = 200;
const NUDGE_DELAY_MS = 300;
/** What one fetched is offered to all others; they may have fetched it too by then. */
const GAINED_DELAY_MS = 1_000;

export class Sync {
  readonly #context: SyncContext;
  readonly #fetcher: Fetcher;
  readonly #older: OlderHistory;
  readonly #links = new Map<PeerLink, SyncLink>();
  /** What still comes on them is not looked at. */
  readonly #misbehaved = new WeakSet<PeerLink>();
  #running = false;

  constructor({ options, ...parts }: SyncParts) {
    this.#context = {
      ...parts,
      countDrop: (reason) => parts.countDrop(reason),
      options: { ...DEFAULT_SYNC_OPTIONS, ...options },
      suspects: new Suspects(parts.self),
      statistics: {
        bytesSent: 0,
        bytesReceived: 0,
        entriesSent: 0,
        entriesReceived: 0,
        sessions: 0,
        agreements: 0,
      },
    };
    this.#fetcher = new Fetcher(this.#context, {
      fetched: (_work, conversation, gained) => this.#fetched(conversation, gained),
    });
    this.#older = new OlderHistory(this.#context, this.#fetcher);
    parts.links.onStreamFrame('sync', (link, frame) => this.#take(link, frame));
  }

  get statistics(): Readonly<SyncStatistics> {
    return this.#context.statistics;
  }

  start(): void {
    this.#running = true;
    for (const link of this.#context.links.links.values()) this.linkUp(link);
  }

  stop(): void {
    this.#running = false;
    this.#older.stop();
    for (const link of [...this.#links.keys()]) this.linkDown(link);
  }

  linkUp(link: PeerLink): void {
    if (!this.#running || this.#links.has(link)) return;
    const syncLink = new SyncLink(this.#context, link, this.#fetcher, {
      told: (teller, conversation, claims) => this.#older.told(teller, conversation, claims),
    });
    this.#links.set(link, syncLink);
    syncLink.lookForBodies();
    this.#offer(syncLink, LINK_UP_DELAY_MS);
  }

  linkDown(link: PeerLink): void {
    const syncLink = this.#links.get(link);
    if (syncLink === undefined) return;
    this.#links.delete(link);
    this.#older.gone(syncLink);
    syncLink.stop();
  }

  /** What was on its way may be lost. */
  streamReset(link: PeerLink): void {
    const syncLink = this.#links.get(link);
    if (syncLink === undefined) return;
    this.#older.gone(syncLink);
    syncLink.reset();
    this.#offer(syncLink, LINK_UP_DELAY_MS);
  }

  /** Something made the two differ perhaps (joined a room, proof came, a gap was seen): compares again soon. */
  nudge(link?: PeerLink): void {
    for (const [one, syncLink] of this.#links) {
      if (link !== undefined && one !== link) continue;
      syncLink.lookForBodies();
      this.#offer(syncLink, NUDGE_DELAY_MS);
    }
  }

  /**
   * Lowers the floors of this conversation by about so many messages and fetches them from whoever is here; resolves with
   * whether anything came.
   */
  async fetchOlder(conversation: string, count: number): Promise<boolean> {
    const links = [...this.#links.values()]
      .filter((link) => link.shares(conversation) !== undefined)
      .map((link) => ({ link, place: this.#context.random.fraction() }))
      .sort((a, b) => a.place - b.place)
      .map(({ link }) => link);
    return this.#running && links.length > 0 && count > 0 && this.#older.fetch(conversation, count, links);
  }

  /** A little later each time, so that not all do it at once. */
  #offer(link: SyncLink, delayMs: number): void {
    link.offerWithin(delayMs * (0.5 + this.#context.random.fraction()));
  }

  #fetched(conversation: string, gained: number): void {
    this.#older.fetched(conversation);
    if (gained === 0) return;
    for (const link of this.#links.values())
      if (link.shares(conversation) !== undefined) this.#offer(link, GAINED_DELAY_MS);
  }

  async #take(link: PeerLink, frame: Uint8Array): Promise<void> {
    const syncLink = this.#links.get(link);
    if (syncLink === undefined || this.#misbehaved.has(link)) return;
    try {
      await syncLink.take(frame);
    } catch (error) {
      if (!(error instanceof WireError)) {
        this.#context.log.error('a sync message could not be handled', { peer: link.peerId, error: messageOf(error) });
        return;
      }
      this.#misbehaved.add(link);
      this.#context.countDrop('bad-frame');
      this.#context.log.warn('a peer was dropped', { peer: link.peerId, error: error.message });
      this.linkDown(link);
      link.close('misbehaved');
    }
  }
}
