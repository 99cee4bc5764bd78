// Sound between oneself and one other: packets out and in, and once a second a report of what arrives, in both directions.

import type { Clock, Timer } from '../../base/clock.ts';
import type { AudioDecoder } from '../../contracts/codecs.ts';
import type {
  IncomingMedia,
  MediaDescription,
  MediaKind,
  MediaPath,
  MediaSession,
  PreparedMedia,
} from '../../contracts/media.ts';
import type { MediaStats } from '../../contracts/node.ts';
import { BLOCK_SAMPLES } from '../../media/audio-format.ts';
import { AudioPacketizer } from '../../media/call/audio-packetizer.ts';
import { AudioReceiver } from '../../media/call/audio-receiver.ts';
import { ReceptionStatistics } from '../../media/call/reception-statistics.ts';
import { RateControl, type SendingRate } from '../../media/call/rate-control.ts';
import { compactNtp, ntpFromMs, reportDelay, roundTripMs } from '../../wire/media/ntp.ts';
import { decodeRtcp, encodeRtcp, type ReportBlock, type RtcpPacket } from '../../wire/media/rtcp.ts';
import type { VideoLine } from './video-line.ts';

/** Nothing for so long, although reports come every second: nobody is heard. */
export const SILENT_AFTER_MS = 5_000;
const REPORT_PERIOD_MS = 1_000;

export interface MediaLineListener {
  /** For the first time, or again. */
  readonly heard: () => void;
  /** Nothing came for SILENT_AFTER_MS. */
  readonly silent: () => void;
  readonly path: (path: MediaPath | undefined) => void;
  /** How what one sends arrives there. */
  readonly reported: () => void;
}

export interface MediaLineOptions {
  readonly clock: Clock;
  readonly decoder: () => Promise<AudioDecoder>;
  readonly prepared: PreparedMedia;
  readonly remote: MediaDescription;
  readonly isControlling: boolean;
  readonly listener: MediaLineListener;
  /** The pictures that go by the same session. */
  readonly video?: (terms: {
    readonly session: MediaSession;
    readonly own: Pick<MediaDescription, 'audioSsrc' | 'videoSsrc'>;
    readonly roundTripMs: () => number | undefined;
  }) => PicturesBeside;
  /** How long what is heard waits in the loudspeaker. */
  readonly soundDelayMs?: () => number;
  readonly failed: (error: unknown) => void;
}

export type PicturesBeside = Pick<VideoLine, 'onMedia' | 'onReport' | 'reports' | 'lipSync'>;

/** Of somebody muted: the round trip can be told all the same. */
const NOTHING_CAME = { fractionLost: 0, cumulativeLost: 0, highestSequence: 0, jitter: 0 } as const;

export class MediaLine {
  readonly #options: MediaLineOptions;
  readonly #session: MediaSession;
  readonly #packetizer = new AudioPacketizer();
  readonly #reception = new ReceptionStatistics();
  readonly #rates = new RateControl();
  readonly #ownSsrc: number;
  readonly #video: PicturesBeside | undefined;
  readonly #timer: Timer;
  #decoder: AudioDecoder | undefined;
  #receiver: AudioReceiver | undefined;
  #isClosed = false;
  #isHeard = false;
  #heardAtMs = -Infinity;
  #packetsSent = 0;
  #octetsSent = 0;
  #octetsReported = 0;
  #reportedAtMs: number;
  #bitrate = 0;
  #lastTimestamp = 0;
  #rttMs: number | undefined;
  /** Their last report: what it was called, and when it came. */
  #lastReport: { readonly compact: number; readonly atMs: number } | undefined;

  constructor(options: MediaLineOptions) {
    this.#options = options;
    const { prepared, remote, isControlling, clock } = options;
    this.#ownSsrc = prepared.description.audioSsrc;
    this.#reportedAtMs = clock.monotonicMs();
    this.#session = prepared.connect(remote, isControlling, {
      onMedia: (kind, packet, arrivalMs) => this.#onMedia(kind, packet, arrivalMs),
      onControl: (packet, arrivalMs) => this.#onControl(packet, arrivalMs),
      onPath: (path) => this.#onPath(path),
    });
    const { audioSsrc, videoSsrc } = prepared.description;
    this.#video = options.video?.({
      session: this.#session,
      own: { audioSsrc, videoSsrc },
      roundTripMs: () => this.#rttMs,
    });
    this.#timer = clock.every(REPORT_PERIOD_MS, () => this.#look());
    options.decoder().then((decoder) => this.#ready(decoder), options.failed);
  }

  get path(): MediaPath | undefined {
    return this.#session.path;
  }

  /** What suits the way to them, by their reports. */
  get rate(): SendingRate {
    return this.#rates.rate;
  }

  /** Something came within the last seconds. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** An encoded frame; an empty one: silence. */
  send(payload: Uint8Array, timestamp: number): void {
    this.#lastTimestamp = timestamp;
    const packet = this.#packetizer.packet(payload, timestamp, this.#rates.rate.copies);
    if (packet === undefined || this.#session.send('audio', packet) === undefined) return;
    this.#packetsSent += 1;
    this.#octetsSent += packet.payload.length;
  }

  /** What is heard of them next. */
  nextBlock(): Float32Array {
    return this.#receiver?.nextBlock(this.#options.clock.monotonicMs()) ?? new Float32Array(BLOCK_SAMPLES);
  }

  setRemoteCandidates(candidates: MediaDescription['candidates']): void {
    this.#session.setRemoteCandidates(candidates);
  }

  get stats(): MediaStats {
    const received = this.#receiver?.statistics;
    return {
      packetsSent: this.#packetsSent,
      packetsReceived: this.#reception.received,
      packetsLost: Math.max(0, this.#reception.lost),
      packetsRecovered: received?.packetsRecovered ?? 0,
      packetsConcealed: received?.packetsConcealed ?? 0,
      jitterMs: this.#reception.jitterMs,
      ...(this.#rttMs === undefined ? {} : { rttMs: this.#rttMs }),
      bufferMs: received?.delayMs ?? 0,
      bitrate: this.#bitrate,
    };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.cancel();
    this.#session.sendControl(encodeRtcp([this.#report(), { kind: 'bye', ssrcs: [this.#session.ssrcOf('audio')] }]));
    this.#session.close();
    this.#decoder?.close();
    this.#receiver = undefined;
  }

  #ready(decoder: AudioDecoder): void {
    if (this.#isClosed) {
      decoder.close();
      return;
    }
    this.#decoder = decoder;
    this.#receiver = new AudioReceiver({ decoder });
  }

  #onMedia(kind: MediaKind, packet: IncomingMedia, arrivalMs: number): void {
    if (this.#isClosed) return;
    this.#hear(arrivalMs);
    if (kind === 'video') {
      this.#video?.onMedia(packet, arrivalMs);
      return;
    }
    this.#reception.receive(packet, arrivalMs);
    this.#receiver?.receive(packet, arrivalMs);
    if (this.#video === undefined || this.#receiver === undefined) return;
    const delayMs = this.#receiver.statistics.delayMs + (this.#options.soundDelayMs?.() ?? 0);
    this.#video.lipSync.audioHeard(packet.timestamp, arrivalMs + delayMs);
  }

  #onControl(bytes: Uint8Array, arrivalMs: number): void {
    if (this.#isClosed) return;
    let packets: readonly RtcpPacket[];
    try {
      packets = decodeRtcp(bytes);
    } catch {
      // Encrypted by somebody in the call, and still no RTCP: it says nothing.
      return;
    }
    for (const packet of packets) {
      this.#onReport(packet, arrivalMs);
      this.#video?.onReport(packet, arrivalMs);
    }
  }

  #onReport(packet: RtcpPacket, arrivalMs: number): void {
    if (packet.kind === 'bye') {
      this.#heardAtMs = -Infinity;
      return;
    }
    if (packet.kind !== 'sender-report' && packet.kind !== 'receiver-report') return;
    this.#hear(arrivalMs);
    if (packet.kind === 'sender-report' && packet.ssrc === this.#ownSsrc)
      this.#lastReport = { compact: compactNtp(packet.ntp), atMs: arrivalMs };
    const mine = packet.reports.find(({ ssrc }) => ssrc === this.#session.ssrcOf('audio'));
    if (mine === undefined) return;
    this.#rttMs = roundTripMs(arrivalMs, mine) ?? this.#rttMs;
    this.#rates.report({
      fractionLost: mine.fractionLost / 256,
      ...(this.#rttMs === undefined ? {} : { roundTripMs: this.#rttMs }),
    });
    this.#options.listener.reported();
  }

  #hear(nowMs: number): void {
    this.#heardAtMs = nowMs;
    if (this.#isHeard) return;
    this.#isHeard = true;
    this.#options.listener.heard();
  }

  #onPath(path: MediaPath | undefined): void {
    // It may be told before there is a session to speak of.
    queueMicrotask(() => {
      if (this.#isClosed) return;
      this.#options.listener.path(path);
      // Whoever is muted is heard by this.
      if (path !== undefined) this.#say();
    });
  }

  #look(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#bitrate = Math.round(
      ((this.#octetsSent - this.#octetsReported) * 8_000) / Math.max(1, nowMs - this.#reportedAtMs),
    );
    this.#octetsReported = this.#octetsSent;
    this.#reportedAtMs = nowMs;
    this.#say();
    if (!this.#isHeard || nowMs - this.#heardAtMs < SILENT_AFTER_MS) return;
    this.#isHeard = false;
    this.#options.listener.silent();
  }

  #say(): void {
    if (this.#session.path === undefined) return;
    this.#session.sendControl(encodeRtcp([this.#report(), ...(this.#video?.reports() ?? [])]));
  }

  /** Always one of a sender: the answer to it shows the round trip. */
  #report(): RtcpPacket {
    return {
      kind: 'sender-report',
      ssrc: this.#session.ssrcOf('audio'),
      ntp: ntpFromMs(this.#options.clock.monotonicMs()),
      rtpTimestamp: this.#lastTimestamp,
      packetCount: this.#packetsSent,
      octetCount: this.#octetsSent,
      reports: this.#reportBlocks(),
    };
  }

  #reportBlocks(): ReportBlock[] {
    const last = this.#lastReport;
    const reception = this.#reception.report() ?? NOTHING_CAME;
    if (reception === NOTHING_CAME && last === undefined) return [];
    const delayMs = last === undefined ? 0 : this.#options.clock.monotonicMs() - last.atMs;
    return [
      {
        ssrc: this.#ownSsrc,
        ...reception,
        lastReport: last?.compact ?? 0,
        delaySinceLastReport: reportDelay(delayMs),
      },
    ];
  }
}
