// The same set of entries, in any order, in any portions, some of them twice, some without their body at first, gives the
// same view; and both ways of keeping a history give the same one.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { LogName, NewEntry } from '../../src/contracts/history.ts';
import { LocalHistory } from '../../src/store/history/local-history.ts';
import { logKey } from '../../src/store/history/logs.ts';
import { MemoryTables } from '../../src/store/history/memory-tables.ts';
import { migrate } from '../../src/store/history/migrations.ts';
import { Database } from '../../src/store/history/sqlite-driver.ts';
import { SqliteTables } from '../../src/store/history/sqlite-tables.ts';
import type { HistoryTables } from '../../src/store/history/tables.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { conversations, EPOCH, OTHER_ROOM, ROOM, ROOM_PLACE, SampleLog, withoutBody } from './sample-history.ts';

const parts = { clock: { ...systemClock, now: () => EPOCH * 2 }, random: systemRandom, machine: 'here' };

function sqliteTables(): HistoryTables {
  const database = new Database(':memory:');
  migrate(database);
  return new SqliteTables(database);
}

interface Act {
  readonly person: number;
  readonly elsewhere: boolean;
  readonly what: 'text' | 'edit' | 'delete' | 'react' | 'join' | 'leave';
  /** Which of the entries so far it is about. */
  readonly about: number;
  readonly order: number;
  readonly word: number;
  /** Claims a sequence that was used already. */
  readonly fork: boolean;
}

const WORDS = ['apple', 'pear', 'plum', 'cherry', '世界'];

const acts = fc.array(
  fc.record<Act>({
    person: fc.integer({ min: 0, max: 2 }),
    elsewhere: fc.boolean(),
    what: fc.constantFrom('text', 'text', 'edit', 'edit', 'delete', 'react', 'join', 'leave'),
    about: fc.nat(),
    order: fc.integer({ min: 1, max: 9 }),
    word: fc.nat({ max: WORDS.length - 1 }),
    fork: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
);

function written(list: readonly Act[]): NewEntry[] {
  const logs = [0, 1, 2].map((person) =>
    [ROOM, OTHER_ROOM].map(
      (conversation) => new SampleLog(person, { conversation, standing: person === 0 ? 'own' : 'known' }),
    ),
  );
  const entries: NewEntry[] = [];
  const lastSequence = new Map<SampleLog, number>();
  for (const { person, elsewhere, what, about, order, word, fork } of list) {
    const log = logs[person]![elsewhere ? 1 : 0]!;
    const last = lastSequence.get(log) ?? 0;
    const sequence = fork && last > 0 ? 1 + (about % last) : last + 1;
    lastSequence.set(log, Math.max(last, sequence));
    const target = entries.length === 0 ? { id: 'ff'.repeat(16) } : entries[about % entries.length]!;
    const text = `${WORDS[word]!} ${entries.length}`;
    const options = { order, sequence, at: EPOCH + entries.length * 1000 };
    switch (what) {
      case 'text':
        entries.push(log.text(text, options));
        break;
      case 'edit':
        entries.push(log.edit(target, text, options));
        break;
      case 'delete':
        entries.push(log.delete(target, options));
        break;
      case 'react':
        entries.push(log.react(target, '+', options));
        break;
      default:
        entries.push(log.write({ kind: what, ...options }));
    }
  }
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

const byKey = (one: LogName, other: LogName): number => (logKey(one) < logKey(other) ? -1 : 1);

/** Everything that can be seen, but for when it came. */
async function viewAfter(tables: HistoryTables, portions: readonly (readonly NewEntry[])[]): Promise<unknown> {
  const history = new LocalHistory(parts, tables);
  await history.open();
  for (const conversation of conversations) await history.putConversation(conversation);
  for (const portion of portions) await history.append(portion);
  await history.close();
  const next = new LocalHistory(parts, tables);
  const { logs } = await next.open();
  const find = async (word: string, place?: string): Promise<string[]> =>
    (await next.search(word, { limit: 999, ...(place === undefined ? {} : { place }) })).map(({ entry }) => entry.id);
  const places = conversations.map(({ place }) => place);
  const view = {
    logs: [...logs].sort(byKey),
    pages: await Promise.all(places.map((place) => next.page(place, { limit: 999 }))),
    found: await Promise.all([...WORDS, 'p', 'pl'].map((word) => find(word))),
    foundHere: await find('apple', ROOM_PLACE),
    members: await Promise.all(places.map((place) => next.memberships(place))),
    missing: await Promise.all(conversations.map(({ id }) => next.missingBodies(id, 999))),
    newest: (await next.lastMessages(9)).map(({ entry }) => entry.id),
    entries: await Promise.all(
      [...logs].sort(byKey).map((log) => next.entries(log, [{ first: 1, last: 999 }], { limit: 999, maxBytes: 1e9 })),
    ),
  };
  return withoutArrival(view);
}

function withoutArrival(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'arrival' || key === 'arrivedAt' ? 0 : inner)),
  );
}

/** The same entries in another order: some twice, some first without their body. */
function shuffled(entries: readonly NewEntry[], seed: number): NewEntry[][] {
  const random = seededRandom(seed);
  const again = entries.filter(() => random.below(2) === 0);
  const list = [...entries, ...again, ...again.map(withoutBody)]
    .map((entry) => ({ entry, place: random.fraction() }))
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry);
  const portions: NewEntry[][] = [];
  while (list.length > 0) portions.push(list.splice(0, 1 + random.below(6)));
  return portions;
}

describe('the view of a set of entries', () => {
  it('is the same in any order, in memory and in the database', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.nat(), async (list, seed) => {
        const entries = written(list);
        const plain = await viewAfter(new MemoryTables(), [entries]);
        expect(await viewAfter(new MemoryTables(), shuffled(entries, seed))).toEqual(plain);
        expect(await viewAfter(sqliteTables(), shuffled(entries, seed + 1))).toEqual(plain);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
