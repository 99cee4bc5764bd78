// `mmchat-p2p send`: sends files and folders, shows how far they are, and tells by its exit code what became of them.

import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createNode, MmchatError, messageOf, type NodeOptions } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { waitFor, type Door } from '../rpc/door.ts';
import { openDoor, type DoorParts } from '../rpc/open-door.ts';
import type { TransferRow } from '../rpc/transfer-rows.ts';
import { TransferWatch, type WatchedTransfer } from '../rpc/transfer-watch.ts';
import { barText, clockText, leftText, percentText, rateText, shareOf, sizeText } from '../transfer-text.ts';
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
import { ProgressOutput } from './progress-output.ts';

export interface SendArguments extends Target {
  readonly paths: readonly string[];
  /** Gives up when nothing has moved for so long. */
  readonly timeoutSeconds: number;
}

export type SendParts = DoorParts & WaitingTimes;

export const SEND_TIMEOUT_SECONDS = 60;

const PARTS: SendParts = { createNode, ...WAITING_TIMES };
const BAR_COLUMNS = 24;
/** Not every step has a notification of its own. */
const LOOK_MS = 2_000;
/** Things in a folder that are named when they are not sent. */
const SKIPPED_NAMED = 10;
/** What the receivers decided, or where they are: nothing has gone wrong here. */
const WHY: Readonly<Record<string, string>> = {
  rejected: 'it was not wanted',
  cancelled: 'it was cancelled',
  offline: 'they went away',
};

/** @throws MmchatError when no node can be reached or started */
export async function runSend(
  words: SendArguments,
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: SendParts = PARTS,
): Promise<number> {
  const paths = words.paths.map((path) => resolve(path));
  for (const path of paths) {
    const problem = await problemOf(path);
    if (problem !== undefined) return refuse(io, problem, EXIT.unusable);
  }
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const { door, fresh } = await openDoor(options, io, ended, parts, { onShutdown: () => stop.abort() });
  const watch = new TransferWatch(door);
  try {
    if (fresh !== undefined) await waitForSomebody(fresh, words, ended, parts);
    const sender = new Sender({ door, watch, words, io, signal: ended, isShort: fresh !== undefined });
    let exitCode: number = EXIT.done;
    for (const path of paths) {
      if (ended.aborted) return EXIT.failed;
      exitCode = Math.max(exitCode, await sender.send(path));
    }
    return exitCode;
  } catch (error) {
    const exitCode = error instanceof MmchatError ? EXIT_OF[error.code] : undefined;
    if (exitCode === undefined) throw error;
    return refuse(io, messageOf(error), exitCode);
  } finally {
    watch.stop();
    await door.close();
  }
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    const facts = await stat(path);
    return facts.isFile() || facts.isDirectory() ? undefined : `${path} is neither a file nor a folder.`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `There is no file ${path}.` : `${path} can't be read: ${messageOf(error)}.`;
  }
}

interface SenderParts {
  readonly door: Door;
  readonly watch: TransferWatch;
  readonly words: SendArguments;
  readonly io: CliIo;
  readonly signal: AbortSignal;
  /** The node was started for this and ends with it. */
  readonly isShort: boolean;
}

class Sender {
  readonly #parts: SenderParts;
  readonly #output: ProgressOutput;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#output = new ProgressOutput(parts.io.stdout);
  }

  /** Resolves with what the exit code would be for this one alone. */
  async send(path: string): Promise<number> {
    const { door, words, isShort } = this.#parts;
    const { to, room } = words;
    const name = basename(path);
    const expected = await this.#expected();
    if (isShort && expected.size === 0) {
      this.#output.line(`${name}: not sent, ${await this.#whoIsMissing()}.`);
      return EXIT.kept;
    }
    const target = to === undefined ? { room: room ?? 'everyone' } : { to };
    const startedAt = performance.now();
    const sent = (await door.call('files.send', { path, ...target })) as {
      transferId: string;
      skipped?: { path: string; reason: string }[];
      skippedCount?: number;
    };
    this.#tellSkipped(sent.skipped ?? [], sent.skippedCount ?? 0);
    this.#output.line(`${name}: offered to ${to ?? room ?? 'everyone'}`);
    const { transferId } = sent;
    const unsubscribe = this.#follow(name, transferId);
    try {
      await this.#settled(transferId, expected);
    } finally {
      unsubscribe();
      this.#output.clear();
    }
    return this.#outcome(name, transferId, expected, (performance.now() - startedAt) / 1000);
  }

  async #expected(): Promise<Set<string>> {
    const { door, words } = this.#parts;
    if (words.to === undefined) return peopleHere(door, words.room);
    const person = await knownReceiver(door, words.to);
    if (person === undefined) throw new MmchatError('unknown-peer', `Nobody here is called ${words.to}.`);
    return new Set(person.online || !this.#parts.isShort ? [person.peerId] : []);
  }

  async #whoIsMissing(): Promise<string> {
    const { to, room } = this.#parts.words;
    if (to !== undefined) return `${to} is away`;
    return room === undefined ? 'nobody else is here' : `nobody else of ${room} is here`;
  }

  #tellSkipped(skipped: readonly { path: string; reason: string }[], count: number): void {
    if (count === 0) return;
    const errors = new ProgressOutput(this.#parts.io.stderr);
    for (const { path, reason } of skipped.slice(0, SKIPPED_NAMED)) errors.line(`not sent: ${path} (${reason})`);
    const more = count - Math.min(skipped.length, SKIPPED_NAMED);
    if (more > 0) errors.line(`not sent: ${more} more`);
  }

  /** Tells each step once. */
  #follow(name: string, transferId: string): () => void {
    const output = this.#output;
    const told = new Set<string>();
    const tell = (text: string): void => {
      if (told.has(text)) return;
      told.add(text);
      output.line(`${name}: ${text}`);
    };
    const look = (): void => {
      const transfer = this.#parts.watch.of(transferId);
      if (transfer.taken && !output.isTerminal) tell('taken');
      const tenths = Math.floor(shareOf(transfer) * 10);
      if (!output.isTerminal && tenths > 0 && tenths < 10) tell(`${tenths * 10} %`);
      output.show(progressText(name, transfer));
    };
    look();
    return this.#parts.watch.subscribe((changed) => {
      if (changed === transferId) look();
    });
  }

  /** Resolves when all have it, when it can't be had any more, or when nothing has moved for too long. */
  async #settled(transferId: string, expected: ReadonlySet<string>): Promise<void> {
    const { watch, words, signal } = this.#parts;
    const timeoutMs = words.timeoutSeconds * 1000;
    let movedAt = performance.now();
    const unsubscribe = watch.subscribe((changed) => {
      if (changed === transferId) movedAt = performance.now();
    });
    try {
      for (;;) {
        const left = movedAt + timeoutMs - performance.now();
        if (left <= 0 || signal.aborted) return;
        const pause = Math.min(left, LOOK_MS);
        if (await waitFor(watch.subscribe, () => this.#isOver(transferId, expected), pause, signal)) return;
        await this.#look(transferId);
      }
    } finally {
      unsubscribe();
    }
  }

  async #look(transferId: string): Promise<void> {
    const rows = (await this.#parts.door.call('files.list')) as TransferRow[];
    const row = rows.find((one) => one.transferId === transferId);
    if (row !== undefined) this.#parts.watch.learn(row);
  }

  #isOver(transferId: string, expected: ReadonlySet<string>): boolean {
    const transfer = this.#parts.watch.of(transferId);
    if (transfer.failure !== undefined) return true;
    const waiting = this.#missing(transfer, expected);
    // Who went away may come back: only where others have it they are not waited for.
    return expected.size > 0 && waiting.length === 0 && (transfer.receivers.size > 0 || transfer.without.size > 0);
  }

  #missing({ receivers, without }: WatchedTransfer, expected: ReadonlySet<string>): string[] {
    const { gone } = this.#parts.watch;
    return [...expected].filter((peerId) => !receivers.has(peerId) && !without.has(peerId) && !gone.has(peerId));
  }

  async #outcome(name: string, transferId: string, expected: ReadonlySet<string>, seconds: number): Promise<number> {
    const { watch, signal, isShort, words } = this.#parts;
    const transfer = watch.of(transferId);
    const { receivers, failure } = transfer;
    const names = [...receivers.values()];
    const who = names.length === 1 ? (names[0] ?? '') : `${names.length} people`;
    const all = receivers.size > 0 && this.#missing(transfer, expected).length === 0;
    if (signal.aborted && !all) {
      await this.#cancel(transferId);
      this.#output.line(`${name}: cancelled`);
      return EXIT.failed;
    }
    if (all) {
      const size = transfer.size > 0 ? `, ${sizeText(transfer.size)} in ${clockText(seconds)}` : '';
      this.#output.line(`${name}: delivered to ${who}${size}`);
      return EXIT.done;
    }
    if (failure !== undefined && WHY[failure.reason] === undefined) {
      this.#output.line(`${name}: failed, ${failure.text ?? failure.reason}`);
      return EXIT.failed;
    }
    const refused = failure !== undefined || transfer.without.size > 0;
    const why = refused
      ? (WHY[failure?.reason ?? 'rejected'] ?? 'it was not wanted')
      : `nothing moved for ${words.timeoutSeconds} s`;
    // An offer that nobody stands behind any more only disappoints.
    if (isShort && failure === undefined) await this.#cancel(transferId);
    const kept = isShort || refused ? '' : '; it stays offered while the other mmchat-p2p runs';
    const so = receivers.size === 0 ? 'not delivered' : `delivered to ${receivers.size} of ${expected.size} people`;
    this.#output.line(`${name}: ${so}: ${why}${kept}`);
    return EXIT.kept;
  }

  async #cancel(transferId: string): Promise<void> {
    try {
      await this.#parts.door.call('files.cancel', { transferId });
    } catch {
      // It has ended by itself, or the node has: then there is nothing to cancel.
    }
  }
}

function progressText(name: string, transfer: WatchedTransfer): string {
  if (!transfer.taken) return `${name}  waiting for somebody to take it …`;
  const share = shareOf(transfer);
  const { bytesPerSecond } = transfer;
  const rate = bytesPerSecond > 0 ? `  ${rateText(bytesPerSecond)}` : '';
  const left = leftText(transfer);
  return `${barText(share, BAR_COLUMNS)} ${percentText(share)}${rate}${left === '' ? '' : `  ${left}`}  ${name}`;
}
