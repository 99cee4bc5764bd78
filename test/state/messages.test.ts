// Crowds of messages, what is read back, what changes: always the newest of each conversation, in screen order, each once.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../src/state/events.ts';
import { initialState } from '../../src/state/initial.ts';
import { compareMessages, withMessages } from '../../src/state/message-list.ts';
import { OTHER_CONVERSATIONS_LIMIT } from '../../src/state/reduce-messages.ts';
import { reduce } from '../../src/state/reducer.ts';
import { CONVERSATION_LIMIT, type Message, type NodeState } from '../../src/state/values.ts';
import { me, message, seen, someEvent, someMessage } from './sample-events.ts';
import { samplePeerId } from './sample-people.ts';
import { processorMs } from '../support/processor-time.ts';

const start = initialState(me, { closedNetwork: false });
const after = (...events: NodeEvent[]): NodeState => events.reduce(reduce, start);
const added = (...messages: Message[]): NodeEvent => ({ type: 'messages-added', messages });
const loaded = (...messages: Message[]): NodeEvent => ({ type: 'history-loaded', messages });
const changed = (to: Message): NodeEvent => ({ type: 'message-changed', message: to });
const idsIn = (state: NodeState, key = 'everyone'): string[] | undefined =>
  state.conversations.get(key)?.messages.map(({ id }) => id);
const numbers = (count: number, first = 0): number[] => Array.from({ length: count }, (_, index) => first + index);
const ordered = (number: number): Message => message(`m${number}`, { order: number });
const from = (number: number, more: Partial<Message> = {}): Message =>
  message(`from ${number}`, {
    author: samplePeerId(number),
    destination: { kind: 'person', peerId: me.peerId },
    ...more,
  });

describe('a crowd of messages', () => {
  it('comes out as one by one', () => {
    fc.assert(
      fc.property(
        fc.array(someEvent, { maxLength: 20 }),
        // (What comes twice in one crowd is the same message, here perhaps with another spelling of its room.)
        fc.uniqueArray(someMessage, { selector: ({ id }) => id, maxLength: 20 }),
        (events, messages) => {
          const before = after(...events);
          const one = messages
            .map((one): NodeEvent => ({ type: 'message-added', message: one }))
            .reduce(reduce, before);
          const crowd = reduce(before, added(...messages));
          for (const [key, { messages: shown }] of one.conversations)
            expect(crowd.conversations.get(key)?.messages).toEqual(shown);
          expect(crowd.conversations.size).toBe(one.conversations.size);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the newest thousand, whatever came in which order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3000 }), { maxLength: 1500 }),
        fc.array(fc.nat({ max: 3000 }), { maxLength: 1500 }),
        (held, more) => {
          const before = withMessages([], held.map(ordered));
          const result = withMessages(before, more.map(ordered));
          const expected = [...new Set([...held, ...more])]
            .sort((left, right) => left - right)
            .slice(-CONVERSATION_LIMIT);
          expect(result.map(({ order }) => order)).toEqual(expected);
          expect(withMessages(result, more.map(ordered))).toBe(result);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('costs little', async () => {
    const crowds = numbers(50).map((crowd) => added(...numbers(100, crowd * 100).map(ordered)));
    let state = after();
    // Five thousand take a few milliseconds; one by one with a copy each it would be five million places.
    expect(await processorMs(() => (state = after(...crowds)))).toBeLessThan(500);
    expect(idsIn(state)?.length).toBe(CONVERSATION_LIMIT);
    expect(idsIn(state)?.at(-1)).toBe('m4999');
  });

  it('makes conversations active in the order of their last messages', () => {
    const state = after(added(from(1), from(2, { order: 2 }), from(1, { id: 'later', order: 3 })));
    expect([...state.conversations.keys()]).toEqual(['everyone', `with:${samplePeerId(2)}`, `with:${samplePeerId(1)}`]);
  });
});

describe('history', () => {
  it('opens quiet conversations, the newest first, and makes none active', () => {
    const live = after(added(from(1)));
    const state = [loaded(from(2), from(3)), loaded(from(4), from(1, { id: 'older', order: 0 }))].reduce(reduce, live);
    const withNumbers = [4, 3, 2].map((number) => `with:${samplePeerId(number)}`);
    expect([...state.conversations.keys()]).toEqual([...withNumbers, 'everyone', `with:${samplePeerId(1)}`]);
    expect(idsIn(state, `with:${samplePeerId(1)}`)).toEqual(['older', 'from 1']);
  });

  it('finds no place in what is full', () => {
    const full = after(added(...numbers(CONVERSATION_LIMIT, 100).map(ordered)));
    expect(reduce(full, loaded(...numbers(100).map(ordered)))).toBe(full);
    const many = after(added(...numbers(OTHER_CONVERSATIONS_LIMIT, 1).map((number) => from(number))));
    expect(reduce(many, loaded(from(OTHER_CONVERSATIONS_LIMIT + 1)))).toBe(many);
    const fewer = after(added(...numbers(OTHER_CONVERSATIONS_LIMIT - 1, 1).map((number) => from(number))));
    const next = reduce(fewer, loaded(from(9001), from(9002)));
    expect(next.conversations.size).toBe(1 + OTHER_CONVERSATIONS_LIMIT);
    expect(next.conversations.has(`with:${samplePeerId(9001)}`)).toBe(true);
  });
});

describe('a message that changed', () => {
  it('is replaced where it is held and ignored elsewhere', () => {
    const state = after(added(ordered(1), ordered(2)), added(from(1)));
    const edited = reduce(state, changed({ ...ordered(1), text: 'edited', edited: true }));
    expect(edited.conversations.get('everyone')?.messages[0]).toMatchObject({ id: 'm1', text: 'edited', edited: true });
    expect([...edited.conversations.keys()]).toEqual([...state.conversations.keys()]);
    expect(edited.conversations.get('everyone')?.messages[1]).toBe(state.conversations.get('everyone')?.messages[1]);
    expect(reduce(edited, changed({ ...ordered(1), text: 'edited', edited: true }))).toBe(edited);
    expect(reduce(state, changed(ordered(3)))).toBe(state);
    expect(reduce(state, changed(from(2)))).toBe(state);
    // Private messages of others name oneself; they are held with their author.
    const secret = reduce(state, changed(from(1, { deleted: true, text: '' })));
    expect(secret.conversations.get(`with:${samplePeerId(1)}`)?.messages[0]?.deleted).toBe(true);
  });

  it('keeps receipts that came meanwhile', () => {
    const delivered = (peerId: string): NodeEvent => ({
      type: 'message-delivered',
      messageId: 'm1',
      conversation: 'everyone',
      peerId,
    });
    const state = after(added(ordered(1)), delivered('alice'), delivered('bob'));
    const next = reduce(state, changed({ ...ordered(1), text: 'edited', deliveredTo: ['carol', 'alice'] }));
    expect(next.conversations.get('everyone')?.messages[0]).toMatchObject({
      text: 'edited',
      deliveredTo: ['carol', 'alice', 'bob'],
    });
  });
});

describe('what blocked people say', () => {
  const [alice, bob] = [samplePeerId(1), samplePeerId(2)];
  const party = '\u{1f389}';
  const block = (blocked: boolean): NodeEvent => ({ type: 'blocked-changed', peerId: bob, blocked });

  it('vanishes, and comes back when it is loaded after the end of it', () => {
    const toBob: Message = message('to bob', {
      author: me.peerId,
      own: true,
      destination: { kind: 'person', peerId: bob },
    });
    const said = [
      message('a', { author: alice, order: 1, reactions: [{ emoji: party, by: [bob, alice] }] }),
      message('b', { author: bob, order: 2 }),
      message('c', { author: alice, order: 3, reactions: [{ emoji: party, by: [bob] }] }),
    ];
    const state = after(seen(1, 'alice'), seen(2, 'bob'), added(...said, from(2)));
    const blocked = reduce(state, block(true));
    expect(idsIn(blocked)).toEqual(['a', 'c']);
    expect(blocked.conversations.get('everyone')?.messages.map(({ reactions }) => reactions)).toEqual([
      [{ emoji: party, by: [alice] }],
      undefined,
    ]);
    // Nothing of one's own was there.
    expect(blocked.conversations.has(`with:${bob}`)).toBe(false);
    expect(idsIn(reduce(reduce(state, added(toBob)), block(true)), `with:${bob}`)).toEqual(['to bob']);

    // Neither new nor old messages come in while it lasts.
    expect(reduce(blocked, added(message('d', { author: bob, order: 4 })))).toBe(blocked);
    expect(reduce(blocked, loaded(...said.slice(1, 2)))).toBe(blocked);
    expect(reduce(blocked, changed(said[2]!))).toBe(blocked);

    const free = [block(false), loaded(...said), changed(said[0]!), changed(said[2]!)].reduce(reduce, blocked);
    expect(free.conversations.get('everyone')?.messages).toEqual([...said].sort(compareMessages));
  });

  it('is not there for those who were blocked in an earlier run', () => {
    const state = after(added(message('b', { author: bob })), {
      type: 'people-remembered',
      people: [{ peerId: bob, claimedName: 'bob', rooms: ['dev'], blocked: true }],
    });
    expect(idsIn(state)).toEqual([]);
    expect(state.rooms.size).toBe(0);
    expect(reduce(state, seen(2, 'bob'))).toBe(state);
  });
});
