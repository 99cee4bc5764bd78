// A small picture as rows of half blocks: each cell shows two pixels, the upper one as its text, the lower one behind it. Pure.

import type { Pixels } from '../pictures/image-header.ts';
import { fitted, shrunk } from '../pictures/thumbnail.ts';
import type { Line, Span } from './theme.ts';

const UPPER_HALF = '▀';

/** At most so many columns and rows, with the picture's proportions. */
export function halfBlockLines(picture: Pixels, columns: number, rows: number): Line[] {
  const { width, height } = fitted(picture, { width: columns, height: rows * 2 });
  const { rgb } = shrunk(picture, { width, height });
  const colourAt = (x: number, y: number): string | undefined => {
    const at = (y * width + x) * 3;
    return y < height ? Buffer.from(rgb.subarray(at, at + 3)).toString('hex') : undefined;
  };
  return Array.from({ length: Math.ceil(height / 2) }, (_, row) => {
    const line: Span[] = [];
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x, row * 2) ?? '000000';
      const behind = colourAt(x, row * 2 + 1);
      const last = line.at(-1);
      // Neighbours of the same colours are one span.
      if (last?.paint?.colour === colour && last.paint.behind === behind)
        line[line.length - 1] = { ...last, text: last.text + UPPER_HALF };
      else line.push({ text: UPPER_HALF, paint: { colour, ...(behind === undefined ? {} : { behind }) } });
    }
    return line;
  });
}
