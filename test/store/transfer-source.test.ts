// Files and folders as they are read to be sent.
import '../../src/base/platform.ts';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ByteSource } from '../../src/contracts/transfer-files.ts';
import { openSource } from '../../src/store/transfers/source.ts';
import { decodeFolderManifest } from '../../src/wire/folder-manifest.ts';
import { seededBytes } from './seeded-bytes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { makeSampleFolder, mountMemory, nestedFolder } from './transfer-samples.ts';

async function opened(path: string): Promise<ByteSource> {
  const source = await openSource(path);
  onTestFinished(() => source.close());
  return source;
}

async function bytesOf(source: ByteSource, position = 0, length = source.facts.streamBytes): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await source.read(bytes, position);
  return bytes;
}

const openFileCount = (): number => readdirSync('/proc/self/fd').length;

describe('a file', () => {
  it('is one run of bytes, with its facts', async () => {
    const path = join(await temporaryFolder(), 'report (final).pdf');
    writeFileSync(path, seededBytes('report', 100_000));
    utimesSync(path, 1_600_000_000.5, 1_600_000_000.5);
    const source = await opened(path);
    expect(source.facts).toEqual({
      kind: 'file',
      name: 'report (final).pdf',
      size: 100_000,
      streamBytes: 100_000,
      manifestBytes: 0,
      fileCount: 1,
      modifiedAt: 1_600_000_000_500,
      skipped: [],
      skippedCount: 0,
    });
    expect(Buffer.from(await bytesOf(source)).equals(readFileSync(path))).toBe(true);
    expect(await bytesOf(source, 99_990, 10)).toEqual(seededBytes('report', 100_000).slice(99_990));
    await source.checkUnchanged();
    await expect(source.read(new Uint8Array(1), 100_000)).rejects.toMatchObject({ code: 'internal' });
    await source.close();
    await expect(source.read(new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'internal' });
  });

  it('that is a link is followed once, for it was named', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'real.txt'), 'x');
    symlinkSync('real.txt', join(folder, 'link.txt'));
    const source = await opened(join(folder, 'link.txt'));
    expect(source.facts).toMatchObject({ kind: 'file', name: 'link.txt', size: 1 });
  });

  it('may be empty', async () => {
    const path = join(await temporaryFolder(), 'empty');
    writeFileSync(path, '');
    expect(await bytesOf(await opened(path))).toHaveLength(0);
  });

  it('that is not there, or no file at all, is refused with a sentence', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    symlinkSync('nowhere', join(folder, 'dangling'));
    symlinkSync('loop', join(folder, 'loop'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const refusals = [
      ['missing', 'no-such-file'],
      ['file/below', 'no-such-file'],
      ['dangling', 'no-such-file'],
      ['a\0b', 'no-such-file'],
      ['x'.repeat(300), 'no-such-file'],
      ['loop', 'unreadable'],
      // Nobody ever writes to it: opening it the ordinary way would never return.
      ['pipe', 'unreadable'],
    ] as const;
    for (const [name, code] of refusals)
      await expect(openSource(`${folder}/${name}`)).rejects.toMatchObject({ code, name: 'MmchatError' });
    await expect(openSource('/dev/null')).rejects.toMatchObject({ code: 'unreadable' });
    await expect(openSource('')).rejects.toMatchObject({ code: 'no-such-file' });
    await expect(openSource('/nowhere/\u001B[2Jx')).rejects.toThrow('There is no file or folder /nowhere/␛[2Jx.');
  });

  it.each<[string, (path: string) => void]>([
    ['written to', (path) => appendFileSync(path, 'more')],
    ['made shorter', (path) => truncateSync(path, 10)],
    ['written over', overwrite],
  ])('that is %s is not sent on', async (_what, change) => {
    const path = join(await temporaryFolder(), 'a.txt');
    writeFileSync(path, 'x'.repeat(1000));
    utimesSync(path, 1, 1);
    const source = await opened(path);
    await bytesOf(source);
    change(path);
    await expect(bytesOf(source)).rejects.toMatchObject({ code: 'changed' });
    await expect(source.checkUnchanged()).rejects.toMatchObject({ code: 'changed' });
  });

  it('that is replaced shows at the check; its bytes are still those that were offered', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'a'), 'old');
    writeFileSync(join(folder, 'b'), 'new');
    const source = await opened(join(folder, 'a'));
    renameSync(join(folder, 'b'), join(folder, 'a'));
    expect(Buffer.from(await bytesOf(source)).toString()).toBe('old');
    await expect(source.checkUnchanged()).rejects.toMatchObject({ code: 'changed' });
    rmSync(join(folder, 'a'));
    await expect(source.checkUnchanged()).rejects.toMatchObject({ code: 'changed' });
  });
});

describe('a folder', () => {
  it('is its list and then its files, in the order of the list', async () => {
    const path = join(await temporaryFolder(), 'sample');
    makeSampleFolder(path);
    const source = await opened(path);
    const { facts } = source;
    const run = await bytesOf(source);
    const manifest = run.subarray(0, facts.manifestBytes);
    expect(facts.manifestHash).toEqual(new Uint8Array(createHash('sha256').update(manifest).digest()));
    const items = decodeFolderManifest(manifest, facts.size);
    const names = items.filter((item) => item.parent === -1).map((item) => item.name);
    expect(names).toEqual(['a', 'empty', 'exactly.bin', 'many', 'z last', 'zero', '会議 😀.txt']);
    const pathOf = (index: number): string =>
      index === -1 ? path : join(pathOf(items[index]!.parent), items[index]!.name);
    const files = items.flatMap((item, index) => (item.kind === 'file' ? [readFileSync(pathOf(index))] : []));
    expect(facts).toMatchObject({ kind: 'folder', name: 'sample', fileCount: files.length, skippedCount: 0 });
    expect(Buffer.concat(files).equals(run.subarray(facts.manifestBytes))).toBe(true);
    // The same anywhere, in any order, with few files open.
    const before = openFileCount();
    for (let round = 0; round < 200; round++) {
      const position = (round * 7919 * 131) % (run.length - 5000);
      const part = await bytesOf(source, position, 5000);
      expect(Buffer.compare(part, run.subarray(position, position + 5000))).toBe(0);
    }
    expect(openFileCount() - before).toBeLessThanOrEqual(16);
    await source.checkUnchanged();
  });

  it('gives the same list each time', async () => {
    const path = join(await temporaryFolder(), 'sample');
    makeSampleFolder(path);
    expect((await opened(path)).facts.manifestHash).toEqual((await opened(path)).facts.manifestHash);
  });

  it('leaves nothing open', async () => {
    const path = join(await temporaryFolder(), 'sample');
    makeSampleFolder(path);
    const before = openFileCount();
    const source = await openSource(path);
    await bytesOf(source);
    await source.close();
    await source.close();
    expect(openFileCount()).toBe(before);
  });

  it('leaves out links, special files and names that are none, and says so', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'mixed');
    mkdirSync(join(path, 'inner'), { recursive: true });
    writeFileSync(join(folder, 'secret'), 'secret');
    writeFileSync(join(path, 'kept'), 'kept');
    writeFileSync(join(path, 'back\\slash'), 'x');
    writeFileSync(join(path, 'inner', 'escape\u001B[2J'), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0x61, 0xff])]), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0x61, 0xfe])]), 'x');
    symlinkSync('../secret', join(path, 'link'));
    symlinkSync('..', join(path, 'inner', 'up'));
    execFileSync('mkfifo', [join(path, 'inner', 'pipe')]);
    const source = await opened(path);
    expect(source.facts).toMatchObject({ fileCount: 1, size: 4, skippedCount: 7 });
    expect([...source.facts.skipped].sort((left, right) => (left.path < right.path ? -1 : 1))).toEqual([
      { path: 'a\uFFFD', reason: 'bad-name' },
      { path: 'a\uFFFD', reason: 'bad-name' },
      { path: 'back\\slash', reason: 'bad-name' },
      { path: 'inner/escape␛[2J', reason: 'bad-name' },
      { path: 'inner/pipe', reason: 'special' },
      { path: 'inner/up', reason: 'symlink' },
      { path: 'link', reason: 'symlink' },
    ]);
    expect(Buffer.from(await bytesOf(source)).includes('secret')).toBe(false);
  });

  it('leaves out what cannot be read', async () => {
    const path = join(await temporaryFolder(), 'mine');
    mkdirSync(join(path, 'closed'), { recursive: true });
    writeFileSync(join(path, 'closed', 'file'), 'x');
    writeFileSync(join(path, 'private'), 'x', { mode: 0o600 });
    writeFileSync(join(path, 'open'), 'x');
    execFileSync('chmod', ['755', path, join(path, '..')]);
    execFileSync('chmod', ['000', join(path, 'closed'), join(path, 'private')]);
    onTestFinished(() => {
      process.seteuid?.(process.getuid?.() ?? 0);
      execFileSync('chmod', ['-R', '700', path]);
    });
    // Root may read everything: as somebody else, for a moment.
    if (process.getuid?.() === 0) process.seteuid?.(65534);
    const source = await opened(path);
    expect(source.facts).toMatchObject({ fileCount: 1, skippedCount: 2 });
    expect(source.facts.skipped).toEqual([
      { path: 'closed', reason: 'unreadable' },
      { path: 'private', reason: 'unreadable' },
    ]);
    await expect(openSource(join(path, 'private'))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(openSource(join(path, 'closed'))).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('tells a thousand of what it leaves out by name, and counts the rest', async () => {
    const path = join(await temporaryFolder(), 'links');
    mkdirSync(path);
    for (let index = 0; index < 1100; index++) symlinkSync('x', join(path, `link ${index}`));
    const { skipped, skippedCount } = (await opened(path)).facts;
    expect([skipped.length, skippedCount]).toEqual([1000, 1100]);
  });

  it.each<[string, string, (path: string) => void]>([
    ['changed', 'written to', (path) => appendFileSync(path, 'more')],
    ['changed', 'replaced by a link to another', (path) => relink(path, '/etc/passwd')],
    ['changed', 'replaced by a folder', refolder],
    ['changed', 'replaced by a pipe', repipe],
    ['no-such-file', 'removed', (path) => rmSync(path)],
  ])('is %s when one of its files is %s', async (code, _what, change) => {
    const path = join(await temporaryFolder(), 'sample');
    makeSampleFolder(path);
    const source = await opened(path);
    change(join(path, 'many', '7.txt'));
    await expect(bytesOf(source)).rejects.toMatchObject({ code });
    await expect(source.checkUnchanged()).rejects.toMatchObject({ code: 'changed' });
  });

  it('reads what it saw when one of its folders becomes a link to another', async () => {
    const folder = await temporaryFolder();
    makeSampleFolder(join(folder, 'sample'));
    makeSampleFolder(join(folder, 'other'));
    const source = await opened(join(folder, 'sample'));
    rmSync(join(folder, 'sample', 'a'), { recursive: true });
    symlinkSync(join(folder, 'other', 'a'), join(folder, 'sample', 'a'));
    await expect(bytesOf(source)).rejects.toMatchObject({
      code: expect.stringMatching(/changed|no-such-file/u) as string,
    });
  });

  it('may have 128 levels, and no more, whatever its depth', async () => {
    const folder = await temporaryFolder();
    const nest = (name: string, levels: number, each?: string): string =>
      nestedFolder(join(folder, name), levels, each);
    // Removing ten thousand levels takes long; a file system of its own is dropped at once.
    if (!mountMemory(folder, '64m')) onTestFinished(() => void spawnSync('rm', ['-rf', folder]));
    const source = await opened(nest('deep', 128));
    expect(source.facts).toMatchObject({ fileCount: 0, size: 0 });
    await expect(openSource(nest('deeper', 129))).rejects.toMatchObject({ code: 'too-large' });
    await expect(openSource(nest('long', 20, 'n'.repeat(200)))).rejects.toThrow(/paths that are too long/u);
    await expect(openSource(nest('abyss', 10_000))).rejects.toThrow(/128 folders in each other/u);
  });

  it('may have 200,000 items, and no more', async () => {
    const folder = await temporaryFolder();
    mountMemory(folder, '512m');
    const path = join(folder, 'huge');
    mkdirSync(path);
    // Links to nowhere are the cheapest; what is left out counts as well, for it has to be looked at.
    writeFileSync(join(path, 'file'), '');
    for (let index = 0; index < 200_000; index++) symlinkSync('x', join(path, `${index}`));
    await expect(openSource(path)).rejects.toThrow(/more than 200,000 files and folders/u);
    rmSync(join(path, '0'));
    expect((await opened(path)).facts).toMatchObject({ fileCount: 1, skippedCount: 199_999 });
  });
});

function relink(path: string, to: string): void {
  rmSync(path);
  symlinkSync(to, path);
}

function refolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

function repipe(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path]);
}

function overwrite(path: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, 'y', 0);
  closeSync(fd);
}
