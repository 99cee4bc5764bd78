// Commands about calls.

import { MmchatError, type Call, type CallMode, type ConversationKey, type NodeState } from '../../../src/index.ts';
import { sendsVideo } from '../call-state.ts';
import { personKey, personNamed, roomKeyOf } from '../conversations.ts';
import { UsageError, type Command, type CommandContext } from './command.ts';
import { takeName } from './names.ts';
import { takePerson } from './people-commands.ts';

/** In percent. */
const LOUDEST = 200;

export const call: Command = {
  name: 'call',
  aliases: [],
  usage: '[NAME|#ROOM] [video] | stats',
  summary:
    'talk to a person or a room (the open one), with pictures or without; joins a call that goes on there; stats shows its numbers',
  completes: 'person',
  async run({ node, calls, current, open, show }, rest) {
    const running = await node();
    if (rest.toLowerCase() === 'stats' && personNamed(running.state, rest) === undefined) {
      show({ kind: 'call' });
      return;
    }
    const { written, mode } = calledAs(running.state, rest);
    const key = written === '' ? current : calledKey(running.state, written);
    if (key !== current) open(key);
    await calls.start(running, key, mode);
  },
};

export const hangup: Command = {
  name: 'hangup',
  aliases: ['hang'],
  usage: '',
  summary: 'end the call; in a room, leave it (also ctrl-x)',
  async run({ node, calls }) {
    const running = await node();
    const { id } = calls.current ?? calls.ringing ?? none('There is no call to end.');
    await running.calls.end(id);
  },
};

export const mute: Command = {
  name: 'mute',
  aliases: ['unmute'],
  usage: '',
  summary: 'be silent in the call; once more is heard again (also ctrl-o)',
  async run({ node, calls }) {
    const running = await node();
    const { id, audioMuted } = calls.current ?? none('You are in no call.');
    await running.calls.mute(id, { audio: !audioMuted });
  },
};

export const video: Command = {
  name: 'video',
  aliases: ['camera'],
  usage: '[on|off]',
  summary: 'show yourself in the call, or no more (also ctrl-v)',
  async run({ node, calls }, rest) {
    const running = await node();
    const call = calls.current ?? none('You are in no call: /call NAME video begins one with pictures.');
    const on = rest === '' ? !sendsVideo(call) : onOrOff(video, rest);
    await running.calls.mute(call.id, { video: !on });
  },
};

export const share: Command = {
  name: 'share',
  aliases: ['screen'],
  usage: '[SOURCE|off]',
  summary: 'show a screen or a window in the call: without SOURCE you choose from a list; off ends it (also ctrl-r)',
  async run({ node, calls }, rest) {
    const running = await node();
    const { id } = calls.current ?? none('You are in no call.');
    if (rest === '') calls.openSharePage();
    else await running.calls.share(id, rest.toLowerCase() === 'off' ? null : rest);
  },
};

export const pictures: Command = {
  name: 'pictures',
  aliases: ['pics'],
  usage: '[on|off]',
  summary: 'show the pictures of a call, or only hear it (also F2)',
  run({ calls, picturesShown }, rest) {
    calls.showPictures(rest === '' ? !picturesShown() : onOrOff(pictures, rest));
  },
};

export const volume: Command = {
  name: 'volume',
  aliases: ['vol'],
  usage: 'NAME 0-200',
  summary: 'how loud you hear somebody in the call: 100 is as they send it',
  completes: 'person',
  async run({ node, calls, say }, rest) {
    const running = await node();
    const { person, rest: written } = rest === '' ? usage() : takePerson(running.state, rest);
    const percent = /^\d{1,3}%?$/.test(written) ? Number.parseInt(written, 10) : Number.NaN;
    if (!(percent >= 0 && percent <= LOUDEST)) usage();
    const { id } = calls.current ?? none('You are in no call.');
    await running.calls.setVolume(id, person.peerId, percent / 100);
    say(`${person.name} is heard at ${percent} %.`);
  },
};

export const silent: Command = {
  name: 'silent',
  aliases: [],
  usage: '',
  summary: 'no bell for calls, mentions and private messages; once more rings again',
  run({ isSilent, beSilent, say }) {
    beSilent(!isSilent());
    say(isSilent() ? 'No bell until you leave, or /silent again.' : 'The bell rings again.');
  },
};

export const autoanswer: Command = {
  name: 'autoanswer',
  aliases: [],
  usage: 'NAME',
  summary: 'take calls of this person at once, without asking; once more lets them ring again',
  completes: 'person',
  async run({ node, say }, rest) {
    const running = await node();
    if (rest === '') throw new UsageError(autoanswer, '/autoanswer bob');
    const { person } = takePerson(running.state, rest);
    const on = !running.peers.isAutoAnswered(person.peerId);
    await running.peers.setAutoAnswer(person.peerId, on);
    say(on ? `Calls of ${person.name} are taken at once from now on.` : `Calls of ${person.name} ring again.`);
  },
};

/** `/accept` and `/reject` are about files too: a call that rings is more urgent, unless a file is selected. */
export function ringingFirst({ calls, actions, state }: CommandContext): Call | undefined {
  const { selected } = actions;
  return selected !== undefined && state().transfers.has(selected.id) ? undefined : calls.ringing;
}

function onOrOff(command: Command, written: string): boolean {
  const wanted = written.toLowerCase();
  if (wanted !== 'on' && wanted !== 'off') throw new UsageError(command, `/${command.name} off`);
  return wanted === 'on';
}

/** `video` behind a name is no part of it, unless somebody is called so. */
function calledAs(state: NodeState, rest: string): { readonly written: string; readonly mode: CallMode } {
  const match = /^(.*?)\s*\bvideo$/isu.exec(rest);
  const isName = personNamed(state, rest) !== undefined || roomKeyOf(state, rest.replace(/^#\s*/, '')) !== undefined;
  return match === null || isName ? { written: rest, mode: 'audio' } : { written: match[1] ?? '', mode: 'video' };
}

function usage(): never {
  throw new UsageError(volume, '/volume bob 150');
}

function none(sentence: string): never {
  throw new MmchatError('no-such-call', sentence);
}

/** `#` means a room; else a person is looked for first. */
function calledKey(state: NodeState, written: string): ConversationKey {
  const sign = written.startsWith('#') ? '#' : '@';
  if (sign === '@') {
    const { name } = takeName(
      written,
      Array.from(state.people.values(), (person) => person.name),
      sign,
    );
    const person = personNamed(state, name);
    if (person !== undefined) return personKey(person.peerId);
  }
  const { name } = takeName(
    written,
    Array.from(state.rooms.values(), (room) => room.name),
    '#',
  );
  const key = roomKeyOf(state, name);
  if (key === undefined)
    throw new MmchatError('unknown-peer', `There is nobody and no room called ${name}. /people shows who is known.`);
  return key;
}
