// Run as a program: saves larger and larger values without end, until it is killed.
import '../../src/base/platform.ts';
import { systemClock } from '../../src/base/clock.ts';
import { JsonValueStore } from '../../src/store/json-value-store.ts';

const store = new JsonValueStore<unknown>({
  path: process.argv[2] ?? '',
  form: { what: 'value', initial: 0, parse: (json) => json },
  clock: systemClock,
  warn: (sentence) => {
    throw new Error(sentence);
  },
});
for (let count = 1; ; count++) {
  await store.save({ count, filling: 'x'.repeat((count * 7919) % 100_000) });
  process.stdout.write(`${count}\n`);
}
