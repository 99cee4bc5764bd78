// How the child process of OpenCV is started: its program lies beside this file in the sources and in the library, one folder up for
// chunks of the bundle.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @param here import.meta.url of a file in this folder, or of the bundle that it became a part of */
export function openCvChildArguments(here: string = import.meta.url): string[] {
  const isSource = here.endsWith('.ts');
  const name = isSource ? 'opencv-child.ts' : 'opencv-child.js';
  const beside = new URL(`./${name}`, here);
  const file = fileURLToPath(existsSync(fileURLToPath(beside)) ? beside : new URL(`../${name}`, here));
  if (!isSource) return [file];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, file];
}
