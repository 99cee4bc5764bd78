// `mmchat-p2p receive`: takes files that are offered, and prints where each one is when it has arrived.

import { resolve } from 'node:path';
import { cleanLine, createNode, MmchatError, messageOf, type NodeOptions } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import type { Door } from '../rpc/door.ts';
import { openDoor, type DoorParts } from '../rpc/open-door.ts';
import type { RpcNotification } from '../rpc/rpc-notification.ts';
import type { TransferRow } from '../rpc/transfer-rows.ts';
import { barText, leftText, percentText, shareOf, sizeText } from '../transfer-text.ts';
import { refuse, sameNameAs } from './one-shot.ts';
import { ProgressOutput } from './progress-output.ts';

export interface ReceiveArguments {
  /** Only from this one: a name or a peer id. */
  readonly from?: string;
  /** Ends after so many. */
  readonly count?: number;
  /** Where they are saved. */
  readonly dir?: string;
}

const PARTS: DoorParts = { createNode };
const BAR_COLUMNS = 24;
/** Transfers whose names are kept in mind. */
const KNOWN_LIMIT = 1000;

/** @throws MmchatError when no node can be reached or started */
export async function runReceive(
  words: ReceiveArguments,
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: DoorParts = PARTS,
): Promise<number> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const own = {
    ...options,
    ...(words.dir === undefined ? {} : { downloads: resolve(words.dir) }),
    // Else strangers' files would be saved as well.
    ...(words.from === undefined ? {} : { autoAccept: false }),
  };
  const { door, fresh } = await openDoor(own, io, ended, parts, { onShutdown: () => stop.abort() });
  try {
    if (fresh === undefined && words.dir !== undefined)
      return refuse(
        io,
        'The mmchat-p2p that runs on this data folder saves where it was told to: --dir can’t change that.',
        EXIT.unusable,
      );
    return await new Receiver(door, words, io, ended).run();
  } finally {
    await door.close();
  }
}

interface Known {
  readonly name: string;
  readonly size: number;
}

interface FileParams {
  readonly transferId?: string;
  readonly from?: string;
  readonly fromPeerId?: string;
  readonly name?: string;
  readonly size?: number;
  readonly bytes?: number;
  readonly bytesPerSecond?: number;
  readonly path?: string;
  readonly reason?: string;
  readonly text?: string;
}

class Receiver {
  readonly #door: Door;
  readonly #words: ReceiveArguments;
  readonly #io: CliIo;
  readonly #signal: AbortSignal;
  readonly #errors: ProgressOutput;
  readonly #known = new Map<string, Known>();
  readonly #done = Promise.withResolvers<number>();
  #received = 0;

  constructor(door: Door, words: ReceiveArguments, io: CliIo, signal: AbortSignal) {
    this.#door = door;
    this.#words = words;
    this.#io = io;
    this.#signal = signal;
    this.#errors = new ProgressOutput(io.stderr);
  }

  async run(): Promise<number> {
    const unsubscribe = this.#door.onNotification((notification) => this.#take(notification));
    const onAbort = (): void => this.#done.resolve(this.#words.count === undefined ? EXIT.done : EXIT.failed);
    this.#signal.addEventListener('abort', onAbort, { once: true });
    if (this.#signal.aborted) onAbort();
    try {
      this.#errors.show('waiting for files …');
      // What was offered before somebody ran this.
      for (const row of (await this.#door.call('files.list')) as TransferRow[]) {
        if (row.direction !== 'incoming' || !this.#isFrom(row.peer, row.peerId)) continue;
        this.#remember(row.transferId, row.name, row.size);
        if (row.state === 'offered') this.#accept(row.transferId);
      }
      return await this.#done.promise;
    } finally {
      unsubscribe();
      this.#signal.removeEventListener('abort', onAbort);
      this.#errors.clear();
    }
  }

  #take({ method, params }: RpcNotification): void {
    const told = params as FileParams;
    const { transferId } = told;
    if (transferId === undefined) return;
    const known = this.#known.get(transferId);
    switch (method) {
      case 'file.offered':
        if (!this.#isFrom(told.from, told.fromPeerId)) return;
        this.#remember(transferId, told.name ?? '', told.size ?? 0);
        this.#errors.line(`${told.name ?? ''} from ${told.from ?? ''}, ${sizeText(told.size ?? 0)}`);
        this.#accept(transferId);
        return;
      case 'file.progress':
        if (known !== undefined) this.#showProgress(known, told);
        return;
      case 'file.failed':
        if (known !== undefined) this.#errors.line(`${known.name}: ${told.text ?? told.reason ?? 'failed'}`);
        return;
      case 'file.received':
        if (this.#isFrom(told.from, told.fromPeerId)) this.#arrived(told.path ?? '');
    }
  }

  #arrived(path: string): void {
    const { count } = this.#words;
    if (count !== undefined && this.#received >= count) return;
    this.#errors.clear();
    // A script gets the path as it is; what a person reads must not move their cursor.
    this.#io.stdout.write(`${this.#io.stdout.isTTY === true ? cleanLine(path) : path}\n`);
    this.#received++;
    if (this.#received === count) this.#done.resolve(EXIT.done);
  }

  #showProgress({ name }: Known, { bytes = 0, size = 0, bytesPerSecond = 0 }: FileParams): void {
    const share = shareOf({ bytes, size });
    const left = leftText({ bytes, size, bytesPerSecond });
    this.#errors.show(`${barText(share, BAR_COLUMNS)} ${percentText(share)}${left === '' ? '' : `  ${left}`}  ${name}`);
  }

  #isFrom(name: string | undefined, peerId: string | undefined): boolean {
    const { from } = this.#words;
    return from === undefined || from === peerId || (name !== undefined && sameNameAs(from)(name));
  }

  #remember(transferId: string, name: string, size: number): void {
    this.#known.set(transferId, { name, size });
    if (this.#known.size > KNOWN_LIMIT) this.#known.delete(this.#known.keys().next().value ?? '');
  }

  /** What a rule has taken already stays as it is. */
  #accept(transferId: string): void {
    this.#door.call('files.accept', { transferId }).catch((error: unknown) => this.#tell(error));
  }

  #tell(error: unknown): void {
    const isEnd = error instanceof MmchatError && error.code === 'not-running';
    if (isEnd) this.#done.reject(error);
    else this.#errors.line(messageOf(error));
  }
}
