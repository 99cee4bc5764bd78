// Frames become messages; bad bytes end one link and touch nobody else.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePeerMessage } from '../../src/wire/peer-messages.ts';
import { ServiceBench } from '../support/service-bench.ts';

test('garbage ends the link, others go on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      const bench = new ServiceBench();
      const [bob, mallory] = [bench.link(), bench.link()];
      void bench.saysBytes(mallory, bytes);
      expect(bob.closedBecause).toBeUndefined();
      expect(mallory.closedBecause ?? 'misbehaved').toBe('misbehaved');
    }),
  );
});

test('after the first bad frame the rest of that link is not even looked at', () => {
  const bench = new ServiceBench();
  const mallory = bench.link();
  let handled = 0;
  bench.router.handle('ping', () => {
    handled++;
  });
  for (let index = 0; index < 1_000; index++) void bench.saysBytes(mallory, new Uint8Array([0xff, 0xff]));
  void bench.saysBytes(mallory, encodePeerMessage({ type: 'ping', token: 1 }));
  expect(bench.router.dropped.get('bad-frame')).toBe(1);
  expect(handled).toBe(0);
});

test('a flood of good messages is read more slowly, and none of it is lost', async () => {
  const bench = new ServiceBench();
  const bob = bench.link();
  let handled = 0;
  bench.router.handle('pong', () => {
    handled++;
  });
  const flood = (async () => {
    for (let token = 0; token < 30_000; token++) await bench.says(bob, { type: 'pong', token });
  })();
  await bench.clock.advance(0);
  expect(handled).toBeLessThan(26_000);
  await bench.clock.advance(3_000);
  await flood;
  expect(handled).toBe(30_000);
});

test('a bug in a service costs that message and not the node', () => {
  const bench = new ServiceBench();
  const bob = bench.link();
  bench.router.handle('ping', () => {
    throw new TypeError('a bug');
  });
  void bench.saysBytes(bob, encodePeerMessage({ type: 'ping', token: 1 }));
  expect(bob.closedBecause).toBeUndefined();
});
