// `mmchat-p2p super-peer`: serves clients of the classic chat until it is asked to end.

import {
  LOG_LEVELS,
  MmchatError,
  formatLogRecord,
  startSuperPeer,
  type LogLevel,
  type SuperPeerOptions,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';

/** What was typed, checked. @throws MmchatError `bad-option` */
export function superPeerOptions(own: Readonly<Record<string, string | true>>): SuperPeerOptions {
  const tcpPort = whole(own, 'tcp', 0, 65_535);
  const udpPort = whole(own, 'udp', 0, 65_535);
  const maxClients = whole(own, 'max-clients', 1, 1_000_000);
  const { bind, 'log-level': level } = own;
  if (level !== undefined && !LOG_LEVELS.includes(level as LogLevel))
    throw new MmchatError('bad-option', `--log-level wants one of ${LOG_LEVELS.join(', ')}, not ${String(level)}.`);
  return {
    ...(tcpPort !== undefined && { tcpPort }),
    ...(udpPort !== undefined && { udpPort }),
    ...(maxClients !== undefined && { maxClients }),
    ...(typeof bind === 'string' && { bind }),
    ...(level !== undefined && { logLevel: level as LogLevel }),
  };
}

/** @throws MmchatError when it can't listen */
export async function runSuperPeerCommand(options: SuperPeerOptions, io: CliIo, signal: AbortSignal): Promise<number> {
  const superPeer = await startSuperPeer(
    { ...options, log: (record) => io.stderr.write(`${formatLogRecord(record)}\n`) },
    { signal },
  );
  try {
    const { bind, tcpPort, udpPort } = superPeer;
    io.stdout.write(
      `Classic clients can connect: TCP ${tcpPort} and UDP ${udpPort} on ${bind}. They talk among themselves; peers are not reached.\n`,
    );
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return EXIT.done;
  } finally {
    await superPeer.stop();
  }
}

function whole(
  own: Readonly<Record<string, string | true>>,
  flag: string,
  least: number,
  most: number,
): number | undefined {
  const written = own[flag];
  if (written === undefined) return undefined;
  const value = typeof written === 'string' && /^\d{1,7}$/.test(written) ? Number(written) : -1;
  if (value < least || value > most)
    throw new MmchatError(
      'bad-option',
      `--${flag} wants a whole number from ${least} to ${most}, not ${String(written)}.`,
    );
  return value;
}
