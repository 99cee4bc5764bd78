// The streams by purpose of all links, on whatever carries them: who takes what comes, in which order, and what a link
// that moves from one connection to another means for them. One's own direction is in purpose-stream.ts.

import type { Clock } from '../base/clock.ts';
import { messageOf, WireError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { LinkDownReason, PeerLink, PurposeStream, StreamPurpose } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import { OwnPurposeStream, type OpenedStream, type OpenedStreamEvents } from './purpose-stream.ts';

/** Bytes waiting on the streams of all links together; above it the fullest is reset. */
const MAX_ALL_QUEUED_BYTES = 64 * 1024 * 1024;

export type StreamFrameHandler = (link: PeerLink, frame: Uint8Array) => void | Promise<void>;

/** One connection. */
export interface StreamChannel {
  readonly peerId: PeerId;
  readonly isClosed: boolean;
  /** The other side is about to close it: `down` follows, or the link moves. */
  readonly isEnding: boolean;
  abort(reason: LinkDownReason): void;
}

export interface StreamLink<Channel> extends PeerLink {
  readonly channel: Channel;
  readonly downReason: LinkDownReason | undefined;
}

/** A stream that the other side opened. */
export interface IncomingStream {
  /** Until the other side ends it. Throws WireError for what are no frames. */
  readonly frames: AsyncIterable<Uint8Array>;
  /** Ends it in the same manner if the other side ended it, else breaks it. */
  end(): void;
}

export interface PurposeStreamsParts<Channel, Link> {
  readonly clock: Clock;
  readonly log: Log;
  /** The link of this peer that is up. */
  linkTo(peerId: PeerId): Link | undefined;
  open(
    channel: Channel,
    purpose: StreamPurpose,
    events: OpenedStreamEvents,
    signal: AbortSignal,
  ): Promise<OpenedStream | undefined>;
  /** Emits `stream-reset`. */
  wasReset(link: Link, purpose: StreamPurpose): void;
}

/** Both directions of one purpose on one link. */
interface Lane {
  readonly own: OwnPurposeStream;
  /** The handler has a frame. */
  isHandling: boolean;
  /** Frames were lost, and nobody was told because the connection was about to end. */
  isDirty: boolean;
}

interface Incoming {
  readonly stream: IncomingStream;
  isOver: boolean;
}

export class PurposeStreams<Channel extends StreamChannel, Link extends StreamLink<Channel>> {
  readonly #parts: PurposeStreamsParts<Channel, Link>;
  readonly #handlers = new Map<StreamPurpose, StreamFrameHandler>();
  readonly #lanes = new WeakMap<Link, Map<StreamPurpose, Lane>>();
  readonly #incoming = new Map<Channel, Map<StreamPurpose, Incoming>>();
  #changed = Promise.withResolvers<undefined>();

  constructor(parts: PurposeStreamsParts<Channel, Link>) {
    this.#parts = parts;
  }

  onFrame(purpose: StreamPurpose, handler: StreamFrameHandler): void {
    this.#handlers.set(purpose, handler);
  }

  /** What others may open. */
  get purposes(): readonly StreamPurpose[] {
    return [...this.#handlers.keys()];
  }

  own(link: Link, purpose: StreamPurpose): PurposeStream {
    return this.#lane(link, purpose).own;
  }

  #lane(link: Link, purpose: StreamPurpose): Lane {
    let lanes = this.#lanes.get(link);
    if (lanes === undefined) this.#lanes.set(link, (lanes = new Map<StreamPurpose, Lane>()));
    let lane = lanes.get(purpose);
    if (lane === undefined) lanes.set(purpose, (lane = this.#newLane(link, purpose)));
    return lane;
  }

  #newLane(link: Link, purpose: StreamPurpose): Lane {
    const own = new OwnPurposeStream({
      clock: this.#parts.clock,
      isUp: () => this.#isUp(link),
      open: (events, signal) => this.#parts.open(link.channel, purpose, events, signal),
      broke: () => this.#broke(link, purpose),
    });
    return { own, isHandling: false, isDirty: false };
  }

  #isUp(link: Link): boolean {
    return link.downReason === undefined && this.#parts.linkTo(link.peerId) === link;
  }

  #broke(link: Link, purpose: StreamPurpose): void {
    if (!this.#isUp(link)) return;
    const lane = this.#lane(link, purpose);
    lane.isDirty = link.channel.isEnding;
    if (!lane.isDirty) this.#parts.wasReset(link, purpose);
  }

  /**
   * Takes a stream that the other side opened. What comes on it waits until the link is on this connection. Call what is
   * returned when the stream broke.
   */
  receive(channel: Channel, purpose: StreamPurpose, stream: IncomingStream): () => void {
    const ofChannel = this.#incoming.get(channel) ?? new Map<StreamPurpose, Incoming>();
    if (channel.isClosed || ofChannel.has(purpose)) {
      stream.end();
      return () => undefined;
    }
    const incoming = { stream, isOver: false };
    ofChannel.set(purpose, incoming);
    this.#incoming.set(channel, ofChannel);
    void this.#read(channel, purpose, incoming);
    return () => this.#incomingBroke(channel, purpose, incoming);
  }

  async #read(channel: Channel, purpose: StreamPurpose, incoming: Incoming): Promise<void> {
    const { log } = this.#parts;
    try {
      for await (const frame of incoming.stream.frames) {
        const link = await this.#turnOf(channel, purpose, incoming);
        if (link === undefined) break;
        await this.#handle(link, purpose, frame);
      }
      this.#end(channel, purpose, incoming);
    } catch (error) {
      const details = { peer: channel.peerId, purpose, error: messageOf(error) };
      if (incoming.isOver) {
        log.debug('a frame of a stream that is over failed', details);
      } else if (error instanceof WireError) {
        log.warn('a peer was dropped', details);
        channel.abort('misbehaved');
      } else {
        log.error('a frame of a stream could not be handled', details);
        this.#incomingBroke(channel, purpose, incoming);
      }
    }
  }

  /** Resolves when the next frame may be handed over: never two at a time, not even those of an old stream and a new one. */
  async #turnOf(channel: Channel, purpose: StreamPurpose, incoming: Incoming): Promise<Link | undefined> {
    for (;;) {
      if (incoming.isOver || channel.isClosed) return undefined;
      const link = this.#parts.linkTo(channel.peerId);
      if (link?.channel === channel) {
        if (link.downReason !== undefined) return undefined;
        if (!this.#lane(link, purpose).isHandling) return link;
      }
      await this.#changed.promise;
    }
  }

  async #handle(link: Link, purpose: StreamPurpose, frame: Uint8Array): Promise<void> {
    const slow = this.#handlers.get(purpose)?.(link, frame);
    if (slow === undefined) return;
    const lane = this.#lane(link, purpose);
    lane.isHandling = true;
    try {
      await slow;
    } finally {
      lane.isHandling = false;
      this.changed();
    }
  }

  #incomingBroke(channel: Channel, purpose: StreamPurpose, incoming: Incoming): void {
    if (incoming.isOver) return;
    this.#end(channel, purpose, incoming);
    const link = this.#parts.linkTo(channel.peerId);
    if (link?.channel === channel) this.#broke(link, purpose);
  }

  #end(channel: Channel, purpose: StreamPurpose, incoming: Incoming): void {
    if (incoming.isOver) return;
    incoming.isOver = true;
    const ofChannel = this.#incoming.get(channel);
    ofChannel?.delete(purpose);
    if (ofChannel?.size === 0) this.#incoming.delete(channel);
    incoming.stream.end();
    this.changed();
  }

  /** A link is up, or a connection ready: whoever waits looks again. */
  changed(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  /** The link left this connection: what is under way on it is lost, as the other side will not be on it either. */
  moved(link: Link, from: Channel): void {
    const incoming = this.#incoming.get(from);
    for (const purpose of new Set([...(this.#lanes.get(link)?.keys() ?? []), ...(incoming?.keys() ?? [])])) {
      const lane = this.#lane(link, purpose);
      const isLost = lane.isDirty || lane.own.isUsed || incoming?.has(purpose) === true;
      lane.isDirty = false;
      lane.own.leave();
      if (isLost) this.#parts.wasReset(link, purpose);
    }
    this.changed();
  }

  /** To be called after the link can't be found any more. */
  down(link: Link): void {
    for (const { own } of this.#lanes.get(link)?.values() ?? []) own.leave();
    this.changed();
  }

  /** Nothing more comes on this connection. */
  closed(channel: Channel): void {
    for (const [purpose, incoming] of [...(this.#incoming.get(channel) ?? [])]) this.#end(channel, purpose, incoming);
  }

  /** To be called now and then, with all links. */
  enforceBound(links: Iterable<Link>): void {
    const filled: OwnPurposeStream[] = [];
    let queuedBytes = 0;
    for (const link of links)
      for (const { own } of this.#lanes.get(link)?.values() ?? []) {
        if (own.queuedBytes === 0) continue;
        queuedBytes += own.queuedBytes;
        filled.push(own);
      }
    filled.sort((left, right) => left.queuedBytes - right.queuedBytes);
    while (queuedBytes > MAX_ALL_QUEUED_BYTES) {
      const fullest = filled.pop();
      if (fullest === undefined) return;
      queuedBytes -= fullest.queuedBytes;
      fullest.reset();
    }
  }
}
