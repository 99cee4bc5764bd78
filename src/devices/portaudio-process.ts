// Where the child's program and the add-on are, and how it is started: beside this file in the sources and in the library, one
// folder up for chunks of the bundle.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The add-on's main file; undefined where it is not installed. */
export function findPortAudio(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('naudiodon');
  } catch {
    return undefined;
  }
}

/** @param here import.meta.url of a file in this folder, or of the bundle that it became a part of */
export function childArguments(here: string = import.meta.url): string[] {
  const isSource = here.endsWith('.ts');
  const name = isSource ? 'portaudio-child.ts' : 'portaudio-child.js';
  const beside = new URL(`./${name}`, here);
  const file = fileURLToPath(existsSync(fileURLToPath(beside)) ? beside : new URL(`../${name}`, here));
  if (!isSource) return [file];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, file];
}
