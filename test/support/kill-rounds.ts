// What tests that kill nodes share: a node on the loopback, all that its history holds, and chance that can be repeated.

import { expect } from 'vitest';
import { type HeadlessClient, startHeadless } from './headless-client.ts';
import type { MessageRow } from './headless-types.ts';

/** KILL_ROUNDS=N: fewer where another machine or version of Node.js has had its many. */
export const KILL_ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 25);

const ALONE = ['--interface', 'lo', '--no-mdns', '--port', '0'];

/** KILL_SEED=N repeats a run as far as chance goes; else it follows from the seed of the test run. */
export function killSeed(offset: number): number {
  const given = process.env['KILL_SEED'];
  return given === undefined ? (Number(process.env['FC_SEED'] ?? 0) + offset) % 1_000_000_000 : Number(given);
}

export async function launch(name: string, dataDir: string, peer?: HeadlessClient): Promise<HeadlessClient> {
  const peers = peer === undefined ? [] : ['--peer', `127.0.0.1:${peer.port}`];
  return startHeadless({ name, dataDir, args: [...ALONE, ...peers] });
}

/** At once, in the middle of whatever it does; what it complained about before must be nothing. */
export async function killNine(client: HeadlessClient): Promise<void> {
  expect(await client.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  expectNoComplaint(client);
}

export function expectNoComplaint(client: HeadlessClient): void {
  expect(client.stderr).toBe('');
  expect(client.all('warning')).toEqual([]);
}

/** Everything that came since the cursor, and the new cursor. */
export async function readSince(
  client: HeadlessClient,
  cursor: string | undefined,
): Promise<{ messages: MessageRow[]; cursor: string }> {
  const messages: MessageRow[] = [];
  for (let next = cursor; ;) {
    const page = await client.call('chat.since', next === undefined ? {} : { cursor: next });
    messages.push(...page.messages);
    if (!page.more) return { messages, cursor: page.cursor };
    next = page.cursor;
  }
}

/** A whole conversation, oldest first. */
export async function readWhole(
  client: HeadlessClient,
  place: { room?: string; with?: string } = {},
): Promise<MessageRow[]> {
  const all: MessageRow[] = [];
  for (;;) {
    const before = all[0] === undefined ? {} : { before: all[0].id };
    const page = await client.call('chat.history', { ...place, ...before, limit: 500 });
    if (page.length === 0) return all;
    all.unshift(...page);
  }
}

export const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
