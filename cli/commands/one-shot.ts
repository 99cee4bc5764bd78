// What commands that do one thing have in common: whom they wait for, how they refuse.

import { cleanLine, type ErrorCode, type MmchatNode } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { waitFor, type Door } from '../rpc/door.ts';
import type { PeerRow, RoomRow } from '../rpc/rows.ts';

/** To whom; neither means everyone. */
export interface Target {
  readonly to?: string;
  readonly room?: string;
}

export interface WaitingTimes {
  /** How long a node that just started waits for somebody to appear. */
  readonly appearMs: number;
  /** How long it then waits for more of them. */
  readonly settleMs: number;
}

export const WAITING_TIMES: WaitingTimes = { appearMs: 5_000, settleMs: 500 };

/** Exit codes of refusals that a script may want to tell apart. */
export const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  'unknown-peer': EXIT.unknown,
  'no-such-room': EXIT.unknown,
  'not-in-room': EXIT.unknown,
  'bad-option': EXIT.unusable,
  'bad-text': EXIT.unusable,
  'too-large': EXIT.unusable,
  'no-such-file': EXIT.unusable,
  unreadable: EXIT.unusable,
};

export function refuse(io: CliIo, sentence: string, exitCode: number): number {
  io.stderr.write(`mmchat-p2p: ${cleanLine(sentence)}\n`);
  return exitCode;
}

/** For a node that was just started and knows nobody yet. */
export async function waitForSomebody(
  node: MmchatNode,
  { to, room }: Target,
  signal: AbortSignal,
  times: WaitingTimes,
): Promise<void> {
  const subscribe = (listener: () => void): (() => void) => node.subscribe(listener);
  const isThere = (): boolean => {
    if (to !== undefined) return isOnline(node, to);
    const people = [...node.state.people.values()].filter((person) => person.online);
    return room === undefined ? people.length > 0 : people.some((person) => person.rooms.some(sameNameAs(room)));
  };
  const appeared = await waitFor(subscribe, isThere, times.appearMs, signal);
  // Where one is there are often more: those that come right after should have it too.
  if (appeared && to === undefined) await waitFor(subscribe, () => false, times.settleMs, signal);
}

function isOnline(node: MmchatNode, nameOrId: string): boolean {
  try {
    return node.peers.find(nameOrId).online;
  } catch {
    return false;
  }
}

/** The receiver, when they are known. */
export async function knownReceiver(door: Door, to: string): Promise<PeerRow | undefined> {
  const rows = (await door.call('peers.list')) as PeerRow[];
  const isAlike = sameNameAs(to);
  return rows.find((row) => row.peerId === to || row.name === to) ?? rows.find((row) => isAlike(row.name));
}

/** Ids of those who can take it now: everybody here, or everybody here who is in the room. */
export async function peopleHere(door: Door, room: string | undefined): Promise<Set<string>> {
  const here = ((await door.call('peers.list')) as PeerRow[]).filter((peer) => peer.online).map((peer) => peer.peerId);
  if (room === undefined) return new Set(here);
  const rooms = (await door.call('rooms.list')) as RoomRow[];
  const members = rooms.find((row) => sameNameAs(room)(row.room))?.members ?? [];
  return new Set(here.filter((peerId) => members.some((member) => member.peerId === peerId)));
}

/** Near enough to guess whom to wait for; which names are the same is the node's to decide. */
export function sameNameAs(name: string): (other: string) => boolean {
  const folded = name.normalize('NFKC').trim().toLowerCase();
  return (other) => other.normalize('NFKC').toLowerCase() === folded;
}
