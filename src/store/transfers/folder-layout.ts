// Where in the run of bytes each file of a folder is.

import { fileNameKey, numberedFileName, safeItemName } from '../../state/file-names.ts';
import type { ManifestItem } from '../../wire/folder-manifest.ts';
import type { FolderNode } from './held-folders.ts';

export interface LayoutFolder extends FolderNode {
  readonly modifiedAt: number;
}

export interface LayoutFile {
  /** Index of its folder. */
  readonly folder: number;
  readonly name: string;
  readonly size: number;
  /** Of its first byte in the run. */
  readonly position: number;
  readonly modifiedAt: number;
}

export interface FolderLayout {
  /** The first is the folder itself. */
  readonly folders: readonly LayoutFolder[];
  readonly files: readonly LayoutFile[];
}

/** A part of one file that is a part of a stretch of the run. */
export interface FileSpan {
  readonly file: number;
  /** In the file. */
  readonly offset: number;
  /** In the stretch, the end not in it. */
  readonly start: number;
  readonly end: number;
}

export function layoutOf(
  items: readonly ManifestItem[],
  facts: { readonly manifestBytes: number; readonly modifiedAt: number },
  names: readonly string[] = items.map((item) => item.name),
): FolderLayout {
  const folders: LayoutFolder[] = [{ parent: -1, name: '', modifiedAt: facts.modifiedAt }];
  const files: LayoutFile[] = [];
  const folderOf = new Map([[-1, 0]]);
  let position = facts.manifestBytes;
  items.forEach(({ kind, parent, size, modifiedAt }, index) => {
    const folder = folderOf.get(parent) ?? 0;
    const name = names[index] ?? '';
    if (kind === 'folder') {
      folderOf.set(index, folders.length);
      folders.push({ parent: folder, name, modifiedAt });
    } else {
      files.push({ folder, name, size, position, modifiedAt });
      position += size;
    }
  });
  return { folders, files };
}

interface TakenNames {
  readonly taken: Set<string>;
  /** The number to try next for a name. */
  readonly numbers: Map<string, number>;
}

/**
 * A name for each item that is safe and that nothing else in its folder has: what comes later gets a number.
 *
 * @param ignoresCase whether the disk takes `a` and `A`, and both forms of `é`, for one name
 */
export function safeNames(items: readonly ManifestItem[], ignoresCase: boolean): string[] {
  const keyOf = ignoresCase ? fileNameKey : (name: string): string => name;
  const folders = new Map<number, TakenNames>();
  return items.map((item) => {
    const folder: TakenNames = folders.get(item.parent) ?? { taken: new Set(), numbers: new Map() };
    folders.set(item.parent, folder);
    const safe = safeItemName(item.name);
    // The number goes on where it was: a hundred thousand of one name would else be looked for one by one each time.
    const base = keyOf(safe);
    let number = folder.numbers.get(base) ?? 0;
    let name = numberedFileName(safe, number);
    while (folder.taken.has(keyOf(name))) name = numberedFileName(safe, ++number);
    folder.taken.add(keyOf(name));
    folder.numbers.set(base, number + 1);
    return name;
  });
}

/** The parts of files that are in the run from `position` on, in order. */
export function* spansOf({ files }: FolderLayout, position: number, length: number): Generator<FileSpan> {
  const end = position + length;
  for (let index = lastAtOrBefore(files, position); index < files.length; index++) {
    const file = files[index];
    if (file === undefined || file.position >= end) return;
    const from = Math.max(position, file.position);
    const to = Math.min(end, file.position + file.size);
    if (from < to) yield { file: index, offset: from - file.position, start: from - position, end: to - position };
  }
}

function lastAtOrBefore(files: readonly LayoutFile[], position: number): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((files[middle]?.position ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
