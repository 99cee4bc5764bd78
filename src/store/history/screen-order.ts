// Where an entry stands on everybody's screen.

import { comparePeerIds } from '../../state/peer-order.ts';
import type { ScreenPosition } from './tables.ts';

/** Negative when `left` stands above: by Lamport number, then by author, then by id. */
export function compareOnScreen(left: ScreenPosition, right: ScreenPosition): number {
  return left.order - right.order || comparePeerIds(left.author, right.author) || compareTexts(left.id, right.id);
}

/** By Lamport number and id alone, where all are by one author. */
export function compareByOrder(left: ScreenPosition, right: ScreenPosition): number {
  return left.order - right.order || compareTexts(left.id, right.id);
}

export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The time that a message is shown with, so far as it can be believed: nobody wrote it after it came. */
export function shownTime(entry: { readonly at: number; readonly arrivedAt: number }): number {
  return Math.min(entry.at, entry.arrivedAt);
}
