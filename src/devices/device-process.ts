// A child process that carries sound: what it says is kept in bounds, and it is gone when `stop` resolves.

import { spawn, type ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';
import { cleanLine } from '../base/clean-text.ts';
import type { Clock } from '../base/clock.ts';
import { deviceEnvironment, type Environment } from './commands.ts';
import { onLines } from './output-lines.ts';

export interface DeviceProcessOptions {
  /** A file, as `findCommand` gives it. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly clock: Clock;
  /**
   * It shares its standard output and error with a library that prints: bytes come on descriptor 3, lines on 4.
   *
   * @default false
   */
  readonly asideOfOutput?: boolean | undefined;
  /** What comes on its standard output. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  /** Lines of its standard error. */
  readonly onLine?: (line: string) => void;
  /** Once, when it is over and everything that it wrote was read; in words: `exit code 1: Connection refused`. */
  readonly onEnd: (how: string) => void;
}

/** After it was asked to end; then it is not asked any more. */
const KILL_AFTER_MS = 500;

export class DeviceProcess {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #ended = Promise.withResolvers<undefined>();
  #over = false;
  #lastLine = '';

  constructor({ file, args, env, clock, asideOfOutput = false, onBytes, onLine, onEnd }: DeviceProcessOptions) {
    this.#clock = clock;
    this.#child = spawn(file, [...args], {
      env: deviceEnvironment(env),
      stdio: asideOfOutput
        ? ['pipe', 'ignore', 'ignore', 'pipe', 'pipe']
        : ['pipe', onBytes === undefined ? 'ignore' : 'pipe', 'pipe'],
      windowsHide: true,
    });
    const [bytes, lines] = asideOfOutput ? this.#child.stdio.slice(3) : [this.#child.stdout, this.#child.stderr];
    if (bytes instanceof Readable && onBytes !== undefined) bytes.on('data', onBytes);
    if (lines instanceof Readable) onLines(lines, (line) => this.#heard(line, onLine));
    for (const pipe of [bytes, lines]) pipe?.on('error', () => undefined);
    // A broken pipe is followed by the end of the process, which says more.
    this.#child.stdin?.on('error', () => undefined);
    const end = (how: string): void => {
      if (this.#over) return;
      this.#over = true;
      this.#ended.resolve(undefined);
      onEnd(this.#lastLine === '' ? how : `${how}: ${this.#lastLine}`);
    };
    this.#child.once('error', (error) => {
      // Without a process there is nothing to wait for.
      if (this.#child.pid === undefined) end(cleanLine(error.message));
    });
    this.#child.once('close', (code, signal) =>
      end(code === null ? `ended by ${signal ?? 'a signal'}` : `exit code ${code}`),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Bytes that it did not take yet and that wait in this process. */
  get waitingBytes(): number {
    return this.#child.stdin?.writableLength ?? 0;
  }

  write(bytes: Uint8Array): void {
    if (!this.#over && this.#child.stdin?.writable === true) this.#child.stdin.write(bytes);
  }

  async stop(): Promise<void> {
    if (this.#over) return;
    // All of its pipes: what it may have started itself ends with them, and nobody waits for its last words.
    for (const pipe of this.#child.stdio) pipe?.destroy();
    this.#child.kill('SIGTERM');
    const timer = this.#clock.after(KILL_AFTER_MS, () => this.#child.kill('SIGKILL'));
    await this.#ended.promise;
    timer.cancel();
  }

  #heard(line: string, onLine: ((line: string) => void) | undefined): void {
    const clean = cleanLine(line).trim();
    if (clean === '') return;
    this.#lastLine = clean;
    onLine?.(clean);
  }
}
