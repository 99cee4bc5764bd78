// A process that fills data folders with messages, and asks their databases what no front end asks.

import { appendToHistory, appendToPlainTable, openHistory, uncheckedEntries } from '../inside/history-append.ts';
import { HistoryMaker, type HistoryMaking } from '../inside/history-maker.ts';
import { rankedSearchMs } from '../inside/plain-database.ts';
import { watchEventLoop, type LoopDelay } from '../support/event-loop.ts';

export interface HistoryKeeper {
  /** Begins a history. Tells whose it is. */
  make(params: HistoryMaking): Promise<{ peerId: string }>;
  /** Puts in so many messages more. */
  add(params: { count: number }): Promise<void>;
  /** Closes it well. */
  finish(params: object): Promise<void>;
  /** Milliseconds that the index needs for the best hits of a word, as one would ask it by the book. */
  rankedSearch(params: { path: string; word: string; limit: number }): Promise<number>;
  /** Prepares entries that others signed, to be appended in portions. */
  prepare(params: { dataDir: string; count: number }): Promise<void>;
  /** Appends the next ones, checked, to a history or to a plain table. */
  append(params: { to: 'history' | 'plain'; count: number }): Promise<Appending>;
}

export interface Appending {
  readonly seconds: number;
  readonly delay: LoopDelay;
}

export function historyKeeper(): HistoryKeeper {
  let maker: HistoryMaker | undefined;
  let prepared: Prepared | undefined;
  return {
    async make(params) {
      maker = await HistoryMaker.open(params);
      return { peerId: maker.peerId };
    },
    async add({ count }) {
      maker?.add(count);
    },
    async finish() {
      maker?.close();
      maker = undefined;
    },
    async rankedSearch({ path, word, limit }) {
      return rankedSearchMs(path, word, limit);
    },
    async prepare({ dataDir, count }) {
      const entries = uncheckedEntries(count);
      prepared = { dataDir, history: await openHistory(dataDir), left: { history: entries, plain: [...entries] } };
    },
    async append({ to, count }) {
      if (prepared === undefined) throw new Error('Nothing is prepared.');
      const entries = prepared.left[to].splice(0, count);
      const watched = watchEventLoop();
      const began = performance.now();
      if (to === 'history') await appendToHistory(prepared.history, entries);
      else await appendToPlainTable(prepared.dataDir, entries);
      const seconds = (performance.now() - began) / 1000;
      return { seconds, delay: await watched() };
    },
  };
}

interface Prepared {
  readonly dataDir: string;
  readonly history: Awaited<ReturnType<typeof openHistory>>;
  readonly left: Record<'history' | 'plain', ReturnType<typeof uncheckedEntries>>;
}
