// The engine of transfers as the rest of the program sees it: the work is done in a worker, which exists only while there
// is something to send or receive, and a minute longer.

import type { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../base/clock.ts';
import { Emitter, type Unsubscribe } from '../../base/emitter.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { BulkEngine, BulkEvent, ChannelKey, OpenedTarget, PieceOptions } from '../../contracts/bulk.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import type { SourceFacts, TargetSpec } from '../../contracts/transfer-files.ts';
import type { PortWish } from '../port-choice.ts';
import type { BulkServerOptions } from './bulk-server.ts';
import type { SendOnLink } from './link-carrier.ts';
import { OpenTransfers } from './open-transfers.ts';
import { PortKeeper } from './port-keeper.ts';
import { stopped } from './transfers.ts';
import { startWorker } from './worker-file.ts';
import type { Arguments, AskedName, ToldName, ToWorker } from './worker-messages.ts';
import { WorkerThread } from './worker-thread.ts';

/** How long the worker waits for the next transfer. */
const IDLE_MS = 60_000;

export interface WorkerBulkParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly port: PortWish;
  /** @default a minute */
  readonly idleMs?: number;
  /** For tests: other limits. */
  readonly limits?: BulkServerOptions['limits'];
  /** For tests: the worker's program. @default where it is by itself */
  readonly startWorker?: (options: BulkServerOptions) => Worker;
}

export class WorkerBulkEngine implements BulkEngine {
  readonly #parts: WorkerBulkParts;
  readonly #events: Emitter<BulkEvent>;
  readonly #keeper = new PortKeeper();
  readonly #open = new OpenTransfers();
  readonly #senders = new Map<string, SendOnLink>();
  #port = 0;
  #thread: Promise<WorkerThread> | undefined;
  /** Until the one before is gone. */
  #ending: Promise<void> = Promise.resolve();
  #idle: Timer | undefined;
  #asking = 0;
  #isStopped = false;

  constructor(parts: WorkerBulkParts) {
    this.#parts = parts;
    this.#events = new Emitter((error) => parts.log.error('a listener failed', { error: messageOf(error) }));
  }

  get port(): number {
    return this.#port;
  }

  /** Whether the worker runs, or is about to. */
  get isAwake(): boolean {
    return this.#thread !== undefined;
  }

  on(listener: (event: BulkEvent) => void): Unsubscribe {
    return this.#events.on(listener);
  }

  async start({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#port = await this.#keeper.take(this.#parts.port);
    if (this.#isStopped || signal?.aborted === true) await this.#keeper.release();
    signal?.throwIfAborted();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#idle?.cancel();
    await this.#sleep();
    await this.#keeper.release();
    this.#port = 0;
  }

  describe(path: string): Promise<SourceFacts> {
    return this.#ask('describe', [path]) as Promise<SourceFacts>;
  }

  async openSource(
    transferId: string,
    path: string,
    expected: Pick<SourceFacts, 'streamBytes' | 'manifestHash'>,
    options: PieceOptions,
  ): Promise<void> {
    await this.#ask('openSource', [transferId, path, expected, options]);
    this.#open.addSource(transferId);
  }

  sealSource(transferId: string): Promise<Uint8Array> {
    return this.#askOf(transferId, 'sealSource', [transferId]) as Promise<Uint8Array>;
  }

  async openTarget(spec: TargetSpec, options: PieceOptions): Promise<OpenedTarget> {
    const opened = (await this.#ask('openTarget', [spec, options])) as OpenedTarget;
    this.#open.addTarget({ ...spec, partPath: opened.partPath }, options);
    return opened;
  }

  expectHashes(
    transferId: string,
    first: number,
    hashes: Uint8Array,
    options: { verify: boolean },
  ): Promise<boolean[]> {
    return this.#askOf(transferId, 'expectHashes', [transferId, first, hashes, options]) as Promise<boolean[]>;
  }

  sealTarget(transferId: string, options?: { anew: boolean }): Promise<Uint8Array> {
    return this.#askOf(transferId, 'sealTarget', [transferId, options]) as Promise<Uint8Array>;
  }

  finishTarget(transferId: string): Promise<{ path: string }> {
    return this.#askOf(transferId, 'finishTarget', [transferId]) as Promise<{ path: string }>;
  }

  pieceHashes(transferId: string, first: number, count: number): Promise<Uint8Array> {
    return this.#askOf(transferId, 'pieceHashes', [transferId, first, count]) as Promise<Uint8Array>;
  }

  async close(transferId: string, options: { discard: boolean }): Promise<void> {
    const lost = this.#open.remove(transferId);
    if (lost === 'unknown') return;
    if (lost === 'open') await this.#ask('close', [transferId, options]);
    else if (lost.spec !== undefined && lost.options !== undefined && options.discard) {
      // Its worker died, its part is still there.
      await this.#ask('openTarget', [lost.spec, lost.options]);
      await this.#ask('close', [transferId, options]);
    }
    this.#watchIdle();
  }

  listen(key: ChannelKey): void {
    this.#open.addChannel(key.channelId);
    this.#post({ kind: 'listen', key }, key.channelId);
  }

  async dial(key: ChannelKey, address: HostPort, options: { timeoutMs: number }): Promise<void> {
    this.#open.addChannel(key.channelId);
    try {
      await this.#ask('dial', [key, address, options]);
    } catch (error) {
      this.#channelDown(key.channelId, messageOf(error));
      throw error;
    }
  }

  attach(channelId: string, send: SendOnLink): { feed(bytes: Uint8Array): Promise<void> } {
    this.#open.addChannel(channelId);
    this.#senders.set(channelId, send);
    this.#post({ kind: 'attach', channelId }, channelId);
    return {
      feed: async (bytes) => {
        // What comes for a channel that is down is nobody's business.
        if (!this.#senders.has(channelId)) return;
        await this.#awake()
          .then((thread) => thread.feed(channelId, bytes))
          .catch(() => undefined);
      },
    };
  }

  serve(...args: Arguments<'serve'>): void {
    this.#tell('serve', args);
  }

  fetch(...args: Arguments<'fetch'>): void {
    this.#tell('fetch', args);
  }

  request(...args: Arguments<'request'>): void {
    this.#tell('request', args);
  }

  forget(...args: Arguments<'forget'>): void {
    this.#tell('forget', args);
  }

  closeChannel(...args: Arguments<'closeChannel'>): void {
    this.#tell('closeChannel', args);
  }

  #tell<Name extends ToldName>(name: Name, args: Arguments<Name>): void {
    // Of a channel that is down there is nothing to tell.
    const [channelId] = args;
    if (this.#open.hasChannel(channelId)) this.#post({ kind: 'tell', name, args }, channelId);
  }

  async #askOf<Name extends AskedName>(transferId: string, name: Name, args: Arguments<Name>): Promise<unknown> {
    const failure = this.#open.failureOf(transferId);
    if (failure !== undefined) throw failure;
    return this.#ask(name, args);
  }

  async #ask<Name extends AskedName>(name: Name, args: Arguments<Name>): Promise<unknown> {
    this.#asking += 1;
    try {
      // Everything that is for the worker waits in this one line: nothing gets ahead of anything.
      return await this.#awake().then((thread) => thread.ask(name, args));
    } finally {
      this.#asking -= 1;
      this.#watchIdle();
    }
  }

  #post(message: ToWorker, channelId: string): void {
    this.#awake().then(
      (thread) => thread.post(message),
      (error: unknown) => this.#channelDown(channelId, messageOf(error)),
    );
  }

  #awake(): Promise<WorkerThread> {
    if (this.#isStopped) return Promise.reject(stopped());
    this.#idle?.cancel();
    this.#thread ??= this.#wake();
    return this.#thread;
  }

  async #wake(): Promise<WorkerThread> {
    await this.#ending;
    await this.#keeper.release();
    if (this.#isStopped) throw stopped();
    const { clock, limits, startWorker: start = (options): Worker => startWorker(options) } = this.#parts;
    const thread = new WorkerThread(start({ port: this.#port, ...(limits && { limits }) }), clock, {
      event: (event) => this.#take(event),
      send: (channelId, bytes) => this.#senders.get(channelId)?.(bytes) ?? Promise.resolve(false),
      died: (reason) => this.#bury(reason),
    });
    this.#port = await thread.started;
    return thread;
  }

  #take(event: BulkEvent): void {
    if (event.type === 'channel-down') this.#channelDown(event.channelId, event.reason);
    else this.#events.emit(event);
    if (event.type === 'channel-down') this.#watchIdle();
  }

  #channelDown(channelId: string, reason: string): void {
    this.#senders.delete(channelId);
    if (this.#open.removeChannel(channelId)) this.#events.emit({ type: 'channel-down', channelId, reason });
  }

  /** The worker died: nothing of what was under way goes on by itself. */
  #bury(reason: string): void {
    this.#thread = undefined;
    const text = 'The thread that sends and receives files has ended unexpectedly.';
    this.#parts.log.error(text, { reason });
    for (const transferId of this.#open.lose(text))
      this.#events.emit({ type: 'failed', transferId, code: 'bulk', text });
    for (const channelId of this.#open.channels()) this.#channelDown(channelId, text);
    if (!this.#isStopped) this.#ending = this.#keepPort();
  }

  #watchIdle(): void {
    this.#idle?.cancel();
    if (this.#asking > 0 || !this.#open.isEmpty || this.#thread === undefined || this.#isStopped) return;
    this.#idle = this.#parts.clock.after(this.#parts.idleMs ?? IDLE_MS, () => void this.#sleep());
  }

  #sleep(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread !== undefined) this.#ending = this.#end(thread);
    return this.#ending;
  }

  async #end(starting: Promise<WorkerThread>): Promise<void> {
    const thread = await starting.catch(() => undefined);
    await thread?.stop();
    if (!this.#isStopped) await this.#keepPort();
  }

  async #keepPort(): Promise<void> {
    this.#port = await this.#keeper.takeAgain(this.#port);
    if (this.#isStopped) await this.#keeper.release();
  }
}
