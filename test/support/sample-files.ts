// Files and folders to send, and how to tell whether a copy is one.

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const CHUNK_BYTES = 1 << 20;

/** Writes bytes that nobody can compress or guess. @returns their SHA-256 in hex */
export async function writeRandomFile(path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for (let written = 0; written < sizeBytes; written += CHUNK_BYTES) {
      const chunk = randomBytes(Math.min(CHUNK_BYTES, sizeBytes - written));
      hash.update(chunk);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** In hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Everything below a folder: its kind, and of files the size, the time in seconds and the hash. */
export async function treeOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const tree = new Map<string, string>();
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name);
    const { size, mtimeMs } = await lstat(path);
    const file = item.isFile() ? `${size} ${Math.floor(mtimeMs / 1000)} ${await sha256Of(path)}` : undefined;
    tree.set(relative(folder, path), file ?? (item.isDirectory() ? 'folder' : 'something else'));
  }
  return new Map([...tree].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A folder with all that a folder can have. @returns the paths in it that are not sent */
export async function writeSampleFolder(folder: string): Promise<readonly string[]> {
  const files: readonly (readonly [path: string, sizeBytes: number])[] = [
    ['readme.txt', 12],
    ['nothing', 0],
    ['a/b/c/d/e/deep.bin', 70_000],
    ['a/one byte', 1],
    ['ünïcödé/日本語 の ファイル.txt', 3_000],
    ['ünïcödé/👩‍👩‍👧.png', 2_500_000],
    ['exactly one piece.bin', CHUNK_BYTES],
  ];
  for (const [index, [name, sizeBytes]] of files.entries()) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(sizeBytes));
    await utimes(path, OLD_SECONDS + index * 1_000, OLD_SECONDS + index * 1_000);
  }
  await mkdir(join(folder, 'empty/emptier'), { recursive: true });
  await symlink('/etc/hostname', join(folder, 'a/link'));
  return ['a/link'];
}

/** 2001: no copy has this by chance. */
const OLD_SECONDS = 1_000_000_000;
