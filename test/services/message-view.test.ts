// What an entry and its changes look like: only authors change their messages, the last word counts, whatever the order.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import type { StoredEntry, StoredMessage } from '../../src/contracts/history.ts';
import { REACTION_LIMITS, viewOf, type ViewContext } from '../../src/services/message-view.ts';
import type { Message } from '../../src/state/values.ts';
import { encodeDeleteBody, encodeEditBody, encodeReactionBody, encodeTextBody } from '../../src/wire/entry-bodies.ts';
import { ENTRY_KIND, type EntryKind } from '../../src/wire/log-entry.ts';

const NO_BYTES = new Uint8Array(0);
const TARGET = 'aa'.repeat(16);
const context: ViewContext = {
  ownPeerId: 'own',
  destinationOf: () => ({ kind: 'everyone' }),
  isBlocked: (peerId) => peerId === 'blocked',
};

let made = 0;

function entry(kind: EntryKind, author: string, order: number, body: Uint8Array | undefined): StoredEntry {
  made += 1;
  return {
    id: kind === 'text' ? TARGET : made.toString(16).padStart(32, '0'),
    conversation: '00'.repeat(16),
    author,
    logId: '11'.repeat(16),
    sequence: made,
    order,
    at: 1_000,
    kind: ENTRY_KIND[kind],
    hash: NO_BYTES,
    previous: NO_BYTES,
    header: NO_BYTES,
    signature: NO_BYTES,
    ...(body === undefined ? {} : { body }),
    arrival: made,
    arrivedAt: 1_000,
    bodyState: body === undefined ? 'missing' : 'here',
    forked: false,
  };
}

const text = (author = 'alice', words = 'hello'): StoredEntry =>
  entry('text', author, 1, encodeTextBody({ text: words }));
const edit = (author: string, order: number, words: string): StoredEntry =>
  entry('edit', author, order, encodeEditBody({ target: fromHex(TARGET), text: words }));
const deletion = (author: string, order: number): StoredEntry =>
  entry('delete', author, order, encodeDeleteBody({ target: fromHex(TARGET) }));
const reaction = (author: string, order: number, emoji: string, removed = false): StoredEntry =>
  entry('reaction', author, order, encodeReactionBody({ target: fromHex(TARGET), emoji, removed }));

function view(changes: StoredEntry[], message: StoredEntry = text()): Message | undefined {
  const stored: StoredMessage = { entry: message, place: 'everyone', changes, deliveredTo: [] };
  return viewOf(stored, context);
}

test('the last edit by the author counts; edits by others do not', () => {
  const shown = view([edit('alice', 5, 'second'), edit('alice', 3, 'first'), edit('bob', 9, 'forged')]);
  expect(shown).toMatchObject({ text: 'second', edited: true });
  expect(view([edit('bob', 9, 'forged')])).toMatchObject({ text: 'hello' });
  expect(view([edit('bob', 9, 'forged')])?.edited).toBeUndefined();
});

test('a deletion by the author is for good, also against later edits; by others it is nothing', () => {
  const gone = view([deletion('alice', 2), edit('alice', 9, 'back'), reaction('bob', 3, '👍')]);
  expect(gone).toMatchObject({ text: '', deleted: true });
  expect(gone?.reactions).toBeUndefined();
  expect(view([deletion('bob', 2)])).toMatchObject({ text: 'hello' });
});

test('for each person and emoji the last word counts', () => {
  const shown = view([
    reaction('carol', 7, '👍', true),
    reaction('bob', 2, '👍'),
    reaction('carol', 3, '👍'),
    reaction('bob', 4, '🎉'),
    reaction('blocked', 5, '👎'),
  ]);
  expect(shown?.reactions).toEqual([
    { emoji: '👍', by: ['bob'] },
    { emoji: '🎉', by: ['bob'] },
  ]);
});

test('the same changes in any order give the same view', () => {
  const author = fc.constantFrom('alice', 'bob', 'carol');
  const order = fc.integer({ min: 2, max: 8 });
  const change = fc.oneof(
    fc.tuple(author, order, fc.string()).map(([by, at, words]) => edit(by, at, words)),
    fc.tuple(fc.constantFrom('bob', 'carol'), order).map(([by, at]) => deletion(by, at)),
    fc
      .tuple(author, order, fc.constantFrom('👍', '🎉'), fc.boolean())
      .map(([by, at, emoji, removed]) => reaction(by, at, emoji, removed)),
  );
  fc.assert(
    fc.property(
      fc
        .array(change, { maxLength: 12 })
        .chain((changes) =>
          fc.tuple(
            fc.constant(changes),
            fc.shuffledSubarray(changes, { minLength: changes.length, maxLength: changes.length }),
          ),
        ),
      ([changes, shuffled]) => {
        const message = text();
        expect(view(shuffled, message)).toEqual(view(changes, message));
      },
    ),
  );
});

test('what blocked people wrote is not shown; a body that is not here is said to be missing', () => {
  expect(view([], text('blocked'))).toBeUndefined();
  expect(view([], entry('text', 'alice', 1, undefined))).toMatchObject({ text: '', missing: true });
  expect(view([], entry('text', 'alice', 1, Uint8Array.of(255, 255, 255)))).toMatchObject({ missing: true });
});

test('reactions are bounded, by emoji and by people', () => {
  const many = Array.from({ length: 300 }, (_, index) => reaction(`person ${index}`, 2 + index, '👍'));
  const kinds = Array.from({ length: 100 }, (_, index) => reaction('bob', 1_000 + index, `:${index}`));
  const shown = view([...many, ...kinds]);
  expect(shown?.reactions?.length).toBe(REACTION_LIMITS.emoji);
  expect(shown?.reactions?.[0]?.by.length).toBe(REACTION_LIMITS.people);
});
