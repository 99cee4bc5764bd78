// What others say, put into a history as fast as it is taken, with every signature to be checked: beside a plain table.

import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { SignatureChecker } from '../../src/base/ed25519.ts';
import { systemRandom } from '../../src/base/random.ts';
import { toHex } from '../../src/base/bytes.ts';
import type { NewEntry } from '../../src/contracts/history.ts';
import { machineName } from '../../src/store/history/machine-name.ts';
import { HISTORY_FILE, SqliteHistory } from '../../src/store/history/sqlite-history.ts';
import { everyoneConversationId } from '../../src/wire/conversation-id.ts';
import { PlainDatabase } from './plain-database.ts';
import { SampleLog, samplePerson, unchecked, type SampleEntry } from './sample-log.ts';
import { SampleTexts } from './sample-texts.ts';

const PEOPLE = 10;
/** As synchronisation hands them over. */
const BATCH_ENTRIES = 64;
/** Batches that are on their way to the disk at one time. */
const BATCHES_AT_ONCE = 4;

/** Signed by ten people in turn, each to be checked. */
export function uncheckedEntries(count: number): (SampleEntry & NewEntry)[] {
  const texts = new SampleTexts(2);
  const writers = Array.from({ length: PEOPLE }, (_, number) => {
    const person = samplePerson(1_000 + number);
    const parts = { conversation: everyoneConversationId(), standing: 'known', signed: true } as const;
    return { person, log: new SampleLog({ ...parts, person, deliveredBy: person.peerId }) };
  });
  return Array.from({ length: count }, (_, number) => {
    const writer = writers[number % writers.length];
    if (writer === undefined) throw new RangeError('Somebody has to say something.');
    const entry = writer.log.write(texts.next(), number + 1, Date.now());
    return { ...entry, ...unchecked(entry, writer.person) };
  });
}

export async function openHistory(dataDir: string): Promise<SqliteHistory> {
  const common = { clock: systemClock, random: systemRandom, machine: machineName() };
  const history = new SqliteHistory({ ...common, path: path.join(dataDir, HISTORY_FILE) });
  await history.open();
  await history.putConversation({
    id: toHex(everyoneConversationId()),
    place: 'everyone',
    destination: { kind: 'everyone' },
    memberSince: Date.now(),
  });
  return history;
}

/** Resolves when all of them are durable. */
export async function appendToHistory(history: SqliteHistory, entries: readonly NewEntry[]): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < entries.length) {
      const batch = entries.slice(next, (next += BATCH_ENTRIES));
      const outcomes = await history.append(batch);
      const bad = outcomes.find(({ result }) => result !== 'stored');
      if (bad !== undefined) throw new Error(`An entry of the bench was not kept: ${bad.result}.`);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
}

/** The same work by the plainest means, in this thread. */
export async function appendToPlainTable(dataDir: string, entries: readonly SampleEntry[]): Promise<void> {
  const database = new PlainDatabase(path.join(dataDir, 'plain.db'));
  const checker = new SignatureChecker();
  for (let next = 0; next < entries.length; next += BATCH_ENTRIES) {
    const batch = entries.slice(next, next + BATCH_ENTRIES);
    for (const { unchecked: check, signature } of batch)
      if (check !== undefined && !checker.verify(check.publicKey, check.message, signature))
        throw new Error('A wrong signature.');
    database.append(batch);
    // Others get their turn, as everywhere in the program.
    await new Promise((resolve) => setImmediate(resolve));
  }
  database.close();
}
