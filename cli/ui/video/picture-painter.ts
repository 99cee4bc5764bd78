// Pictures and names as bytes for the terminal: only what changed since the last time, wherever somebody's place is now.

import type { Pane, PeerId, TerminalColours, VideoFrame } from '../../../src/index.ts';
import { HalfBlocks } from '../../../src/index.ts';
import type { TerminalLook } from '../terminal-look.ts';
import { paintLine } from '../theme.ts';
import type { PicturePlaces, PictureTile } from './places.ts';

type PictureSize = Pick<VideoFrame, 'width' | 'height'>;

/** For each pixel that is seen, two by two are looked at. */
const LOOKED_AT = 2;
const NOTHING: PictureSize = { width: 0, height: 0 };

/** Draws one person's pictures. */
export interface PictureDrawer {
  /** Forgets what the terminal shows. */
  reset(): void;
  /** The largest picture that shows more there than a smaller one, in pixels. */
  sizeIn(pane: Pane): PictureSize;
  /** Valid until the next call. */
  draw(frame: VideoFrame, pane: Pane): Uint8Array;
  /** What takes the picture away where text over it doesn't. */
  end(): string;
}

export function halfBlocksDrawer(colours: TerminalColours): PictureDrawer {
  const blocks = new HalfBlocks({ colours, isBare: true });
  return {
    reset: () => blocks.reset(),
    sizeIn: ({ columns, rows }) => ({ width: LOOKED_AT * columns, height: LOOKED_AT * 2 * rows }),
    draw: (frame, pane) => blocks.draw(frame, pane),
    end: () => '',
  };
}

export function coloursOf({ colours, signs }: TerminalLook): TerminalColours {
  if (signs === 'ascii') return 'ascii';
  return colours === 'true' ? 'truecolor' : colours === '256' ? '256' : 'ascii';
}

/** @param index of those who are shown together, each has another one */
export type MakeDrawer = (index: number) => PictureDrawer;

interface Drawn {
  readonly drawer: PictureDrawer;
  frame: VideoFrame | undefined;
}

export class PicturePainter {
  readonly #look: TerminalLook;
  #makeDrawer: MakeDrawer;
  #places: PicturePlaces | undefined;
  #drawn = new Map<PeerId, Drawn>();
  /** Names, and the emptiness around, are to be written. */
  #isBlank = true;

  constructor(look: TerminalLook, makeDrawer: MakeDrawer) {
    this.#look = look;
    this.#makeDrawer = makeDrawer;
  }

  /** From the next picture on they are drawn in another way. Gives what takes away those that are there. */
  change(makeDrawer: MakeDrawer): string {
    this.#makeDrawer = makeDrawer;
    return this.clear();
  }

  /** The terminal shows nothing of it any more, whatever was drawn. */
  reset(): void {
    this.#isBlank = true;
    for (const one of this.#drawn.values()) {
      one.drawer.reset();
      one.frame = undefined;
    }
  }

  /** What has to be written so that these frames are seen at these places; empty when nothing has changed. */
  paint(places: PicturePlaces | undefined, frames: ReadonlyMap<PeerId, VideoFrame>): Buffer {
    const parts: Uint8Array[] = [];
    if (!isSame(places, this.#places)) {
      parts.push(Buffer.from(this.clear()));
      this.#places = places;
    }
    if (places === undefined) return Buffer.concat(parts);
    if (this.#isBlank) parts.push(Buffer.from(this.#names(places)));
    this.#isBlank = false;
    for (const tile of places.tiles) {
      const frame = frames.get(tile.who);
      const known = this.#drawn.get(tile.who) ?? { drawer: this.#makeDrawer(this.#drawn.size), frame: undefined };
      this.#drawn.set(tile.who, known);
      if (frame === undefined || frame === known.frame) continue;
      known.frame = frame;
      // Copied: the bytes are the drawer's own.
      parts.push(Buffer.from(known.drawer.draw(frame, tile.picture)));
    }
    return Buffer.concat(parts);
  }

  /** How large somebody's pictures are seen; undefined: that is not known yet. */
  sizeOf(who: PeerId): PictureSize | undefined {
    const tile = this.#places?.tiles.find((one) => one.who === who);
    const drawer = this.#drawn.get(who)?.drawer;
    return tile === undefined ? NOTHING : drawer?.sizeIn(tile.picture);
  }

  /** Nobody is shown anywhere. What stands there as text is overwritten by whoever gets the place. */
  clear(): string {
    let text = '';
    for (const { drawer } of this.#drawn.values()) text += drawer.end();
    this.#drawn = new Map();
    this.#places = undefined;
    this.#isBlank = true;
    return text;
  }

  #names({ pane, tiles }: PicturePlaces): string {
    return spaces(pane) + tiles.map((tile) => this.#name(tile)).join('');
  }

  #name({ label, labelX, labelY }: PictureTile): string {
    return `${at(labelX, labelY)}${paintLine(label, { ...this.#look, links: false })}`;
  }
}

function isSame(left: PicturePlaces | undefined, right: PicturePlaces | undefined): boolean {
  return (
    left === right || (left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right))
  );
}

function spaces({ x, y, columns, rows }: Pane): string {
  const row = ' '.repeat(columns);
  return `\u001B[0m${Array.from({ length: rows }, (_, index) => at(x, y + index) + row).join('')}`;
}

function at(x: number, y: number): string {
  return `\u001B[${y + 1};${x + 1}H`;
}
