// Where pictures come from and where they go, and what makes packets of them, whatever does it. Pictures go from function
// to function, never through events.

import type { EncodedPicture, VideoCodecName, VideoFrame, VideoSize } from '../media/video/video-frame.ts';
import type { MissingDevice } from './audio.ts';

export type { EncodedPicture, VideoCodecName, VideoFrame, VideoSize };

export interface VideoDevice {
  /** The same as long as the hardware is. */
  readonly id: string;
  /** For people; cleaned. */
  readonly name: string;
  readonly kind: 'camera' | 'screen' | 'window' | 'file' | 'pattern' | 'none';
}

export interface VideoInputStart {
  readonly wanted: VideoSize;
  /** The frame belongs to whoever is handed it. Must not throw. */
  readonly onFrame: (frame: VideoFrame) => void;
  /** Once, with a sentence. No frame follows; the input has stopped itself. Not after `stop`. */
  readonly onLost: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

/** One use of a device: started once, stopped once, then thrown away. */
export interface VideoInput {
  readonly device: VideoDevice;
  /** Resolves with the first frame. @throws MmchatError `device-unavailable`; `stopped` when it was stopped meanwhile */
  start(start: VideoInputStart): Promise<void>;
  /** Other sizes and rates from now on, as far as the device can. */
  change(wanted: VideoSize): void;
  /** Resolves when nothing of it is left: no timer, no process. May be called at any time, more than once. */
  stop(): Promise<void>;
}

/** Where the pictures of everybody in a call are shown. */
export interface VideoOutput {
  /** @param who an id; the frame may be kept, until it is released */
  show(who: string, name: string, frame: VideoFrame): void;
  /** They are seen no more. */
  hide(who: string): void;
  /** How large theirs are seen, in pixels: larger ones need not be sent. Undefined, and without it: as large as they come. */
  sizeOf?(who: string): { readonly width: number; readonly height: number } | undefined;
  stop(): Promise<void>;
}

export interface VideoDeviceList {
  readonly cameras: readonly VideoDevice[];
  readonly screens: readonly VideoDevice[];
  readonly missing: readonly MissingDevice[];
}

export interface VideoDevices {
  list(options?: { readonly signal?: AbortSignal }): Promise<VideoDeviceList>;
  /** By name: `default`, an id or a name of the list, `none`, `pattern[:WxH@FPS]`, `file:PATH`. @throws MmchatError `device-unavailable` */
  openInput(name: string): Promise<VideoInput>;
  /**
   * `none`, `dir:PATH` (one JPEG a frame, PEER-NNNNNN.jpg), `window`. `onLost`: once, with a sentence; nothing is shown any more.
   *
   * @throws MmchatError `device-unavailable`
   */
  openOutput(name: string, options?: { readonly onLost?: (sentence: string) => void }): Promise<VideoOutput>;
}

export interface VideoEncoder {
  /** Undefined: this frame was left out. */
  encode(frame: VideoFrame): Promise<EncodedPicture | undefined>;
  configure(change: { readonly bitsPerSecond?: number; readonly framesPerSecond?: number }): void;
  /** The next picture can be read without any before it. */
  requestKeyFrame(): void;
  close(): void;
}

export interface VideoDecoder {
  /** Bytes of a stranger: what can't be decoded, is too large (measured before) or not complete gives undefined, counted. */
  decode(picture: Uint8Array): Promise<VideoFrame | undefined>;
  readonly malformedPictures: number;
  close(): void;
}

export interface VideoCodecs {
  /** What seems to be there, best first, as far as it is known without starting anything. */
  readonly likely: readonly VideoCodecName[];
  /** What can be used here, best first: tried once. */
  available(): Promise<readonly VideoCodecName[]>;
  encoder(codec: VideoCodecName): Promise<VideoEncoder>;
  decoder(codec: VideoCodecName): Promise<VideoDecoder>;
}
