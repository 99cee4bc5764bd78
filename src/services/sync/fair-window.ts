// How much of what was said before one came is fetched from whom: shared by author, so that neither one who floods nor
// thousands of fresh keys push out what the others said last.

/** Who gets something gets at least this (or all there is): three words of each of a thousand make no conversation. */
export const MIN_SHARE = 10;
/** What strangers get in any case (or all there is): one known chatterbox does not push them out either. */
const STRANGERS_PART = 0.25;

export interface WindowAuthor {
  /** Messages that could be fetched. */
  readonly available: number;
  readonly known: boolean;
}

/**
 * How many messages of each of them, together at most `total`. Where there is not enough for all, those who stand first
 * in the list come first.
 */
export function fairWindow(authors: readonly WindowAuthor[], total: number): number[] {
  const shares = authors.map(() => 0);
  const missing = (at: number): number => (authors[at]?.available ?? 0) - (shares[at] ?? 0);
  const needy = (known: boolean): number[] =>
    authors.flatMap((author, at) => (author.known === known && missing(at) > 0 ? [at] : []));
  let rest = total;
  const give = (known: boolean, budget: number): void => {
    let left = Math.min(budget, rest);
    for (let waiting = needy(known); left > 0 && waiting.length > 0; waiting = needy(known)) {
      const served = firstServed(waiting, missing, left);
      for (const [index, more] of fillLevel(served.map(missing), left).entries()) {
        const at = served[index] ?? 0;
        shares[at] = (shares[at] ?? 0) + more;
        left -= more;
        rest -= more;
      }
    }
  };
  const ofStrangers = needy(false).reduce((sum, at) => sum + missing(at), 0);
  give(true, total - Math.min(Math.floor(total * STRANGERS_PART), ofStrangers));
  give(false, rest);
  // What strangers did not need.
  give(true, rest);
  return shares;
}

/** As many, from the first on, as can all get a share that is worth it; at least one. */
function firstServed(waiting: readonly number[], missing: (at: number) => number, budget: number): number[] {
  let needed = 0;
  const served: number[] = [];
  for (const at of waiting) {
    needed += Math.min(missing(at), MIN_SHARE);
    if (needed > budget && served.length > 0) break;
    served.push(at);
  }
  return served;
}

/**
 * Water-filling: everybody gets the same, but for those who need less. Whole numbers; what does not divide goes to the
 * first ones.
 */
export function fillLevel(available: readonly number[], total: number): number[] {
  const shares = available.map(() => 0);
  let rest = Math.max(0, Math.floor(total));
  const byNeed = available.map((_, at) => at).sort((a, b) => (available[a] ?? 0) - (available[b] ?? 0));
  let level = 0;
  for (const [done, at] of byNeed.entries()) {
    const need = available[at] ?? 0;
    const waiting = byNeed.length - done;
    const step = Math.min(need - level, Math.floor(rest / waiting));
    level += step;
    rest -= step * waiting;
    shares[at] = level;
    if (level < need) {
      for (const other of byNeed.slice(done)) shares[other] = level;
      break;
    }
  }
  for (let at = 0; at < available.length && rest > 0; at++) {
    if ((shares[at] ?? 0) >= (available[at] ?? 0)) continue;
    shares[at] = (shares[at] ?? 0) + 1;
    rest--;
  }
  return shares;
}
