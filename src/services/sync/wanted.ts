// What of a peer's logs is wanted here: pure, from what they told and what is here.

import { toHex } from '../../base/bytes.ts';
import type { LogSummary, SequenceRange } from '../../contracts/history.ts';
import type { PeerId } from '../../state/values.ts';
import { fairWindow, fillLevel } from './fair-window.ts';
import { beginOfHighest, clipRanges, countSequences, subtractRanges, type Ranges } from './ranges.ts';

/** What a peer says it has of a log. */
export interface LogClaim {
  /** See `logKeyOf`. */
  readonly key: string;
  /** See `wireKeyOf`. */
  readonly wireKey: string;
  readonly author: PeerId;
  /** 32 hex digits. */
  readonly logId: string;
  /** Not empty. */
  readonly ranges: Ranges;
  /** Hex. */
  readonly headHash: string;
  /** Hex; empty without forks. */
  readonly forkMark: string;
  /** Up to here it had come to them when we came into the conversation: to us it is history. */
  readonly before: number;
  /** Up to here it had come to them longer ago than our history reaches. */
  readonly old: number;
}

export interface WantedContext {
  /** Nothing is history here: a private conversation. */
  readonly everything: boolean;
  readonly self: PeerId;
  /** Whoever told this was in the conversation before us: only they know what was history when we came. */
  readonly tellerIsOlder: boolean;
  readonly teller: PeerId;
  readonly historyMessages: number;
  isKnown(author: PeerId): boolean;
  /** People scrolled up to the first entry of it. */
  isWantedWhole(key: string): boolean;
  /** Somebody showed another branch of it. */
  isSuspect(key: string): boolean;
}

export interface WantedLog {
  readonly claim: LogClaim;
  /** Everything from here on is wanted. */
  readonly low: number;
  /** The teller knows where our history begins: `low` may become the floor. */
  readonly decisive: boolean;
  /** To ask for: claimed, wanted and not here. */
  readonly lacking: SequenceRange[];
  /** The same sequences, but not the same entries: to be compared as a whole. */
  readonly diverged: boolean;
}

export function logKeyOf(log: { readonly author: PeerId; readonly logId: string }): string {
  return `${log.author}/${log.logId}`;
}

/** The same name by its bytes, as entries carry it: 96 hex digits. */
export function wireKeyOf(log: { readonly author: Uint8Array; readonly logId: Uint8Array }): string {
  return toHex(log.author) + toHex(log.logId);
}

/** The last sequence that is claimed. */
export function headOf(claim: LogClaim): number {
  return claim.ranges.at(-1)?.last ?? 0;
}

/** Claims in order of preference: where there is too much, the first ones win (those of known people anyway). */
export function wantedLogs(
  claims: readonly LogClaim[],
  held: ReadonlyMap<string, LogSummary>,
  context: WantedContext,
): WantedLog[] {
  const windows = context.everything ? undefined : windowBegins(claims, context);
  return claims.map((claim, at) => {
    const here = held.get(claim.key);
    const decisive = context.tellerIsOlder || claim.author === context.teller;
    const wantWhole = context.everything || claim.author === context.self || context.isWantedWhole(claim.key);
    // Somebody who came after us can't know what was history then: all that they have may be new to us, unless it was
    // decided before.
    const untold = here === undefined || isUndecided(here) ? 1 : here.floor;
    const told = Math.min(windows?.[at] ?? 1, here === undefined || isUndecided(here) ? Infinity : here.floor);
    // Every log is known by its signed head.
    const low = wantWhole ? 1 : Math.min(decisive ? told : untold, headOf(claim));
    const lacking = subtractRanges(clipRanges(claim.ranges, low, headOf(claim)), here?.ranges ?? []);
    return {
      claim,
      low,
      decisive: decisive || wantWhole,
      lacking,
      diverged: here !== undefined && (context.isSuspect(claim.key) || !isSameLog(claim, here)),
    };
  });
}

/**
 * A log whose beginning is neither here nor known to be history. One live entry of somebody new makes such a log: what
 * was said just before it may have been missed.
 */
export function isUndecided(here: LogSummary): boolean {
  return here.floor <= 1 && (here.ranges[0]?.first ?? here.head.sequence) > 1;
}

/**
 * The floor that a log gets after such a decision; undefined when it stays. Never above what is really here: claims alone
 * (of 2^53 entries) move no floor up.
 */
export function floorAfter(here: LogSummary, low: number): number | undefined {
  const floor = isUndecided(here)
    ? Math.min(low, here.ranges[0]?.first ?? here.head.sequence)
    : Math.min(low, here.floor);
  return floor === here.floor ? undefined : floor;
}

/** Where the wanted part of each log begins: all above `before`, and a fair window of the newest below. */
function windowBegins(claims: readonly LogClaim[], context: WantedContext): number[] {
  const history = claims.map((claim) => clipRanges(claim.ranges, claim.old + 1, claim.before));
  const counts = history.map(countSequences);
  const shares = shareByAuthor(claims, counts, context.historyMessages, (author) => context.isKnown(author));
  return claims.map((claim, at) => {
    const begin = beginOfHighest(history[at] ?? [], shares[at] ?? 0);
    return begin ?? claim.before + 1;
  });
}

/** So many messages of logs that have so many, fairly by author; the logs of one author are equal among themselves. */
export function shareByAuthor(
  logs: readonly { readonly author: PeerId }[],
  available: readonly number[],
  total: number,
  isKnown: (author: PeerId) => boolean,
): number[] {
  const byAuthor = new Map<PeerId, number[]>();
  for (const [at, { author }] of logs.entries()) {
    const own = byAuthor.get(author);
    if (own === undefined) byAuthor.set(author, [at]);
    else own.push(at);
  }
  const authors = [...byAuthor];
  const availableOf = (ats: readonly number[]): number[] => ats.map((at) => available[at] ?? 0);
  const shares = logs.map(() => 0);
  const ofAuthors = fairWindow(
    authors.map(([author, ats]) => ({
      available: availableOf(ats).reduce((sum, count) => sum + count, 0),
      known: isKnown(author),
    })),
    total,
  );
  for (const [index, [, ats]] of authors.entries())
    for (const [within, share] of fillLevel(availableOf(ats), ofAuthors[index] ?? 0).entries())
      shares[ats[within] ?? 0] = share;
  return shares;
}

/** As far as both know it: neither forks nor heads tell of different branches. */
export function isSameLog(claim: LogClaim, here: LogSummary): boolean {
  if (claim.forkMark !== here.forkMark) return false;
  return claim.forkMark !== '' || headOf(claim) !== here.head.sequence || claim.headHash === toHex(here.head.hash);
}
