// How much a disk has room for.
import '../../src/base/platform.ts';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeSpace, roomFor } from '../../src/store/transfers/free-space.ts';
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

it('1 GB and 5 % stay free', () => {
  const small = { freeBytes: 3e9, totalBytes: 10e9 };
  expect([roomFor(2e9, small), roomFor(2e9 + 1, small)]).toEqual([true, false]);
  const large = { freeBytes: 60e9, totalBytes: 1000e9 };
  expect([roomFor(10e9, large), roomFor(10e9 + 1, large)]).toEqual([true, false]);
  expect(roomFor(0, { freeBytes: 0.9e9, totalBytes: 2e9 })).toBe(false);
});
