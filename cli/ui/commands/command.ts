// What a command is, and what it may use.

import type { ConversationKey, MmchatNode, NodeState } from '../../../src/index.ts';

export interface CommandContext {
  /** The node, once it runs. A command typed early waits for it. */
  readonly node: () => Promise<MmchatNode>;
  readonly state: () => NodeState;
  /** The open conversation when the command was given. */
  readonly current: ConversationKey;
  readonly open: (key: ConversationKey) => void;
  /** A line of the program's in the open conversation. */
  readonly say: (text: string) => void;
  readonly showHelp: () => void;
  /** Sends to a conversation, with all that the screen shows on the way. */
  readonly send: (key: ConversationKey, text: string) => void;
  readonly quit: () => void;
}

export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What follows the name, as help shows it. */
  readonly usage: string;
  readonly summary: string;
  /** What Tab completes behind the name. */
  readonly completes?: 'person' | 'room';
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
