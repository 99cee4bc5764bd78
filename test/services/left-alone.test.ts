// Who is not called, for how long, and that nobody can fill the list.
import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { LeftAlone } from '../../src/services/left-alone.ts';

test('a start is left alone until its time', () => {
  const left = new LeftAlone();
  left.add('a', 100);
  left.add('b', Infinity);
  expect([left.has('a', 99), left.has('a', 100), left.has('b', 1e12), left.has('c', 0)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  left.delete('b');
  expect(left.has('b', 0)).toBe(false);
});

test('the newest are kept of many', () => {
  const left = new LeftAlone();
  for (let index = 0; index < 10_000; index++) left.add(`start ${index}`, 100);
  const held = Array.from({ length: 10_000 }, (_, index) => left.has(`start ${index}`, 0));
  expect(held.filter(Boolean).length).toBe(256);
  expect(held.at(-1)).toBe(true);
});
