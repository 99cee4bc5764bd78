// `mmchat-p2p say`: sends one message, waits for its receipts, and tells by its exit code what became of it.

import { cleanLine, createNode, MmchatError, messageOf, type NodeOptions } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { watchDelivery } from '../rpc/delivery-watch.ts';
import { waitFor, type Door } from '../rpc/door.ts';
import { openDoor, type DoorParts } from '../rpc/open-door.ts';
import type { PeerRow } from '../rpc/rows.ts';
import {
  EXIT_OF,
  knownReceiver,
  peopleHere,
  refuse,
  waitForSomebody,
  WAITING_TIMES,
  type Target,
  type WaitingTimes,
} from './one-shot.ts';

export interface SayArguments extends Target {
  /** `-` reads it from stdin. */
  readonly text: string;
}

export interface SayParts extends DoorParts, WaitingTimes {
  readonly receiptMs: number;
}

const PARTS: SayParts = { createNode, ...WAITING_TIMES, receiptMs: 3_000 };
const STDIN_LIMIT_BYTES = 65_536;

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
    const message = { ...words, text };
    const { sentence, exitCode } = await send(door, message, { isShort: fresh !== undefined, signal, parts });
    io.stdout.write(`${cleanLine(sentence)}\n`);
    return exitCode;
  } catch (error) {
    const exitCode = error instanceof MmchatError ? EXIT_OF[error.code] : undefined;
    if (exitCode === undefined) throw error;
    return refuse(io, messageOf(error), exitCode);
  } finally {
    await door.close();
  }
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

interface Outcome {
  readonly sentence: string;
  readonly exitCode: number;
}

interface Waiting {
  /** The node was started for this and ends with it. */
  readonly isShort: boolean;
  readonly signal: AbortSignal;
  readonly parts: SayParts;
}

// Until somebody runs the node again, what it keeps goes nowhere.
const LATER = 'It is delivered when both are there: that needs a running chat or headless on this data folder.';

async function send(door: Door, message: SayArguments, waiting: Waiting): Promise<Outcome> {
  const { text, to, room } = message;
  const watch = watchDelivery(door);
  try {
    const expected = to === undefined ? await peopleHere(door, room) : undefined;
    const away = to === undefined ? undefined : await whoIsAway(door, to);
    const params = { text, ...(to === undefined ? {} : { to }), ...(room === undefined ? {} : { room }) };
    const { id } = (await door.call('chat.send', params)) as { id: string };
    const kept = (sentence: string): Outcome => ({
      exitCode: EXIT.kept,
      sentence: waiting.isShort ? `${sentence} ${LATER}` : sentence,
    });
    if (away !== undefined) {
      const later = waiting.isShort ? LATER : 'It is delivered as soon as both are there.';
      return { exitCode: EXIT.done, sentence: `${away.name} is away: the message is kept. ${later}` };
    }
    const { signal, parts } = waiting;
    if (expected === undefined) {
      const delivered = await waitFor(watch.subscribe, () => watch.receiversOf(id).size > 0, parts.receiptMs, signal);
      const name = [...watch.receiversOf(id).values()][0] ?? to ?? '';
      if (delivered) return { exitCode: EXIT.done, sentence: `Delivered to ${name}.` };
      return kept(`Not delivered yet: ${name} has not confirmed it.`);
    }
    const where = room === undefined ? '' : ` in ${room}`;
    if (expected.size === 0) return kept(`Not delivered yet: nobody else is here${where}.`);
    const missing = (): string[] =>
      [...expected].filter((peerId) => !watch.receiversOf(id).has(peerId) && !watch.gone.has(peerId));
    const all = await waitFor(watch.subscribe, () => missing().length === 0, parts.receiptMs, signal);
    const count = watch.receiversOf(id).size;
    const people = count === 1 ? '1 person' : `${count} people`;
    if (all && count > 0) return { exitCode: EXIT.done, sentence: `Delivered to ${people}${where}.` };
    return kept(`Delivered to ${count} of ${expected.size} people${where} so far.`);
  } finally {
    watch.stop();
  }
}

/** The receiver, when they are known and not here. */
async function whoIsAway(door: Door, to: string): Promise<PeerRow | undefined> {
  const found = await knownReceiver(door, to);
  return found?.online === false ? found : undefined;
}
