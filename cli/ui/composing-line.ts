// The line above the input: which message the text that is being typed belongs to.

import type { Message, NodeState } from '../../src/index.ts';
import { quoteOf } from './conversation-lines.ts';
import { fitLine, type Line } from './theme.ts';
import type { Composing } from './ui-state.ts';

const WHAT = { reply: '↳ answer to ', edit: '✎ changing ', react: '+ react to ' } as const;

export function composingLine(
  state: NodeState,
  { kind, id }: Composing,
  messages: readonly Message[],
  width: number,
): Line {
  const quote = quoteOf(id, { state, findMessage: (wanted) => messages.find((message) => message.id === wanted) });
  return fitLine(
    [
      { text: ` ${WHAT[kind]}`, role: 'warn' },
      { text: quote, role: 'dim' },
    ],
    width,
    [{ text: 'esc cancels ', role: 'dim' }],
  );
}
