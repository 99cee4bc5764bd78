// A value that lives as long as the process: for tests, and for nodes that remember nothing.

import type { ValueStore } from '../contracts/stores.ts';

export class MemoryValueStore<Value> implements ValueStore<Value> {
  #value: Value;

  constructor(initial: Value) {
    this.#value = initial;
  }

  load(): Promise<Value> {
    return Promise.resolve(this.#value);
  }

  save(value: Value): Promise<void> {
    this.#value = value;
    return Promise.resolve();
  }
}
