// The history of scenarios: on a real file, in this thread. It keeps the contract, and what it confirmed survives the power.
import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { LocalSqliteHistory } from '../support/local-sqlite-history.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { describeHistory } from './history-contract.ts';
import { freshPath } from './history-files.ts';
import { conversations, EPOCH, ROOM_PLACE, SampleLog } from './sample-history.ts';

const random = seededRandom(Number(process.env['FC_SEED']));

describeHistory('LocalSqliteHistory', async (limits = {}) => {
  let path = await freshPath();
  let now = EPOCH;
  const clock = { ...systemClock, now: () => now };
  const make = (machine: string): LocalSqliteHistory =>
    new LocalSqliteHistory({ path, clock, random: systemRandom, limits, machine });
  let history = make('here');
  return {
    history,
    setTime: (time) => (now = time),
    again: async ({ crash = false, machine = 'here' } = {}) => {
      if (crash) {
        const copy = await freshPath();
        await history.cutPower(copy, random);
        path = copy;
      } else await history.close();
      history = make(machine);
      return history;
    },
  };
});

it('keeps what it confirmed through many power cuts', async () => {
  let path = await freshPath();
  const parts = { clock: systemClock, random: systemRandom, machine: 'here' };
  const alice = new SampleLog(1);
  for (let round = 0; round < 20; round++) {
    const history = new LocalSqliteHistory({ ...parts, path });
    expect((await history.open()).warnings).toEqual([]);
    for (const conversation of conversations) await history.putConversation(conversation);
    expect((await history.page(ROOM_PLACE, { limit: 999 })).messages).toHaveLength(round * 5);
    for (let count = 0; count < 5; count++) await history.append([alice.text('x'.repeat(random.below(9_000)))]);
    const copy = await freshPath();
    const lost = history.append([new SampleLog(2).text('never confirmed')]).catch((error: unknown) => error);
    await history.cutPower(copy, random);
    expect(await lost).toMatchObject({ code: 'stopped' });
    path = copy;
  }
});
