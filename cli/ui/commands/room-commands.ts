// Commands about rooms.

import { MmchatError, type MmchatNode } from '../../../src/index.ts';
import { roomEntries, roomKeyOf, roomOf, roomSign } from '../conversations.ts';
import { INITIAL_UI } from '../ui-state.ts';
import { UsageError, type Command, type CommandContext } from './command.ts';
import { quoteName, takeName } from './names.ts';

export const room: Command = {
  name: 'room',
  aliases: [],
  usage: 'ROOM [--password [PW]]',
  summary: 'open a room and be in it; a new name makes a new room, closed if it has a password (five words without PW)',
  completes: 'room',
  async run(context, rest) {
    const { name, password } = withPassword(rest);
    if (name === '') throw new UsageError(room, '/room lunch');
    if (password === undefined) await enter(context, name);
    else await makeClosed(context, name, password);
  },
};

export const join: Command = {
  name: 'join',
  aliases: ['j'],
  usage: '[ROOM] [--password PW]',
  summary: 'be in a room (the open one, without a name); a closed room needs its password',
  completes: 'room',
  async run(context, rest) {
    const written = withPassword(rest);
    const running = await context.node();
    const name = written.name === '' ? (roomOf(running.state, context.current)?.name ?? '') : written.name;
    if (name === '' || written.password === '') throw new UsageError(join, '/join board --password five words of it');
    if (written.password === undefined) {
      await enter(context, name);
      return;
    }
    await running.rooms.join(name, { password: written.password });
    openRoom(context, running, name);
  },
};

export const rekey: Command = {
  name: 'rekey',
  aliases: [],
  usage: '[PW]',
  summary: 'give the open closed room another key and password (five words without PW)',
  async run(context, rest) {
    const { node, current } = context;
    const running = await node();
    const closed = roomOf(running.state, current);
    if (closed?.closed !== true || !closed.joined)
      throw new MmchatError(
        'not-in-room',
        'Only a closed room that you are in can have another password; open it first.',
      );
    const password = await chosenPassword(running, rest);
    await running.rooms.rekey(closed.name, { password });
    context.say(`${closed.name} has another key. Its members get it by themselves.`);
    await tellPassword(context, running, closed.name, password, rest === '');
  },
};

/** An open room, or one that one is in already. */
async function enter({ node, open }: CommandContext, name: string): Promise<void> {
  const running = await node();
  const known = roomKeyOf(running.state, name);
  if (known === 'everyone') {
    open('everyone');
    return;
  }
  if (known === undefined || roomOf(running.state, known)?.joined !== true) await running.rooms.join(name);
  openRoom({ open }, running, name);
}

function openRoom({ open }: Pick<CommandContext, 'open'>, running: MmchatNode, name: string): void {
  const key = roomKeyOf(running.state, name);
  if (key !== undefined) open(key);
}

async function makeClosed(context: CommandContext, name: string, written: string): Promise<void> {
  const running = await context.node();
  const known = roomKeyOf(running.state, name);
  if (known !== undefined && roomOf(running.state, known)?.joined === true)
    throw new MmchatError('bad-name', `You are in ${name} already. In a closed room /rekey changes the password.`);
  const password = await chosenPassword(running, written);
  await running.rooms.create(name, { password });
  openRoom(context, running, name);
  await tellPassword(context, running, name, password, written === '');
}

async function chosenPassword(running: MmchatNode, written: string): Promise<string> {
  return written === '' ? running.rooms.suggestPassword() : written;
}

/** One that was made here is shown this once; of one's own it is said when it is weak. */
async function tellPassword(
  { show, warn }: CommandContext,
  running: MmchatNode,
  name: string,
  password: string,
  made: boolean,
): Promise<void> {
  if (!made) {
    const { weak, text } = await running.rooms.judgePassword(password);
    if (weak) warn(text);
    return;
  }
  show({
    kind: 'words',
    page: {
      title: `The password of ${name}`,
      before: 'It was made for this room and is shown only now. Tell it to those who may come in, best by voice.',
      words: [password],
      after: [`They type:  /join ${quoteName(name)} --password ${password}`, 'Esc closes this page.'],
    },
  });
}

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
  summary: 'all rooms that are known',
  async run({ node, say }) {
    const { state } = await node();
    const lines = roomEntries(state, INITIAL_UI)
      .slice(0, 200)
      .map(({ key, name, joined, closed }) => {
        const members = roomOf(state, key)?.members.length ?? 0;
        const count = key === 'everyone' ? 'all that are here' : `${members + (joined ? 1 : 0)} in it`;
        return `${roomSign(closed)} ${name}  ${count}${joined ? '' : ', not you'}`;
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

/** `NAME --password PW`: an empty password is one that is to be made, undefined is none. */
function withPassword(rest: string): { name: string; password: string | undefined } {
  const [, name = '', password = ''] = /^(.*?)(?:^|\s+)--password(?:[\s=]+(.*))?$/su.exec(rest) ?? [];
  if (!PASSWORD_OPTION.test(rest)) return { name: roomName(rest), password: undefined };
  return { name: roomName(name), password: password.trim() };
}

const PASSWORD_OPTION = /(?:^|\s)--password(?:[\s=]|$)/u;

/** Whether a line has a password in it: such a line is never kept. */
export function hasPassword(name: string, rest: string): boolean {
  return PASSWORD_OPTION.test(rest) || (name === rekey.name && rest !== '');
}

function roomName(rest: string): string {
  return rest.startsWith('"') || rest.startsWith('#"')
    ? takeName(rest, [], '#').name
    : rest.replace(/^#\s*/, '').trim();
}
