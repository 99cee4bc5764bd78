// Replies of many messages: complete, in order, and never longer than a client can take.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLIENT_QUEUE_LIMIT_BYTES } from '../../cli/rpc/control-socket.ts';
import { readHistory, readSince, rowsWithinBudget } from '../../cli/rpc/message-pages.ts';
import type { Message } from '../../src/index.ts';
import { RpcFakeNode, sampleId, sampleMessage } from '../support/rpc-fake-node.ts';

function nodeWith(count: number, change: (number: number) => Partial<Message> = () => ({})): RpcFakeNode {
  const node = new RpcFakeNode();
  for (let number = 0; number < count; number++) node.messages.push(sampleMessage(number, change(number)));
  return node;
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
const joinAt = (numbers: readonly number[]) => (number: number) =>
  numbers.includes(number) ? { kind: 'join' as const } : {};

test('history: the newest before an id, oldest first, whatever joins lie between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(300),
      fc.array(fc.nat(300)),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      fc.option(fc.nat(299), { nil: undefined }),
      async (count, joins, limit, system, before) => {
        const node = nodeWith(count, joinAt(joins));
        fc.pre(before === undefined || before < count);
        const query = before === undefined ? {} : { before: sampleId(before) };
        const rows = await readHistory(node, query, { limit, system });
        const expected = node.messages.slice(0, before).filter(({ kind }) => system || kind === 'text');
        expect(idsOf(rows)).toEqual(idsOf(expected.slice(-limit)));
      },
    ),
    { numRuns: 60 },
  );
});

test('history: those right behind an id', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.nat(300)),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(299),
      async (count, joins, limit, after) => {
        fc.pre(after < count);
        const node = nodeWith(count, joinAt(joins));
        const rows = await readHistory(node, { after: sampleId(after) }, { limit, system: false });
        const expected = node.messages.slice(after + 1).filter(({ kind }) => kind === 'text');
        expect(idsOf(rows)).toEqual(idsOf(expected.slice(0, limit)));
      },
    ),
    { numRuns: 60 },
  );
});

test('history that others have is fetched page by page, up to the limit', async () => {
  const everybody = nodeWith(400);
  const node = new RpcFakeNode();
  let lowest = 400;
  // As the node does it: a page that reaches the start of what is here is filled up with what others have.
  node.chat.history = async (query) => {
    const { messages } = await everybody.chat.history(query);
    lowest = Math.min(lowest, messages[0]?.order ?? lowest);
    return { messages, more: false };
  };
  expect(await readHistory(node, {}, { limit: 210, system: false })).toHaveLength(210);
  expect(lowest).toBe(400 - 250);
});

test('since: page after page gives everything once, in the order in which it came', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(400),
      fc.array(fc.nat(400)),
      fc.integer({ min: 1, max: 150 }),
      async (count, joins, limit) => {
        const node = nodeWith(count, joinAt(joins));
        const read: string[] = [];
        let cursor: string | undefined;
        for (let more = true; more;) {
          const reply = await readSince(node, cursor, { limit, system: false });
          expect(reply.messages.length).toBeLessThanOrEqual(limit);
          read.push(...idsOf(reply.messages));
          ({ cursor, more } = reply);
        }
        expect(read).toEqual(idsOf(node.messages.filter(({ kind }) => kind === 'text')));
        // Nothing new: the same place.
        expect(await readSince(node, cursor, { limit, system: false })).toEqual({ messages: [], cursor, more: false });
      },
    ),
    { numRuns: 60 },
  );
});

test('somebody who fills a room can not make a reply longer than a client of the socket may leave unread', async () => {
  const node = nodeWith(1000, () => ({ text: '"'.repeat(65_536) }));
  const options = { limit: 1000, system: false };
  const history = await readHistory(node, {}, options);
  expect(history.length).toBeGreaterThan(5);
  expect(history.at(-1)?.id).toBe(sampleId(999));
  const since = await readSince(node, undefined, options);
  expect(since).toMatchObject({ more: true, cursor: String(since.messages.length) });
  const found = rowsWithinBudget(node, node.messages);
  expect(found[0]?.id).toBe(sampleId(0));
  const behind = await readHistory(node, { after: sampleId(0) }, options);
  expect(behind[0]?.id).toBe(sampleId(1));
  for (const reply of [history, since, found, behind])
    expect(JSON.stringify(reply).length).toBeLessThan(CLIENT_QUEUE_LIMIT_BYTES - 1024 * 1024);
});

test('a message that is longer than a whole reply should be is still told', async () => {
  const reactions = [{ emoji: 'x', by: Array.from({ length: 60_000 }, () => 'i'.repeat(52)) }];
  const node = nodeWith(2, () => ({ reactions }));
  const options = { limit: 10, system: false };
  expect(idsOf(await readHistory(node, {}, options))).toEqual([sampleId(1)]);
  expect((await readSince(node, undefined, options)).messages).toHaveLength(2);
  expect(idsOf(rowsWithinBudget(node, node.messages))).toEqual([sampleId(0)]);
});

test('a room in which thousands came and went still gives its texts, without a thousand questions', async () => {
  const node = nodeWith(20_000, (number) => (number === 0 ? {} : { kind: 'join' as const }));
  expect(idsOf(await readHistory(node, {}, { limit: 50, system: false }))).toEqual([sampleId(0)]);
  expect(node.asked.length).toBeLessThan(60);
});

test('a page that says there is more, and has nothing, ends it', async () => {
  const node = new RpcFakeNode();
  node.chat.history = async () => ({ messages: [], more: true });
  expect(await readHistory(node, {}, { limit: 50, system: false })).toEqual([]);
  node.chat.since = async () => ({ messages: [], cursor: '7', more: true });
  expect(await readSince(node, '7', { limit: 50, system: false })).toMatchObject({ messages: [], cursor: '7' });
});
