// What clients are told of files: offered, on their way, here, there, or why not. Pure.

import { shownNameOf, type NodeEvent, type NodeState, type Transfer, type TransferPhase } from '../../src/index.ts';
import type { RpcNotification } from './rpc-notification.ts';
import { roomOf, transferRow } from './transfer-rows.ts';

type FileEvent = Extract<NodeEvent, { type: 'transfer-changed' | 'transfer-progress' | 'transfer-delivered' }>;

export function fileNotificationsOf(event: FileEvent, state: NodeState, before: NodeState): RpcNotification[] {
  switch (event.type) {
    case 'transfer-changed':
      return changeOf(event.transfer, state, before);
    case 'transfer-progress': {
      const { id: transferId, bytes, size, bytesPerSecond } = event.transfer;
      return [{ method: 'file.progress', params: { transferId, bytes, size, bytesPerSecond } }];
    }
    case 'transfer-delivered': {
      const { id: transferId, peerId, sha256 } = event;
      const to = shownNameOf(peerId, state);
      return [{ method: 'file.sent', params: { transferId, to, toPeerId: peerId, peerId, sha256 } }];
    }
  }
}

function changeOf(transfer: Transfer, state: NodeState, before: NodeState): RpcNotification[] {
  if (transfer.relayed === true) return [];
  const earlier = before.transfers.get(transfer.id);
  const told: RpcNotification[] = [];
  // Also what is taken by rule was offered first.
  if (earlier === undefined && transfer.direction === 'incoming') told.push(offered(transfer, state));
  if (transfer.phase !== earlier?.phase) told.push(...endOf(transfer, state));
  if (told.length === 0 && earlier !== undefined && !looksTheSame(transfer, earlier))
    told.push({ method: 'file.changed', params: transferRow(transfer, state) });
  return told;
}

function offered(transfer: Transfer, state: NodeState): RpcNotification {
  const { id: transferId, name, size, kind } = transfer;
  return { method: 'file.offered', params: { transferId, ...senderOf(transfer, state), name, size, kind } };
}

function endOf(transfer: Transfer, state: NodeState): RpcNotification[] {
  const { id: transferId, direction, phase, name, size, sha256, path, kind } = transfer;
  if (phase === 'done' && direction === 'incoming') {
    const params = { transferId, ...senderOf(transfer, state), name, size, sha256, path, kind };
    return [{ method: 'file.received', params }];
  }
  if (!FAILURES.has(phase)) return [];
  const { reason = phase, reasonText: text } = transfer;
  return [{ method: 'file.failed', params: { transferId, reason, ...(text === undefined ? {} : { text }) } }];
}

const FAILURES: ReadonlySet<TransferPhase> = new Set(['rejected', 'cancelled', 'failed']);

function senderOf(transfer: Transfer, state: NodeState): { from: string; fromPeerId: string; room?: string } {
  const { author } = transfer;
  return { from: shownNameOf(author, state), fromPeerId: author, ...roomOf(transfer) };
}

function looksTheSame(left: Transfer, right: Transfer): boolean {
  return (
    left.phase === right.phase &&
    // Why it still waits comes after it was offered.
    left.reason === right.reason &&
    left.receivers.length === right.receivers.length &&
    left.receivers.every(({ phase }, index) => phase === right.receivers[index]?.phase)
  );
}
