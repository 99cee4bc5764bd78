// Loads an add-on once, in a process of its own: what doesn't fit this computer may end the process that it is in.

import type { AddOnName } from '../../base/add-ons.ts';
import { askCommand } from '../ask-command.ts';
import type { Environment } from '../commands.ts';

export type TryAnswer =
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly reason: string };

/** Before what counts: add-ons print. */
const MARK = 'mmchat-add-on:';
const TIMEOUT_MS = 60_000;

const TELL = `const tell = (text) => process.stdout.write('\\n${MARK}' + text + '\\n', () => process.exit(0));`;

const PROGRAMS: Readonly<Record<AddOnName, string>> = {
  opencv: `${TELL}
    process.env.OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING = '1';
    process.env.OPENCV4NODEJS_DISABLE_AUTOBUILD = '1';
    const cv = require(process.argv[1]);
    const mat = new cv.Mat(2, 2, cv.CV_8UC3);
    mat.release();
    tell('OpenCV ' + cv.version.major + '.' + cv.version.minor);`,
  video: `${TELL}
    const { createRequire } = require('node:module');
    const path = require('node:path');
    const { pathToFileURL } = require('node:url');
    const main = createRequire(path.join(process.argv[1], 'x.js')).resolve('node-av');
    import(pathToFileURL(main).href).then((av) => {
      if (typeof av.Codec !== 'function') throw new Error('it has no codecs');
      tell('FFmpeg by node-av');
    }).catch((error) => { console.error(error.message); process.exit(1); });`,
};

/** @param place the add-on's folder or main file */
export async function tryAddOn(
  name: AddOnName,
  place: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<TryAnswer> {
  const answer = await askCommand(process.execPath, ['-e', PROGRAMS[name], place], {
    env,
    timeoutMs: TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!answer.ok) return { ok: false, reason: answer.reason };
  const line = answer.text.split('\n').find((each) => each.startsWith(MARK));
  if (line === undefined) return { ok: false, reason: 'it says nothing' };
  return { ok: true, version: line.slice(MARK.length) };
}
