// What every History promises.
import { describe, expect, it } from 'vitest';
import { comparePeerIds } from '../../src/state/peer-order.ts';
import { describeLogs } from './history-contract-logs.ts';
import { describeQuotas } from './history-contract-quotas.ts';
import { describeSearch } from './history-contract-search.ts';
import { describeStarts } from './history-contract-starts.ts';
import { idsOf, openHistory, results, textsOf, type MakeHistory } from './open-history.ts';
import {
  conversations,
  EPOCH,
  OTHER_PLACE,
  OTHER_ROOM,
  ROOM,
  ROOM_PLACE,
  SampleLog,
  unchecked,
  withoutBody,
} from './sample-history.ts';

export function describeHistory(name: string, make: MakeHistory): void {
  describe(`${name} as a History`, () => {
    describe('entries', () => {
      it('are given back as they came', async () => {
        const { history } = await openHistory(make);
        const alice = new SampleLog(1);
        const [first, second] = [alice.text('hello'), alice.write({ kind: 'join' })];
        expect(await history.append([first, second])).toEqual([
          { id: first.id, result: 'stored', forked: false },
          { id: second.id, result: 'stored', forked: false },
        ]);
        const { standing: _s, deliveredBy: _d, searchText: _t, shown: _h, ...record } = first;
        const stored = await history.message(first.id);
        expect(stored).toEqual({
          entry: {
            ...record,
            arrival: expect.any(Number) as number,
            arrivedAt: EPOCH + 1_000_000,
            bodyState: 'here',
            forked: false,
          },
          place: ROOM_PLACE,
          changes: [],
          deliveredTo: [],
        });
        const [joined] = await history.entriesById([second.id]);
        expect(joined).toMatchObject({ bodyState: 'here', sequence: 2 });
        expect(joined?.body).toHaveLength(0);
        expect(joined?.previous).toEqual(first.hash);
        expect(await history.message('00'.repeat(16))).toBeUndefined();
        expect((await history.entriesById([second.id, '00'.repeat(16), first.id])).map(({ id }) => id)).toEqual([
          second.id,
          first.id,
        ]);
      });

      it('count once', async () => {
        const { history } = await openHistory(make);
        const alice = new SampleLog(1);
        const entry = alice.text('hello');
        expect(await results(history, [entry, entry])).toEqual(['stored', 'duplicate']);
        expect(await results(history, [entry])).toEqual(['duplicate']);
        expect((await history.page(ROOM_PLACE, { limit: 10 })).messages).toHaveLength(1);
      });

      it('need a conversation', async () => {
        const { history } = await openHistory(make);
        const lost = new SampleLog(1, { conversation: 'cc'.repeat(16) });
        const alice = new SampleLog(1);
        const [bad, good] = await Promise.allSettled([
          history.append([alice.text('a'), lost.text('b')]),
          history.append([alice.text('c')]),
        ]);
        expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'internal' } });
        expect(good.status).toBe('fulfilled');
        expect(textsOf((await history.page(ROOM_PLACE, { limit: 10 })).messages)).toEqual(['c']);
      });

      it('are kept only with a right signature, where nobody has looked before', async () => {
        const { history } = await openHistory(make);
        const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
        const right = unchecked(alice.text('right'), alice);
        const wrong = unchecked(bob.text('wrong'), alice);
        const short = { ...unchecked(bob.text('short'), bob), signature: new Uint8Array(3) };
        expect(await results(history, [right, wrong, short])).toEqual(['stored', 'forged', 'forged']);
        expect(textsOf((await history.page(ROOM_PLACE, { limit: 10 })).messages)).toEqual(['right']);
        expect(await history.entriesById([wrong.id, short.id])).toEqual([]);
      });

      it('get their body later', async () => {
        const { history } = await openHistory(make);
        const alice = new SampleLog(1);
        const [first, second, edit] = [alice.text('hello'), alice.text('world'), alice.text('x')];
        await history.append([withoutBody(first), second, withoutBody(edit)]);
        expect((await history.message(first.id))?.entry).toMatchObject({ bodyState: 'missing' });
        expect(await history.missingBodies(ROOM, 10)).toEqual([edit.id, first.id]);
        expect(await history.missingBodies(ROOM, 1)).toEqual([edit.id]);
        expect(await history.missingBodies(OTHER_ROOM, 10)).toEqual([]);
        const { arrival } = await history.since(0, 10);
        const [outcome] = await history.append([first]);
        expect(outcome).toMatchObject({
          result: 'body-added',
          message: { entry: { id: first.id, bodyState: 'here' } },
        });
        expect(idsOf((await history.since(arrival, 10)).messages)).toEqual([first.id]);
        expect(idsOf(await history.search('hello', { limit: 10 }))).toEqual([first.id]);
        expect(await results(history, [first, second])).toEqual(['duplicate', 'duplicate']);
      });

      it('are found by log and range', async () => {
        const { history } = await openHistory(make);
        const alice = new SampleLog(1);
        const entries = Array.from({ length: 10 }, (_, index) => alice.text(`text ${index + 1}`));
        await history.append(entries.filter(({ sequence }) => sequence !== 5));
        const sequences = async (
          ranges: { first: number; last: number }[],
          limit = 100,
          maxBytes = 1e6,
        ): Promise<number[]> =>
          (await history.entries(alice.name, ranges, { limit, maxBytes })).map(({ sequence }) => sequence);
        expect(
          await sequences([
            { first: 1, last: 2 },
            { first: 4, last: 6 },
          ]),
        ).toEqual([1, 2, 4, 6]);
        expect(await sequences([{ first: 8, last: Number.MAX_SAFE_INTEGER }])).toEqual([8, 9, 10]);
        expect(await sequences([{ first: 1, last: 10 }], 3)).toEqual([1, 2, 3]);
        expect(await sequences([{ first: 1, last: 10 }], 100, 1)).toEqual([1]);
        const bytes = entries
          .slice(0, 3)
          .reduce((sum, { header, signature, body }) => sum + header.length + signature.length + body!.length, 0);
        expect(await sequences([{ first: 1, last: 10 }], 100, bytes)).toEqual([1, 2, 3]);
        expect(await sequences([{ first: 1, last: 10 }], 100, bytes - 1)).toEqual([1, 2]);
        expect(
          await history.entries({ ...alice.name, logId: '99'.repeat(16) }, [{ first: 1, last: 9 }], {
            limit: 9,
            maxBytes: 9,
          }),
        ).toEqual([]);
      });
    });

    describe('pages', () => {
      it('are in screen order, with older ones before', async () => {
        const { history } = await openHistory(make);
        const people = [1, 2, 3].map((person) => new SampleLog(person));
        const entries = people.flatMap((log) =>
          Array.from({ length: 7 }, (_, index) => log.text(`${log.author} ${index}`)),
        );
        await history.append([...entries].reverse());
        const onScreen = [...entries]
          .sort((a, b) => a.order - b.order || comparePeerIds(a.author, b.author))
          .map(({ id }) => id);
        const newest = await history.page(ROOM_PLACE, { limit: 5 });
        expect(idsOf(newest.messages)).toEqual(onScreen.slice(-5));
        expect(newest.more).toBe(true);
        const older = await history.page(ROOM_PLACE, { limit: 16, before: onScreen.at(-5)! });
        expect(idsOf(older.messages)).toEqual(onScreen.slice(0, -5));
        expect(older.more).toBe(false);
        expect(await history.page(ROOM_PLACE, { limit: 5, before: onScreen[0]! })).toEqual({
          messages: [],
          more: false,
        });
        expect(await history.page(OTHER_PLACE, { limit: 5 })).toEqual({ messages: [], more: false });
        await expect(history.page(ROOM_PLACE, { limit: 5, before: '00'.repeat(16) })).rejects.toMatchObject({
          code: 'no-such-message',
        });
        await expect(history.page(OTHER_PLACE, { limit: 5, before: onScreen[0]! })).rejects.toMatchObject({
          code: 'no-such-message',
        });
      });

      it('show several conversations of one place together', async () => {
        const { history } = await openHistory(make);
        const [before, after] = [new SampleLog(1), new SampleLog(1, { conversation: OTHER_ROOM })];
        const first = before.text('first');
        await history.append([first, before.text('third', { order: 9 }), after.text('second', { order: 5 })]);
        await history.putConversation({ ...conversations[1]!, place: ROOM_PLACE });
        await history.append([after.delete(first, { order: 10 }), after.text('fourth', { order: 11 })]);
        expect(textsOf((await history.page(ROOM_PLACE, { limit: 9 })).messages)).toEqual([
          undefined,
          'second',
          'third',
          'fourth',
        ]);
        expect((await history.page(OTHER_PLACE, { limit: 9 })).messages).toEqual([]);
        expect(textsOf(await history.search('second', { place: ROOM_PLACE, limit: 9 }))).toEqual(['second']);
        expect(await history.search('second', { place: OTHER_PLACE, limit: 9 })).toEqual([]);
      });

      it('give the last message of each place', async () => {
        const { history } = await openHistory(make);
        const [here, there] = [new SampleLog(1), new SampleLog(2, { conversation: OTHER_ROOM })];
        await history.append([
          there.text('old', { at: EPOCH + 1 }),
          here.text('older', { at: EPOCH }),
          there.react(here.text('x'), '!'),
        ]);
        expect(textsOf(await history.lastMessages(9))).toEqual(['old', 'older']);
        expect(textsOf(await history.lastMessages(1))).toEqual(['old']);
      });
    });

    describe('since', () => {
      it('gives what came, in the order in which it came, each once', async () => {
        const { history } = await openHistory(make);
        const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
        const [first, second] = [alice.text('first', { order: 7 }), alice.text('second', { order: 3 })];
        await history.append([first, second]);
        const all = await history.since(0, 10);
        expect(textsOf(all.messages)).toEqual(['first', 'second']);
        expect(all.more).toBe(false);
        const one = await history.since(0, 1);
        expect(textsOf(one.messages)).toEqual(['first']);
        expect(one.more).toBe(true);
        expect(textsOf((await history.since(one.arrival, 10)).messages)).toEqual(['second']);
        await history.append([
          bob.react(first, '!'),
          alice.edit(second, 'second, better'),
          bob.react(second, '!'),
          bob.text('third'),
        ]);
        const changed = await history.since(all.arrival, 10);
        expect(textsOf(changed.messages)).toEqual(['first', 'second', 'third']);
        expect(changed.messages.map(({ changes }) => changes.length)).toEqual([1, 2, 0]);
        expect(await history.since(changed.arrival, 10)).toEqual({
          messages: [],
          arrival: changed.arrival,
          more: false,
        });
      });
    });

    describe('changes', () => {
      it('come with their message, whichever came first', async () => {
        const { history } = await openHistory(make);
        const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
        const text = alice.text('hello');
        const edit = alice.edit(text, 'hello!');
        const reaction = bob.react(text, '+', { order: 2 });
        const early = await history.append([edit, reaction]);
        expect(early.map(({ message }) => message)).toEqual([undefined, undefined]);
        const [outcome] = await history.append([text]);
        expect(outcome?.message?.changes.map(({ id }) => id)).toEqual(
          [edit, reaction].sort((a, b) => a.order - b.order || comparePeerIds(a.author, b.author)).map(({ id }) => id),
        );
        const [late] = await history.append([bob.react(text, '-')]);
        expect(late?.message?.entry.id).toBe(text.id);
        expect(late?.message?.changes).toHaveLength(3);
        expect(await history.message(edit.id)).toBeUndefined();
      });

      it('stay out of other places', async () => {
        const { history } = await openHistory(make);
        const [alice, there] = [new SampleLog(1), new SampleLog(1, { conversation: OTHER_ROOM })];
        const text = alice.text('hello');
        const outcomes = await history.append([
          text,
          there.delete(text),
          there.react(text, '!'),
          there.edit(text, 'bye'),
        ]);
        expect(outcomes.slice(1).map(({ message }) => message)).toEqual([undefined, undefined, undefined]);
        expect(await history.message(text.id)).toMatchObject({ changes: [], entry: { bodyState: 'here' } });
        expect(idsOf(await history.search('hello', { limit: 9 }))).toEqual([text.id]);
      });

      it.each(['before', 'after'])('delete what they are to delete when they come %s it', async (when) => {
        const { history } = await openHistory(make);
        const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
        const [text, other] = [alice.text('secret'), bob.text('secret too')];
        const edit = alice.edit(text, 'secret word');
        const changes = [edit, alice.delete(text), alice.delete(other)];
        await history.append(when === 'before' ? [...changes, text, other] : [text, other, ...changes]);
        const [gone, left] = [await history.message(text.id), await history.message(other.id)];
        expect(gone?.entry).toMatchObject({ bodyState: 'deleted' });
        expect(gone?.entry.body).toBeUndefined();
        expect(gone?.changes.map(({ bodyState }) => bodyState)).toEqual(['deleted', 'here']);
        expect(left?.entry.bodyState).toBe('here');
        expect(idsOf(await history.search('secret', { limit: 9 }))).toEqual([other.id]);
        expect(await results(history, [text, edit])).toEqual(['duplicate', 'duplicate']);
        expect((await history.message(text.id))?.entry.body).toBeUndefined();
        expect(await history.missingBodies(ROOM, 9)).toEqual([]);
      });

      it('are bounded, and what the author changed is among them', async () => {
        const { history } = await openHistory(make);
        const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
        const text = alice.text('hello');
        await history.append([
          text,
          alice.edit(text, 'hello!'),
          ...Array.from({ length: 800 }, () => bob.react(text, '!')),
        ]);
        const changes = (await history.message(text.id))!.changes;
        expect(changes).toHaveLength(501);
        expect(changes.filter(({ author }) => author === alice.author)).toHaveLength(1);
        expect(changes.at(-1)?.order).toBe(800);
      });
    });

    describeLogs(make);
    describeQuotas(make);
    describeSearch(make);
    describeStarts(make);
  });
}
