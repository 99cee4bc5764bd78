// Where a question works: the processes that it starts, their folders, and the end of all of them.

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Headless } from './headless.ts';
import { LOOPBACK } from './loopback.ts';
import { Remote } from './remote.ts';

export interface WorkshopParts {
  /** The command line of this program, without arguments. */
  readonly program: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** Says in a few words what is being done. */
  readonly progress: (what: string) => void;
}

export class Workshop {
  readonly program: readonly [string, ...string[]];
  readonly progress: (what: string) => void;
  readonly #parts: WorkshopParts;
  readonly #root: string;
  readonly #running = new Set<ChildProcess>();
  #folders = 0;

  private constructor(parts: WorkshopParts, root: string) {
    this.#parts = parts;
    this.#root = root;
    this.program = parts.program;
    this.progress = parts.progress;
  }

  static async open(parts: WorkshopParts): Promise<Workshop> {
    return new Workshop(parts, await mkdtemp(path.join(tmpdir(), 'mmchat-bench-')));
  }

  /** A new folder of its own. */
  async folder(): Promise<string> {
    const folder = path.join(this.#root, String(++this.#folders));
    await mkdir(folder);
    return folder;
  }

  /** Nobody's own settings: they would change what is measured. */
  get env(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.#parts.env))
      if (value !== undefined && !name.startsWith('MMCHAT_')) env[name] = value;
    return { ...env, HOME: this.#root, XDG_CONFIG_HOME: this.#root, APPDATA: this.#root };
  }

  spawn(command: readonly [string, ...string[]], options: SpawnOptions): ChildProcess {
    this.#parts.signal.throwIfAborted();
    const [file, ...args] = command;
    const child = spawn(file, args, { ...options, env: { ...this.env, ...options.env } });
    this.#running.add(child);
    const kill = (): void => void child.kill('SIGKILL');
    this.#parts.signal.addEventListener('abort', kill, { once: true });
    child.once('exit', () => {
      this.#running.delete(child);
      this.#parts.signal.removeEventListener('abort', kill);
    });
    // Whoever waits for it hears of it another way. What never began never ends.
    child.on('error', () => {
      if (child.pid === undefined) this.#running.delete(child);
    });
    return child;
  }

  /** A process of the bench itself, with pipes for its input and output. */
  async process<Api>(role: string): Promise<Remote<Api>> {
    const child = this.spawn([...this.program, 'bench', 'child'], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
    const remote = new Remote<Api>(child);
    await (remote as unknown as Remote<{ begin(role: string): Promise<void> }>).call('begin', role);
    return remote;
  }

  /** The program itself, without a screen, on the loopback interface only. */
  async headless(args: readonly string[]): Promise<Headless> {
    return this.headlessIn(await this.folder(), args);
  }

  /** The same, at once. */
  headlessIn(folder: string, args: readonly string[]): Headless {
    const where = ['--data-dir', folder, '--interface', LOOPBACK];
    return new Headless(
      this.spawn([...this.program, 'headless', ...where, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
  }

  async sleep(delayMs: number): Promise<void> {
    const { signal } = this.#parts;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, delayMs);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Ends one process that is no longer needed. */
  async end(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }

  /** Lets a process of the bench end by itself, with everything that it closes then. */
  async finish(child: ChildProcess): Promise<void> {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.disconnect();
    await ended;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.end(child)));
    await rm(this.#root, { recursive: true, force: true });
  }
}
