// Random schedules of everything that machines do to a history. The name of a test has its seed: SCENARIO_SEED=N repeats it
// alone, SCENARIO_RUNS=N makes more of them.

import '../../src/base/platform.ts';
import { describe, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { HistoryStorm } from './history-storm.ts';

/** Always the same ones, then as many that follow from the seed of this test run. */
const FIXED_RUNS = 100;
/** Of them, half of the fixed and half of the fresh ones. */
const SQLITE_RUNS = 20;
const FRESH_RUNS = Number(process.env['SCENARIO_RUNS'] ?? 100);

const given = process.env['SCENARIO_SEED'];
const firstFresh = Number(process.env['FC_SEED'] ?? 0) % 1_000_000_000;
const seeds =
  given === undefined
    ? [...upFrom(1, FIXED_RUNS), ...upFrom(FIXED_RUNS + 1 + firstFresh, FRESH_RUNS)]
    : [Number(given)];

function upFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

describe('nothing acknowledged is lost or doubled, and all see the same', () => {
  for (const seed of seeds)
    test(`seed ${seed}`, async () => {
      const storm = new HistoryStorm(seed);
      await storm.blow();
      await storm.check();
      await storm.scenario.end();
    });
});

describe('the same on SQLite files that are cut back to what was synced at every kill', () => {
  for (const seed of seeds.filter((_, index) => index < SQLITE_RUNS / 2 || index >= seeds.length - SQLITE_RUNS / 2))
    test(`seed ${seed}`, async () => {
      await using folder = await temporaryFolder();
      const storm = new HistoryStorm(seed, { diskFolder: folder.path });
      await storm.blow();
      await storm.check();
      await storm.scenario.end();
    });
});
