// The pages of logs that one peer tells, put together. A peer may tell without end: what is kept of it is bounded.

import { toHex } from '../../base/bytes.ts';
import { peerIdOfKey } from '../../base/peer-id.ts';
import type { PeerId } from '../../state/values.ts';
import type { SyncLog } from '../../wire/sync-messages.ts';
import { logKeyOf, wireKeyOf, type LogClaim } from './wanted.ts';

/** Logs of strangers in one conversation, as told by one peer; and of people one knows. */
export const MAX_CLAIMED_LOGS = 4_096;
/** Logs and ranges, together, of all conversations that one peer tells of at the same time: a few megabytes. */
export const MAX_CLAIM_WEIGHT = 65_536;

export function weightOf(claim: LogClaim): number {
  return 1 + claim.ranges.length;
}

interface Pages {
  readonly claims: Map<string, LogClaim>;
  known: number;
  strangers: number;
  weight: number;
}

export class ClaimPages {
  readonly #isKnown: (author: PeerId) => boolean;
  readonly #unfinished = new Map<string, Pages>();
  #weight = 0;

  constructor(isKnown: (author: PeerId) => boolean) {
    this.#isKnown = isKnown;
  }

  /** Takes a page. After the last one: all claims, people one knows first, else in the order in which they were told. */
  add(conversation: string, logs: readonly SyncLog[], more: boolean): LogClaim[] | undefined {
    let pages = this.#unfinished.get(conversation);
    if (pages === undefined) {
      pages = { claims: new Map(), known: 0, strangers: 0, weight: 0 };
      this.#unfinished.set(conversation, pages);
    }
    for (const log of logs) this.#keep(pages, log);
    if (more) return undefined;
    this.drop(conversation);
    const claims = [...pages.claims.values()];
    const known = new Set(claims.filter(({ author }) => this.#isKnown(author)));
    return [...known, ...claims.filter((claim) => !known.has(claim))];
  }

  /** Forgets what was told of a conversation, or of all. */
  drop(conversation?: string): void {
    for (const [id, { weight }] of [...this.#unfinished]) {
      if (conversation !== undefined && id !== conversation) continue;
      this.#weight -= weight;
      this.#unfinished.delete(id);
    }
  }

  #keep(pages: Pages, log: SyncLog): void {
    if (log.ranges.length === 0) return;
    const claim = claimOf(log);
    const weight = weightOf(claim);
    if (pages.claims.has(claim.key) || this.#weight + weight > MAX_CLAIM_WEIGHT) return;
    if (this.#isKnown(claim.author)) {
      if (pages.known >= MAX_CLAIMED_LOGS) return;
      pages.known++;
    } else {
      if (pages.strangers >= MAX_CLAIMED_LOGS) return;
      pages.strangers++;
    }
    pages.claims.set(claim.key, claim);
    pages.weight += weight;
    this.#weight += weight;
  }
}

function claimOf(log: SyncLog): LogClaim {
  const name = { author: peerIdOfKey(log.author), logId: toHex(log.logId) };
  return {
    ...name,
    key: logKeyOf(name),
    wireKey: wireKeyOf(log),
    ranges: log.ranges.map(({ first, last }) => ({ first, last })),
    headHash: toHex(log.headHash),
    forkMark: toHex(log.forkMark),
    before: log.before,
    old: log.old,
  };
}
