// Transfers for tests that need some.

import type { Transfer } from '../../src/index.ts';

/** An offer by bob to everyone, unless `change` says otherwise; its number makes id and name. */
export function transferOf(number: number, change: Partial<Transfer> = {}): Transfer {
  return {
    id: number.toString(16).padStart(32, '0'),
    direction: 'incoming',
    author: 'id-of-bob',
    destination: { kind: 'everyone' },
    kind: 'file',
    name: `file-${number}.bin`,
    size: 100,
    phase: 'offered',
    bytes: 0,
    bytesPerSecond: 0,
    receivers: [],
    at: 1_700_000_000_000 + number,
    ...change,
  };
}

export function transfersOf(...transfers: readonly Transfer[]): ReadonlyMap<string, Transfer> {
  return new Map(transfers.map((transfer) => [transfer.id, transfer]));
}
