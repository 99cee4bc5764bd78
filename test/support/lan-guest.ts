// A classic client on a host of the test LAN.

import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LanHost } from './lan-host.ts';
import { patient } from './patience.ts';
import { programEnvironment } from './program.ts';

const PROGRAM = fileURLToPath(new URL('../interop/guest-program.ts', import.meta.url));
const CHUNK_BYTES = 2_048;

export class LanGuest implements AsyncDisposable {
  readonly name: string;
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #wakers = new Set<() => void>();

  constructor(host: LanHost, server: string, name: string) {
    this.name = name;
    this.#process = host.spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
      env: programEnvironment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface(this.#process.stdout!).on('line', (line) => {
      this.lines.push(line);
      for (const wake of this.#wakers) wake();
    });
    this.join(server);
  }

  join(server: string): void {
    this.#order(['join', server, 9009, this.name]);
  }

  say(message: Readonly<Record<string, unknown>>): void {
    this.#order(['say', message]);
  }

  leave(how: 'close' | 'half-close' | 'reset'): void {
    this.#order(['leave', how]);
  }

  sendFile(to: string, filename: string, content: Uint8Array): void {
    this.say({ type: 'file_init', filename, size: content.length, to });
    for (let start = 0; start < content.length; start += CHUNK_BYTES) {
      const chunk = Buffer.from(content.subarray(start, start + CHUNK_BYTES)).toString('base64');
      this.say({ type: 'file_chunk', chunk, to });
    }
    this.say({ type: 'file_end', filename, to });
  }

  /** The first line from `since` on that is meant. */
  async hears(what: string, isMeant: (line: string) => boolean, since = 0, timeoutMs = 20_000): Promise<string> {
    const find = (): string | undefined => this.lines.slice(since).find(isMeant);
    let found = find();
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const wake = (): void => {
      found = find();
      if (found !== undefined) resolve(found);
    };
    this.#wakers.add(wake);
    const giveUpMs = patient(timeoutMs);
    const timer = setTimeout(() => reject(new Error(`${this.name}: not within ${giveUpMs} ms: ${what}`)), giveUpMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#wakers.delete(wake);
    }
  }

  /** A list with all of these. */
  async sees(...names: string[]): Promise<void> {
    await this.hears(`sees ${names.join()}`, (line) => {
      if (!line.startsWith('{"type":"active_list"')) return false;
      const { users } = JSON.parse(line) as { users: string[] };
      return names.every((name) => users.includes(name));
    });
  }

  /** Bytes of the file that ends next. */
  async receivesFile(): Promise<Buffer> {
    await this.hears('the end of a file', (line) => line.startsWith('{"type":"file_end"'));
    const chunks = this.lines.filter((line) => line.startsWith('{"type":"file_chunk"'));
    return Buffer.concat(chunks.map((line) => Buffer.from((JSON.parse(line) as { chunk: string }).chunk, 'base64')));
  }

  #order(order: readonly unknown[]): void {
    this.#process.stdin!.write(`${JSON.stringify(order)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#process.once('exit', () => resolve(undefined));
    this.#process.kill('SIGKILL');
    await promise;
  }
}
