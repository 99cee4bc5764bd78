// When a log that is not the same at a peer is fetched again as a whole: once for each state that they show, so that
// whoever forges forks can't have everybody's history sent over and over.

import type { Clock } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { PeerId } from '../../state/values.ts';
import type { LogClaim } from './wanted.ts';

/** One log of one peer: so many times at once, then one in five minutes. */
export const COMPARISON_LIMITS = { perSecond: 1 / 300, burst: 8 };
/** Logs that are remembered, all peers together. */
const MAX_REMEMBERED = 4_096;

export class Comparisons {
  readonly #clock: Clock;
  readonly #byLog = new Map<string, { readonly states: Set<string>; readonly bucket: TokenBucket }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it is to be compared now; if so, that counts as done, unless it is `interrupted`. */
  begin(peerId: PeerId, conversation: string, claim: LogClaim): boolean {
    const name = nameOf(peerId, conversation, claim);
    const state = stateOf(claim);
    let log = this.#byLog.get(name);
    if (log === undefined) {
      log = { states: new Set(), bucket: new TokenBucket(this.#clock, COMPARISON_LIMITS) };
      this.#byLog.set(name, log);
      const oldest = this.#byLog.keys().next();
      if (this.#byLog.size > MAX_REMEMBERED && oldest.done !== true) this.#byLog.delete(oldest.value);
    }
    if (log.states.has(state) || !log.bucket.tryTake()) return false;
    if (log.states.size >= COMPARISON_LIMITS.burst) log.states.clear();
    log.states.add(state);
    return true;
  }

  /** It was not answered: the next time counts again. */
  interrupted(peerId: PeerId, conversation: string, claim: LogClaim): void {
    this.#byLog.get(nameOf(peerId, conversation, claim))?.states.delete(stateOf(claim));
  }
}

function nameOf(peerId: PeerId, conversation: string, claim: LogClaim): string {
  return `${peerId} ${conversation} ${claim.key}`;
}

function stateOf(claim: LogClaim): string {
  return `${claim.headHash} ${claim.forkMark}`;
}
