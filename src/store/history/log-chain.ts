// Puts an entry into its log: which sequences are here, where the log ends, and whether two histories claim the same place.

import { bytesEqual, compareBytes } from '../../base/bytes.ts';
import { xorHex } from './fork-mark.ts';
import { includesSequence, withRange } from './sequence-ranges.ts';
import type { EntryRow, HistoryTables } from './tables.ts';

/**
 * To be called before the row is inserted. Marks it, and those beside it, when they are forked: another entry has the
 * same sequence, or none of those before it is the one that its author says came before it. A function of what is here:
 * in whatever order entries come, the same ones are marked.
 */
export function joinChain(tables: HistoryTables, row: EntryRow): void {
  const { log, sequence } = row;
  const rivals = includesSequence(log.ranges, sequence) ? tables.atSequence(log, sequence) : [];
  if (rivals.length > 0) {
    if (rivals.length === 1) log.forkMark = xorHex(log.forkMark, rivals[0]?.id ?? '');
    log.forkMark = xorHex(log.forkMark, row.id);
    for (const rival of rivals) if (!rival.forked) tables.change(rival, { forked: true });
  }
  row.forked = rivals.length > 0 || !followsItsPredecessor(tables, row);
  if (includesSequence(log.ranges, sequence + 1)) {
    const here = [row, ...rivals];
    const next = tables.atSequence(log, sequence + 1);
    for (const successor of next) {
      const forked = next.length > 1 || !here.some(({ hash }) => bytesEqual(hash, successor.previous));
      if (forked !== successor.forked) tables.change(successor, { forked });
    }
  }
  log.ranges = withRange(log.ranges, { first: sequence, last: sequence });
  // A copy: the hash may be a part of something large, and this is kept.
  if (isHigher(row, log.head)) log.head = { sequence, hash: Uint8Array.from(row.hash), order: row.order };
}

function followsItsPredecessor(tables: HistoryTables, { log, sequence, previous }: EntryRow): boolean {
  // How it nearly always is; saves a look into the database.
  if (log.head.sequence === sequence - 1 && bytesEqual(log.head.hash, previous)) return true;
  if (!includesSequence(log.ranges, sequence - 1)) return true;
  return tables.atSequence(log, sequence - 1).some(({ hash }) => bytesEqual(hash, previous));
}

type Head = EntryRow['log']['head'];

// Of two at the same sequence everybody takes the same one.
function isHigher(row: Head, head: Head): boolean {
  const difference = row.sequence - head.sequence || row.order - head.order;
  return difference > 0 || (difference === 0 && compareBytes(row.hash, head.hash) < 0);
}
