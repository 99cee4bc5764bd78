// Histories in files, for tests.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { HISTORY_FILE, SqliteHistory, type SqliteHistoryParts } from '../../src/store/history/sqlite-history.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The worker as one file of JavaScript: from its sources each start takes ten times as long. */
export function bundleWorker(folder: string): Promise<URL> {
  return bundleProgram(folder, new URL('../../src/store/history/history-worker.ts', import.meta.url));
}

/** @param here where it finds packages from: it is in a folder of its own */
export async function bundleProgram(folder: string, program: URL, here: string = import.meta.url): Promise<URL> {
  const outfile = join(folder, basename(fileURLToPath(program)).replace('.ts', '.mjs'));
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' },
    define: { 'import.meta.url': JSON.stringify(here) },
  });
  return pathToFileURL(outfile);
}

/** A folder with the bundled worker, for all tests of a file. */
export function useBundledWorker(): () => { folder: string; workerFile: URL } {
  let made: { folder: string; workerFile: URL } | undefined;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mmchat-worker-'));
    made = { folder, workerFile: await bundleWorker(folder) };
  });
  afterAll(async () => {
    if (made !== undefined) await rm(made.folder, { recursive: true, force: true });
  });
  return () => made!;
}

export type HistoryFileOptions = Partial<SqliteHistoryParts> & { readonly path: string };

/** Closed with the test, if that doesn't do it. */
export function historyAt(options: HistoryFileOptions): SqliteHistory {
  const history = new SqliteHistory({ clock: systemClock, random: systemRandom, machine: 'here', ...options });
  onTestFinished(() => history.close());
  return history;
}

export async function freshPath(): Promise<string> {
  return join(await temporaryFolder(), HISTORY_FILE);
}
