// The line above the input while something is under way, and the few words about it in the header of a low window.

import type { NodeState, Transfer } from '../../src/index.ts';
import { nameOf, titleOf, keyOfMessage } from './conversations.ts';
import { displayLine, textWidth } from './display-width.ts';
import { cutName } from './file-lines.ts';
import { fitLine, lineWidth, type Line, type Span } from './theme.ts';
import { activeText, type Detail } from './transfer-status.ts';
import { barText, isUnderWay, percentText, shareOf } from '../transfer-text.ts';

const WIDE_COLUMNS = 76;
const BAR_COLUMNS = { wide: 26, narrow: 12 } as const;
const NAME_COLUMNS = { wide: 26, narrow: 18 } as const;

/** Oldest first. */
export function underWay({ transfers }: Pick<NodeState, 'transfers'>): Transfer[] {
  return [...transfers.values()].filter((transfer) => transfer.relayed !== true && isUnderWay(transfer));
}

export function transferBarLine(state: NodeState, width: number): Line {
  const [first, ...others] = underWay(state);
  const right: Span[] = [{ text: 'ctrl-t transfers', role: 'dim' }];
  if (first === undefined)
    return fitLine(
      [
        { text: ' ⇅ ', role: 'accent' },
        { text: 'done', role: 'good' },
      ],
      width,
      right,
    );
  if (others.length > 0) right.unshift({ text: `+ ${others.length} more   ` });
  const wide = width >= WIDE_COLUMNS;
  const incoming = first.direction === 'incoming';
  const other = incoming ? nameOf(state, first.author) : titleOf(state, keyOfMessage(state, first));
  const name = cutName(displayLine(first.name), wide ? NAME_COLUMNS.wide : NAME_COLUMNS.narrow);
  const head: Span[] = [
    { text: ' ⇅ ', role: 'accent' },
    { text: name },
    { text: ` ${incoming ? '←' : '→'} ${other}  ` },
  ];
  const share = shareOf(first);
  const bar: Span = { text: barText(share, wide ? BAR_COLUMNS.wide : BAR_COLUMNS.narrow), role: 'accent' };
  const checking = first.phase === 'checking';
  const numbers = (detail: Detail): Span => ({ text: checking ? ' checking …' : ` ${activeText(first, detail)}` });
  const room = width - lineWidth(right) - 1;
  // The first that has room for the longest numbers, so that it doesn't change while they do.
  const reserved = textWidth(' 99 %  99.9 MB/s  9:59:59 left');
  if (lineWidth([...head, bar]) + reserved <= room) return fitLine([...head, bar, numbers('full')], width, right);
  if (lineWidth([...head, bar]) + 6 <= room) return fitLine([...head, bar, numbers('least')], width, right);
  return fitLine([...head, numbers('least')], width, right);
}

/** `⇅ 61 %`: of everything that is under way. */
export function transferMark(state: NodeState): Span | undefined {
  const transfers = underWay(state);
  if (transfers.length === 0) return undefined;
  const size = transfers.reduce((sum, transfer) => sum + transfer.size, 0);
  const bytes = transfers.reduce((sum, transfer) => sum + transfer.bytes, 0);
  return { text: `⇅ ${percentText(shareOf({ size, bytes }))}`, role: 'accent' };
}
