// What is reported of the pictures of one other: how much came, when their last report did, and whether there are bad news.

import type { IncomingMedia } from '../../contracts/media.ts';
import { ReceptionStatistics } from '../../media/call/reception-statistics.ts';
import { VIDEO_TICKS_PER_MS } from '../../media/video/payload-types.ts';
import { compactNtp, reportDelay, type NtpTime } from '../../wire/media/ntp.ts';
import type { ReportBlock } from '../../wire/media/rtcp.ts';

/** Bad news do not wait for the next report. */
const EARLY_REPORT = { leastPackets: 20, lostShare: 0.1, pauseMs: 250 } as const;

export class VideoReception {
  readonly #ssrc: number;
  readonly #statistics = new ReceptionStatistics(VIDEO_TICKS_PER_MS);
  #reported = { atMs: -Infinity, expected: 0, lost: 0 };
  #lastReport: { readonly compact: number; readonly atMs: number } | undefined;

  /** @param ssrc of their pictures */
  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  get counts(): Pick<ReceptionStatistics, 'received' | 'lost' | 'jitterMs'> {
    return this.#statistics;
  }

  receive(packet: IncomingMedia, arrivalMs: number): void {
    this.#statistics.receive(packet, arrivalMs);
  }

  /** Their sender report: the next of ours says when it came. */
  senderReport(ntp: NtpTime, arrivalMs: number): void {
    this.#lastReport = { compact: compactNtp(ntp), atMs: arrivalMs };
  }

  /** @param awaited packets that may still come: they are not lost */
  report(nowMs: number, awaited: number): ReportBlock[] {
    const reception = this.#statistics.report(awaited);
    if (reception === undefined) return [];
    this.#reported = { atMs: nowMs, expected: this.#statistics.expected, lost: this.#statistics.lost - awaited };
    const last = this.#lastReport;
    return [
      {
        ssrc: this.#ssrc,
        ...reception,
        lastReport: last?.compact ?? 0,
        delaySinceLastReport: last === undefined ? 0 : reportDelay(nowMs - last.atMs),
      },
    ];
  }

  isNewsBad(nowMs: number, awaited: number): boolean {
    const { atMs, expected, lost } = this.#reported;
    if (nowMs - atMs < EARLY_REPORT.pauseMs) return false;
    const expectedNow = this.#statistics.expected - expected;
    const lostNow = this.#statistics.lost - awaited - lost;
    return expectedNow >= EARLY_REPORT.leastPackets && lostNow > EARLY_REPORT.lostShare * expectedNow;
  }
}
