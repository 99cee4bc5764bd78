// Add-ons that are no dependencies, because they are large or need a compiler: people install them themselves, or `devices --setup`
// puts them into a folder of their own. Here is where both are found.

import { createRequire } from 'node:module';
import path from 'node:path';

export type AddOnName = 'video' | 'opencv';

export interface AddOnPackage {
  readonly packageName: string;
  /** The one that was tried. */
  readonly version: string;
  /** What it was compiled for is this one version of Node's binary interface. */
  readonly isCompiled: boolean;
}

/** The versions are those of the optional peer dependencies in package.json; a test compares them. */
export const ADD_ONS: Readonly<Record<AddOnName, AddOnPackage>> = {
  video: { packageName: 'node-av', version: '6.1.1', isCompiled: false },
  opencv: { packageName: '@u4/opencv4nodejs', version: '7.1.2', isCompiled: true },
};

/** Written by the setup when everything of it worked: what is half installed is not found. */
export const READY_FILE = 'ready.json';

/** A folder of its own for each version: an upgrade of the program or of Node.js never finds what doesn't fit. */
export function addOnFolder(addOnsFolder: string, name: AddOnName): string {
  const { packageName, version, isCompiled } = ADD_ONS[name];
  const plainName = packageName.slice(packageName.lastIndexOf('/') + 1);
  const forWhat = isCompiled ? `-node${process.versions.modules}-${process.arch}` : `-${process.arch}`;
  return path.join(addOnsFolder, `${plainName}-${version}${forWhat}`);
}

/**
 * The add-on's main file (or that of one of its entries), first as Node.js finds it from this program, then in the folder that
 * the setup fills. Undefined: it is not installed.
 */
export function findAddOn(name: AddOnName, addOnsFolder: string | undefined, entry = ''): string | undefined {
  const wanted = `${ADD_ONS[name].packageName}${entry === '' ? '' : `/${entry}`}`;
  const besideProgram = resolved(import.meta.url, wanted);
  if (besideProgram !== undefined || addOnsFolder === undefined) return besideProgram;
  const from = path.join(addOnFolder(addOnsFolder, name), READY_FILE);
  return resolved(from, `./${READY_FILE}`) === undefined ? undefined : resolved(from, wanted);
}

function resolved(from: string, wanted: string): string | undefined {
  try {
    return createRequire(from).resolve(wanted);
  } catch {
    return undefined;
  }
}
