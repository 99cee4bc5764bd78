// `say` and `peers`, over the control socket of a running node and with a short-lived one.

import '../../src/base/platform.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import stringWidth from 'string-width';
import { MmchatError, type Person } from '../../src/index.ts';
import { peersTable, runPeers } from '../../cli/commands/peers.ts';
import { runSay, type SayArguments, type SayParts } from '../../cli/commands/say.ts';
import { ControlSocket } from '../../cli/rpc/control-socket.ts';
import { peopleOf, RpcFakeNode, samplePerson } from '../support/rpc-fake-node.ts';
import { memoryIo } from '../support/rpc-session.ts';

let dataDir: string;
let node: RpcFakeNode;
let control: ControlSocket | undefined;
const signal = new AbortController().signal;
const times = { appearMs: 300, settleMs: 20, receiptMs: 200, listenMs: 50 };

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mmchat-say-'));
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

/** Receipts of these people come with the sending, before its reply. */
function receiptsFrom(...names: string[]): void {
  node.onSend = async () => {
    for (const name of names)
      node.happen({ type: 'message-delivered', messageId: 'm', conversation: 'c', peerId: `id-of-${name}` });
    return { id: 'm', at: 1 };
  };
}

interface Said {
  readonly exitCode: number;
  readonly out: string[];
  readonly err: string[];
}

async function say(words: SayArguments, input = '', parts: Partial<SayParts> = {}): Promise<Said> {
  const { io, out, err } = memoryIo();
  io.stdin.end(input);
  const all = { createNode: async () => node, ...times, ...parts };
  const exitCode = await runSay(words, { dataDir }, io, signal, all);
  io.stdout.end();
  io.stderr.end();
  await out.ended();
  await err.ended();
  return { exitCode, out: out.lines, err: err.lines };
}

test('to one person: delivered, not yet, unknown', async () => {
  await running(samplePerson('bob'));
  receiptsFrom('bob');
  expect(await say({ text: 'hi', to: 'bob' })).toEqual({ exitCode: 0, out: ['Delivered to bob.'], err: [] });
  receiptsFrom();
  expect(await say({ text: 'hi', to: 'bob' })).toMatchObject({ exitCode: 3, err: [] });
  const unknown = await say({ text: 'hi', to: 'nobody' });
  expect(unknown).toMatchObject({ exitCode: 4, out: [] });
  expect(unknown.err).toHaveLength(1);
  expect(node.asked).toContain('send {"text":"hi","to":"bob"}');
});

test('to everyone: all who are here have it, some, nobody there', async () => {
  await running(samplePerson('bob'), samplePerson('carol'), samplePerson('dave', { online: false }));
  receiptsFrom('bob', 'carol');
  expect(await say({ text: 'hi' })).toMatchObject({ exitCode: 0, out: ['Delivered to 2 people.'] });
  receiptsFrom('bob');
  expect(await say({ text: 'hi' })).toMatchObject({ exitCode: 3, out: ['Delivered to 1 of 2 people so far.'] });
  node.happen({ type: 'started' }, { people: new Map() });
  expect(await say({ text: 'hi' })).toMatchObject({ exitCode: 3, out: ['Not delivered yet: nobody else is here.'] });
});

test('somebody who leaves meanwhile is not waited for', async () => {
  await running(samplePerson('bob'), samplePerson('carol'));
  node.onSend = async () => {
    node.happen({ type: 'message-delivered', messageId: 'm', conversation: 'c', peerId: 'id-of-bob' });
    const people = peopleOf(samplePerson('bob'), samplePerson('carol', { online: false }));
    node.happen({ type: 'person-gone', peerId: 'id-of-carol', reason: 'goodbye' }, { people });
    return { id: 'm', at: 1 };
  };
  expect(await say({ text: 'hi' }, '', { receiptMs: 60_000 })).toMatchObject({ exitCode: 0 });
});

test('to a room: its members who are here; no such room', async () => {
  await running(samplePerson('bob'), samplePerson('carol'));
  node.happen(
    { type: 'own-room-joined', room: 'den' },
    { rooms: new Map([['den', { name: 'Den', joined: true, members: ['id-of-bob'] }]]) },
  );
  receiptsFrom('bob');
  expect(await say({ text: 'hi', room: 'den' })).toMatchObject({ exitCode: 0, out: ['Delivered to 1 person in den.'] });
  node.onSend = async () => {
    throw new MmchatError('no-such-room', 'There is no room attic.');
  };
  expect(await say({ text: 'hi', room: 'attic' })).toMatchObject({
    exitCode: 4,
    err: ['mmchat-p2p: There is no room attic.'],
  });
});

test('somebody who is away: it is kept, said at once', async () => {
  await running(samplePerson('bob', { online: false, name: 'Bob' }));
  for (const to of ['Bob', 'bob', 'id-of-bob']) {
    expect(await say({ text: 'hi', to }, '', { receiptMs: 60_000 })).toEqual({
      exitCode: 0,
      out: ['Bob is away: the message is kept. It is delivered as soon as both are there.'],
      err: [],
    });
  }
});

test('without a running node, what is kept waits for the next one, and that is said', async () => {
  node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob', { online: false })) });
  const away = await say({ text: 'hi', to: 'bob' });
  expect(away).toMatchObject({ exitCode: 0, err: [] });
  expect(away.out[0]).toMatch(/^bob is away: the message is kept\. .*needs a running chat or headless/u);
  const alone = await say({ text: 'hi' });
  expect(alone.exitCode).toBe(3);
  expect(alone.out[0]).toMatch(/^Not delivered yet: nobody else is here\. .*needs a running chat or headless/u);
});

test('somebody who is away and can get nothing kept is a failure', async () => {
  await running(samplePerson('gus@hub', { online: false, via: 'legacy' }));
  node.onSend = async () => {
    throw new MmchatError('offline', 'gus@hub is away.');
  };
  await expect(say({ text: 'hi', to: 'gus@hub' })).rejects.toMatchObject({ code: 'offline' });
});

test('the text may come from stdin, without its last line end, and not too long', async () => {
  await running(samplePerson('bob'));
  receiptsFrom('bob');
  await say({ text: '-' }, 'two\nlines\n');
  expect(node.asked).toContain('send {"text":"two\\nlines"}');
  expect(await say({ text: '-' }, 'x'.repeat(70_000))).toMatchObject({ exitCode: 2 });
});

test('what it prints is one clean line', async () => {
  await running(samplePerson('bob', { name: 'b\u001b[2Jo\nb' }));
  receiptsFrom('bob');
  const { out } = await say({ text: 'hi', to: 'id-of-bob' });
  expect(out).toHaveLength(1);
  expect(out[0]).not.toContain('\u001b');
});

test('without a running node a short-lived one waits for the person, sends, and is stopped', async () => {
  receiptsFrom('bob');
  node.onStart = async () => {
    setTimeout(() => node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) }), 30);
  };
  expect(await say({ text: 'hi', to: 'bob' }, '', { appearMs: 10_000 })).toMatchObject({ exitCode: 0 });
  expect(node.asked).toEqual(['start', 'send {"text":"hi","to":"bob"}', 'stop']);
  await (await ControlSocket.claim(dataDir)).close();
});

test('a short-lived node gives up waiting', async () => {
  expect(await say({ text: 'hi', to: 'bob' })).toMatchObject({ exitCode: 4 });
  expect(await say({ text: 'hi' })).toMatchObject({ exitCode: 3 });
  expect(node.isRunning).toBe(false);
});

test('two one-shots on one folder wait for each other', async () => {
  const other = new RpcFakeNode();
  other.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) });
  node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) });
  receiptsFrom('bob');
  const results = await Promise.all([
    say({ text: 'one' }),
    say({ text: 'two' }, '', { createNode: async () => other }),
  ]);
  expect(results.map((result) => result.exitCode).sort()).toEqual([0, 3]);
});

async function peers(json: boolean): Promise<{ exitCode: number; text: string }> {
  const { io, out } = memoryIo();
  const exitCode = await runPeers({ json }, { dataDir }, io, signal, { createNode: async () => node, ...times });
  io.stdout.end();
  await out.ended();
  return { exitCode, text: out.lines.join('\n') };
}

test('peers as JSON, of a running and of a short-lived node', async () => {
  await running(samplePerson('bob'));
  expect(JSON.parse((await peers(true)).text)).toMatchObject([{ name: 'bob', online: true }]);
  await control?.close();
  expect(JSON.parse((await peers(true)).text)).toMatchObject([{ name: 'bob' }]);
  expect(node.asked).toEqual(['start', 'stop']);
});

test('the table: those here first, columns by what they take on a screen, clean', async () => {
  const row = { via: 'p2p', rooms: [], trust: 'new' } as const;
  const table = peersTable([
    { ...row, peerId: 'id1', name: 'away', online: false },
    { ...row, peerId: 'id2', name: '日本\u001b[31m', online: true, rooms: ['den', 'attic'] },
  ]);
  const lines = table.trimEnd().split('\n');
  expect(table).not.toContain('\u001b');
  expect(lines[0]).toMatch(/^NAME +STATE +VIA +TRUST +ROOMS +PEER ID$/);
  expect(lines[1]).toMatch(/here +p2p +new +den, attic +id2$/);
  expect(lines[2]).toMatch(/^away +away +p2p +new +- +id1$/);
  const columns = lines.map((line, index) =>
    stringWidth(line.slice(0, line.indexOf(['PEER ID', 'id2', 'id1'][index]!))),
  );
  expect(new Set(columns).size).toBe(1);
  expect(peersTable([])).toMatch(/^Nobody/);
});
