// Steps that LAN tests share: nodes that meet, and messages that arrive.

import { expect } from 'vitest';
import type { PeerRow } from './headless-types.ts';
import { type HeadlessClient, type HeadlessOptions, RpcError, startHeadless } from './headless-client.ts';
import { patient } from './patience.ts';

/** Starts nodes one right after the other, all at once as far as they can tell, and waits until they run. */
export async function startAll(options: readonly HeadlessOptions[]): Promise<HeadlessGroup> {
  const clients = await Promise.all(options.map(async (one) => startHeadless(one)));
  const group = new HeadlessGroup(clients);
  try {
    await Promise.all(clients.map(async (client) => client.ready));
  } catch (error) {
    await group[Symbol.asyncDispose]();
    throw error;
  }
  return group;
}

export class HeadlessGroup implements AsyncDisposable {
  readonly clients: readonly HeadlessClient[];

  constructor(clients: readonly HeadlessClient[]) {
    this.clients = clients;
  }

  at(index: number): HeadlessClient {
    const client = this.clients[index];
    if (client === undefined) throw new Error(`There is no node at ${index}.`);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.clients.map(async (client) => client[Symbol.asyncDispose]()));
  }
}

/** Milliseconds until every one of these has told that every other one is online. */
export async function everybodyMeets(clients: readonly HeadlessClient[], timeoutMs = 15_000): Promise<number> {
  const startMs = performance.now();
  await Promise.all(
    clients.flatMap((one) =>
      clients.filter((other) => other !== one).map(async (other) => seesOnline(one, other, timeoutMs)),
    ),
  );
  return performance.now() - startMs;
}

/** Waits for `peer.online`; from `since` on, if only a new one counts. */
export async function seesOnline(
  client: HeadlessClient,
  other: HeadlessClient,
  timeoutMs = 15_000,
  since = 0,
): Promise<PeerRow> {
  return client.waitFor('peer.online', (peer) => peer.peerId === other.peerId, timeoutMs, since);
}

export async function seesOffline(
  client: HeadlessClient,
  other: { readonly peerId: string },
  timeoutMs = 5000,
  since = 0,
): Promise<PeerRow> {
  return client.waitFor('peer.offline', (peer) => peer.peerId === other.peerId, timeoutMs, since);
}

/** Milliseconds that something takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await action();
  return performance.now() - startMs;
}

export async function rowOf(client: HeadlessClient, other: HeadlessClient): Promise<PeerRow | undefined> {
  return (await client.call('peers.list')).find((row) => row.peerId === other.peerId);
}

export async function onlineCount(client: HeadlessClient): Promise<number> {
  return (await client.call('peers.list')).filter((row) => row.online).length;
}

/** Sends a private message; it must arrive as it was, and its receipt must come back. */
export async function talks(from: HeadlessClient, to: HeadlessClient, timeoutMs = 5000): Promise<void> {
  const text = `hello from ${from.label} to ${to.label}, ${performance.now()}`;
  const sent = await from.call('chat.send', { to: to.peerId, text });
  const message = await to.waitFor('message', (one) => one.id === sent.id, timeoutMs);
  expect(message).toMatchObject({ text, from: { peerId: from.peerId }, kind: 'text' });
  await from.waitFor('message.delivered', (one) => one.id === sent.id && one.peerId === to.peerId, timeoutMs);
}

/** Milliseconds until a private message gets through again, trying anew while the other one is away. */
export async function talksAgain(from: HeadlessClient, to: HeadlessClient, timeoutMs = 15_000): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    try {
      await talks(from, to, 1500);
      return performance.now() - startMs;
    } catch (error) {
      const isAway = !(error instanceof RpcError) || error.data?.code === 'offline';
      if (!isAway || performance.now() - startMs > patient(timeoutMs)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Asks until it is so: for what no single notification tells. */
export async function eventually(timeoutMs: number, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patient(timeoutMs);
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`After ${patient(timeoutMs)} ms it was not so that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Nothing like this may come for a while: for what has no event that would tell of its absence. */
export async function expectQuiet(
  clients: readonly HeadlessClient[],
  method: 'peer.online' | 'peer.offline' | 'message' | 'warning',
  durationMs: number,
): Promise<void> {
  const marks = clients.map((client) => client.mark());
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  for (const [index, client] of clients.entries()) {
    expect(client.all(method, marks[index] ?? 0), `${client.label} told ${method}`).toEqual([]);
  }
}
