// The super-peer as a part that runs: for now the classic server by itself.

import { systemClock, type Clock } from '../base/clock.ts';
import { createLog, type LogLevel, type LogRecord } from '../base/log.ts';
import { ClassicServer, type ClassicStatus } from './classic/classic-server.ts';
import { CLASSIC_LIMITS } from './classic/limits.ts';

export interface SuperPeerOptions {
  /** TCP port for classic clients; 0 = any. @default 9009 */
  readonly tcpPort?: number;
  /** UDP port for their sound and picture; 0 = any. Classic clients know no other than 9010. @default 9010 */
  readonly udpPort?: number;
  /** The address to listen on. @default 0.0.0.0 */
  readonly bind?: string;
  /** @default 10_000 */
  readonly maxClients?: number;
  /** @default 'info' */
  readonly logLevel?: LogLevel;
  /** Where log records go. @default nowhere */
  readonly log?: (record: LogRecord) => void;
}

export type SuperPeerStatus = ClassicStatus;

export interface SuperPeer {
  readonly bind: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  status(): SuperPeerStatus;
  /** Closes everything. May be called any number of times. */
  stop(): Promise<void>;
}

export const CLASSIC_PORTS = { tcp: 9009, udp: 9010 } as const;
const EVERYWHERE = '0.0.0.0';

/** @throws MmchatError `port-in-use`, `bad-option` */
export async function runSuperPeer(
  options: SuperPeerOptions,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<SuperPeer> {
  const bind = options.bind ?? EVERYWHERE;
  const server = new ClassicServer({
    clock,
    log: createLog(clock, options.logLevel ?? 'info', options.log ?? (() => undefined)),
    bind,
    tcpPort: options.tcpPort ?? CLASSIC_PORTS.tcp,
    udpPort: options.udpPort ?? CLASSIC_PORTS.udp,
    limits: { connections: options.maxClients ?? CLASSIC_LIMITS.connections },
  });
  const ports = await server.start({ ...(signal !== undefined && { signal }) });
  return { bind, ...ports, status: () => server.status(), stop: () => server.stop() };
}
