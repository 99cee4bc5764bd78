// One's own newest entries as they were sent: after a short break they go out again at once, in the order in which they
// were said. (What is older, and whoever was away for longer, is synchronised.)

import { rangeOf, type Ranges } from '../base/ranges.ts';
import type { LogName } from '../contracts/history.ts';
import type { PeerLink } from '../contracts/links.ts';
import type { Conversation } from './conversations.ts';

export const RECENT_LIMITS = { frames: 64, bytes: 1024 * 1024 } as const;

interface RecentFrame {
  readonly conversation: Conversation;
  readonly log: string;
  readonly sequence: number;
  readonly frame: Uint8Array;
}

export class RecentFrames {
  /** Oldest first. */
  readonly #frames: RecentFrame[] = [];
  #bytes = 0;

  add(conversation: Conversation, name: LogName, sequence: number, frame: Uint8Array): void {
    this.#frames.push({ conversation, log: `${name.conversation}/${name.logId}`, sequence, frame });
    this.#bytes += frame.length;
    while (this.#frames.length > RECENT_LIMITS.frames || this.#bytes > RECENT_LIMITS.bytes)
      this.#bytes -= this.#frames.shift()?.frame.length ?? this.#bytes;
  }

  /** Sends what isn't confirmed by this peer, of each log that can be sent without a gap. */
  resend(
    link: PeerLink,
    confirmed: ReadonlyMap<string, Ranges>,
    shares: (conversation: Conversation) => boolean,
  ): void {
    const oldest = new Map<string, number>();
    for (const { log, sequence } of this.#frames) if (!oldest.has(log)) oldest.set(log, sequence);
    for (const { conversation, log, sequence, frame } of this.#frames) {
      const ranges = confirmed.get(log) ?? [];
      const isWhole = (ranges[0]?.first === 1 ? ranges[0].last + 1 : 1) >= (oldest.get(log) ?? 0);
      if (isWhole && rangeOf(ranges, sequence) === undefined && shares(conversation)) link.send(frame);
    }
  }
}
