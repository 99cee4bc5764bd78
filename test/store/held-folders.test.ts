// Folders that are held, with and without a system that shows open files as paths.
import '../../src/base/platform.ts';
import { mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HeldFolders, type FolderNode } from '../../src/store/transfers/held-folders.ts';
import { temporaryFolder } from './temporary-folder.ts';

const NODES: FolderNode[] = [
  { parent: -1, name: '' },
  { parent: 0, name: 'a' },
  { parent: 1, name: 'b' },
  ...Array.from({ length: 100 }, (_node, index) => ({ parent: 0, name: `n${index}` })),
];

describe.each([false, true])('held folders (by path: %s)', (byPath) => {
  async function held(make = true): Promise<{ readonly root: string; readonly folders: HeldFolders }> {
    const root = join(await temporaryFolder(), 'root');
    mkdirSync(root);
    const folders = new HeldFolders({ root, folders: NODES, make, byPath });
    onTestFinished(() => folders.close());
    return { root, folders };
  }

  it('are made when they are needed, and only then', async () => {
    const { root, folders } = await held();
    writeFileSync(`${folders.at(2)}/file`, 'x');
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(['a', 'a/b', 'a/b/file']);
    for (const index of NODES.keys()) writeFileSync(`${folders.at(index)}/${index}`, '');
    for (const index of NODES.keys()) expect(readdirSync(folders.at(index))).toContain(`${index}`);
  });

  it('are not made where they should be there', async () => {
    const { folders } = await held(false);
    expect(() => folders.at(1)).toThrow(/ENOENT/u);
  });

  it('are never links, neither themselves nor on the way', async () => {
    const { root, folders } = await held();
    mkdirSync(join(root, '..', 'outside', 'b'), { recursive: true });
    folders.at(2);
    // So that it is not held any more.
    for (const index of NODES.keys()) if (index > 2) folders.at(index);
    rmdirSync(join(root, 'a', 'b'));
    rmdirSync(join(root, 'a'));
    symlinkSync('../outside', join(root, 'a'));
    expect(() => folders.at(2)).toThrow();
    expect(() => folders.at(1)).toThrow();
    rmSync(join(root, 'a'));
    writeFileSync(join(root, 'a'), 'a file');
    expect(() => folders.at(1)).toThrow();
    symlinkSync('root', join(root, '..', 'link'));
    expect(() => new HeldFolders({ root: join(root, '..', 'link'), folders: NODES, byPath })).toThrow();
    expect(readdirSync(join(root, '..', 'outside', 'b'))).toEqual([]);
  });

  it('may be moved', async () => {
    const { root, folders } = await held();
    writeFileSync(`${folders.at(2)}/file`, 'x');
    renameSync(root, `${root}-moved`);
    folders.moved(`${root}-moved`);
    expect(readdirSync(folders.at(2))).toEqual(['file']);
  });
});
