// The number of dials side by side follows what the nodes can take.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { DIAL_WINDOW, DialWindow } from '../../src/services/dial-window.ts';

function fill(window: DialWindow, speculative = false): number {
  let begun = 0;
  for (; window.isOpen(speculative); begun++) window.begin();
  return begun;
}

function drain(window: DialWindow, count: number): void {
  for (let index = 0; index < count; index++) window.end('failed');
}

it('grows with links up to a bound, and dials that fail for other reasons change nothing', () => {
  const window = new DialWindow();
  expect(fill(window)).toBe(DIAL_WINDOW.first);
  drain(window, DIAL_WINDOW.first);
  for (let index = 0; index < 20; index++) {
    window.begin();
    window.end('linked');
  }
  expect(fill(window)).toBe(DIAL_WINDOW.most);
  drain(window, DIAL_WINDOW.most);
  expect(fill(window)).toBe(DIAL_WINDOW.most);
});

it('shrinks when links do not come in time, never to nothing, and recovers', () => {
  const window = new DialWindow();
  const begun = fill(window);
  for (let index = 0; index < begun; index++) window.end('overrun');
  expect(fill(window)).toBe(DIAL_WINDOW.least);
  drain(window, DIAL_WINDOW.least);
  window.begin();
  window.end('linked');
  expect(fill(window)).toBe(DIAL_WINDOW.least + 1);
});

it('keeps half of the places for those that surely are there', () => {
  const window = new DialWindow();
  expect(fill(window, true)).toBe(DIAL_WINDOW.first / 2);
  expect(fill(window)).toBe(DIAL_WINDOW.first / 2);
  drain(window, DIAL_WINDOW.first);
  for (let index = 0; index < 5; index++) {
    window.begin();
    window.end('overrun');
  }
  expect(fill(window, true)).toBe(1);
});
