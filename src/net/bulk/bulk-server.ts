// What the worker of transfers does: an engine, asked by messages.

import type { MessagePort } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { BulkFiles } from './files.ts';
import { LocalBulkEngine, type BulkLimits } from './local-bulk-engine.ts';
import { plainError, type FromWorker, type ToWorker } from './worker-messages.ts';

export interface BulkServerOptions {
  /** Where to listen; another one when it is taken. */
  readonly port: number;
  readonly limits?: Partial<BulkLimits>;
}

type Feed = (bytes: Uint8Array) => Promise<void>;

/** Serves until it is told to stop; then nothing of it keeps the thread. */
export function serveBulk(port: MessagePort, files: BulkFiles, { port: listenPort, limits }: BulkServerOptions): void {
  const engine = new LocalBulkEngine({
    files,
    clock: systemClock,
    random: systemRandom,
    port: listenPort,
    ...(limits && { limits }),
  });
  const feeds = new Map<string, Feed>();
  /** Who waits for the link to take more, by channel. */
  const senders = new Map<string, (goesOn: boolean) => void>();
  const post = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  const answer = (id: number, work: Promise<unknown>): void => {
    work.then(
      (value) => post({ kind: 'answer', id, value }),
      (error: unknown) => post({ kind: 'error', id, error: plainError(error) }),
    );
  };
  engine.on((event) => {
    if (event.type === 'channel-down') {
      feeds.delete(event.channelId);
      senders.get(event.channelId)?.(false);
      senders.delete(event.channelId);
    }
    post({ kind: 'event', event });
  });
  const attach = (channelId: string): void => {
    const carrier = engine.attach(channelId, (bytes) => {
      const own = bytes.slice();
      return new Promise((resolve) => {
        senders.set(channelId, resolve);
        post({ kind: 'send', channelId, bytes: own }, [own.buffer]);
      });
    });
    feeds.set(channelId, (bytes) => carrier.feed(bytes));
  };
  const act = (message: ToWorker): void => {
    switch (message.kind) {
      case 'ask': {
        const { name, args } = message;
        answer(message.id, (engine[name] as (this: LocalBulkEngine, ...args: unknown[]) => Promise<unknown>)(...args));
        break;
      }
      case 'tell': {
        const { name, args } = message;
        (engine[name] as (this: LocalBulkEngine, ...args: unknown[]) => void)(...args);
        break;
      }
      case 'listen':
        engine.listen(message.key);
        break;
      case 'attach':
        attach(message.channelId);
        break;
      case 'feed':
        answer(message.id, feeds.get(message.channelId)?.(message.bytes) ?? Promise.resolve());
        break;
      case 'sent': {
        const taken = senders.get(message.channelId);
        senders.delete(message.channelId);
        taken?.(message.goesOn);
        break;
      }
      case 'stop':
        void engine.stop().finally(() => port.close());
    }
  };
  port.on('message', act);
  void engine.start().then(() => post({ kind: 'started', port: engine.port }));
}
