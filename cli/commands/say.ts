// `mmchat-p2p say`: sends one message, waits for its receipts, and tells by its exit code what became of it.

import {
  cleanLine,
  createNode,
  MmchatError,
  messageOf,
  type ErrorCode,
  type MmchatNode,
  type NodeOptions,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { waitFor, type Door } from '../rpc/door.ts';
import { openDoor, type DoorParts } from '../rpc/open-door.ts';
import type { PeerRow, RoomRow } from '../rpc/rows.ts';
import { watchDelivery } from '../rpc/delivery-watch.ts';

export interface SayArguments {
  /** `-` reads it from stdin. */
  readonly text: string;
  readonly to?: string;
  readonly room?: string;
}

export interface SayParts extends DoorParts {
  /** How long a node that just started waits for somebody to appear. */
  readonly appearMs: number;
  /** How long it then waits for more of them. */
  readonly settleMs: number;
  readonly receiptMs: number;
}

const PARTS: SayParts = { createNode, appearMs: 5_000, settleMs: 500, receiptMs: 3_000 };
const STDIN_LIMIT_BYTES = 65_536;

const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  'unknown-peer': EXIT.unknown,
  'no-such-room': EXIT.unknown,
  'not-in-room': EXIT.unknown,
  'bad-option': EXIT.unusable,
  'bad-text': EXIT.unusable,
  'too-large': EXIT.unusable,
};

/** @throws MmchatError when no node can be reached or started */
export async function runSay(
  words: SayArguments,
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: SayParts = PARTS,
): Promise<number> {
  const text = words.text === '-' ? await readText(io) : words.text;
  if (text === undefined) return refuse(io, `A message has at most ${STDIN_LIMIT_BYTES} bytes.`, EXIT.unusable);
  const { door, fresh } = await openDoor(options, io, signal, parts);
  try {
    if (fresh !== undefined) await waitForSomebody(fresh, words, signal, parts);
    const { sentence, delivered } = await send(door, { ...words, text }, signal, parts.receiptMs);
    io.stdout.write(`${cleanLine(sentence)}\n`);
    return delivered ? EXIT.done : EXIT.kept;
  } catch (error) {
    const exitCode = error instanceof MmchatError ? EXIT_OF[error.code] : undefined;
    if (exitCode === undefined) throw error;
    return refuse(io, messageOf(error), exitCode);
  } finally {
    await door.close();
  }
}

function refuse(io: CliIo, sentence: string, exitCode: number): number {
  io.stderr.write(`mmchat-p2p: ${cleanLine(sentence)}\n`);
  return exitCode;
}

/** Undefined when it is too long for a message. One line end at its end belongs to the shell. */
async function readText(io: CliIo): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of io.stdin) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : (chunk as Uint8Array);
    length += bytes.length;
    if (length > STDIN_LIMIT_BYTES + 2) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/u, '');
}

async function waitForSomebody(
  node: MmchatNode,
  { to, room }: SayArguments,
  signal: AbortSignal,
  parts: SayParts,
): Promise<void> {
  const subscribe = (listener: () => void): (() => void) => node.subscribe(listener);
  const isThere = (): boolean => {
    if (to !== undefined) return isOnline(node, to);
    const people = [...node.state.people.values()].filter((person) => person.online);
    return room === undefined ? people.length > 0 : people.some((person) => person.rooms.some(sameRoomAs(room)));
  };
  const appeared = await waitFor(subscribe, isThere, parts.appearMs, signal);
  // Where one is there are often more: those that come right after should have it too.
  if (appeared && to === undefined) await waitFor(subscribe, () => false, parts.settleMs, signal);
}

function isOnline(node: MmchatNode, nameOrId: string): boolean {
  try {
    return node.peers.find(nameOrId).online;
  } catch {
    return false;
  }
}

interface Outcome {
  readonly sentence: string;
  readonly delivered: boolean;
}

async function send(door: Door, message: SayArguments, signal: AbortSignal, receiptMs: number): Promise<Outcome> {
  const { text, to, room } = message;
  const watch = watchDelivery(door);
  try {
    const expected = to === undefined ? await peopleHere(door, room) : undefined;
    const params = { text, ...(to === undefined ? {} : { to }), ...(room === undefined ? {} : { room }) };
    const { id } = (await door.call('chat.send', params)) as { id: string };
    if (expected === undefined) {
      const delivered = await waitFor(watch.subscribe, () => watch.receiversOf(id).size > 0, receiptMs, signal);
      const name = [...watch.receiversOf(id).values()][0] ?? to ?? '';
      return {
        delivered,
        sentence: delivered ? `Delivered to ${name}.` : `Not delivered yet: ${name} has not confirmed it.`,
      };
    }
    const where = room === undefined ? '' : ` in ${room}`;
    if (expected.size === 0) return { delivered: false, sentence: `Not delivered yet: nobody else is here${where}.` };
    const missing = (): string[] =>
      [...expected].filter((peerId) => !watch.receiversOf(id).has(peerId) && !watch.gone.has(peerId));
    const all = await waitFor(watch.subscribe, () => missing().length === 0, receiptMs, signal);
    const count = watch.receiversOf(id).size;
    const delivered = all && count > 0;
    const people = count === 1 ? '1 person' : `${count} people`;
    if (delivered) return { delivered, sentence: `Delivered to ${people}${where}.` };
    return { delivered, sentence: `Delivered to ${count} of ${expected.size} people${where} so far.` };
  } finally {
    watch.stop();
  }
}

/** Ids of those who can take it now: everybody here, or everybody here who is in the room. */
async function peopleHere(door: Door, room: string | undefined): Promise<Set<string>> {
  const here = ((await door.call('peers.list')) as PeerRow[]).filter((peer) => peer.online).map((peer) => peer.peerId);
  if (room === undefined) return new Set(here);
  const rooms = (await door.call('rooms.list')) as RoomRow[];
  const members = rooms.find((row) => sameRoomAs(room)(row.room))?.members ?? [];
  return new Set(here.filter((peerId) => members.some((member) => member.peerId === peerId)));
}

/** Near enough to guess whom to wait for; what is the same room is the node's to decide. */
function sameRoomAs(room: string): (other: string) => boolean {
  const folded = room.normalize('NFKC').trim().toLowerCase();
  return (other) => other.normalize('NFKC').toLowerCase() === folded;
}
