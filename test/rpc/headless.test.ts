// `headless` from its first line to its exit code.

import '../../src/base/platform.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MmchatError, type NodeOptions } from '../../src/index.ts';
import { runHeadless, STDOUT_QUEUE_LIMIT_BYTES } from '../../cli/commands/headless.ts';
import { ControlSocket } from '../../cli/rpc/control-socket.ts';
import { peopleOf, RpcFakeNode, samplePerson } from '../support/rpc-fake-node.ts';
import { LineReader, memoryIo, request } from '../support/rpc-session.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mmchat-headless-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

interface Running extends ReturnType<typeof memoryIo> {
  readonly node: RpcFakeNode;
  readonly exit: Promise<number>;
  readonly controller: AbortController;
  /** What nodes were made with. */
  readonly options: NodeOptions[];
}

function start(node = new RpcFakeNode(), change: { stdout?: Writable } = {}): Running {
  const memory = memoryIo();
  const controller = new AbortController();
  const options: NodeOptions[] = [];
  const exit = runHeadless({ dataDir }, { ...memory.io, ...change }, controller.signal, {
    createNode: async (given) => {
      options.push(given);
      return node;
    },
  });
  return { ...memory, node, exit, controller, options };
}

const isReady = (out: LineReader): Promise<void> => out.until(() => out.lines.length > 0);

test('`ready` is the first line, also when people came before it; the end of the input ends it', async () => {
  const node = new RpcFakeNode();
  node.onStart = async () => node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) });
  const { io, out, exit } = start(node);
  io.stdin.end(request(1, 'peers.list'));
  expect(await exit).toBe(0);
  expect(out.methods).toEqual(['ready', 'peer.online', 1]);
  expect(out.messages[0]).toEqual({ jsonrpc: '2.0', method: 'ready', params: node.status() });
  expect(node.asked).toEqual(['start', 'stop']);
});

test('requests that come before it is ready wait', async () => {
  const node = new RpcFakeNode();
  const started = Promise.withResolvers<undefined>();
  node.onStart = () => started.promise;
  const { io, out, exit } = start(node);
  io.stdin.write(request(1, 'status'));
  await new Promise(setImmediate);
  expect(out.lines).toEqual([]);
  started.resolve(undefined);
  await out.reply(1);
  io.stdin.end();
  expect(await exit).toBe(0);
});

test('`shutdown` is answered, then everything stops and the folder is free', async () => {
  const { io, out, exit, node } = start();
  io.stdin.write(request('bye', 'shutdown'));
  expect(await exit).toBe(0);
  expect(out.methods).toEqual(['ready', 'bye']);
  expect(node.isRunning).toBe(false);
  expect(node.listenerCount).toBe(0);
  await (await ControlSocket.claim(dataDir)).close();
});

test('a signal ends it cleanly, also while it starts', async () => {
  const running = start();
  await isReady(running.out);
  running.controller.abort('SIGTERM');
  expect(await running.exit).toBe(0);

  const node = new RpcFakeNode();
  const aborted = Promise.withResolvers<undefined>();
  node.onStart = () => aborted.promise;
  const starting = start(node);
  await new Promise((resolve) => setTimeout(resolve, 50));
  starting.controller.abort('SIGTERM');
  aborted.reject(new Error('aborted'));
  expect(await starting.exit).toBe(0);
  expect(starting.out.lines).toEqual([]);
});

test('what keeps it from starting is thrown, with the folder freed', async () => {
  const node = new RpcFakeNode();
  node.onStart = async () => {
    throw new MmchatError('port-in-use', 'Port 9011 is taken.');
  };
  await expect(start(node).exit).rejects.toMatchObject({ code: 'port-in-use' });
  await (await ControlSocket.claim(dataDir)).close();
});

test('a second one on the same folder is refused before its node is made', async () => {
  const first = start();
  await isReady(first.out);
  const second = start();
  await expect(second.exit).rejects.toMatchObject({ code: 'already-running' });
  expect(second.options).toEqual([]);
  first.io.stdin.end();
  expect(await first.exit).toBe(0);
});

test('the control socket speaks the same, and may end it', async () => {
  const { out, exit, options } = start();
  await isReady(out);
  expect(options).toEqual([{ dataDir }]);
  const socket = createConnection(join(dataDir, 'control.sock'));
  const client = new LineReader(socket);
  socket.write(request(1, 'shutdown'));
  expect(await exit).toBe(0);
  await client.ended();
  expect(client.methods).toEqual(['ready', 1]);
});

test('bad lines end nothing', async () => {
  const { io, out, exit } = start();
  io.stdin.write('nonsense\n\n{}\n[]\n');
  io.stdin.write(`${'x'.repeat(1024 * 1024 + 1)}\n`);
  io.stdin.write(request(1, 'status'));
  await out.reply(1);
  const codes = out.messages
    .filter((message) => 'error' in message)
    .map((message) => (message['error'] as { code: number }).code);
  expect(codes).toEqual([-32700, -32600, -32600, -32700]);
  io.stdin.end();
  expect(await exit).toBe(0);
});

test('when nobody reads its output it says so and stops', async () => {
  const stdout = new Writable({ write: () => undefined });
  const { exit, node, err } = start(new RpcFakeNode(), { stdout });
  while (stdout.writableLength === 0) await new Promise(setImmediate);
  const text = 'x'.repeat(1024 * 1024);
  for (let index = 0; index <= STDOUT_QUEUE_LIMIT_BYTES / text.length; index++)
    node.happen({ type: 'warning', warning: { code: 'w', text } });
  expect(await exit).toBe(1);
  await err.until(() => err.lines.length === 1);
  expect(err.lines[0]).toContain('nobody reads');
});

test('when its reader is gone it stops', async () => {
  const { io, out, exit } = start();
  await isReady(out);
  io.stdout.destroy(new Error('EPIPE'));
  expect(await exit).toBe(0);
});
