// What becomes of transfers, as the notifications tell it. Some of it comes before the reply to files.send.

import type { Door, Unsubscribe } from './door.ts';
import type { TransferRow } from './transfer-rows.ts';

export interface WatchedTransfer {
  bytes: number;
  size: number;
  bytesPerSecond: number;
  /** Somebody takes it. */
  taken: boolean;
  /** Names of those who have it whole, by id. */
  readonly receivers: Map<string, string>;
  /** Ids of those who don't want it, or can't have it. */
  readonly without: Set<string>;
  failure?: { readonly reason: string; readonly text?: string | undefined };
}

/** Transfers of a running node that are kept in mind: others may have thousands. */
const LIMIT = 1000;

interface Told {
  readonly transferId?: string;
  readonly peerId?: string;
  readonly to?: string;
  readonly bytes?: number;
  readonly size?: number;
  readonly bytesPerSecond?: number;
  readonly reason?: string;
  readonly text?: string;
}

export class TransferWatch {
  /** Ids of people who went away since. */
  readonly gone = new Set<string>();
  readonly #transfers = new Map<string, WatchedTransfer>();
  readonly #listeners = new Set<(transferId: string | undefined) => void>();
  readonly #stop: Unsubscribe;

  constructor(door: Door) {
    this.#stop = door.onNotification(({ method, params }) => this.#take(method, params as Told));
  }

  of(transferId: string): WatchedTransfer {
    const known = this.#transfers.get(transferId) ?? {
      bytes: 0,
      size: 0,
      bytesPerSecond: 0,
      taken: false,
      receivers: new Map<string, string>(),
      without: new Set<string>(),
    };
    this.#transfers.set(transferId, known);
    if (this.#transfers.size > LIMIT) this.#transfers.delete(this.#transfers.keys().next().value ?? '');
    return known;
  }

  /** As files.list has it: some steps have no notification. */
  learn(row: TransferRow): void {
    const transfer = this.of(row.transferId);
    Object.assign(transfer, { bytes: row.bytes, size: row.size, bytesPerSecond: row.bytesPerSecond });
    noteReceivers(transfer, row);
  }

  /** Calls back with the id of the transfer that is different, with none when somebody came or went. */
  readonly subscribe = (listener: (transferId: string | undefined) => void): Unsubscribe => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  stop(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #take(method: string, told: Told): void {
    const { transferId, peerId } = told;
    if (method === 'peer.offline' && peerId !== undefined) this.gone.add(peerId);
    if (method === 'peer.online' && peerId !== undefined) this.gone.delete(peerId);
    if (transferId !== undefined) apply(this.of(transferId), method, told);
    if (transferId === undefined && !method.startsWith('peer.')) return;
    for (const listener of [...this.#listeners]) listener(transferId);
  }
}

function apply(transfer: WatchedTransfer, method: string, told: Told): void {
  switch (method) {
    case 'file.progress':
      Object.assign(transfer, { bytes: told.bytes, size: told.size, bytesPerSecond: told.bytesPerSecond });
      transfer.taken = true;
      break;
    case 'file.sent':
      transfer.taken = true;
      if (told.peerId !== undefined) transfer.receivers.set(told.peerId, told.to ?? told.peerId);
      break;
    case 'file.failed':
      transfer.failure = { reason: told.reason ?? 'failed', text: told.text };
      break;
    case 'file.changed':
      delete transfer.failure;
      noteReceivers(transfer, told as TransferRow);
  }
}

function noteReceivers(transfer: WatchedTransfer, { receivers = [] }: TransferRow): void {
  for (const { peer, peerId, state } of receivers) {
    const isWithout = WITHOUT.has(state);
    if (state !== 'offered' && !isWithout) transfer.taken = true;
    if (state === 'done') transfer.receivers.set(peerId, peer);
    if (isWithout) transfer.without.add(peerId);
    else transfer.without.delete(peerId);
  }
}

const WITHOUT: ReadonlySet<TransferRow['state']> = new Set(['rejected', 'cancelled', 'failed']);
