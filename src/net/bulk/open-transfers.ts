// What the main thread remembers of what its worker has open, for the case that it dies.

import { MmchatError } from '../../base/errors.ts';
import type { PieceOptions } from '../../contracts/bulk.ts';
import type { TargetSpec } from '../../contracts/transfer-files.ts';

interface Remembered {
  /** Of a target, with its part. */
  readonly spec?: TargetSpec;
  readonly options?: PieceOptions;
  failure?: MmchatError;
}

export interface LostTarget {
  readonly spec: TargetSpec;
  readonly options: PieceOptions;
}

export class OpenTransfers {
  readonly #transfers = new Map<string, Remembered>();
  readonly #channels = new Set<string>();

  get isEmpty(): boolean {
    for (const { failure } of this.#transfers.values()) if (failure === undefined) return false;
    return this.#channels.size === 0;
  }

  addSource(transferId: string): void {
    this.#transfers.set(transferId, {});
  }

  addTarget(spec: TargetSpec, options: PieceOptions): void {
    this.#transfers.set(spec.transferId, { spec, options });
  }

  /** What is to be done: close it in the worker, or with what was lost. */
  remove(transferId: string): 'unknown' | 'open' | Partial<LostTarget> {
    const known = this.#transfers.get(transferId);
    this.#transfers.delete(transferId);
    if (known === undefined) return 'unknown';
    return known.failure === undefined ? 'open' : known;
  }

  failureOf(transferId: string): MmchatError | undefined {
    return this.#transfers.get(transferId)?.failure;
  }

  /** The worker is gone, and all that it had open: the ids of what was. */
  lose(text: string): string[] {
    const lost: string[] = [];
    for (const [transferId, known] of this.#transfers) {
      if (known.failure !== undefined) continue;
      known.failure = new MmchatError('bulk', text);
      lost.push(transferId);
    }
    return lost;
  }

  addChannel(channelId: string): void {
    this.#channels.add(channelId);
  }

  /** Whether it was there. */
  removeChannel(channelId: string): boolean {
    return this.#channels.delete(channelId);
  }

  hasChannel(channelId: string): boolean {
    return this.#channels.has(channelId);
  }

  channels(): string[] {
    return [...this.#channels];
  }
}
