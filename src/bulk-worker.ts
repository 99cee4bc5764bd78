// The worker of transfers: an entry point of its own. It joins the engine with the disk.

import './base/platform.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { serveBulk, type BulkServerOptions } from './net/bulk/bulk-server.ts';
import { openSource } from './store/transfers/source.ts';
import { openTarget } from './store/transfers/target.ts';
import type { SourceFacts } from './contracts/transfer-files.ts';

async function describe(path: string): Promise<SourceFacts> {
  const source = await openSource(path);
  await source.close();
  return source.facts;
}

if (parentPort !== null) serveBulk(parentPort, { describe, openSource, openTarget }, workerData as BulkServerOptions);
