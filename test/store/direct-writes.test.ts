// Writes past the system's cache: where they can't be, nothing is written, and whoever asked writes as always.
import '../../src/base/platform.ts';
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { BufferPool } from '../../src/net/bulk/buffer-pool.ts';
import { DirectWrites } from '../../src/store/transfers/direct-writes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('writes all or nothing, and what it wrote is there', async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file`;
  const handle = await open(path, 'w+');
  const direct = new DirectWrites();
  const { data } = new BufferPool().take();
  data.set(randomBytes(data.length));
  const at = (position: number, bytes: Uint8Array): Promise<boolean> => direct.write(handle.fd, bytes, position);
  // Too little, or not on the bounds of blocks.
  expect(await at(0, data.subarray(0, 4096))).toBe(false);
  expect(await at(1, data)).toBe(false);
  expect(await at(0, data.subarray(0, data.length - 1))).toBe(false);
  expect(await at(0, data.subarray(8))).toBe(false);
  expect((await handle.stat()).size).toBe(0);

  if (await at(data.length, data)) {
    const written = await readFile(path);
    expect(written.length).toBe(2 * data.length);
    expect(written.subarray(0, data.length).every((byte) => byte === 0)).toBe(true);
    expect(Buffer.compare(written.subarray(data.length), data)).toBe(0);
    // Beside ordinary writes to the same file.
    await handle.write(randomBytes(4096), 0, 4096, data.length);
    expect(await at(data.length, data)).toBe(true);
    expect(Buffer.compare((await readFile(path)).subarray(data.length), data)).toBe(0);
  } else expect((await handle.stat()).size).toBe(0);
  direct.close();
  direct.close();
  await handle.close();
});

it('memory that the disk does not take is written by whoever asked', async () => {
  await using folder = await temporaryFolder();
  const handle = await open(`${folder.path}/file`, 'w+');
  const direct = new DirectWrites();
  // Begins anywhere, although it looks as if it fitted.
  const odd = new Uint8Array(new Uint8Array(256 * 1024 + 64).buffer, 0, 256 * 1024);
  const wasWritten = await direct.write(handle.fd, odd, 0);
  expect((await handle.stat()).size).toBe(wasWritten ? odd.length : 0);
  direct.close();
  await handle.close();
});
