// The engine of transfers in this thread. The program runs it in a worker; tests also as it is.

import { Emitter, type Unsubscribe } from '../../base/emitter.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { MmchatError, messageOf } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { BulkEngine, BulkEvent, ChannelKey, OpenedTarget, PieceOptions } from '../../contracts/bulk.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import type { SourceFacts, TargetSpec } from '../../contracts/transfer-files.ts';
import { BufferPool } from './buffer-pool.ts';
import type { Carrier } from './carrier.ts';
import { Channel, type ChannelEnd } from './channel.ts';
import { FetchingEnd } from './fetching-end.ts';
import type { BulkFiles } from './files.ts';
import { LinkCarrier, type SendOnLink } from './link-carrier.ts';
import { ServingEnd } from './serving-end.ts';
import { dialTls } from './tls-dial.ts';
import { DOOR_LIMITS, TlsDoor, type DoorLimits } from './tls-door.ts';
import { isMisuse, Transfers } from './transfers.ts';

export interface BulkLimits extends DoorLimits {
  /** Channels at a time, awaited ones too. */
  readonly channels: number;
  /** How long the other end may come after `listen`. */
  readonly listenMs: number;
  /** How long the other end may do nothing of what it ought to. */
  readonly stallMs: number;
}

export const BULK_LIMITS: BulkLimits = { ...DOOR_LIMITS, channels: 128, listenMs: 15_000, stallMs: 30_000 };

export interface LocalBulkParts {
  readonly files: BulkFiles;
  readonly clock: Clock;
  readonly random: Random;
  /** Where to listen; another one when it is taken, 0 = any. */
  readonly port: number;
  readonly limits?: Partial<BulkLimits>;
}

const LOOKS_PER_STALL = 6;
const SECRET_BYTES = 32;

export class LocalBulkEngine implements BulkEngine {
  readonly #clock: Clock;
  readonly #limits: BulkLimits;
  readonly #wishedPort: number;
  // Whoever listens must not throw; if it does, the transfer goes on.
  readonly #events = new Emitter<BulkEvent>(() => undefined);
  readonly #pool = new BufferPool();
  readonly #door: TlsDoor;
  readonly #transfers: Transfers;
  readonly #channels = new Map<string, Channel>();
  readonly #stopping = new AbortController();
  #watch: Timer | undefined;

  constructor({ files, clock, random, port, limits }: LocalBulkParts) {
    this.#clock = clock;
    this.#wishedPort = port;
    this.#limits = { ...BULK_LIMITS, ...limits };
    this.#transfers = new Transfers(files, this.#pool);
    this.#door = new TlsDoor({
      clock,
      random,
      limits: this.#limits,
      onOpened: (channelId, carrier) => {
        const channel = this.#channels.get(channelId);
        if (channel === undefined) void carrier.end();
        else channel.carry(carrier);
      },
    });
  }

  get port(): number {
    return this.#door.port;
  }

  /** Strangers at the port who got no further. */
  get turnedAway(): number {
    return this.#door.turnedAway;
  }

  on(listener: (event: BulkEvent) => void): Unsubscribe {
    return this.#events.on(listener);
  }

  async start(): Promise<void> {
    await this.#door.listen(this.#wishedPort);
    const { stallMs } = this.#limits;
    this.#watch = this.#clock.every(stallMs / LOOKS_PER_STALL, () => this.#closeStalled());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#watch?.cancel();
    await Promise.all(Array.from(this.#channels.values(), (channel) => channel.close('The program ends.')));
    await this.#door.close();
    await this.#transfers.closeAll();
    this.#pool.clear();
  }

  describe(path: string): Promise<SourceFacts> {
    return this.#transfers.describe(path);
  }

  openSource(
    transferId: string,
    path: string,
    expected: Pick<SourceFacts, 'streamBytes' | 'manifestHash'>,
    options: PieceOptions,
  ): Promise<void> {
    return this.#transfers.openSource(transferId, path, expected, options);
  }

  sealSource(transferId: string): Promise<Uint8Array> {
    return this.#using(transferId, () => this.#transfers.source(transferId).seal());
  }

  openTarget(spec: TargetSpec, options: PieceOptions): Promise<OpenedTarget> {
    return this.#transfers.openTarget(spec, options);
  }

  expectHashes(
    transferId: string,
    first: number,
    hashes: Uint8Array,
    options: { verify: boolean },
  ): Promise<boolean[]> {
    return this.#using(transferId, () => this.#transfers.target(transferId).expectHashes(first, hashes, options));
  }

  sealTarget(transferId: string, options: { anew: boolean } = { anew: false }): Promise<Uint8Array> {
    return this.#using(transferId, () => this.#transfers.target(transferId).seal(options.anew));
  }

  finishTarget(transferId: string): Promise<{ path: string }> {
    return this.#using(transferId, () => this.#transfers.target(transferId).finish());
  }

  pieceHashes(transferId: string, first: number, count: number): Promise<Uint8Array> {
    return this.#using(transferId, () => this.#transfers.any(transferId).pieceHashes(first, count));
  }

  async close(transferId: string, { discard }: { discard: boolean }): Promise<void> {
    await this.#closeChannelsOf(transferId, 'The transfer is over.');
    await this.#transfers.close(transferId, discard);
    if (this.#transfers.isEmpty) this.#pool.clear();
  }

  listen(key: ChannelKey): void {
    if (!isKey(key)) {
      this.#events.emit({ type: 'channel-down', channelId: key.channelId, reason: NO_KEY });
      return;
    }
    const channel = this.#open(key.channelId, () => {
      timer.cancel();
      this.#door.forget(key.channelId);
    });
    const timer = this.#clock.after(this.#limits.listenMs, () => {
      if (channel?.isUp === false) void channel.close('Nobody came.');
    });
    if (channel !== undefined) this.#door.expect(key);
  }

  async dial(key: ChannelKey, address: HostPort, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    if (!isKey(key)) throw new MmchatError('unreachable', NO_KEY);
    const calledOff = new AbortController();
    const off = (): void => calledOff.abort();
    this.#stopping.signal.addEventListener('abort', off, { once: true });
    // Whoever waited until now may take its turn: the other end could not come.
    const awaited = this.#channels.get(key.channelId);
    const channel = awaited?.isAwaited === true ? awaited : this.#open(key.channelId, off);
    try {
      if (channel === undefined) throw new MmchatError('unreachable', 'There are too many connections for files.');
      channel.carry(await dialTls({ key, address, timeoutMs, clock: this.#clock, signal: calledOff.signal }));
      if (!channel.isUp) throw new MmchatError('unreachable', 'The channel was closed meanwhile.');
    } catch (error) {
      await channel?.close(messageOf(error));
      throw error;
    } finally {
      this.#stopping.signal.removeEventListener('abort', off);
    }
  }

  attach(channelId: string, send: SendOnLink): { feed(bytes: Uint8Array): Promise<void> } {
    const carrier = new LinkCarrier(send);
    const channel = this.#open(channelId, () => undefined);
    if (channel === undefined) void carrier.end();
    // Not before whoever attached it knows it.
    else queueMicrotask(() => channel.carry(carrier));
    return { feed: (bytes) => carrier.feed(bytes) };
  }

  serve(channelId: string, transferId: string): void {
    this.#use(channelId, transferId, (channel) => {
      const supply = this.#transfers.any(transferId);
      return (carrier) =>
        new ServingEnd(carrier, supply, this.#pool, {
          sent: (piece, hash) => {
            if (!channel.isUp) return;
            const { id: channelId } = channel;
            this.#events.emit({ type: 'piece-sent', channelId, transferId, piece, ...(hash && { hash }) });
          },
          failed: (error) => this.#fail(transferId, error),
        });
    });
  }

  fetch(channelId: string, transferId: string, options: { trusted: boolean }): void {
    this.#use(channelId, transferId, (channel) => {
      const sink = this.#transfers.target(transferId);
      return (carrier) =>
        new FetchingEnd(carrier, sink, options, this.#pool, {
          ended: (piece, bytes, outcome) => {
            const about = { channelId, transferId, piece };
            if (outcome.kind === 'bad') this.#events.emit({ type: 'piece-bad', ...about });
            else if (outcome.kind === 'refused') this.#events.emit({ type: 'piece-refused', ...about });
            else {
              const { hash } = outcome;
              this.#events.emit({ type: 'piece-received', ...about, bytes, ...(hash && { hash }) });
            }
          },
          failed: (error) => this.#fail(transferId, error),
          broken: (error) => void channel.close(messageOf(error)),
        });
    });
  }

  request(channelId: string, first: number, count: number): void {
    this.#channels.get(channelId)?.withEnd((end) => end.request?.({ first, count }));
  }

  forget(channelId: string): void {
    this.#channels.get(channelId)?.withEnd((end) => end.forget?.());
  }

  closeChannel(channelId: string): void {
    void this.#channels.get(channelId)?.close('It was closed on this side.');
  }

  /** Undefined when there can't be another one: then it is down already. */
  #open(channelId: string, onDown: () => void): Channel | undefined {
    const known = this.#channels.get(channelId);
    if (known !== undefined || this.#channels.size >= this.#limits.channels || this.#stopping.signal.aborted) {
      const reason = known === undefined ? 'There are too many channels.' : 'Its id was used twice.';
      // Of one that lives nothing is told but what happens to it.
      if (known === undefined) queueMicrotask(() => this.#events.emit({ type: 'channel-down', channelId, reason }));
      return undefined;
    }
    const channel = new Channel(channelId, this.#clock.monotonicMs(), {
      up: (path) => this.#events.emit({ type: 'channel-up', channelId, path }),
      down: (reason) => {
        this.#channels.delete(channelId);
        onDown();
        this.#events.emit({ type: 'channel-down', channelId, reason });
      },
    });
    this.#channels.set(channelId, channel);
    return channel;
  }

  #use(channelId: string, transferId: string, makerFor: (channel: Channel) => EndMaker): void {
    const channel = this.#channels.get(channelId);
    if (channel === undefined) return;
    try {
      channel.use(transferId, makerFor(channel));
    } catch (error) {
      void channel.close(messageOf(error));
    }
  }

  /** What goes wrong with the bytes themselves is the end of the transfer. */
  async #using<Result>(transferId: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!isMisuse(error)) this.#fail(transferId, error);
      throw error;
    }
  }

  #fail(transferId: string, error: unknown): void {
    const failure = this.#transfers.fail(transferId, error);
    if (failure === undefined) return;
    this.#events.emit({ type: 'failed', transferId, code: failure.code, text: failure.message });
    void this.#closeChannelsOf(transferId, failure.message);
  }

  async #closeChannelsOf(transferId: string, reason: string): Promise<void> {
    const channels = [...this.#channels.values()].filter((channel) => channel.transferId === transferId);
    await Promise.all(channels.map((channel) => channel.close(reason)));
  }

  #closeStalled(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const channel of this.#channels.values())
      if (channel.isUp && channel.isStalled(nowMs, this.#limits.stallMs))
        void channel.close('The other side did nothing for too long.');
  }
}

const NO_KEY = 'That is no key of a channel.';

function isKey({ channelId, secret }: ChannelKey): boolean {
  return /^[0-9a-f]{32}$/u.test(channelId) && secret instanceof Uint8Array && secret.length === SECRET_BYTES;
}

type EndMaker = (carrier: Carrier) => ChannelEnd;
