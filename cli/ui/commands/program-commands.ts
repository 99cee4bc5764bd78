// Commands about oneself and the program.

import { MmchatError } from '../../../src/index.ts';
import { interfacesText } from '../intro.ts';
import { UsageError, type Command } from './command.ts';

export const help: Command = {
  name: 'help',
  aliases: ['?'],
  usage: '',
  summary: 'all commands and keys',
  run: ({ show }) => show({ kind: 'help', top: 0 }),
};

export const name: Command = {
  name: 'name',
  aliases: ['nick'],
  usage: 'NEW',
  summary: 'take another name',
  async run({ node, state, say }, rest) {
    if (rest === '') {
      say(`You are ${state().self.name}. /name NEW changes it.`);
      return;
    }
    await (await node()).profile.set({ name: rest });
  },
};

export const status: Command = {
  name: 'status',
  aliases: ['away'],
  usage: '[TEXT]',
  summary: 'say what you are up to; without a text it is removed',
  async run({ node, say }, rest) {
    await (await node()).profile.set({ status: rest });
    say(rest === '' ? 'Your status is removed.' : `Your status is: ${rest}`);
  },
};

export const peer: Command = {
  name: 'peer',
  aliases: ['connect'],
  usage: 'ADDRESS',
  summary: 'link to an address by hand, when nobody is found by itself',
  async run({ node, say }, rest) {
    if (rest === '') throw new UsageError(peer, '/peer 10.0.4.23:9011');
    const running = await node();
    say(`Linking to ${rest} …`);
    await running.peers.connect(rest);
    say(`Linked to ${rest}.`);
  },
};

export const whoami: Command = {
  name: 'whoami',
  aliases: [],
  usage: '',
  summary: 'your name, id and addresses',
  async run({ node, say }) {
    const running = await node();
    const { name: own, peerId, addresses, dataDir } = running.status();
    const where = running.state.interfaces;
    say(
      [
        `You are ${own}, ${peerId}.`,
        ...(where.length === 0 ? [] : [`Networks: ${interfacesText(where)}`]),
        ...addresses.slice(0, 12).map((address) => `Others reach you at ${address}`),
        `Your key and memory are in ${dataDir}.`,
      ].join('\n'),
    );
  },
};

export const quit: Command = {
  name: 'quit',
  aliases: ['exit', 'q'],
  usage: '',
  summary: 'say goodbye and leave',
  run: (context) => context.quit(),
};

/** Said for a name that no command has. */
export function unknownCommand(written: string, suggestion: string | undefined): MmchatError {
  const hint = suggestion === undefined ? '/help lists them all' : `did you mean /${suggestion}?`;
  return new MmchatError(
    'bad-text',
    `There is no command /${written}: ${hint}. (To send a text that starts with /, type //.)`,
  );
}
