// How large, how often and with how many bits to send, from what the other side reports.

import type { PictureSize } from './picture-size.ts';
import type { VideoCodecName, VideoSize } from './video-frame.ts';

export interface VideoRateSetting extends VideoSize {
  readonly bitsPerSecond: number;
}

export interface VideoReport {
  /** From 0 to 1, since the report before. */
  readonly fractionLost: number;
  readonly roundTripMs?: number;
  /** What was really sent meanwhile: often less than what might have been, and then that is what was too much. */
  readonly sentBitsPerSecond?: number;
}

/** `screen`: text has to be read, and seldom moves. */
export type VideoProfile = 'camera' | 'screen';

/** From the smallest to the largest; the proportions are those of the source. */
const LADDERS: Readonly<Record<VideoProfile, readonly VideoSize[]>> = {
  camera: [
    { width: 320, height: 240, framesPerSecond: 5 },
    { width: 320, height: 240, framesPerSecond: 10 },
    { width: 320, height: 240, framesPerSecond: 20 },
    { width: 480, height: 360, framesPerSecond: 20 },
    { width: 640, height: 480, framesPerSecond: 20 },
    { width: 640, height: 480, framesPerSecond: 30 },
    { width: 960, height: 720, framesPerSecond: 30 },
    { width: 1280, height: 720, framesPerSecond: 30 },
  ],
  screen: [
    { width: 640, height: 480, framesPerSecond: 2 },
    { width: 960, height: 720, framesPerSecond: 2 },
    { width: 1280, height: 720, framesPerSecond: 3 },
    { width: 1280, height: 720, framesPerSecond: 5 },
    { width: 1280, height: 720, framesPerSecond: 10 },
    { width: 1920, height: 1080, framesPerSecond: 10 },
  ],
};
/** What a pixel needs to look fair, and the bounds. */
const CODECS: Readonly<Record<VideoCodecName, { bitsPerPixel: number; least: number; start: number; most: number }>> = {
  h264: { bitsPerPixel: 0.08, least: 50_000, start: 1_500_000, most: 6_000_000 },
  jpeg: { bitsPerPixel: 0.6, least: 200_000, start: 8_000_000, most: 24_000_000 },
};
/** Lost packets are sent again: only more than that is a queue that is full. */
const OVERLOAD = 0.1;
const QUEUE_MS = 60;
const SHRINK = 0.7;
/** However much got lost. */
const MOST_SHRINK = 0.3;
const GROWTH = 1.08;
/** After so many more without bad news what was in the way is gone. */
const QUICK_GROWTH = { factor: 1.25, afterReports: 10 } as const;
/** Near to where it was too much it grows slowly, for so many reports. */
const CEILING = { share: 0.8, growth: 1.02, reports: 60 } as const;
/** After bad news the rate stays for so many reports. */
const REPORTS_UNTIL_GROWTH = 4;
/** A larger picture needs this much more than it would take: else sizes would change all the time. */
const SPARE = 1.25;
/** To where it is seen small goes at least this size, with so many times the bits that look fair. */
const SHOWN = { least: { width: 160, height: 120 }, bits: 2 } as const;
/** Cameras have no smaller pictures, and are not opened anew for them. */
const LEAST_ROOM = { width: 320, height: 240 } as const;

export class VideoRate {
  readonly #codec: (typeof CODECS)[VideoCodecName];
  #source: VideoSize;
  #profile: VideoProfile;
  #bitsPerSecond: number;
  #limit = Infinity;
  #shown: PictureSize | undefined;
  #rung: number;
  #calmReports = REPORTS_UNTIL_GROWTH;
  #quickestMs = Infinity;
  /** About what got through when it was too much. */
  #ceiling = { bitsPerSecond: Infinity, reports: 0 };

  /** @param source the most that there is to send */
  constructor(codec: VideoCodecName, source: VideoSize, profile: VideoProfile = 'camera') {
    this.#codec = CODECS[codec];
    this.#source = source;
    this.#profile = profile;
    this.#bitsPerSecond = this.#codec.start;
    this.#rung = this.#highestRung(1);
  }

  /** Something else is sent now; what the way carries is known already. */
  use(source: VideoSize, profile: VideoProfile = this.#profile): VideoRateSetting {
    const isOther = profile !== this.#profile;
    this.#source = source;
    this.#profile = profile;
    if (isOther) this.#rung = this.#highestRung(1);
    return this.setting;
  }

  /** Higher is more. Two with the same source and the same step send pictures equally often. */
  get step(): number {
    return this.#rung;
  }

  /** What the source should give, as far as it can: how large a picture of this step may be. */
  get room(): VideoSize {
    const rung = this.#largest;
    if (this.#shown === undefined) return rung;
    const { width, height } = this.#shown;
    const isEnough = width <= LEAST_ROOM.width && height <= LEAST_ROOM.height;
    return isEnough && rung.width > LEAST_ROOM.width ? { ...rung, ...LEAST_ROOM } : rung;
  }

  /** For each report of the receiver. */
  report({ fractionLost, roundTripMs, sentBitsPerSecond = Infinity }: VideoReport): VideoRateSetting {
    const lost = Number.isFinite(fractionLost) ? Math.max(0, Math.min(1, fractionLost)) : 0;
    if (this.#ceiling.reports > 0) this.#ceiling.reports--;
    else this.#ceiling.bitsPerSecond = Infinity;
    if (lost > OVERLOAD || this.#isQueueing(roundTripMs)) {
      this.#calmReports = 0;
      const sent = Number.isFinite(sentBitsPerSecond) ? Math.max(0, sentBitsPerSecond) : Infinity;
      const before = Math.min(this.#bitsPerSecond, sent);
      this.#ceiling = { bitsPerSecond: before * Math.max(MOST_SHRINK, 1 - lost), reports: CEILING.reports };
      this.#set(before * Math.max(MOST_SHRINK, Math.min(SHRINK, 1 - lost)));
    } else if (++this.#calmReports >= REPORTS_UNTIL_GROWTH) {
      const isLong = this.#calmReports >= QUICK_GROWTH.afterReports;
      const isNear = this.#bitsPerSecond > CEILING.share * this.#ceiling.bitsPerSecond;
      this.#set(this.#bitsPerSecond * (isNear ? CEILING.growth : isLong ? QUICK_GROWTH.factor : GROWTH));
    }
    return this.setting;
  }

  /** What the receiver said it can take at most; 0 is taken as the least that is sent at all. */
  limit(bitsPerSecond: number): VideoRateSetting {
    this.#limit = Number.isFinite(bitsPerSecond) ? Math.max(0, bitsPerSecond) : Infinity;
    this.#set(this.#bitsPerSecond);
    return this.setting;
  }

  /** How large it shows there: more is of no use. Undefined: as large as it comes. */
  shown(size: PictureSize | undefined): VideoRateSetting {
    this.#shown =
      size === undefined
        ? undefined
        : {
            width: Math.max(SHOWN.least.width, size.width),
            height: Math.max(SHOWN.least.height, size.height),
          };
    return this.setting;
  }

  get setting(): VideoRateSetting {
    const rung = this.#largest;
    const most = {
      width: Math.min(rung.width, this.#shown?.width ?? Infinity),
      height: Math.min(rung.height, this.#shown?.height ?? Infinity),
    };
    const scale = Math.min(1, most.width / this.#source.width, most.height / this.#source.height);
    // Even: chroma has half of them.
    const [width, height] = [evenly(this.#source.width * scale), evenly(this.#source.height * scale)];
    const framesPerSecond = Math.min(rung.framesPerSecond, this.#source.framesPerSecond);
    const isSmall = most.width < rung.width || most.height < rung.height;
    const { bitsPerPixel, least } = this.#codec;
    const enough = isSmall ? Math.max(least, SHOWN.bits * bitsPerPixel * width * height * framesPerSecond) : Infinity;
    return { bitsPerSecond: Math.round(Math.min(this.#bitsPerSecond, enough)), width, height, framesPerSecond };
  }

  get #largest(): VideoSize {
    return LADDERS[this.#profile][this.#rung] ?? this.#source;
  }

  #set(bitsPerSecond: number): void {
    const { least, most } = this.#codec;
    this.#bitsPerSecond = Math.round(Math.max(least, Math.min(most, this.#limit, bitsPerSecond)));
    this.#rung = Math.min(this.#highestRung(1), Math.max(this.#rung, this.#highestRung(SPARE)));
  }

  #highestRung(spare: number): number {
    const pixels = this.#bitsPerSecond / this.#codec.bitsPerPixel / spare;
    return Math.max(
      0,
      LADDERS[this.#profile].findLastIndex(
        ({ width, height, framesPerSecond }) => width * height * framesPerSecond <= pixels,
      ),
    );
  }

  #isQueueing(roundTripMs: number | undefined): boolean {
    if (roundTripMs === undefined || !Number.isFinite(roundTripMs) || roundTripMs < 0) return false;
    // The way may have become longer for good: the quickest is forgotten little by little.
    this.#quickestMs = Math.min(roundTripMs, this.#quickestMs * 1.02 + 0.1);
    return roundTripMs > this.#quickestMs + QUEUE_MS;
  }
}

function evenly(side: number): number {
  return Math.max(2, Math.round(side / 2) * 2);
}
