// A file of the tests as a program of its own, for processes that a test starts.

import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @returns the path of the bundle, in `folder` */
export async function bundled(entry: URL, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(entry.pathname, '.ts')}.mjs`);
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return outfile;
}
