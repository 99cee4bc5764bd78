// `mmchat-p2p peers`: who is here, and who is known from before.

import stringWidth from 'string-width';
import { cleanLine, createNode, type NodeOptions } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { waitFor } from '../rpc/door.ts';
import { openDoor, type DoorParts } from '../rpc/open-door.ts';
import type { PeerRow } from '../rpc/rows.ts';

export interface PeersParts extends DoorParts {
  /** How long a node that just started listens for others. */
  readonly listenMs: number;
}

const PARTS: PeersParts = { createNode, listenMs: 3_000 };
const COLUMN_GAP = '  ';

/** @throws MmchatError when no node can be reached or started */
export async function runPeers(
  { json }: { readonly json: boolean },
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: PeersParts = PARTS,
): Promise<number> {
  const { door, fresh } = await openDoor(options, io, signal, parts);
  try {
    if (fresh !== undefined)
      await waitFor(
        (listener) => fresh.subscribe(listener),
        () => false,
        parts.listenMs,
        signal,
      );
    const rows = (await door.call('peers.list')) as PeerRow[];
    io.stdout.write(json ? `${JSON.stringify(rows)}\n` : peersTable(rows));
    return EXIT.done;
  } finally {
    await door.close();
  }
}

/** Those who are here first; every line ends with LF. */
export function peersTable(rows: readonly PeerRow[]): string {
  if (rows.length === 0) return 'Nobody else is here, and nobody is known from before.\n';
  const sorted = [...rows.filter((row) => row.online), ...rows.filter((row) => !row.online)];
  const cells = [
    ['NAME', 'STATE', 'VIA', 'TRUST', 'ROOMS', 'PEER ID'],
    ...sorted.map((row) =>
      [
        row.name,
        row.online ? 'here' : 'away',
        row.via,
        row.via === 'legacy' ? '-' : row.trust,
        row.rooms.join(', ') || '-',
        row.peerId,
      ].map(cleanLine),
    ),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => stringWidth(line[column] ?? ''))));
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, column) => pad(cell, widths[column] ?? 0))
          .join(COLUMN_GAP)
          .trimEnd()}\n`,
    )
    .join('');
}

/** By the width on a screen: wide characters take two columns. */
function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}
