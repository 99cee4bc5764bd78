// What every History promises of logs: what is here of them, where they fork, who has them.
import { describe, expect, it } from 'vitest';
import type { History, LogSummary } from '../../src/contracts/history.ts';
import { EPOCH, OTHER_ROOM, ROOM, ROOM_PLACE, SampleLog } from './sample-history.ts';
import { openHistory, results, type HistoryUnderTest, type MakeHistory } from './open-history.ts';

/** All logs as the next start sees them; and the history of that start. */
export async function logsOf(made: HistoryUnderTest): Promise<{ history: History; logs: readonly LogSummary[] }> {
  const history = await made.again();
  const { logs } = await history.open();
  return { history, logs: [...logs].sort((a, b) => (a.author + a.logId < b.author + b.logId ? -1 : 1)) };
}

const xor = (...ids: string[]): string =>
  ids
    .map((id) => BigInt(`0x${id}`))
    .reduce((left, right) => left ^ right)
    .toString(16)
    .padStart(32, '0');

export function describeLogs(make: MakeHistory): void {
  describe('logs', () => {
    it('say what is here, and it is so after a restart', async () => {
      const made = await openHistory(make);
      const [alice, bob] = [new SampleLog(1), new SampleLog(2, { standing: 'own' })];
      const texts = Array.from({ length: 12 }, (_, index) => alice.text(`text ${index}`, { order: index + 100 }));
      const own = bob.text('mine');
      await made.history.append([own, ...texts.filter((_, index) => ![0, 4, 5, 9].includes(index))]);
      const { logs } = await logsOf(made);
      expect(logs).toHaveLength(2);
      const last = texts.at(-1)!;
      expect(logs.find(({ author }) => author === alice.author)).toEqual({
        ...alice.name,
        floor: 1,
        ranges: [
          { first: 2, last: 4 },
          { first: 7, last: 9 },
          { first: 11, last: 12 },
        ],
        head: { sequence: 12, hash: last.hash, order: 111 },
        forkMark: '',
        bytes: expect.any(Number) as number,
      });
      expect(logs.find(({ author }) => author === bob.author)?.bytes).toBeGreaterThan(own.header.length);
    });

    it('have a floor, below which nothing is claimed and nothing deleted', async () => {
      const made = await openHistory(make);
      const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
      const texts = Array.from({ length: 9 }, (_, index) => alice.text(`text ${index}`));
      await made.history.append(texts);
      await made.history.setFloors([
        { ...alice.name, floor: 5 },
        { ...bob.name, floor: 7 },
        { ...bob.name, conversation: 'cc'.repeat(16), floor: 7 },
      ]);
      const { history, logs } = await logsOf(made);
      expect(logs.find(({ author }) => author === alice.author)).toMatchObject({
        floor: 5,
        ranges: [{ first: 5, last: 9 }],
      });
      expect(logs.find(({ author }) => author === bob.author)).toMatchObject({
        floor: 7,
        ranges: [],
        head: { sequence: 0 },
      });
      expect(logs).toHaveLength(2);
      expect(await history.entries(alice.name, [{ first: 1, last: 4 }], { limit: 9, maxBytes: 1e6 })).toHaveLength(4);
      await history.setFloors([{ ...alice.name, floor: 3 }]);
      expect((await logsOf(made)).logs.find(({ author }) => author === alice.author)).toMatchObject({
        floor: 3,
        ranges: [{ first: 3, last: 9 }],
      });
    });

    it('keep both of two entries with one sequence, and mark them', async () => {
      const made = await openHistory(make);
      const [alice, copy] = [new SampleLog(1), new SampleLog(1)];
      const [first, second, third] = [alice.text('1'), alice.text('2'), alice.text('3')];
      copy.text('1');
      const other = copy.text('other 2', { previous: first.hash });
      const another = copy.text('another 2', { previous: first.hash, sequence: 2 });
      expect((await made.history.append([first, second, third])).map(({ forked }) => forked)).toEqual([
        false,
        false,
        false,
      ]);
      expect(await made.history.append([other])).toMatchObject([
        { result: 'stored', forked: true, message: { entry: { id: other.id, forked: true } } },
      ]);
      const sequenceTwo = async (): Promise<string[]> =>
        (await made.history.entries(alice.name, [{ first: 2, last: 2 }], { limit: 9, maxBytes: 1e6 })).map(
          ({ id, forked }) => `${id} ${forked}`,
        );
      expect(await sequenceTwo()).toEqual([other.id, second.id].sort().map((id) => `${id} true`));
      expect((await made.history.entriesById([first.id, third.id])).map(({ forked }) => forked)).toEqual([
        false,
        false,
      ]);
      const { history, logs } = await logsOf(made);
      expect(logs[0]).toMatchObject({ forkMark: xor(other.id, second.id), ranges: [{ first: 1, last: 3 }] });
      await history.append([another]);
      expect((await logsOf(made)).logs[0]?.forkMark).toBe(xor(other.id, second.id, another.id));
    });

    it('mark what does not follow from what is before it', async () => {
      const { history } = await openHistory(make);
      const [alice, copy] = [new SampleLog(1), new SampleLog(1)];
      const [first, second, third] = [alice.text('1'), alice.text('2'), alice.text('3')];
      copy.text('1');
      const otherSecond = copy.text('other 2', { previous: first.hash });
      const otherThird = copy.text('other 3');
      const marks = async (): Promise<string> =>
        (await history.entriesById([first, second, third, otherSecond, otherThird].map(({ id }) => id)))
          .map(({ forked }) => (forked ? 'f' : '.'))
          .join('');
      await history.append([first, otherThird]);
      expect(await marks()).toBe('..');
      expect(await history.append([second])).toMatchObject([{ forked: false }]);
      expect(await marks()).toBe('..f');
      await history.append([otherSecond]);
      expect(await marks()).toBe('.ff.');
      await history.append([third]);
      expect(await marks()).toBe('.ffff');
    });

    it('remember until when something had come', async () => {
      const made = await openHistory(make);
      const { history } = made;
      const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
      made.setTime(EPOCH + 1000);
      await history.append([alice.text('1'), alice.text('2'), bob.text('1', { sequence: 5 })]);
      made.setTime(EPOCH + 2000);
      await history.append([alice.text('3'), bob.text('1', { sequence: 3 })]);
      const at = async (time: number): Promise<[string, number][]> =>
        (await history.sequencesAt(ROOM, time))
          .map(({ author, sequence }): [string, number] => [author, sequence])
          .sort();
      expect(await at(EPOCH + 999)).toEqual([]);
      expect(await at(EPOCH + 1999)).toEqual(
        [
          [alice.author, 2],
          [bob.author, 5],
        ].sort(),
      );
      expect(await at(EPOCH + 2000)).toEqual(
        [
          [alice.author, 3],
          [bob.author, 5],
        ].sort(),
      );
      expect(await history.sequencesAt(OTHER_ROOM, EPOCH + 9999)).toEqual([]);
    });

    it('know who has what of one’s own', async () => {
      const made = await openHistory(make);
      const [own, bob, carol] = [new SampleLog(1, { standing: 'own' }), new SampleLog(2), new SampleLog(3)];
      const texts = Array.from({ length: 6 }, (_, index) => own.text(`text ${index}`));
      await made.history.append(texts);
      await made.history.noteDelivered(own.name, bob.author, { first: 1, last: 2 });
      await made.history.noteDelivered(own.name, bob.author, { first: 4, last: 4 });
      await made.history.noteDelivered(own.name, bob.author, { first: 3, last: 3 });
      await made.history.noteDelivered(own.name, carol.author, { first: 4, last: 1e9 });
      await made.history.noteDelivered(bob.name, carol.author, { first: 1, last: 3 });
      const { history } = await logsOf(made);
      expect(await history.deliveredTo(bob.author)).toEqual([{ ...own.name, ranges: [{ first: 1, last: 4 }] }]);
      expect(await history.deliveredTo(carol.author)).toEqual([{ ...own.name, ranges: [{ first: 4, last: 6 }] }]);
      expect(await history.deliveredTo(own.author)).toEqual([]);
      const { messages } = await history.page(ROOM_PLACE, { limit: 9 });
      expect(messages.map(({ deliveredTo }) => deliveredTo.length)).toEqual([1, 1, 1, 2, 1, 1]);
      // Not more of somebody's own than there is.
      await history.append([own.text('later')]);
      expect(await history.deliveredTo(carol.author)).toMatchObject([{ ranges: [{ first: 4, last: 6 }] }]);
    });

    it('can have gaps, but not without bound', async () => {
      const { history } = await openHistory(make);
      const [alice, own] = [new SampleLog(1), new SampleLog(2, { standing: 'own' })];
      const gaps = (log: SampleLog, count: number): ReturnType<SampleLog['text']>[] =>
        Array.from({ length: count }, (_, index) =>
          log.text('x', { sequence: 2 * index + 1, previous: new Uint8Array(index === 0 ? 0 : 32) }),
        );
      const answers = await results(history, gaps(alice, 1_100));
      expect(answers.filter((result) => result === 'refused')).toHaveLength(1_100 - 1_024);
      expect(new Set(answers.slice(0, 1_024))).toEqual(new Set(['stored']));
      // What fills one is welcome.
      expect(await results(history, [alice.text('fits', { sequence: 2, previous: new Uint8Array(32) })])).toEqual([
        'stored',
      ]);
      expect(new Set(await results(history, gaps(own, 1_100)))).toEqual(new Set(['stored']));
    });
  });
}
