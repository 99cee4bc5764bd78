// From rows to what the contract hands out.

import type { LogSummary, StoredEntry, StoredMessage } from '../../contracts/history.ts';
import { comparePeerIds } from '../../state/peer-order.ts';
import type { PeerId } from '../../state/values.ts';
import { compareOnScreen } from './screen-order.ts';
import { includesSequence, rangesFrom } from './sequence-ranges.ts';
import type { EntryRow, HistoryTables, LogState } from './tables.ts';

/**
 * Changes that come with a message, the newest ones. More than anybody looks at; without a bound a stranger's reactions
 * would be read again with every page. What its author changed is always there.
 */
export const CHANGES_LIMIT = 500;

export function storedEntry(row: EntryRow): StoredEntry {
  const { conversation, author, logId } = row.log.name;
  return {
    conversation,
    author,
    logId,
    id: row.id,
    sequence: row.sequence,
    order: row.order,
    at: row.at,
    kind: row.kind,
    hash: row.hash,
    previous: row.previous,
    header: row.header,
    signature: row.signature,
    ...(row.body === undefined ? {} : { body: row.body }),
    ...(row.target === undefined ? {} : { target: row.target }),
    arrival: row.arrival,
    arrivedAt: row.arrivedAt,
    bodyState: row.bodyState,
    forked: row.forked,
  };
}

/** Undefined for what is no message of its own. */
export function storedMessage(tables: HistoryTables, row: EntryRow): StoredMessage | undefined {
  if (!row.shown) return undefined;
  return {
    entry: storedEntry(row),
    place: row.place,
    changes: changesOf(tables, row).map(storedEntry),
    deliveredTo: row.log.standing === 'own' ? deliveredTo(tables, row) : [],
  };
}

function changesOf(tables: HistoryTables, row: EntryRow): EntryRow[] {
  const changes = tables.changes(row, CHANGES_LIMIT);
  if (changes.length === CHANGES_LIMIT) {
    const ids = new Set(changes.map(({ id }) => id));
    for (const change of [tables.lastEdit(row), tables.deletion(row)])
      if (change !== undefined && !ids.has(change.id)) changes.push(change);
  }
  return changes.sort(compareOnScreen);
}

function deliveredTo(tables: HistoryTables, row: EntryRow): PeerId[] {
  const peers: PeerId[] = [];
  for (const [peerId, ranges] of tables.deliveries(row.log))
    if (includesSequence(ranges, row.sequence)) peers.push(peerId);
  return peers.sort(comparePeerIds);
}

export function logSummary(log: LogState): LogSummary {
  return {
    ...log.name,
    floor: log.floor,
    ranges: rangesFrom(log.ranges, log.floor),
    head: log.head,
    forkMark: log.forkMark,
    bytes: log.bytes,
  };
}
