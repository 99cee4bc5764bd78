// The file of a history: whose it is, its versions, what becomes of a damaged one, and of a full disk.
import '../../src/base/platform.ts';
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { markOf, migrate, MIGRATIONS, versionOf } from '../../src/store/history/migrations.ts';
import { Database } from '../../src/store/history/sqlite-driver.ts';
import type { SqliteHistory } from '../../src/store/history/sqlite-history.ts';
import { copyHistory } from '../support/power-cut.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { bundleProgram, freshPath, historyAt, useBundledWorker, type HistoryFileOptions } from './history-files.ts';
import { idsOf, textsOf } from './open-history.ts';
import { conversations, EPOCH, ROOM_PLACE, SampleLog } from './sample-history.ts';
import { temporaryFolder } from './temporary-folder.ts';

const bundle = useBundledWorker();
const clock = { ...systemClock, now: () => EPOCH };
const at = (path: string, options: Partial<HistoryFileOptions> = {}): SqliteHistory =>
  historyAt({ path, clock, workerFile: bundle().workerFile, ...options });

async function opened(path: string, options: Partial<HistoryFileOptions> = {}): Promise<SqliteHistory> {
  const history = at(path, options);
  await history.open();
  for (const conversation of conversations) await history.putConversation(conversation);
  return history;
}

/** A closed history with this many texts by one person. */
async function written(path: string, count: number): Promise<SampleLog> {
  const history = await opened(path);
  const alice = new SampleLog(1);
  await history.append(Array.from({ length: count }, (_, index) => alice.text(`text ${index}`)));
  await history.close();
  return alice;
}

const countIn = async (history: SqliteHistory): Promise<number> =>
  (await history.page(ROOM_PLACE, { limit: 9_999 })).messages.length;

describe('the file', () => {
  it('is its owner’s alone, and nothing but a log is beside it', async () => {
    const path = await freshPath();
    const history = await opened(path);
    await history.append([new SampleLog(1).text('hello')]);
    for (const name of await readdir(dirname(path)))
      expect([name, (await stat(`${dirname(path)}/${name}`)).mode & 0o077]).toEqual([name, 0]);
    expect((await readdir(dirname(path))).sort()).toEqual(['history.db', 'history.db-wal']);
    await history.close();
    expect(await readdir(dirname(path))).toEqual(['history.db']);
  });

  it('belongs to one at a time', async () => {
    const path = await freshPath();
    const first = await opened(path);
    await expect(at(path).open()).rejects.toMatchObject({
      code: 'data-dir-in-use',
      message: expect.stringMatching(/another .*--data-dir/i) as string,
    });
    await first.append([new SampleLog(1).text('still works')]);
    await first.close();
    await opened(path);
  });

  it('belongs to one process at a time, and to the next one when that is killed', async () => {
    const path = await freshPath();
    const child = await spawnHolder(path);
    await once(child.stdout, 'data');
    await expect(at(path).open()).rejects.toMatchObject({ code: 'data-dir-in-use' });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await opened(path);
  });

  it('in a place that can’t be used is refused with the place', async () => {
    const folder = await temporaryFolder();
    await writeFile(`${folder}/file`, '');
    for (const path of [`${folder}/file/history.db`, `${folder}/nowhere/history.db`, folder])
      await expect(at(path).open()).rejects.toMatchObject({
        code: 'data-dir',
        message: expect.stringContaining(path) as string,
      });
    await expect(
      at(`${folder}/history.db`, { fileSystemType: () => Promise.resolve(0x6969) }).open(),
    ).rejects.toMatchObject({
      code: 'data-dir',
      message: expect.stringMatching(/NFS.*--data-dir/) as string,
    });
    expect(await readdir(folder)).toEqual(['file']);
  });
});

describe('a version', () => {
  it('that is newer is refused, and stays as it is', async () => {
    const path = await freshPath();
    await written(path, 5);
    const database = new Database(path);
    database.exec(`PRAGMA user_version = ${markOf(99)}`);
    database.close();
    const before = await readFile(path);
    await expect(at(path).open()).rejects.toMatchObject({
      code: 'data-dir',
      message: expect.stringMatching(/newer.*--data-dir/) as string,
    });
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(dirname(path))).toEqual(['history.db']);
  });

  it('of the first builds, a plain 1, is read', async () => {
    const path = await freshPath();
    await written(path, 5);
    const database = new Database(path);
    database.exec('PRAGMA user_version = 1');
    database.close();
    const { logs, warnings } = await at(path).open();
    expect(logs).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it.each(Array.from({ length: MIGRATIONS.length + 1 }, (_, version) => version))(
    '%i becomes the present one',
    async (version) => {
      const path = await freshPath();
      if (version > 0) await written(path, 5);
      const history = at(path);
      const opening = await history.open();
      expect(opening.logs).toHaveLength(version > 0 ? 1 : 0);
      expect(opening.warnings).toEqual([]);
      await history.close();
      const database = new Database(path);
      expect(versionOf(database)).toBe(MIGRATIONS.length);
      database.close();
    },
  );

  it('is reached step by step, by all steps or by none', async () => {
    const path = await freshPath();
    await written(path, 5);
    const database = new Database(path);
    onTestFinished(() => database.close());
    const steps = [
      ...MIGRATIONS,
      'ALTER TABLE logs ADD COLUMN one INTEGER NOT NULL DEFAULT 1',
      'CREATE TABLE two (x) STRICT',
    ];
    expect(() => migrate(database, steps)).toThrow(/datatype/);
    expect(versionOf(database)).toBe(MIGRATIONS.length);
    expect(() => database.all('SELECT one FROM logs')).toThrow();
    steps.pop();
    migrate(database, [...steps, 'CREATE TABLE two (x TEXT) STRICT; INSERT INTO two SELECT peer_id FROM people']);
    expect(versionOf(database)).toBe(MIGRATIONS.length + 2);
    expect(database.all('SELECT one FROM logs')).toHaveLength(1);
    expect(database.all('SELECT x FROM two')).toHaveLength(1);
    expect(database.get('SELECT count(*) AS count FROM entries')).toMatchObject({ count: 5 });
    expect(() => migrate(database, steps)).toThrow(/newer/);
  });
});

describe('a damaged file', () => {
  const damages: [string, (path: string) => Promise<void>][] = [
    ['of something else', (path) => writeFile(path, 'hello '.repeat(1_000))],
    ['that is cut short', (path) => truncate(path, 30_000)],
    ['without its first page', (path) => overwrite(path, 0, 4_096)],
    ['with a hole', (path) => overwrite(path, 3 * 4_096, 30 * 4_096)],
    [
      'that is a database of something else',
      async (path) => {
        await writeFile(path, '');
        const database = new Database(path);
        database.exec("CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('a song')");
        database.close();
      },
    ],
  ];

  it.each(damages)('%s is put aside with a warning, and a new one begins', async (name, damage) => {
    const path = await freshPath();
    await written(path, 300);
    await damage(path);
    const damaged = await readFile(path);
    const history = at(path);
    const { warnings, conversations: kept, ownLogId } = await history.open();
    const aside = `${path}.damaged-20300102T000000Z`;
    expect(warnings).toEqual([
      `The kept messages in ${path} were damaged. They are now in ${aside}, and a new file is begun.`,
    ]);
    expect(kept).toEqual([]);
    expect(ownLogId).toMatch(/^[0-9a-f]{32}$/);
    if (name === 'that is a database of something else') expect((await readFile(aside)).includes('a song')).toBe(true);
    else expect(await readFile(aside)).toEqual(damaged);
    await history.close();
    expect((await at(path).open()).warnings).toEqual([]);
  });

  it('does not take the place of one that was put aside in the same second', async () => {
    const path = await freshPath();
    for (const content of ['one', 'two']) {
      await writeFile(path, content.repeat(999));
      const history = at(path);
      expect((await history.open()).warnings).toHaveLength(1);
      await history.close();
    }
    expect((await readdir(dirname(path))).filter((name) => name.includes('damaged'))).toHaveLength(2);
  });

  it('takes its log along', async () => {
    const path = await freshPath();
    const live = await opened(path);
    await live.append([new SampleLog(1).text('x')]);
    const copy = await freshPath();
    await copyHistory(path, copy);
    await writeFile(copy, 'broken'.repeat(999));
    // SQLite would write a whole log back over it; without one there is nothing to help.
    await truncate(`${copy}-wal`, 10);
    expect((await at(copy).open()).warnings).toHaveLength(1);
    const names = (await readdir(dirname(copy))).filter((name) => name.includes('damaged'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => name.startsWith(`${basename(copy)}.damaged-`))).toBe(true);
  });

  // https://sqlite.org/fileformat.html#the_database_header
  it('with a byte changed in its header never stops the program', async () => {
    const path = await freshPath();
    await written(path, 5);
    const whole = await readFile(path);
    for (let offset = 0; offset < 100; offset++)
      for (const value of [0, 2, 0x63, 0xff]) {
        if (whole[offset] === value) continue;
        const bytes = Buffer.from(whole);
        bytes[offset] = value;
        const copy = await freshPath();
        await writeFile(copy, bytes);
        const history = at(copy);
        await history.open();
        await history.close();
      }
  }, 60_000);

  it('with bytes changed anywhere never stops the program', async () => {
    const path = await freshPath();
    await written(path, 300);
    const whole = await readFile(path);
    const random = seededRandom(Number(process.env['FC_SEED']));
    for (let round = 0; round < 12; round++) {
      const bytes = Buffer.from(whole);
      for (let count = 0; count < 40; count++) bytes[random.below(bytes.length)] = random.below(256);
      const copy = await freshPath();
      await writeFile(copy, bytes);
      const history = at(copy);
      const { warnings } = await history.open();
      // Either it is noticed at once, or what can be read is read and what can't says so.
      if (warnings.length === 0) {
        const answers = await Promise.allSettled([
          history.page(ROOM_PLACE, { limit: 999 }),
          history.search('text', { limit: 99 }),
          history.since(0, 999),
        ]);
        for (const answer of answers)
          if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'history' });
      }
      await history.close();
    }
  }, 60_000);

  it('that breaks while it is in use rejects with a sentence, and the next start puts it aside', async () => {
    const path = await freshPath();
    // Large enough that its pages are not all in memory.
    const history = await opened(path);
    const alice = new SampleLog(1);
    for (let round = 0; round < 8; round++)
      await history.append(Array.from({ length: 500 }, () => alice.text('many words '.repeat(600))));
    await history.close();
    const again = await opened(path);
    await overwrite(path, 10 * 4_096, (await stat(path)).size - 10 * 4_096);
    const answers = await Promise.allSettled([
      again.page(ROOM_PLACE, { limit: 999 }),
      again.search('many', { limit: 999 }),
      again.entries(alice.name, [{ first: 1, last: 4_000 }], { limit: 4_000, maxBytes: 1e9 }),
    ]);
    expect(answers.some(({ status }) => status === 'rejected')).toBe(true);
    for (const answer of answers)
      if (answer.status === 'rejected') {
        expect(answer.reason).toMatchObject({
          code: 'history',
          message: expect.stringMatching(/damaged.*restart/) as string,
        });
      }
    await again.close();
  }, 60_000);
});

describe('a full disk', () => {
  const filling = 'x '.repeat(2_000);

  async function fillAndRecover(
    path: string,
    makeRoom: () => Promise<SqliteHistory>,
    history: SqliteHistory,
  ): Promise<void> {
    const alice = new SampleLog(1);
    const kept: string[] = [];
    let failure: unknown;
    for (let count = 0; count < 2_000 && failure === undefined; count++) {
      const entry = alice.text(filling);
      await history.append([entry]).then(
        () => kept.push(entry.id),
        (error: unknown) => (failure = error),
      );
    }
    expect(failure).toMatchObject({ code: 'disk-full', message: expect.stringMatching(/disk is full/) as string });
    expect(kept.length).toBeGreaterThan(10);
    // Reading goes on, and nothing is there by halves.
    expect(new Set(idsOf((await history.page(ROOM_PLACE, { limit: 9_999 })).messages))).toEqual(new Set(kept));
    await expect(history.append([alice.text(filling.repeat(10)), alice.text(filling)])).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(await countIn(history)).toBe(kept.length);
    const after = await makeRoom();
    const next = alice.text('there is space again');
    expect(await after.append([next])).toMatchObject([{ result: 'stored' }]);
    expect(await countIn(after)).toBe(kept.length + 1);
    expect(textsOf(await after.search('space', { limit: 9 }))).toEqual(['there is space again']);
    await after.close();
    const check = new Database(path);
    expect(check.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
    check.close();
  }

  it('is told, and nothing is half written (a limit of pages)', async () => {
    const path = await freshPath();
    const history = await opened(path, { maxPages: 300 });
    const makeRoom = async (): Promise<SqliteHistory> => {
      await history.close();
      return opened(path);
    };
    await fillAndRecover(path, makeRoom, history);
  });

  it('while the file is made is told too', async () => {
    const path = await freshPath();
    await expect(at(path, { maxPages: 5 }).open()).rejects.toMatchObject({ code: 'disk-full' });
    await opened(path);
  });

  it('of a real file system, and the same program goes on when there is space', async () => {
    const folder = await temporaryFolder();
    // Only root may make file systems; everywhere else the limit of pages above has to do.
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status === 0;
    onTestFinished(() => {
      // Lazily: garbage may hold a file open for a while.
      if (mounted) spawnSync('umount', ['--lazy', folder]);
    });
    const path = `${folder}/history.db`;
    const history = await opened(path, mounted ? {} : { maxPages: 300 });
    const makeRoom = async (): Promise<SqliteHistory> => {
      if (mounted) {
        expect(spawnSync('mount', ['-o', 'remount,size=64m', folder]).status).toBe(0);
        return history;
      }
      await history.close();
      return opened(path);
    };
    await fillAndRecover(path, makeRoom, history);
  });
});

async function overwrite(path: string, from: number, length: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.alloc(length, 0xa5), 0, length, from);
  } finally {
    await file.close();
  }
}

/** Another process that has the file open until it is killed. */
async function spawnHolder(path: string): Promise<ChildProcessByStdio<null, Readable, null>> {
  const { folder, workerFile } = bundle();
  const program = await bundleProgram(folder, new URL('./history-appender.ts', import.meta.url));
  const child = spawn(process.execPath, [fileURLToPath(program), path, fileURLToPath(workerFile), '1', '1000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}
