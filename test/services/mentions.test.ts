// Who is named in a text: whole names, the longest that fits, never the end of a mail address.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { mentionsIn } from '../../src/services/mentions.ts';
import { initialState } from '../../src/state/initial.ts';
import type { NodeState, Person } from '../../src/state/values.ts';
import { MAX_MENTIONS } from '../../src/wire/limits.ts';

function stateWith(...names: string[]): NodeState {
  const people = new Map(
    names.map((name): [string, Person] => [
      `id of ${name}`,
      {
        peerId: `id of ${name}`,
        name,
        claimedName: name,
        online: true,
        linked: true,
        via: 'p2p',
        rooms: [],
        trust: 'new',
      },
    ]),
  );
  return { ...initialState({ peerId: 'own', name: 'alice' }, { closedNetwork: false }), people };
}

test.each([
  ['hello @bob', ['id of bob']],
  ['@bob: look', ['id of bob']],
  ['(@Bob)', ['id of bob']],
  ['@bob_1, not the other', ['id of bob_1']],
  ['@bobby', []],
  ['mail bob@bob', []],
  ['@Ann Lee and @bob', ['id of Ann Lee', 'id of bob']],
  ['@alice is me', ['own']],
  ['nobody', []],
  ['@', []],
])('%s', (text, expected) => {
  expect(mentionsIn(text, stateWith('bob', 'bob_1', 'Ann Lee'))).toEqual(expected);
});

test('a text full of names costs little and names only so many', () => {
  const names = Array.from({ length: 100 }, (_, index) => `p${index}`);
  const text = names.map((name) => `@${name}`).join(' ');
  expect(mentionsIn(text, stateWith(...names)).length).toBe(MAX_MENTIONS);
  expect(mentionsIn('@'.repeat(60_000), stateWith(...names))).toEqual([]);
});
