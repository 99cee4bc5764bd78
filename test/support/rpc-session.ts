// A session over streams in memory, or a socket, spoken to by lines.

import { PassThrough, type Readable } from 'node:stream';
import { patient } from './patience.ts';

export type Json = Record<string, unknown>;

/** Collects lines and lets a test wait for the one it needs. */
export class LineReader {
  readonly lines: string[] = [];
  readonly #onLine = new Set<() => void>();
  #rest = '';
  isEnded = false;

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const parts = (this.#rest + text).split('\n');
      this.#rest = parts.pop() ?? '';
      this.lines.push(...parts);
      for (const listener of [...this.#onLine]) listener();
    });
    const end = (): void => {
      this.isEnded = true;
      for (const listener of [...this.#onLine]) listener();
    };
    stream.once('end', end).once('close', end).on('error', end);
  }

  get messages(): Json[] {
    return this.lines.map((line) => JSON.parse(line) as Json);
  }

  get methods(): unknown[] {
    return this.messages.map((message) => message['method'] ?? message['id']);
  }

  async until(isThere: (reader: LineReader) => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`it never came:\n${this.lines.join('\n')}`)), patient(10_000));
      const look = (): void => {
        if (!isThere(this)) return;
        clearTimeout(timer);
        this.#onLine.delete(look);
        resolve();
      };
      this.#onLine.add(look);
      look();
    });
  }

  async message(matches: (message: Json) => boolean): Promise<Json> {
    await this.until(() => this.messages.some(matches));
    return this.messages.find(matches)!;
  }

  async reply(id: unknown): Promise<Json> {
    return this.message((message) => message['id'] === id && !('method' in message));
  }

  async ended(): Promise<void> {
    await this.until(() => this.isEnded);
  }
}

export function request(id: unknown, method: string, params?: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

/** What a command is handed, with streams in memory. */
export function memoryIo(): {
  io: { stdin: PassThrough; stdout: PassThrough; stderr: PassThrough; env: Record<string, string | undefined> };
  out: LineReader;
  err: LineReader;
} {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return { io: { stdin, stdout, stderr, env: {} }, out: new LineReader(stdout), err: new LineReader(stderr) };
}
