// Conversations as files: complete, oldest first, in bounded memory, also while more is said.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportConversation, type PageSource } from '../../src/services/export.ts';
import type { Destination, Message, NodeState } from '../../src/state/values.ts';
import { peopleOf, sampleId, sampleMessage, samplePerson, sampleState } from '../support/rpc-fake-node.ts';

const state = sampleState({ people: peopleOf(samplePerson('bob')) });
const EVERYONE: Destination = { kind: 'everyone' };

/** Reads from `messages` as they are at that moment, in pages. */
function pagesOf(messages: readonly Message[], pageSize: number, onRead: () => void = () => undefined): PageSource {
  return async (before) => {
    onRead();
    const sorted = [...messages].sort((left, right) => left.order - right.order);
    const end = before === undefined ? sorted.length : sorted.findIndex(({ id }) => id === before);
    const start = Math.max(0, end - pageSize);
    return { messages: sorted.slice(start, end), more: start > 0 };
  };
}

async function exported(
  page: PageSource,
  change: { format?: 'json' | 'text'; destination?: Destination; state?: NodeState } = {},
): Promise<{ text: string; count: number }> {
  let text = '';
  const count = await exportConversation({
    page,
    destination: EVERYONE,
    format: 'json',
    now: 1_700_000_000_000,
    append: async (part) => {
      text += part;
    },
    ...change,
    state: () => change.state ?? state,
  });
  return { text, count };
}

interface JsonExport {
  readonly room?: string;
  readonly with?: object;
  readonly exportedAt: number;
  readonly by: object;
  readonly messages: readonly { id: string; text: string; from: { name: string } }[];
}

test('every message once, oldest first, whatever the length and the size of pages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(120), fc.integer({ min: 1, max: 40 }), async (length, pageSize) => {
      const messages = Array.from({ length }, (_, number) => sampleMessage(number));
      const { text, count } = await exported(pagesOf(messages, pageSize));
      const document = JSON.parse(text) as JsonExport;
      expect(document.messages.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
      expect(count).toBe(length);
    }),
  );
});

test('what is said and what arrives late meanwhile neither doubles nor hides anything', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.record({ at: fc.nat(30), order: fc.nat(10_000), count: fc.integer({ min: 1, max: 30 }) }), {
        maxLength: 6,
      }),
      async (length, pageSize, insertions) => {
        const messages = Array.from({ length }, (_, number) => sampleMessage(number, { order: number * 100 }));
        const original = messages.map(({ id }) => id);
        let reads = 0;
        const page = pagesOf(messages, pageSize, () => {
          for (const { at, order, count } of insertions)
            if (at === reads)
              for (let index = 0; index < count; index++)
                messages.push(sampleMessage(1000 + messages.length, { order: order + index / 100 + 0.001 }));
          reads += 1;
        });
        const ids = (JSON.parse((await exported(page)).text) as JsonExport).messages.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => original.includes(id))).toEqual(original);
      },
    ),
  );
});

test('the way back keeps nothing but where pages begin: each page is written before the next is read', async () => {
  const [pageSize, total] = [100, 20_000];
  let written = 0;
  const writtenAtReads: number[] = [];
  const page: PageSource = async (before) => {
    writtenAtReads.push(written);
    const end = before === undefined ? total : Number.parseInt(before, 16);
    const messages = Array.from({ length: pageSize }, (_, index) => sampleMessage(end - pageSize + index));
    return { messages, more: end > pageSize };
  };
  const append = async (part: string): Promise<void> => {
    if (part.includes('  bob  text ')) written += 1;
  };
  const parts = { page, destination: EVERYONE, format: 'text', now: 0, state: () => state, append } as const;
  expect(await exportConversation(parts)).toBe(total);
  const back = Array.from({ length: total / pageSize }, () => 0);
  const forward = Array.from({ length: total / pageSize - 1 }, (_, index) => (index + 1) * pageSize);
  expect(writtenAtReads).toEqual([...back, ...forward]);
});

test('the head says what it is, by whom and when', async () => {
  const head = async (destination: Destination): Promise<JsonExport> =>
    JSON.parse((await exported(pagesOf([], 10), { destination })).text) as JsonExport;
  const common = { exportedAt: 1_700_000_000_000, by: { peerId: 'id-of-alice', name: 'alice' }, messages: [] };
  expect(await head(EVERYONE)).toEqual({ room: 'everyone', ...common });
  expect(await head({ kind: 'room', room: 'den' })).toEqual({ room: 'den', ...common });
  expect(await head({ kind: 'person', peerId: 'id-of-bob' })).toEqual({
    with: { peerId: 'id-of-bob', name: 'bob' },
    ...common,
  });
});

test('joins and leaves are in it and are not counted as messages', async () => {
  const messages = [sampleMessage(0, { kind: 'join', text: '' }), sampleMessage(1)];
  const { text, count } = await exported(pagesOf(messages, 10));
  expect((JSON.parse(text) as JsonExport).messages).toMatchObject([
    { kind: 'system', event: 'join' },
    { text: 'text 1' },
  ]);
  expect(count).toBe(1);
});

test('a transcript: a head, then lines', async () => {
  const { text } = await exported(pagesOf([sampleMessage(0), sampleMessage(1, { text: 'two\nlines' })], 1), {
    format: 'text',
    destination: { kind: 'room', room: 'den' },
  });
  const lines = text.split('\n');
  expect(lines[0]).toBe('Room den');
  expect(lines[1]).toMatch(/^Written \d{4}-\d\d-\d\d \d\d:\d\d by alice \(id-of-alice\)$/u);
  expect(lines[3]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}bob {2}text 0$/u);
  expect(lines[4]).toMatch(/ {2}bob {2}two$/u);
  expect(lines[5]).toBe(`${' '.repeat(18)}lines`);
  expect(lines.slice(6)).toEqual(['']);
});

test('a conversation that loses the place where one was is an error, not a wrong file', async () => {
  const messages = Array.from({ length: 10 }, (_, number) => sampleMessage(number));
  let reads = 0;
  const inner = pagesOf(messages, 2);
  const page: PageSource = async (before) => {
    reads += 1;
    const { messages: found, more } = await inner(before);
    // From the sixth look on, the older half is not shown any more.
    return reads < 6 ? { messages: found, more } : { messages: found.filter(({ order }) => order > 5), more: false };
  };
  await expect(exported(page)).rejects.toMatchObject({ code: 'history' });
});

test('names are those of now', async () => {
  const renamed = sampleState({ people: peopleOf(samplePerson('bob', { name: 'robert' })) });
  const { text } = await exported(pagesOf([sampleMessage(3)], 10), { state: renamed });
  expect((JSON.parse(text) as JsonExport).messages).toMatchObject([{ id: sampleId(3), from: { name: 'robert' } }]);
});
