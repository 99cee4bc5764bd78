// How people come to see each other, and stop to.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

test('two who start on the same LAN are linked within a second', async () => {
  const scenario = new Scenario();
  const alice = scenario.person('alice');
  const bob = scenario.person('bob');
  await alice.start();
  await scenario.pass(10_000);
  await bob.start();
  const tookMs = await scenario.until('they see each other', () => alice.sees.length > 0 && bob.sees.length > 0);
  expect(tookMs).toBeLessThan(1_000);
  expect(alice.sees).toEqual(['bob']);
  expect(bob.sees).toEqual(['alice']);
  await scenario.end();
});
