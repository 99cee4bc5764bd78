// Clients of the control socket: what they get, and how many and how slow they may be.

import '../../src/base/platform.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLIENT_LIMIT, CLIENT_QUEUE_LIMIT_BYTES, ControlSocket } from '../../cli/rpc/control-socket.ts';
import { localPlace } from '../../cli/rpc/control-claim.ts';
import { ControlClient } from '../../cli/rpc/control-client.ts';
import { connectToOwner } from '../../cli/rpc/control-probe.ts';
import { peopleOf, RpcFakeNode, samplePerson } from '../support/rpc-fake-node.ts';
import { LineReader, request } from '../support/rpc-session.ts';

let folder: string;
let control: ControlSocket;
let node: RpcFakeNode;
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmchat-control-'));
  control = await ControlSocket.claim(folder);
  node = new RpcFakeNode();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await control.close();
  await rm(folder, { recursive: true, force: true });
});

function connect(): { socket: Socket; out: LineReader } {
  const socket = createConnection({ path: control.path, allowHalfOpen: true });
  sockets.push(socket);
  return { socket, out: new LineReader(socket) };
}

test('a client that comes before the node runs waits, then hears `ready` and has its answers', async () => {
  const { socket, out } = connect();
  socket.write(request(1, 'peers.list'));
  await new Promise<void>((resolve) => void socket.once('connect', resolve));
  control.serve(node, { onShutdown: () => undefined });
  await out.reply(1);
  expect(out.methods).toEqual(['ready', 1]);
});

test('what happens is told to all clients; one that leaves disturbs nobody', async () => {
  control.serve(node, { onShutdown: () => undefined });
  const [first, second] = [connect(), connect()];
  await first.out.until((out) => out.lines.length === 1);
  await second.out.until((out) => out.lines.length === 1);
  first.socket.destroy();
  const seen = { type: 'started' } as const;
  node.happen(seen, { people: peopleOf(samplePerson('bob')) });
  await second.out.message((message) => message['method'] === 'peer.online');
});

test('input that ends early still gets its answers, then the end', async () => {
  control.serve(node, { onShutdown: () => undefined });
  const { socket, out } = connect();
  socket.end(request(1, 'status').trimEnd());
  await out.ended();
  expect(out.methods).toEqual(['ready', 1]);
});

test('`shutdown` is answered, then asked of the owner', async () => {
  const asked = new Promise<void>((resolve) => control.serve(node, { onShutdown: resolve }));
  const { socket, out } = connect();
  socket.write(request(1, 'shutdown'));
  await asked;
  await control.close();
  await out.ended();
  expect(await out.reply(1)).toMatchObject({ result: {} });
});

test('close() answers what has no result yet', async () => {
  control.serve(node, { onShutdown: () => undefined });
  node.onSend = () => new Promise(() => undefined);
  const { socket, out } = connect();
  socket.write(request(1, 'chat.send', { text: 'x' }) + request(2, 'status'));
  await out.reply(2);
  await control.close();
  await out.ended();
  expect(await out.reply(1)).toMatchObject({ error: { data: { code: 'stopped' } } });
  expect(node.listenerCount).toBe(0);
});

test('one client more than allowed is sent away, and may come again when there is room', async () => {
  control.serve(node, { onShutdown: () => undefined });
  const clients = Array.from({ length: CLIENT_LIMIT }, connect);
  for (const { out } of clients) await out.until(() => out.lines.length === 1);
  const extra = connect();
  await extra.out.ended();
  expect(extra.out.messages).toMatchObject([{ id: null, error: { data: { code: 'too-many' } } }]);
  const gone = new Promise((resolve) => clients[0]!.socket.once('close', resolve));
  clients[0]!.socket.destroy();
  await gone;
  await new Promise(setImmediate);
  const again = connect();
  await again.out.until(() => again.out.lines.length > 0);
  expect(again.out.methods).toEqual(['ready']);
});

test('a client that never reads is dropped; the others notice nothing', async () => {
  control.serve(node, { onShutdown: () => undefined });
  const [stuck, reader] = [createConnection({ path: control.path }), connect()];
  sockets.push(stuck);
  const gone = new Promise((resolve) => stuck.once('close', resolve));
  stuck.pause();
  await reader.out.until((out) => out.lines.length === 1);
  const text = 'x'.repeat(64 * 1024);
  const rounds = Math.ceil((CLIENT_QUEUE_LIMIT_BYTES * 1.5) / text.length);
  for (let index = 1; index <= rounds; index++) {
    node.happen({ type: 'warning', warning: { code: `w${index}`, text } });
    await reader.out.until((out) => out.lines.length === index + 1);
  }
  stuck.resume();
  await gone;
  expect(stuck.bytesRead).toBeLessThan(CLIENT_QUEUE_LIMIT_BYTES * 1.5);
});

test('the client of the one-shots: replies, refusals, notifications, and the end', async () => {
  control.serve(node, { onShutdown: () => undefined });
  const client = new ControlClient((await connectToOwner(folder, localPlace()))!);
  expect(await client.isReady(5_000)).toBe(true);
  expect(await client.call('rooms.list')).toEqual([]);
  await expect(client.call('chat.send', { text: 'x', to: 'nobody' })).rejects.toMatchObject({ code: 'unknown-peer' });
  const told = new Promise((resolve) => client.onNotification(resolve));
  node.happen({ type: 'warning', warning: { code: 'w', text: 'x' } });
  expect(await told).toEqual({ method: 'warning', params: { code: 'w', text: 'x' } });
  node.onSend = () => new Promise(() => undefined);
  const lost = expect(client.call('chat.send', { text: 'x' })).rejects.toMatchObject({ code: 'not-running' });
  await client.close();
  await lost;
});

test('where nobody runs there is nobody to connect to', async () => {
  await control.close();
  expect(await connectToOwner(folder, localPlace())).toBeUndefined();
  expect(await connectToOwner(join(folder, 'missing'), localPlace())).toBeUndefined();
});
