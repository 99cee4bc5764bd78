// Packets of one sender become pictures again: what to ask for, what to give up, and when only a key frame helps.

import { WireError } from '../../base/errors.ts';
import { H264Depacketizer, type H264Frame } from '../../wire/media/h264-depacketizer.ts';
import { JpegAssembler } from '../../wire/media/jpeg-payload.ts';
import { SequenceUnwrapper } from '../../wire/media/sequence-unwrapper.ts';
import { MissingPackets } from './missing-packets.ts';
import { MAX_VIDEO_PAYLOAD_BYTES, VIDEO_PAYLOAD_TYPES, type PicturePacket } from './payload-types.ts';
import type { VideoCodecName } from './video-frame.ts';

export interface ReceivedPicture {
  readonly codec: VideoCodecName;
  readonly bytes: Uint8Array;
  /** 32 bits, 90 kHz. */
  readonly timestamp: number;
  readonly isKeyFrame: boolean;
}

/** What the sender should be told now. */
export interface PictureFeedback {
  /** For a NACK; may be empty. */
  readonly missing: readonly number[];
  readonly needsKeyFrame: boolean;
}

export interface PictureReceiverOptions {
  /** In order; the bytes are the receiver's own. */
  readonly onPicture: (picture: ReceivedPicture) => void;
}

/** What comes later than this is of no use. */
const GIVE_UP_MS = 100;
const LEAST_PAUSE_MS = 20;
/** The packets of a picture come close together: when the next one is not there by then, it is lost. */
const TAIL = { leastMs: 8, gaps: 4 } as const;
const KEY_FRAME_PAUSE_MS = 300;
const FOREIGN_ROUND_TRIP_MS = 50;

export class PictureReceiver {
  readonly #onPicture: (picture: ReceivedPicture) => void;
  readonly #sequences = new SequenceUnwrapper(16);
  readonly #timestamps = new SequenceUnwrapper(32);
  readonly #missing = new MissingPackets();
  #jpeg = new JpegAssembler();
  #h264 = new H264Depacketizer();
  #codec: VideoCodecName | undefined;
  /** H.264: nothing can be shown until a key frame comes. */
  #lacksKeyFrame = false;
  #keyFrameAskedMs = -Infinity;
  /** The newest packet, when it was not the last one of its picture. */
  #open: { readonly sinceMs: number } | undefined;
  #newest: { readonly sequence: number; readonly timestamp: number; readonly atMs: number } | undefined;
  /** Between two packets of a picture, on the average: long behind a narrow way. */
  #gapMs = 0;
  readonly #counts = { malformed: 0, pictures: 0, unusable: 0 };

  constructor({ onPicture }: PictureReceiverOptions) {
    this.#onPicture = onPicture;
  }

  /** Malformed packets, whole pictures, those that came whole but build upon lost ones, and packets that came when asked for. */
  get counts(): {
    readonly malformed: number;
    readonly pictures: number;
    readonly unusable: number;
    readonly recovered: number;
  } {
    return { ...this.#counts, recovered: this.#missing.recovered };
  }

  /** Missing, and may still come. */
  get awaitedPackets(): number {
    return this.#missing.size;
  }

  /** There may be something to tell the sender soon: `feedback` should be asked. */
  get isLacking(): boolean {
    return this.#open !== undefined || this.#missing.size > 0 || this.#h264.isWaiting || this.#lacksKeyFrame;
  }

  get heldBytes(): number {
    return this.#jpeg.heldBytes + this.#h264.heldBytes;
  }

  receive(packet: PicturePacket, nowMs: number): void {
    const codec = codecOf(packet.payloadType);
    // Somewhat longer than our own: others may fill their packets better.
    if (codec === undefined || packet.payload.length > MAX_VIDEO_PAYLOAD_BYTES + 300) {
      this.#counts.malformed++;
      return;
    }
    if (codec !== this.#codec) this.#begin(codec);
    const sequence = this.#sequences.unwrap(packet.sequence);
    const timestamp = this.#timestamps.unwrap(packet.timestamp);
    this.#missing.receive(sequence, nowMs);
    this.#follow({ sequence, timestamp, atMs: nowMs }, packet.marker);
    try {
      if (codec === 'jpeg') {
        const frame = this.#jpeg.push(timestamp, packet.payload);
        if (frame === undefined) return;
        // Nobody waits for older ones.
        this.#missing.forgetBefore(sequence);
        this.#give({ codec, bytes: frame.jpeg, timestamp: timestamp >>> 0, isKeyFrame: true });
      } else this.#show(this.#h264.push({ ...packet, sequence, timestamp }));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#counts.malformed++;
    }
  }

  /** To be asked every few milliseconds. Gives up what came too late. */
  feedback(nowMs: number, roundTripMs = FOREIGN_ROUND_TRIP_MS): PictureFeedback {
    if (this.#codec === undefined) return { missing: [], needsKeyFrame: false };
    if (this.#open !== undefined && nowMs - this.#open.sinceMs >= Math.max(TAIL.leastMs, TAIL.gaps * this.#gapMs)) {
      this.#open = undefined;
      this.#missing.suspectNext(nowMs);
    }
    if (this.#missing.giveUp(nowMs, GIVE_UP_MS) || (this.#missing.size === 0 && this.#h264.isWaiting))
      this.#show(this.#h264.giveUp());
    return {
      missing: this.#missing.toAsk(nowMs, Math.max(LEAST_PAUSE_MS, roundTripMs * 1.5)),
      needsKeyFrame: this.#asksForKeyFrame(nowMs, roundTripMs),
    };
  }

  /** The decoder could not use a picture, or left some out. */
  decoderFailed(): void {
    if (this.#codec === 'h264') this.#lacksKeyFrame = true;
  }

  /** Whether the newest packet should have another one behind it. */
  #follow(
    packet: { readonly sequence: number; readonly timestamp: number; readonly atMs: number },
    isLast: boolean,
  ): void {
    const before = this.#newest;
    if (before !== undefined && packet.sequence < before.sequence) return;
    this.#newest = packet;
    this.#open = isLast ? undefined : { sinceMs: packet.atMs };
    if (before?.timestamp === packet.timestamp) this.#gapMs += (packet.atMs - before.atMs - this.#gapMs) / 8;
  }

  #begin(codec: VideoCodecName): void {
    this.#codec = codec;
    this.#jpeg = new JpegAssembler();
    this.#h264 = new H264Depacketizer();
    this.#lacksKeyFrame = codec === 'h264';
  }

  #asksForKeyFrame(nowMs: number, roundTripMs: number): boolean {
    if (!this.#lacksKeyFrame || nowMs - this.#keyFrameAskedMs < Math.max(KEY_FRAME_PAUSE_MS, 2 * roundTripMs))
      return false;
    this.#keyFrameAskedMs = nowMs;
    return true;
  }

  #show(frames: readonly H264Frame[]): void {
    for (const { bytes, isKeyFrame, timestamp, afterLoss } of frames) {
      if (isKeyFrame) this.#lacksKeyFrame = false;
      else if (afterLoss) this.#lacksKeyFrame = true;
      if (this.#lacksKeyFrame) this.#counts.unusable++;
      else this.#give({ codec: 'h264', bytes, timestamp: timestamp >>> 0, isKeyFrame });
    }
  }

  #give(picture: ReceivedPicture): void {
    this.#counts.pictures++;
    this.#onPicture(picture);
  }
}

function codecOf(payloadType: number): VideoCodecName | undefined {
  if (payloadType === VIDEO_PAYLOAD_TYPES.jpeg) return 'jpeg';
  return payloadType === VIDEO_PAYLOAD_TYPES.h264 ? 'h264' : undefined;
}
