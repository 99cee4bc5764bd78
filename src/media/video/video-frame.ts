// What a picture is inside the program, and what it is when a codec made bytes of it.

/** One picture as it is. */
export interface VideoFrame {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, rows from top to bottom, without padding. */
  readonly rgb: Uint8Array;
  /** When it was taken, milliseconds of the clock that counts. */
  readonly atMs: number;
  /**
   * Gives the memory of the picture back: once, by whoever holds it, who looks at it no more. Nobody has to: then it is left to the
   * garbage collector.
   */
  readonly release?: (() => void) | undefined;
}

export interface VideoSize {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

export type VideoCodecName = 'h264' | 'jpeg';

export interface EncodedPicture {
  /** A whole access unit (H.264 Annex B) or a whole JPEG. */
  readonly bytes: Uint8Array;
  readonly isKeyFrame: boolean;
  readonly width: number;
  readonly height: number;
}
