// A history in this thread. Asynchronous by microtasks alone, so that on virtual time the same calls give the same run.

import type { HistoryOpening } from '../../contracts/history.ts';
import { DEFAULT_HISTORY_LIMITS } from './accounts.ts';
import { CalledHistory, stopped, type HistoryParts } from './called-history.ts';
import { HistoryEngine } from './engine.ts';
import type { HistoryTables } from './tables.ts';
import { runCall, stepsOf, VERBS, type Call } from './verbs.ts';

export class LocalHistory extends CalledHistory {
  readonly #parts: HistoryParts;
  readonly #engine: HistoryEngine;
  #phase: 'new' | 'open' | 'closed' = 'new';

  constructor(parts: HistoryParts, tables: HistoryTables) {
    super(parts);
    this.#parts = parts;
    this.#engine = new HistoryEngine(tables, { ...DEFAULT_HISTORY_LIMITS, ...parts.limits });
  }

  async open(): Promise<HistoryOpening> {
    await Promise.resolve();
    if (this.#phase !== 'new') throw stopped();
    this.#phase = 'open';
    const opening = this.#engine.open({ machine: this.#parts.machine, freshLogId: this.freshLogId() });
    return { ...opening, warnings: [] };
  }

  async close(): Promise<void> {
    // What was asked before comes first.
    await Promise.resolve();
    if (this.#phase === 'open') this.#engine.close();
    this.#phase = 'closed';
  }

  /** As a kill leaves it: nothing that has not happened yet will. */
  abandon(): void {
    this.#phase = 'closed';
  }

  protected async run(call: Call): Promise<unknown> {
    this.#requireOpen();
    // As if somebody else did it: the caller goes on first.
    await Promise.resolve();
    this.#requireOpen();
    const engine = this.#engine;
    switch (VERBS[call.verb].kind) {
      case 'read':
        return engine.read(() => runCall(engine, call));
      case 'write':
        return engine.transaction(() => {
          const result = runCall(engine, call);
          this.afterWrite(engine);
          return result;
        });
      case 'long':
        for (const steps = stepsOf(engine, call); ;) {
          const step = engine.transaction(() => steps.next());
          if (step.done === true) return step.value;
        }
    }
  }

  protected afterWrite(_engine: HistoryEngine): void {}

  #requireOpen(): void {
    if (this.#phase !== 'open') throw stopped();
  }
}
