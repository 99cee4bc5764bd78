// The cameras that Linux knows, with their names.

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { VideoDevice } from '../../contracts/video.ts';
import { shownName } from './capture-source.ts';
import { MAX_LISTED_DEVICES } from './video-backend.ts';

const FOLDER = '/sys/class/video4linux';

/** @param folder where the kernel lists them */
export async function linuxCameras(folder: string = FOLDER): Promise<VideoDevice[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return [];
  }
  const nodes = names
    .flatMap((name) => /^video(\d{1,3})$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other)
    .slice(0, MAX_LISTED_DEVICES);
  const cameras: VideoDevice[] = [];
  for (const number of nodes) {
    const read = async (file: string): Promise<string> =>
      readFile(path.join(folder, `video${number}`, file), 'utf8').catch(() => '');
    // Further ones of the same camera carry metadata, no pictures.
    if (!/^0?$/u.test((await read('index')).trim())) continue;
    const id = `/dev/video${number}`;
    cameras.push({ id, name: shownName(await read('name')) || id, kind: 'camera' });
  }
  return cameras;
}
