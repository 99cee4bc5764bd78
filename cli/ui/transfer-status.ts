// What has become of a transfer, in a few words: behind a file in the conversation, in the list of transfers. Pure.

import type { NodeState, Transfer } from '../../src/index.ts';
import { nameOf } from './conversations.ts';
import { displayLine } from './display-width.ts';
import type { Role, Span } from './theme.ts';
import { leftText, percentText, rateText, shareOf } from '../transfer-text.ts';

/** How much there is room for. */
export type Detail = 'full' | 'some' | 'least';

export function statusSpan(transfer: Transfer, state: NodeState, detail: Detail): Span {
  const { phase } = transfer;
  switch (phase) {
    case 'offered':
      return offered(transfer, state, detail);
    case 'waiting':
      return { text: waiting(transfer, state), role: 'dim' };
    case 'active':
      return { text: activeText(transfer, detail), role: 'accent' };
    case 'paused':
      return { text: `${percentText(shareOf(transfer))} paused`, role: 'warn' };
    case 'checking':
      return { text: 'checking …', role: 'accent' };
    case 'done':
      return done(transfer, state);
    case 'rejected':
      return { text: 'rejected', role: transfer.direction === 'outgoing' ? 'warn' : 'dim' };
    case 'cancelled':
      return { text: 'cancelled', role: 'dim' };
    case 'failed':
      return { text: `✗ ${failureText(transfer, detail)}`, role: 'bad' };
  }
}

export function activeText(transfer: Transfer, detail: Detail): string {
  const { bytesPerSecond } = transfer;
  const rate = detail === 'full' && bytesPerSecond > 0 ? rateText(bytesPerSecond) : '';
  const parts = [percentText(shareOf(transfer)), rate, detail === 'least' ? '' : leftText(transfer)];
  return parts.filter((part) => part !== '').join('  ');
}

/** The sentence that came with it, else what its code means. */
export function failureText({ reason = 'failed', reasonText }: Transfer, detail: Detail): string {
  const known = REASONS[reason] ?? displayLine(reason);
  return detail !== 'full' || reasonText === undefined ? known : displayLine(reasonText);
}

const REASONS: Readonly<Record<string, string>> = {
  'disk-full': 'the disk is full',
  corrupt: 'damaged on the way',
  changed: 'it was changed meanwhile',
  offline: 'they are away',
  'no-such-file': 'the file is gone',
  unreadable: 'it can’t be read',
  'data-dir': 'the folder can’t be written to',
  'too-large': 'too large',
};

function offered({ direction, destination, receivers }: Transfer, state: NodeState, detail: Detail): Span {
  if (direction === 'incoming')
    return { text: detail !== 'full' ? 'take: /accept' : 'offered: /accept or /reject', role: 'warn' };
  if (destination.kind === 'person') return { text: `waiting for ${nameOf(state, destination.peerId)}`, role: 'dim' };
  return { text: receivers.length === 0 ? 'offered' : `offered to ${receivers.length}`, role: 'dim' };
}

function waiting({ direction, author, destination, reason }: Transfer, state: NodeState): string {
  const other = direction === 'incoming' ? author : destination.kind === 'person' ? destination.peerId : undefined;
  if (reason === 'paused' && direction === 'incoming') return `paused by ${nameOf(state, author)}`;
  if (reason === 'stalled') return `nothing comes from ${nameOf(state, author)}, trying again`;
  if (other === undefined || state.people.get(other)?.online === true) return 'waiting for its turn';
  return `waiting for ${nameOf(state, other)}`;
}

function done({ direction, destination, receivers }: Transfer, state: NodeState): Span {
  const role: Role = 'good';
  if (direction === 'incoming') return { text: '✓ saved', role };
  if (destination.kind === 'person') return { text: `✓ ${nameOf(state, destination.peerId)} has it`, role };
  const count = receivers.filter(({ phase }) => phase === 'done').length;
  return { text: count === 1 ? '✓ 1 has it' : `✓ ${count} have it`, role };
}
