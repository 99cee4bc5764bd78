// Files as they come: parts, and how they get their names.
import '../../src/base/platform.ts';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ByteTarget, TargetSpec } from '../../src/contracts/transfer-files.ts';
import { claimByFile } from '../../src/store/transfers/final-place.ts';
import { openSource } from '../../src/store/transfers/source.ts';
import { openTarget } from '../../src/store/transfers/target.ts';
import { seededBytes } from './seeded-bytes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import {
  copyPieces,
  fileSpec,
  mountMemory,
  PIECE_BYTES,
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

/** The file of these bytes, received at once. */
async function received(bytes: Uint8Array, spec: TargetSpec): Promise<string> {
  const target = await opened(spec);
  await target.write(bytes, 0);
  return (await target.finish()).path;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const NOBODYS = 'nobody else may lose this';

describe('a file', () => {
  it('comes in any order, and is named when it is whole', async () => {
    const folder = realpathSync(await temporaryFolder());
    const bytes = seededBytes('large', 5 * PIECE_BYTES + 12_345);
    writeFileSync(join(folder, 'source'), bytes);
    const source = await openSource(join(folder, 'source'));
    onTestFinished(() => source.close());
    const downloads = join(folder, 'not', 'yet', 'there');
    const target = await opened(specFor(source.facts, downloads, { name: 'große Datei.bin' }));
    expect(target.presentBytes).toBe(0);
    expect(target.partPath).toBe(join(downloads, 'große Datei.bin.00000001.part'));
    expect([modeOf(join(folder, 'not')), modeOf(downloads), modeOf(target.partPath)]).toEqual([0o700, 0o700, 0o600]);
    await copyPieces(source, target, piecesOf(bytes.length).reverse());
    // Once more over what is there, with something wrong in between.
    await target.write(new Uint8Array(100), 50);
    await target.write(bytes.subarray(0, 1000), 0);
    expect(readdirSync(downloads)).toEqual(['große Datei.bin.00000001.part']);
    const { path } = await target.finish();
    expect(path).toBe(join(downloads, 'große Datei.bin'));
    expect(readdirSync(downloads)).toEqual(['große Datei.bin']);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(Math.floor(statSync(path).mtimeMs)).toBe(source.facts.modifiedAt);
    // Others may still be served, nothing may be written any more.
    const part = new Uint8Array(100);
    await target.read(part, 1000);
    expect(part).toEqual(bytes.slice(1000, 1100));
    await expect(target.write(part, 0)).rejects.toMatchObject({ code: 'internal' });
    expect(await target.finish()).toEqual({ path });
    await target.discard();
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('may be empty', async () => {
    const folder = await temporaryFolder();
    const target = await opened(fileSpec(folder, 0));
    expect(statSync((await target.finish()).path)).toMatchObject({ size: 0, mtimeMs: 86_400_000 });
  });

  it.each([
    ['../../../../etc/cron.d/evil', 'evil'],
    ['C:\\Windows\\system32\\evil.dll', 'evil.dll'],
    ['.bashrc', 'bashrc'],
    ['..', 'file'],
    ['CON.txt', '_CON.txt'],
    ['a\0b\u001B[2J\u202Etxt.exe', 'ab[2Jtxt.exe'],
    ['😀'.repeat(500), '😀'.repeat(50)],
    [`${'x'.repeat(5000)}.tar.gz`, `${'x'.repeat(193)}.tar.gz`],
  ])('called %j becomes %j, in the download folder', async (name, safe) => {
    const folder = realpathSync(await temporaryFolder());
    expect(await received(Uint8Array.of(1), fileSpec(folder, 1, { name }))).toBe(join(folder, safe));
    expect(readdirSync(folder)).toEqual([safe]);
  });

  it('never takes the name of anything that is there', async () => {
    const folder = realpathSync(await temporaryFolder());
    writeFileSync(join(folder, 'a.bin'), NOBODYS);
    mkdirSync(join(folder, 'a (1).bin'));
    symlinkSync('nowhere', join(folder, 'a (2).bin'));
    const bytes = seededBytes('a', 100);
    const paths: string[] = [];
    for (let round = 0; round < 2; round++) paths.push(await received(bytes, fileSpec(folder, bytes.length)));
    expect(paths).toEqual([join(folder, 'a (3).bin'), join(folder, 'a (4).bin')]);
    expect(readFileSync(join(folder, 'a.bin'), 'utf8')).toBe(NOBODYS);
    expect(lstatSync(join(folder, 'a (2).bin')).isSymbolicLink()).toBe(true);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('claims its name where there are no hard links', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'part'), 'whole');
    writeFileSync(join(folder, 'taken'), NOBODYS);
    expect(() => {
      claimByFile(join(folder, 'part'), join(folder, 'taken'));
    }).toThrow(/EEXIST/u);
    claimByFile(join(folder, 'part'), join(folder, 'free'));
    expect(readFileSync(join(folder, 'free'), 'utf8')).toBe('whole');
    expect(readFileSync(join(folder, 'taken'), 'utf8')).toBe(NOBODYS);
    expect(() => {
      claimByFile(join(folder, 'missing'), join(folder, 'unused'));
    }).toThrow(/ENOENT/u);
    expect(existsSync(join(folder, 'unused'))).toBe(false);
  });

  it('that is not whole, or has more than was offered, is refused', async () => {
    const folder = await temporaryFolder();
    const target = await opened(fileSpec(folder, 1000));
    await target.write(new Uint8Array(999), 0);
    await expect(target.finish()).rejects.toMatchObject({ code: 'internal' });
    for (const position of [1, 1000, -1, Number.NaN, 2 ** 60])
      await expect(target.write(new Uint8Array(1000), position)).rejects.toMatchObject({ code: 'internal' });
    await expect(target.read(new Uint8Array(2), 998)).rejects.toMatchObject({ code: 'internal' });
    await target.write(new Uint8Array(1), 999);
    await target.finish();
  });

  it('is refused when its offer contradicts itself', async () => {
    const folder = await temporaryFolder();
    const wrong: Partial<TargetSpec>[] = [
      { streamBytes: 99 },
      { size: -1, streamBytes: -1 },
      { size: 0.5, streamBytes: 0.5 },
      { size: 2 ** 53, streamBytes: 2 ** 53 },
      { manifestBytes: 7, streamBytes: 107 },
      { kind: 'folder' },
      { kind: 'folder', manifestBytes: 7, streamBytes: 107 },
      { kind: 'folder', manifestBytes: 2 ** 30, streamBytes: 2 ** 30 + 100, manifestHash: new Uint8Array(32) },
    ];
    for (const changes of wrong)
      await expect(openTarget(fileSpec(folder, 100, changes))).rejects.toMatchObject({ code: 'bad-manifest' });
    await expect(openTarget(fileSpec(folder, 1, { transferId: '../../x' }))).rejects.toMatchObject({
      code: 'internal',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is left by close and removed by discard', async () => {
    const folder = await temporaryFolder();
    const left = await opened(fileSpec(folder, 10));
    await Promise.all([left.write(new Uint8Array(5), 0), left.close()]);
    await left.close();
    await expect(left.write(new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'internal' });
    expect(readdirSync(folder)).toEqual([basename(left.partPath)]);
    const removed = await opened(fileSpec(folder, 10, { transferId: transferId(2) }));
    await Promise.all([removed.write(new Uint8Array(5), 0), removed.discard()]);
    await removed.discard();
    expect(readdirSync(folder)).toEqual([basename(left.partPath)]);
    await left.discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a file that is taken up again', () => {
  it('has what was there, and is not longer than it may be', async () => {
    const folder = await temporaryFolder();
    const bytes = seededBytes('resumed', 1000);
    const first = await opened(fileSpec(folder, 1000));
    await first.write(bytes.subarray(0, 400), 0);
    await first.close();
    const second = await opened(fileSpec(folder, 1000, { partPath: first.partPath }));
    expect([second.partPath, second.presentBytes]).toEqual([first.partPath, 400]);
    const there = new Uint8Array(400);
    await second.read(there, 0);
    expect(there).toEqual(bytes.slice(0, 400));
    await second.write(bytes.subarray(400), 400);
    await second.close();
    writeFileSync(first.partPath, Buffer.concat([bytes, Buffer.alloc(50)]));
    const third = await opened(fileSpec(folder, 1000, { partPath: first.partPath }));
    expect(third.presentBytes).toBe(1000);
    expect(readFileSync((await third.finish()).path).equals(bytes)).toBe(true);
  });

  it('begins anew when its part is not what it was, and leaves that alone', async () => {
    const folder = realpathSync(await temporaryFolder());
    const outside = join(folder, 'outside');
    const downloads = join(folder, 'downloads');
    mkdirSync(downloads);
    const secret = join(folder, 'secret');
    writeFileSync(secret, NOBODYS);
    const part = join(downloads, 'a.bin.00000001.part');
    const anew = async (partPath: string): Promise<void> => {
      const target = await opened(fileSpec(downloads, 1000, { partPath }));
      expect(target.presentBytes).toBe(0);
      expect(target.partPath).not.toBe(partPath);
      await target.write(new Uint8Array(1000), 0);
      await target.discard();
      expect(readFileSync(secret, 'utf8')).toBe(NOBODYS);
    };
    symlinkSync(secret, part);
    await anew(part);
    rmSync(part);
    linkSync(secret, part);
    await anew(part);
    rmSync(part);
    mkdirSync(part);
    await anew(part);
    rmSync(part, { recursive: true });
    mkdirSync(outside);
    writeFileSync(join(outside, 'a.bin.00000001.part'), 'x');
    for (const path of [join(outside, 'a.bin.00000001.part'), secret, join(downloads, '..', 'secret')])
      await anew(path);
    symlinkSync(outside, join(downloads, 'inner'));
    await anew(join(downloads, 'inner', 'a.bin.00000001.part'));
    // Another transfer's.
    writeFileSync(join(downloads, 'b.bin.00000002.part'), 'x');
    await anew(join(downloads, 'b.bin.00000002.part'));
    // It is gone: then its name is free again.
    const again = await opened(fileSpec(downloads, 1000, { partPath: part }));
    expect([again.partPath, again.presentBytes]).toEqual([part, 0]);
  });

  it('has a part of its own when an earlier one is there that nobody knows of', async () => {
    const folder = await temporaryFolder();
    const first = await opened(fileSpec(folder, 10));
    const second = await opened(fileSpec(folder, 10));
    expect(basename(second.partPath)).toBe('a (1).bin.00000001.part');
    await first.discard();
    await second.write(new Uint8Array(10), 0);
    expect(basename((await second.finish()).path)).toBe('a.bin');
  });

  it('is not finished when something else has its name', async () => {
    const folder = await temporaryFolder();
    const target = await opened(fileSpec(folder, 10));
    await target.write(new Uint8Array(10), 0);
    renameSync(target.partPath, join(folder, 'moved'));
    writeFileSync(join(folder, 'secret'), NOBODYS);
    symlinkSync('secret', target.partPath);
    await expect(target.finish()).rejects.toMatchObject({ code: 'data-dir' });
    await target.discard();
    expect(readdirSync(folder).sort()).toEqual([basename(target.partPath), 'moved', 'secret']);
  });
});

describe('the download folder', () => {
  it('may be a link, which is followed once', async () => {
    const folder = realpathSync(await temporaryFolder());
    mkdirSync(join(folder, 'real'));
    mkdirSync(join(folder, 'other'));
    symlinkSync('real', join(folder, 'link'));
    const target = await opened(fileSpec(join(folder, 'link'), 3));
    expect(target.partPath.startsWith(join(folder, 'real'))).toBe(true);
    rmSync(join(folder, 'link'));
    symlinkSync('other', join(folder, 'link'));
    await target.write(new Uint8Array(3), 0);
    expect((await target.finish()).path).toBe(join(folder, 'real', 'a.bin'));
    expect(readdirSync(join(folder, 'other'))).toEqual([]);
  });

  it('that is a file, a dangling link or gone is refused with a sentence that says what to do', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    symlinkSync('nowhere/at/all', join(folder, 'dangling'));
    for (const name of ['file', 'file/below', 'dangling', 'a\0b'])
      await expect(openTarget(fileSpec(join(folder, name), 1))).rejects.toMatchObject({
        code: 'data-dir',
        message: expect.stringContaining('--downloads') as string,
      });
    mkdirSync(join(folder, 'downloads'));
    const target = await opened(fileSpec(join(folder, 'downloads'), 1));
    await target.write(new Uint8Array(1), 0);
    rmSync(join(folder, 'downloads'), { recursive: true });
    await expect(target.finish()).rejects.toMatchObject({ code: 'data-dir' });
  });

  it('that is read-only is refused with such a sentence too', async () => {
    const folder = await temporaryFolder();
    if (mountMemory(folder, '1m')) remount(folder, 'ro');
    else rmSync(folder, { recursive: true });
    const path = existsSync(folder) ? folder : '/proc/downloads';
    await expect(openTarget(fileSpec(path, 1))).rejects.toMatchObject({
      code: 'data-dir',
      message: expect.stringContaining('--downloads') as string,
    });
  });

  it('of a full disk says so, and goes on when there is room', async () => {
    const folder = await temporaryFolder();
    const size = 3 * 1024 * 1024;
    // Only root may make file systems.
    if (!mountMemory(folder, '2m')) {
      expect(await received(new Uint8Array(size), fileSpec(folder, size))).toBeTruthy();
      return;
    }
    const bytes = seededBytes('too much', size);
    const target = await opened(fileSpec(folder, size));
    const writing = (async () => {
      for (const position of piecesOf(size))
        await target.write(bytes.subarray(position, position + PIECE_BYTES), position);
    })();
    await expect(writing).rejects.toMatchObject({ code: 'disk-full' });
    await target.close();
    expect(readdirSync(folder)).toEqual([basename(target.partPath)]);
    remount(folder, 'size=8m');
    const again = await opened(fileSpec(folder, size, { partPath: target.partPath }));
    expect(again.presentBytes).toBeGreaterThanOrEqual(size / 2);
    for (const position of piecesOf(size, again.presentBytes - (again.presentBytes % PIECE_BYTES)))
      await again.write(bytes.subarray(position, position + PIECE_BYTES), position);
    expect(readFileSync((await again.finish()).path).equals(bytes)).toBe(true);
  });

  it('of a full disk has its room back after discard', async () => {
    const folder = await temporaryFolder();
    if (!mountMemory(folder, '1m')) {
      expect(await received(new Uint8Array(9), fileSpec(folder, 9))).toBeTruthy();
      return;
    }
    for (let round = 0; round < 3; round++) {
      const target = await opened(fileSpec(folder, 4e6));
      await expect(target.write(new Uint8Array(4e6), 0)).rejects.toMatchObject({ code: 'disk-full' });
      await target.discard();
      expect(readdirSync(folder)).toEqual([]);
    }
    await received(new Uint8Array(500_000), fileSpec(folder, 500_000));
  });
});
