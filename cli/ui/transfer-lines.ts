// The page of ctrl-t: everything that is sent and received, newest first, and which keys do what with it.

import type { NodeState, Transfer } from '../../src/index.ts';
import { keyOfMessage, nameOf, titleOf } from './conversations.ts';
import { displayLine } from './display-width.ts';
import { cutName } from './file-lines.ts';
import { dateText } from './overlay-lines.ts';
import { blockedIds } from './reading.ts';
import { fitLine, type Line, type Span } from './theme.ts';
import { failureText, statusSpan } from './transfer-status.ts';
import { barText, hasEnded, shareOf, sizeText } from '../transfer-text.ts';

const BAR_COLUMNS = 22;

/** Newest first; without those of blocked people, and without what only passes through between a guest and somebody else. */
export function listedTransfers(state: NodeState): Transfer[] {
  const blocked = blockedIds(state.people);
  return [...state.transfers.values()]
    .filter(({ author, relayed }) => relayed !== true && !blocked.has(author))
    .reverse();
}

/** The one that keys act on. */
export function chosenTransfer(transfers: readonly Transfer[], id: string | undefined): Transfer | undefined {
  return transfers.find((transfer) => transfer.id === id) ?? transfers[0];
}

export function transferLines(state: NodeState, id: string | undefined, width: number, height: number): Line[] {
  const transfers = listedTransfers(state);
  const chosen = chosenTransfer(transfers, id);
  const right: Line = [{ text: 'esc goes back', role: 'dim' }];
  const title = fitLine([{ text: 'Transfers', role: 'strong' }], width, right);
  if (chosen === undefined)
    return [
      title,
      fitLine([{ text: '  nothing was sent or received yet: /file PATH sends something', role: 'dim' }], width),
    ];
  const index = transfers.indexOf(chosen);
  const shown = Math.max(1, Math.floor((height - 1) / 2));
  const first = Math.max(0, Math.min(index - Math.floor(shown / 2), transfers.length - shown));
  return [
    title,
    ...transfers.slice(first, first + shown).flatMap((transfer) => rowsOf(transfer, state, width, transfer === chosen)),
  ].slice(0, height);
}

function rowsOf(transfer: Transfer, state: NodeState, width: number, chosen: boolean): Line[] {
  const { direction, author, name, size, kind, phase } = transfer;
  const bar: Span = { text: chosen ? '▌' : ' ', role: 'accent' };
  const incoming = direction === 'incoming';
  const other = incoming
    ? `${nameOf(state, author)}${transfer.destination.kind === 'person' ? '' : ` in ${titleOf(state, keyOfMessage(state, transfer))}`}`
    : titleOf(state, keyOfMessage(state, transfer));
  const head: Line = [
    bar,
    { text: incoming ? '← ' : '→ ', role: 'dim' },
    {
      text: kind === 'voice' ? 'voice note' : cutName(displayLine(name), Math.floor(width / 2)),
      role: chosen ? 'strong' : 'text',
    },
    { text: `  ${incoming ? 'from' : 'to'} ${other}`, role: 'dim' },
  ];
  const moving = !hasEnded(transfer) && phase !== 'offered';
  const status: Span =
    phase === 'failed'
      ? { text: `✗ ${failureText(transfer, 'full')}`, role: 'bad' }
      : statusSpan(transfer, state, width < 50 ? 'some' : 'full');
  // Why a rule did not take it at once.
  const why = phase === 'offered' && transfer.reasonText !== undefined ? `  ${displayLine(transfer.reasonText)}` : '';
  const where = phase === 'done' && incoming && transfer.path !== undefined ? `  ${displayLine(transfer.path)}` : '';
  return [
    fitLine(head, width, [{ text: `${sizeText(size)}  ${dateText(transfer.at).slice(-5)}`, role: 'dim' }]),
    fitLine(
      [
        bar,
        { text: '  ' },
        ...(moving ? [{ text: `${barText(shareOf(transfer), BAR_COLUMNS)} `, role: 'accent' } as const] : []),
        status,
        { text: where + why, role: 'dim' },
      ],
      width,
    ),
  ];
}

/** What can be done with it, as the hint names it. */
export function transferKeys(transfer: Transfer): string {
  const { direction, phase } = transfer;
  const keys: string[] = [];
  if (canAccept(transfer)) keys.push(phase === 'offered' ? 'a take' : 'a take again');
  if (direction === 'incoming' && phase === 'offered') keys.push('x reject');
  else if (!hasEnded(transfer)) keys.push(phase === 'paused' ? 'p go on' : 'p pause', 'x cancel');
  return keys.join('   ');
}

export function canAccept({ direction, phase }: Pick<Transfer, 'direction' | 'phase'>): boolean {
  return direction === 'incoming' && ['offered', 'rejected', 'cancelled', 'failed'].includes(phase);
}
