// Starts the worker's program, wherever it is: two folders up in the sources and in the library, beside or above the chunks
// of the bundle.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const PLACES = ['../../', '../', './'];

/** @param here import.meta.url of a file in this folder, or of the bundle that it became a part of */
export function workerFile(here: string = import.meta.url): URL {
  const name = here.endsWith('.ts') ? 'bulk-worker.ts' : 'bulk-worker.js';
  const files = PLACES.map((place) => new URL(`${place}${name}`, here));
  return files.find((file) => existsSync(fileURLToPath(file))) ?? new URL(name, here);
}

export function startWorker(workerData: unknown, file: URL = workerFile()): Worker {
  // Whatever this process was started with does not concern it.
  const options = { workerData, execArgv: [], name: 'bulk' };
  if (!file.pathname.endsWith('.ts')) return new Worker(file, options);
  // From the sources, in tests and for development. `--import tsx` does nothing in a worker of Node 20.
  const tsx = new URL('./esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')));
  const [loader, main] = [tsx.href, file.href].map((url) => `import(${JSON.stringify(url)})`);
  const program = `${loader}.then(({ register }) => (register(), ${main}))`;
  return new Worker(program, { ...options, eval: true });
}
