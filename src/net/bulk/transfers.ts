// The sources and targets that are open.

import { bytesEqual } from '../../base/bytes.ts';
import { MmchatError, messageOf, type ErrorCode } from '../../base/errors.ts';
import type { OpenedTarget, PieceOptions } from '../../contracts/bulk.ts';
import type { SourceFacts, TargetSpec } from '../../contracts/transfer-files.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { BulkFiles } from './files.ts';
import { PieceLayout } from './piece-layout.ts';
import { SourceTransfer } from './source-transfer.ts';
import { TargetTransfer } from './target-transfer.ts';

interface Open {
  readonly transfer: SourceTransfer | TargetTransfer;
  /** Why it can't be used any more. */
  failure?: MmchatError;
}

export class Transfers {
  readonly #files: BulkFiles;
  readonly #pool: BufferPool;
  readonly #open = new Map<string, Open>();
  /** Being opened. */
  readonly #opening = new Set<string>();
  #isClosed = false;

  constructor(files: BulkFiles, pool: BufferPool) {
    this.#files = files;
    this.#pool = pool;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#opening.size === 0;
  }

  async describe(path: string): Promise<SourceFacts> {
    this.#requireOpen();
    return this.#files.describe(path);
  }

  openSource(
    transferId: string,
    path: string,
    expected: Pick<SourceFacts, 'streamBytes' | 'manifestHash'>,
    options: PieceOptions,
  ): Promise<void> {
    return this.#opened(transferId, async () => {
      const layout = new PieceLayout(expected.streamBytes, options);
      const source = await this.#files.openSource(path);
      const { streamBytes, manifestHash } = source.facts;
      const isSame =
        streamBytes === expected.streamBytes &&
        bytesEqual(manifestHash ?? new Uint8Array(0), expected.manifestHash ?? new Uint8Array(0));
      if (!isSame) {
        await source.close();
        throw new MmchatError('changed', 'What was to be sent is not what it was.');
      }
      return new SourceTransfer(transferId, source, layout, this.#pool);
    }).then(() => undefined);
  }

  async openTarget(spec: TargetSpec, options: PieceOptions): Promise<OpenedTarget> {
    const target = await this.#opened(spec.transferId, async () => {
      const layout = new PieceLayout(spec.streamBytes, options);
      return new TargetTransfer(spec, await this.#files.openTarget(spec), layout, this.#pool);
    });
    return { partPath: target.partPath, presentPieces: target.presentPieces };
  }

  any(transferId: string): SourceTransfer | TargetTransfer {
    const open = this.#open.get(transferId);
    if (open === undefined) throw noSuchTransfer();
    if (open.failure !== undefined) throw open.failure;
    return open.transfer;
  }

  source(transferId: string): SourceTransfer {
    const transfer = this.any(transferId);
    if (transfer instanceof SourceTransfer) return transfer;
    throw noSuchTransfer();
  }

  target(transferId: string): TargetTransfer {
    const transfer = this.any(transferId);
    if (transfer instanceof TargetTransfer) return transfer;
    throw noSuchTransfer();
  }

  /** It can't be used any more; undefined when that is known already. It stays open until somebody closes it. */
  fail(transferId: string, error: unknown): MmchatError | undefined {
    const open = this.#open.get(transferId);
    if (open === undefined || open.failure !== undefined) return undefined;
    open.failure =
      error instanceof MmchatError ? error : new MmchatError('internal', messageOf(error), { cause: error });
    return open.failure;
  }

  /** Nothing happens when there is none. */
  async close(transferId: string, discard: boolean): Promise<void> {
    const open = this.#open.get(transferId);
    this.#open.delete(transferId);
    await open?.transfer.close(discard);
  }

  async closeAll(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#open.keys()];
    // One that can't be closed well must not keep the others open.
    await Promise.allSettled(all.map((transferId) => this.close(transferId, false)));
  }

  async #opened<Transfer extends SourceTransfer | TargetTransfer>(
    transferId: string,
    open: () => Promise<Transfer>,
  ): Promise<Transfer> {
    this.#requireOpen();
    if (this.#open.has(transferId) || this.#opening.has(transferId))
      throw new MmchatError('internal', 'This transfer is open already.');
    this.#opening.add(transferId);
    try {
      const transfer = await open();
      if (this.#isClosed) {
        await transfer.close(false);
        throw stopped();
      }
      this.#open.set(transferId, { transfer });
      return transfer;
    } finally {
      this.#opening.delete(transferId);
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) throw stopped();
  }
}

/** Mistakes of whoever asked; all else means that the source or target is of no use any more. */
const MISUSES: ReadonlySet<ErrorCode> = new Set(['internal', 'bad-option', 'no-such-transfer', 'stopped']);

export function isMisuse(error: unknown): boolean {
  return error instanceof MmchatError && MISUSES.has(error.code);
}

export function noSuchTransfer(): MmchatError {
  return new MmchatError('no-such-transfer', 'There is no such transfer.');
}

export function stopped(): MmchatError {
  return new MmchatError('stopped', 'Nothing is sent or received any more: the program ends.');
}
