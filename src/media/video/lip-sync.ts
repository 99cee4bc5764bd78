// When to show a picture, so that lips and words go together: by the sender reports of both streams of one sender.

import { msFromNtp, type NtpTime } from '../../wire/media/ntp.ts';
import { SAMPLES_PER_MS } from '../audio-format.ts';
import { VIDEO_TICKS_PER_MS } from './payload-types.ts';

export interface StreamReport {
  readonly ntp: NtpTime;
  readonly rtpTimestamp: number;
}

/** A picture never waits for longer: reports are claims of strangers. */
export const MOST_WAIT_MS = 250;

interface Anchor {
  readonly senderMs: number;
  readonly timestamp: number;
}

export class LipSync {
  #audio: Anchor | undefined;
  #video: Anchor | undefined;
  #heard: { readonly timestamp: number; readonly atMs: number } | undefined;

  /** Each sender report. */
  report(kind: 'audio' | 'video', { ntp, rtpTimestamp }: StreamReport): void {
    const anchor = { senderMs: msFromNtp(ntp), timestamp: rtpTimestamp };
    if (kind === 'audio') this.#audio = anchor;
    else this.#video = anchor;
  }

  /** What of the sound is heard when, of one's own clock; as often as it is known. */
  audioHeard(timestamp: number, atMs: number): void {
    this.#heard = { timestamp, atMs };
  }

  /** There is no sound to wait for any more. */
  audioEnded(): void {
    this.#heard = undefined;
  }

  /** Of one's own clock; now, where nothing is known, or where the sound is ahead. */
  showAtMs(videoTimestamp: number, nowMs: number): number {
    const [audio, video, heard] = [this.#audio, this.#video, this.#heard];
    if (audio === undefined || video === undefined || heard === undefined) return nowMs;
    const takenMs = video.senderMs + ((videoTimestamp - video.timestamp) | 0) / VIDEO_TICKS_PER_MS;
    const spokenMs = audio.senderMs + ((heard.timestamp - audio.timestamp) | 0) / SAMPLES_PER_MS;
    const dueMs = heard.atMs + takenMs - spokenMs;
    return Math.min(nowMs + MOST_WAIT_MS, Math.max(nowMs, dueMs));
  }
}
