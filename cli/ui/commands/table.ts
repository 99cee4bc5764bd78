// All commands, in the order in which help shows them.

import { nearest } from '../../nearest.ts';
import { autoanswer, call, hangup, mute, pictures, share, silent, video, volume } from './call-commands.ts';
import type { Command, CommandContext } from './command.ts';
import { accept, cancel, file, pause, play, reject, resume, transfers, voice } from './file-commands.ts';
import { edit, exportConversation, react, remove, reply, search } from './message-commands.ts';
import { message, people } from './people-commands.ts';
import { help, name, peer, quit, status, unknownCommand, whoami } from './program-commands.ts';
import { everyone, hasPassword, join, leave, rekey, room, rooms } from './room-commands.ts';
import { block, trust, unblock, verify } from './trust-commands.ts';

export const COMMANDS: readonly Command[] = [
  help,
  message,
  everyone,
  room,
  join,
  leave,
  rekey,
  rooms,
  people,
  reply,
  edit,
  remove,
  react,
  search,
  exportConversation,
  call,
  hangup,
  mute,
  video,
  share,
  pictures,
  volume,
  autoanswer,
  silent,
  file,
  voice,
  play,
  accept,
  reject,
  pause,
  resume,
  cancel,
  transfers,
  verify,
  trust,
  block,
  unblock,
  name,
  status,
  peer,
  whoami,
  quit,
];

export function commandNamed(written: string): Command | undefined {
  const wanted = written.toLowerCase();
  return COMMANDS.find(({ name: own, aliases }) => own === wanted || aliases.includes(wanted));
}

/** The command that somebody may have meant. */
export function suggestionFor(written: string): string | undefined {
  const wanted = written.toLowerCase();
  const names = COMMANDS.map(({ name: own }) => own);
  const started = names.find((own) => wanted !== '' && own.startsWith(wanted));
  if (started !== undefined) return started;
  return nearest(wanted, names);
}

export type Typed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly written: string; readonly rest: string };

/** What a line means: a command, or a text (`//` sends a text that starts with `/`). */
export function parseTyped(typed: string): Typed {
  if (typed.trim() === '') return { kind: 'nothing' };
  if (typed.startsWith('//')) return { kind: 'text', text: typed.slice(1) };
  const command = /^\/(\S*)\s*(.*)$/su.exec(typed);
  if (command === null) return { kind: 'text', text: typed };
  return { kind: 'command', written: command[1] ?? '', rest: (command[2] ?? '').trimEnd() };
}

/** Whether what is typed must not be remembered. A slip of the pen in the command's name makes no difference. */
export function holdsSecret(typed: string): boolean {
  const parsed = parseTyped(typed);
  if (parsed.kind !== 'command') return false;
  const name = commandNamed(parsed.written)?.name ?? suggestionFor(parsed.written) ?? '';
  return hasPassword(name, parsed.rest);
}

/** @throws MmchatError and what verbs of the node throw */
export async function runCommand(context: CommandContext, written: string, rest: string): Promise<void> {
  const command = commandNamed(written);
  if (command === undefined) throw unknownCommand(written, suggestionFor(written));
  await command.run(context, rest);
}
