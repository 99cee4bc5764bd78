// PeerLinks on the LAN in memory, with the semantics of the real ones: one link for each peer id; of two connections
// between the same two one stays once the other is drained, by the rules of the real ones (hand-over.ts).

import { sleep, deadline, type Clock } from '../../src/base/clock.ts';
import { bytesEqual } from '../../src/base/bytes.ts';
import { Emitter, type Unsubscribe } from '../../src/base/emitter.ts';
import { MmchatError, WireError } from '../../src/base/errors.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type {
  LinkDownReason,
  LinkEvent,
  PeerLink,
  PeerLinks,
  PurposeStream,
  StreamPurpose,
} from '../../src/contracts/links.ts';
import type { Identity } from '../../src/contracts/stores.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { HandOver } from '../../src/net/hand-over.ts';
import type { LinksOptions } from '../../src/net/libp2p-links.ts';
import { PurposeStreams } from '../../src/net/purpose-streams.ts';
import { silentLog } from '../../src/base/log.ts';
import { MemoryConnection, type ChannelOwner, type MemoryChannel } from './memory-channel.ts';
import { failTheRun, type Machine, type MemoryNetwork } from './memory-network.ts';
import { openMemoryStream, type StreamItem } from './memory-streams.ts';

const DIAL_DEADLINE_MS = 4_000;
const NOBODY_THERE_MS = 3_000;

export type MemoryLinksOptions = Pick<LinksOptions, 'identity' | 'port' | 'prologue' | 'clock' | 'acceptFrom'>;
type FrameHandler = (link: PeerLink, frame: Uint8Array) => void | Promise<void>;

class MemoryLink implements PeerLink {
  readonly handOver: HandOver<MemoryChannel>;
  channel: MemoryChannel;
  downReason: LinkDownReason | undefined;
  readonly #streams: PurposeStreams<MemoryChannel, MemoryLink>;

  constructor(own: string, channel: MemoryChannel, streams: PurposeStreams<MemoryChannel, MemoryLink>) {
    this.channel = channel;
    this.#streams = streams;
    this.handOver = new HandOver(own, channel.peerId);
    this.handOver.add(channel);
  }

  get peerId(): string {
    return this.channel.peerId;
  }

  get remote(): HostPort {
    return this.channel.remote;
  }

  get listenAddress(): HostPort {
    return { host: this.channel.remote.host, port: this.channel.listenPort };
  }

  get instanceId(): string {
    return this.channel.instanceId;
  }

  get queuedBytes(): number {
    return this.channel.queuedBytes;
  }

  send(frame: Uint8Array): boolean {
    if (frame.length === 0 || frame.length > MAX_FRAME_BYTES)
      throw new WireError(`A frame has no ${frame.length} bytes.`);
    return this.downReason === undefined && this.channel.send(frame);
  }

  stream(purpose: StreamPurpose): PurposeStream {
    return this.#streams.own(this, purpose);
  }

  close(reason: LinkDownReason): void {
    this.downReason ??= reason;
    // As on a real one, `down` comes a moment later.
    queueMicrotask(() => this.channel.close(reason));
  }
}

export class MemoryLinks implements PeerLinks, ChannelOwner {
  readonly machine: Machine;
  readonly #network: MemoryNetwork;
  readonly #options: MemoryLinksOptions;
  readonly #events: Emitter<LinkEvent>;
  readonly #links = new Map<string, MemoryLink>();
  readonly #channels = new Set<MemoryChannel>();
  readonly #wakers = new Map<MemoryChannel, () => void>();
  readonly #streams: PurposeStreams<MemoryChannel, MemoryLink>;
  #handler: FrameHandler = () => undefined;
  #instanceId = '';
  #port = 0;
  #dials = 0;
  #stopped = false;
  /** Dials under way, and the most that ever were at once. */
  dialling = 0;
  mostDialling = 0;

  constructor(network: MemoryNetwork, machine: Machine, options: MemoryLinksOptions) {
    this.#network = network;
    this.machine = machine;
    this.#options = options;
    this.#events = new Emitter(failTheRun);
    this.#streams = new PurposeStreams<MemoryChannel, MemoryLink>({
      clock: options.clock,
      log: { ...silentLog, error: (message, fields) => failTheRun(new Error(`${message} ${JSON.stringify(fields)}`)) },
      linkTo: (peerId) => this.#links.get(peerId),
      open: openMemoryStream,
      wasReset: (link, purpose) => this.#events.emit({ type: 'stream-reset', link, purpose }),
    });
  }

  on(listener: (event: LinkEvent) => void): Unsubscribe {
    return this.#events.on(listener);
  }

  onFrame(handler: FrameHandler): void {
    this.#handler = handler;
  }

  onStreamFrame(purpose: StreamPurpose, handler: FrameHandler): void {
    this.#streams.onFrame(purpose, handler);
  }

  get links(): ReadonlyMap<string, PeerLink> {
    return this.#links;
  }

  get port(): number {
    return this.#port;
  }

  get instanceId(): string {
    return this.#instanceId;
  }

  /** Connections, also those that are opening or draining. */
  get channelCount(): number {
    return this.#channels.size;
  }

  get identity(): Identity {
    return this.#options.identity;
  }

  get peerId(): string {
    return this.#options.identity.peerId;
  }

  get addresses(): readonly string[] {
    return this.machine.addresses.map(({ address }) => `/ip4/${address}/tcp/${this.#port}/p2p/${this.peerId}`);
  }

  setInterfaces(): void {
    // The machine knows its addresses.
  }

  start({ instanceId, signal }: { signal?: AbortSignal; instanceId: string }): Promise<void> {
    signal?.throwIfAborted();
    this.#port = this.#choosePort();
    this.#instanceId = instanceId;
    this.machine.listeners.set(this.#port, this);
    return Promise.resolve();
  }

  #choosePort(): number {
    const { given, lastUsed, first, last } = this.#options.port;
    const isFree = (port: number): boolean => !this.machine.listeners.has(port);
    if (given !== undefined && given !== 0) {
      if (isFree(given)) return given;
      throw new MmchatError('port-in-use', `Port ${given} is taken.`);
    }
    const wishes = given === 0 ? [] : [lastUsed ?? first];
    for (let port = first; port <= last; port++) wishes.push(port);
    for (let port = 32_768; port < 65_536; port++) wishes.push(port);
    const free = wishes.find(isFree);
    if (free === undefined) throw new MmchatError('port-in-use', 'No port is free.');
    return free;
  }

  stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = true;
      this.machine.listeners.delete(this.#port);
      for (const channel of [...this.#channels]) channel.close('stopped');
    }
    return Promise.resolve();
  }

  /** The process dies without a word. */
  kill(): void {
    this.#stopped = true;
    this.machine.listeners.delete(this.#port);
    for (const channel of [...this.#channels]) channel.killed();
    this.#channels.clear();
  }

  async dial(address: HostPort, options: { signal?: AbortSignal } = {}): Promise<PeerLink> {
    if (this.#stopped || this.#port === 0) throw new MmchatError('stopped', 'The node is not running.');
    this.dialling++;
    this.mostDialling = Math.max(this.mostDialling, this.dialling);
    const limit = deadline(this.#clock, DIAL_DEADLINE_MS, options.signal);
    try {
      return await this.#dial(address, limit.signal);
    } finally {
      limit.done();
      this.dialling--;
    }
  }

  get #clock(): Clock {
    return this.#options.clock;
  }

  async #dial(address: HostPort, signal: AbortSignal): Promise<PeerLink> {
    const fail = (why: string): never => {
      throw new MmchatError('unreachable', `${address.host}:${address.port} could not be linked: ${why}.`);
    };
    const target = this.#network.machineAt(this.machine, address.host);
    if (target === this.machine && address.port === this.#port) fail('Tried to dial self');
    const { host, port } = address;
    this.#network.dials.push({ atMs: this.#clock.monotonicMs(), from: this.machine, host, port });
    if (target === undefined) {
      await sleep(this.#clock, NOBODY_THERE_MS, signal);
      return fail('there is no way to that address');
    }
    await sleep(this.#clock, this.#network.travelMs() * 2, signal);
    if (!this.#network.isOpen(this.machine, target)) await sleep(this.#clock, DIAL_DEADLINE_MS, signal);
    if (signal.aborted) fail('no answer');
    const listener = target.listeners.get(address.port);
    if (listener === undefined) return fail('nobody listens there');
    if (!listener.welcomes(this)) fail('it refused the handshake');
    if (listener.peerId === this.peerId) {
      this.#events.emit({ type: 'identity-in-use', remote: address });
      throw new MmchatError('identity-in-use', `${address.host} uses the same identity key as this node.`);
    }
    const { dialler: channel, listener: theirs } = new MemoryConnection(this.#network, this, listener, ++this.#dials);
    listener.#know(theirs);
    this.#know(channel);
    await this.#untilReady(channel, signal);
    return this.#links.get(listener.peerId) ?? fail('it answered, but did not become a link');
  }

  #know(channel: MemoryChannel): void {
    this.#channels.add(channel);
    // The other side may use it before the one that the link is on, although we hear of that later.
    this.#links.get(channel.peerId)?.handOver.add(channel);
  }

  welcomes(dialler: MemoryLinks): boolean {
    return (
      !this.#stopped &&
      bytesEqual(dialler.#options.prologue, this.#options.prologue) &&
      this.#options.acceptFrom?.(dialler.machine.ip) !== false
    );
  }

  async #untilReady(channel: MemoryChannel, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakers.set(channel, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#wakers.delete(channel);
  }

  ready(channel: MemoryChannel): void {
    const link = this.#links.get(channel.peerId);
    if (link === undefined) this.#up(channel);
    else if (link.instanceId !== channel.instanceId) {
      // They started again before the old connection was noticed to be dead.
      link.handOver.delete(channel);
      this.#down(link, 'lost');
      link.channel.abort('lost');
      this.#up(channel);
    } else {
      link.handOver.add(channel);
      const isBetter = link.handOver.prefers(channel, link.channel);
      const worse = isBetter ? link.channel : channel;
      if (isBetter) {
        link.channel = channel;
        this.#streams.moved(link, worse);
      }
      worse.retire();
    }
    this.#wakers.get(channel)?.();
  }

  #up(channel: MemoryChannel): void {
    const link = new MemoryLink(this.peerId, channel, this.#streams);
    this.#links.set(channel.peerId, link);
    for (const other of this.#channels)
      if (other.peerId === channel.peerId && other.isOpening) link.handOver.add(other);
    this.#events.emit({ type: 'up', link });
    this.#streams.changed();
  }

  #down(link: MemoryLink, reason: LinkDownReason): void {
    this.#links.delete(link.peerId);
    const others = link.handOver.connections.filter((channel) => channel !== link.channel && !channel.isOpening);
    link.handOver.clear();
    if (link.downReason === undefined) for (const other of others) other.abort('lost');
    this.#streams.down(link);
    this.#events.emit({ type: 'down', link, reason: link.downReason ?? reason });
  }

  frame(channel: MemoryChannel, frame: Uint8Array): void | Promise<void> {
    const link = this.#links.get(channel.peerId);
    if (link?.handOver.has(channel) !== true) return undefined;
    if (!link.handOver.mustWait(channel)) return this.#handler(link, frame);
    return link.handOver.turnOf(channel).then(() => (channel.isClosed ? undefined : this.#handler(link, frame)));
  }

  ended(channel: MemoryChannel): void {
    this.#links.get(channel.peerId)?.handOver.delete(channel);
  }

  streamItem(channel: MemoryChannel, item: StreamItem): void {
    item.stream.arrived(channel, item.content, this.#streams);
  }

  closed(channel: MemoryChannel, reason: LinkDownReason): void {
    this.#channels.delete(channel);
    this.#wakers.get(channel)?.();
    this.#streams.closed(channel);
    const link = this.#links.get(channel.peerId);
    if (link === undefined) return;
    if (link.channel === channel) this.#down(link, reason);
    else {
      // What was on the way on it is lost.
      if (link.handOver.has(channel) && channel.wasReady) link.channel.abort('lost');
      link.handOver.delete(channel);
    }
  }
}
