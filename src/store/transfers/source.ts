// Files and folders of one's own, as runs of bytes to be sent.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ByteSource, SourceFacts } from '../../contracts/transfer-files.ts';
import { MmchatError } from '../../base/errors.ts';
import { encodeFolderManifest } from '../../wire/folder-manifest.ts';
import { layoutOf, type FolderLayout } from './folder-layout.ts';
import { walkFolder } from './folder-walk.ts';
import { HeldFolders } from './held-folders.ts';
import { fileIdentityOf, modificationTimeOf } from './identity.ts';
import { OpenedSource } from './opened-source.ts';
import { READ_FILE } from './open-flags.ts';
import { shownPath, sourceError } from './transfer-errors.ts';

const NO_SKIPPED = { skipped: [], skippedCount: 0 } as const;

/**
 * The file or folder at `path` as it is now. A link that is named here is followed, for it was named; none below it is.
 *
 * @throws MmchatError `no-such-file`, `unreadable`, `too-large`
 */
export async function openSource(path: string): Promise<ByteSource> {
  // An empty text would mean the folder that the program runs in.
  if (path === '') throw new MmchatError('no-such-file', 'Which file or folder? The path is empty.');
  const named = resolve(path);
  try {
    const place = realpathSync.native(named);
    const stat = lstatSync(place);
    const name = basename(named) === '' ? 'folder' : basename(named);
    if (stat.isDirectory()) return await folderSource(place, name, modificationTimeOf(stat));
    if (stat.isFile()) return fileSource(place, name);
  } catch (error) {
    throw sourceError(path, error);
  }
  throw new MmchatError('unreadable', `${shownPath(path)} is neither a file nor a folder.`);
}

function fileSource(path: string, name: string): ByteSource {
  const fd = openSync(path, READ_FILE);
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new MmchatError('unreadable', `${shownPath(path)} is neither a file nor a folder.`);
  }
  const modifiedAt = modificationTimeOf(stat);
  const facts: SourceFacts = {
    kind: 'file',
    name,
    size: stat.size,
    streamBytes: stat.size,
    manifestBytes: 0,
    fileCount: 1,
    modifiedAt,
    ...NO_SKIPPED,
  };
  const item = { kind: 'file', parent: -1, name, size: stat.size, modifiedAt } as const;
  return new OpenedSource({
    facts,
    path,
    manifest: new Uint8Array(),
    layout: layoutOf([item], facts),
    identities: [fileIdentityOf(stat)],
    openFile: () => openSync(path, READ_FILE),
    // From the beginning to the end: it may lose its name meanwhile, its bytes stay.
    opened: fd,
    pathOf: () => path,
    closeAll: () => undefined,
  });
}

async function folderSource(path: string, name: string, modifiedAt: number): Promise<ByteSource> {
  const { items, identities, skipped, skippedCount } = await walkFolder(path);
  const manifest = encodeFolderManifest(items);
  const size = identities.reduce((sum, identity) => sum + identity.size, 0);
  const facts: SourceFacts = {
    kind: 'folder',
    name,
    size,
    streamBytes: manifest.length + size,
    manifestBytes: manifest.length,
    manifestHash: new Uint8Array(createHash('sha256').update(manifest).digest()),
    fileCount: identities.length,
    modifiedAt,
    skipped,
    skippedCount,
  };
  const layout = layoutOf(items, facts);
  const held = new HeldFolders({ root: path, folders: layout.folders });
  const pathOf = (index: number): string => inFolder(held, layout, index);
  return new OpenedSource({
    facts,
    path,
    manifest,
    layout,
    identities,
    openFile: (index) => openSync(pathOf(index), READ_FILE),
    pathOf,
    closeAll: () => held.close(),
  });
}

function inFolder(held: HeldFolders, layout: FolderLayout, index: number): string {
  const file = layout.files[index];
  if (file === undefined) throw new RangeError('no such file');
  return `${held.at(file.folder)}/${file.name}`;
}
