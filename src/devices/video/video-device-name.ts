// What people write for a source or a place of pictures.

import { MmchatError } from '../../base/errors.ts';
import type { VideoSize } from '../../contracts/video.ts';
import { LEAST_PATTERN_SIZE } from '../../media/video/pattern.ts';
import type { DeviceWish } from './video-backend.ts';

export type VideoInputWish =
  | { readonly kind: 'none' }
  /** Without a size: the one that is wanted of it. */
  | { readonly kind: 'pattern'; readonly size: VideoSize | undefined }
  | DeviceWish;

export type VideoOutputWish =
  { readonly kind: 'none' } | { readonly kind: 'window' } | { readonly kind: 'folder'; readonly path: string };

const MAX_LENGTH = 4_096;
const MOST = { width: 1_920, height: 1_080, framesPerSecond: 60 } as const;

/** @throws MmchatError `device-unavailable` */
export function readVideoInput(written: string): VideoInputWish {
  if (written === 'none') return { kind: 'none' };
  if (written === 'pattern') return { kind: 'pattern', size: undefined };
  if (written.startsWith('pattern:')) return { kind: 'pattern', size: readSize(written.slice('pattern:'.length)) };
  if (written === 'default') return { kind: 'default' };
  if (written.includes('\0') || written.length > MAX_LENGTH) throw unavailable('No camera has a name like that.');
  if (written.startsWith('file:')) return { kind: 'file', path: pathIn(written) };
  if (written === '') throw unavailable('A source of pictures has a name: default, pattern, none, or one of a list.');
  return { kind: 'named', name: written };
}

/** @throws MmchatError `device-unavailable` */
export function readVideoOutput(written: string): VideoOutputWish {
  if (written === 'none') return { kind: 'none' };
  if (written === 'window') return { kind: 'window' };
  const path = written.startsWith('dir:') ? written.slice('dir:'.length) : '';
  if (path === '' || path.includes('\0'))
    throw unavailable('Pictures can go to window, to dir: and the path of a folder, or to none.');
  return { kind: 'folder', path };
}

function pathIn(written: string): string {
  const path = written.slice('file:'.length);
  if (path === '') throw unavailable('After file: comes the path of a video.');
  return path;
}

function readSize(written: string): VideoSize {
  const [, width = 0, height = 0, framesPerSecond = 0] =
    /^(\d{1,5})x(\d{1,5})@(\d{1,3})$/u.exec(written)?.map(Number) ?? [];
  const isAllowed =
    width >= LEAST_PATTERN_SIZE.width &&
    height >= LEAST_PATTERN_SIZE.height &&
    framesPerSecond >= 1 &&
    width <= MOST.width &&
    height <= MOST.height &&
    framesPerSecond <= MOST.framesPerSecond;
  if (!isAllowed)
    throw unavailable(
      `A pattern has ${LEAST_PATTERN_SIZE.width}x${LEAST_PATTERN_SIZE.height} to ${MOST.width}x${MOST.height} pixels, 1 to ${MOST.framesPerSecond} times a second, as in pattern:640x480@30.`,
    );
  return { width, height, framesPerSecond };
}

function unavailable(sentence: string): MmchatError {
  return new MmchatError('device-unavailable', sentence);
}
