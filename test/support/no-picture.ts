// A machine without cameras, screens and codecs for pictures.

import { MmchatError } from '../../src/base/errors.ts';
import type { VideoCodecs, VideoDevices } from '../../src/contracts/video.ts';
import type { PictureEndpoints } from '../../src/services/calls/call-parts.ts';

const none = (): Promise<never> =>
  Promise.reject(new MmchatError('device-unavailable', 'There is no camera on this machine.'));

export const NO_VIDEO_CODECS: VideoCodecs = {
  likely: [],
  available: () => Promise.resolve([]),
  encoder: none,
  decoder: none,
};

export const NO_VIDEO_DEVICES: VideoDevices = {
  list: () => Promise.resolve({ cameras: [], screens: [], missing: [] }),
  openInput: none,
  openOutput: none,
};

export const NO_PICTURE: PictureEndpoints = {
  codecs: () => [],
  encoder: none,
  decoder: none,
  openInput: none,
  openShare: none,
  openOutput: none,
};
