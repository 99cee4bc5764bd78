// Runs before every test file: the stand-ins for Node 20, and one seed for all property tests.

import '../../src/base/platform.ts';
import { configureGlobal } from 'fast-check';

// Chosen once per run by vitest.config.ts, which prints it: FC_SEED=N repeats a run.
configureGlobal({ seed: Number(process.env['FC_SEED']) });
