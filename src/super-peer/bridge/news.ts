// What is new enough to be told to guests: they have no times on their screens, can't be told twice, and can't take back.

import type { Clock } from '../../base/clock.ts';
import type { NodeEvent } from '../../state/events.ts';
import { hostOf } from '../../state/guest-ids.ts';
import type { Message, PeerId } from '../../state/values.ts';

export const NEWS_LIMITS = {
  /** Of what was missed while away, so old may it be. */
  newsMs: 10 * 60_000,
  /** What comes soon after a link came up may be what was missed; later it is live, whatever its author's clock says. */
  settlingMs: 30_000,
  /** Edited messages whose newest words are remembered. */
  edits: 1_000,
} as const;

export class News {
  readonly #clock: Clock;
  readonly #linkedAtMs = new Map<PeerId, number>();
  readonly #edits = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(event: NodeEvent): void {
    if (event.type === 'person-gone') this.#linkedAtMs.delete(event.peerId);
    if (event.type !== 'person-seen') return;
    if (!event.linked) this.#linkedAtMs.delete(event.peerId);
    else if (!this.#linkedAtMs.has(event.peerId)) this.#linkedAtMs.set(event.peerId, this.#clock.monotonicMs());
  }

  /** @param isLive it came alone, and not with others that were missed */
  isNews({ author, own, at }: Message, isLive: boolean): boolean {
    if (own || at > this.#clock.now() - NEWS_LIMITS.newsMs) return true;
    const linkedAtMs = this.#linkedAtMs.get(hostOf(author));
    return isLive && linkedAtMs !== undefined && this.#clock.monotonicMs() - linkedAtMs > NEWS_LIMITS.settlingMs;
  }

  /** A message changes also when somebody reacts to it. */
  isNewEdit({ id, text }: Message): boolean {
    if (this.#edits.get(id) === text) return false;
    this.#edits.delete(id);
    this.#edits.set(id, text);
    if (this.#edits.size <= NEWS_LIMITS.edits) return true;
    const oldest = this.#edits.keys().next();
    if (oldest.done !== true) this.#edits.delete(oldest.value);
    return true;
  }
}
