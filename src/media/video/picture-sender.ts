// Encoded pictures become packets, at a pace; lost ones go again, within bounds.

import type { Clock } from '../../base/clock.ts';
import { packetizeH264 } from '../../wire/media/h264-payload.ts';
import { fragmentJpeg } from '../../wire/media/jpeg-payload.ts';
import { Pacer } from './pacing.ts';
import {
  MAX_VIDEO_PAYLOAD_BYTES,
  VIDEO_PAYLOAD_TYPES,
  VIDEO_TICKS_PER_MS,
  type OutgoingPicturePacket,
} from './payload-types.ts';
import type { EncodedPicture, VideoCodecName } from './video-frame.ts';

export interface PictureSenderOptions {
  readonly clock: Clock;
  readonly codec: VideoCodecName;
  /** Random, 32 bits. */
  readonly firstTimestamp: number;
  /** Undefined: it was dropped. */
  readonly send: (packet: OutgoingPicturePacket) => number | undefined;
  readonly resend: (sequence: number) => boolean;
  /** A picture was dropped that others build upon, or the receiver asks: the next one should stand alone. */
  readonly onKeyFrameWanted: () => void;
}

/** One packet goes again at most this often: requests overtake each other. */
const RESEND_PAUSE_MS = 15;
const MOST_REMEMBERED = 512;
/** Whoever asks for more in a second asks for a key frame instead. */
const RESENDS_PER_SECOND = 1_500;
const KEY_FRAME_PAUSE_MS = 300;

export class PictureSender {
  readonly #options: PictureSenderOptions;
  readonly #pacer: Pacer<OutgoingPicturePacket>;
  readonly #resentMs = new Map<number, number>();
  #resends = RESENDS_PER_SECOND;
  #resendsFilledMs = 0;
  #keyFrameWantedMs = -Infinity;
  /** A picture was dropped: until a key frame, none is of use. */
  #isBroken = false;
  #dropped = 0;

  constructor(options: PictureSenderOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.clock, (packet) => {
      // What was lost already on its way to the network can't be asked for by its number.
      if (options.send(packet) === undefined) this.#break();
    });
  }

  get droppedPictures(): number {
    return this.#dropped;
  }

  /** @param atMs when it was taken, of the clock of the sender reports */
  timestampOf(atMs: number): number {
    return (this.#options.firstTimestamp + Math.round(atMs * VIDEO_TICKS_PER_MS)) >>> 0;
  }

  /**
   * Whether it is on its way.
   *
   * @throws WireError at a picture that is none
   */
  sendPicture(picture: EncodedPicture, atMs: number): boolean {
    if (this.#isBroken && !picture.isKeyFrame) {
      this.#dropped++;
      this.#wantKeyFrame();
      return false;
    }
    const { codec } = this.#options;
    const payloads =
      codec === 'jpeg'
        ? fragmentJpeg(picture.bytes, picture, MAX_VIDEO_PAYLOAD_BYTES)
        : packetizeH264(picture.bytes, MAX_VIDEO_PAYLOAD_BYTES);
    const timestamp = this.timestampOf(atMs);
    const payloadType = VIDEO_PAYLOAD_TYPES[codec];
    const last = payloads.length - 1;
    this.#isBroken = false;
    const isTaken = this.#pacer.push(
      payloads.map((payload, index) => ({ payloadType, marker: index === last, timestamp, payload })),
    );
    if (isTaken) return true;
    this.#dropped++;
    this.#break();
    return false;
  }

  /** The receiver lacks these. */
  nack(sequences: readonly number[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    const grown = ((nowMs - this.#resendsFilledMs) * RESENDS_PER_SECOND) / 1_000;
    this.#resends = Math.min(RESENDS_PER_SECOND, this.#resends + grown);
    this.#resendsFilledMs = nowMs;
    for (const sequence of sequences) {
      if (this.#resends < 1) return;
      if (nowMs - (this.#resentMs.get(sequence) ?? -Infinity) < RESEND_PAUSE_MS) continue;
      if (!this.#options.resend(sequence)) continue;
      this.#resends--;
      this.#resentMs.delete(sequence);
      this.#resentMs.set(sequence, nowMs);
      if (this.#resentMs.size <= MOST_REMEMBERED) continue;
      const [oldest] = this.#resentMs.keys();
      if (oldest !== undefined) this.#resentMs.delete(oldest);
    }
  }

  /** The receiver can't show anything. */
  pictureLoss(): void {
    this.#wantKeyFrame();
  }

  stop(): void {
    this.#pacer.stop();
  }

  #break(): void {
    if (this.#options.codec === 'jpeg') return;
    this.#isBroken = true;
    this.#wantKeyFrame();
  }

  #wantKeyFrame(): void {
    if (this.#options.codec === 'jpeg') return;
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#keyFrameWantedMs < KEY_FRAME_PAUSE_MS) return;
    this.#keyFrameWantedMs = nowMs;
    this.#options.onKeyFrameWanted();
  }
}
