// How tests run. Two kinds: the ordinary ones, and those that build networks or terminals around real processes, which
// take longer and run afterwards, one file at a time, so that their times mean something.

import { defineConfig } from 'vitest/config';

const WHOLE_PROGRAM = ['test/lan/**/*.test.{ts,tsx}', 'test/terminal/**/*.test.{ts,tsx}'];

/** Only against hanging: on a machine with other work, what takes two seconds alone may take a minute. */
const TEST_TIMEOUT_MS = 120_000;

const seed = process.env['FC_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
if (process.env['FC_SEED'] === undefined) {
  process.env['FC_SEED'] = seed;
  // Other tools (knip) load this file as well: only a test run says its seed.
  if (process.argv.some((argument) => argument.includes('vitest'))) process.stderr.write(`FC_SEED=${seed}\n`);
}

// MMCHAT_TEST_REPORT=FILE also writes the results as JSON, for the last line of .ci/run.
const report = process.env['MMCHAT_TEST_REPORT'];

export default defineConfig({
  root: new URL('../../', import.meta.url).pathname,
  test: {
    env: { FC_SEED: seed },
    // On a busy machine the default of one second is soon over, and what never comes fails as well after forty.
    expect: { poll: { timeout: 40_000 } },
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: WHOLE_PROGRAM,
          setupFiles: ['test/house/setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: TEST_TIMEOUT_MS,
          hookTimeout: TEST_TIMEOUT_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: WHOLE_PROGRAM,
          setupFiles: ['test/house/setup.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: TEST_TIMEOUT_MS,
          hookTimeout: TEST_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
