// A running `mmchat-p2p headless`, spoken to as any script would: lines of JSON.

import type { ChildProcess } from 'node:child_process';

export interface HeadlessLine {
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type LineListener = (line: HeadlessLine) => void;

const DEADLINE_MS = 60_000;

export class Headless {
  readonly process: ChildProcess;
  readonly #listeners = new Set<LineListener>();
  /** What came so far, for who asks later. */
  readonly #told: HeadlessLine[] = [];
  readonly #ended: Promise<void>;
  #lastId = 0;

  constructor(child: ChildProcess) {
    this.process = child;
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
    child.stdin?.on('error', () => undefined);
    onLines(child, (text) => {
      const line = JSON.parse(text) as HeadlessLine;
      if (line.method !== 'message') this.#told.push(line);
      for (const listener of this.#listeners) listener(line);
    });
  }

  on(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hands a request over without waiting for its reply. */
  request(method: string, params: unknown): number {
    const id = ++this.#lastId;
    this.process.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return id;
  }

  async call(method: string, params: unknown = {}): Promise<unknown> {
    const id = this.request(method, params);
    const reply = await this.first((line) => line.id === id);
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result;
  }

  /** The first line like this, also of those that came already. */
  async first(matches: (line: HeadlessLine) => boolean, deadlineMs = DEADLINE_MS): Promise<HeadlessLine> {
    const earlier = this.#told.find(matches);
    if (earlier !== undefined) return earlier;
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        forget();
      };
      const forget = this.on((line) => {
        if (!matches(line)) return;
        finish();
        resolve(line);
      });
      const fail = (why: string): void => {
        finish();
        reject(new Error(`A headless node did not say what the bench waits for: ${why}.`));
      };
      const timer = setTimeout(() => fail(`waited ${deadlineMs / 1000} s`), deadlineMs);
      void this.#ended.then(() => fail('it ended'));
    });
  }

  /** Its peer id and listening port, once it is ready. */
  async ready(): Promise<{ peerId: string; port: number }> {
    const { params } = await this.first(({ method }) => method === 'ready');
    const { peerId, addresses } = params as { peerId: string; addresses: readonly string[] };
    return { peerId, port: Number(/\/tcp\/(\d+)/u.exec(addresses[0] ?? '')?.[1]) };
  }

  /** Ends its input, and waits for the goodbye. */
  async stop(): Promise<void> {
    this.process.stdin?.end();
    await this.#ended;
  }
}

/** Calls back for every whole line of a process's output, without its end. */
export function onLines(child: ChildProcess, take: (line: string) => void): void {
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
}
