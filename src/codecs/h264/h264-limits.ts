// The bounds of H.264 pictures here, for the program and the child process.

import { PACE } from '../../media/video/pacing.ts';

/** 1920x1088: a decoder takes 10 ms for it, and larger ones would keep the pictures of others waiting. */
export const MOST_PIXELS = 1_920 * 1_088;
export const LEAST_SIDE = 16;
/** What the pacer lets through in 10 ms: less than a link of 100 Mbit/s carries in these. */
export const MOST_KEY_FRAME_BYTES = (PACE.bytes * 10) / PACE.everyMs;
export const KEY_FRAME_PERIOD_MS = 10_000;
