// PeerLinks over libp2p. One link for each peer id; while two connections exist, one of them stays, and the link moves to
// it (hand-over.ts).

import { setMaxListeners } from 'node:events';
import type { Connection, MultiaddrConnection, Stream } from '@libp2p/interface';
import { fromHex } from '../base/bytes.ts';
import { deadline, type Clock, type Timer } from '../base/clock.ts';
import { Emitter, type Unsubscribe } from '../base/emitter.ts';
import { MmchatError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostPort } from '../contracts/discovery.ts';
import type { LinkDownReason, LinkEvent, PeerLink, PeerLinks, StreamPurpose } from '../contracts/links.ts';
import type { Identity } from '../contracts/stores.ts';
import type { LocalInterface } from '../state/values.ts';
import { PROTOCOL_VERSION } from '../wire/limits.ts';
import type { Hello } from '../wire/peer-messages.ts';
import { dialFailureReason } from './dial-failure.ts';
import { createLanLibp2p, MAX_LINKS, type LanLibp2p } from './libp2p-node.ts';
import { dropStreams, handleStreams, openStream } from './libp2p-streams.ts';
import { LinkLocalZones } from './link-local.ts';
import { Link } from './link.ts';
import { LINK_PROTOCOL, LinkChannel, type ChannelOwner } from './link-channel.ts';
import { fromMultiaddr, listenMultiaddr, toMultiaddr } from './multiaddrs.ts';
import { choosePort, portError, type PortWish } from './port-choice.ts';
import { PurposeStreams } from './purpose-streams.ts';

const TICK_MS = 500;
/** A tick that comes later than this means that we slept or stalled: that time is nobody's silence. */
const MAX_COUNTED_TICK_MS = 1_000;
/** Links from one address: keys cost nothing, addresses on a LAN do. */
const MAX_LINKS_PER_HOST = 128;
/** Bytes waiting on all links together; above it the worst goes. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
const READY_DEADLINE_MS = 5_000;

export interface LinksOptions {
  readonly identity: Identity;
  readonly port: PortWish;
  readonly prologue: Uint8Array;
  readonly program: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether connections from this host are welcome (`--interface`). */
  readonly acceptFrom?: (host: string) => boolean;
}

export class Libp2pLinks implements PeerLinks {
  readonly #options: LinksOptions;
  readonly #events: Emitter<LinkEvent>;
  readonly #links = new Map<string, Link>();
  readonly #zones = new LinkLocalZones();
  /** By connection id: also those that aren't links yet or any more. */
  readonly #channels = new Map<string, LinkChannel>();
  readonly #over = new WeakSet<Connection>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #streams: PurposeStreams<LinkChannel, Link>;
  #handler: (link: PeerLink, frame: Uint8Array) => void | Promise<void> = () => undefined;
  #libp2p: LanLibp2p | undefined;
  #hello: Hello | undefined;
  #dialled = 0;
  #interfaces: readonly LocalInterface[] = [];
  #port = 0;
  #ticker: Timer | undefined;
  #tickedAtMs = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#events = new Emitter((error) => options.log.error('a listener failed', { error: messageOf(error) }));
    this.#streams = new PurposeStreams<LinkChannel, Link>({
      clock: options.clock,
      log: options.log,
      linkTo: (peerId) => this.#links.get(peerId),
      open: (channel, purpose, events, signal) => openStream(options.clock, channel, purpose, events, signal),
      wasReset: (link, purpose) => this.#events.emit({ type: 'stream-reset', link, purpose }),
    });
  }

  on(listener: (event: LinkEvent) => void): Unsubscribe {
    return this.#events.on(listener);
  }

  onFrame(handler: (link: PeerLink, frame: Uint8Array) => void | Promise<void>): void {
    this.#handler = handler;
  }

  onStreamFrame(purpose: StreamPurpose, handler: (link: PeerLink, frame: Uint8Array) => void | Promise<void>): void {
    this.#streams.onFrame(purpose, handler);
  }

  get links(): ReadonlyMap<string, PeerLink> {
    return this.#links;
  }

  get port(): number {
    return this.#port;
  }

  get addresses(): readonly string[] {
    const { identity } = this.#options;
    return this.#interfaces.map(({ address }) => listenMultiaddr({ host: address, port: this.#port }, identity.peerId));
  }

  setInterfaces(interfaces: readonly LocalInterface[]): void {
    this.#interfaces = interfaces;
  }

  async start({ instanceId, signal }: { signal?: AbortSignal; instanceId: string }): Promise<void> {
    const libp2p = await this.#listen(signal);
    this.#libp2p = libp2p;
    this.#hello = {
      version: PROTOCOL_VERSION,
      instanceId: fromHex(instanceId),
      listenPort: this.#port,
      program: this.#options.program,
      connection: 0,
    };
    libp2p.addEventListener('connection:open', (event) => void this.#channelOf(event.detail));
    await libp2p.handle(LINK_PROTOCOL, (stream, connection) => this.#attach(stream, connection), {
      maxInboundStreams: 2,
      maxOutboundStreams: 2,
    });
    await handleStreams(libp2p, this.#streams, (connection) => this.#channelOf(connection));
    for (const connection of libp2p.getConnections()) this.#channelOf(connection);
    this.#tickedAtMs = this.#options.clock.monotonicMs();
    this.#ticker = this.#options.clock.every(TICK_MS, () => this.#tick());
  }

  async #listen(signal: AbortSignal | undefined): Promise<LanLibp2p> {
    const { port: wish, identity, prologue, program } = this.#options;
    // Somebody else may take the port between the choice and the listening: choose again then.
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      const port = await choosePort(wish);
      const libp2p = await createLanLibp2p({
        identity,
        prologue,
        program,
        zones: this.#zones,
        listen: [`/ip4/0.0.0.0/tcp/${port}`],
        acceptFrom: (connection) => this.#accepts(connection),
      });
      try {
        await libp2p.start();
        this.#port = listeningPort(libp2p) ?? port;
        // The same number for IPv6; a machine without IPv6 does without.
        await this.#listenIpv6(libp2p);
        return libp2p;
      } catch (error) {
        await libp2p.stop();
        if (wish.given !== undefined && wish.given !== 0) throw portError(wish.given, 'EADDRINUSE');
        if (attempt >= 5) throw new MmchatError('port-in-use', 'No port could be opened for links.', { cause: error });
      }
    }
  }

  async #listenIpv6(libp2p: LanLibp2p): Promise<void> {
    const { components } = libp2p as unknown as {
      components: { transportManager: { listen(addresses: unknown[]): Promise<void> } };
    };
    try {
      await components.transportManager.listen([toMultiaddr({ host: '::', port: this.#port })]);
    } catch (error) {
      this.#options.log.info('no links over IPv6', { error: messageOf(error) });
    }
  }

  #accepts(connection: MultiaddrConnection): boolean {
    const remote = this.#remoteOf(connection);
    if (remote === undefined || this.#channels.size >= MAX_LINKS) return false;
    if (this.#options.acceptFrom?.(remote.host) === false) return false;
    return this.#hasPlaceFor(remote.host);
  }

  #hasPlaceFor(host: string): boolean {
    let fromThere = 0;
    for (const channel of this.#channels.values()) if (channel.remote.host === host) fromThere++;
    return fromThere < MAX_LINKS_PER_HOST;
  }

  #remoteOf(connection: Connection | MultiaddrConnection): HostPort | undefined {
    const remote = fromMultiaddr(connection.remoteAddr);
    return remote === undefined ? undefined : this.#zones.withZone(remote);
  }

  #channelOf(connection: Connection): LinkChannel | undefined {
    const known = this.#channels.get(connection.id);
    // Closed by us while the other side still opened a stream: what is queued is on its way, and nobody waits for more.
    if (known !== undefined || this.#over.has(connection)) return known;
    const remote = this.#remoteOf(connection);
    // Asked again: many may have been accepted while they were still shaking hands.
    const full = remote !== undefined && connection.direction === 'inbound' && !this.#hasPlaceFor(remote.host);
    if (remote === undefined || full || this.#hello === undefined || this.#stopping !== undefined) {
      connection.abort(new Error('not now'));
      return undefined;
    }
    const channel = new LinkChannel(connection, remote, {
      clock: this.#options.clock,
      log: this.#options.log,
      owner: this.#owner,
      hello: connection.direction === 'outbound' ? { ...this.#hello, connection: ++this.#dialled } : this.#hello,
    });
    this.#channels.set(connection.id, channel);
    // The other side may use it before the one that the link is on, although we hear of that later.
    this.#links.get(channel.peerId)?.handOver.add(channel);
    void channel.open();
    return channel;
  }

  #attach(stream: Stream, connection: Connection): void {
    const channel = this.#channelOf(connection);
    if (channel === undefined) stream.abort(new Error('not now'));
    else channel.attach(stream);
  }

  readonly #owner: ChannelOwner = {
    ready: (channel) => this.#adopt(channel),
    frame: (channel, frame) => {
      const link = this.#links.get(channel.peerId);
      if (link?.handOver.has(channel) !== true) return undefined;
      if (!link.handOver.mustWait(channel)) return this.#handler(link, frame);
      return link.handOver.turnOf(channel).then(() => (channel.isClosed ? undefined : this.#handler(link, frame)));
    },
    ended: (channel) => this.#links.get(channel.peerId)?.handOver.delete(channel),
    closed: (channel, reason) => this.#closed(channel, reason),
    wrongVersion: (channel, version) => this.#events.emit({ type: 'wrong-version', peerId: channel.peerId, version }),
  };

  #adopt(channel: LinkChannel): void {
    const link = this.#links.get(channel.peerId);
    if (link === undefined) {
      this.#up(channel);
    } else if (link.downReason !== undefined && link.instanceId === channel.instanceId) {
      channel.abort(link.downReason);
    } else if (link.instanceId !== channel.instanceId || !link.channel.isConnected) {
      // They started again, or linked anew, before the old connection was noticed to be dead.
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
    this.#wake(channel);
  }

  #up(channel: LinkChannel): void {
    const link = new Link(this.#options.identity.peerId, channel, this.#streams);
    this.#links.set(channel.peerId, link);
    for (const other of this.#channels.values())
      if (other.peerId === channel.peerId && other.isOpening) link.handOver.add(other);
    this.#options.log.debug('linked', { peer: link.peerId, host: link.remote.host });
    this.#events.emit({ type: 'up', link });
    this.#streams.changed();
  }

  #down(link: Link, reason: LinkDownReason): void {
    this.#links.delete(link.peerId);
    const others = link.handOver.connections.filter((channel) => channel !== link.channel && !channel.isOpening);
    link.handOver.clear();
    // The other side may think that the link goes on there. What we close ourselves may still send what is queued.
    if (link.downReason === undefined) for (const other of others) other.abort('lost');
    this.#streams.down(link);
    this.#options.log.debug('a link is down', { peer: link.peerId, reason: link.downReason ?? reason });
    this.#events.emit({ type: 'down', link, reason: link.downReason ?? reason });
  }

  #closed(channel: LinkChannel, reason: LinkDownReason): void {
    this.#channels.delete(channel.connection.id);
    this.#over.add(channel.connection);
    this.#wake(channel);
    this.#streams.closed(channel);
    dropStreams(channel.connection);
    const link = this.#links.get(channel.peerId);
    if (link !== undefined && link.channel !== channel) {
      // Frames that were on the way are lost for good, and only a new link makes the other side send them again. Where no
      // Hello has come it is the other side that knows whether it sent anything, and it misses our end of the stream.
      if (link.handOver.has(channel) && channel.wasReady) link.channel.abort('lost');
      link.handOver.delete(channel);
      return;
    }
    this.#forget(channel);
    if (link !== undefined) this.#down(link, reason);
  }

  #wake(channel: LinkChannel): void {
    for (const wake of this.#waiting.get(channel.connection.id) ?? []) wake();
  }

  /** libp2p keeps what it learned of everybody for ever: strangers with fresh keys would fill the memory. */
  #forget(channel: LinkChannel): void {
    this.#libp2p?.peerStore
      .delete(channel.connection.remotePeer)
      .catch((error: unknown) => this.#options.log.debug('not forgotten', { error: messageOf(error) }));
  }

  async dial(address: HostPort, options: { signal?: AbortSignal } = {}): Promise<PeerLink> {
    const libp2p = this.#libp2p;
    if (libp2p === undefined || this.#stopping !== undefined)
      throw new MmchatError('stopped', 'The node is not running.');
    const where = `${address.host}:${address.port}`;
    let connection: Connection;
    // Many dials may share a signal, and each listens several times: that is no leak.
    if (options.signal !== undefined) setMaxListeners(0, options.signal);
    try {
      connection = await libp2p.dial(toMultiaddr(address), options);
    } catch (error) {
      if (messageOf(error).includes('dial self') && !this.#isOwnAddress(address)) {
        this.#events.emit({ type: 'identity-in-use', remote: address });
        throw new MmchatError('identity-in-use', `${where} uses the same identity key as this node.`, { cause: error });
      }
      throw new MmchatError('unreachable', `${where} could not be linked: ${dialFailureReason(error)}.`, {
        cause: error,
      });
    }
    const channel = this.#channelOf(connection);
    await this.#untilReady(channel, options.signal);
    const link = this.#links.get(connection.remotePeer.toString());
    if (link === undefined) throw new MmchatError('unreachable', `${where} answered, but did not become a link.`);
    return link;
  }

  async #untilReady(channel: LinkChannel | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (channel?.isOpening !== true) return;
    const limit = deadline(this.#options.clock, READY_DEADLINE_MS, signal);
    const id = channel.connection.id;
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    waiting.add(wake);
    limit.signal.addEventListener('abort', wake, { once: true });
    if (limit.signal.aborted) wake();
    await promise;
    waiting.delete(wake);
    if (waiting.size === 0) this.#waiting.delete(id);
    limit.done();
  }

  #isOwnAddress(address: HostPort): boolean {
    return (
      address.port === this.#port &&
      (/^127\.|^::1$/.test(address.host) || this.#interfaces.some((local) => local.address === address.host))
    );
  }

  #tick(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const elapsedMs = Math.min(nowMs - this.#tickedAtMs, MAX_COUNTED_TICK_MS);
    this.#tickedAtMs = nowMs;
    let queuedBytes = 0;
    let worst: LinkChannel | undefined;
    for (const channel of this.#channels.values()) {
      channel.tick(elapsedMs);
      queuedBytes += channel.queuedBytes;
      if (worst === undefined || channel.queuedBytes > worst.queuedBytes) worst = channel;
    }
    if (queuedBytes > MAX_QUEUED_BYTES) worst?.abort('stalled');
    this.#streams.enforceBound(this.#links.values());
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#ticker?.cancel();
    await Promise.all([...this.#channels.values()].map((channel) => channel.close('stopped')));
    await this.#libp2p?.stop();
  }
}

function listeningPort(libp2p: LanLibp2p): number | undefined {
  for (const address of libp2p.getMultiaddrs()) {
    const port = fromMultiaddr(address)?.port;
    if (port !== undefined) return port;
  }
  return undefined;
}
