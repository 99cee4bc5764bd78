// Where the library node-av is and the program that opens devices with it: beside this file in the sources and in the library,
// one folder up for chunks of the bundle.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findAddOn } from '../../base/add-ons.ts';

/** The library's file; undefined where it is not installed. */
export function findNodeAv(addOnsFolder?: string): string | undefined {
  return findAddOn('video', addOnsFolder, 'lib');
}

/** @param here import.meta.url of a file in this folder, or of the bundle that it became a part of */
export function childArguments(here: string = import.meta.url): string[] {
  const isSource = here.endsWith('.ts');
  const name = isSource ? 'node-av-child.ts' : 'node-av-child.js';
  const beside = new URL(`./${name}`, here);
  const file = fileURLToPath(existsSync(fileURLToPath(beside)) ? beside : new URL(`../${name}`, here));
  if (!isSource) return [file];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, file];
}
