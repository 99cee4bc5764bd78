// The thread behind a history: where its program is found, what happens when it dies, what waits goes together.
import '../../src/base/platform.ts';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { packEntries, unpackEntries } from '../../src/store/history/packed-entries.ts';
import type { SqliteHistory } from '../../src/store/history/sqlite-history.ts';
import type { NewEntry } from '../../src/contracts/history.ts';
import type { Call } from '../../src/store/history/verbs.ts';
import { workerFile } from '../../src/store/history/worker-file.ts';
import { BATCH_ENTRIES, WriteQueue } from '../../src/store/history/write-queue.ts';
import { bundleProgram, freshPath, historyAt, useBundledWorker } from './history-files.ts';
import { conversations, ROOM_PLACE, SampleLog, unchecked, withoutBody } from './sample-history.ts';
import { temporaryFolder } from './temporary-folder.ts';

const bundle = useBundledWorker();
const dist = (file: string): URL => new URL(`../../dist/${file}`, import.meta.url);

async function takesEntries(history: SqliteHistory): Promise<void> {
  await history.open();
  for (const conversation of conversations) await history.putConversation(conversation);
  await history.append([new SampleLog(1).text('hello')]);
  expect(await history.search('hello', { limit: 9 })).toHaveLength(1);
  await history.close();
}

describe('the program of the thread', () => {
  it('runs from its sources', async () => {
    expect(workerFile().pathname).toMatch(/src\/store\/history\/history-worker\.ts$/);
    await takesEntries(historyAt({ path: await freshPath() }));
  });

  it('runs from the bundle of the program', async () => {
    expect(existsSync(dist('cli/history-worker.js')), 'run `npm run build` first').toBe(true);
    await takesEntries(historyAt({ path: await freshPath(), workerFile: dist('cli/history-worker.js') }));
  });

  it('runs from the library', async () => {
    const library = (await import(dist('lib/store/history/sqlite-history.js').href)) as {
      SqliteHistory: typeof SqliteHistory;
    };
    const parts = { path: await freshPath(), clock: systemClock, random: systemRandom, machine: 'here' };
    await takesEntries(new library.SqliteHistory(parts));
  });

  it('is found beside the file that starts it, and beside the folder of chunks', async () => {
    const folder = await temporaryFolder();
    await mkdir(`${folder}/chunks`);
    await writeFile(`${folder}/history-worker.js`, '');
    for (const here of [`${folder}/main.js`, `${folder}/chunks/node-1234.js`])
      expect(fileURLToPath(workerFile(pathToFileURL(here).href))).toBe(`${folder}/history-worker.js`);
  });

  it('without any SQLite says which Node and which package would help', async () => {
    const folder = await temporaryFolder();
    // Packages are looked for from where this says: nowhere.
    const source = new URL('../../src/store/history/history-worker.ts', import.meta.url);
    const alone = await bundleProgram(folder, source, pathToFileURL(`${folder}/here.js`).href);
    const history = historyAt({ path: await freshPath(), workerFile: alone });
    if (hasBuiltInSearch()) await takesEntries(history);
    else
      await expect(history.open()).rejects.toMatchObject({
        code: 'history',
        message: expect.stringMatching(
          /^Messages can't be kept: Node\.js [\d.]+ .*@photostructure\/sqlite .*\.$/,
        ) as string,
      });
  });
});

describe('a thread that is gone', () => {
  /** Opens, and ends itself at the first call after that. */
  const suicidal = `
    import { parentPort } from 'node:worker_threads';
    const opening = { ownLogId: '', conversations: [], logs: [], warnings: [] };
    parentPort.on('message', ({ kind, id }) => {
      if (kind === 'open') parentPort.postMessage([{ id, value: opening }]);
      else END;
    });`;

  it.each(['process.exit(3)', "throw new Error('broken')"])('rejects everything (%s)', async (end) => {
    const file = `${await temporaryFolder()}/worker.mjs`;
    await writeFile(file, suicidal.replace('END', end));
    const history = historyAt({ path: await freshPath(), workerFile: pathToFileURL(file) });
    await history.open();
    const answers = await Promise.allSettled([
      history.page(ROOM_PLACE, { limit: 1 }),
      history.append([new SampleLog(1).text('x')]),
      history.append([new SampleLog(1).text('y')]),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'history' } });
    await expect(history.message('00'.repeat(16))).rejects.toMatchObject({ code: 'history' });
    await history.close();
    await history.close();
  });

  it('that never began rejects the opening', async () => {
    const history = historyAt({ path: await freshPath(), workerFile: new URL('file:///nowhere/worker.mjs') });
    await expect(history.open()).rejects.toMatchObject({ code: 'history' });
    await expect(history.page(ROOM_PLACE, { limit: 1 })).rejects.toMatchObject({ code: 'history' });
    await history.close();
  });
});

describe('entries on their way to the thread', () => {
  it('arrive as they were', () => {
    const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
    const text = alice.text('hello');
    const frame = Buffer.alloc(98_304, 7);
    const entries = [
      text,
      unchecked(alice.edit(text, 'hello!'), alice),
      withoutBody(bob.text('x')),
      bob.write({ kind: 'join' }),
      { ...bob.delete(text), blocked: true, header: frame.subarray(100, 330) },
    ];
    const packed = packEntries(entries);
    expect(packed.bytes.buffer.byteLength).toBeLessThan(5_000);
    const plain = (list: readonly NewEntry[]): unknown[] =>
      list.map((entry) => ({ ...entry, header: toHex(entry.header) }));
    expect(plain(unpackEntries(packed))).toEqual(plain(entries));
  });
});

describe('writes that wait', () => {
  const call = (entries: number): Call => ({
    verb: 'append',
    args: [Array.from({ length: entries })],
    context: { now: 0, freshLogId: '' },
  });

  it('go together, in their order, as many as one transaction takes', () => {
    const queue = new WriteQueue();
    const next = (): number[] => queue.next().map(({ id }) => id);
    for (const [id, entries] of [
      [1, 1],
      [2, BATCH_ENTRIES - 1],
      [3, 1],
      [4, 5 * BATCH_ENTRIES],
      [5, 1],
    ] as const)
      queue.add({ id, call: call(entries) });
    expect(next()).toEqual([1, 2]);
    expect(next()).toEqual([]);
    queue.answered(2);
    expect(next()).toEqual([]);
    queue.answered(1);
    expect(next()).toEqual([3]);
    queue.answered(3);
    expect(next()).toEqual([4]);
    queue.answered(4);
    expect(next()).toEqual([5]);
  });

  it('leave questions their turn, however much is written', async () => {
    const history = historyAt({ path: await freshPath(), workerFile: bundle().workerFile });
    await history.open();
    for (const conversation of conversations) await history.putConversation(conversation);
    const alice = new SampleLog(1);
    const first = alice.text('first');
    await history.append([first]);
    const done: string[] = [];
    const large = history
      .append(Array.from({ length: 8 * BATCH_ENTRIES }, () => alice.text('x')))
      .then(() => done.push('write'));
    const question = history.message(first.id).then((message) => done.push(message === undefined ? 'nothing' : 'read'));
    await Promise.all([large, question]);
    expect(done).toEqual(['read', 'write']);
    await history.close();
  });
});

function hasBuiltInSearch(): boolean {
  try {
    const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as {
      DatabaseSync: new (path: string) => { exec(sql: string): void };
    };
    new DatabaseSync(':memory:').exec(
      "CREATE VIRTUAL TABLE probe USING fts5 (x, content = '', contentless_delete = 1)",
    );
    return true;
  } catch {
    return false;
  }
}
