// Commands about rooms.

import { MmchatError } from '../../../src/index.ts';
import { roomEntries, roomKeyOf, roomOf } from '../conversations.ts';
import { INITIAL_UI } from '../ui-state.ts';
import { UsageError, type Command } from './command.ts';
import { takeName } from './names.ts';

export const room: Command = {
  name: 'room',
  aliases: ['join', 'j'],
  usage: 'ROOM',
  summary: 'open a room and be in it; a new name makes a new room',
  completes: 'room',
  async run({ node, open }, rest) {
    // The whole rest is the name: names of rooms may have spaces.
    const wanted = roomName(rest);
    if (wanted === '') throw new UsageError(room, '/room lunch');
    const running = await node();
    const known = roomKeyOf(running.state, wanted);
    if (known === 'everyone') {
      open('everyone');
      return;
    }
    if (known === undefined || roomOf(running.state, known)?.joined !== true) await running.rooms.join(wanted);
    const key = roomKeyOf(running.state, wanted);
    if (key !== undefined) open(key);
  },
};

export const leave: Command = {
  name: 'leave',
  aliases: ['part'],
  usage: '[ROOM]',
  summary: 'leave a room; without a name the one that is open',
  completes: 'room',
  async run({ node, open, current }, rest) {
    const running = await node();
    const written = roomName(rest);
    const key = written === '' ? current : roomKeyOf(running.state, written);
    const wanted = key === undefined ? undefined : roomOf(running.state, key);
    if (wanted === undefined)
      throw new MmchatError(
        'no-such-room',
        written === ''
          ? 'Only rooms can be left, and none is open.'
          : `There is no room ${written} that could be left.`,
      );
    await running.rooms.leave(wanted.name);
    if (key === current) open('everyone');
  },
};

export const rooms: Command = {
  name: 'rooms',
  aliases: ['list'],
  usage: '',
  summary: 'all open rooms',
  async run({ node, say }) {
    const { state } = await node();
    const lines = roomEntries(state, INITIAL_UI)
      .slice(0, 200)
      .map(({ key, name, joined }) => {
        const members = roomOf(state, key)?.members.length ?? 0;
        const count = key === 'everyone' ? 'all that are here' : `${members + (joined ? 1 : 0)} in it`;
        return `# ${name}  ${count}${joined ? '' : ', not you'}`;
      });
    say(lines.join('\n'));
  },
};

export const everyone: Command = {
  name: 'everyone',
  aliases: ['all'],
  usage: '[TEXT]',
  summary: 'open the room that all are in; with a text say it there',
  run({ open, send }, rest) {
    open('everyone');
    if (rest !== '') send('everyone', rest);
  },
};

function roomName(rest: string): string {
  return rest.startsWith('"') || rest.startsWith('#"')
    ? takeName(rest, [], '#').name
    : rest.replace(/^#\s*/, '').trim();
}
