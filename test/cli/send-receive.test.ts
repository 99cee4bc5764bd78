// `send` and `receive`, over the control socket of a running node and with a short-lived one.

import '../../src/base/platform.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MmchatError, type NodeOptions, type Person, type Transfer } from '../../src/index.ts';
import { receiveArguments, sendArguments } from '../../cli/commands/file-arguments.ts';
import { runReceive, type ReceiveArguments } from '../../cli/commands/receive.ts';
import { runSend, type SendArguments } from '../../cli/commands/send.ts';
import { ControlSocket } from '../../cli/rpc/control-socket.ts';
import { peopleOf, RpcFakeNode, sampleId, samplePerson } from '../support/rpc-fake-node.ts';
import { type LineReader, memoryIo } from '../support/rpc-session.ts';
import { transferOf } from '../support/transfers.ts';

const HASH = 'ab'.repeat(32);
const times = { appearMs: 300, settleMs: 20 };
let dataDir: string;
let file: string;
let node: RpcFakeNode;
let control: ControlSocket | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mmchat-send-'));
  file = join(dataDir, 'firmware.img');
  await writeFile(file, 'x');
  node = new RpcFakeNode();
  control = undefined;
});

afterEach(async () => {
  await control?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function running(...people: Person[]): Promise<void> {
  node.happen({ type: 'started' }, { people: peopleOf(...people) });
  control = await ControlSocket.claim(dataDir);
  control.serve(node, { onShutdown: () => undefined });
}

function put(transfer: Transfer, type: 'transfer-changed' | 'transfer-progress' = 'transfer-changed'): void {
  node.happen({ type, transfer }, { transfers: new Map([...node.state.transfers, [transfer.id, transfer]]) });
}

const outgoing = transferOf(1, { direction: 'outgoing', author: 'id-of-alice', name: 'firmware.img', size: 1000 });

function hasIt(...names: string[]): void {
  for (const name of names)
    node.happen({ type: 'transfer-delivered', id: sampleId(1), peerId: `id-of-${name}`, sha256: HASH });
}

/** What happens once the file has been offered. */
function afterOffer(then: () => void): void {
  node.files.send = async (path, target) => {
    node.asked.push(`files.send ${path} ${JSON.stringify(target)}`);
    put(outgoing);
    setTimeout(then, 20);
    return { transferId: sampleId(1), skipped: [], skippedCount: 0 };
  };
}

interface Ran {
  readonly exitCode: number;
  readonly out: string[];
  readonly err: string[];
}

async function send(
  words: Partial<SendArguments>,
  options: { signal?: AbortSignal; terminal?: boolean } = {},
): Promise<Ran> {
  const { io, out, err } = memoryIo();
  if (options.terminal === true) Object.assign(io.stdout, { isTTY: true, columns: 60 });
  const signal = options.signal ?? new AbortController().signal;
  const all = { paths: [file], timeoutSeconds: 30, ...words };
  const exitCode = await runSend(all, { dataDir }, io, signal, { createNode: async () => node, ...times });
  io.stdout.end();
  io.stderr.end();
  await out.ended();
  await err.ended();
  return { exitCode, out: out.lines, err: err.lines };
}

test('to one person: every step is a line, and it waits until they have it', async () => {
  await running(samplePerson('bob'));
  afterOffer(() => {
    const active = { ...outgoing, phase: 'active' as const, bytesPerSecond: 500 };
    const receivers = [{ peerId: 'id-of-bob', phase: 'active' as const, bytes: 0 }];
    put({ ...active, receivers });
    for (const bytes of [50, 130, 170, 290, 990]) put({ ...active, receivers, bytes }, 'transfer-progress');
    hasIt('bob');
  });
  const { exitCode, out, err } = await send({ to: 'bob' });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: [] });
  expect(out.slice(0, -1)).toEqual([
    'firmware.img: offered to bob',
    'firmware.img: taken',
    'firmware.img: 10 %',
    'firmware.img: 20 %',
    'firmware.img: 90 %',
  ]);
  expect(out.at(-1)).toMatch(/^firmware\.img: delivered to bob, 1\.0 kB in 0:\d\d$/);
  expect(node.asked).toEqual([`files.send ${file} {"to":"bob"}`]);
});

test('on a terminal one line is written over, no wider than it', async () => {
  await running(samplePerson('bob'));
  afterOffer(() => {
    put({ ...outgoing, phase: 'active', bytes: 610, bytesPerSecond: 195 }, 'transfer-progress');
    hasIt('bob');
  });
  const { exitCode, out } = await send({ to: 'bob' }, { terminal: true });
  expect(exitCode).toBe(0);
  expect(out).toHaveLength(2);
  const frames = out[1]!.split('\r').map((frame) => frame.replace('\u001B[K', ''));
  expect(frames.find((frame) => frame.includes('▕'))).toMatch(/^▕█+. +▏ 61 % {2}195 B\/s {2}0:02 left {2}firm.*…$/);
  for (const frame of frames) expect(frame.length).toBeLessThan(60);
  expect(frames.at(-1)).toMatch(/^firmware\.img: delivered to bob/);
});

test('to everyone and to rooms: all who are here, or as many as had it', async () => {
  await running(samplePerson('bob'), samplePerson('carol'), samplePerson('dave', { online: false }));
  afterOffer(() => hasIt('bob', 'carol'));
  expect(await send({})).toMatchObject({ exitCode: 0 });
  expect(node.asked).toEqual([`files.send ${file} {"room":"everyone"}`]);
  afterOffer(() => hasIt('bob'));
  const some = await send({ timeoutSeconds: 1 });
  expect(some.exitCode).toBe(3);
  expect(some.out.at(-1)).toMatch(
    /^firmware\.img: delivered to 1 of 2 people: nothing moved for 1 s; it stays offered/,
  );
  const den = { name: 'den', joined: true, members: ['id-of-carol'] };
  node.happen({ type: 'own-room-joined', room: 'den' }, { rooms: new Map([['den', den]]) });
  afterOffer(() => hasIt('carol'));
  expect((await send({ room: 'den' })).exitCode).toBe(0);
});

test('rejected, failed, nobody of that name, no such file', async () => {
  await running(samplePerson('bob'));
  afterOffer(() => put({ ...outgoing, phase: 'rejected', reason: 'rejected' }));
  expect(await send({ to: 'bob' })).toMatchObject({
    exitCode: 3,
    out: ['firmware.img: offered to bob', 'firmware.img: not delivered: it was not wanted'],
  });
  afterOffer(() => put({ ...outgoing, phase: 'failed', reason: 'changed', reasonText: 'It was changed.' }));
  expect(await send({ to: 'bob' })).toMatchObject({ exitCode: 1 });
  expect(await send({ to: 'zoe' })).toMatchObject({
    exitCode: 4,
    err: ['mmchat-p2p: Nobody here is called zoe.'],
  });
  const missing = await send({ to: 'bob', paths: [file, join(dataDir, 'none')] });
  expect(missing).toMatchObject({ exitCode: 2, out: [] });
  expect(missing.err[0]).toContain('There is no file');
  node.files.send = () => Promise.reject(new MmchatError('no-such-room', 'There is no room attic.'));
  expect(await send({ room: 'attic' })).toMatchObject({ exitCode: 4 });
});

test('ctrl-c cancels it, also at the other end', async () => {
  await running(samplePerson('bob'));
  const abort = new AbortController();
  afterOffer(() => abort.abort());
  const { exitCode, out } = await send({ to: 'bob' }, { signal: abort.signal });
  expect({ exitCode, last: out.at(-1) }).toEqual({ exitCode: 1, last: 'firmware.img: cancelled' });
  expect(node.asked.at(-1)).toBe(`files.cancel ${sampleId(1)}`);
});

test('several go one after the other, and the exit code is the worst', async () => {
  await running(samplePerson('bob'));
  const second = join(dataDir, 'second');
  await writeFile(second, 'y');
  node.files.send = async (path) => {
    setTimeout(() => {
      if (path === file) put({ ...outgoing, phase: 'rejected', reason: 'rejected' });
      else {
        put(transferOf(2, { direction: 'outgoing' }));
        node.happen({ type: 'transfer-delivered', id: sampleId(2), peerId: 'id-of-bob', sha256: HASH });
      }
    }, 10);
    const skipped = [{ path: 'a\u001B[2Jb', reason: 'symlink' as const }];
    return { transferId: sampleId(path === file ? 1 : 2), skipped, skippedCount: 3 };
  };
  const { exitCode, out, err } = await send({ to: 'bob', paths: [file, second] });
  expect(exitCode).toBe(3);
  expect(out.at(-1)).toMatch(/^second: delivered to bob/);
  expect(err).toHaveLength(4);
  expect(err[0]).not.toContain('\u001B');
});

test('a short-lived node waits for somebody, leaves no offer behind, and stops', async () => {
  expect(await send({})).toMatchObject({ exitCode: 3, out: ['firmware.img: not sent, nobody else is here.'] });
  expect(node.asked).toEqual(['start', 'stop']);
  node.asked.length = 0;
  node.onStart = async () => node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) });
  afterOffer(() => undefined);
  expect(await send({ to: 'bob', timeoutSeconds: 1 })).toMatchObject({ exitCode: 3 });
  expect(node.asked).toEqual(['start', `files.send ${file} {"to":"bob"}`, `files.cancel ${sampleId(1)}`, 'stop']);
});

interface Receiving {
  readonly out: LineReader;
  readonly err: LineReader;
  readonly done: Promise<number>;
  readonly options: NodeOptions[];
}

function receive(words: ReceiveArguments, signal = new AbortController().signal): Receiving {
  const { io, out, err } = memoryIo();
  const options: NodeOptions[] = [];
  const createNode = async (given: NodeOptions): Promise<RpcFakeNode> => {
    options.push(given);
    return node;
  };
  const done = runReceive(words, { dataDir }, io, signal, { createNode });
  return { out, err, done, options };
}

const incoming = (number: number, change: Partial<Transfer> = {}): Transfer =>
  transferOf(number, { sha256: HASH, path: `/d/file-${number}.bin`, ...change });

async function listening(): Promise<void> {
  await expect.poll(() => node.listenerCount).toBeGreaterThan(0);
}

test('what arrives is a path on stdout; it ends after so many', async () => {
  await running(samplePerson('bob'), samplePerson('carol'));
  put(incoming(7));
  const { out, err, done } = receive({ count: 2, from: 'bob' });
  await expect.poll(() => node.asked).toContain(`files.accept ${sampleId(7)}`);
  put(incoming(1));
  put(incoming(2, { author: 'id-of-carol' }));
  put(incoming(2, { author: 'id-of-carol', phase: 'done' }));
  put(incoming(1, { phase: 'done' }));
  put(incoming(7, { phase: 'failed', reason: 'disk-full', reasonText: 'The disk is full.' }));
  put(incoming(3));
  put(incoming(3, { phase: 'done' }));
  expect(await done).toBe(0);
  expect(out.lines).toEqual(['/d/file-1.bin', '/d/file-3.bin']);
  expect(err.lines).toEqual([
    'file-1.bin from bob, 100 B',
    'file-7.bin: The disk is full.',
    'file-3.bin from bob, 100 B',
  ]);
  expect(node.asked).not.toContain(`files.accept ${sampleId(2)}`);
});

test('a short-lived node saves where it is told, and takes nothing of others by itself', async () => {
  const abort = new AbortController();
  const { done, options } = receive({ from: 'bob', dir: join(dataDir, 'in') }, abort.signal);
  await listening();
  abort.abort();
  expect(await done).toBe(0);
  expect(options).toMatchObject([{ downloads: join(dataDir, 'in'), autoAccept: false }]);
  expect(node.isRunning).toBe(false);
});

test('others can use a short-lived node meanwhile', async () => {
  node.onStart = async () => node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) });
  const abort = new AbortController();
  const { done } = receive({}, abort.signal);
  await listening();
  afterOffer(() => hasIt('bob'));
  expect((await send({ to: 'bob' })).exitCode).toBe(0);
  abort.abort();
  await done;
});

test('ended too early, and --dir with a node that runs already', async () => {
  await running(samplePerson('bob'));
  const abort = new AbortController();
  const early = receive({ count: 1 }, abort.signal);
  await listening();
  abort.abort();
  expect(await early.done).toBe(1);
  const refused = receive({ dir: '/x' });
  expect(await refused.done).toBe(2);
});

test('options are checked', () => {
  expect(sendArguments({ to: 'bob' }, ['a'])).toEqual({ paths: ['a'], to: 'bob', timeoutSeconds: 60 });
  expect(sendArguments({ timeout: '5' }, ['a'])).toMatchObject({ timeoutSeconds: 5 });
  expect(() => sendArguments({ to: 'bob', room: 'den' }, ['a'])).toThrow('not both');
  for (const timeout of ['0', '-1', 'x', '1.5', '99999999'])
    expect(() => sendArguments({ timeout }, [])).toThrow('--timeout');
  expect(receiveArguments({ count: '3', from: 'bob', dir: 'd' })).toEqual({ count: 3, from: 'bob', dir: 'd' });
  expect(() => receiveArguments({ count: '0' })).toThrow('--count');
});
