// Removing a folder with all that is in it, and nothing that links in it lead to.

import { lstatSync, opendirSync, rmdirSync, unlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { errorCodeOf } from '../file-errors.ts';
import { HeldFolders, type FolderNode } from './held-folders.ts';

const REMOVED_BETWEEN_TURNS = 128;

/** Nothing happens when there is none. By open folders, since paths in it may be longer than the system takes. */
export async function removeTree(path: string): Promise<void> {
  const nodes: FolderNode[] = [{ parent: -1, name: '' }];
  let held: HeldFolders;
  try {
    held = new HeldFolders({ root: path, folders: nodes });
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    // Found from the top down, each behind the one that it is in; removed from the end.
    for (let node = 0; node < nodes.length; node++) await clear(held, nodes, node);
    for (let node = nodes.length - 1; node > 0; node--) {
      const { parent, name } = nodes[node] ?? { parent: 0, name: '' };
      rmdirSync(`${held.at(parent)}/${name}`);
      if (node % REMOVED_BETWEEN_TURNS === 0) await setImmediate();
    }
  } finally {
    held.close();
  }
  rmdirSync(path);
}

/** Removes the files in a folder, and notes the folders. */
async function clear(held: HeldFolders, nodes: FolderNode[], node: number): Promise<void> {
  for (const [index, name] of namesIn(held.at(node)).entries()) {
    if (index % REMOVED_BETWEEN_TURNS === 0) await setImmediate();
    const path = `${held.at(node)}/${name}`;
    if (lstatSync(path).isDirectory()) nodes.push({ parent: node, name });
    else unlinkSync(path);
  }
}

function namesIn(path: string): string[] {
  const names: string[] = [];
  const folder = opendirSync(path);
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) names.push(entry.name);
  } finally {
    folder.closeSync();
  }
  return names;
}
