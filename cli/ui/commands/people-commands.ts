// Commands about people.

import { MmchatError, type NodeState, type Person } from '../../../src/index.ts';
import { blockedNames, peopleEntries, personKey, personNamed } from '../conversations.ts';
import { INITIAL_UI } from '../ui-state.ts';
import { UsageError, type Command } from './command.ts';
import { quoteName, takeName } from './names.ts';

export const message: Command = {
  name: 'msg',
  aliases: ['m', 'to', 'w'],
  usage: 'NAME [TEXT]',
  summary: 'write to one person; without a text it opens the conversation',
  completes: 'person',
  async run({ node, open, send }, rest) {
    if (rest === '') throw new UsageError(message, '/msg bob hello');
    const { state } = await node();
    const { person, rest: text } = takePerson(state, rest);
    open(personKey(person.peerId));
    if (text !== '') send(personKey(person.peerId), text);
  },
};

export const people: Command = {
  name: 'people',
  aliases: ['who'],
  usage: '',
  summary: 'who is here and who is known',
  async run({ node, say }) {
    const { state } = await node();
    const entries = peopleEntries(state, INITIAL_UI);
    const blocked = blockedNames(state);
    if (entries.length + blocked.length === 0) {
      say('Nobody else is known yet.');
      return;
    }
    const lines = entries.slice(0, 200).map(({ key, name, online, marks, alarm }) => {
      const person = state.people.get(key.slice('with:'.length));
      const rtt = person?.rttMs === undefined ? '' : `, ${person.rttMs.toFixed(1)} ms`;
      return `${online ? '●' : '○'} ${name}  ${online ? 'here' : 'away'}${rtt}${marks === '' ? '' : `, ${marks}`}${alarm ? `, ! another key: /verify ${quoteName(name)}` : ''}`;
    });
    if (entries.length > lines.length) lines.push(`… and ${entries.length - lines.length} more`);
    lines.push(...blocked.slice(0, 50).map((name) => `✗ ${name}  blocked: /unblock ${quoteName(name)}`));
    say(lines.join('\n'));
  },
};

/**
 * Somebody, and what follows their name.
 *
 * @throws MmchatError `unknown-peer`
 */
export function takePerson(state: NodeState, written: string): { person: Person; rest: string } {
  const names = Array.from(state.people.values(), (person) => person.name);
  const { name, rest } = takeName(written, names, '@');
  const person = personNamed(state, name);
  if (person === undefined)
    throw new MmchatError('unknown-peer', `Nobody here is called ${name}. /people shows who is known.`);
  return { person, rest };
}
