// The history in a database, as the rest of the program sees it. The work is done in a worker; writes that wait for it
// while it writes go together into its next transaction.

import { dirname } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { MmchatError } from '../../base/errors.ts';
import type { AppendOutcome, HistoryOpening, NewEntry } from '../../contracts/history.ts';
import { DEFAULT_HISTORY_LIMITS } from './accounts.ts';
import { CalledHistory, stopped, type HistoryParts } from './called-history.ts';
import { requireLocalFolder, type FileSystemType } from './network-file-system.ts';
import { VERBS, type Call } from './verbs.ts';
import { errorFrom, packCalls, type Answer, type Request, type WorkerOptions } from './worker-messages.ts';
import { startWorker } from './worker-file.ts';
import { BATCH_ENTRIES, WriteQueue } from './write-queue.ts';

/** The file of the history in a data folder. */
export const HISTORY_FILE = 'history.db';

export interface SqliteHistoryParts extends HistoryParts {
  readonly path: string;
  /** @default statfs(2) */
  readonly fileSystemType?: FileSystemType;
  /** For tests of a full disk: pages of 4 KiB. */
  readonly maxPages?: number;
  /** For tests: the worker's program. @default where it is by itself */
  readonly workerFile?: URL;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: MmchatError): void;
}

export class SqliteHistory extends CalledHistory {
  readonly #parts: SqliteHistoryParts;
  readonly #waiting = new Map<number, Waiting>();
  readonly #writes = new WriteQueue();
  #lastId = 0;
  /** Called when nothing waits any more. */
  #onIdle: () => void = () => undefined;
  #worker: Worker | undefined;
  /** Resolves when the thread has ended. */
  #ended: Promise<void> = Promise.resolve();
  /** Why nothing is answered any more. */
  #failure: MmchatError | undefined;
  #opening: Promise<HistoryOpening> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: SqliteHistoryParts) {
    super(parts);
    this.#parts = parts;
  }

  open(): Promise<HistoryOpening> {
    if (this.#closing !== undefined) return Promise.reject(stopped());
    this.#opening ??= this.#open();
    return this.#opening;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** A large one is several transactions, so that others get their turn. */
  override async append(entries: readonly NewEntry[]): Promise<AppendOutcome[]> {
    if (entries.length <= BATCH_ENTRIES) return super.append(entries);
    const parts: Promise<AppendOutcome[]>[] = [];
    for (let from = 0; from < entries.length; from += BATCH_ENTRIES)
      parts.push(super.append(entries.slice(from, from + BATCH_ENTRIES)));
    return (await Promise.all(parts)).flat();
  }

  protected run(call: Call): Promise<unknown> {
    if (this.#closing !== undefined) return Promise.reject(stopped());
    if (this.#worker === undefined || this.#failure !== undefined) return Promise.reject(this.#failure ?? stopped());
    const id = ++this.#lastId;
    const answer = this.#wait(id);
    if (VERBS[call.verb].kind === 'write') {
      this.#writes.add({ id, call });
      this.#writeNext();
    } else this.#post({ kind: 'call', id, call });
    return answer;
  }

  async #open(): Promise<HistoryOpening> {
    await requireLocalFolder(dirname(this.#parts.path), this.#parts.fileSystemType);
    this.#start();
    const id = ++this.#lastId;
    const answer = this.#wait(id);
    this.#post({ kind: 'open', id, context: { now: this.now(), freshLogId: this.freshLogId() } });
    try {
      return (await answer) as HistoryOpening;
    } catch (error) {
      if (error instanceof MmchatError) this.#failure ??= error;
      await this.#worker?.terminate();
      throw error;
    }
  }

  async #close(): Promise<void> {
    // Whether it could be opened was told to whoever opened it.
    await this.#opening?.catch(() => undefined);
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    if (this.#worker !== undefined && this.#failure === undefined) {
      const id = ++this.#lastId;
      const answer = this.#wait(id);
      this.#post({ kind: 'close', id });
      // On a full disk it can't note that it was closed well; the next start then takes care.
      await answer.catch(() => undefined);
    }
    await this.#ended;
  }

  #start(): void {
    const { path, machine, limits, maxPages, workerFile } = this.#parts;
    const options: WorkerOptions = {
      path,
      machine,
      limits: { ...DEFAULT_HISTORY_LIMITS, ...limits },
      ...(maxPages === undefined ? {} : { maxPages }),
    };
    const worker = startWorker(options, workerFile);
    worker.on('message', (answers: readonly Answer[]) => this.#take(answers));
    worker.on('error', (error: Error) => this.#fail(`it failed (${error.message})`));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#fail('it ended');
        resolve();
      });
    });
    this.#worker = worker;
  }

  #wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #post(request: Request, buffers: readonly ArrayBuffer[] = []): void {
    this.#worker?.postMessage(request, buffers);
  }

  #writeNext(): void {
    const waiting = this.#writes.next();
    if (waiting.length === 0) return;
    const { calls, buffers } = packCalls(waiting);
    this.#post({ kind: 'write', calls }, buffers);
  }

  #take(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      this.#writes.answered(answer.id);
      if ('value' in answer) waiting?.resolve(answer.value);
      else waiting?.reject(errorFrom(answer.error));
    }
    this.#writeNext();
    if (this.#waiting.size === 0) this.#onIdle();
  }

  #fail(reason: string): void {
    this.#failure ??= new MmchatError('history', `The thread that keeps messages is gone: ${reason}.`);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.reject(this.#failure);
    this.#onIdle();
  }
}
