// Media between two: SRTP, checks, and whichever of UDP and the link carries it now.

import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import type { PeerLink } from '../../contracts/links.ts';
import type {
  MediaDescription,
  MediaKind,
  MediaListener,
  MediaPath,
  MediaSession,
  OutgoingMedia,
} from '../../contracts/media.ts';
import type { LocalInterface, PeerId } from '../../state/values.ts';
import { isMediaCheck } from '../../wire/media/media-check.ts';
import { decodeRtp, encodeRtp, isRtcp } from '../../wire/media/rtp.ts';
import { SrtpReceiver, SrtpSender, type SrtpRefusal } from '../../wire/media/srtp.ts';
import { isNear, remoteCandidates } from './candidates.ts';
import { CheckChannel } from './check-channel.ts';
import { IntakeLimits } from './intake-limits.ts';
import { LinkPath } from './link-path.ts';
import { ResendRing } from './resend-ring.ts';
import type { Route } from './route.ts';
import { Routes } from './routes.ts';

/** Without a way by UDP for so long, the link takes it. */
const LINK_AFTER_MS = 700;

export interface SessionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly peerId: PeerId;
  readonly own: MediaDescription;
  readonly remote: MediaDescription;
  readonly isControlling: boolean;
  readonly listener: MediaListener;
  readonly link: () => PeerLink | undefined;
  readonly interfaces: () => readonly LocalInterface[];
  /** False: not now. */
  readonly sendUdp: (bytes: Uint8Array, route: HostPort, onError: (error: Error | null) => void) => boolean;
  readonly isUdpFull: (route: HostPort) => boolean;
  readonly drop: (reason: string) => void;
  readonly closed: (session: UdpMediaSession) => void;
}

type Target = Route | 'link';

export class UdpMediaSession implements MediaSession {
  readonly peerId: PeerId;
  readonly counters = { packetsSent: 0, bytesSent: 0, packetsReceived: 0, bytesReceived: 0, forged: 0, replayed: 0 };
  readonly #parts: SessionParts;
  readonly #sender: SrtpSender;
  readonly #receiver: SrtpReceiver;
  readonly #checks: CheckChannel<Target>;
  readonly #routes: Routes;
  readonly #linkPath: LinkPath;
  readonly #ring = new ResendRing();
  readonly #limits: IntakeLimits;
  readonly #next: Record<MediaKind, number>;
  readonly #connectedAtMs: number;
  readonly #onSent = new WeakMap<Route, (error: Error | null) => void>();
  #told: readonly HostPort[];
  #hadUdp = false;
  #isClosed = false;
  /** As it was told last. */
  #path: Route | 'link' | undefined;

  constructor(parts: SessionParts) {
    const { clock, random, own, remote, isControlling } = parts;
    this.#parts = parts;
    this.peerId = parts.peerId;
    this.#sender = new SrtpSender(own);
    this.#receiver = new SrtpReceiver(remote);
    // Below 2^15, so that a lost first packet can't hide a wrap.
    const draw = new DataView(Uint8Array.from(random.bytes(8)).buffer);
    this.#next = { audio: draw.getUint16(0) & 0x7fff, video: draw.getUint16(2) & 0x7fff };
    this.#checks = new CheckChannel({
      clock,
      controlling: isControlling ? own : remote,
      controlled: isControlling ? remote : own,
      isControlling,
      firstTransaction: draw.getUint32(4),
      answered: (target, rttMs) => this.#answered(target, rttMs),
    });
    this.#linkPath = new LinkPath({
      clock,
      stream: () => parts.link()?.stream('media'),
      probe: (stream) => {
        const bytes = this.#checks.ask('link', false);
        if (bytes !== undefined) stream.send(bytes);
      },
    });
    this.#routes = new Routes({
      clock,
      isControlling,
      isNear: (host) => isNear(host, parts.interfaces()),
      sendCheck: (route, nominated) => this.#sendCheck(route, nominated),
      changed: () => this.#choosePath(),
    });
    this.#limits = new IntakeLimits(clock);
    this.#connectedAtMs = clock.monotonicMs();
    this.#told = remote.candidates;
  }

  /** From now on the transport hands in what comes for it. */
  begin(): void {
    this.setRemoteCandidates(this.#told);
  }

  get path(): MediaPath | undefined {
    if (this.#path === undefined || this.#path === 'link') return this.#path && { via: 'link' };
    return { via: 'udp', remote: this.#path.remote, rttMs: this.#path.rttMs };
  }

  ssrcOf(kind: MediaKind): number {
    return kind === 'audio' ? this.#parts.remote.audioSsrc : this.#parts.remote.videoSsrc;
  }

  send(kind: MediaKind, packet: OutgoingMedia): number | undefined {
    if (this.#path === undefined || (this.#path !== 'link' && this.#parts.isUdpFull(this.#path.remote)))
      return undefined;
    const sequence = this.#next[kind];
    const { payloadType, marker, timestamp, payload } = packet;
    const rtp = encodeRtp({ payloadType, marker, sequence, timestamp, ssrc: this.ssrcOf(kind), payload });
    const bytes = this.#sender.protect(rtp);
    // Whatever becomes of it: this number was used with this key.
    this.#next[kind] = (sequence + 1) & 0xffff;
    if (kind === 'video') {
      this.#ring.keep(sequence, bytes);
      this.#limits.videoFlows();
    }
    return this.#postMedia(bytes) ? sequence : undefined;
  }

  resend(kind: MediaKind, sequence: number): boolean {
    const bytes = kind === 'video' ? this.#ring.get(sequence) : undefined;
    return bytes !== undefined && this.#postMedia(bytes);
  }

  sendControl(packet: Uint8Array): void {
    if (this.#path !== undefined) this.#post(this.#sender.protectRtcp(packet));
  }

  #postMedia(bytes: Uint8Array): boolean {
    if (!this.#post(bytes)) return false;
    this.counters.packetsSent += 1;
    this.counters.bytesSent += bytes.length;
    return true;
  }

  #post(bytes: Uint8Array): boolean {
    const path = this.#path;
    if (path === undefined) return false;
    if (path === 'link') return this.#linkPath.send(bytes);
    return this.#parts.sendUdp(bytes, path.remote, this.#onSentTo(path));
  }

  /** One function for each route, not one for each packet. */
  #onSentTo(route: Route): (error: Error | null) => void {
    let onSent = this.#onSent.get(route);
    if (onSent === undefined) {
      onSent = (error) => {
        if (error !== null && !this.#isClosed) this.#routes.refused(route);
      };
      this.#onSent.set(route, onSent);
    }
    return onSent;
  }

  setRemoteCandidates(candidates: readonly HostPort[]): void {
    if (this.#isClosed) return;
    this.#told = candidates;
    const linkHost = this.#parts.link()?.remote.host;
    this.#routes.setTold(remoteCandidates(candidates, this.#parts.interfaces(), linkHost));
  }

  /** One's own addresses changed, or the link did. */
  surroundingsChanged(): void {
    this.#linkPath.reset();
    this.setRemoteCandidates(this.#told);
    this.#choosePath();
  }

  linkStreamBroke(): void {
    this.#linkPath.reset();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#path = undefined;
    this.#sender.wipe();
    this.#receiver.wipe();
    this.#checks.wipe();
    this.#ring.clear();
    this.#linkPath.clear();
    for (const { key, salt } of [this.#parts.own, this.#parts.remote]) {
      key.fill(0);
      salt.fill(0);
    }
    this.#parts.closed(this);
  }

  tick(): void {
    this.#routes.tick();
    if (this.#path === 'link') this.#linkPath.pump();
    this.#choosePath();
  }

  /** @param source undefined: it came over the link */
  receive(bytes: Uint8Array, ssrc: number, source: { address: string; port: number } | undefined): void {
    const route = source === undefined ? undefined : this.#routes.find(source.address, source.port);
    const isProven = source === undefined || (route !== undefined && route.heardAtMs > -Infinity);
    if (!this.#limits.mayTake(isProven)) this.#parts.drop('too-many');
    else if (isMediaCheck(bytes)) this.#takeCheck(bytes, source);
    else if (isRtcp(bytes)) this.#takeControl(bytes, route);
    else this.#takeMedia(bytes, ssrc, route);
  }

  #takeMedia(bytes: Uint8Array, ssrc: number, route: Route | undefined): void {
    const rtp = this.#receiver.unprotect(bytes);
    if (typeof rtp === 'string') {
      this.#refuse(rtp);
      return;
    }
    const nowMs = this.#parts.clock.monotonicMs();
    this.#routes.mediaCame(route, nowMs);
    const kind = ssrc === this.#parts.own.audioSsrc ? 'audio' : 'video';
    if (kind === 'video') this.#limits.videoFlows();
    this.counters.packetsReceived += 1;
    this.counters.bytesReceived += bytes.length;
    try {
      this.#parts.listener.onMedia(kind, decodeRtp(rtp), nowMs);
    } catch (error) {
      this.#failed(error);
    }
  }

  #takeControl(bytes: Uint8Array, route: Route | undefined): void {
    const rtcp = this.#receiver.unprotectRtcp(bytes);
    if (typeof rtcp === 'string') {
      this.#refuse(rtcp);
      return;
    }
    const nowMs = this.#parts.clock.monotonicMs();
    this.#routes.mediaCame(route, nowMs);
    try {
      this.#parts.listener.onControl(rtcp, nowMs);
    } catch (error) {
      this.#failed(error);
    }
  }

  #refuse(reason: SrtpRefusal): void {
    if (reason === 'replayed' || reason === 'too-old') this.counters.replayed += 1;
    else this.counters.forged += 1;
  }

  /** Bytes of whoever has the key that are no packet, or a listener that throws: neither ends the node. */
  #failed(error: unknown): void {
    this.#parts.drop('unusable');
    this.#parts.log.debug('a media packet could not be taken', { peer: this.peerId, why: messageOf(error) });
  }

  #takeCheck(bytes: Uint8Array, source: { address: string; port: number } | undefined): void {
    const check = this.#checks.take(bytes);
    if (check === 'forged') this.counters.forged += 1;
    else if (check === 'replayed') this.counters.replayed += 1;
    else if (check !== 'answer') {
      if (this.#limits.mayAnswer()) this.#answer(this.#checks.answerTo(check), source);
      else this.#parts.drop('too-many');
      if (source !== undefined) this.#routes.checkCame({ host: source.address, port: source.port }, check.nominated);
    }
  }

  #answer(bytes: Uint8Array | undefined, source: { address: string; port: number } | undefined): void {
    if (bytes === undefined) return;
    if (source === undefined) this.#linkPath.sendNow(bytes);
    else this.#parts.sendUdp(bytes, { host: source.address, port: source.port }, ignoreError);
  }

  #answered(target: Target, rttMs: number): void {
    if (target === 'link') this.#linkPath.answered(rttMs);
    else this.#routes.answerCame(target, rttMs);
  }

  #sendCheck(route: Route, nominated: boolean): void {
    const bytes = this.#checks.ask(route, nominated);
    if (bytes !== undefined) this.#parts.sendUdp(bytes, route.remote, this.#onSentTo(route));
  }

  #choosePath(): void {
    if (this.#isClosed) return;
    const active = this.#routes.active;
    this.#hadUdp ||= active !== undefined;
    const mayUseLink = this.#hadUdp || this.#parts.clock.monotonicMs() - this.#connectedAtMs >= LINK_AFTER_MS;
    const path = active ?? (mayUseLink && this.#linkPath.isOpen ? 'link' : undefined);
    if (path === this.#path) return;
    if (this.#path === 'link') this.#linkPath.clear();
    this.#path = path;
    try {
      this.#parts.listener.onPath(this.path);
    } catch (error) {
      this.#failed(error);
    }
  }
}

function ignoreError(): void {
  // An answer that could not be sent: the other side asks again.
}
