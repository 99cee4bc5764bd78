// A small world for synchronisation: nodes with journals in memory, links that are slow, break and lose frames, on the
// virtual clock.

import { createHash } from 'node:crypto';
import { sleep, type Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { LinkDownReason, PeerLink, PeerLinks, PurposeStream } from '../../src/contracts/links.ts';
import type { LogName } from '../../src/contracts/history.ts';
import type { SharedConversation, SyncOptions } from '../../src/services/sync/sync-parts.ts';
import { Sync } from '../../src/services/sync/sync.ts';
import { decodeSyncMessage, encodeSyncMessage, type SyncMessage } from '../../src/wire/sync-messages.ts';
import { ProcessClock, VirtualClock } from '../support/virtual-clock.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { FakeJournal } from './sync-journal.ts';

export type FrameHandler = (link: PeerLink, frame: Uint8Array) => void | Promise<void>;

export function hexName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

export function peerIdOf(name: string): string {
  return peerIdOfKey(createHash('sha256').update(`key of ${name}`).digest());
}

/** One direction: frames in order, each taken before the next is handed over. */
class Pipe implements PurposeStream {
  readonly #clock: Clock;
  readonly #latencyMs: () => number;
  readonly #deliver: (frame: Uint8Array) => void | Promise<void>;
  #queue: { frame: Uint8Array; atMs: number }[] = [];
  #running = false;
  #waiting: (() => void)[] = [];
  down = false;
  bytes = 0;
  frames = 0;
  mostQueued = 0;

  constructor(clock: Clock, latencyMs: () => number, deliver: (frame: Uint8Array) => void | Promise<void>) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#deliver = deliver;
  }

  get queuedBytes(): number {
    return this.#queue.reduce((sum, { frame }) => sum + frame.length, 0);
  }

  send(frame: Uint8Array): boolean {
    if (this.down) return false;
    this.bytes += frame.length;
    this.frames++;
    this.#queue.push({ frame, atMs: this.#clock.monotonicMs() + this.#latencyMs() });
    this.mostQueued = Math.max(this.mostQueued, this.queuedBytes);
    void this.#run();
    return true;
  }

  async drained(belowBytes: number): Promise<boolean> {
    while (!this.down && this.queuedBytes >= belowBytes)
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    return !this.down;
  }

  lose(): void {
    this.#queue = [];
    this.#wake();
  }

  close(): void {
    this.down = true;
    this.lose();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const waitMs = next.atMs - this.#clock.monotonicMs();
      if (waitMs > 0) await sleep(this.#clock, waitMs);
      // It may have been lost meanwhile.
      if (this.#queue[0] !== next) continue;
      await this.#deliver(next.frame);
      if (this.#queue[0] === next) this.#queue.shift();
      this.#wake();
    }
    this.#running = false;
  }
}

export class FakeLink implements PeerLink {
  readonly peerId: string;
  readonly remote = { host: '192.168.7.1', port: 9011 };
  readonly instanceId = '00';
  readonly pipe: Pipe;
  readonly queuedBytes = 0;
  readonly #onClose: (reason: LinkDownReason) => void;
  closed: LinkDownReason | undefined;

  constructor(peerId: string, pipe: Pipe, onClose: (reason: LinkDownReason) => void) {
    this.peerId = peerId;
    this.pipe = pipe;
    this.#onClose = onClose;
  }

  send(): boolean {
    return true;
  }

  stream(): PurposeStream {
    return this.pipe;
  }

  close(reason: LinkDownReason): void {
    this.closed ??= reason;
    this.#onClose(reason);
  }
}

/** The links of one node. */
export class FakeLinks implements PeerLinks {
  readonly links = new Map<string, FakeLink>();
  readonly addresses = [];
  readonly port = 9011;
  handler: FrameHandler = () => undefined;

  on(): () => void {
    return () => undefined;
  }

  onFrame(): void {
    // Synchronisation has a stream of its own.
  }

  onStreamFrame(_purpose: 'sync', handler: FrameHandler): void {
    this.handler = handler;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  dial(): Promise<PeerLink> {
    return Promise.reject(new Error('nobody dials here'));
  }

  setInterfaces(): void {
    // None.
  }
}

export interface NodeOptions {
  readonly options?: Partial<SyncOptions>;
  readonly wallErrorMs?: number;
  readonly takeMs?: number;
  /** Speaks for itself: a liar. */
  readonly handler?: FrameHandler;
}

export class WorldNode {
  readonly name: string;
  readonly peerId: string;
  readonly clock: ProcessClock;
  readonly links = new FakeLinks();
  readonly journal: FakeJournal;
  readonly sync: Sync;
  readonly drops = new Map<string, number>();
  /** By conversation: since when, by this machine's clock; 0 for private ones. */
  readonly member = new Map<string, number>();
  /** When that was by the world's clock. */
  readonly joinedAtMs = new Map<string, number>();
  readonly isLiar: boolean;
  logId: string;

  constructor(world: World, name: string, peerId: string, { options, wallErrorMs, takeMs, handler }: NodeOptions) {
    this.name = name;
    this.peerId = peerId;
    this.logId = hexName(`log of ${name}`);
    this.clock = new ProcessClock(world.clock, wallErrorMs);
    this.journal = new FakeJournal({
      clock: this.clock,
      membership: (link) => world.sharedBy(this, link),
      ...(takeMs === undefined ? {} : { takeMs }),
    });
    this.isLiar = handler !== undefined;
    this.sync = new Sync({
      links: this.links,
      clock: this.clock,
      log: silentLog,
      random: world.random,
      journal: this.journal,
      self: peerId,
      countDrop: (reason) => void this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1),
      ...(options === undefined ? {} : { options }),
    });
    if (handler === undefined) this.sync.start();
    else this.links.handler = handler;
  }

  logName(conversation: string): LogName {
    return { conversation, author: this.peerId, logId: this.logId };
  }

  write(conversation: string, text: string): void {
    this.journal.write(this.logName(conversation), text);
  }

  linkTo(other: WorldNode): FakeLink {
    const link = this.links.links.get(other.peerId);
    if (link === undefined) throw new Error('not linked');
    return link;
  }

  /** Speaks on a link without any service: what liars do. */
  say(to: WorldNode, message: SyncMessage): boolean {
    return this.linkTo(to).pipe.send(encodeSyncMessage(message));
  }
}

export class World {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly nodes: WorldNode[] = [];
  latencyMs = 1;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
  }

  node(name: string, options: NodeOptions & { peerId?: string } = {}): WorldNode {
    const node = new WorldNode(this, name, options.peerId ?? peerIdOf(name), options);
    this.nodes.push(node);
    return node;
  }

  join(conversation: string, ...nodes: readonly WorldNode[]): void {
    for (const node of nodes) {
      node.member.set(conversation, node.clock.now());
      node.joinedAtMs.set(conversation, this.clock.monotonicMs());
      node.sync.nudge();
      for (const other of this.nodes) if (other.links.links.has(node.peerId)) other.sync.nudge(other.linkTo(node));
    }
  }

  privately(one: WorldNode, other: WorldNode): string {
    const conversation = hexName(['private', one.peerId, other.peerId].sort().join(' '));
    for (const node of [one, other]) {
      node.member.set(conversation, 0);
      node.joinedAtMs.set(conversation, 0);
    }
    return conversation;
  }

  sharedBy(node: WorldNode, link: PeerLink): SharedConversation[] {
    const other = this.#byLink(node, link);
    return [...node.member]
      .filter(([conversation]) => other?.member.has(conversation) === true)
      .map(([id, memberSinceMs]) => ({ id, memberSinceMs }));
  }

  #byLink(node: WorldNode, link: PeerLink): WorldNode | undefined {
    return this.nodes.find((other) => other.peerId === link.peerId && other.links.links.has(node.peerId));
  }

  isLinked(one: WorldNode, other: WorldNode): boolean {
    return one.links.links.has(other.peerId);
  }

  link(one: WorldNode, other: WorldNode): void {
    if (this.isLinked(one, other)) return;
    const latency = (): number => this.latencyMs * (0.5 + this.random.fraction());
    const there: FakeLink = new FakeLink(
      other.peerId,
      new Pipe(this.clock, latency, (frame) => other.links.handler(back, frame)),
      () => this.unlink(one, other),
    );
    const back: FakeLink = new FakeLink(
      one.peerId,
      new Pipe(this.clock, latency, (frame) => one.links.handler(there, frame)),
      () => this.unlink(one, other),
    );
    one.links.links.set(other.peerId, there);
    other.links.links.set(one.peerId, back);
    one.sync.linkUp(there);
    other.sync.linkUp(back);
  }

  unlink(one: WorldNode, other: WorldNode): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const link = from.links.links.get(to.peerId);
      if (link === undefined) continue;
      link.pipe.close();
      from.links.links.delete(to.peerId);
      from.sync.linkDown(link);
    }
  }

  /** The link moves to another connection: what was under way is lost. One side notices a little later. */
  resetStream(one: WorldNode, other: WorldNode): void {
    for (const [from, to, delayMs] of [
      [one, other, 0],
      [other, one, 5],
    ] as const) {
      const link = from.linkTo(to);
      link.pipe.lose();
      from.clock.after(delayMs, () => from.sync.streamReset(link));
    }
  }

  linkAll(): void {
    for (const one of this.nodes) for (const other of this.nodes) if (one !== other) this.link(one, other);
  }

  /** Bytes of all frames between two. */
  bytesBetween(one: WorldNode, other: WorldNode): number {
    return one.linkTo(other).pipe.bytes + other.linkTo(one).pipe.bytes;
  }

  stop(): void {
    for (const node of this.nodes) node.sync.stop();
  }
}

/** A handler that notes what comes. */
export function listening(heard: SyncMessage[], answer?: (message: SyncMessage) => void): FrameHandler {
  return (_link, frame) => {
    const message = decodeSyncMessage(frame);
    heard.push(message);
    answer?.(message);
  };
}
