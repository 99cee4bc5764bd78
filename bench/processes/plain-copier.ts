// One end of the bare copy beside `bench sync`: has entries and sends them, or takes them into a plain table.

import path from 'node:path';
import { plainTaker, sampleFrames, sendFrames } from '../inside/plain-copy.ts';
import { watchEventLoop, type LoopDelay } from '../support/event-loop.ts';
import { nowMicros } from '../support/stamp.ts';
import { addressOf, startBareLibp2p, takeStreams } from './bare-libp2p.ts';

export interface PlainCopier {
  /** Has so many entries. Tells how many bytes they are. */
  prepare(params: { count: number }): Promise<{ bytes: number }>;
  send(params: { address: string }): Promise<void>;
  /** Takes the stream of whoever sends next. */
  listen(params: { dataDir: string; checked: boolean; count: number }): Promise<{ address: string }>;
  /** Resolves when all of them are durable: seconds from the first byte. */
  taken(params: object): Promise<{ seconds: number; delay: LoopDelay }>;
}

export function plainCopier(): PlainCopier {
  let frames: readonly Uint8Array[] = [];
  let taken: Promise<{ seconds: number; delay: LoopDelay }> | undefined;
  return {
    async prepare({ count }) {
      frames = sampleFrames(count);
      return { bytes: frames.reduce((sum, { length }) => sum + length, 0) };
    },
    async send({ address }) {
      await sendFrames(await startBareLibp2p(), address, frames);
    },
    async listen({ dataDir, checked, count }) {
      const libp2p = await startBareLibp2p();
      let began: number | undefined;
      let watched: () => Promise<LoopDelay>;
      taken = new Promise((resolve, reject) => {
        const take = plainTaker({
          path: path.join(dataDir, `plain-${nowMicros()}.db`),
          checked,
          onKept: (kept) => {
            if (kept < count) return;
            const seconds = (nowMicros() - (began ?? 0)) / 1e6;
            void watched().then((delay) => resolve({ seconds, delay }));
          },
        });
        void takeStreams(libp2p, () => (chunk) => {
          if (began === undefined) {
            began = nowMicros();
            watched = watchEventLoop();
          }
          try {
            take(chunk);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      taken.catch(() => undefined);
      return { address: addressOf(libp2p) };
    },
    async taken() {
      if (taken === undefined) throw new Error('Nobody listens.');
      return taken;
    },
  };
}
