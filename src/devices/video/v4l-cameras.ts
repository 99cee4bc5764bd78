// The cameras that Linux knows, by its own list: no camera is opened for it, and its light stays off.

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { cleanLine } from '../../base/clean-text.ts';
import type { VideoDevice } from '../../contracts/video.ts';
import { MAX_DEVICE_NAME_LENGTH, MAX_LISTED_DEVICES } from './video-backend.ts';

export async function v4lCameras(folder = '/sys/class/video4linux'): Promise<readonly VideoDevice[]> {
  const entries = await readdir(folder).catch(() => []);
  const numbers = entries
    .flatMap((entry) => /^video(\d{1,3})$/u.exec(entry)?.[1] ?? [])
    .map(Number)
    .toSorted((one, other) => one - other)
    .slice(0, MAX_LISTED_DEVICES);
  const cameras: VideoDevice[] = [];
  for (const number of numbers) {
    const read = async (file: string): Promise<string> =>
      readFile(path.join(folder, `video${number}`, file), 'utf8').catch(() => '');
    // A camera has several; the further ones are about its data, not its pictures.
    if (Number(await read('index')) !== 0) continue;
    const name = cleanLine((await read('name')).trim()).slice(0, MAX_DEVICE_NAME_LENGTH);
    const id = `/dev/video${number}`;
    cameras.push({ id, name: name === '' ? id : name, kind: 'camera' });
  }
  return cameras;
}
