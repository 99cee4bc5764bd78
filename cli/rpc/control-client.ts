// The client's side of a control socket.

import type { Socket } from 'node:net';
import { MmchatError, type ErrorCode } from '../../src/index.ts';
import type { Door, Unsubscribe } from './door.ts';
import { LineSplitter } from './line-splitter.ts';
import type { RpcNotification } from './rpc-notification.ts';

/** Replies can be longer than requests: a list of a thousand people. */
const REPLY_LIMIT_BYTES = 64 * 1024 * 1024;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export class ControlClient implements Door {
  readonly #socket: Socket;
  readonly #splitter = new LineSplitter(REPLY_LIMIT_BYTES);
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(notification: RpcNotification) => void>();
  readonly #ready = Promise.withResolvers<boolean>();
  #nextId = 1;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => {
      for (const line of this.#splitter.push(chunk)) if ('text' in line) this.#take(line.text);
    });
    const onEnd = (): void => this.#end();
    socket.once('end', onEnd).once('close', onEnd).on('error', onEnd);
    if (socket.destroyed) onEnd();
  }

  /** Resolves with whether the node said that it is ready; false when it went away or did not in time. */
  async isReady(timeoutMs: number): Promise<boolean> {
    const timer = setTimeout(() => this.#ready.resolve(false), timeoutMs);
    try {
      return await this.#ready.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async call(method: string, params?: object): Promise<unknown> {
    if (this.#socket.destroyed || !this.#socket.writable) throw gone();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  onNotification(listener: (notification: RpcNotification) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    this.#end();
  }

  #take(line: string): void {
    const message = parse(line);
    const { method, params, id } = message;
    if (typeof method === 'string') {
      if (method === 'ready') this.#ready.resolve(true);
      for (const listener of [...this.#listeners]) listener({ method, params });
      return;
    }
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) return;
    this.#waiting.delete(Number(id));
    if (message['error'] === undefined) waiting.resolve(message['result']);
    else waiting.reject(errorOf(message['error']));
  }

  #end(): void {
    this.#ready.resolve(false);
    for (const waiting of this.#waiting.values()) waiting.reject(gone());
    this.#waiting.clear();
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function errorOf(error: unknown): MmchatError {
  const { message, data } = error as { message?: string; data?: { code?: string } };
  // The other side may be of a later version, with codes of its own.
  return new MmchatError((data?.code ?? 'bad-option') as ErrorCode, message ?? 'The running mmchat-p2p refused.');
}

function gone(): MmchatError {
  return new MmchatError('not-running', 'The running mmchat-p2p ended before it answered.');
}
