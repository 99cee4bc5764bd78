// Media on the LAN in memory, on virtual time: packets are objects that take their time or get lost, UDP can be blocked
// between machines, and then the frames of the link carry them, as the real transport does it.

import { Buffer } from 'node:buffer';
import type { Clock } from '../../src/base/clock.ts';
import { MmchatError } from '../../src/base/errors.ts';
import type { Random } from '../../src/base/random.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type { PeerLinks } from '../../src/contracts/links.ts';
import type { MediaDescription, MediaTransport, PreparedMedia } from '../../src/contracts/media.ts';
import type { LocalInterface, PeerId } from '../../src/state/values.ts';
import { fromBytes, type Datagram } from './memory-media-datagram.ts';
import { MemorySession } from './memory-media-session.ts';
import type { Machine, MemoryNetwork } from './memory-network.ts';

const PIPE_BYTES = 16_000;

/** What the switch does with UDP. */
export class MemoryMediaNetwork {
  readonly network: MemoryNetwork;
  readonly transports = new Set<MemoryMediaTransport>();
  /** Of each 1,000 datagrams, how many get lost. */
  lostPerMille = 0;
  /** Datagrams take so much longer, at most. */
  jitterMs = 0;
  readonly #blocked = new Set<string>();
  /** Of pictures, to a machine. */
  readonly #pipes = new Map<Machine, { readonly bitsPerSecond: number; fullUntilMs: number }>();

  constructor(network: MemoryNetwork) {
    this.network = network;
  }

  blockUdp(left: Machine, right: Machine): void {
    this.#blocked.add(pairOf(left, right));
  }

  allowUdp(left: Machine, right: Machine): void {
    this.#blocked.delete(pairOf(left, right));
  }

  /** Pictures to this machine go through a pipe with a buffer as of a cheap router; what does not fit gets lost. */
  narrow(machine: Machine, bitsPerSecond: number): void {
    this.#pipes.set(machine, { bitsPerSecond, fullUntilMs: 0 });
  }

  /** How long it takes to go through; undefined: it does not fit. */
  #throughPipe(machine: Machine, { content }: Datagram): number | undefined {
    const pipe = this.#pipes.get(machine);
    if (pipe === undefined || content.type !== 'media' || content.kind !== 'video') return 0;
    const nowMs = this.network.clock.monotonicMs();
    const waitMs = Math.max(0, pipe.fullUntilMs - nowMs);
    if ((waitMs * pipe.bitsPerSecond) / 8_000 > PIPE_BYTES) return undefined;
    const takesMs = ((content.packet.payload.length + 60) * 8_000) / pipe.bitsPerSecond;
    pipe.fullUntilMs = nowMs + waitMs + takesMs;
    return waitMs + takesMs;
  }

  carry(from: MemoryMediaTransport, to: HostPort, datagram: Datagram): void {
    const { network } = this;
    if (network.random.fraction() * 1_000 < this.lostPerMille) return;
    const source = { host: from.machine.ip, port: from.port };
    const target = network.machineAt(from.machine, to.host);
    const pipeMs = target === undefined ? 0 : this.#throughPipe(target, datagram);
    if (pipeMs === undefined) return;
    network.clock.after(network.travelMs() + network.random.fraction() * this.jitterMs + pipeMs, () => {
      const machine = network.machineAt(from.machine, to.host);
      if (machine === undefined || !network.isOpen(from.machine, machine)) return;
      if (this.#blocked.has(pairOf(from.machine, machine))) return;
      for (const one of this.transports)
        if (one.machine === machine && one.port === to.port) one.take(datagram, source);
    });
  }
}

function pairOf(left: Machine, right: Machine): string {
  return [left.name, right.name].sort().join(' ');
}

export interface MemoryMediaOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly links: PeerLinks;
  readonly port: { readonly given?: number; readonly wanted: () => number };
}

export class MemoryMediaTransport implements MediaTransport {
  readonly net: MemoryMediaNetwork;
  readonly machine: Machine;
  readonly options: MemoryMediaOptions;
  readonly sessions = new Map<number, MemorySession>();
  readonly drops: Record<string, number> = {};
  readonly #listeners = new Set<(candidates: readonly HostPort[]) => void>();
  #interfaces: readonly LocalInterface[] = [];
  #port = 0;
  #isDead = false;

  constructor(net: MemoryMediaNetwork, machine: Machine, options: MemoryMediaOptions) {
    this.net = net;
    this.machine = machine;
    this.options = options;
    options.links.onStreamFrame('media', (link, frame) => this.#takeFrame(link.peerId, frame));
  }

  start({ signal }: { signal?: AbortSignal }): Promise<void> {
    signal?.throwIfAborted();
    const isFree = (port: number): boolean =>
      port > 0 && ![...this.net.transports].some((one) => one.machine === this.machine && one.port === port);
    const { given, wanted } = this.options.port;
    let port = given ?? wanted();
    while (!isFree(port)) port = port < 40_000 ? 40_000 : port + 1;
    this.#port = port;
    this.net.transports.add(this);
    this.#tell();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    for (const session of [...this.sessions.values()]) session.close();
    this.kill();
    return Promise.resolve();
  }

  /** As by kill -9. */
  kill(): void {
    this.#isDead = true;
    this.#port = 0;
    this.net.transports.delete(this);
    this.sessions.clear();
  }

  get port(): number {
    return this.#port;
  }

  setInterfaces(interfaces: readonly LocalInterface[]): void {
    const before = JSON.stringify(this.candidates);
    this.#interfaces = interfaces;
    if (JSON.stringify(this.candidates) !== before) this.#tell();
  }

  onCandidates(listener: (candidates: readonly HostPort[]) => void): void {
    this.#listeners.add(listener);
  }

  get candidates(): readonly HostPort[] {
    if (this.#port === 0) return [];
    return this.#interfaces.map(({ address }) => ({ host: address, port: this.#port }));
  }

  #tell(): void {
    if (this.#port !== 0) for (const listener of this.#listeners) listener(this.candidates);
  }

  prepare(peerId: PeerId): PreparedMedia {
    if (this.#port === 0) throw new MmchatError('not-running', 'Calls are possible only while the node runs.');
    const { random } = this.options;
    const ssrcs: number[] = [];
    while (ssrcs.length < 2) {
      const ssrc = Buffer.from(random.bytes(4)).readUInt32BE();
      if (ssrc !== 0 && !this.sessions.has(ssrc) && !ssrcs.includes(ssrc)) ssrcs.push(ssrc);
    }
    const [audioSsrc = 0, videoSsrc = 0] = ssrcs;
    const description: MediaDescription = {
      key: random.bytes(16),
      salt: random.bytes(12),
      audioSsrc,
      videoSsrc,
      candidates: this.candidates,
    };
    return {
      description,
      connect: (remote, _isControlling, listener) => new MemorySession(this, peerId, description, remote, listener),
      discard: () => undefined,
    };
  }

  take(datagram: Datagram, source: HostPort | 'link', peerId?: PeerId): void {
    const session = this.sessions.get(datagram.ssrc);
    if (this.#isDead) return;
    if (session === undefined || (peerId !== undefined && session.peerId !== peerId)) this.drop('unknown-ssrc');
    else session.take(datagram, source);
  }

  #takeFrame(peerId: PeerId, frame: Uint8Array): void {
    this.take(fromBytes(frame), 'link', peerId);
  }

  drop(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }
}
