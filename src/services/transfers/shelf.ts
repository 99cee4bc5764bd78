// All transfers of this node by id, in the order in which they were offered: kept for the next run, at most so many.

import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { TRANSFER_RECORDS_LIMIT, type TransferRecord, type TransferStore } from '../../contracts/stores.ts';
import type { NodeEvent } from '../../state/events.ts';
import type { PeerId } from '../../state/values.ts';
import type { FileRootBody } from '../../wire/file-bodies.ts';
import { Copy, isOver, type CopyContext } from './copy.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';

export type Work = Incoming | Outgoing;

export interface ShelfParts {
  readonly context: () => CopyContext;
  readonly store: TransferStore;
  readonly log: Log;
  readonly ownPeerId: PeerId;
  readonly emit: (event: NodeEvent) => void;
  /** One's own has been read as a whole: it is to be signed for. */
  readonly sign: (copy: Copy, root: Omit<FileRootBody, 'target'>) => void;
}

export class Shelf {
  readonly #parts: ShelfParts;
  readonly #works = new Map<string, Work>();
  #isSaving = false;
  #isClosed = false;

  constructor(parts: ShelfParts) {
    this.#parts = parts;
  }

  /** What earlier runs left. What was under way goes on when somebody is here. */
  restore(records: readonly TransferRecord[]): void {
    const { ownPeerId, emit } = this.#parts;
    for (const record of records) {
      const isMoving = record.phase === 'active' || record.phase === 'checking';
      const restored: TransferRecord = isMoving ? { ...record, phase: 'waiting' } : record;
      if ((record.author === ownPeerId) === (record.direction === 'outgoing')) this.add(restored);
    }
    const transfers = [...this.all()].map(({ copy }) => copy.view());
    if (transfers.length > 0) emit({ type: 'transfers-restored', transfers });
  }

  /** Stops all, and keeps how they are. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const work of this.all()) work.stop();
    await this.#parts.store.save(this.#records()).catch((error: unknown) => this.#notSaved(error));
  }

  get(id: string): Work | undefined {
    return this.#works.get(id);
  }

  all(): Iterable<Work> {
    return this.#works.values();
  }

  incoming(): Incoming[] {
    return [...this.all()].filter((work) => work instanceof Incoming);
  }

  add(record: TransferRecord): Work {
    const known = this.#works.get(record.id);
    if (known !== undefined) return known;
    const copy = new Copy(this.#parts.context(), record);
    const work =
      record.direction === 'incoming' ? new Incoming(copy) : new Outgoing(copy, (root) => this.#parts.sign(copy, root));
    this.#works.set(record.id, work);
    this.#forgetOldest();
    return work;
  }

  /** Of what happens at the same time, only the last is written. */
  save(): void {
    if (this.#isSaving || this.#isClosed) return;
    this.#isSaving = true;
    queueMicrotask(() => {
      this.#isSaving = false;
      if (!this.#isClosed) this.#parts.store.save(this.#records()).catch((error: unknown) => this.#notSaved(error));
    });
  }

  #notSaved(error: unknown): void {
    this.#parts.log.error('the list of transfers could not be kept', { error: messageOf(error) });
  }

  #records(): TransferRecord[] {
    return [...this.all()].map(({ copy }) => copy.record);
  }

  /** Never one that is under way; the message that announced it stays. */
  #forgetOldest(): void {
    if (this.#works.size <= TRANSFER_RECORDS_LIMIT) return;
    const isQuiet = ({ copy }: Work): boolean => isOver(copy.record.phase) || copy.record.phase === 'offered';
    for (const [id, work] of this.#works) {
      if (!isQuiet(work)) continue;
      work.stop();
      this.#works.delete(id);
      this.#parts.emit({ type: 'transfer-forgotten', id });
      return;
    }
  }
}
