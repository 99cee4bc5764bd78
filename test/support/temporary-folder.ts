// A folder that is gone with its test.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Short on purpose: the control socket's path inside must stay under 108 bytes. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'mmchat-'));
  return {
    path,
    [Symbol.asyncDispose]: async (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
