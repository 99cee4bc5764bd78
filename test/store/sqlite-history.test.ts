// A history in a database keeps the contract.
import '../../src/base/platform.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { copyHistory } from '../support/power-cut.ts';
import { describeHistory } from './history-contract.ts';
import { bundleWorker, freshPath, historyAt } from './history-files.ts';

let folder: string;
let workerFile: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmchat-worker-'));
  workerFile = await bundleWorker(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeHistory('SqliteHistory', async (limits = {}) => {
  let path = await freshPath();
  let now = 0;
  const clock = { ...systemClock, now: () => now };
  let history = historyAt({ path, clock, limits, workerFile });
  return {
    history,
    setTime: (time) => (now = time),
    again: async ({ crash = false, machine = 'here' } = {}) => {
      if (crash) {
        const copy = await freshPath();
        await copyHistory(path, copy);
        path = copy;
      } else await history.close();
      history = historyAt({ path, clock, limits, workerFile, machine });
      return history;
    },
  };
});
