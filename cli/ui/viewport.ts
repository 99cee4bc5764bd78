// Which rows of a conversation are on the screen: laid out from the bottom upwards, anchored to an item while scrolled,
// so that nothing jumps when lines come or the window changes.

import type { Item } from './conversation-items.ts';
import type { Line } from './theme.ts';
import { PENDING_PREFIX, type ScrollAnchor } from './ui-state.ts';

export type Layout = (item: Item) => readonly Line[];

/** The last row in view: row `rows - hiddenRows` of item `index`. */
interface Position {
  readonly index: number;
  readonly hiddenRows: number;
}

/** At most `height` rows; fewer when there is less to show. */
export function visibleRows(
  items: readonly Item[],
  anchor: ScrollAnchor | undefined,
  height: number,
  layout: Layout,
): Line[] {
  const { index, hiddenRows } = positionOf(items, anchor, height, layout);
  const rows: Line[] = [];
  for (let at = index; at >= 0 && rows.length < height; at--) {
    const lines = layout(items[at] as Item);
    const shown = at === index && hiddenRows > 0 ? lines.slice(0, Math.max(0, lines.length - hiddenRows)) : lines;
    rows.unshift(...shown.slice(-(height - rows.length)));
  }
  return rows;
}

/** Where the view stands after moving `rows` (negative = towards older ones); undefined = at the newest row. */
export function scrolledBy(
  items: readonly Item[],
  anchor: ScrollAnchor | undefined,
  rows: number,
  height: number,
  layout: Layout,
): ScrollAnchor | undefined {
  const from = positionOf(items, anchor, height, layout);
  let { index } = from;
  let hiddenRows = from.hiddenRows - rows;
  const rowsAt = (at: number): number => layout(items[at] as Item).length;
  while (index > 0 && hiddenRows >= rowsAt(index)) hiddenRows -= rowsAt(index--);
  while (hiddenRows < 0 && index < items.length - 1) hiddenRows += rowsAt(++index);
  if (index >= items.length - 1 && hiddenRows <= 0) return undefined;
  return anchorOf(items, clampToTop(items, { index, hiddenRows }, height, layout));
}

/** Where the view stands so that all of an item is in it (its first rows, when it is higher than the view). */
export function revealing(
  items: readonly Item[],
  anchor: ScrollAnchor | undefined,
  id: string,
  height: number,
  layout: Layout,
): ScrollAnchor | undefined {
  const target = items.findIndex((item) => item.id === id);
  if (target === -1) return anchor;
  const { index, hiddenRows } = positionOf(items, anchor, height, layout);
  if (target > index || (target === index && hiddenRows > 0))
    return anchorOf(items, clampToTop(items, { index: target, hiddenRows: 0 }, height, layout));
  let rows = -hiddenRows;
  for (let at = index; at >= target && rows <= height; at--) rows += layout(items[at] as Item).length;
  return rows <= height ? anchor : fromRow(items, target, height, layout);
}

/** Where the view stands so that an item is in its middle. */
export function centredOn(
  items: readonly Item[],
  id: string,
  height: number,
  layout: Layout,
): ScrollAnchor | undefined {
  const target = items.findIndex((item) => item.id === id);
  if (target === -1) return undefined;
  const own = layout(items[target] as Item).length;
  return fromRow(items, target, Math.max(Math.min(own, height), Math.floor((height + own) / 2)), layout, height);
}

/** The view whose bottom edge lies `rows` below the first row of item `target`. */
function fromRow(
  items: readonly Item[],
  target: number,
  rows: number,
  layout: Layout,
  height = rows,
): ScrollAnchor | undefined {
  let sum = 0;
  for (let index = target; index < items.length; index++) {
    sum += layout(items[index] as Item).length;
    if (sum < rows) continue;
    return anchorOf(items, clampToTop(items, { index, hiddenRows: sum - rows }, height, layout));
  }
  return undefined;
}

/** How many items lie above and below those in view. */
export function itemsOutside(
  items: readonly Item[],
  anchor: ScrollAnchor | undefined,
  height: number,
  layout: Layout,
): { above: number; below: number } {
  const { index, hiddenRows } = positionOf(items, anchor, height, layout);
  let rows = -hiddenRows;
  let top = index;
  while (top >= 0 && rows < height) rows += layout(items[top--] as Item).length;
  return { above: top + 1, below: items.length - 1 - index };
}

function anchorOf(items: readonly Item[], { index, hiddenRows }: Position): ScrollAnchor | undefined {
  if (index >= items.length - 1 && hiddenRows <= 0) return undefined;
  const item = items[index];
  return item === undefined ? undefined : { id: item.id, hiddenRows };
}

function positionOf(
  items: readonly Item[],
  anchor: ScrollAnchor | undefined,
  height: number,
  layout: Layout,
): Position {
  const newest = { index: items.length - 1, hiddenRows: 0 };
  if (anchor === undefined || items.length === 0) return newest;
  const index = items.findIndex(({ id }) => id === anchor.id);
  // A text on its way arrived, or what was being read has been dropped: then the oldest that is left comes next.
  if (index === -1 && anchor.id.startsWith(PENDING_PREFIX)) return newest;
  if (index === -1) return clampToTop(items, { index: 0, hiddenRows: 0 }, height, layout);
  const rows = layout(items[index] as Item).length;
  return clampToTop(items, { index, hiddenRows: Math.min(anchor.hiddenRows, rows - 1) }, height, layout);
}

/** As far down as needed to fill the view from the first row on. */
function clampToTop(items: readonly Item[], position: Position, height: number, layout: Layout): Position {
  let { index, hiddenRows } = position;
  let above = -hiddenRows;
  for (let at = index; at >= 0; at--) {
    above += layout(items[at] as Item).length;
    if (above >= height) return position;
  }
  let missing = height - above;
  while (missing > 0) {
    if (hiddenRows > 0) {
      const step = Math.min(hiddenRows, missing);
      hiddenRows -= step;
      missing -= step;
    } else if (index < items.length - 1) {
      hiddenRows = layout(items[++index] as Item).length;
    } else {
      break;
    }
  }
  return { index, hiddenRows };
}
