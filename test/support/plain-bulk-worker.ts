// A worker of transfers over plain files.

import '../../src/base/platform.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { serveBulk, type BulkServerOptions } from '../../src/net/bulk/bulk-server.ts';
import { plainFiles } from './plain-files.ts';

if (parentPort !== null) serveBulk(parentPort, plainFiles, workerData as BulkServerOptions);
