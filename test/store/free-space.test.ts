// How much a disk has room for.
import '../../src/base/platform.ts';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeSpace } from '../../src/store/transfers/free-space.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { mountMemory } from './transfer-samples.ts';

it('the space of the disk that a folder is on, or would be on', async () => {
  const folder = await temporaryFolder();
  const isMounted = mountMemory(folder, '4m');
  const space = await freeSpace(join(folder, 'not', 'yet'));
  expect(space).toEqual(await freeSpace(folder));
  expect(space.freeBytes).toBeLessThanOrEqual(space.totalBytes);
  // Only root may make file systems.
  if (isMounted) expect(space).toEqual({ freeBytes: 4 * 1024 * 1024, totalBytes: 4 * 1024 * 1024 });
  await expect(freeSpace(`${folder}/a\0b`)).rejects.toMatchObject({ code: 'data-dir' });
});
