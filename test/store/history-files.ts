// Histories in files, for tests.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { SqliteHistory, type SqliteHistoryParts } from '../../src/store/history/sqlite-history.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The worker as one file of JavaScript: from its sources each start takes ten times as long. */
export async function bundleWorker(folder: string): Promise<URL> {
  const outfile = join(folder, 'history-worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/store/history/history-worker.ts', import.meta.url))],
    outfile,
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' },
    // Where packages are found from, when the file itself is in a folder of its own.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  return pathToFileURL(outfile);
}

export type HistoryFileOptions = Partial<SqliteHistoryParts> & { readonly path: string };

/** Closed with the test, if that doesn't do it. */
export function historyAt(options: HistoryFileOptions): SqliteHistory {
  const history = new SqliteHistory({ clock: systemClock, random: systemRandom, machine: 'here', ...options });
  onTestFinished(() => history.close());
  return history;
}

export async function freshPath(): Promise<string> {
  return join(await temporaryFolder(), 'history.db');
}
