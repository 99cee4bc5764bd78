// Runs before every test file: the stand-ins for Node 20, one seed for all property tests, patience, and a watchdog.

import '../../src/base/platform.ts';
import { Worker } from 'node:worker_threads';
import { configureGlobal } from 'fast-check';
import { expect, vi } from 'vitest';

// Chosen once per run by vitest.config.ts, which prints it: FC_SEED=N repeats a run.
configureGlobal({ seed: Number(process.env['FC_SEED']) });

// As `expect.poll` (vitest.config.ts). There is no setting for this one, and its own second is soon over on a busy machine.
const waitFor = vi.waitFor.bind(vi);
vi.waitFor = (callback, options = 40_000) => waitFor(callback, options);

const STANDS_STILL_MS = 180_000;
const beats = new Int32Array(new SharedArrayBuffer(4));
setInterval(() => Atomics.add(beats, 0, 1), 1_000).unref();
new Worker(new URL('watchdog.mjs', import.meta.url), {
  workerData: { beats, file: expect.getState().testPath, patienceMs: STANDS_STILL_MS },
  execArgv: [],
}).unref();
