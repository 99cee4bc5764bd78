// One libp2p connection with our stream pair on it: each side writes on the stream that it opened. Says Hello, sends
// heartbeats, notices silence. A link (libp2p-links.ts) is one of these, or for a moment two.
//
//   opening ── our stream open and their Hello here ──► ready ── retire() ──► draining ──► closed
//      └────────────── error, silence, too slow, 5 s without Hello ─────────────────────────► closed
//
// Draining: each side ends its stream after what is queued, reads the other's to the end, and tells so by closing that
// stream's other direction, which carries nothing. A side that knows both closes the connection. Without being told it
// could close too early: what the other side's system has not read by then is lost if it writes meanwhile.

import type { Connection, Stream } from '@libp2p/interface';
import { pipe } from 'it-pipe';
import type { Clock, Timer } from '../base/clock.ts';
import { toHex } from '../base/bytes.ts';
import { WireError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostPort } from '../contracts/discovery.ts';
import type { LinkDownReason } from '../contracts/links.ts';
import { encodeFrame, HEARTBEAT, MAX_FRAME_BYTES } from '../wire/frames.ts';
import { PROTOCOL_VERSION } from '../wire/limits.ts';
import { decodePeerMessage, encodePeerMessage, type Hello } from '../wire/peer-messages.ts';
import { LinkPulse, type Waiting } from './link-pulse.ts';
import { StreamFrames } from './stream-frames.ts';
import { whileMoving } from './while-moving.ts';
import { carriedBytes, unsentBytes } from './yamux-guard.ts';

export const LINK_PROTOCOL = '/mmchat/1';
/** Without their Hello after this long, a connection is of no use. */
const HELLO_DEADLINE_MS = 5_000;
const HEARTBEAT_AFTER_MS = 1_500;
const DEAD_AFTER_MS = 3_500;
/** A queue that hasn't moved for this long belongs to somebody who does not read. The same for draining. */
const STALLED_AFTER_MS = 10_000;
/** Twice what is sent again after a break (services/recent-frames.ts). */
const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** How long the other side may have ended its stream and not be seen on another connection. */
const MOVE_DEADLINE_MS = 5_000;
/** Without anything that moves. */
const CLOSE_DEADLINE_MS = 1_000;
const CLOSE_AT_MOST_MS = 5_000;

export interface ChannelOwner {
  ready(channel: LinkChannel): void;
  /** In order; a promise stops reading until it resolves. Only called once ready. */
  frame(channel: LinkChannel, frame: Uint8Array): void | Promise<void>;
  /** The other side ended its stream, and every frame of it was handed over. */
  ended(channel: LinkChannel): void;
  closed(channel: LinkChannel, reason: LinkDownReason): void;
  wrongVersion(channel: LinkChannel, version: number): void;
}

export interface ChannelParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: ChannelOwner;
  readonly hello: Hello;
}

export class LinkChannel {
  readonly connection: Connection;
  readonly peerId: string;
  readonly remote: HostPort;
  /** True when this side dialled. */
  readonly outbound: boolean;
  readonly #parts: ChannelParts;
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #stop = new AbortController();
  #state: 'opening' | 'ready' | 'draining' | 'closed' = 'opening';
  #writer: Stream | undefined;
  #reader: Stream | undefined;
  #remoteEnded = false;
  #wasReady = false;
  /** The other side has read everything that we wrote, and our end of it. */
  #wasRead = false;
  /** close() was called: nobody wants to hear more. */
  #deaf = false;
  #theirHello: Hello | undefined;
  #instanceId = '';
  #ownEnd: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #helloTimer: Timer | undefined;
  #drainTimer: Timer | undefined;
  #busy = false;
  #lastSentMs: number;
  readonly #pulse = new LinkPulse();

  constructor(connection: Connection, remote: HostPort, parts: ChannelParts) {
    this.connection = connection;
    this.peerId = connection.remotePeer.toString();
    this.remote = remote;
    this.outbound = connection.direction === 'outbound';
    this.#parts = parts;
    this.#lastSentMs = parts.clock.monotonicMs();
    // Nobody may be waiting when it fails: closed() tells the owner.
    this.#ready.promise.catch(() => undefined);
    connection.addEventListener('close', () => this.#onConnectionClosed());
  }

  /** Both had said Hello, so both may have sent frames. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  get isConnected(): boolean {
    return this.connection.status === 'open';
  }

  get isOpening(): boolean {
    return this.#state === 'opening';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** The other side writes nothing more on it: it is moving to another connection, or leaves. */
  get isEnding(): boolean {
    return this.isClosed || !this.isConnected || this.#reader?.remoteWriteStatus === 'closed';
  }

  get instanceId(): string {
    return this.#instanceId;
  }

  /** The dialler's number of this connection (Hello). */
  get dialNumber(): number {
    return (this.outbound ? this.#parts.hello : this.#theirHello)?.connection ?? 0;
  }

  get listenPort(): number {
    return this.#theirHello?.listenPort ?? 0;
  }

  get queuedBytes(): number {
    return (this.#writer?.writeBufferLength ?? 0) + unsentBytes(this.connection);
  }

  /** Bytes came, on whatever stream. */
  heard(): void {
    this.#pulse.heard();
  }

  /** What came before the end is still read: a goodbye may be among it. */
  #onConnectionClosed(): void {
    if (this.#reader === undefined || this.#remoteEnded) this.#finish(this.#remoteEnded ? 'closed' : 'lost');
    else if (!this.isClosed)
      this.#drainTimer ??= this.#parts.clock.after(CLOSE_DEADLINE_MS, () => this.#finish('lost'));
  }

  /** Opens our stream and says Hello. */
  async open(): Promise<void> {
    this.#helloTimer = this.#parts.clock.after(HELLO_DEADLINE_MS, () => this.abort('lost'));
    try {
      const writer = await this.connection.newStream(LINK_PROTOCOL, {
        signal: this.#stop.signal,
        negotiateFully: false,
      });
      if (this.isClosed) {
        writer.abort(new Error('closed'));
        return;
      }
      this.#writer = writer;
      writer.addEventListener('remoteCloseWrite', () => {
        this.#wasRead = true;
        this.#closeIfDrained();
      });
      this.#write(encodeFrame(encodePeerMessage({ type: 'hello', hello: this.#parts.hello })));
      this.#becomeReady();
    } catch (error) {
      this.#parts.log.debug('a stream could not be opened', { peer: this.peerId, error: String(error) });
      this.abort('lost');
    }
  }

  /** Takes the stream that the other side opened. A second one on the same connection is refused. */
  attach(stream: Stream): void {
    if (this.#reader !== undefined || this.isClosed) {
      stream.abort(new Error('one stream is enough'));
      return;
    }
    this.#reader = stream;
    void this.#read(stream);
  }

  async #read(stream: Stream): Promise<void> {
    let isComplete: boolean;
    try {
      const frames = new StreamFrames(
        stream,
        MAX_FRAME_BYTES,
        () => this.heard(),
        (frame) => this.#takeAtOnce(frame),
      );
      await pipe(frames, (waiting) => this.#takeFrames(waiting));
      isComplete = frames.isComplete;
    } catch (error) {
      if (!this.isClosed) this.#parts.log.warn('a peer was dropped', { peer: this.peerId, error: String(error) });
      this.abort(error instanceof WireError ? 'misbehaved' : 'lost');
      return;
    }
    if (this.#deaf || this.isClosed) return;
    this.#remoteEnded = true;
    if (isComplete) this.#parts.owner.ended(this);
    if (!this.isConnected) {
      this.#finish('closed');
    } else if (!isComplete) {
      this.abort('lost');
    } else {
      // Says that everything was read. We never write on their stream.
      stream.close().catch((error: unknown) => this.#parts.log.debug('not said', { error: String(error) }));
      this.#closeIfDrained();
      // The other side may be moving to another connection of ours.
      if (this.#state === 'ready')
        this.#drainTimer ??= this.#parts.clock.after(MOVE_DEADLINE_MS, () => this.abort('closed'));
    }
  }

  async #takeFrames(frames: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const frame of frames) {
      if (this.isClosed || this.#deaf) return;
      if (this.#theirHello === undefined) {
        this.#takeHello(frame);
        await this.#ready.promise;
        continue;
      }
      await this.#takeFrame(frame);
    }
  }

  /** Once both have said Hello, no frame has to wait for a turn. */
  #takeAtOnce(frame: Uint8Array): false | Promise<void> | undefined {
    const isTalking = this.#theirHello !== undefined && this.#state !== 'opening' && !this.isClosed && !this.#deaf;
    return isTalking && this.#takeFrame(frame);
  }

  #takeFrame(frame: Uint8Array): Promise<void> | undefined {
    const slow = this.#parts.owner.frame(this, frame);
    if (slow === undefined) return undefined;
    this.#busy = true;
    return slow.finally(() => (this.#busy = false));
  }

  #takeHello(frame: Uint8Array): void {
    const message = decodePeerMessage(frame);
    if (message.type !== 'hello') throw new WireError('The first frame was no Hello.');
    if (message.hello.version !== PROTOCOL_VERSION) {
      this.#parts.owner.wrongVersion(this, message.hello.version);
      this.abort('wrong-version');
      throw new WireError(`The peer speaks version ${message.hello.version}.`);
    }
    this.#theirHello = message.hello;
    this.#instanceId = toHex(message.hello.instanceId);
    this.#becomeReady();
  }

  #becomeReady(): void {
    if (this.#state !== 'opening' || this.#writer === undefined || this.#theirHello === undefined) return;
    this.#state = 'ready';
    this.#wasReady = true;
    this.#helloTimer?.cancel();
    this.#parts.owner.ready(this);
    this.#ready.resolve(undefined);
  }

  /** False when nothing can be sent any more. */
  send(frame: Uint8Array): boolean {
    if (this.#state !== 'ready' && this.#state !== 'opening') return false;
    if (this.queuedBytes > MAX_QUEUED_BYTES) {
      this.abort('stalled');
      return false;
    }
    return this.#write(frame);
  }

  #write(frame: Uint8Array): boolean {
    if (this.#writer === undefined) return false;
    try {
      this.#pulse.wrote(frame.length);
      this.#writer.send(frame);
      this.#lastSentMs = this.#parts.clock.monotonicMs();
      return true;
    } catch (error) {
      this.#parts.log.debug('a frame could not be sent', { peer: this.peerId, error: String(error) });
      return false;
    }
  }

  /**
   * Called every half second or so with the time since the last call. Silence is only counted while this process was
   * awake: after a stall or a sleep of our own everybody gets a fresh chance to be heard.
   */
  tick(elapsedMs: number): void {
    if (this.#state !== 'ready' && this.#state !== 'draining') return;
    const pulse = this.#pulse;
    pulse.look(elapsedMs, this.#waiting());
    if (this.#state === 'draining') {
      // Neither side sends heartbeats on it any more: what is silent there are two that wait for each other.
      if (pulse.idleMs < STALLED_AFTER_MS) return;
      if (this.#remoteEnded) void this.#closeConnection('closed');
      else this.abort('lost');
      return;
    }
    if (this.#parts.clock.monotonicMs() - this.#lastSentMs >= HEARTBEAT_AFTER_MS) this.#write(HEARTBEAT);
    if (pulse.silentMs >= DEAD_AFTER_MS) this.abort('lost');
    else if (pulse.stuckMs >= STALLED_AFTER_MS) this.abort('stalled');
  }

  #waiting(): Waiting {
    return {
      inStreamBytes: this.#writer?.writeBufferLength ?? 0,
      belowBytes: unsentBytes(this.connection),
      carriedBytes: carriedBytes(this.connection),
      isBusy: this.#busy,
    };
  }

  /** Ends our side after what is queued, keeps reading until the other side ends too, then closes. */
  retire(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'draining';
    this.#pulse.idleMs = 0;
    this.#drainTimer?.cancel();
    this.#drainTimer = undefined;
    void this.#endWriting();
  }

  #closeIfDrained(): void {
    if (this.#state === 'draining' && !this.#deaf && this.#remoteEnded && this.#wasRead)
      void this.#closeConnection('closed');
  }

  /** Sends what is queued, then closes the connection. Nothing more that comes is read. */
  close(reason: LinkDownReason): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  async #close(reason: LinkDownReason): Promise<void> {
    if (this.isClosed) return;
    this.#state = 'draining';
    this.#deaf = true;
    await this.#whileMoving(this.#endWriting());
    await this.#closeConnection(reason);
  }

  abort(reason: LinkDownReason): void {
    if (this.isClosed) return;
    this.#finish(reason);
    this.connection.abort(new Error(reason));
  }

  /** Resolves when everything that was queued and our end are on their way, or nothing more can be. */
  #endWriting(): Promise<void> {
    this.#ownEnd ??= Promise.resolve(this.#writer?.close()).catch((error: unknown) =>
      this.#parts.log.debug('a stream did not end well', { peer: this.peerId, error: String(error) }),
    );
    return this.#ownEnd;
  }

  async #closeConnection(reason: LinkDownReason): Promise<void> {
    if (this.isClosed) return;
    this.#finish(reason);
    const giveUp = new AbortController();
    const closing = this.connection
      .close({ signal: giveUp.signal })
      .catch((error: unknown) => this.connection.abort(error instanceof Error ? error : new Error(String(error))));
    await this.#whileMoving(closing);
    giveUp.abort();
    await closing;
  }

  #whileMoving(work: Promise<unknown>): Promise<void> {
    const { clock } = this.#parts;
    const patience = { clock, stillMs: CLOSE_DEADLINE_MS, mostMs: CLOSE_AT_MOST_MS };
    return whileMoving(work, () => this.#pulse.movedBytes(this.#waiting()), patience);
  }

  #finish(reason: LinkDownReason): void {
    if (this.isClosed) return;
    this.#state = 'closed';
    this.#helloTimer?.cancel();
    this.#drainTimer?.cancel();
    this.#stop.abort();
    this.#ready.reject(new Error(reason));
    this.#parts.owner.closed(this, reason);
  }
}
