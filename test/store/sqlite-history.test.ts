// A history in a database keeps the contract.
import '../../src/base/platform.ts';
import { systemClock } from '../../src/base/clock.ts';
import { copyHistory } from '../support/power-cut.ts';
import { describeHistory } from './history-contract.ts';
import { freshPath, historyAt, useBundledWorker } from './history-files.ts';

const bundle = useBundledWorker();

describeHistory('SqliteHistory', async (limits = {}) => {
  const { workerFile } = bundle();
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
