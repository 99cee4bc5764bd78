// node-av as child processes of codecs and devices need it: loaded from where the program found it, and quiet.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type * as Constants from 'node-av/constants';
import type * as Library from 'node-av/lib';

export interface NativeLibrary {
  readonly lib: typeof Library;
  readonly constants: typeof Constants;
}

/** @param modulePath of `node-av/lib` */
export async function loadNativeLibrary(modulePath: string): Promise<NativeLibrary> {
  const load = async (file: string): Promise<unknown> => import(pathToFileURL(file).href);
  const constants = (await load(createRequire(modulePath).resolve('node-av/constants'))) as typeof Constants;
  const lib = (await load(modulePath)) as typeof Library;
  lib.Log.setLevel(constants.AV_LOG_QUIET);
  return { lib, constants };
}

/** @throws Error what FFmpeg refused */
export function succeed(code: number, what: string): void {
  if (code < 0) throw new Error(`${what} failed (${code})`);
}
