// The engine of transfers in memory, on virtual time: files are lists of pieces with a word each, uplinks have a speed, and
// disks outlive the processes.

import { createHash } from 'node:crypto';
import type { Clock } from '../../src/base/clock.ts';
import { MmchatError } from '../../src/base/errors.ts';
import type {
  BulkEngine,
  BulkEvent,
  BulkPath,
  ChannelKey,
  OpenedTarget,
  PieceOptions,
} from '../../src/contracts/bulk.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type { SourceFacts, TargetSpec } from '../../src/contracts/transfer-files.ts';
import type { MemoryNetwork, Machine } from './memory-network.ts';

export interface MemoryFile {
  size: number;
  /** What is in each piece. */
  pieces: string[];
}

/** Files by path; outlives a run. */
export class MemoryFiles {
  readonly files = new Map<string, MemoryFile>();
  readonly parts = new Map<string, (string | undefined)[]>();

  put(path: string, pieceCount: number, content: string, pieceBytes = 1024 * 1024): void {
    const pieces = Array.from({ length: pieceCount }, (_, index) => `${content} ${index}`);
    this.files.set(path, { size: pieceCount * pieceBytes, pieces });
  }
}

/** Where engines find each other, and how fast bytes go. */
export class MemoryBulkNetwork {
  readonly network: MemoryNetwork;
  readonly engines = new Set<MemoryBulk>();
  /** Machines that nobody can reach but over a link that is there. */
  readonly firewalled = new Set<Machine>();
  /** Of each machine's uplink. */
  bytesPerSecond = 100_000_000;
  readonly uplinkFreeMs = new Map<Machine, number>();
  /** Pieces that left each machine. */
  readonly sent = new Map<Machine, number>();

  constructor(network: MemoryNetwork) {
    this.network = network;
  }
}

interface End {
  readonly key: ChannelKey;
  path: BulkPath;
  isUp: boolean;
  transferId: string | undefined;
  role: 'serve' | 'fetch' | undefined;
  trusted: boolean;
  /** The other end in this network; undefined over a link. */
  peer: MemoryBulk | undefined;
  send: ((bytes: Uint8Array) => Promise<boolean>) | undefined;
}

interface Held {
  pieces: (string | undefined)[];
  readonly verified: Set<number>;
  readonly expected: Map<number, string>;
  readonly options: PieceOptions;
  readonly spec?: TargetSpec;
  readonly partPath?: string;
}

let lastPort = 9020;

export class MemoryBulk implements BulkEngine {
  readonly port = ++lastPort;
  readonly #net: MemoryBulkNetwork;
  readonly machine: Machine;
  readonly #files: MemoryFiles;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: BulkEvent) => void>();
  readonly #held = new Map<string, Held>();
  readonly #ends = new Map<string, End>();
  readonly #listening = new Map<string, ChannelKey>();
  /** The next piece that this one serves is another than it should be. */
  lies = 0;
  /** Nothing is given any more, and nobody is told. */
  isStuck = false;
  #dead = false;

  constructor(net: MemoryBulkNetwork, machine: Machine, files: MemoryFiles, clock: Clock) {
    this.#net = net;
    this.machine = machine;
    this.#files = files;
    this.#clock = clock;
  }

  start(): Promise<void> {
    this.#net.engines.add(this);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    for (const channelId of [...this.#ends.keys()]) this.closeChannel(channelId);
    this.#dead = true;
    this.#net.engines.delete(this);
    return Promise.resolve();
  }

  /** As by kill -9: the other ends hear of it when the network lets them. */
  kill(): void {
    this.#dead = true;
    this.#net.engines.delete(this);
    for (const [channelId, end] of this.#ends)
      if (end.peer !== undefined && this.#net.network.isOpen(this.machine, end.peer.machine)) end.peer.#lost(channelId);
  }

  on(listener: (event: BulkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #emit(event: BulkEvent): void {
    if (!this.#dead) for (const listener of this.#listeners) listener(event);
  }

  #after(ms: number, callback: () => void): void {
    this.#clock.after(ms, () => {
      if (!this.#dead) callback();
    });
  }

  describe(path: string): Promise<SourceFacts> {
    const file = this.#files.files.get(path);
    if (file === undefined) return Promise.reject(new MmchatError('no-such-file', `There is no file ${path}.`));
    return Promise.resolve({
      kind: 'file',
      name: path.slice(path.lastIndexOf('/') + 1),
      size: file.size,
      streamBytes: file.size,
      manifestBytes: 0,
      fileCount: 1,
      modifiedAt: 0,
      skipped: [],
      skippedCount: 0,
    });
  }

  openSource(
    transferId: string,
    path: string,
    expected: Pick<SourceFacts, 'streamBytes'>,
    options: PieceOptions,
  ): Promise<void> {
    const file = this.#files.files.get(path);
    if (file === undefined) return Promise.reject(new MmchatError('no-such-file', `There is no file ${path}.`));
    if (file.size !== expected.streamBytes) return Promise.reject(new MmchatError('changed', 'It was changed.'));
    const verified = new Set(file.pieces.keys());
    this.#held.set(transferId, { pieces: file.pieces, verified, expected: new Map(), options });
    return Promise.resolve();
  }

  async sealSource(transferId: string): Promise<Uint8Array> {
    return this.#seal(transferId);
  }

  openTarget(spec: TargetSpec, options: PieceOptions): Promise<OpenedTarget> {
    const partPath = spec.partPath ?? `${spec.folder}/${spec.name}.${spec.transferId.slice(0, 8)}.part`;
    const count = Math.ceil(spec.streamBytes / options.pieceBytes);
    const pieces = this.#files.parts.get(partPath) ?? Array.from<string | undefined>({ length: count });
    this.#files.parts.set(partPath, pieces);
    const presentPieces = pieces.includes(undefined) ? pieces.indexOf(undefined) : count;
    const held = { pieces, verified: new Set<number>(), expected: new Map(), options, spec, partPath };
    this.#held.set(spec.transferId, held);
    return Promise.resolve({ partPath, presentPieces });
  }

  expectHashes(
    transferId: string,
    first: number,
    hashes: Uint8Array,
    { verify }: { verify: boolean },
  ): Promise<boolean[]> {
    const held = this.#holding(transferId);
    const right: boolean[] = [];
    for (let at = 0; at * 32 < hashes.length; at++) {
      const hash = Buffer.from(hashes.subarray(at * 32, at * 32 + 32)).toString('hex');
      const piece = first + at;
      held.expected.set(piece, hash);
      const word = held.pieces[piece];
      const isRight = word !== undefined && hashOf(word).toString('hex') === hash;
      if (verify && isRight) held.verified.add(piece);
      right.push(isRight);
    }
    return Promise.resolve(verify ? right : []);
  }

  async sealTarget(transferId: string): Promise<Uint8Array> {
    return this.#seal(transferId);
  }

  async finishTarget(transferId: string): Promise<{ path: string }> {
    await Promise.resolve();
    const { pieces, spec, partPath = '' } = this.#holding(transferId);
    const path = `${spec?.folder ?? ''}/${spec?.name ?? ''}`;
    this.#files.files.set(path, { size: spec?.streamBytes ?? 0, pieces: pieces.map((word) => word ?? '') });
    this.#files.parts.delete(partPath);
    return { path };
  }

  async pieceHashes(transferId: string, first: number, count: number): Promise<Uint8Array> {
    await Promise.resolve();
    const { pieces } = this.#holding(transferId);
    return Buffer.concat(pieces.slice(first, first + count).map((word) => hashOf(word ?? '')));
  }

  close(transferId: string, { discard }: { discard: boolean }): Promise<void> {
    const held = this.#held.get(transferId);
    if (discard && held?.partPath !== undefined) this.#files.parts.delete(held.partPath);
    this.#held.delete(transferId);
    for (const [channelId, end] of this.#ends) if (end.transferId === transferId) this.closeChannel(channelId);
    return Promise.resolve();
  }

  listen(key: ChannelKey): void {
    this.#listening.set(key.channelId, key);
  }

  dial(key: ChannelKey, { host, port }: HostPort, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    const { network, engines, firewalled } = this.#net;
    const machine = network.machineAt(this.machine, host);
    const other = [...engines].find((engine) => engine.machine === machine && engine.port === port);
    const isReachable =
      other !== undefined &&
      network.isOpen(this.machine, other.machine) &&
      !firewalled.has(other.machine) &&
      other.#listening.get(key.channelId)?.secret.join() === key.secret.join();
    return new Promise((resolve, reject) => {
      this.#after(isReachable ? 2 : timeoutMs, () => {
        if (!isReachable || other.#dead) {
          reject(new MmchatError('unreachable', 'Nobody answered.'));
          return;
        }
        other.#listening.delete(key.channelId);
        this.#up(key, 'tls', other);
        other.#up(key, 'tls', this);
        resolve();
      });
    });
  }

  attach(channelId: string, send: (bytes: Uint8Array) => Promise<boolean>): { feed(bytes: Uint8Array): Promise<void> } {
    const end = this.#up({ channelId, secret: new Uint8Array(0) }, 'link', undefined, false);
    end.send = send;
    queueMicrotask(() => this.#emit({ type: 'channel-up', channelId, path: 'link' }));
    return {
      feed: (bytes) => {
        const message = JSON.parse(Buffer.from(bytes).toString()) as Message;
        this.#receive(channelId, message);
        return Promise.resolve();
      },
    };
  }

  #up(key: ChannelKey, path: BulkPath, peer: MemoryBulk | undefined, tell = true): End {
    const end: End = {
      key,
      path,
      peer,
      isUp: true,
      transferId: undefined,
      role: undefined,
      trusted: false,
      send: undefined,
    };
    this.#ends.set(key.channelId, end);
    if (tell) this.#emit({ type: 'channel-up', channelId: key.channelId, path });
    return end;
  }

  serve(channelId: string, transferId: string): void {
    this.#give(channelId, transferId, 'serve', false);
  }

  fetch(channelId: string, transferId: string, { trusted }: { trusted: boolean }): void {
    this.#give(channelId, transferId, 'fetch', trusted);
  }

  #give(channelId: string, transferId: string, role: 'serve' | 'fetch', trusted: boolean): void {
    const end = this.#ends.get(channelId);
    if (end === undefined) return;
    end.transferId = transferId;
    end.role = role;
    end.trusted = trusted;
  }

  request(channelId: string, first: number, count: number): void {
    for (let piece = first; piece < first + count; piece++) this.#post(channelId, { ask: piece });
  }

  forget(_channelId: string): void {
    // What was asked for comes all the same.
  }

  closeChannel(channelId: string): void {
    this.#listening.delete(channelId);
    const end = this.#ends.get(channelId);
    if (end === undefined) return;
    this.#ends.delete(channelId);
    end.isUp = false;
    if (end.peer !== undefined && this.#net.network.isOpen(this.machine, end.peer.machine)) end.peer.#lost(channelId);
    this.#emit({ type: 'channel-down', channelId, reason: 'closed' });
  }

  #lost(channelId: string): void {
    const end = this.#ends.get(channelId);
    if (end === undefined) return;
    this.#ends.delete(channelId);
    end.isUp = false;
    this.#emit({ type: 'channel-down', channelId, reason: 'lost' });
  }

  #post(channelId: string, message: Message): void {
    const end = this.#ends.get(channelId);
    if (end === undefined) return;
    if (end.send !== undefined) {
      void end.send(Buffer.from(JSON.stringify(message)));
      return;
    }
    const { peer } = end;
    if (peer === undefined) return;
    // In order, as on a socket.
    this.#after(this.#net.network.latencyMs, () => {
      if (end.isUp && this.#net.network.isOpen(this.machine, peer.machine)) peer.#receive(channelId, message);
    });
  }

  #receive(channelId: string, message: Message): void {
    const end = this.#ends.get(channelId);
    if (this.#dead || end?.transferId === undefined) return;
    if (message.ask !== undefined) this.#answer(channelId, end.transferId, message.ask);
    else if (message.piece !== undefined) this.#take(channelId, end, end.transferId, message.piece, message.word);
  }

  #answer(channelId: string, transferId: string, piece: number): void {
    const held = this.#held.get(transferId);
    const word = held?.verified.has(piece) === true ? held.pieces[piece] : undefined;
    if (held === undefined || word === undefined) {
      this.#post(channelId, { piece });
      return;
    }
    const { uplinkFreeMs, bytesPerSecond, sent } = this.#net;
    const startMs = Math.max(this.#clock.monotonicMs(), uplinkFreeMs.get(this.machine) ?? 0);
    const endMs = startMs + (held.options.pieceBytes / bytesPerSecond) * 1_000;
    uplinkFreeMs.set(this.machine, endMs);
    this.#after(endMs - this.#clock.monotonicMs(), () => {
      if (this.isStuck || !this.#ends.has(channelId)) return;
      sent.set(this.machine, (sent.get(this.machine) ?? 0) + 1);
      const isLie = this.lies > 0;
      if (isLie) this.lies -= 1;
      this.#post(channelId, { piece, word: isLie ? 'a lie' : word });
      const hash = held.options.hashPieces ? { hash: hashOf(word) } : {};
      this.#emit({ type: 'piece-sent', channelId, transferId, piece, ...hash });
    });
  }

  #take(channelId: string, end: End, transferId: string, piece: number, word: string | undefined): void {
    const held = this.#held.get(transferId);
    if (held?.spec === undefined) return;
    if (word === undefined) {
      this.#emit({ type: 'piece-refused', channelId, transferId, piece });
      return;
    }
    const hash = hashOf(word);
    const expected = held.expected.get(piece);
    if (held.options.hashPieces && expected !== undefined && expected !== hash.toString('hex')) {
      this.#emit({ type: 'piece-bad', channelId, transferId, piece });
      return;
    }
    if (held.options.hashPieces && end.trusted) held.expected.set(piece, hash.toString('hex'));
    held.pieces[piece] = word;
    held.verified.add(piece);
    const bytes = held.options.pieceBytes;
    const hashField = held.options.hashPieces ? { hash } : {};
    this.#emit({ type: 'piece-received', channelId, transferId, piece, bytes, ...hashField });
  }

  async #seal(transferId: string): Promise<Uint8Array> {
    await Promise.resolve();
    return hashOf(this.#holding(transferId).pieces.join('\n'));
  }

  #holding(transferId: string): Held {
    const held = this.#held.get(transferId);
    if (held === undefined) throw new MmchatError('no-such-transfer', 'There is no such transfer.');
    return held;
  }
}

interface Message {
  readonly ask?: number;
  readonly piece?: number;
  readonly word?: string;
}

function hashOf(word: string): Buffer {
  return createHash('sha256').update(word).digest();
}
