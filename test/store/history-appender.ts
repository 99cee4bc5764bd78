// Run as a program: appends entry after entry to a history, says which one it asks for and which one is confirmed, until
// it is killed. Arguments: the database, the worker's program, the number of this run, and how many at most.
import '../../src/base/platform.ts';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { SqliteHistory } from '../../src/store/history/sqlite-history.ts';
import { conversations, SampleLog } from './sample-history.ts';

const [path = '', worker = '', run = '1', limit = 'Infinity'] = process.argv.slice(2);
const history = new SqliteHistory({
  path,
  clock: systemClock,
  random: systemRandom,
  machine: 'here',
  workerFile: pathToFileURL(worker),
});
await history.open();
for (const conversation of conversations) await history.putConversation(conversation);
process.stdout.write('open\n');

/** Several at once, as a busy room has them: they share transactions. */
const writers = Number(limit) === Infinity ? 4 : 1;
await Promise.all(
  Array.from({ length: writers }, async (_, writer) => {
    const log = new SampleLog(writer, { log: Number(run) });
    for (let count = 0; count < Number(limit); count++) {
      const entry = log.text(`text ${count} `.repeat(1 + (count % 50)));
      process.stdout.write(`ask ${entry.id}\n`);
      await history.append([entry]);
      process.stdout.write(`kept ${entry.id}\n`);
    }
  }),
);
await history.close();
