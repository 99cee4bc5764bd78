// The two kinds of entries that a history knows by number. Only types come from wire/: the worker that keeps the history
// needs no codecs.

import type { ENTRY_KIND } from '../../wire/log-entry.ts';

const JOIN: (typeof ENTRY_KIND)['join'] = 2;
const LEAVE: (typeof ENTRY_KIND)['leave'] = 3;

/** Joins and leaves: they make a room's members. */
export const MEMBERSHIP_KINDS: readonly number[] = [JOIN, LEAVE];
