// A running worker of transfers, as the main thread sees it.

import type { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import { messageOf, MmchatError } from '../../base/errors.ts';
import type { BulkEvent } from '../../contracts/bulk.ts';
import { errorFrom, type Arguments, type AskedName, type FromWorker, type ToWorker } from './worker-messages.ts';

/** How long it may take to end by itself. */
const END_MS = 5_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: MmchatError): void;
}

export interface ThreadEvents {
  event(event: BulkEvent): void;
  /** Bytes for the link. */
  send(channelId: string, bytes: Uint8Array): Promise<boolean>;
  /** It ended without being told to. */
  died(reason: string): void;
}

export class WorkerThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  #isStopping = false;
  #onStarted: { resolve(port: number): void; reject(error: Error): void } | undefined;
  /** Where it listens. */
  readonly started: Promise<number>;

  constructor(worker: Worker, clock: Clock, events: ThreadEvents) {
    this.#worker = worker;
    this.#clock = clock;
    this.started = new Promise((resolve, reject) => (this.#onStarted = { resolve, reject }));
    worker.on('message', (message: FromWorker) => this.#take(message, events));
    let reason = 'it ended';
    worker.on('error', (error: unknown) => (reason = messageOf(error)));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        const error = new MmchatError('bulk', 'The thread that sends and receives files has ended.');
        this.#onStarted?.reject(error);
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        this.#waiting.clear();
        if (!this.#isStopping) events.died(reason);
        resolve();
      });
    });
  }

  ask<Name extends AskedName>(name: Name, args: Arguments<Name>): Promise<unknown> {
    return this.#wait((id) => this.post({ kind: 'ask', id, name, args }));
  }

  async feed(channelId: string, bytes: Uint8Array): Promise<void> {
    const own = bytes.slice();
    await this.#wait((id) => this.#worker.postMessage({ kind: 'feed', id, channelId, bytes: own }, [own.buffer]));
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Resolves when the thread is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.post({ kind: 'stop' });
    const timer = this.#clock.after(END_MS, () => void this.#worker.terminate());
    await this.#ended;
    timer.cancel();
  }

  /** For tests: as if it crashed. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #wait(post: (id: number) => void): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      post(id);
    });
  }

  #take(message: FromWorker, events: ThreadEvents): void {
    switch (message.kind) {
      case 'started':
        this.#onStarted?.resolve(message.port);
        break;
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.value);
        this.#waiting.delete(message.id);
        break;
      case 'error':
        this.#waiting.get(message.id)?.reject(errorFrom(message.error));
        this.#waiting.delete(message.id);
        break;
      case 'event':
        events.event(message.event);
        break;
      case 'send':
        void this.#send(message.channelId, message.bytes, events);
    }
  }

  async #send(channelId: string, bytes: Uint8Array, events: ThreadEvents): Promise<void> {
    const goesOn = await events.send(channelId, bytes).catch(() => false);
    this.post({ kind: 'sent', channelId, goesOn });
  }
}
