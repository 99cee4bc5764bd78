// What packets of pictures are called (RFC 3551 leaves 96 to 127 to agreement; these are ours), and their clock.

import type { VideoCodecName } from './video-frame.ts';

export const VIDEO_PAYLOAD_TYPES: Readonly<Record<VideoCodecName, number>> = { h264: 96, jpeg: 97 };
export const VIDEO_TICKS_PER_MS = 90;
export const MAX_VIDEO_PAYLOAD_BYTES = 1_200;

export interface OutgoingPicturePacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

export interface PicturePacket extends OutgoingPicturePacket {
  /** 16 bits. */
  readonly sequence: number;
}
