// A history in memory keeps the contract, and nothing for ever.
import '../../src/base/platform.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { MemoryHistory } from '../../src/store/history/memory-history.ts';
import { describeHistory } from './history-contract.ts';

describeHistory('MemoryHistory', async (limits = {}) => {
  let now = 0;
  const clock = { ...systemClock, now: () => now };
  let history = new MemoryHistory({ clock, random: systemRandom, machine: 'here', limits });
  return {
    history,
    setTime: (time) => (now = time),
    again: async ({ crash = false, machine = 'here' } = {}) => {
      if (!crash) await history.close();
      history = history.reopened({ machine });
      return history;
    },
  };
});
