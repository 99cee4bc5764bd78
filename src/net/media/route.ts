// One address of the other side: whether it answers, how fast, and when it is asked next.

import type { HostPort } from '../../contracts/discovery.ts';

/** After so long without an answer, something may be wrong: LANs answer in a few milliseconds, busy machines in fifty. */
const DOUBT_AFTER_MS = 150;
/** How often one that is in doubt is asked. */
const DOUBT_PERIOD_MS = 150;
/** Nothing at all came for so long, neither answers nor media: dead. */
const SILENT_DEAD_MS = 600;
const SILENT_DEAD_CHECKS = 4;
/** Something comes, but no answer: what is sent there gets lost, or what comes belongs to something else. */
const DEAF_DEAD_MS = 1_150;
const DEAF_DEAD_CHECKS = 7;
const RTT_GAIN = 0.25;
/** Pauses between the first checks: packets get lost, and the other side may not be ready. */
const FIRST_PAUSES_MS: readonly number[] = [0, 30, 50, 80, 120, 200, 300];

export class Route {
  readonly remote: HostPort;
  /** Told by the other side; otherwise a check came from there. */
  isTold: boolean;
  readonly isNear: boolean;
  rttMs = Infinity;
  answeredAtMs = -Infinity;
  checkedAtMs = -Infinity;
  heardAtMs = -Infinity;
  /** Since the last answer. */
  unanswered = 0;
  #unansweredSinceMs = Infinity;
  /** Datagrams that the system would not send, since the last answer. */
  refused = 0;

  constructor(remote: HostPort, { isTold, isNear }: { isTold: boolean; isNear: boolean }) {
    this.remote = remote;
    this.isTold = isTold;
    this.isNear = isNear;
  }

  get wasAnswered(): boolean {
    return this.answeredAtMs > -Infinity;
  }

  is(host: string, port: number): boolean {
    return this.remote.port === port && this.remote.host === host;
  }

  checked(nowMs: number): void {
    this.checkedAtMs = nowMs;
    if (this.unanswered++ === 0) this.#unansweredSinceMs = nowMs;
  }

  answered(nowMs: number, rttMs: number): void {
    this.answeredAtMs = nowMs;
    this.heardAtMs = nowMs;
    this.unanswered = 0;
    this.#unansweredSinceMs = Infinity;
    this.refused = 0;
    this.rttMs = Number.isFinite(this.rttMs) ? this.rttMs + RTT_GAIN * (rttMs - this.rttMs) : rttMs;
  }

  /** Asked anew as if it had just become known. */
  restart(): void {
    this.unanswered = 0;
    this.#unansweredSinceMs = Infinity;
    this.checkedAtMs = -Infinity;
    this.refused = 0;
  }

  /** This process stood still: nobody can be blamed for not having been heard meanwhile. */
  forgive(lagMs: number): void {
    if (this.unanswered > 0) this.#unansweredSinceMs += lagMs;
    this.heardAtMs += lagMs;
  }

  isDoubtful(nowMs: number): boolean {
    const waitedMs = nowMs - this.#unansweredSinceMs;
    return this.refused > 0 || waitedMs > DOUBT_AFTER_MS + 2 * finite(this.rttMs);
  }

  /** Only asked of one that was in use. */
  isDead(nowMs: number): boolean {
    // The system says that there is no way: no need to wait for what can't come. Once may be a passing hiccup.
    if (this.refused >= 2) return true;
    const waitedMs = nowMs - this.#unansweredSinceMs;
    const slackMs = 2 * finite(this.rttMs);
    const isSilent = nowMs - this.heardAtMs > SILENT_DEAD_MS;
    if (isSilent && waitedMs > SILENT_DEAD_MS + slackMs && this.unanswered >= SILENT_DEAD_CHECKS) return true;
    return waitedMs > DEAF_DEAD_MS + slackMs && this.unanswered >= DEAF_DEAD_CHECKS;
  }

  /** Whether it is time to ask, where asking every `periodMs` is enough. */
  isDue(nowMs: number, periodMs: number): boolean {
    const pauseMs = this.wasAnswered ? periodMs : Math.min(periodMs, FIRST_PAUSES_MS[this.unanswered] ?? periodMs);
    return nowMs - this.checkedAtMs >= pauseMs;
  }

  /** Of two that work, the lower one is used. */
  get cost(): number {
    // A router on the way costs little, but one more thing can break.
    return this.rttMs + (this.isNear ? 0 : 2);
  }
}

export { DOUBT_PERIOD_MS };

function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0;
}
