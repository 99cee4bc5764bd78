// Commands about messages of the open conversation: answer, change, delete, react, find, export.

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { MmchatError, type Message } from '../../../src/index.ts';
import { displayLine } from '../display-width.ts';
import type { MessageActions } from '../message-actions.ts';
import { HITS_LIMIT } from '../overlay-lines.ts';
import { blockedIds } from '../reading.ts';
import { UsageError, type Command } from './command.ts';

export const reply: Command = {
  name: 'reply',
  aliases: ['re'],
  usage: '[^N] TEXT',
  summary: 'answer the selected message, else the last one of somebody else; ^2 is the one before',
  run({ actions, current, send }, rest) {
    const { message, text } = answered(actions, rest);
    if (text === '') actions.answer(message);
    else send(current, text, message.id);
  },
};

export const edit: Command = {
  name: 'edit',
  aliases: [],
  usage: '[TEXT]',
  summary: 'change your last message (or the selected one); without a text it comes to the input line',
  run({ actions }, rest) {
    if (actions.selected?.kind === 'file')
      throw new MmchatError('bad-text', 'What was sent as a file can’t be changed, only deleted.');
    const message = ownMessage(actions, actions.rewritten);
    if (rest === '') actions.change(message);
    else actions.sendChange(message.id, rest);
  },
};

export const remove: Command = {
  name: 'delete',
  aliases: ['del'],
  usage: '',
  summary: 'take your last message back (or the selected one), for everybody',
  run({ actions }) {
    actions.delete(ownMessage(actions, actions.changed));
  },
};

export const react: Command = {
  name: 'react',
  aliases: [],
  usage: 'EMOJI',
  summary: 'react to the selected message, else the last one of somebody else; once more takes it back',
  run({ actions }, rest) {
    if (rest === '') throw new UsageError(react, '/react :tada:');
    actions.sendReaction(answered(actions, '').message.id, rest);
  },
};

export const search: Command = {
  name: 'search',
  aliases: ['find'],
  usage: 'WORDS',
  summary: 'find messages with all these words in all conversations, newest first',
  async run({ node, show, shown }, rest) {
    const query = displayLine(rest).trim();
    if (query === '') throw new UsageError(search, '/search schematic');
    const page = { kind: 'search', query, hits: undefined, index: 0 } as const;
    show(page);
    try {
      const running = await node();
      const found = await running.chat.search(query, { limit: HITS_LIMIT });
      const blocked = blockedIds(running.state.people);
      const hits = found.filter(({ author, deleted }) => deleted !== true && !blocked.has(author));
      // Somebody may have gone on meanwhile.
      if (shown() === page) show({ ...page, hits });
    } catch (error) {
      if (shown() === page) show(undefined);
      throw error;
    }
  },
};

export const exportConversation: Command = {
  name: 'export',
  aliases: [],
  usage: 'json|text PATH',
  summary: 'write all of the open conversation to a new file',
  async run({ node, place, say }, rest) {
    const [, format, written = ''] = /^(json|text)\s+(.+)$/su.exec(rest) ?? [];
    if (format !== 'json' && format !== 'text') throw new UsageError(exportConversation, '/export text lunch.txt');
    const path = written.startsWith('~/') ? join(homedir(), written.slice(2)) : resolve(written);
    const done = await (await node()).chat.export({ ...place, format, path });
    const count = done.messages.toLocaleString('en');
    say(`${count} ${done.messages === 1 ? 'message is' : 'messages are'} in ${displayLine(done.path)}.`);
  },
};

/** Which message is answered: the selected one, `^N`th newest of others, or an id. */
function answered(actions: MessageActions, written: string): { message: Message; text: string } {
  const [, counted] = /^\^(\d{1,4})(?:\s|$)/.exec(written) ?? [];
  const [, id] = /^([0-9a-f]{32})(?:\s|$)/.exec(written) ?? [];
  const others = actions.newest.filter(({ own }) => !own);
  const message =
    counted !== undefined
      ? others.at(-Number(counted))
      : id !== undefined
        ? actions.messages.find((one) => one.id === id)
        : actions.answered;
  if (message === undefined || counted === '0')
    throw new MmchatError(
      'no-such-message',
      counted === undefined ? 'There is no message of somebody else here.' : 'There are not as many messages here.',
    );
  const prefix = counted === undefined ? (id?.length ?? 0) : counted.length + 1;
  return { message, text: written.slice(prefix).trim() };
}

function ownMessage({ selected }: MessageActions, changed: Message | undefined): Message {
  if (selected !== undefined && !selected.own)
    throw new MmchatError('not-yours', 'Only your own messages can be changed or deleted.');
  if (changed === undefined) throw new MmchatError('no-such-message', 'There is no message of yours here.');
  return changed;
}
