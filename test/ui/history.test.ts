// Reading back: pages of history around what the state holds, with bounds, and back to what is new.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  messagesInView,
  READING_LIMIT,
  readingAfter,
  readingAround,
  readingFrom,
  released,
  withNewerPage,
  withOlderPage,
  type Reading,
} from '../../cli/ui/reading.ts';
import { MmchatError, type Message } from '../../src/index.ts';
import { FakeNode } from '../support/fake-node.ts';
import { KEY, setup, type Setup } from './chat-setup.ts';

const EVERYONE = { kind: 'everyone' } as const;

/** A node with `past` messages that only its history has, and `held` newer ones that its state has too. */
function nodeWith(past: number, held: number): FakeNode {
  const node = new FakeNode();
  for (let index = 0; index < past; index++) node.remember(EVERYONE, `line ${index}`, 'id-bob');
  for (let index = 0; index < held; index++) node.receive(EVERYONE, `line ${past + index}`, 'id-bob');
  return node;
}

const numberIn = ({ text }: Message): number => Number(text.replace('line ', ''));

function expectWhole(messages: readonly Message[]): void {
  const numbers = messages.map(numberIn);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
}

describe('the window of what is read', () => {
  it('has no gap and no double, and a bound, whatever is read and comes', () => {
    const step = fc.constantFrom('older', 'newer', 'receive', 'release', 'many');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 0, max: 3000 }), (steps, past) => {
        const node = nodeWith(past, 20);
        let reading: Reading | undefined = readingFrom('everyone');
        node.on((_event, state, before) => {
          if (reading !== undefined) reading = readingAfter(reading, before, state, []);
        });
        for (const what of steps) {
          reading ??= readingFrom('everyone');
          const held = node.state.conversations.get('everyone')?.messages ?? [];
          const oldest = reading.messages[0] ?? held[0];
          if (what === 'older') {
            reading = withOlderPage(reading, node.history.page('everyone', { before: oldest!.id, limit: 200 }));
          } else if (what === 'newer' && !reading.attached) {
            const page = node.history.page('everyone', { after: reading.messages.at(-1)!.id, limit: 200 });
            reading = withNewerPage(reading, page, held);
          } else if (what === 'release') reading = released(reading);
          else if (what === 'receive' || what === 'many') {
            const count = what === 'many' ? 1200 : 1;
            const total = node.history.of('everyone').length;
            for (let index = 0; index < count; index++) node.receive(EVERYONE, `line ${total + index}`, 'id-bob');
          }
          if (reading !== undefined) expect(reading.messages.length).toBeLessThanOrEqual(READING_LIMIT);
          const view = messagesInView(node.state, 'everyone', reading);
          expectWhole(view);
          if (reading?.attached !== false) expect(view.at(-1)?.id).toBe(node.history.of('everyone').at(-1)?.id);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('sorts in what comes late, and takes over what changes', () => {
    const node = nodeWith(10, 2);
    const page = node.history.page('everyone', { limit: 10, before: 'm11' });
    const reading = withOlderPage(readingFrom('everyone'), page);
    const late = { ...page.messages[4]!, id: 'late', order: 4.5 };
    const changed = { ...page.messages[2]!, edited: true };
    const after = readingAfter(reading, node.state, node.state, [late, changed]);
    expect(after.messages.map(({ id }) => id).slice(2, 6)).toEqual(['m3', 'm4', 'late', 'm5']);
    expect(after.messages[2]?.edited).toBe(true);
    // What the state holds is not held twice.
    expect(readingAfter(reading, node.state, node.state, [{ ...late, order: 12 }])).toBe(reading);
  });

  it('stops asking when those who have older ones are away', () => {
    const reading = withOlderPage(readingFrom('everyone'), { messages: [], more: true });
    expect(reading).toMatchObject({ older: 'more', failure: 'those who have them are away' });
  });

  it('shows nothing of blocked people', () => {
    const node = nodeWith(0, 3);
    node.receive(EVERYONE, 'from dora', 'id-dora');
    const reading = readingAround('everyone', node.history.find('m1'));
    node.change({ people: new Map([['id-bob', { ...personBob(), blocked: true }]]) });
    expect(messagesInView(node.state, 'everyone', undefined).map(({ text }) => text)).toEqual(['from dora']);
    expect(messagesInView(node.state, 'everyone', reading)).toEqual([]);
  });
});

function personBob(): ReturnType<FakeNode['peers']['find']> {
  const name = 'bob';
  const known = { online: true, linked: true, via: 'p2p', rooms: [], trust: 'new' } as const;
  return { peerId: 'id-bob', name, claimedName: name, ...known };
}

/** Turns pages until the screen shows it. */
async function pageTo({ type, screen }: Setup, key: string, wanted: string): Promise<void> {
  for (let pages = 0; pages < 400 && !screen().includes(wanted); pages++) {
    type(key);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(screen()).toContain(wanted);
}

describe('scrolling through history', () => {
  it('goes to the beginning and back to the newest, with a bounded number of messages in hand', async () => {
    const chat = setup({ node: nodeWith(2500, 100) });
    await chat.shows('line 2599');
    let most = 0;
    chat.controller.subscribe(() => {
      most = Math.max(most, chat.controller.ui.reading?.messages.length ?? 0);
    });
    await pageTo(chat, KEY.pageUp, 'line 0\n');
    await pageTo(chat, KEY.pageUp, 'You are alice');
    expect(chat.controller.ui.reading).toMatchObject({ older: 'end', attached: false });
    await pageTo(chat, KEY.pageDown, 'line 2599');
    await vi.waitFor(() => expect(chat.controller.ui.scroll).toBeUndefined());
    expect(most).toBeGreaterThan(READING_LIMIT / 2);
    expect(most).toBeLessThanOrEqual(READING_LIMIT);
    // What is kept is little, and whole.
    expect(chat.controller.ui.reading?.messages.length ?? 0).toBeLessThanOrEqual(200);
    expectWhole(messagesInView(chat.node.state, 'everyone', chat.controller.ui.reading));
  });

  it('goes to the newest at once on esc', async () => {
    const chat = setup({ node: nodeWith(2500, 30) });
    await pageTo(chat, KEY.pageUp, 'line 100\n');
    chat.type(KEY.escape);
    await chat.shows('line 2529');
    expect(chat.controller.ui.reading).toMatchObject({ attached: true });
  });

  it('leaves no gap when a page comes that nobody waits for any more', async () => {
    const chat = setup({ node: nodeWith(2500, 30) });
    await pageTo(chat, KEY.pageUp, 'line 2000\n');
    const gate = Promise.withResolvers<undefined>();
    chat.node.readGate = gate.promise;
    while (chat.controller.ui.reading?.loading === undefined) chat.type(KEY.pageUp);
    chat.type(KEY.escape);
    gate.resolve(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await chat.shows('line 2529');
    expectWhole(messagesInView(chat.node.state, 'everyone', chat.controller.ui.reading));
    await pageTo(chat, KEY.pageUp, 'line 2000\n');
    expectWhole(messagesInView(chat.node.state, 'everyone', chat.controller.ui.reading));
  });

  it('fills the screen by itself when the state holds little', async () => {
    const chat = setup({ node: nodeWith(300, 2) });
    await chat.shows('line 290');
    expect(chat.node.reads.filter((read) => read.startsWith('chat.history'))).toHaveLength(1);
  });

  it('says when it takes long, and where the conversation begins', async () => {
    const node = nodeWith(30, 0);
    const gate = Promise.withResolvers<undefined>();
    node.readGate = gate.promise;
    const chat = setup({ node });
    chat.controller.open('room:hardware');
    await vi.waitFor(() => expect(chat.controller.ui.reading?.loading?.direction).toBe('older'));
    chat.controller.update((ui) => ({ ...ui, reading: { ...ui.reading!, slow: true } }));
    chat.controller.publish();
    expect(chat.screen()).toContain('loading older messages …');
    gate.resolve(undefined);
    await chat.shows('beginning of the conversation');
  });

  it('says why nothing older comes to whoever scrolls, and tries again', async () => {
    const node = nodeWith(300, 40);
    node.readFailure = new Error('The disk failed.');
    const chat = setup({ node });
    chat.type(KEY.pageUp);
    await pageTo(chat, KEY.pageUp, "older messages can't be read now: The disk failed.");
    expect(chat.notices()).toEqual([]);
    node.readFailure = undefined;
    await pageTo(chat, KEY.pageUp, 'line 250');
  });

  it('waits for the history to know what was said just now', async () => {
    const node = nodeWith(0, 1);
    const { history } = node.chat;
    let early = 3;
    node.chat.history = async (query) => {
      if (early-- > 0) throw new MmchatError('no-such-message', 'There is no such message here.');
      return history(query);
    };
    const chat = setup({ node });
    await vi.waitFor(() => expect(chat.controller.ui.reading).toMatchObject({ older: 'end', failure: undefined }));
    // But not for ever.
    early = Number.POSITIVE_INFINITY;
    chat.controller.open('room:hardware');
    await vi.waitFor(() => expect(chat.controller.ui.reading?.failure).toBe('There is no such message here.'));
  });

  it('moves nothing while older ones come and go, and counts what is new', async () => {
    const chat = setup({ node: nodeWith(2500, 30) });
    await pageTo(chat, KEY.pageUp, 'line 200\n');
    const rows = (): string[] => chat.screen().split('\n').slice(2, -3);
    const shown = (): string[] => rows().map((row) => row.slice(row.indexOf('│')));
    await new Promise((resolve) => setImmediate(resolve));
    const before = shown();
    for (let index = 0; index < 3; index++) chat.node.receive(EVERYONE, 'new', 'id-dora');
    chat.node.receiveMissed(EVERYONE, ['missed', 'missed too'], 'id-dora');
    await chat.shows(' 5 new ↓ ');
    expect(shown()).toEqual(before);
    chat.type(KEY.escape);
    await chat.shows('─ new ─');
  });
});

describe('search', () => {
  it('lists hits with the words marked, opens the conversation there, and comes back', async () => {
    const node = nodeWith(2500, 30);
    node.remember({ kind: 'room', room: 'hardware' }, 'the *schematic* of line 700', 'id-dora');
    const chat = setup({ node });
    chat.type('/search line 700\r');
    await chat.shows('3 found');
    expect(chat.screen()).toMatch(/dora in # hardware/);
    expect(chat.screen()).toContain('the schematic of line 700');
    chat.type(`${KEY.down}${KEY.down}\r`);
    await chat.shows('line 711');
    expect(chat.screen()).toMatch(/▌line 700\n/);
    expect(chat.screen()).toContain('line 690');
    expect(chat.controller.ui).toMatchObject({ current: 'everyone', selection: { id: 'm701' } });
    await pageTo(chat, KEY.pageDown, 'line 900');
    chat.type(KEY.escape);
    chat.type(KEY.escape);
    await chat.shows('line 2529');
  });

  it('leaves one’s last message one’s last, wherever one reads', async () => {
    const node = nodeWith(2500, 30);
    const last = node.receive(EVERYONE, 'my last', undefined);
    const chat = setup({ node });
    node.history.change('m701', { own: true, author: 'self-id' });
    chat.type('/search line 700\r');
    await chat.shows('2 found');
    chat.type(`${KEY.down}\r`);
    await chat.shows('line 711');
    chat.type(KEY.escape);
    chat.type('/delete\r');
    await vi.waitFor(() => expect(node.asked).toEqual([`chat.delete "${last.id}"`]));
    const next = node.receive(EVERYONE, 'another', undefined);
    chat.type(KEY.up);
    expect(chat.controller.ui.composing).toMatchObject({ kind: 'edit', id: next.id });
    await chat.shows(/▌another/);
  });

  it('jumps within what the state holds without asking', async () => {
    const chat = setup({ node: nodeWith(0, 300) });
    chat.type('/search 17\r');
    await chat.shows('13 found');
    chat.type('\r');
    await chat.shows(/▌line 217\n/);
    chat.type('r');
    expect(chat.controller.ui.composing).toEqual({ kind: 'reply', id: 'm218' });
  });

  it('says when there is nothing, and leaves on esc', async () => {
    const chat = setup();
    chat.type('/search nowhere to be found\r');
    await chat.shows('nothing found');
    chat.type(KEY.escape);
    expect(chat.controller.ui.overlay).toBeUndefined();
    chat.node.readFailure = new Error('The index is broken.');
    chat.type('/search x\r');
    await chat.shows('✗ The index is broken.');
  });
});
