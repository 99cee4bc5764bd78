// Runs `mmchat-p2p headless` and speaks its JSON-RPC, here or in a host of a test LAN.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LanHost } from './lan-host.ts';
import type { MethodName, MethodTypes, NotificationName, NotificationParams, StatusResult } from './headless-types.ts';
import { patient } from './patience.ts';
import { programCommand, programEnvironment } from './program.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

export interface HeadlessOptions {
  readonly name?: string;
  /** Where it runs. @default this computer itself */
  readonly host?: LanHost;
  /** Kept when the client is disposed of. @default a new temporary folder, removed with the client */
  readonly dataDir?: string;
  /** More arguments of `headless`. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of the built program; it gets the same arguments. */
  readonly command?: readonly [string, ...string[]];
}

export interface Notification {
  readonly method: string;
  readonly params: unknown;
  /** performance.now() when its line was read. */
  readonly atMs: number;
}

export interface ExitResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What `call` rejects with: the JSON-RPC error. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: { readonly code?: string } | undefined;

  constructor(error: { code: number; message: string; data?: { code?: string } }) {
    super(error.message);
    this.name = 'RpcError';
    this.code = error.code;
    this.data = error.data;
  }
}

interface Waiter {
  readonly take: (notification: Notification) => void;
  readonly fail: (reason: string) => void;
}

const started: HeadlessClient[] = [];

export class HeadlessClient implements AsyncDisposable {
  readonly label: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** The `status` that the first line told. Rejects when the program ended before it. */
  readonly ready: Promise<StatusResult>;
  readonly exited: Promise<ExitResult>;
  readonly notifications: Notification[] = [];
  stderr = '';
  #status: StatusResult | undefined;
  #hasEnded = false;
  #nextId = 1;
  readonly #folder: TemporaryFolder | undefined;
  readonly #waiters = new Set<Waiter>();
  readonly #replies = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #otherLines: string[] = [];

  constructor(process_: ChildProcess, parts: { label: string; dataDir: string; folder: TemporaryFolder | undefined }) {
    this.process = process_;
    this.label = parts.label;
    this.dataDir = parts.dataDir;
    this.#folder = parts.folder;
    this.exited = new Promise((resolve) => {
      process_.once('close', (code, signal) => {
        this.#end(`it ended (${signal ?? `exit code ${code}`})`);
        resolve({ code, signal });
      });
      process_.once('error', (error) => {
        this.#end(error.message);
        resolve({ code: null, signal: null });
      });
    });
    process_.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-100_000);
    });
    // Writing to a program that just ended: the exit tells.
    process_.stdin?.on('error', () => undefined);
    if (process_.stdout === null) throw new Error('A headless client needs its stdout.');
    createInterface({ input: process_.stdout }).on('line', (line) => {
      this.#take(line);
    });
    // Twenty that start at once on a busy computer take their time.
    this.ready = this.waitFor('ready', () => true, 60_000);
    this.ready.catch(() => undefined);
    started.push(this);
  }

  /** Known once `ready` has resolved. */
  get status(): StatusResult {
    if (this.#status === undefined) throw new Error(`${this.label} is not ready yet.`);
    return this.#status;
  }

  get peerId(): string {
    return this.status.peerId;
  }

  /** Its listening TCP port. */
  get port(): number {
    const port = this.status.addresses
      .map((address) => /\/tcp\/(\d+)/.exec(address)?.[1])
      .find((one) => one !== undefined);
    if (port === undefined) throw new Error(`${this.label} told no TCP address: ${this.status.addresses.join(' ')}`);
    return Number(port);
  }

  async call<Method extends MethodName>(
    method: Method,
    ...[params]: MethodTypes[Method]['params'] extends undefined ? [] : [MethodTypes[Method]['params']]
  ): Promise<MethodTypes[Method]['result']> {
    return (await this.callAny(method, params)) as MethodTypes[Method]['result'];
  }

  /** As `call`, for what types would refuse. */
  async callAny(method: string, params?: unknown, timeoutMs = 20_000): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(this.#failure(`${method} was called after its end`));
        return;
      }
      const timer = setTimeout(() => {
        this.#replies.delete(id);
        reject(this.#failure(`no answer to ${method} in ${patient(timeoutMs)} ms`));
      }, patient(timeoutMs));
      this.#replies.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.writeLine(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) }));
    });
  }

  writeLine(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** How many notifications came so far, for `waitFor` to look only at later ones. */
  mark(): number {
    return this.notifications.length;
  }

  /** The first notification like this, also of those that came already (from `since` on). */
  async waitFor<Name extends NotificationName>(
    method: Name,
    predicate: (params: NotificationParams[Name]) => boolean = (): boolean => true,
    timeoutMs = 10_000,
    since = 0,
  ): Promise<NotificationParams[Name]> {
    const matches = (one: Notification): boolean =>
      one.method === method && predicate(one.params as NotificationParams[Name]);
    const earlier = this.notifications.slice(since).find(matches);
    if (earlier !== undefined) return earlier.params as NotificationParams[Name];
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        take: (one) => {
          if (!matches(one)) return;
          finish();
          resolve(one.params as NotificationParams[Name]);
        },
        fail: (reason) => {
          finish();
          reject(this.#failure(`no ${method} came: ${reason}`));
        },
      };
      const timer = setTimeout(() => {
        waiter.fail(`waited ${patient(timeoutMs)} ms`);
      }, patient(timeoutMs));
      if (this.#hasEnded) waiter.fail('it has ended');
      else this.#waiters.add(waiter);
    });
  }

  /** Notifications of this kind from `since` on. */
  all<Name extends NotificationName>(method: Name, since = 0): readonly NotificationParams[Name][] {
    return this.notifications
      .slice(since)
      .filter((one) => one.method === method)
      .map((one) => one.params as NotificationParams[Name]);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ExitResult> {
    this.process.kill(signal);
    return this.exited;
  }

  /** Ends the input and waits for the exit, which must be clean. */
  async stop(timeoutMs = 10_000): Promise<void> {
    this.process.stdin?.end();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), patient(timeoutMs));
    const { code, signal } = await this.exited;
    clearTimeout(timer);
    if (code !== 0) throw this.#failure(`it did not stop cleanly (${signal ?? `exit code ${code}`})`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.process.kill('SIGKILL');
    await this.exited;
    await this.#folder?.[Symbol.asyncDispose]();
  }

  /** What it wrote, for a person who looks at a failed test. */
  transcript(): string {
    const last = this.notifications.slice(-15).map((one) => `  ${one.method} ${JSON.stringify(one.params)}`);
    return [
      `--- ${this.label}: last of ${this.notifications.length} notifications`,
      ...last,
      ...this.#otherLines.map((line) => `  NOT JSON-RPC: ${line}`),
      `--- ${this.label}: stderr`,
      this.stderr.slice(-4000),
    ].join('\n');
  }

  #take(line: string): void {
    const message = parseObject(line);
    if (message === undefined) {
      this.#otherLines.push(line);
      return;
    }
    if (typeof message['method'] === 'string') {
      const notification = { method: message['method'], params: message['params'], atMs: performance.now() };
      this.notifications.push(notification);
      if (notification.method === 'ready') this.#status ??= notification.params as StatusResult;
      for (const waiter of [...this.#waiters]) waiter.take(notification);
      return;
    }
    const reply = this.#replies.get(Number(message['id']));
    if (reply === undefined) {
      this.#otherLines.push(line);
      return;
    }
    this.#replies.delete(Number(message['id']));
    if (message['error'] === undefined) reply.resolve(message['result']);
    else reply.reject(new RpcError(message['error'] as ConstructorParameters<typeof RpcError>[0]));
  }

  /** Lines on stdout that were neither notifications nor replies to `call`. */
  get otherLines(): readonly string[] {
    return this.#otherLines;
  }

  #end(reason: string): void {
    this.#hasEnded = true;
    for (const waiter of [...this.#waiters]) waiter.fail(reason);
    for (const reply of this.#replies.values()) reply.reject(this.#failure(reason));
    this.#replies.clear();
  }

  #failure(reason: string): Error {
    return new Error(`${this.label}: ${reason}\n${this.transcript()}`);
  }
}

/** Starts a node without a screen. `await client.ready` tells when it runs. */
export async function startHeadless(options: HeadlessOptions = {}): Promise<HeadlessClient> {
  const [command, ...before] = options.command ?? programCommand([]);
  const folder = options.dataDir === undefined ? await temporaryFolder() : undefined;
  const dataDir = options.dataDir ?? folder?.path ?? '';
  const rest = [
    ...before,
    'headless',
    ...(options.name === undefined ? [] : ['--name', options.name]),
    '--data-dir',
    dataDir,
    ...(options.args ?? []),
  ];
  const spawnOptions: SpawnOptions = { stdio: 'pipe', env: programEnvironment(options.environment) };
  const child = options.host?.spawn(command, rest, spawnOptions) ?? spawn(command, rest, spawnOptions);
  const label = [options.name ?? 'node', options.host?.name].filter((part) => part !== undefined).join('@');
  return new HeadlessClient(child, { label, dataDir, folder });
}

/** What all clients since `forgetClients` wrote. */
export function transcriptOfClients(): string {
  return started.map((client) => client.transcript()).join('\n');
}

export function forgetClients(): void {
  started.length = 0;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
