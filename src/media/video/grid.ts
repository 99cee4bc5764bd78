// Where everybody's picture is on a screen of cells, which are twice as high as wide.

import type { Pane } from './half-blocks.ts';

/** Of the pane's longer side, in pixels of half blocks; the others share the rest. */
const ACTIVE_SHARE = 0.7;
const PICTURE_PROPORTION = 4 / 3;

/**
 * One pane each, in the order of the people; they don't overlap. Some have no cells where there is no place for all.
 *
 * @param active who speaks: the one with the largest pane
 */
export function tiles(pane: Pane, people: number, active?: number): Pane[] {
  if (people <= 0) return [];
  if (people <= 2 || active === undefined || active < 0 || active >= people) return even(pane, people);
  const isWide = pane.columns >= pane.rows * 2;
  const large = isWide
    ? { ...pane, columns: Math.ceil(pane.columns * ACTIVE_SHARE) }
    : { ...pane, rows: Math.ceil(pane.rows * ACTIVE_SHARE) };
  const rest = isWide
    ? { ...pane, x: pane.x + large.columns, columns: pane.columns - large.columns }
    : { ...pane, y: pane.y + large.rows, rows: pane.rows - large.rows };
  const others = even(rest, people - 1);
  return [...others.slice(0, active), large, ...others.slice(active)];
}

/** As many columns as make the pictures largest. */
function even(pane: Pane, people: number): Pane[] {
  let best = 1;
  let bestWidth = -1;
  for (let across = 1; across <= people; across++) {
    const width = Math.floor(pane.columns / across);
    const height = Math.floor(pane.rows / Math.ceil(people / across)) * 2;
    const shown = Math.min(width, height * PICTURE_PROPORTION);
    if (shown > bestWidth) [best, bestWidth] = [across, shown];
  }
  const down = Math.ceil(people / best);
  return Array.from({ length: people }, (_, index) => {
    const row = Math.floor(index / best);
    // The last row may have fewer.
    const across = row === down - 1 ? people - best * (down - 1) : best;
    const column = index % best;
    const [left, right] = [share(pane.columns, column, across), share(pane.columns, column + 1, across)];
    const [top, bottom] = [share(pane.rows, row, down), share(pane.rows, row + 1, down)];
    return { x: pane.x + left, y: pane.y + top, columns: right - left, rows: bottom - top };
  });
}

function share(total: number, index: number, count: number): number {
  return Math.floor((total * index) / count);
}
