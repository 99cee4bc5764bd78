// The engine of transfers, in this thread and in a worker.
import '../../src/base/platform.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import { LocalBulkEngine } from '../../src/net/bulk/local-bulk-engine.ts';
import { WorkerBulkEngine } from '../../src/net/bulk/worker-bulk-engine.ts';
import { startWorker } from '../../src/net/bulk/worker-file.ts';
import { bulkContract } from '../support/bulk-contract.ts';
import { plainFiles } from '../support/plain-files.ts';

const WORKER = new URL('../support/plain-bulk-worker.ts', import.meta.url);

bulkContract(
  'the engine in this thread',
  (limits) =>
    new LocalBulkEngine({
      files: plainFiles,
      clock: systemClock,
      random: systemRandom,
      port: 0,
      ...(limits && { limits }),
    }),
);

bulkContract(
  'the engine in a worker',
  (limits) =>
    new WorkerBulkEngine({
      clock: systemClock,
      log: silentLog,
      port: { given: 0, first: 1, last: 1 },
      startWorker: (options) => startWorker(options, WORKER),
      ...(limits && { limits }),
    }),
);
