// What a command is, and what it may use.

import type { ConversationKey, MmchatNode, NodeState, PlaceQuery } from '../../../src/index.ts';
import type { CallActions } from '../call-actions.ts';
import type { MessageActions } from '../message-actions.ts';
import type { TransferActions } from '../transfer-actions.ts';
import type { Overlay } from '../ui-state.ts';
import type { VoiceActions } from '../voice-actions.ts';

export interface CommandContext {
  /** The node, once it runs. A command typed early waits for it. */
  readonly node: () => Promise<MmchatNode>;
  readonly state: () => NodeState;
  /** The open conversation when the command was given. */
  readonly current: ConversationKey;
  /** Where the node finds it. */
  readonly place: PlaceQuery;
  /** What can be done with its messages. */
  readonly actions: MessageActions;
  readonly transfers: TransferActions;
  readonly voices: VoiceActions;
  readonly calls: CallActions;
  /** Whether no bell rings, and that it be so. */
  readonly isSilent: () => boolean;
  readonly beSilent: (silent: boolean) => void;
  /** Whether pictures of calls are shown. */
  readonly picturesShown: () => boolean;
  readonly open: (key: ConversationKey) => void;
  /** A line of the program's in the open conversation. */
  readonly say: (text: string) => void;
  /** As `say`, for what should not be missed. */
  readonly warn: (text: string) => void;
  /** Puts a page in the conversation's place. */
  readonly show: (page: Overlay | undefined) => void;
  /** The page that stands there now. */
  readonly shown: () => Overlay | undefined;
  /** Sends to a conversation, with all that the screen shows on the way. */
  readonly send: (key: ConversationKey, text: string, replyTo?: string) => void;
  readonly quit: () => void;
}

export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What follows the name, as help shows it. */
  readonly usage: string;
  readonly summary: string;
  /** What Tab completes behind the name. */
  readonly completes?: 'person' | 'blocked' | 'room';
  /** A thrown error's sentence is shown. */
  readonly run: (context: CommandContext, rest: string) => void | Promise<void>;
}

/** A sentence for somebody who used a command in a way that it doesn't work. */
export class UsageError extends Error {
  constructor(command: Pick<Command, 'name' | 'usage'>, example: string) {
    super(`It works like this: /${command.name} ${command.usage}, for example ${example}`);
    this.name = 'UsageError';
  }
}
