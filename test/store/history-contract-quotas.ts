// What every History promises of space: whose entries are refused, whose bodies go.
import { describe, expect, it } from 'vitest';
import type { History, NewEntry } from '../../src/contracts/history.ts';
import { openHistory, results, textsOf, type MakeHistory } from './open-history.ts';
import { EPOCH, ROOM, ROOM_PLACE, SampleLog, withoutBody } from './sample-history.ts';

const LONG = 'word '.repeat(200);
const count = (answers: readonly string[], wanted: string): number =>
  answers.filter((answer) => answer === wanted).length;
const many = (log: SampleLog, length: number): NewEntry[] => Array.from({ length }, () => log.text(LONG));
const bodies = async (history: History, log: SampleLog): Promise<string> =>
  (await history.entries(log.name, [{ first: 1, last: 1e6 }], { limit: 1e4, maxBytes: 1e9 }))
    .map(({ bodyState }) => (bodyState === 'here' ? 'x' : bodyState === 'expired' ? '.' : '?'))
    .join('');

export function describeQuotas(make: MakeHistory): void {
  describe('quotas', () => {
    it('refuse what a stranger has too much of, and little of what known people have', async () => {
      const { history } = await openHistory(make, { strangerBytes: 10_000 });
      const [stranger, known, own] = [
        new SampleLog(1, { standing: 'stranger' }),
        new SampleLog(2),
        new SampleLog(3, { standing: 'own' }),
      ];
      const answers = await results(history, many(stranger, 40));
      expect(count(answers, 'stored')).toBeLessThan(6);
      expect(count(answers, 'refused')).toBe(40 - count(answers, 'stored'));
      expect(await results(history, [stranger.text(LONG, { sequence: 99, previous: new Uint8Array(32) })])).toEqual([
        'refused',
      ]);
      const fromKnown = await results(history, many(known, 500));
      expect(count(fromKnown, 'stored')).toBeGreaterThan(350);
      expect(count(fromKnown, 'refused')).toBeGreaterThan(50);
      expect(count(await results(history, many(own, 500)), 'stored')).toBe(500);
    });

    it('count what strangers bring over one link together', async () => {
      const { history } = await openHistory(make, { strangerBytes: 10_000 });
      const [carrier, other] = [new SampleLog(1), new SampleLog(2)];
      const fresh = (person: number, deliveredBy: string): NewEntry => ({
        ...new SampleLog(person, { standing: 'stranger' }).text(LONG),
        deliveredBy,
      });
      const first = await results(
        history,
        Array.from({ length: 30 }, (_, index) => fresh(100 + index, carrier.author)),
      );
      expect(count(first, 'stored')).toBeLessThan(6);
      expect(await results(history, [fresh(200, carrier.author), fresh(200, other.author)])).toEqual([
        'refused',
        'stored',
      ]);
    });

    it('give back what is no more', async () => {
      const { history } = await openHistory(make, { strangerBytes: 10_000 });
      const stranger = new SampleLog(1, { standing: 'stranger' });
      const texts = many(stranger, 40);
      const stored = count(await results(history, texts), 'stored');
      const next = stranger.text(LONG, { sequence: stored + 1, previous: texts[stored - 1]!.hash });
      expect(await results(history, [next])).toEqual(['refused']);
      await history.setBlocked(stranger.author, true);
      expect(await results(history, [next])).toEqual(['stored']);
    });

    it('bound the logs of a conversation, and forget mere claims first', async () => {
      const { history } = await openHistory(make, { logsPerConversation: 10 });
      const fresh = (person: number, standing: 'stranger' | 'known' = 'stranger'): SampleLog =>
        new SampleLog(person, { standing });
      await history.setFloors(Array.from({ length: 50 }, (_, index) => ({ ...fresh(100 + index).name, floor: 5 })));
      const answers = await results(
        history,
        Array.from({ length: 50 }, (_, index) => fresh(200 + index).text('x')),
      );
      expect([count(answers, 'stored'), count(answers, 'refused')]).toEqual([10, 40]);
      expect(await results(history, [fresh(1, 'known').text('x'), fresh(300).text('x')])).toEqual([
        'stored',
        'refused',
      ]);
      expect(await history.sequencesAt(ROOM, EPOCH * 2)).toHaveLength(11);
    });

    it('drop the oldest bodies when all is full, strangers’ first, one’s own never', async () => {
      const made = await openHistory(make, { databaseBytes: 100_000 });
      const { history } = made;
      const [stranger, known, own] = [
        new SampleLog(1, { standing: 'stranger' }),
        new SampleLog(2),
        new SampleLog(3, { standing: 'own' }),
      ];
      let time = EPOCH;
      const append = async (log: SampleLog, length: number): Promise<string[]> => {
        const answers: string[] = [];
        for (let index = 0; index < length; index++) {
          made.setTime((time += 1000));
          answers.push(...(await results(history, many(log, 1))));
        }
        return answers;
      };
      await append(own, 5);
      await append(stranger, 15);
      await append(known, 20);
      expect(await bodies(history, stranger)).toMatch(/^\.+x+$/);
      expect(await bodies(history, known)).toMatch(/^x+$/);
      await append(known, 40);
      expect(await bodies(history, stranger)).toMatch(/^\.+$/);
      expect(await bodies(history, known)).toMatch(/^\.+x+$/);
      // A stranger's do not push out those of people whom one knows.
      const before = await bodies(history, known);
      expect(new Set(await append(stranger, 3))).toEqual(new Set(['refused']));
      expect(await bodies(history, known)).toBe(before);
      // One's own push out all others, and are taken even then.
      expect(new Set(await append(own, 100))).toEqual(new Set(['stored']));
      expect(await bodies(history, own)).toMatch(/^x{105}$/);
      expect(await bodies(history, known)).toMatch(/^\.+$/);
      expect(new Set(await append(known, 3))).toEqual(new Set(['refused']));
      expect(await history.search('word', { limit: 200 })).toHaveLength(105);
    });

    it('spare somebody who became known', async () => {
      const { history } = await openHistory(make, { databaseBytes: 60_000 });
      const [friend, stranger] = [
        new SampleLog(1, { standing: 'stranger' }),
        new SampleLog(2, { standing: 'stranger' }),
      ];
      await history.append(many(friend, 5));
      await history.append(many(stranger, 5));
      await history.append([{ ...friend.text('hi'), standing: 'known' }]);
      await history.append(many(new SampleLog(3), 14));
      expect(await bodies(history, friend)).toBe('xxxxxx');
      expect(await bodies(history, stranger)).toMatch(/^\.+x*$/);
    });
  });

  describe('what is dropped', () => {
    it('for its age: bodies of everybody, but not what deletes and who is in a room', async () => {
      const made = await openHistory(make);
      const { history } = made;
      const [own, bob] = [new SampleLog(1, { standing: 'own' }), new SampleLog(2)];
      made.setTime(EPOCH + 1000);
      const [joined, first, gone] = [bob.write({ kind: 'join', text: 'bob' }), bob.text('first'), bob.text('gone')];
      await history.append([joined, first, own.text('mine'), gone, bob.delete(gone)]);
      made.setTime(EPOCH + 2000);
      await history.append([bob.edit(first, 'second'), bob.text('third')]);
      expect(await history.expire(EPOCH + 2000)).toBe(2);
      expect(await history.expire(EPOCH + 2000)).toBe(0);
      const { messages } = await history.page(ROOM_PLACE, { limit: 9 });
      expect(messages.map(({ entry }) => `${entry.kind} ${entry.bodyState}`).sort()).toEqual(
        ['2 here', '1 expired', '1 expired', '1 deleted', '1 here'].sort(),
      );
      expect((await history.search('first mine', { limit: 9 })).length).toBe(0);
      expect((await history.search('second', { limit: 9 })).map(({ entry }) => entry.id)).toEqual([first.id]);
      expect(await history.missingBodies(ROOM, 9)).toEqual([]);
      expect(await results(history, [first])).toEqual(['duplicate']);
      expect(await history.expire(EPOCH + 9000)).toBe(2);
      expect(await history.search('second', { limit: 9 })).toEqual([]);
      expect(await history.search('third', { limit: 9 })).toEqual([]);
    });

    it('of many, in many steps', async () => {
      const { history } = await openHistory(make);
      const bob = new SampleLog(2);
      await history.append(Array.from({ length: 2_500 }, () => bob.text('x')));
      const [expired, page] = await Promise.all([history.expire(EPOCH * 2), history.page(ROOM_PLACE, { limit: 1 })]);
      expect(expired).toBe(2_500);
      expect(page.messages).toHaveLength(1);
      expect(await history.search('x', { limit: 1 })).toEqual([]);
    });

    it('of people who are blocked, and fetched again when they are not', async () => {
      const { history } = await openHistory(make);
      const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
      const [text, missing, gone] = [bob.text('before'), bob.text('missing'), bob.text('gone')];
      await history.append([text, withoutBody(missing), gone, bob.delete(gone), alice.text('before, by alice')]);
      await history.setBlocked(bob.author, true);
      const later = { ...bob.text('after'), blocked: true };
      expect(await results(history, [later, text, { ...missing, blocked: true }])).toEqual([
        'stored',
        'duplicate',
        'duplicate',
      ]);
      const states = async (): Promise<string[]> =>
        (await history.entriesById([text, missing, gone, later].map(({ id }) => id))).map(({ bodyState }) => bodyState);
      expect(await states()).toEqual(['blocked', 'blocked', 'deleted', 'blocked']);
      expect(await history.missingBodies(ROOM, 9)).toEqual([]);
      expect(textsOf(await history.search('before', { limit: 9 }))).toEqual(['before, by alice']);
      expect(textsOf(await history.search('after', { limit: 9 }))).toEqual([]);
      await history.setBlocked(bob.author, false);
      expect(await states()).toEqual(['missing', 'missing', 'deleted', 'missing']);
      expect((await history.missingBodies(ROOM, 9)).slice(0, 1)).toEqual([later.id]);
      const { blocked: _, ...fetched } = later;
      expect(await results(history, [fetched, text])).toEqual(['body-added', 'body-added']);
      expect(textsOf(await history.search('after', { limit: 9 }))).toEqual(['after']);
    });

    it('is not fetched again by itself', async () => {
      const { history } = await openHistory(make);
      const alice = new SampleLog(1);
      const first = alice.text('first');
      await history.append([withoutBody(first), withoutBody(alice.delete(first))]);
      expect(await history.missingBodies(ROOM, 9)).toHaveLength(2);
      await history.append([alice.delete(first, { sequence: 3 })]);
      expect(await history.missingBodies(ROOM, 9)).toHaveLength(1);
    });
  });
}
