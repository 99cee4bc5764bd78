// What commands may use, made of the controller at the moment when one is given.

import type { ConversationKey, MmchatNode, NodeState } from '../../../src/index.ts';
import type { CallActions } from '../call-actions.ts';
import { placeOf } from '../conversations.ts';
import type { MessageActions } from '../message-actions.ts';
import type { TransferActions } from '../transfer-actions.ts';
import { withOverlay, type Notice, type UiState } from '../ui-state.ts';
import type { VoiceActions } from '../voice-actions.ts';
import type { CommandContext } from './command.ts';

export interface CommandHost {
  readonly ui: UiState;
  readonly state: NodeState;
  readonly actions: MessageActions;
  readonly transfers: TransferActions;
  readonly voices: VoiceActions;
  readonly calls: CallActions;
  node(): Promise<MmchatNode>;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  open(key: ConversationKey): void;
  notice(kind: Notice['kind'], text: string): void;
  send(key: ConversationKey, text: string, replyTo?: string): void;
  quit(): void;
}

export function commandContextOf(host: CommandHost): CommandContext {
  const { current } = host.ui;
  return {
    node: () => host.node(),
    state: () => host.state,
    current,
    place: placeOf(host.state, current),
    actions: host.actions,
    transfers: host.transfers,
    voices: host.voices,
    calls: host.calls,
    isSilent: () => host.ui.silent === true,
    beSilent: (silent) => host.update((ui) => ({ ...ui, silent })),
    picturesShown: () => host.ui.picturesHidden !== true,
    open: (key) => host.open(key),
    say: (text) => host.notice('info', text),
    warn: (text) => host.notice('warning', text),
    show: (page) => {
      host.update((ui) => withOverlay(ui, page));
      host.changed();
    },
    shown: () => host.ui.overlay,
    send: (key, text, replyTo) => {
      host.send(key, text, replyTo);
      host.changed();
    },
    quit: () => host.quit(),
  };
}
