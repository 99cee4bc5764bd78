// `mmchat-p2p history`: reads, searches and exports what was said. Nothing but that goes to stdout.

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  cleanLine,
  createNode,
  createTranscript,
  MmchatError,
  messageOf,
  resolveDataDir,
  type ErrorCode,
  type MessageRow,
  type NodeOptions,
  type PlaceQuery,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import type { Door } from '../rpc/door.ts';
import type { SinceReply } from '../rpc/message-pages.ts';
import { openDoor, type DoorParts } from '../rpc/open-door.ts';
import type { HistoryArguments } from './history-arguments.ts';

const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  'unknown-peer': EXIT.unknown,
  'no-such-room': EXIT.unknown,
  'not-in-room': EXIT.unknown,
  'bad-text': EXIT.unusable,
  'file-exists': EXIT.unusable,
};

/** @throws MmchatError when no node can be reached or started, `bad-option` when the node can't use an option */
export async function runHistory(
  words: HistoryArguments,
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: DoorParts = { createNode },
): Promise<number> {
  const dataDir = resolveDataDir(options, { environment: io.env });
  await requireFolder(dataDir);
  // What was said is here. Looking at it must not show up on the network, nor wait for it.
  const quiet = { ...options, dataDir, network: false, mdns: false, peers: [] };
  const { door } = await openDoor(quiet, io, signal, parts);
  try {
    const { data, note } = await answer(words, door);
    await write(io, data, signal);
    if (note !== undefined) io.stderr.write(`mmchat-p2p: ${cleanLine(note)}\n`);
    return EXIT.done;
  } catch (error) {
    const exitCode = error instanceof MmchatError ? EXIT_OF[error.code] : undefined;
    if (exitCode === undefined) throw error;
    io.stderr.write(`mmchat-p2p: ${cleanLine(messageOf(error))}\n`);
    return exitCode;
  } finally {
    await door.close();
  }
}

// A node would make it, and be somebody new in it: who misspells a folder wants neither.
async function requireFolder(dataDir: string): Promise<void> {
  try {
    await access(dataDir);
  } catch (error) {
    throw new MmchatError('data-dir', `There is no data folder ${dataDir}, so nothing was said in it.`, {
      cause: error,
    });
  }
}

interface Answer {
  /** For stdout. */
  readonly data: string;
  /** For stderr. */
  readonly note?: string;
}

async function answer(words: HistoryArguments, door: Door): Promise<Answer> {
  const { place, limit, json } = words;
  const bounded = limit === undefined ? {} : { limit };
  if (words.export !== undefined) return exportTo(words.export, place, door);
  if (words.since !== undefined) {
    const cursor = words.since === '' ? {} : { cursor: words.since };
    return sinceAnswer((await door.call('chat.since', { ...cursor, ...bounded })) as SinceReply, json);
  }
  const rows =
    words.search === undefined
      ? ((await door.call('chat.history', { ...place, ...bounded, system: !json })) as MessageRow[])
      : ((await door.call('chat.search', { query: words.search, ...place, ...bounded })) as MessageRow[]);
  if (json) return { data: `${JSON.stringify(rows)}\n` };
  if (rows.length === 0) return { data: '', note: 'Nothing was found.' };
  // Hits come newest first. On a terminal the newest belongs at the bottom, as everywhere.
  const oldestFirst = words.search === undefined ? rows : [...rows].reverse();
  const places = words.search !== undefined && place.with === undefined && place.room === undefined;
  return { data: lines(oldestFirst, places) };
}

async function exportTo(file: { path: string; format: string }, place: PlaceQuery, door: Door): Promise<Answer> {
  // The running node may work in another folder. A separator at the end says that a folder was meant.
  const path = resolve(file.path) + (/[/\\]$/u.test(file.path) ? '/' : '');
  const params = { ...place, format: file.format, path };
  const written = (await door.call('chat.export', params)) as { path: string; messages: number };
  const count = written.messages === 1 ? '1 message' : `${written.messages} messages`;
  return { data: '', note: `${count} written to ${written.path}.` };
}

function sinceAnswer(reply: SinceReply, json: boolean): Answer {
  if (json) return { data: `${JSON.stringify(reply)}\n` };
  const more = reply.more ? 'There is more. ' : '';
  return { data: lines(reply.messages, true), note: `${more}Go on from here with --since ${reply.cursor}` };
}

function lines(rows: readonly MessageRow[], places: boolean): string {
  const line = createTranscript({ places });
  return rows.map((row) => line(row)).join('');
}

/** Waits until it is out: a reader may be a pager in front of which somebody sits. */
async function write(io: CliIo, data: string, signal: AbortSignal): Promise<void> {
  if (data === '' || signal.aborted) return;
  await new Promise<void>((resolveWritten) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolveWritten();
    };
    signal.addEventListener('abort', done, { once: true });
    io.stdout.write(data, done);
  });
}
