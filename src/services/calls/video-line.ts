// Pictures between oneself and one other: packets out and in beside those of the sound, what is asked for again, and
// reports of what arrives, from which the other side learns how much it may send.

import type { Clock, Timer } from '../../base/clock.ts';
import { WireError } from '../../base/errors.ts';
import type { IncomingMedia, MediaSession } from '../../contracts/media.ts';
import type { VideoStats } from '../../contracts/node.ts';
import type { EncodedPicture, VideoCodecName, VideoSize } from '../../contracts/video.ts';
import { LipSync } from '../../media/video/lip-sync.ts';
import type { PictureSize } from '../../media/video/picture-size.ts';
import { PictureReceiver, type ReceivedPicture } from '../../media/video/picture-receiver.ts';
import { PictureSender } from '../../media/video/picture-sender.ts';
import { VideoRate, type VideoProfile } from '../../media/video/video-rate.ts';
import { ntpFromMs, roundTripMs } from '../../wire/media/ntp.ts';
import { encodeRtcp, type ReportBlock, type RtcpPacket } from '../../wire/media/rtcp.ts';
import { RateCounter } from './rate-counter.ts';
import { VideoReception } from './video-reception.ts';

export interface VideoLineOptions {
  readonly clock: Clock;
  readonly session: MediaSession;
  /** What packets of the other side carry. */
  readonly theirSsrcs: { readonly audioSsrc: number; readonly videoSsrc: number };
  /** What is sent: the best that both know. Undefined: there is none. */
  readonly codec: VideoCodecName | undefined;
  readonly source: VideoSize;
  readonly profile: VideoProfile;
  /** Random, 32 bits. */
  readonly firstTimestamp: number;
  /** Of the sound, where the pictures' own is not known. */
  readonly roundTripMs: () => number | undefined;
  /** They are asked to send no more than this. */
  readonly mostBitsPerSecond?: number;
  /** How large their pictures show here at the moment; undefined: as large as they come. */
  readonly shownSize?: () => PictureSize | undefined;
  readonly listener: VideoLineListener;
}

export interface VideoLineListener {
  readonly picture: (picture: ReceivedPicture) => void;
  /** They can't show anything before a picture that stands alone. */
  readonly keyFrameWanted: () => void;
  /** How what one sends arrives there. */
  readonly reported: () => void;
}

/** Every few milliseconds, while packets are missing. */
const FEEDBACK_PERIOD_MS = 5;
/** Who sends nothing for so long is not asked for anything. */
const IDLE_MS = 500;
/** In one packet; more are asked for in the next one. */
const MOST_ASKED_AT_ONCE = 256;
/** How much is sent in a second can be told after a second. */
const SETTLED_MS = 1_000;
const BYTE_BITS = 8;
/** What takes back a smaller one. */
const LARGEST: PictureSize = { width: 0xffff, height: 0xffff };

export class VideoLine {
  readonly #options: VideoLineOptions;
  readonly #sender: PictureSender | undefined;
  readonly #rate: VideoRate | undefined;
  readonly #receiver: PictureReceiver;
  readonly #reception: VideoReception;
  readonly #lipSync = new LipSync();
  readonly #sentRate = new RateCounter();
  readonly #pictureRate = new RateCounter();
  readonly #sent = { packets: 0, octets: 0, pictures: 0, packetsReported: 0 };
  #size = { width: 0, height: 0 };
  #timer: Timer | undefined;
  #arrivedAtMs = -Infinity;
  #sentAtMs = -Infinity;
  #sendingSinceMs = -Infinity;
  #rttMs: number | undefined;
  #waitedMs = 0;
  #hasSaidSize = false;
  /** As they said. */
  #shownThere = { ...LARGEST, atMs: -Infinity };
  #isClosed = false;

  constructor(options: VideoLineOptions) {
    this.#options = options;
    const { clock, session, codec, firstTimestamp, source, profile, listener } = options;
    this.#reception = new VideoReception(options.theirSsrcs.videoSsrc);
    this.#receiver = new PictureReceiver({
      onPicture: (picture) => {
        this.#pictureRate.count(1, clock.monotonicMs());
        listener.picture(picture);
      },
    });
    if (codec === undefined) return;
    this.#rate = new VideoRate(codec, source, profile);
    this.#sender = new PictureSender({
      clock,
      codec,
      firstTimestamp,
      send: (packet) => {
        const sequence = session.send('video', packet);
        if (sequence === undefined) return undefined;
        this.#count(packet.payload.length);
        return sequence;
      },
      resend: (sequence) => session.resend('video', sequence),
      onKeyFrameWanted: listener.keyFrameWanted,
    });
  }

  get codec(): VideoCodecName | undefined {
    return this.#options.codec;
  }

  /** What suits the way to them, by their reports. Undefined without a codec. */
  get rate(): VideoRate | undefined {
    return this.#rate;
  }

  /** There is a way to them. */
  get isOpen(): boolean {
    return !this.#isClosed && this.#options.session.path !== undefined;
  }

  get lipSync(): Pick<LipSync, 'showAtMs' | 'audioHeard' | 'audioEnded'> {
    return this.#lipSync;
  }

  /** @param atMs when it was taken */
  send(picture: EncodedPicture, atMs: number): void {
    if (!this.isOpen) return;
    try {
      if (this.#sender?.sendPicture(picture, atMs) === true) this.#sent.pictures += 1;
    } catch (error) {
      // An encoder made no picture: the next one may be.
      if (!(error instanceof WireError)) throw error;
    }
  }

  onMedia(packet: IncomingMedia, arrivalMs: number): void {
    if (this.#isClosed) return;
    this.#arrivedAtMs = arrivalMs;
    this.#reception.receive(packet, arrivalMs);
    this.#receiver.receive(packet, arrivalMs);
    if (this.#receiver.isLacking) this.#lookSoon();
    if (this.#reception.isNewsBad(arrivalMs, this.#receiver.awaitedPackets))
      this.#options.session.sendControl(encodeRtcp(this.reports()));
  }

  /** Each of their packets about the call; those about sound are looked through, too. */
  onReport(packet: RtcpPacket, arrivalMs: number): void {
    if (this.#isClosed) return;
    const { session, theirSsrcs, listener } = this.#options;
    const ownSsrc = session.ssrcOf('video');
    switch (packet.kind) {
      case 'sender-report':
        if (packet.ssrc === theirSsrcs.audioSsrc) this.#lipSync.report('audio', packet);
        else if (packet.ssrc === theirSsrcs.videoSsrc) {
          this.#lipSync.report('video', packet);
          this.#reception.senderReport(packet.ntp, arrivalMs);
        }
        this.#onBlocks(packet.reports, ownSsrc, arrivalMs);
        return;
      case 'receiver-report':
        this.#onBlocks(packet.reports, ownSsrc, arrivalMs);
        return;
      case 'nack':
        if (packet.mediaSsrc === ownSsrc) this.#sender?.nack(packet.sequences);
        return;
      case 'picture-loss':
        if (packet.mediaSsrc === ownSsrc) this.#sender?.pictureLoss();
        return;
      case 'receive-limit':
        if (packet.mediaSsrc !== ownSsrc) return;
        this.#rate?.limit(packet.bitsPerSecond);
        listener.reported();
        return;
      case 'shown-size':
        if (packet.mediaSsrc === ownSsrc) this.#onShownSize(packet, arrivalMs);
        return;
      case 'bye':
        this.#lipSync.audioEnded();
    }
  }

  /** What is to be said of pictures now; nothing, as long as none went either way. */
  reports(): RtcpPacket[] {
    const { clock, session, theirSsrcs, mostBitsPerSecond } = this.#options;
    const nowMs = clock.monotonicMs();
    const reports = this.#reception.report(nowMs, this.#receiver.awaitedPackets);
    const ssrc = session.ssrcOf('video');
    const packets: RtcpPacket[] = [];
    if (this.#sender !== undefined && this.#sent.packets > 0)
      packets.push({
        kind: 'sender-report',
        ssrc,
        ntp: ntpFromMs(nowMs),
        rtpTimestamp: this.#sender.timestampOf(nowMs),
        packetCount: this.#sent.packets,
        octetCount: this.#sent.octets,
        reports,
      });
    else if (reports.length > 0) packets.push({ kind: 'receiver-report', ssrc, reports });
    if (mostBitsPerSecond !== undefined)
      packets.push({
        kind: 'receive-limit',
        ssrc,
        mediaSsrc: theirSsrcs.videoSsrc,
        bitsPerSecond: mostBitsPerSecond,
      });
    const size = this.#options.shownSize?.() ?? (this.#hasSaidSize ? LARGEST : undefined);
    if (size !== undefined && reports.length > 0) {
      this.#hasSaidSize = true;
      packets.push({ kind: 'shown-size', ssrc, mediaSsrc: theirSsrcs.videoSsrc, ...size });
    }
    return packets;
  }

  /** Pictures can't be decoded until one comes that stands alone. */
  needsKeyFrame(): void {
    if (this.#isClosed) return;
    this.#receiver.decoderFailed();
    this.#lookSoon();
  }

  /** A picture of this size came, and was or will be shown so long after it was there. */
  shown(size: { readonly width: number; readonly height: number }, waitedMs = 0): void {
    this.#size = { width: size.width, height: size.height };
    this.#waitedMs = waitedMs;
  }

  get stats(): VideoStats {
    const nowMs = this.#options.clock.monotonicMs();
    const { recovered, pictures } = this.#receiver.counts;
    const { received, lost, jitterMs } = this.#reception.counts;
    const rttMs = this.#rttMs ?? this.#options.roundTripMs();
    return {
      packetsSent: this.#sent.packets,
      packetsReceived: received,
      packetsLost: Math.max(0, lost) + recovered,
      packetsRecovered: recovered,
      packetsConcealed: 0,
      jitterMs,
      ...(rttMs === undefined ? {} : { rttMs }),
      bufferMs: this.#waitedMs,
      bitrate: Math.round(BYTE_BITS * this.#sentRate.perSecond(nowMs)),
      framesSent: this.#sent.pictures,
      framesReceived: pictures,
      framesPerSecond: Math.round(this.#pictureRate.perSecond(nowMs)),
      ...this.#size,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#sender?.stop();
  }

  #count(octets: number): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#sentAtMs > SETTLED_MS) this.#sendingSinceMs = nowMs;
    this.#sentAtMs = nowMs;
    this.#sent.packets += 1;
    this.#sent.octets += octets;
    this.#sentRate.count(octets, nowMs);
  }

  #onBlocks(blocks: readonly ReportBlock[], ownSsrc: number, arrivalMs: number): void {
    const mine = blocks.find(({ ssrc }) => ssrc === ownSsrc);
    if (mine === undefined) return;
    this.#rttMs = roundTripMs(arrivalMs, mine) ?? this.#rttMs;
    // Of nothing, nothing gets lost: that says nothing of the way.
    if (this.#sent.packets === this.#sent.packetsReported) return;
    this.#sent.packetsReported = this.#sent.packets;
    this.#rate?.report({
      fractionLost: mine.fractionLost / 256,
      ...(arrivalMs - this.#sendingSinceMs < SETTLED_MS
        ? {}
        : { sentBitsPerSecond: BYTE_BITS * this.#sentRate.perSecond(arrivalMs) }),
      ...(this.#rttMs === undefined ? {} : { roundTripMs: this.#rttMs }),
    });
    this.#options.listener.reported();
  }

  /** Each change costs a key frame. It is said again with every report: what comes too soon is not lost. */
  #onShownSize({ width, height }: PictureSize, arrivalMs: number): void {
    const { atMs, ...known } = this.#shownThere;
    if ((width === known.width && height === known.height) || arrivalMs - atMs < SETTLED_MS) return;
    this.#shownThere = { width, height, atMs: arrivalMs };
    this.#rate?.shown({ width, height });
    this.#options.listener.reported();
  }

  #lookSoon(): void {
    this.#timer ??= this.#options.clock.after(FEEDBACK_PERIOD_MS, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#isClosed) return;
    const { clock, session, theirSsrcs } = this.#options;
    const nowMs = clock.monotonicMs();
    const { missing, needsKeyFrame } = this.#receiver.feedback(nowMs, this.#rttMs ?? this.#options.roundTripMs());
    const ssrc = session.ssrcOf('video');
    const mediaSsrc = theirSsrcs.videoSsrc;
    // Every compound packet begins with a report, if only an empty one.
    const head: RtcpPacket = { kind: 'receiver-report', ssrc, reports: [] };
    for (let from = 0; from < missing.length; from += MOST_ASKED_AT_ONCE) {
      const sequences = missing.slice(from, from + MOST_ASKED_AT_ONCE);
      session.sendControl(encodeRtcp([head, { kind: 'nack', ssrc, mediaSsrc, sequences }]));
    }
    if (needsKeyFrame) session.sendControl(encodeRtcp([head, { kind: 'picture-loss', ssrc, mediaSsrc }]));
    if (this.#receiver.isLacking && nowMs - this.#arrivedAtMs < IDLE_MS) this.#lookSoon();
  }
}
