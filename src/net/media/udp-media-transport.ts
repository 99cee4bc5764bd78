// Media of a node over UDP: sockets, sessions by SSRC, and the first look at every datagram.

import type { RemoteInfo } from 'node:dgram';
import type { Clock, Timer } from '../../base/clock.ts';
import type { Unsubscribe } from '../../base/emitter.ts';
import { MmchatError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import type { PeerLinks } from '../../contracts/links.ts';
import type { MediaDescription, MediaTransport, PreparedMedia } from '../../contracts/media.ts';
import type { LocalInterface, PeerId } from '../../state/values.ts';
import { checkSsrcOf } from '../../wire/media/media-check.ts';
import { ssrcOf } from '../../wire/media/rtp.ts';
import { SRTP_KEY_BYTES, SRTP_SALT_BYTES } from '../../wire/media/srtp-keys.ts';
import { ownCandidates } from './candidates.ts';
import { MediaSockets, type MediaPortWish } from './media-sockets.ts';
import { UdpMediaSession } from './udp-media-session.ts';

const TICK_MS = 50;

export interface MediaTransportOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Not started yet: their stream for media is taken here. */
  readonly links: PeerLinks;
  readonly port: MediaPortWish;
}

export class UdpMediaTransport implements MediaTransport {
  readonly drops: Record<'unknown-ssrc' | 'malformed' | 'too-many' | 'unusable', number> & Record<string, number> = {
    'unknown-ssrc': 0,
    malformed: 0,
    'too-many': 0,
    unusable: 0,
  };
  readonly #options: MediaTransportOptions;
  readonly #sockets: MediaSockets;
  readonly #sessions = new Map<number, UdpMediaSession>();
  readonly #running = new Set<UdpMediaSession>();
  readonly #listeners = new Set<(candidates: readonly HostPort[]) => void>();
  #interfaces: readonly LocalInterface[] = [];
  #candidates: readonly HostPort[] = [];
  #ticker: Timer | undefined;
  #unsubscribe: Unsubscribe | undefined;

  constructor(options: MediaTransportOptions) {
    this.#options = options;
    const { clock, log, links, port } = options;
    const onDatagram = (bytes: Uint8Array, source: RemoteInfo): void => this.#receive(bytes, source);
    this.#sockets = new MediaSockets({ clock, log, port, onDatagram });
    links.onStreamFrame('media', (link, frame) => this.#receive(frame, undefined, link.peerId));
  }

  async start({ signal }: { signal?: AbortSignal }): Promise<void> {
    await this.#sockets.open(signal);
    this.#unsubscribe = this.#options.links.on((event) => {
      if (event.type === 'up' || event.type === 'down') this.#of(event.link.peerId, (one) => one.surroundingsChanged());
      else if (event.type === 'stream-reset' && event.purpose === 'media')
        this.#of(event.link.peerId, (one) => one.linkStreamBroke());
    });
    this.#candidatesChanged();
  }

  #of(peerId: PeerId, tell: (session: UdpMediaSession) => void): void {
    for (const session of this.#running) if (session.peerId === peerId) tell(session);
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    for (const session of [...this.#running]) session.close();
    this.#candidates = [];
    await this.#sockets.close();
  }

  get port(): number {
    return this.#sockets.port;
  }

  setInterfaces(interfaces: readonly LocalInterface[]): void {
    this.#interfaces = interfaces;
    this.#sockets.retry();
    this.#candidatesChanged();
    for (const session of this.#running) session.surroundingsChanged();
  }

  onCandidates(listener: (candidates: readonly HostPort[]) => void): void {
    this.#listeners.add(listener);
  }

  #candidatesChanged(): void {
    const candidates = ownCandidates(this.#interfaces, this.port);
    if (JSON.stringify(candidates) === JSON.stringify(this.#candidates)) return;
    this.#candidates = candidates;
    for (const listener of this.#listeners) listener(candidates);
  }

  prepare(peerId: PeerId): PreparedMedia {
    if (this.port === 0) throw new MmchatError('not-running', 'Calls are possible only while the node runs.');
    const { random } = this.#options;
    const audioSsrc = this.#newSsrc();
    const description: MediaDescription = {
      key: random.bytes(SRTP_KEY_BYTES),
      salt: random.bytes(SRTP_SALT_BYTES),
      audioSsrc,
      videoSsrc: this.#newSsrc(audioSsrc),
      candidates: this.#candidates,
    };
    const discard = (): void => {
      description.key.fill(0);
      description.salt.fill(0);
    };
    return {
      description,
      connect: (remote, isControlling, listener) => {
        checkRemote(remote);
        const session = this.#makeSession({ peerId, own: description, remote, isControlling, listener });
        this.#add(session, description);
        return session;
      },
      discard,
    };
  }

  #newSsrc(other = 0): number {
    for (;;) {
      const ssrc = new DataView(Uint8Array.from(this.#options.random.bytes(4)).buffer).getUint32(0);
      if (ssrc !== 0 && ssrc !== other && !this.#sessions.has(ssrc)) return ssrc;
    }
  }

  #makeSession(
    of: Pick<
      ConstructorParameters<typeof UdpMediaSession>[0],
      'peerId' | 'own' | 'remote' | 'isControlling' | 'listener'
    >,
  ): UdpMediaSession {
    const { clock, random, log, links } = this.#options;
    return new UdpMediaSession({
      ...of,
      clock,
      random,
      log,
      link: () => links.links.get(of.peerId),
      interfaces: () => this.#interfaces,
      sendUdp: (bytes, remote, onError) => this.#sockets.send(bytes, remote, onError),
      isUdpFull: (remote) => this.#sockets.isFull(remote),
      drop: (reason) => this.#drop(reason),
      closed: (session) => this.#remove(session, of.own),
    });
  }

  #add(session: UdpMediaSession, { audioSsrc, videoSsrc }: MediaDescription): void {
    for (const ssrc of [audioSsrc, videoSsrc]) this.#sessions.set(ssrc, session);
    this.#running.add(session);
    this.#ticker ??= this.#options.clock.every(TICK_MS, () => {
      for (const one of this.#running) one.tick();
    });
    session.begin();
  }

  #remove(session: UdpMediaSession, { audioSsrc, videoSsrc }: MediaDescription): void {
    for (const ssrc of [audioSsrc, videoSsrc]) if (this.#sessions.get(ssrc) === session) this.#sessions.delete(ssrc);
    this.#running.delete(session);
    if (this.#running.size > 0) return;
    this.#ticker?.cancel();
    this.#ticker = undefined;
  }

  /** Whatever belongs to no session costs this and nothing more: strangers can send as much as the wire carries. */
  #receive(bytes: Uint8Array, source: RemoteInfo | undefined, linkedPeerId?: PeerId): void {
    const ssrc = checkSsrcOf(bytes) ?? ssrcOf(bytes);
    if (ssrc === undefined) {
      this.drops.malformed += 1;
      return;
    }
    const session = this.#sessions.get(ssrc);
    if (session === undefined || (linkedPeerId !== undefined && session.peerId !== linkedPeerId))
      this.drops['unknown-ssrc'] += 1;
    else session.receive(bytes, ssrc, source);
  }

  #drop(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }
}

/** What would make this side encrypt two things with one nonce, or not at all. What passed `wire/` is well. */
function checkRemote(remote: MediaDescription): void {
  const isUsable =
    remote.key.length === SRTP_KEY_BYTES &&
    remote.salt.length === SRTP_SALT_BYTES &&
    remote.audioSsrc !== remote.videoSsrc;
  if (!isUsable) throw new MmchatError('bad-frame', 'What the other side says about its media can not be used.');
}
