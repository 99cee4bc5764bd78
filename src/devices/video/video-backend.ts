// What one way to cameras and screens offers: node-av, OpenCV, the program ffmpeg.

import type { VideoDeviceList, VideoInput, VideoOutput } from '../../contracts/video.ts';

/** What of a written name a backend may be able to open. */
export type DeviceWish =
  /** A video on disk; the path as it was written. */
  | { readonly kind: 'file'; readonly path: string }
  /** The camera that is taken where none is named. */
  | { readonly kind: 'default' }
  /** An id or a name of a list, or what only the backend itself understands: a part of a screen. */
  | { readonly kind: 'named'; readonly name: string };

export interface VideoBackend {
  readonly name: 'node-av' | 'opencv' | 'ffmpeg';
  /** Never rejects because something is missing, but says so. Ids are the same for all backends: `/dev/video0`, `screen:0`. */
  list(signal?: AbortSignal): Promise<VideoDeviceList>;
  /**
   * Undefined: it has nothing of that kind here, another one may. Only `start` opens the device.
   *
   * @throws MmchatError `device-unavailable` at what is its own, but wrong
   */
  openInput(wish: DeviceWish): Promise<VideoInput | undefined>;
  /**
   * One window a person, where it has windows.
   *
   * @param onLost once, with a sentence: all of them are gone
   * @throws MmchatError `device-unavailable`
   */
  openWindow?(onLost?: (sentence: string) => void): Promise<VideoOutput | undefined>;
}

/** More than anybody has; programs may be made to say anything. */
export const MAX_LISTED_DEVICES = 64;
export const MAX_DEVICE_NAME_LENGTH = 80;
export const NO_DEVICES: VideoDeviceList = { cameras: [], screens: [], missing: [] };
