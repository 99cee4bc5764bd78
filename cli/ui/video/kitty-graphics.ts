// Pictures as pixels, where the terminal knows the graphics protocol of kitty: one image per person, replaced in place.
// See https://sw.kovidgoyal.net/kitty/graphics-protocol/. Pixels go as they are: compressing them would cost more than a local
// terminal does.

import type { Pane, VideoFrame } from '../../../src/index.ts';
import { scaled } from '../../../src/index.ts';
import type { PictureDrawer } from './picture-painter.ts';

/** Asks for graphics, then for what every terminal answers: whoever answers the second alone has none. */
export const GRAPHICS_QUERY = '\u001B_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001B\\\u001B[c';
const GRAPHICS_ANSWER = /^\u001B_G(?:[^;]*,)?i=31(?:,[^;]*)?;OK/u; // eslint-disable-line no-control-regex -- as terminals answer
/** Bytes of base64 in one sequence. */
const CHUNK = 4096;
/** Of a cell, as far as nothing else is known: more would be scaled down by the terminal. */
const CELL = { width: 8, height: 16 } as const;
/** Of pixels, before base64. Together with the period between two this bounds what is sent. */
const MOST_BYTES = 192 * 1024;
/** Ours, so that images of other programs stay. */
const FIRST_IMAGE = 0x6d_6d_00;

export type GraphicsAnswer = 'graphics' | 'none';

/** What an answer of the terminal says about graphics; undefined: it is about something else. */
export function graphicsAnswerOf(answer: string): GraphicsAnswer | undefined {
  if (answer.startsWith('\u001B_G')) return GRAPHICS_ANSWER.test(answer) ? 'graphics' : 'none';
  return answer.startsWith('\u001B[?') && answer.endsWith('c') ? 'none' : undefined;
}

/** Whether it may be asked: some print what they don't know, and multiplexers keep images where they are not. */
export function mayKnowGraphics(env: Readonly<Record<string, string | undefined>>): boolean {
  const term = env['TERM'] ?? '';
  const isInside = (env['TMUX'] ?? '') !== '' || (env['STY'] ?? '') !== '' || (env['NO_COLOR'] ?? '') !== '';
  // Over a slow line pixels are too much: half blocks need a tenth.
  const isFar = (env['SSH_CONNECTION'] ?? env['SSH_TTY'] ?? '') !== '';
  return term !== '' && !isInside && !isFar && !/^(?:dumb|linux|screen|tmux|vt\d+)/.test(term);
}

export class KittyDrawer implements PictureDrawer {
  readonly #id: number;
  #isShown = false;

  /** @param index another one for everybody who is shown */
  constructor(index: number) {
    this.#id = FIRST_IMAGE + (index % 256);
  }

  reset(): void {
    // The next picture replaces this one wherever it is.
  }

  sizeIn({ columns, rows }: Pane): Pick<VideoFrame, 'width' | 'height'> {
    return { width: columns * CELL.width, height: rows * CELL.height };
  }

  draw(frame: VideoFrame, pane: Pane): Uint8Array {
    const { rgb, width, height } = fittedFor(frame, pane);
    const pixels = Buffer.from(rgb.buffer, rgb.byteOffset, width * height * 3).toString('base64');
    const control = `a=T,f=24,s=${width},v=${height},i=${this.#id},p=1,c=${pane.columns},r=${pane.rows},C=1,q=2`;
    let text = `\u001B[${pane.y + 1};${pane.x + 1}H`;
    for (let from = 0; from < pixels.length; from += CHUNK) {
      const more = from + CHUNK < pixels.length ? 1 : 0;
      text += `\u001B_G${from === 0 ? `${control},` : ''}m=${more};${pixels.slice(from, from + CHUNK)}\u001B\\`;
    }
    this.#isShown = true;
    return Buffer.from(text, 'latin1');
  }

  end(): string {
    if (!this.#isShown) return '';
    this.#isShown = false;
    return `\u001B_Ga=d,d=I,i=${this.#id},q=2\u001B\\`;
  }
}

/** No more pixels than its cells have, and than may be sent. */
function fittedFor(frame: VideoFrame, pane: Pane): VideoFrame {
  const room = Math.min(1, (pane.columns * CELL.width) / frame.width, (pane.rows * CELL.height) / frame.height);
  const bytes = frame.width * frame.height * 3;
  const scale = Math.min(room, Math.sqrt(MOST_BYTES / bytes));
  if (scale >= 1) return frame;
  const [width, height] = [Math.max(1, Math.floor(frame.width * scale)), Math.max(1, Math.floor(frame.height * scale))];
  return scaled(frame, { width, height }, 2);
}
