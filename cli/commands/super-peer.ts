// `mmchat-p2p super-peer`: serves clients of the classic chat, and brings them together with the peers, until it is asked
// to end.

import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  cleanLine,
  formatLogRecord,
  messageOf,
  resolveDataDir,
  startSuperPeer,
  type NodeOptions,
  type RunningSuperPeer,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { ControlSocket } from '../rpc/control-socket.ts';

/** Beside the one of a person at this machine, whose key is another one. */
const OWN_FOLDER = 'super-peer';

/** @throws MmchatError when it can't listen */
export async function runSuperPeerCommand(
  options: NodeOptions,
  { mesh }: { mesh: boolean },
  io: CliIo,
  signal: AbortSignal,
): Promise<number> {
  const dataDir = options.dataDir ?? join(resolveDataDir(options, { environment: io.env }), OWN_FOLDER);
  const given: NodeOptions = {
    ...options,
    dataDir,
    name: options.name ?? hostname(),
    logLevel: options.logLevel ?? 'info',
    log: (record) => io.stderr.write(`${formatLogRecord(record)}\n`),
  };
  const control = mesh ? await ControlSocket.claim(dataDir) : undefined;
  let superPeer: RunningSuperPeer | undefined;
  try {
    superPeer = await startSuperPeer({ ...given, mesh }, { signal });
    for (const line of report(superPeer)) io.stdout.write(`${line}\n`);
    const stop = Promise.withResolvers<undefined>();
    const finish = (): void => stop.resolve(undefined);
    if (superPeer.node !== undefined)
      control?.serve(superPeer.node, {
        onShutdown: finish,
        onFailure: (error) =>
          io.stderr.write(`mmchat-p2p: an error of the program itself: ${cleanLine(messageOf(error))}\n`),
      });
    signal.addEventListener('abort', finish, { once: true });
    if (!signal.aborted) await stop.promise;
    return EXIT.done;
  } finally {
    await superPeer?.stop();
    await control?.close();
  }
}

function report(superPeer: RunningSuperPeer): string[] {
  const { bind, tcpPort, udpPort, metricsPort } = superPeer.status();
  const { node } = superPeer;
  const reach =
    node === undefined
      ? 'They talk among themselves; peers are not reached.'
      : `Peers see them as NAME@${node.status().name}; they see peers by their names.`;
  return [
    `Classic clients can connect: TCP ${tcpPort} and UDP ${udpPort} on ${bind}. ${reach}`,
    ...(metricsPort === 0 ? [] : [`Numbers for Prometheus: port ${metricsPort}, /metrics.`]),
  ];
}
