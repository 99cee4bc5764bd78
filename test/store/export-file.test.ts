// A new file written piece by piece: whole or not there, and nobody else's.

import '../../src/base/platform.ts';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MmchatError } from '../../src/base/errors.ts';
import { claimAndRename, writeNewFile } from '../../src/store/export-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const write =
  (...parts: string[]) =>
  async (append: (text: string) => Promise<void>): Promise<number> => {
    for (const part of parts) await append(part);
    return parts.length;
  };

test('all pieces in order, for nobody else to read, and nothing beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'out.json');
  const parts = Array.from({ length: 3000 }, (_, index) => `line ${index} äöü ${'x'.repeat(index % 100)}\n`);
  expect(await writeNewFile(path, 't', write(...parts))).toEqual({ path, result: 3000 });
  expect(await readFile(path, 'utf8')).toBe(parts.join(''));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['out.json']);
});

test('an empty file is a file', async () => {
  const folder = await temporaryFolder();
  await writeNewFile(join(folder, 'empty'), 't', write());
  expect(await readFile(join(folder, 'empty'), 'utf8')).toBe('');
});

test('what is there stays as it is: a file, a folder, a link that leads nowhere', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), 'mine');
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'nowhere'), join(folder, 'link'));
  for (const name of ['file', 'folder', 'link'])
    await expect(writeNewFile(join(folder, name), 't', write('x'))).rejects.toMatchObject({ code: 'file-exists' });
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine');
  expect((await readdir(folder)).sort()).toEqual(['file', 'folder', 'link']);
});

test('one that somebody else makes meanwhile stays theirs', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'out');
  const writing = writeNewFile(path, 't', async (append) => {
    await append('ours');
    await writeFile(path, 'theirs');
  });
  await expect(writing).rejects.toMatchObject({ code: 'file-exists' });
  expect(await readFile(path, 'utf8')).toBe('theirs');
  expect(await readdir(folder)).toEqual(['out']);
});

test('paths that can not be are refused in a sentence that names them', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  const cases: [string, RegExp][] = [
    [join(folder, 'none', 'out'), /no folder .*none/],
    [join(folder, 'file', 'out'), /a file, not a folder/],
    [join(folder, 'x'.repeat(300)), /too long/],
    [`${folder}/out/`, /names a folder/],
    [join(folder, 'nul\u0000'), /can't be written/],
  ];
  for (const [path, sentence] of cases) {
    const writing = writeNewFile(path, 't', write('x'));
    await expect(writing).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringMatching(sentence) as string,
    });
  }
  expect(await readdir(folder)).toEqual(['file']);
});

test('where there are no hard links the name is claimed first', async () => {
  const folder = await temporaryFolder();
  const [temporary, taken, free] = ['temporary', 'taken', 'free'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(temporary, 'ours');
  await writeFile(taken, 'theirs');
  await expect(claimAndRename(temporary, taken)).rejects.toMatchObject({ code: 'file-exists' });
  expect(await readFile(taken, 'utf8')).toBe('theirs');
  await claimAndRename(temporary, free);
  expect(await readFile(free, 'utf8')).toBe('ours');
  // Nothing to put there any more: the claim is given up.
  await expect(claimAndRename(temporary, join(folder, 'other'))).rejects.toMatchObject({ code: 'history' });
  expect((await readdir(folder)).sort()).toEqual(['free', 'taken']);
});

test('whatever breaks off the writing leaves nothing', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'out');
  const broken = new MmchatError('stopped', 'The node is not running.');
  const writing = writeNewFile(path, 't', async (append) => {
    await append('x'.repeat(200_000));
    throw broken;
  });
  await expect(writing).rejects.toBe(broken);
  expect(await readdir(folder)).toEqual([]);
  await writeNewFile(path, 't', write('again'));
  expect(await readFile(path, 'utf8')).toBe('again');
});
