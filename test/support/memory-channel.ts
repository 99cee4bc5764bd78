// Connections on the LAN in memory, with the manners of TCP: bytes wait while the path is cut, silence kills a connection
// after a while on each side by itself, a reset takes along what was on the way, a slow reader slows the writer.

import type { Timer } from '../../src/base/clock.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type { LinkDownReason } from '../../src/contracts/links.ts';
import type { Machine, MemoryNetwork } from './memory-network.ts';
import { WINDOW_BYTES, type MemoryStream, type StreamItem } from './memory-streams.ts';

/** The numbers of the real links. */
const DEAD_AFTER_MS = 3_500;
const HEARTBEAT_AFTER_MS = 1_500;
const TICK_MS = 500;
const STALLED_AFTER_MS = 10_000;
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;
const MOVE_DEADLINE_MS = 5_000;

/** Who a side of a connection belongs to. */
export interface ChannelOwner {
  readonly machine: Machine;
  readonly peerId: string;
  readonly instanceId: string;
  readonly port: number;
  ready(channel: MemoryChannel): void;
  frame(channel: MemoryChannel, frame: Uint8Array): void | Promise<void>;
  /** Something of a stream by purpose arrived. */
  streamItem(channel: MemoryChannel, item: StreamItem): void;
  /** The other side writes nothing more, and every frame was handed over. */
  ended(channel: MemoryChannel): void;
  closed(channel: MemoryChannel, reason: LinkDownReason): void;
}

type Item = Uint8Array | StreamItem | 'end' | 'closed' | 'lost';

export class MemoryConnection {
  readonly network: MemoryNetwork;
  readonly dialler: MemoryChannel;
  readonly listener: MemoryChannel;
  /** Counts the dials of the dialler: of two of its connections the newer one stays. */
  readonly dial: number;
  #wasOpen = true;

  constructor(network: MemoryNetwork, dialler: ChannelOwner, listener: ChannelOwner, dial: number) {
    this.network = network;
    this.dial = dial;
    this.dialler = new MemoryChannel(this, dialler, listener, true);
    this.listener = new MemoryChannel(this, listener, dialler, false);
    network.connections.add(this);
    for (const channel of [this.dialler, this.listener])
      network.clock.after(network.travelMs(), () => channel.becomeReady());
  }

  otherOf(channel: MemoryChannel): MemoryChannel {
    return channel === this.dialler ? this.listener : this.dialler;
  }

  get isOpen(): boolean {
    const { dialler, listener } = this;
    const local = dialler.owner.machine === listener.owner.machine;
    const moved = !dialler.owner.machine.has(dialler.ownIp) || !listener.owner.machine.has(listener.ownIp);
    return local || (!moved && this.network.isOpen(dialler.owner.machine, listener.owner.machine));
  }

  pathChanged(): void {
    const open = this.isOpen;
    if (open === this.#wasOpen) return;
    this.#wasOpen = open;
    for (const channel of [this.dialler, this.listener]) channel.pathChanged(open);
  }

  forgetIfOver(): void {
    if (this.dialler.isOver && this.listener.isOver) this.network.connections.delete(this);
  }
}

/** One side of a connection. */
export class MemoryChannel {
  readonly connection: MemoryConnection;
  readonly owner: ChannelOwner;
  readonly peerId: string;
  readonly instanceId: string;
  readonly outbound: boolean;
  readonly ownIp: string;
  readonly remote: HostPort;
  readonly listenPort: number;
  #state: 'opening' | 'ready' | 'draining' | 'closed' = 'opening';
  #wasReady = false;
  /** On the way to the other side. */
  readonly #travelling: { item: Item; arrivesAtMs: number }[] = [];
  #unreadBytes = 0;
  readonly #inbox: Exclude<Item, StreamItem>[] = [];
  #reading = false;
  #remoteEnded = false;
  #pumpTimer: Timer | undefined;
  #silenceTimer: Timer | undefined;
  #moveTimer: Timer | undefined;
  #stallTimer: Timer | undefined;
  #queuedAtCheck = 0;
  #stuckMs = 0;

  constructor(connection: MemoryConnection, owner: ChannelOwner, other: ChannelOwner, outbound: boolean) {
    this.connection = connection;
    this.owner = owner;
    this.peerId = other.peerId;
    this.instanceId = other.instanceId;
    this.outbound = outbound;
    this.ownIp = owner.machine.ip;
    this.listenPort = other.port;
    this.remote = { host: other.machine.ip, port: outbound ? other.port : 49_152 };
  }

  get #network(): MemoryNetwork {
    return this.connection.network;
  }

  get #other(): MemoryChannel {
    return this.connection.otherOf(this);
  }

  get dialNumber(): number {
    return this.connection.dial;
  }

  get isOpening(): boolean {
    return this.#state === 'opening';
  }

  get wasReady(): boolean {
    return this.#wasReady;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Closed, and nothing of it is on the way any more. */
  get isOver(): boolean {
    return this.isClosed && this.#travelling.length === 0;
  }

  get queuedBytes(): number {
    let bytes = this.#other.#unreadBytes;
    for (const { item } of this.#travelling) bytes += sizeOf(item);
    return Math.max(0, bytes - WINDOW_BYTES);
  }

  /** The other side ended what it writes. */
  get isEnding(): boolean {
    return this.#remoteEnded || this.isClosed;
  }

  putStreamItem(item: StreamItem): void {
    if (!this.isClosed) this.#put(item);
  }

  /** Bytes of a stream that have not arrived. */
  travellingBytes(stream: MemoryStream): number {
    let bytes = 0;
    for (const { item } of this.#travelling) if (isBytesOf(item, stream)) bytes += item.content.length;
    return bytes;
  }

  dropTravelling(stream: MemoryStream): void {
    for (let index = this.#travelling.length - 1; index >= 0; index--)
      if (isBytesOf(this.#travelling[index]?.item, stream)) this.#travelling.splice(index, 1);
  }

  becomeReady(): void {
    if (this.#state !== 'opening') return;
    if (!this.connection.isOpen) {
      this.abort('lost');
      return;
    }
    this.#state = 'ready';
    this.#wasReady = true;
    this.owner.ready(this);
    void this.#readOn();
  }

  send(frame: Uint8Array): boolean {
    if (this.#state !== 'ready') return false;
    if (this.queuedBytes > MAX_QUEUED_BYTES) {
      this.abort('stalled');
      return false;
    }
    this.#put(frame.slice());
    if (this.queuedBytes > 0) this.#stallTimer ??= this.#network.clock.every(TICK_MS, () => this.#checkStall());
    return true;
  }

  #checkStall(): void {
    const queued = this.queuedBytes;
    this.#stuckMs = queued > 0 && queued >= this.#queuedAtCheck ? this.#stuckMs + TICK_MS : 0;
    this.#queuedAtCheck = queued;
    if (this.#stuckMs >= STALLED_AFTER_MS) this.abort('stalled');
    if (queued > 0 && !this.isClosed) return;
    this.#stallTimer?.cancel();
    this.#stallTimer = undefined;
  }

  /** Writes nothing more, reads on until the other side ends too. */
  retire(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'draining';
    this.#put('end');
    if (this.#remoteEnded) this.#finish('closed');
  }

  /** Ends after what is queued. */
  close(reason: LinkDownReason): void {
    if (this.isClosed) return;
    this.#put('closed');
    this.#finish(reason);
  }

  /** Ends at once; what was on the way is lost. */
  abort(reason: LinkDownReason): void {
    if (this.isClosed) return;
    this.#travelling.length = 0;
    this.#put('lost');
    this.#finish(reason);
  }

  /** The process is gone: its kernel tells the other side, after what was on the way or instead of it. */
  killed(): void {
    if (this.isClosed) return;
    if (this.#network.random.fraction() < 0.5) this.#travelling.length = 0;
    this.#put('lost');
    this.#state = 'closed';
    this.#cancelTimers();
  }

  #finish(reason: LinkDownReason): void {
    this.#state = 'closed';
    this.#cancelTimers();
    this.#inbox.length = 0;
    this.#unreadBytes = 0;
    this.connection.forgetIfOver();
    this.owner.closed(this, reason);
  }

  #cancelTimers(): void {
    this.#silenceTimer?.cancel();
    this.#moveTimer?.cancel();
    this.#stallTimer?.cancel();
  }

  pathChanged(open: boolean): void {
    this.#silenceTimer?.cancel();
    if (open) this.#pump();
    else if (this.#state === 'ready' || this.#state === 'draining') {
      // The last sign of life came up to a heartbeat ago, and silence is looked at in ticks.
      const { random, clock } = this.#network;
      const waitMs = DEAD_AFTER_MS - HEARTBEAT_AFTER_MS * random.fraction() + TICK_MS * random.fraction();
      this.#silenceTimer = clock.after(waitMs, () => this.abort('lost'));
    }
  }

  #put(item: Item): void {
    const last = this.#travelling.at(-1)?.arrivesAtMs ?? 0;
    const arrivesAtMs = Math.max(last, this.#network.clock.monotonicMs() + this.#network.travelMs());
    this.#travelling.push({ item, arrivesAtMs });
    this.#pump();
  }

  /** Hands over what has arrived, and comes back when the next does. While the path is cut everything waits. */
  #pump(): void {
    this.#pumpTimer?.cancel();
    if (!this.connection.isOpen) return;
    const nowMs = this.#network.clock.monotonicMs();
    for (let next = this.#travelling[0]; next !== undefined; next = this.#travelling[0]) {
      if (next.arrivesAtMs > nowMs) {
        this.#pumpTimer = this.#network.clock.after(next.arrivesAtMs - nowMs, () => this.#pump());
        return;
      }
      this.#travelling.shift();
      this.#other.#arrive(next.item);
    }
    this.connection.forgetIfOver();
  }

  #arrive(item: Item): void {
    if (this.isClosed) return;
    if (isStreamItem(item)) {
      this.owner.streamItem(this, item);
      return;
    }
    this.#unreadBytes += sizeOf(item);
    this.#inbox.push(item);
    void this.#readOn();
  }

  async #readOn(): Promise<void> {
    if (this.#reading || this.#state === 'opening') return;
    this.#reading = true;
    for (let item = this.#inbox.shift(); item !== undefined; item = this.#inbox.shift()) {
      this.#unreadBytes -= sizeOf(item);
      if (typeof item === 'string') this.#onEnd(item);
      else {
        const slow = this.owner.frame(this, item);
        if (slow !== undefined) await slow;
      }
      if (this.isClosed) break;
    }
    this.#reading = false;
  }

  #onEnd(item: 'end' | 'closed' | 'lost'): void {
    if (item !== 'end') {
      this.#finish(item);
      return;
    }
    this.#remoteEnded = true;
    this.owner.ended(this);
    if (this.#state === 'draining') this.close('closed');
    // They may have moved to another connection that is not ready here yet.
    else this.#moveTimer = this.#network.clock.after(MOVE_DEADLINE_MS, () => this.close('closed'));
  }
}

/** What counts as queued on the link itself. */
function sizeOf(item: Item): number {
  return item instanceof Uint8Array ? item.length : 0;
}

function isStreamItem(item: Item): item is StreamItem {
  return typeof item === 'object' && 'stream' in item;
}

function isBytesOf(item: Item | undefined, stream: MemoryStream): item is StreamItem & { content: Uint8Array } {
  return item !== undefined && isStreamItem(item) && item.stream === stream && typeof item.content === 'object';
}
