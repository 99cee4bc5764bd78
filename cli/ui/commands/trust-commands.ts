// Commands about who somebody is: words to compare, trust, and people of whom one wants to hear nothing.

import { personKey } from '../conversations.ts';
import { displayLine } from '../display-width.ts';
import { wordGrid } from '../overlay-lines.ts';
import { UsageError, type Command } from './command.ts';
import { quoteName } from './names.ts';
import { takePerson } from './people-commands.ts';

export const verify: Command = {
  name: 'verify',
  aliases: [],
  usage: 'NAME',
  summary: 'twelve words that both of you see: compare them by voice to know who it is',
  completes: 'person',
  async run({ node, show }, rest) {
    if (rest === '') throw new UsageError(verify, '/verify bob');
    const running = await node();
    const { person } = takePerson(running.state, rest);
    const words = await running.peers.verify(person.peerId);
    const name = displayLine(person.name);
    const own = quoteName(displayLine(running.state.self.name));
    show({
      kind: 'words',
      page: {
        title: `Is it ${name}?`,
        before: `Compare by voice. ${name} sees the same: /verify ${own}`,
        words: wordGrid(words),
        after: [
          `All the same:  /trust ${quoteName(name)}`,
          `One is different: it is somebody else, or somebody stands between you.  /block ${quoteName(name)}`,
        ],
      },
    });
  },
};

export const trust: Command = {
  name: 'trust',
  aliases: [],
  usage: 'NAME',
  summary: 'the words of /verify were the same: from now on ✓ stands beside the name',
  completes: 'person',
  async run({ node, say }, rest) {
    if (rest === '') throw new UsageError(trust, '/trust bob');
    const running = await node();
    const { person } = takePerson(running.state, rest);
    await running.peers.trust(person.peerId);
    say(`✓ ${displayLine(person.name)} is verified: the name belongs to this key from now on.`);
  },
};

export const block: Command = {
  name: 'block',
  aliases: ['ignore'],
  usage: 'NAME',
  summary: 'hear and see nothing of somebody any more',
  completes: 'person',
  async run({ node, say, current, open }, rest) {
    if (rest === '') throw new UsageError(block, '/block bob');
    const running = await node();
    const { person } = takePerson(running.state, rest);
    await running.peers.block(person.peerId);
    if (current === personKey(person.peerId)) open('everyone');
    const name = displayLine(person.name);
    say(`${name} is blocked: nothing of theirs is shown. /unblock ${quoteName(name)} takes it back.`);
  },
};

export const unblock: Command = {
  name: 'unblock',
  aliases: [],
  usage: 'NAME',
  summary: 'take /block back; what they said meanwhile is fetched',
  completes: 'blocked',
  async run({ node, say }, rest) {
    if (rest === '') throw new UsageError(unblock, '/unblock bob');
    const running = await node();
    const { person } = takePerson(running.state, rest);
    await running.peers.unblock(person.peerId);
    say(`${displayLine(person.name)} is not blocked any more.`);
  },
};
