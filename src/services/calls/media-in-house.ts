// Media by the transport of the node, or from one actor of this node to another: then nothing leaves the house, and
// packets go from hand to hand.

import { toHex } from '../../base/bytes.ts';
import type { Random } from '../../base/random.ts';
import type {
  MediaDescription,
  MediaKind,
  MediaListener,
  MediaPath,
  MediaSession,
  MediaTransport,
  OutgoingMedia,
  PreparedMedia,
} from '../../contracts/media.ts';
import type { Clock } from '../../base/clock.ts';
import { hostOf } from '../../state/guest-ids.ts';
import type { PeerId } from '../../state/values.ts';
import { MEDIA_KEY_BYTES, MEDIA_SALT_BYTES } from '../../wire/limits.ts';

export interface MediaInHouseParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly ownPeerId: PeerId;
  readonly media: Pick<MediaTransport, 'prepare'>;
}

const IN_HOUSE: MediaPath = { via: 'link' };

export class MediaInHouse implements Pick<MediaTransport, 'prepare'> {
  readonly #parts: MediaInHouseParts;
  /** By their keys: whoever shows one was told it by its owner. */
  readonly #ends = new Map<string, InHouseSession>();

  constructor(parts: MediaInHouseParts) {
    this.#parts = parts;
  }

  prepare(peerId: PeerId): PreparedMedia {
    const { ownPeerId, media } = this.#parts;
    const host = hostOf(peerId);
    return host === ownPeerId ? this.#prepareInHouse() : media.prepare(host);
  }

  #prepareInHouse(): PreparedMedia {
    const { random, clock } = this.#parts;
    const audioSsrc = new DataView(random.bytes(4).buffer).getUint32(0);
    const description: MediaDescription = {
      key: random.bytes(MEDIA_KEY_BYTES),
      salt: random.bytes(MEDIA_SALT_BYTES),
      audioSsrc,
      videoSsrc: (audioSsrc + 1) % 2 ** 32,
      candidates: [],
    };
    return {
      description,
      connect: (remote, _isControlling, listener) => {
        const own = toHex(description.key);
        const theirs = toHex(remote.key);
        const session = new InHouseSession({
          clock,
          listener,
          remote,
          other: () => this.#ends.get(theirs),
          closed: () => void this.#ends.delete(own),
        });
        this.#ends.set(own, session);
        return session;
      },
      discard: () => description.key.fill(0),
    };
  }
}

interface InHouseOptions {
  readonly clock: Clock;
  readonly listener: MediaListener;
  readonly remote: Pick<MediaDescription, 'audioSsrc' | 'videoSsrc'>;
  readonly other: () => InHouseSession | undefined;
  readonly closed: () => void;
}

class InHouseSession implements MediaSession {
  readonly path = IN_HOUSE;
  readonly counters = {
    packetsSent: 0,
    bytesSent: 0,
    packetsReceived: 0,
    bytesReceived: 0,
    forged: 0,
    replayed: 0,
  };
  readonly #options: InHouseOptions;
  readonly #ssrcs: Readonly<Record<MediaKind, number>>;
  readonly #sequences: Record<MediaKind, number> = { audio: 0, video: 0 };
  #isClosed = false;

  constructor(options: InHouseOptions) {
    this.#options = options;
    this.#ssrcs = { audio: options.remote.audioSsrc, video: options.remote.videoSsrc };
    queueMicrotask(() => {
      if (!this.#isClosed) options.listener.onPath(this.path);
    });
  }

  send(kind: MediaKind, packet: OutgoingMedia): number | undefined {
    const sequence = this.#sequences[kind];
    this.#sequences[kind] = (sequence + 1) & 0xffff;
    this.#hand(packet.payload.length, (other, nowMs) => other.onMedia(kind, { ...packet, sequence }, nowMs));
    return sequence;
  }

  /** Nothing gets lost here. */
  resend(): boolean {
    return false;
  }

  ssrcOf(kind: MediaKind): number {
    return this.#ssrcs[kind];
  }

  sendControl(packet: Uint8Array): void {
    this.#hand(packet.length, (other, nowMs) => other.onControl(packet, nowMs));
  }

  setRemoteCandidates(): void {
    // There are none.
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.closed();
  }

  #hand(bytes: number, give: (listener: MediaListener, nowMs: number) => void): void {
    this.counters.packetsSent += 1;
    this.counters.bytesSent += bytes;
    queueMicrotask(() => {
      const other = this.#options.other();
      if (this.#isClosed || other === undefined || other.#isClosed) return;
      other.counters.packetsReceived += 1;
      other.counters.bytesReceived += bytes;
      give(other.#options.listener, this.#options.clock.monotonicMs());
    });
  }
}
