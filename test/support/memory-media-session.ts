// A session of media in memory: which way it takes, and what it sends and takes.

import { Buffer } from 'node:buffer';
import type { Timer } from '../../src/base/clock.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type {
  IncomingMedia,
  MediaDescription,
  MediaKind,
  MediaListener,
  MediaPath,
  MediaSession,
  OutgoingMedia,
} from '../../src/contracts/media.ts';
import type { PeerId } from '../../src/state/values.ts';
import { toBytes, type Content, type Datagram } from './memory-media-datagram.ts';
import type { MemoryMediaTransport } from './memory-media.ts';

const CHECK_PERIOD_MS = 100;
const DEAD_AFTER_MS = 1_200;
const LINK_AFTER_MS = 700;
const REPLAY_WINDOW = 1_024;
const KEPT_FOR_RESENDING = 512;
const LINK_QUEUE_BYTES = 64 * 1024;

interface Way {
  readonly remote: HostPort;
  answeredMs: number;
  rttMs: number;
}

export class MemorySession implements MediaSession {
  readonly peerId: PeerId;
  readonly counters = {
    packetsSent: 0,
    bytesSent: 0,
    packetsReceived: 0,
    bytesReceived: 0,
    forged: 0,
    replayed: 0,
  };
  path: MediaPath | undefined;
  readonly #transport: MemoryMediaTransport;
  readonly #own: MediaDescription;
  readonly #remote: MediaDescription;
  readonly #listener: MediaListener;
  readonly #key: string;
  readonly #theirKey: string;
  readonly #startedMs: number;
  readonly #timer: Timer;
  readonly #next: Record<MediaKind, number>;
  readonly #seen: Record<MediaKind, Set<number>> = { audio: new Set(), video: new Set() };
  readonly #kept = new Map<number, IncomingMedia>();
  #ways: Way[] = [];
  #lastHeardMs = -Infinity;
  #isClosed = false;

  constructor(
    transport: MemoryMediaTransport,
    peerId: PeerId,
    own: MediaDescription,
    remote: MediaDescription,
    listener: MediaListener,
  ) {
    this.#transport = transport;
    this.peerId = peerId;
    this.#own = own;
    this.#remote = remote;
    this.#listener = listener;
    this.#key = own.key.join();
    this.#theirKey = remote.key.join();
    const { clock, random } = transport.options;
    this.#startedMs = clock.monotonicMs();
    const firstSequence = (): number => Buffer.from(random.bytes(2)).readUInt16BE() & 0x7fff;
    this.#next = { audio: firstSequence(), video: firstSequence() };
    for (const ssrc of [own.audioSsrc, own.videoSsrc]) transport.sessions.set(ssrc, this);
    this.setRemoteCandidates(remote.candidates);
    this.#timer = clock.every(CHECK_PERIOD_MS, () => this.#tick());
  }

  get #nowMs(): number {
    return this.#transport.options.clock.monotonicMs();
  }

  ssrcOf(kind: MediaKind): number {
    return kind === 'audio' ? this.#remote.audioSsrc : this.#remote.videoSsrc;
  }

  send(kind: MediaKind, outgoing: OutgoingMedia): number | undefined {
    if (this.path === undefined || this.#isClosed) return undefined;
    const sequence = this.#next[kind];
    const packet = { ...outgoing, payload: Uint8Array.from(outgoing.payload), sequence };
    if (!this.#post(this.ssrcOf(kind), { type: 'media', kind, packet })) return undefined;
    this.#next[kind] = (sequence + 1) & 0xffff;
    if (kind === 'video') {
      this.#kept.set(sequence, packet);
      if (this.#kept.size > KEPT_FOR_RESENDING) this.#kept.delete(firstOf(this.#kept.keys()));
    }
    this.counters.packetsSent += 1;
    this.counters.bytesSent += packet.payload.length;
    return sequence;
  }

  resend(kind: MediaKind, sequence: number): boolean {
    const packet = kind === 'video' ? this.#kept.get(sequence) : undefined;
    return packet !== undefined && this.#post(this.ssrcOf(kind), { type: 'media', kind, packet });
  }

  sendControl(packet: Uint8Array): void {
    if (!this.#isClosed) this.#post(this.ssrcOf('audio'), { type: 'control', packet: Uint8Array.from(packet) });
  }

  setRemoteCandidates(candidates: readonly HostPort[]): void {
    for (const remote of candidates) this.#learn(remote);
    this.#ways = this.#ways.filter(
      (way) => way.answeredMs > this.#nowMs - DEAD_AFTER_MS || candidates.some((one) => isSame(one, way.remote)),
    );
    this.#check();
  }

  #learn(remote: HostPort): void {
    if (this.#ways.some((way) => isSame(way.remote, remote)) || this.#ways.length >= 16) return;
    this.#ways.push({ remote, answeredMs: -Infinity, rttMs: Infinity });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.cancel();
    for (const ssrc of [this.#own.audioSsrc, this.#own.videoSsrc]) this.#transport.sessions.delete(ssrc);
    this.path = undefined;
  }

  take({ key, content }: Datagram, source: HostPort | 'link'): void {
    if (key !== this.#theirKey) {
      this.counters.forged += 1;
      return;
    }
    if (source !== 'link') this.#lastHeardMs = this.#nowMs;
    if (content.type === 'media') this.#takeMedia(content.kind, content.packet);
    else if (content.type === 'control') this.#listener.onControl(content.packet, this.#nowMs);
    else if (source !== 'link') this.#takeCheck(content.type, content.sentMs, source);
  }

  #takeMedia(kind: MediaKind, packet: IncomingMedia): void {
    const seen = this.#seen[kind];
    if (seen.has(packet.sequence)) {
      this.counters.replayed += 1;
      return;
    }
    seen.add(packet.sequence);
    if (seen.size > REPLAY_WINDOW) seen.delete(firstOf(seen.values()));
    this.counters.packetsReceived += 1;
    this.counters.bytesReceived += packet.payload.length;
    this.#listener.onMedia(kind, packet, this.#nowMs);
  }

  #takeCheck(type: 'check' | 'answer', sentMs: number, source: HostPort): void {
    const known = this.#ways.find((way) => isSame(way.remote, source));
    if (type === 'check') {
      this.#datagram(source, { type: 'answer', sentMs });
      if (known !== undefined && known.answeredMs > -Infinity) return;
      this.#learn(source);
      this.#datagram(source, { type: 'check', sentMs: this.#nowMs });
    } else if (known !== undefined) {
      known.answeredMs = this.#nowMs;
      known.rttMs = this.#nowMs - sentMs;
      this.#choose();
    }
  }

  #tick(): void {
    this.#check();
    this.#choose();
  }

  #check(): void {
    for (const { remote } of this.#ways) this.#datagram(remote, { type: 'check', sentMs: this.#nowMs });
  }

  #choose(): void {
    if (this.#isClosed) return;
    const { path } = this;
    const isAlive = (way: Way): boolean => way.answeredMs > this.#nowMs - DEAD_AFTER_MS;
    if (path?.via === 'udp' && this.#ways.some((way) => isSame(way.remote, path.remote) && isAlive(way))) return;
    const best = this.#ways.filter(isAlive).sort((left, right) => left.rttMs - right.rttMs)[0];
    if (best !== undefined) this.#move({ via: 'udp', remote: best.remote, rttMs: best.rttMs });
    else if (path?.via === 'udp' || this.#nowMs - this.#startedMs >= LINK_AFTER_MS)
      this.#move(this.#transport.options.links.links.has(this.peerId) ? { via: 'link' } : undefined);
  }

  #move(path: MediaPath | undefined): void {
    if (path?.via === this.path?.via && (path?.via !== 'udp' || this.path?.via !== 'udp')) return;
    this.path = path;
    this.#listener.onPath(path);
  }

  #post(ssrc: number, content: Content): boolean {
    const { path } = this;
    if (path === undefined) return false;
    if (path.via === 'udp') {
      this.#transport.net.carry(this.#transport, path.remote, { ssrc, key: this.#key, content });
      return true;
    }
    const stream = this.#transport.options.links.links.get(this.peerId)?.stream('media');
    if (stream === undefined || stream.queuedBytes > LINK_QUEUE_BYTES) return false;
    return stream.send(toBytes({ ssrc, key: this.#key, content }));
  }

  #datagram(to: HostPort, content: Content): void {
    this.#transport.net.carry(this.#transport, to, { ssrc: this.#remote.audioSsrc, key: this.#key, content });
  }
}

function firstOf(numbers: Iterator<number, unknown>): number {
  const { value } = numbers.next();
  return typeof value === 'number' ? value : -1;
}

function isSame(left: HostPort, right: HostPort): boolean {
  return left.host === right.host && left.port === right.port;
}
