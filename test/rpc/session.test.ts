// A conversation of requests and replies on one pair of streams.

import '../../src/base/platform.ts';
import { PassThrough, Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MmchatError } from '../../src/index.ts';
import { LineOutput } from '../../cli/rpc/line-output.ts';
import { createMethods } from '../../cli/rpc/methods.ts';
import { IN_FLIGHT_LIMIT, RpcSession } from '../../cli/rpc/session.ts';
import { peopleOf, RpcFakeNode, sampleId, sampleMessage, samplePerson, sampleState } from '../support/rpc-fake-node.ts';
import { type Json, LineReader, request } from '../support/rpc-session.ts';

interface Talk {
  readonly node: RpcFakeNode;
  readonly input: PassThrough;
  readonly out: LineReader;
  readonly session: RpcSession;
  /** The session has read all and answered all. */
  readonly done: Promise<void>;
  readonly failures: unknown[];
  readonly seen: { shutdowns: number };
}

function talk(node = new RpcFakeNode()): Talk {
  const input = new PassThrough();
  const stdout = new PassThrough();
  const out = new LineReader(stdout);
  const failures: unknown[] = [];
  const seen = { shutdowns: 0 };
  const output = new LineOutput({ stream: stdout, limitBytes: 1e9, onLost: () => undefined });
  const session = new RpcSession({
    input,
    output,
    methods: createMethods(node),
    onShutdown: () => seen.shutdowns++,
    onFailure: (error) => failures.push(error),
  });
  const done = session.run();
  return { node, input, out, session, done, failures, seen };
}

async function answers(lines: string, node = new RpcFakeNode()): Promise<Json[]> {
  const { input, out, done } = talk(node);
  input.end(lines);
  await done;
  await new Promise(setImmediate);
  return out.messages;
}

const code = (reply: Json | undefined): unknown => (reply?.['error'] as Json | undefined)?.['code'];
const error = (reply: Json | undefined): unknown => reply?.['error'];

test('every method of this version answers', async () => {
  const node = new RpcFakeNode();
  node.state = sampleState({ people: peopleOf(samplePerson('bob')) });
  const lines = [
    request(1, 'status'),
    request(2, 'profile.set', { name: 'al', status: '' }),
    request(3, 'peers.list'),
    request(4, 'peers.connect', { address: '127.0.0.1:9' }),
    request(5, 'chat.send', { text: 'hi', to: 'bob', replyTo: sampleId(7) }),
    request(6, 'chat.send', { text: 'hi', room: 'den' }),
    request(7, 'rooms.list'),
    request(8, 'rooms.create', { room: 'den' }),
    request(9, 'rooms.join', { room: 'den' }),
    request(10, 'rooms.leave', { room: 'den' }),
    request(11, 'peers.verify', { peer: 'bob' }),
    request(12, 'peers.trust', { peer: 'bob' }),
    request(13, 'peers.block', { peer: 'id-of-bob' }),
    request(14, 'peers.unblock', { peer: 'bob' }),
    request(15, 'rooms.create', { room: 'safe', password: 'open sesame' }),
    request(16, 'rooms.join', { room: 'safe', password: 'open sesame' }),
    request(17, 'rooms.rekey', { room: 'safe', password: 'new one', without: ['bob'] }),
    request(18, 'rooms.rekey', { room: 'safe' }),
    request(19, 'chat.edit', { id: sampleId(1), text: 'better' }),
    request(20, 'chat.delete', { id: sampleId(1) }),
    request(21, 'chat.react', { id: sampleId(1), emoji: ':tada:' }),
    request(22, 'chat.history'),
    request(23, 'chat.since'),
    request(24, 'chat.search', { query: 'text' }),
    request(25, 'chat.message', { id: sampleId(1) }),
    request(27, 'rooms.suggestPassword'),
    request(28, 'rooms.judgePassword', { password: 'open sesame' }),
    request(26, 'chat.export', { room: 'den', format: 'json', path: '/x/den.json' }),
  ];
  node.messages.push(sampleMessage(1, { own: true, author: 'id-of-alice' }));
  const replies = await answers(lines.join(''), node);
  expect(replies.every((reply) => 'result' in reply)).toBe(true);
  const result = (id: number): unknown => replies.find((reply) => reply['id'] === id)?.['result'];
  expect(result(1)).toMatchObject({ version: '9.9.9', peerId: 'id-of-alice', networkKey: false });
  expect(result(3)).toMatchObject([{ name: 'bob', online: true }]);
  expect(result(5)).toEqual({ id: expect.any(String) as string, at: 1 });
  expect(result(8)).toEqual({});
  expect(result(11)).toEqual({ words: expect.arrayContaining(['word0', 'word11']) as string[] });
  expect(result(17)).toEqual({ password: 'new one' });
  expect(result(18)).toEqual({ password: 'five words' });
  expect(result(27)).toEqual({ password: 'five words' });
  expect(result(28)).toEqual({ weak: false, text: 'This password is good.' });
  expect(result(22)).toMatchObject([{ id: sampleId(1), state: 'waiting' }]);
  expect(result(23)).toMatchObject({ messages: [{ id: sampleId(1) }], cursor: '1', more: false });
  expect(result(24)).toMatchObject([{ id: sampleId(1) }]);
  expect(result(25)).toMatchObject({ id: sampleId(1), text: 'text 1', kind: 'text' });
  expect(result(26)).toEqual({ path: '/x/den.json', messages: 1 });
  expect(node.asked).toEqual([
    'profile {"name":"al","status":""}',
    'connect 127.0.0.1:9',
    `send {"text":"hi","to":"bob","replyTo":"${sampleId(7)}"}`,
    'send {"text":"hi","room":"den"}',
    'create den',
    'join den',
    'leave den',
    'verify bob',
    'trust bob',
    'block id-of-bob',
    'unblock bob',
    'create safe {"password":"open sesame"}',
    'join safe {"password":"open sesame"}',
    'rekey safe {"password":"new one","without":["bob"]}',
    'rekey safe',
    `edit ${sampleId(1)} better`,
    `delete ${sampleId(1)}`,
    `react ${sampleId(1)} :tada:`,
    'history {"limit":50}',
    'since 0 32',
    'search {"query":"text","limit":50}',
    'export {"room":"den","format":"json","path":"/x/den.json"}',
  ]);
});

test('methods of later versions and those of prototypes are unknown', async () => {
  const names = [
    'files.open',
    'voice.listen',
    'calls.record',
    'devices.open',
    'constructor',
    '__proto__',
    'toString',
    '',
  ];
  const replies = await answers(names.map((name, id) => request(id, name)).join(''));
  expect(replies.map(code)).toEqual(names.map(() => -32601));
});

test('bad params are named', async () => {
  const cases: [string, unknown, string][] = [
    ['chat.send', {}, '`text`'],
    ['chat.send', { text: 1 }, '`text`'],
    ['chat.send', { text: 'x', to: 'bob', room: 'den' }, '`room`'],
    ['chat.send', { text: 'x', to: ['bob'] }, '`to`'],
    ['chat.send', { text: 'x', To: 'bob' }, '`To`'],
    ['chat.send', 'hello', '`params`'],
    ['chat.send', ['hello'], '`params`'],
    ['rooms.join', { room: {} }, '`room`'],
    ['rooms.create', { room: 'den', password: ' ' }, '`password`'],
    ['rooms.join', { room: 'den', password: 5 }, '`password`'],
    ['rooms.rekey', { password: 'x' }, '`room`'],
    ['rooms.rekey', { room: 'den', without: 'bob' }, '`without`'],
    ['rooms.rekey', { room: 'den', without: ['bob', 1] }, '`without`'],
    ['peers.verify', {}, '`peer`'],
    ['peers.trust', { peer: 1 }, '`peer`'],
    ['peers.block', { name: 'bob' }, '`name`'],
    ['peers.unblock', { peer: null }, '`peer`'],
    ['chat.send', { text: 'x', replyTo: 'm0' }, '`replyTo`'],
    ['chat.history', { with: 'bob', room: 'den' }, '`room`'],
    ['chat.history', { before: 'yesterday' }, '`before`'],
    ['chat.history', { before: 5 }, '`before`'],
    ['chat.history', { after: 'x' }, '`after`'],
    ['chat.history', { before: sampleId(1), after: sampleId(2) }, '`after`'],
    ['rooms.judgePassword', {}, '`password`'],
    ['rooms.suggestPassword', { words: 5 }, '`words`'],
    ['chat.history', { limit: 0 }, '`limit`'],
    ['chat.history', { limit: 1001 }, '`limit`'],
    ['chat.history', { limit: 1.5 }, '`limit`'],
    ['chat.history', { limit: '5' }, '`limit`'],
    ['chat.history', { limit: null }, '`limit`'],
    ['chat.history', { system: 1 }, '`system`'],
    ['chat.history', { to: 'bob' }, '`to`'],
    ['chat.since', { cursor: 5 }, '`cursor`'],
    ['chat.since', { cursor: 'nonsense' }, '`cursor`'],
    ['chat.since', { limit: -1 }, '`limit`'],
    ['chat.search', {}, '`query`'],
    ['chat.search', { query: ' ' }, '`query`'],
    ['chat.search', { query: 'x'.repeat(1001) }, '`query`'],
    ['chat.search', { query: 'x', limit: 1e9 }, '`limit`'],
    ['chat.message', {}, '`id`'],
    ['chat.edit', { text: 'x' }, '`id`'],
    ['chat.edit', { id: sampleId(1) }, '`text`'],
    ['chat.edit', { id: sampleId(1).slice(1), text: 'x' }, '`id`'],
    ['chat.delete', { id: 'G'.repeat(32) }, '`id`'],
    ['chat.react', { id: sampleId(1) }, '`emoji`'],
    ['chat.react', { id: sampleId(1), emoji: '' }, '`emoji`'],
    ['chat.export', { room: 'den', format: 'html', path: '/x' }, '`format`'],
    ['chat.export', { room: 'den', path: '/x' }, '`format`'],
    ['chat.export', { room: 'den', format: 'json' }, '`path`'],
    ['chat.export', { room: 'den', format: 'json', path: '' }, '`path`'],
    ['chat.export', { room: 'den', with: 'bob', format: 'json', path: '/x' }, '`room`'],
    ['profile.set', { name: 4 }, '`name`'],
    ['profile.set', { name: '' }, '`name`'],
    ['peers.connect', { address: 'nowhere' }, '`address`'],
    ['files.send', { to: 'bob' }, '`path`'],
    ['files.send', { path: '', to: 'bob' }, '`path`'],
    ['files.send', { path: '/x/a' }, '`to`'],
    ['files.send', { path: '/x/a', to: 'bob', room: 'den' }, '`room`'],
    ['files.send', { path: 5, to: 'bob' }, '`path`'],
    ['files.accept', {}, '`transferId`'],
    ['files.reject', { transferId: 7 }, '`transferId`'],
    ['files.cancel', { transferId: 'x' }, '`transferId`'],
    ['files.pause', { id: sampleId(1) }, '`id`'],
    ['files.resume', { transferId: sampleId(1).toUpperCase() + 'A' }, '`transferId`'],
    ['files.list', { all: true }, '`all`'],
    ['voice.send', { to: 'bob' }, '`seconds`'],
    ['voice.send', { seconds: 0.5, to: 'bob' }, '`seconds`'],
    ['voice.send', { seconds: 31, to: 'bob' }, '`seconds`'],
    ['voice.send', { seconds: '5', to: 'bob' }, '`seconds`'],
    ['voice.send', { seconds: null, to: 'bob' }, '`seconds`'],
    ['voice.send', { seconds: 5 }, '`room`'],
    ['voice.send', { seconds: 5, to: 'bob', room: 'den' }, '`room`'],
    ['shutdown', { now: true }, '`now`'],
  ];
  const node = new RpcFakeNode();
  node.messages.push(sampleMessage(1));
  const replies = await answers(cases.map(([method, params], id) => request(id, method, params)).join(''), node);
  expect(replies).toHaveLength(cases.length);
  for (const [id, [, , field]] of cases.entries()) {
    const reply = replies.find((one) => one['id'] === id);
    expect(error(reply)).toMatchObject({ code: -32602, message: expect.stringContaining(field) as string });
  }
  expect(node.asked.filter((call) => call.startsWith('send'))).toEqual([]);
});

test('refusals of the node carry its code; what nobody expected is `internal` and logged', async () => {
  const node = new RpcFakeNode();
  const { input, out, done, failures } = talk(node);
  node.onSend = async () => {
    throw new MmchatError('offline', 'bob is away.');
  };
  node.onRoom = async () => {
    throw new TypeError('boom');
  };
  input.end(
    request(1, 'chat.send', { text: 'x' }) +
      request(2, 'rooms.join', { room: 'r' }) +
      request(3, 'chat.send', { text: 'x', to: 'nobody' }),
  );
  await done;
  await out.until(() => out.lines.length === 3);
  expect(error(await out.reply(1))).toEqual({ code: -32000, message: 'bob is away.', data: { code: 'offline' } });
  expect(error(await out.reply(2))).toMatchObject({ code: -32000, data: { code: 'internal' } });
  expect(error(await out.reply(3))).toMatchObject({ code: -32000, data: { code: 'unknown-peer' } });
  expect(failures).toHaveLength(1);
});

test('messages that are not there or not one\u2019s own, people who are not known, files that are there', async () => {
  const node = new RpcFakeNode();
  node.messages.push(sampleMessage(1));
  node.onExport = async () => {
    throw new MmchatError('file-exists', '/x is there already.');
  };
  const cases: [string, object, string][] = [
    ['chat.message', { id: sampleId(9) }, 'no-such-message'],
    ['chat.edit', { id: sampleId(9), text: 'x' }, 'no-such-message'],
    ['chat.edit', { id: sampleId(1), text: 'x' }, 'not-yours'],
    ['chat.delete', { id: sampleId(1) }, 'not-yours'],
    ['chat.react', { id: sampleId(9), emoji: 'x' }, 'no-such-message'],
    ['chat.history', { before: sampleId(9) }, 'no-such-message'],
    ['chat.history', { with: 'nobody' }, 'unknown-peer'],
    ['chat.search', { query: 'x', with: 'nobody' }, 'unknown-peer'],
    ['peers.verify', { peer: 'nobody' }, 'unknown-peer'],
    ['peers.block', { peer: 'nobody' }, 'unknown-peer'],
    ['chat.export', { format: 'text', path: '/x' }, 'file-exists'],
  ];
  const replies = await answers(cases.map(([method, params], id) => request(id, method, params)).join(''), node);
  for (const [id, [, , dataCode]] of cases.entries())
    expect(error(replies.find((reply) => reply['id'] === id))).toMatchObject({
      code: -32000,
      data: { code: dataCode },
    });
});

test('notifications get no reply, whatever they ask for', async () => {
  const node = new RpcFakeNode();
  const lines = [
    '{"jsonrpc":"2.0","method":"chat.send","params":{"text":"x"}}',
    '{"jsonrpc":"2.0","method":"nothing"}',
  ];
  expect(await answers(`${lines.join('\n')}\n`, node)).toEqual([]);
  expect(node.asked).toEqual(['send {"text":"x"}']);
});

test('a batch is answered by one array; one of notifications by nothing', async () => {
  const note = { jsonrpc: '2.0', method: 'rooms.list' };
  const { input, out, done } = talk();
  input.end(`${JSON.stringify([{ ...note, id: 1 }, note, 5, { ...note, id: 2 }])}\n${JSON.stringify([note])}\n`);
  await done;
  await out.until(() => out.lines.length > 0);
  expect(out.lines).toHaveLength(1);
  const replies = JSON.parse(out.lines[0]!) as Json[];
  expect(replies.map((reply) => reply['id'])).toEqual([1, null, 2]);
});

test('a slow request holds up nobody; the end of the input waits for it', async () => {
  const node = new RpcFakeNode();
  const slow = Promise.withResolvers<{ id: string; at: number }>();
  node.onSend = () => slow.promise;
  const { input, out, done } = talk(node);
  input.end(request(1, 'chat.send', { text: 'x' }) + request(2, 'status'));
  await out.reply(2);
  expect(out.methods).toEqual([2]);
  slow.resolve({ id: 'm', at: 2 });
  await done;
  await out.reply(1);
});

test('stop() answers what has no result yet, once', async () => {
  const node = new RpcFakeNode();
  const slow = Promise.withResolvers<{ id: string; at: number }>();
  node.onSend = () => slow.promise;
  const { input, out, session, done } = talk(node);
  input.write(request(1, 'chat.send', { text: 'x' }) + request(2, 'status'));
  await out.reply(2);
  session.stop();
  await done;
  expect(error(await out.reply(1))).toMatchObject({ data: { code: 'stopped' } });
  slow.resolve({ id: 'm', at: 2 });
  await new Promise(setImmediate);
  expect(out.lines).toHaveLength(2);
});

test('shutdown is answered first; later requests hear that it is over', async () => {
  const { input, out, seen } = talk();
  input.write(request('end', 'shutdown') + request(2, 'status'));
  await out.until(() => out.lines.length === 2);
  expect(await out.reply('end')).toMatchObject({ result: {} });
  expect(error(await out.reply(2))).toMatchObject({ data: { code: 'stopped' } });
  expect(seen.shutdowns).toBe(1);
  expect(out.methods[0]).toBe('end');
});

test('more requests than may run at once all get their reply', async () => {
  const count = IN_FLIGHT_LIMIT * 4;
  let running = 0;
  let most = 0;
  const node = new RpcFakeNode();
  node.onSend = async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return { id: 'm', at: 0 };
  };
  const lines = Array.from({ length: count }, (_, id) => request(id, 'chat.send', { text: 'x' })).join('');
  const replies = await answers(lines, node);
  expect(new Set(replies.map((reply) => reply['id'])).size).toBe(count);
  expect(most).toBe(IN_FLIGHT_LIMIT);
});

test('garbage never ends the session: whatever comes between, each request has exactly one reply', async () => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))),
    fc.json().map((text) => Buffer.from(text.replaceAll('\n', ' '))),
    fc.constantFrom('', '\r', '[]', '{}', 'null', '{"jsonrpc":"2.0","method":"x"}').map((text) => Buffer.from(text)),
  );
  const methods = fc.constantFrom('status', 'rooms.list', 'chat.send', 'nothing', 'rooms.join');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(garbage, methods), { maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      async (steps, size) => {
        const parts = steps.flatMap(([noise, method], id) => [noise, Buffer.from(`\n${request(`q${id}`, method)}`)]);
        const bytes = Buffer.concat(parts);
        const { input, out, done } = talk();
        for (let start = 0; start < bytes.length; start += size) input.write(bytes.subarray(start, start + size));
        input.end();
        await done;
        await new Promise(setImmediate);
        const ids = out.messages
          .flat()
          .map((reply) => reply['id'])
          .filter((id) => /^q\d+$/.test(String(id)));
        expect(ids.sort()).toEqual(steps.map((_, id) => `q${id}`).sort());
      },
    ),
    { numRuns: 60 },
  );
});

test('a reader that does not read costs a bounded queue, then the connection', async () => {
  const stuck = new Writable({ write: () => undefined });
  let lost = '';
  const output = new LineOutput({ stream: stuck, limitBytes: 10_000, onLost: (reason) => (lost = reason) });
  for (let index = 0; index < 1000; index++) output.write('x'.repeat(99));
  expect(lost).toBe('overflow');
  expect(stuck.writableLength).toBeLessThanOrEqual(10_000);
  await output.flush(10);
});

test('a reader that is gone is told once and breaks nothing', async () => {
  const gone = new PassThrough();
  const reasons: string[] = [];
  const output = new LineOutput({ stream: gone, limitBytes: 10_000, onLost: (reason) => reasons.push(reason) });
  gone.destroy(new Error('EPIPE'));
  await new Promise(setImmediate);
  output.write('x');
  await output.flush(1_000);
  expect(reasons).toEqual(['broken']);
});
