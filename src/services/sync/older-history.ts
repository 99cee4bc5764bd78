// Older messages on demand, when somebody scrolls up: asks everybody what they have, lowers the floors, waits for what
// comes.

import type { Clock } from '../../base/clock.ts';
import type { LogName, LogSummary, SequenceRange } from '../../contracts/history.ts';
import type { Fetcher } from './fetcher.ts';
import { beginOfHighest, clipRanges, countSequences, uniteRanges } from './ranges.ts';
import type { SyncContext } from './sync-parts.ts';
import type { SyncLink } from './sync-link.ts';
import { logKeyOf, shareByAuthor, type LogClaim } from './wanted.ts';

/** Whoever has not said what they have by then is not waited for. */
const TELL_MS = 3_000;
/** People who are asked at the same time. */
const ASKED_AT_ONCE = 4;
/** Whatever has not come by then may still come; the caller looks at what is here. */
const FETCH_MS = 15_000;

/** From where on a log was wanted, and is now. */
type LoweredFloor = LogName & { readonly floor: number; readonly from: number };

interface Wish {
  readonly claims: Map<SyncLink, readonly LogClaim[]>;
  /** Who has not told yet. */
  readonly awaited: Set<SyncLink>;
  /** All have told. */
  allTold: () => void;
  /** Nothing more is being fetched. */
  allFetched: () => void;
  isOver: boolean;
}

export class OlderHistory {
  readonly #context: SyncContext;
  readonly #fetcher: Fetcher;
  readonly #wishes = new Map<string, Wish>();
  readonly #running = new Map<string, Promise<boolean>>();

  constructor(context: SyncContext, fetcher: Fetcher) {
    this.#context = context;
    this.#fetcher = fetcher;
  }

  /** Resolves with whether anything came. */
  fetch(conversation: string, count: number, links: readonly SyncLink[]): Promise<boolean> {
    const running = this.#running.get(conversation);
    if (running !== undefined) return running;
    const fetching = this.#fetch(conversation, count, links).finally(() => {
      this.#wishes.delete(conversation);
      this.#running.delete(conversation);
    });
    this.#running.set(conversation, fetching);
    return fetching;
  }

  /** Somebody told what they have. */
  told(link: SyncLink, conversation: string, claims: readonly LogClaim[]): void {
    const wish = this.#wishes.get(conversation);
    if (wish === undefined) return;
    wish.claims.set(link, claims);
    this.#gone(wish, link);
  }

  /** A link is down: nobody waits for it. */
  gone(link: SyncLink): void {
    for (const wish of this.#wishes.values()) {
      wish.claims.delete(link);
      this.#gone(wish, link);
    }
  }

  /** Something ended; perhaps all did. */
  fetched(conversation: string): void {
    if (!this.#fetcher.isBusyWith(conversation)) this.#wishes.get(conversation)?.allFetched();
  }

  /** Nobody waits any longer. */
  stop(): void {
    for (const wish of this.#wishes.values()) {
      wish.isOver = true;
      wish.claims.clear();
      wish.allTold();
      wish.allFetched();
    }
  }

  #gone(wish: Wish, link: SyncLink): void {
    if (wish.awaited.delete(link) && wish.awaited.size === 0) wish.allTold();
  }

  async #fetch(conversation: string, count: number, links: readonly SyncLink[]): Promise<boolean> {
    const { journal, clock } = this.#context;
    // Where everything from the first entry on is wanted, there is nothing older.
    if (journal.logs(conversation).every(({ floor }) => floor <= 1)) return false;
    const wish: Wish = {
      claims: new Map(),
      awaited: new Set(),
      allTold: nothing,
      allFetched: nothing,
      isOver: false,
    };
    this.#wishes.set(conversation, wish);
    let floors: LoweredFloor[] = [];
    let found = 0;
    // Whoever is asked tells of all logs: not more people than it takes.
    for (let asked = 0; asked < links.length && found < count && !wish.isOver; asked += ASKED_AT_ONCE) {
      for (const link of links.slice(asked, asked + ASKED_AT_ONCE))
        if (link.askForLogs(conversation)) wish.awaited.add(link);
      if (wish.awaited.size > 0) await wakened(clock, TELL_MS, (wake) => (wish.allTold = wake));
      wish.awaited.clear();
      ({ floors, found } = this.#lowerFloors(conversation, count, wish));
    }
    if (floors.length === 0) return false;
    await this.#fetcher.lowerFloors(floors);
    const claims = [...wish.claims];
    await Promise.all(claims.map(([link, told]) => link.fetch(conversation, told)));
    if (this.#fetcher.isBusyWith(conversation)) await wakened(clock, FETCH_MS, (wake) => (wish.allFetched = wake));
    const held = heldLogs(journal.logs(conversation));
    return floors.some((log) => clipRanges(held.get(logKeyOf(log))?.ranges ?? [], log.floor, log.from - 1).length > 0);
  }

  /** New floors, about so many messages lower in all, as far as these are to be had. */
  #lowerFloors(conversation: string, count: number, wish: Wish): { floors: LoweredFloor[]; found: number } {
    const { journal } = this.#context;
    const held = heldLogs(journal.logs(conversation));
    const below = new Map<string, SequenceRange[]>();
    for (const claims of wish.claims.values())
      for (const { key, ranges } of claims) {
        const here = held.get(key);
        if (here === undefined || here.floor <= 1) continue;
        below.set(key, uniteRanges(below.get(key) ?? [], clipRanges(ranges, 1, here.floor - 1)));
      }
    const logs = [...held.values()].filter((log) => (below.get(logKeyOf(log))?.length ?? 0) > 0);
    const available = logs.map((log) => countSequences(below.get(logKeyOf(log)) ?? []));
    const shares = shareByAuthor(logs, available, count, (author) => journal.isKnown(author));
    const floors = logs.flatMap(({ author, logId, floor: from, ...log }, at) => {
      const floor = beginOfHighest(below.get(logKeyOf({ author, logId })) ?? [], shares[at] ?? 0);
      return floor === undefined ? [] : [{ conversation: log.conversation, author, logId, floor, from }];
    });
    return { floors, found: shares.reduce((sum, share) => sum + share, 0) };
  }
}

function heldLogs(logs: readonly LogSummary[]): Map<string, LogSummary> {
  return new Map(logs.map((log) => [logKeyOf(log), log]));
}

const nothing = (): void => undefined;

/** Resolves when what was handed to `setWake` is called, or in the end without. */
function wakened(clock: Clock, limitMs: number, setWake: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(limitMs, resolve);
    setWake(() => {
      timer.cancel();
      resolve();
    });
  });
}
