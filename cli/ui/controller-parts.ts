// What the controller gets from outside: the terminal, the clock, what only a program can do.

import type { PeerId, VideoFrame } from '../../src/index.ts';
import type { ScreenSize } from './layout.ts';
import type { ReadPicture } from './pictures.ts';
import type { Line } from './theme.ts';
import type { ShareSource } from './ui-state.ts';

export interface ControllerParts {
  readonly size: ScreenSize;
  readonly fallbackName: string;
  /** Whether the node looks for people by itself. */
  readonly discovery: boolean;
  readonly quit: () => void;
  /** Draws every row anew. */
  readonly redraw: () => void;
  /** Makes small pictures of received images; undefined where the terminal can't show them. */
  readonly readPicture?: ReadPicture | undefined;
  /** Calls for attention. */
  readonly bell: () => void;
  /** Draws one row of the frame that is shown anew. */
  readonly drawRow: (y: number, line: Line) => void;
  /** What can be shown instead of the camera. */
  readonly listShareSources?: (() => Promise<readonly ShareSource[]>) | undefined;
  /** Pictures of a call have changed, and nothing else. */
  readonly drawPictures: () => void;
  /** How large somebody's pictures are seen, in pixels; undefined: that is not known yet. */
  readonly pictureSizeOf: (who: PeerId) => Pick<VideoFrame, 'width' | 'height'> | undefined;
  readonly now: () => number;
  /** Calls back once; gives what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}
