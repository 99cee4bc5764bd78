// Folders as they come.
import '../../src/base/platform.ts';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ByteSource, ByteTarget, TargetSpec } from '../../src/contracts/transfer-files.ts';
import { safeNames } from '../../src/store/transfers/folder-layout.ts';
import { openSource } from '../../src/store/transfers/source.ts';
import { openTarget } from '../../src/store/transfers/target.ts';
import { encodeFolderManifest, type ManifestItem } from '../../src/wire/folder-manifest.ts';
import { MAX_MANIFEST_DEPTH, MAX_MANIFEST_ITEMS } from '../../src/wire/limits.ts';
import { temporaryFolder } from './temporary-folder.ts';
import {
  contentsOf,
  copyAll,
  copyPieces,
  makeSampleFolder,
  mountMemory,
  piecesOf,
  remount,
  specFor,
  transferId,
} from './transfer-samples.ts';

async function opened(spec: TargetSpec): Promise<ByteTarget> {
  const target = await openTarget(spec);
  onTestFinished(() => target.close());
  return target;
}

interface Sample {
  readonly path: string;
  readonly source: ByteSource;
  readonly downloads: string;
}

async function sample(): Promise<Sample> {
  const folder = realpathSync(await temporaryFolder());
  const path = join(folder, 'sample');
  makeSampleFolder(path);
  const source = await openSource(path);
  onTestFinished(() => source.close());
  return { path, source, downloads: join(folder, 'downloads') };
}

/** The spec of a folder that nobody has, and its run of bytes: every file is filled with its index. */
function forged(
  items: readonly ManifestItem[],
  folder: string,
  changes: Partial<TargetSpec> = {},
): [TargetSpec, Uint8Array] {
  const manifest = encodeFolderManifest(items);
  const run = Buffer.concat([manifest, ...items.map((item, index) => Buffer.alloc(item.size, index))]);
  const manifestHash = new Uint8Array(createHash('sha256').update(manifest).digest());
  const sizes = { size: run.length - manifest.length, streamBytes: run.length, manifestBytes: manifest.length };
  const facts = { transferId: transferId(1), kind: 'folder', name: 'forged', modifiedAt: 0 } as const;
  return [{ ...facts, folder, ...sizes, manifestHash, ...changes }, new Uint8Array(run)];
}

function file(name: string, size = 1, parent = -1): ManifestItem {
  return { kind: 'file', parent, name, size, modifiedAt: 1_000_000 };
}

function folderItem(name: string, parent = -1): ManifestItem {
  return { kind: 'folder', parent, name, size: 0, modifiedAt: 1_000_000 };
}

const openFileCount = (): number => readdirSync('/proc/self/fd').length;

describe('a folder', () => {
  it('arrives as it was: names, bytes, empty ones, times', async () => {
    const { path, source, downloads } = await sample();
    const target = await opened(specFor(source.facts, downloads));
    expect(basename(target.partPath)).toBe('sample.00000001.part');
    expect(statSync(target.partPath).mode & 0o777).toBe(0o700);
    await copyAll(source, target);
    expect(readdirSync(downloads)).toEqual(['sample.00000001.part']);
    const finished = await target.finish();
    expect(finished.path).toBe(join(downloads, 'sample'));
    expect(readdirSync(downloads)).toEqual(['sample']);
    expect(contentsOf(finished.path)).toEqual(contentsOf(path));
    // Others may still be served.
    for (const position of [0, source.facts.manifestBytes - 10, source.facts.streamBytes - 500_000]) {
      const [here, there] = [new Uint8Array(1000), new Uint8Array(1000)];
      await target.read(here, position);
      await source.read(there, position);
      expect(here).toEqual(there);
    }
    await expect(target.write(new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'internal' });
    await target.discard();
    expect(contentsOf(finished.path)).toEqual(contentsOf(path));
  });

  it('may come in any order behind its list', async () => {
    const { path, source, downloads } = await sample();
    const target = await opened(specFor(source.facts, downloads));
    const [first = 0, ...others] = piecesOf(source.facts.streamBytes);
    await copyPieces(source, target, [first, ...others.reverse(), first]);
    expect(contentsOf((await target.finish()).path)).toEqual(contentsOf(path));
  });

  it('has nothing before its list is whole, and its list may come in any order too', async () => {
    const { path, source, downloads } = await sample();
    const target = await opened(specFor(source.facts, downloads));
    const { manifestBytes, streamBytes } = source.facts;
    const manifest = new Uint8Array(manifestBytes);
    await source.read(manifest, 0);
    await target.write(manifest.subarray(1000), 1000);
    await expect(target.write(new Uint8Array(1), manifestBytes)).rejects.toMatchObject({ code: 'internal' });
    await expect(target.read(new Uint8Array(1), manifestBytes)).rejects.toMatchObject({ code: 'internal' });
    await expect(target.finish()).rejects.toMatchObject({ code: 'internal' });
    expect(readdirSync(join(target.partPath, 'files'))).toEqual([]);
    await target.write(manifest.subarray(0, 1000), 0);
    await copyPieces(source, target, piecesOf(streamBytes, manifestBytes));
    expect(contentsOf((await target.finish()).path)).toEqual(contentsOf(path));
  });

  it('with nothing in it is one too', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const [spec, run] = forged([], downloads, { modifiedAt: 1_234_567_000 });
    const target = await opened(spec);
    await target.write(run, 0);
    const { path } = await target.finish();
    expect(readdirSync(path)).toEqual([]);
    expect(statSync(path).mtimeMs).toBe(1_234_567_000);
  });

  it('is not finished while a file is missing or short', async () => {
    const { source, downloads } = await sample();
    const target = await opened(specFor(source.facts, downloads));
    const pieces = piecesOf(source.facts.streamBytes);
    await copyPieces(source, target, pieces.slice(0, -1));
    await expect(target.finish()).rejects.toMatchObject({ code: 'internal' });
    expect(readdirSync(downloads)).toEqual([basename(target.partPath)]);
    await copyPieces(source, target, pieces.slice(-1));
    await target.finish();
  });

  it('leaves nothing open and few files open meanwhile', async () => {
    const { source, downloads } = await sample();
    const before = openFileCount();
    const target = await openTarget(specFor(source.facts, downloads));
    await copyAll(source, target);
    expect(openFileCount() - before).toBeLessThan(90);
    await target.finish();
    await target.close();
    expect(openFileCount() - before).toBeLessThanOrEqual(12);
  });

  it('is left by close and removed by discard, with all that is in it', async () => {
    const { source, downloads } = await sample();
    const left = await opened(specFor(source.facts, downloads));
    await Promise.all([copyAll(source, left).catch(() => undefined), left.close()]);
    expect(readdirSync(downloads)).toEqual([basename(left.partPath)]);
    const removed = await opened(specFor(source.facts, downloads, { transferId: transferId(2) }));
    await copyAll(source, removed);
    const outside = join(downloads, '..', 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), 'kept');
    symlinkSync(outside, join(removed.partPath, 'files', 'link'));
    await removed.discard();
    await removed.discard();
    expect(readdirSync(outside)).toEqual(['kept']);
    expect(readdirSync(downloads)).toEqual([basename(left.partPath)]);
    await left.discard();
    expect(readdirSync(downloads)).toEqual([]);
  });

  it('never takes the name of anything that is there, nor what is in it', async () => {
    const downloads = realpathSync(await temporaryFolder());
    mkdirSync(join(downloads, 'forged'));
    writeFileSync(join(downloads, 'forged (1)'), 'a file');
    symlinkSync('forged', join(downloads, 'forged (2)'));
    const [spec, run] = forged([file('x')], downloads);
    const target = await opened(spec);
    await target.write(run, 0);
    expect((await target.finish()).path).toBe(join(downloads, 'forged (3)'));
    expect(readdirSync(join(downloads, 'forged'))).toEqual([]);
    expect(readFileSync(join(downloads, 'forged (1)'), 'utf8')).toBe('a file');
  });
});

describe('a folder that is taken up again', () => {
  it.each([0.001, 0.3, 0.7, 1])('after %d of it has what was there', async (part) => {
    const { path, source, downloads } = await sample();
    const first = await opened(specFor(source.facts, downloads));
    const pieces = piecesOf(source.facts.streamBytes);
    const kept = Math.ceil(pieces.length * part);
    await copyPieces(source, first, pieces.slice(0, kept));
    await first.close();
    const second = await opened(specFor(source.facts, downloads, { partPath: first.partPath }));
    expect(second.partPath).toBe(first.partPath);
    expect(second.presentBytes).toBe(pieces[kept] ?? source.facts.streamBytes);
    const present = new Uint8Array(second.presentBytes);
    await second.read(present, 0);
    const sent = new Uint8Array(second.presentBytes);
    await source.read(sent, 0);
    expect(Buffer.compare(present, sent)).toBe(0);
    await copyPieces(source, second, pieces.slice(kept));
    expect(contentsOf((await second.finish()).path)).toEqual(contentsOf(path));
  });

  it('has its list once more when that was spoilt', async () => {
    const { path, source, downloads } = await sample();
    const first = await opened(specFor(source.facts, downloads));
    await copyAll(source, first);
    await first.close();
    writeFileSync(join(first.partPath, 'manifest'), Buffer.alloc(source.facts.manifestBytes, 1));
    const second = await opened(specFor(source.facts, downloads, { partPath: first.partPath }));
    expect([second.partPath, second.presentBytes]).toEqual([first.partPath, 0]);
    await copyAll(source, second);
    expect(contentsOf((await second.finish()).path)).toEqual(contentsOf(path));
  });

  it('counts only what is there without a gap, and cuts what is too long', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const [spec, run] = forged([file('a', 100), file('b', 100), file('c', 100)], downloads);
    const first = await opened(spec);
    await first.write(run, 0);
    await first.close();
    const files = join(first.partPath, 'files');
    writeFileSync(join(files, 'a'), Buffer.alloc(150, 0));
    truncateSync(join(files, 'b'), 30);
    const second = await opened({ ...spec, partPath: first.partPath });
    expect(second.presentBytes).toBe(spec.manifestBytes + 130);
    await second.write(run.subarray(second.presentBytes), second.presentBytes);
    const { path } = await second.finish();
    expect(['a', 'b', 'c'].map((name) => statSync(join(path, name)).size)).toEqual([100, 100, 100]);
  });

  it('begins anew beside what is no part of it', async () => {
    const { source, downloads } = await sample();
    mkdirSync(join(downloads, '..', 'outside'));
    mkdirSync(downloads);
    const part = join(downloads, 'sample.00000001.part');
    symlinkSync('../outside', part);
    const spec = specFor(source.facts, downloads, { partPath: part });
    const target = await opened(spec);
    expect(basename(target.partPath)).toBe('sample (1).00000001.part');
    await copyAll(source, target);
    await target.finish();
    expect(readdirSync(join(downloads, '..', 'outside'))).toEqual([]);
    rmSync(part);
    writeFileSync(part, 'a file');
    const again = await opened(spec);
    expect(again.partPath).not.toBe(part);
    await again.discard();
    expect(readFileSync(part, 'utf8')).toBe('a file');
  });
});

describe('whoever puts something into the part', () => {
  it('does not make anything be written elsewhere', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const outside = realpathSync(await temporaryFolder());
    writeFileSync(join(outside, 'victim'), 'untouched');
    mkdirSync(join(outside, 'folder'));
    writeFileSync(join(outside, 'folder', 'f'), 'untouched');
    const items = [folderItem('d'), file('f', 9, 0), file('v', 9), file('w', 9), file('x', 9)];
    const [spec, run] = forged(items, downloads);
    for (const isResumed of [false, true]) {
      const first = await opened(spec);
      await first.write(run.subarray(0, spec.manifestBytes), 0);
      if (isResumed) await first.close();
      const files = join(first.partPath, 'files');
      symlinkSync(join(outside, 'folder'), join(files, 'd'));
      symlinkSync(join(outside, 'victim'), join(files, 'v'));
      symlinkSync(join(outside, 'new'), join(files, 'w'));
      linkSync(join(outside, 'victim'), join(files, 'x'));
      const target = isResumed ? await opened({ ...spec, partPath: first.partPath }) : first;
      expect(target.partPath).toBe(first.partPath);
      for (let index = 0; index < 4; index++) {
        const position = spec.manifestBytes + index * 9;
        await expect(target.write(run.subarray(position, position + 9), position)).rejects.toMatchObject({
          code: 'data-dir',
        });
      }
      await expect(target.finish()).rejects.toMatchObject({ code: 'data-dir' });
      await target.discard();
      expect(readdirSync(downloads)).toEqual([]);
      expect(readdirSync(outside).sort()).toEqual(['folder', 'victim']);
      expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('untouched');
      expect(readFileSync(join(outside, 'folder', 'f'), 'utf8')).toBe('untouched');
    }
  });

  it('does not either while files are written', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const outside = realpathSync(await temporaryFolder());
    // So many folders that the first one is not held any more when it is needed again.
    const items = [
      folderItem('first'),
      file('f', 9, 0),
      ...Array.from({ length: 100 }, (_item, index) => folderItem(`d${index}`)),
    ];
    for (let index = 0; index < 100; index++) items.splice(3 + 2 * index, 0, file('f', 9, 2 + 2 * index));
    const [spec, run] = forged(items, downloads);
    const target = await opened(spec);
    await target.write(run, 0);
    const files = join(target.partPath, 'files');
    rmSync(join(files, 'first'), { recursive: true });
    symlinkSync(outside, join(files, 'first'));
    await expect(target.write(new Uint8Array(9), spec.manifestBytes)).rejects.toMatchObject({ code: 'data-dir' });
    expect(readdirSync(outside)).toEqual([]);
    // A pipe that nobody reads stops nothing.
    await target.discard();
  });
});

describe('a list from outside', () => {
  it('that is not the one of the offer makes nothing', async () => {
    const { source, downloads } = await sample();
    const target = await opened(specFor(source.facts, downloads, { manifestHash: new Uint8Array(32) }));
    await expect(copyAll(source, target)).rejects.toMatchObject({ code: 'bad-manifest' });
    expect(readdirSync(join(target.partPath, 'files'))).toEqual([]);
  });

  it('that breaks the rules makes nothing', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const bad = Buffer.from([...Buffer.from('MMFM'), 1, 1, 5, 0, 5, ...Buffer.from('../up'), 0, 5]);
    const manifestHash = new Uint8Array(createHash('sha256').update(bad).digest());
    const [spec] = forged([], downloads);
    const sizes = { manifestBytes: bad.length, size: 5, streamBytes: bad.length + 5 };
    const target = await opened({ ...spec, ...sizes, manifestHash, name: 'a\u001B[2J' });
    await expect(target.write(Buffer.concat([bad, Buffer.alloc(5)]), 0)).rejects.toMatchObject({
      code: 'bad-manifest',
      message: expect.stringContaining('a␛[2J') as string,
    });
    expect(readdirSync(join(target.partPath, 'files'))).toEqual([]);
    await target.discard();
    expect(readdirSync(downloads)).toEqual([]);
  });

  it('has its names made harmless, each another', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const names = [
      '.bashrc',
      'bashrc',
      'CON',
      'a<b',
      'a>b',
      'a\u202Eb',
      '. .',
      'x'.repeat(800),
      'é',
      'e\u0301',
      'Makefile',
      'makefile',
    ];
    const [spec, run] = forged(
      [...names.map((name) => file(name)), folderItem('.git'), file('...', 1, names.length)],
      downloads,
    );
    const target = await opened(spec);
    await target.write(run, 0);
    const { path } = await target.finish();
    // Inside a folder one dot in front stays, as it was meant there.
    const expected = [
      '.bashrc',
      'bashrc',
      '_CON',
      'a_b',
      'a_b (1)',
      'ab',
      'file',
      'x'.repeat(200),
      'é',
      'é (1)',
      'Makefile',
      'makefile',
    ];
    expect(readdirSync(path).sort()).toEqual([...expected, '.git'].sort());
    for (const [index, name] of expected.entries())
      expect([name, ...readFileSync(join(path, name))]).toEqual([name, index]);
    expect(readdirSync(join(path, '.git'))).toEqual(['file']);
  });

  it('has different names where the disk takes both cases for one', () => {
    const items = [
      folderItem('A'),
      file('é', 1, 0),
      file('E\u0301', 1, 0),
      file('a'),
      folderItem('a (1)'),
      file('STRASSE'),
      file('straße'),
    ];
    expect(safeNames(items, true)).toEqual(['A', 'é', 'É (1)', 'a (1)', 'a (1) (1)', 'STRASSE', 'straße (1)']);
    expect(safeNames(items, false)).toEqual(['A', 'é', 'É', 'a', 'a (1)', 'STRASSE', 'straße']);
  });

  it('of 200,000 names that become one is worked through in no time', () => {
    const items = Array.from({ length: MAX_MANIFEST_ITEMS }, (_item, index) =>
      file(`${'.'.repeat(1 + (index % 5))}${'\u200B'.repeat(index % 7)}a`),
    );
    const names = safeNames(items, true);
    expect(new Set(names).size).toBe(MAX_MANIFEST_ITEMS);
  });

  it('may have 128 levels', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const items = Array.from({ length: MAX_MANIFEST_DEPTH - 1 }, (_item, index) =>
      folderItem(`${'d'.repeat(20)}${index}`, index - 1),
    );
    const [spec, run] = forged([...items, file('deepest', 5, items.length - 1)], downloads);
    for (const isKept of [false, true]) {
      const target = await opened(spec);
      await target.write(run, 0);
      if (!isKept) await target.discard();
      else await target.finish();
      expect(readdirSync(downloads)).toEqual(isKept ? ['forged'] : []);
    }
    const source = await openSource(join(downloads, 'forged'));
    onTestFinished(() => source.close());
    expect(source.facts).toMatchObject({ fileCount: 1, size: 5 });
    const bytes = new Uint8Array(5);
    await source.read(bytes, source.facts.manifestBytes);
    expect(bytes).toEqual(new Uint8Array(5).fill(127));
  });

  it('with times beyond all calendars is no reason to fail', async () => {
    const downloads = realpathSync(await temporaryFolder());
    const [spec, run] = forged([{ ...file('late'), modifiedAt: Number.MAX_SAFE_INTEGER }, folderItem('d')], downloads, {
      modifiedAt: Number.MAX_SAFE_INTEGER,
    });
    const target = await opened(spec);
    await target.write(run, 0);
    expect(existsSync(join((await target.finish()).path, 'late'))).toBe(true);
  });
});

it('a full disk is told at any moment, and a folder goes on when there is room', async () => {
  const folder = realpathSync(await temporaryFolder());
  const isMounted = mountMemory(folder, '600k');
  const items = Array.from({ length: 400 }, (_item, index) => file(`${index}`, 4096));
  const [spec, run] = forged(items, join(folder, 'downloads'));
  let target = await opened(spec);
  // Only root may make file systems.
  if (isMounted) {
    await expect(target.write(run, 0)).rejects.toMatchObject({ code: 'disk-full' });
    await target.close();
    remount(folder, 'size=8m');
    target = await opened({ ...spec, partPath: target.partPath });
    expect(target.presentBytes).toBeGreaterThan(100_000);
  }
  await target.write(run.subarray(target.presentBytes), target.presentBytes);
  const { path } = await target.finish();
  expect(readdirSync(path)).toHaveLength(400);
  expect(lstatSync(join(path, '399')).size).toBe(4096);
});
