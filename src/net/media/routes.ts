// Which address of the other side media takes: all known ones are asked, the best that answers is used, another one when it
// dies. Knows nothing of sockets and keys.

import type { Clock } from '../../base/clock.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import { DOUBT_PERIOD_MS, Route } from './route.ts';

const KEEP_ALIVE_PERIOD_MS = 500;
/** Those that are not in use, while all is well. */
const SPARE_PERIOD_MS = 2_000;
/** All, when none answers: UDP may be blocked for good. */
const HOPELESS_PERIOD_MS = 1_500;
/** After the last one died, all are asked often for so long. */
const HOPE_MS = 2_000;
/** The first one that answers is used at once; others get so long to show that they are better. */
const SETTLE_MS = 400;
/** Media came, and then stopped: a pause of the speaker, or of the network. */
const GAP_MS = 300;
const FLOWING_PACKETS = 10;
const FLOW_WINDOW_MS = 500;
/** A timer that is so late means that this process, or the machine, stood still. */
const LAG_MS = 200;
const MAX_TOLD = 16;
const MAX_LEARNED = 8;
const FORGET_LEARNED_MS = 30_000;
const CHECK_LIMITS = { perSecond: 60, burst: 80 } as const;

export interface RoutesParts {
  readonly clock: Clock;
  /** The side whose choice counts. */
  readonly isControlling: boolean;
  readonly isNear: (host: string) => boolean;
  readonly sendCheck: (route: Route, nominated: boolean) => void;
  /** Another one is in use now, or none. */
  readonly changed: () => void;
}

export class Routes {
  readonly #parts: RoutesParts;
  readonly #bucket: TokenBucket;
  #routes: Route[] = [];
  #active: Route | undefined;
  /** What the controlling side uses. */
  #nominated: Route | undefined;
  #settleAtMs = Infinity;
  #doubtSinceMs = Infinity;
  #noneSinceMs: number;
  #tickedAtMs: number;
  #flowWindowAtMs = 0;
  #flowPackets = 0;
  #wasFlowing = false;

  constructor(parts: RoutesParts) {
    this.#parts = parts;
    this.#bucket = new TokenBucket(parts.clock, CHECK_LIMITS);
    this.#tickedAtMs = parts.clock.monotonicMs();
    this.#noneSinceMs = this.#tickedAtMs;
  }

  get active(): Route | undefined {
    return this.#active;
  }

  get all(): readonly Route[] {
    return this.#routes;
  }

  find(host: string, port: number): Route | undefined {
    if (this.#active?.is(host, port) === true) return this.#active;
    return this.#routes.find((route) => route.is(host, port));
  }

  /** All of them as the other side tells now. What answers stays, whatever is told. */
  setTold(candidates: readonly HostPort[]): void {
    for (const route of this.#routes) route.isTold = false;
    for (const { host, port } of candidates.slice(0, MAX_TOLD)) {
      const known = this.find(host, port);
      if (known === undefined) this.#add({ host, port }, true);
      else known.isTold = true;
    }
    const nowMs = this.#nowMs;
    this.#routes = this.#routes.filter(
      (route) => route.isTold || route === this.#active || nowMs - route.answeredAtMs < FORGET_LEARNED_MS,
    );
    this.recheck();
  }

  /** For when something changed here or there. */
  recheck(): void {
    for (const route of this.#routes) if (route !== this.#active) route.restart();
    this.#noneSinceMs = this.#nowMs;
    if (this.#active !== undefined) this.#check(this.#active);
    this.#checkDue();
  }

  /** A check that was not forged came from there. */
  checkCame(source: HostPort, nominated: boolean): void {
    const route = this.find(source.host, source.port) ?? this.#learn(source);
    if (route === undefined) return;
    const nowMs = this.#nowMs;
    route.heardAtMs = nowMs;
    if (nominated && !this.#parts.isControlling) {
      this.#nominated = route;
      if (route.wasAnswered && !route.isDoubtful(nowMs)) this.#use(route);
    }
    // It works in this direction; whether it works in the other one is what has to be known now.
    if ((!route.wasAnswered || route.isDoubtful(nowMs)) && nowMs - route.checkedAtMs > 10) this.#check(route);
  }

  answerCame(route: Route, rttMs: number): void {
    const nowMs = this.#nowMs;
    route.answered(nowMs, rttMs);
    if (this.#active === undefined) {
      this.#settleAtMs = nowMs + SETTLE_MS;
      this.#use(route);
    } else if (route === this.#nominated) this.#use(route);
  }

  /** Media or control that was not forged came from there. */
  mediaCame(route: Route | undefined, nowMs: number): void {
    this.#flowPackets++;
    if (route !== undefined) route.heardAtMs = nowMs;
  }

  refused(route: Route): void {
    route.refused++;
    if (route === this.#active) this.#watch(this.#nowMs);
  }

  tick(): void {
    const nowMs = this.#nowMs;
    const lagMs = nowMs - this.#tickedAtMs;
    this.#tickedAtMs = nowMs;
    if (lagMs > LAG_MS) for (const route of this.#routes) route.forgive(lagMs);
    this.#noticeGap(nowMs);
    this.#watch(nowMs);
    this.#settle(nowMs);
    this.#checkDue();
    this.#forget(nowMs);
  }

  #noticeGap(nowMs: number): void {
    const active = this.#active;
    if (active !== undefined && this.#wasFlowing && nowMs - active.heardAtMs > GAP_MS) {
      this.#wasFlowing = false;
      if (active.unanswered === 0) this.#check(active);
    }
    if (nowMs - this.#flowWindowAtMs < FLOW_WINDOW_MS) return;
    this.#flowWindowAtMs = nowMs;
    this.#wasFlowing ||= this.#flowPackets >= FLOWING_PACKETS;
    this.#flowPackets = 0;
  }

  #watch(nowMs: number): void {
    const active = this.#active;
    if (active === undefined) return;
    if (!active.isDoubtful(nowMs)) {
      this.#doubtSinceMs = Infinity;
      return;
    }
    if (this.#doubtSinceMs === Infinity) {
      this.#doubtSinceMs = nowMs;
      for (const route of this.#routes) if (route !== active) this.#check(route);
    }
    if (!active.isDead(nowMs)) return;
    this.#nominated = undefined;
    // What answered since then works in spite of whatever happened.
    const doubtSinceMs = this.#doubtSinceMs;
    const next = this.#best((route) => route !== active && route.answeredAtMs >= doubtSinceMs);
    active.answeredAtMs = -Infinity;
    this.#noneSinceMs = nowMs;
    this.#use(next);
  }

  #settle(nowMs: number): void {
    const active = this.#active;
    if (active === undefined || nowMs < this.#settleAtMs) return;
    const isFirstTime = this.#settleAtMs > -Infinity;
    this.#settleAtMs = -Infinity;
    // The other side decides; as long as it has not, what works is good enough.
    if (!this.#parts.isControlling) return;
    const best = this.#best((route) => !route.isDoubtful(nowMs));
    if (best === undefined || best === active) return;
    // Once settled, only what is clearly better is worth a move.
    if (isFirstTime ? best.cost + 0.5 < active.cost : best.cost * 2 + 5 < active.cost) this.#use(best);
  }

  #checkDue(): void {
    const nowMs = this.#nowMs;
    const active = this.#active;
    const isTroubled = active === undefined ? nowMs - this.#noneSinceMs < HOPE_MS : active.isDoubtful(nowMs);
    const sparePeriodMs = active === undefined ? HOPELESS_PERIOD_MS : SPARE_PERIOD_MS;
    if (active?.isDue(nowMs, isTroubled ? DOUBT_PERIOD_MS : KEEP_ALIVE_PERIOD_MS) === true) this.#check(active);
    for (const route of this.#routes) {
      const isHopeful = isTroubled && (route.wasAnswered || active === undefined);
      if (route !== active && route.isDue(nowMs, isHopeful ? DOUBT_PERIOD_MS : sparePeriodMs)) this.#check(route);
    }
  }

  #check(route: Route): void {
    if (!this.#bucket.tryTake()) return;
    route.checked(this.#nowMs);
    const isSettled = this.#settleAtMs === -Infinity;
    this.#parts.sendCheck(route, this.#parts.isControlling && isSettled && route === this.#active);
  }

  #use(route: Route | undefined): void {
    if (route === this.#active) return;
    this.#active = route;
    this.#doubtSinceMs = Infinity;
    this.#wasFlowing = false;
    this.#flowPackets = 0;
    this.#parts.changed();
    if (route === undefined) this.#checkDue();
    // The other side hears at once of what was chosen.
    else if (this.#parts.isControlling) this.#check(route);
  }

  #best(isUsable: (route: Route) => boolean): Route | undefined {
    const usable = this.#routes.filter((route) => route.wasAnswered && isUsable(route));
    return usable.sort((left, right) => left.cost - right.cost)[0];
  }

  #add(remote: HostPort, isTold: boolean): Route {
    const route = new Route(remote, { isTold, isNear: this.#parts.isNear(remote.host) });
    this.#routes.push(route);
    return route;
  }

  #learn(source: HostPort): Route | undefined {
    const learned = this.#routes.filter(({ isTold }) => !isTold);
    if (learned.length >= MAX_LEARNED) {
      const oldest = learned.filter((route) => route !== this.#active).sort((a, b) => a.heardAtMs - b.heardAtMs)[0];
      this.#routes = this.#routes.filter((route) => route !== oldest);
    }
    return this.#add(source, false);
  }

  #forget(nowMs: number): void {
    const isOver = (route: Route): boolean =>
      !route.isTold && route !== this.#active && nowMs - route.heardAtMs > FORGET_LEARNED_MS;
    if (this.#routes.some(isOver)) this.#routes = this.#routes.filter((route) => !isOver(route));
  }

  get #nowMs(): number {
    return this.#parts.clock.monotonicMs();
  }
}
