// Transfers as the interface shows them: the rows of files.list, and what the notifications about files say. Pure.

import { shownNameOf, type NodeState, type PeerId, type Transfer, type TransferPhase } from '../../src/index.ts';

export interface ReceiverRow {
  readonly peer: string;
  readonly peerId: PeerId;
  readonly state: TransferPhase;
  readonly bytes: number;
}

export interface TransferRow {
  readonly transferId: string;
  readonly direction: 'incoming' | 'outgoing';
  /** The other side: who sends it, or to whom alone it goes. Absent of what one sends to several. */
  readonly peer?: string;
  readonly peerId?: PeerId;
  readonly room?: string;
  readonly kind: Transfer['kind'];
  readonly name: string;
  readonly size: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly state: TransferPhase;
  readonly path?: string;
  readonly sha256?: string;
  /** A code, and a sentence for people. */
  readonly reason?: string;
  readonly reasonText?: string;
  readonly via?: 'tls' | 'link';
  /** When it was offered, by this machine's clock. */
  readonly at: number;
  /** Of an outgoing one. */
  readonly receivers?: readonly ReceiverRow[];
}

/** The oldest first; without what only passes through between a guest of a super-peer and somebody else. */
export function transferRows(state: NodeState): TransferRow[] {
  return [...state.transfers.values()]
    .filter(({ relayed }) => relayed !== true)
    .map((transfer) => transferRow(transfer, state));
}

export function transferRow(transfer: Transfer, state: NodeState): TransferRow {
  const { id, direction, kind, name, size, bytes, bytesPerSecond, phase, path, at } = transfer;
  const { sha256, reason, reasonText, via } = transfer;
  const peerId = otherSideOf(transfer);
  return {
    transferId: id,
    direction,
    ...(peerId === undefined ? {} : { peer: shownNameOf(peerId, state), peerId }),
    ...roomOf(transfer),
    kind,
    name,
    size,
    bytes,
    bytesPerSecond,
    state: phase,
    ...(path === undefined ? {} : { path }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(reason === undefined ? {} : { reason }),
    ...(reasonText === undefined ? {} : { reasonText }),
    ...(via === undefined ? {} : { via }),
    at,
    ...(direction === 'outgoing' ? { receivers: receiverRows(transfer, state) } : {}),
  };
}

/** The room that it was sent to, `everyone` among them; nothing when it is between two. */
export function roomOf({ destination }: Transfer): { room?: string } {
  switch (destination.kind) {
    case 'person':
      return {};
    case 'room':
      return { room: destination.room };
    case 'everyone':
      return { room: 'everyone' };
  }
}

function otherSideOf({ direction, author, destination }: Transfer): PeerId | undefined {
  if (direction === 'incoming') return author;
  return destination.kind === 'person' ? destination.peerId : undefined;
}

function receiverRows({ receivers }: Transfer, state: NodeState): ReceiverRow[] {
  return receivers.map(({ peerId, phase, bytes }) => ({
    peer: shownNameOf(peerId, state),
    peerId,
    state: phase,
    bytes,
  }));
}
