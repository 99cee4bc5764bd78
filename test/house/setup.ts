// Runs before every test file: the stand-ins for Node 20, one seed for all property tests, patience.

import '../../src/base/platform.ts';
import { configureGlobal } from 'fast-check';
import { vi } from 'vitest';

// Chosen once per run by vitest.config.ts, which prints it: FC_SEED=N repeats a run.
configureGlobal({ seed: Number(process.env['FC_SEED']) });

// As `expect.poll` (vitest.config.ts). There is no setting for this one, and its own second is soon over on a busy machine.
const waitFor = vi.waitFor.bind(vi);
vi.waitFor = (callback, options = 10_000) => waitFor(callback, options);
