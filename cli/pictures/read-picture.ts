// Small pictures for the screen, each made by a thread of its own; one after the other.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { MmchatError } from '../../src/index.ts';
import type { Pixels } from './image-header.ts';
import type { PictureAnswer } from './picture-worker.ts';

const TIMEOUT_MS = 15_000;
/** A photograph of 12 million pixels takes some 200 MB while it is decoded. */
const HEAP_MB = 512;

/** @throws MmchatError with a few words that stand in the picture's place */
export async function readPicture(path: string, signal: AbortSignal): Promise<Pixels> {
  const worker = startWorker({ path });
  const timer = setTimeout(() => void worker.terminate(), TIMEOUT_MS);
  const onAbort = (): void => void worker.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await new Promise<PictureAnswer>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', () => resolve({ problem: 'too much to be shown here' }));
      worker.once('exit', () => resolve({ problem: 'it takes too long to be shown here' }));
    });
    if ('problem' in answer) throw new MmchatError('corrupt', answer.problem);
    return answer.pixels;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

/** Beside this file in the sources; beside or above the chunks of the bundle. */
function workerFile(here: string = import.meta.url): URL {
  const name = here.endsWith('.ts') ? 'picture-worker.ts' : 'picture-worker.js';
  const beside = new URL(`./${name}`, here);
  return existsSync(fileURLToPath(beside)) ? beside : new URL(`../${name}`, here);
}

function startWorker(workerData: unknown): Worker {
  const file = workerFile();
  const options = {
    workerData,
    execArgv: [],
    name: 'picture',
    // What a decoder has to say must not reach the screen.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  };
  if (!file.pathname.endsWith('.ts')) return new Worker(file, options);
  // From the sources, in tests and for development. `--import tsx` does nothing in a worker of Node 20.
  const tsx = new URL('./esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')));
  const [loader, main] = [tsx.href, file.href].map((url) => `import(${JSON.stringify(url)})`);
  return new Worker(`${loader}.then(({ register }) => (register(), ${main}))`, { ...options, eval: true });
}
