// Lines of the program's own in a conversation: behind what was said last there.

import type { NodeState } from '../../src/index.ts';
import { messagesOf } from './reading.ts';
import { withNotice, type Notice, type UiState } from './ui-state.ts';

export interface NoticeMaker {
  /** A fresh id. */
  readonly id: () => string;
  readonly now: () => number;
}

export function noticeIn(
  ui: UiState,
  key: string,
  kind: Notice['kind'],
  text: string,
  state: NodeState,
  maker: NoticeMaker,
): UiState {
  const afterId = messagesOf(state, key).at(-1)?.id;
  const notice: Notice = {
    id: maker.id(),
    at: maker.now(),
    kind,
    text,
    ...(afterId === undefined ? {} : { afterId }),
  };
  return withNotice(ui, key, notice);
}
