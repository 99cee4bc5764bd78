// `history`: what may be asked, over the control socket of a running node and with a short-lived one without a network.

import '../../src/base/platform.ts';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCommandLine } from '../../cli/args.ts';
import { historyArguments } from '../../cli/commands/history-arguments.ts';
import { runHistory } from '../../cli/commands/history.ts';
import { ControlSocket } from '../../cli/rpc/control-socket.ts';
import { MmchatError, type NodeOptions } from '../../src/index.ts';
import { peopleOf, RpcFakeNode, sampleId, sampleMessage, samplePerson } from '../support/rpc-fake-node.ts';
import { memoryIo } from '../support/rpc-session.ts';

let dataDir: string;
let node: RpcFakeNode;
let control: ControlSocket | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mmchat-history-'));
  node = new RpcFakeNode();
  node.happen({ type: 'started' }, { people: peopleOf(samplePerson('bob')) });
  control = undefined;
});

afterEach(async () => {
  await control?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function running(): Promise<void> {
  control = await ControlSocket.claim(dataDir);
  control.serve(node, { onShutdown: () => undefined });
}

interface Shown {
  readonly exitCode: number;
  readonly out: string[];
  readonly err: string[];
}

const made: NodeOptions[] = [];

async function history(typed: readonly string[], options: NodeOptions = { dataDir }): Promise<Shown> {
  const { io, out, err } = memoryIo();
  made.length = 0;
  const words = historyArguments(readCommandLine(['history', ...typed]).own);
  const exitCode = await runHistory(words, options, io, new AbortController().signal, {
    createNode: async (given) => {
      made.push(given);
      return node;
    },
  });
  io.stdout.end();
  io.stderr.end();
  await out.ended();
  await err.ended();
  return { exitCode, out: out.lines, err: err.lines };
}

const withoutTimes = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d/u, 'TIME'));

test('lines of everyone, of a person, of a room, oldest first', async () => {
  await running();
  node.messages.push(
    sampleMessage(1),
    sampleMessage(2, { text: 'two\nlines', own: true, author: 'id-of-alice' }),
    sampleMessage(3, { destination: { kind: 'person', peerId: 'id-of-bob' } }),
    sampleMessage(4, { destination: { kind: 'room', room: 'den' }, kind: 'join', text: '' }),
    sampleMessage(5, { destination: { kind: 'room', room: 'den' } }),
  );
  const all = await history([]);
  expect(all).toMatchObject({ exitCode: 0, err: [] });
  expect(withoutTimes(all.out)).toEqual(['TIME  bob  text 1', 'TIME  alice  two', `${' '.repeat(18)}lines`]);
  expect(withoutTimes((await history(['--limit', '1'])).out)).toEqual(['TIME  alice  two', `${' '.repeat(18)}lines`]);
  expect(withoutTimes((await history(['--with', 'bob'])).out)).toEqual(['TIME  bob  text 3']);
  expect(withoutTimes((await history(['--room', 'den'])).out)).toEqual([
    'TIME  \u2192 bob joined',
    'TIME  bob  text 5',
  ]);
  expect(await history(['--room', 'attic'])).toMatchObject({ exitCode: 0, out: [], err: [expect.any(String)] });
});

test('JSON: one array of texts', async () => {
  await running();
  node.messages.push(sampleMessage(1, { kind: 'join' }), sampleMessage(2));
  const { out, err } = await history(['--json']);
  expect(out).toHaveLength(1);
  expect(JSON.parse(out[0]!)).toMatchObject([{ id: sampleId(2), text: 'text 2' }]);
  expect(err).toEqual([]);
  expect((await history(['--json', '--room', 'attic'])).out).toEqual(['[]']);
});

test('a search says where, with the newest at the bottom', async () => {
  await running();
  node.messages.push(
    sampleMessage(1),
    sampleMessage(2, { destination: { kind: 'room', room: 'den' } }),
    sampleMessage(3, { destination: { kind: 'person', peerId: 'id-of-bob' } }),
  );
  expect(withoutTimes((await history(['--search', 'text'])).out)).toEqual([
    'TIME  #everyone  bob  text 1',
    'TIME  #den  bob  text 2',
    'TIME  bob \u2192 alice  text 3',
  ]);
  expect(withoutTimes((await history(['--search', 'text', '--room', 'den'])).out)).toEqual(['TIME  bob  text 2']);
  const rows = JSON.parse((await history(['--search', 'text', '--json'])).out[0]!) as { id: string }[];
  expect(rows.map(({ id }) => id)).toEqual([sampleId(3), sampleId(2), sampleId(1)]);
});

test('since: from the beginning, then from the cursor', async () => {
  await running();
  node.messages.push(sampleMessage(1), sampleMessage(2), sampleMessage(3));
  const first = await history(['--since', '', '--limit', '2']);
  expect(withoutTimes(first.out)).toEqual(['TIME  #everyone  bob  text 1', 'TIME  #everyone  bob  text 2']);
  expect(first.err).toEqual(['mmchat-p2p: There is more. Go on from here with --since 2']);
  expect(withoutTimes((await history(['--since', '2'])).out)).toEqual(['TIME  #everyone  bob  text 3']);
  const json = await history(['--since=2', '--json']);
  expect(JSON.parse(json.out[0]!)).toMatchObject({ messages: [{ id: sampleId(3) }], cursor: '3', more: false });
  expect(json.err).toEqual([]);
  await expect(history(['--since', 'nonsense'])).rejects.toMatchObject({ code: 'bad-option' });
});

test('an export: an absolute path for the node, the format by the name, stdout left alone', async () => {
  await running();
  const done = await history(['--export', '/x/den.json', '--room', 'den']);
  expect(done).toEqual({ exitCode: 0, out: [], err: ['mmchat-p2p: 0 messages written to /x/den.json.'] });
  await history(['--export', 'den.txt', '--with', 'bob']);
  await history(['--export', '/x/den', '--format', 'json']);
  expect(node.asked.filter((call) => call.startsWith('export'))).toEqual([
    'export {"room":"den","format":"json","path":"/x/den.json"}',
    `export {"with":"bob","format":"text","path":"${join(process.cwd(), 'den.txt')}"}`,
    'export {"format":"json","path":"/x/den"}',
  ]);
  node.onExport = async () => {
    throw new MmchatError('file-exists', '/x/den is there already; nothing was written.');
  };
  expect(await history(['--export', '/x/den'])).toEqual({
    exitCode: 2,
    out: [],
    err: ['mmchat-p2p: /x/den is there already; nothing was written.'],
  });
});

test('nobody of that name is 4', async () => {
  await running();
  expect(await history(['--with', 'nobody'])).toMatchObject({ exitCode: 4, out: [], err: [expect.any(String)] });
});

test('without a running node one is opened that stays off the network, and is stopped', async () => {
  node.messages.push(sampleMessage(1));
  const { exitCode, out } = await history([], { dataDir, peers: ['10.0.0.1:9'], port: 9011 });
  expect({ exitCode, lines: out.length }).toEqual({ exitCode: 0, lines: 1 });
  expect(made).toMatchObject([{ dataDir, network: false, mdns: false, peers: [] }]);
  expect(node.asked.filter((call) => call === 'start' || call === 'stop')).toEqual(['start', 'stop']);
  expect(node.isRunning).toBe(false);
});

test('a data folder that is not there is a mistake, and is not made', async () => {
  const missing = join(dataDir, 'misspelt');
  await expect(history([], { dataDir: missing })).rejects.toMatchObject({ code: 'data-dir' });
  expect(made).toEqual([]);
  expect(await readdir(dataDir)).toEqual([]);
});

test('what comes from others commands no terminal', async () => {
  await running();
  const people = peopleOf(samplePerson('bob', { name: 'b\u001b[2Jb\n2000-01-01' }));
  node.happen({ type: 'started' }, { people });
  node.messages.push(sampleMessage(1, { text: 'x\u009b2J\u202ey\r2000-01-01 00:00  eve  forged' }));
  const { out } = await history([]);
  expect(out).toHaveLength(2);
  // eslint-disable-next-line no-control-regex -- what must not be there
  expect(out.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/u);
  expect(out[1]).toMatch(/^ {18}2000-01-01/u);
});

test('it ends when asked to, also while nobody reads what it writes', async () => {
  await running();
  node.messages.push(sampleMessage(1, { text: 'x'.repeat(60_000) }));
  const { io } = memoryIo();
  const stdout: Writable = new PassThrough({ highWaterMark: 1 });
  const controller = new AbortController();
  const words = historyArguments({});
  const ended = runHistory(words, { dataDir }, { ...io, stdout }, controller.signal);
  while (stdout.writableLength === 0) await new Promise(setImmediate);
  controller.abort('SIGINT');
  expect(await ended).toBe(0);
});

test.each([
  [['--with', 'bob', '--room', 'den'], '--with or --room'],
  [['--since', '5', '--room', 'den'], '--since or --room'],
  [['--since', '5', '--search', 'x'], '--since or --search'],
  [['--export', 'x', '--json'], '--export or --json'],
  [['--export', 'x', '--limit', '5'], '--export or --limit'],
  [['--export='], '--export wants'],
  [['--export', 'x', '--format', 'html'], '--format is json or text'],
  [['--format', 'json'], '--export FILE'],
  [['--limit', '0'], '--limit wants'],
  [['--limit', '1001'], '--limit wants'],
  [['--limit', '1e3'], '--limit wants'],
  [['--limit', 'all'], '--limit wants'],
  [['--search', '  '], '--search wants'],
])('%j is refused in a sentence', (typed, sentence) => {
  const asked = (): unknown => historyArguments(readCommandLine(['history', ...typed]).own);
  expect(asked).toThrow(sentence);
  expect(asked).toThrow(MmchatError);
});
