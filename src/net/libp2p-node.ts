// libp2p as this program needs it on a LAN: TCP, Noise, Yamux, identify, and limits that fit fifty machines switched on
// at nine o'clock.

import { privateKeyFromRaw } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { MultiaddrConnection } from '@libp2p/interface';
import { createLibp2p, type Libp2p } from 'libp2p';
import { concatBytes } from '../base/bytes.ts';
import type { Identity } from '../contracts/stores.ts';
import { leanNoise } from './lean-noise.ts';
import { tcpWithZones, type LinkLocalZones } from './link-local.ts';
import { lookupLinkLocal } from './multiaddrs.ts';
import { guardedYamux } from './yamux-guard.ts';

/** Links at one time. */
export const MAX_LINKS = 512;
/** New connections that one host may open in a second; fifty nodes on one machine start at once and all get in. */
const INBOUND_PER_SECOND_AND_HOST = 64;
/** Half-open connections: with the upgrade's deadline below, one host can hold at most 192 of these places. */
const MAX_PENDING_INBOUND = 512;
const UPGRADE_DEADLINE_MS = 3_000;
const DIAL_DEADLINE_MS = 4_000;
const MAX_PARALLEL_DIALS = 8;
// Passed on to net.connect, although the declared type names only some of its options.
const DIAL_SOCKET_OPTIONS = { noDelay: true, lookup: lookupLinkLocal };

export interface Libp2pNodeParts {
  readonly identity: Identity;
  readonly listen: readonly string[];
  /** Goes into the Noise handshake: only nodes with the same bytes can link. Empty in an open network. */
  readonly prologue: Uint8Array;
  readonly program: string;
  readonly zones: LinkLocalZones;
  readonly acceptFrom: (connection: MultiaddrConnection) => boolean;
}

export type IdentifyService = ReturnType<ReturnType<typeof identify>>;
export type LanLibp2p = Libp2p<{ identify: IdentifyService }>;

export async function createLanLibp2p(parts: Libp2pNodeParts): Promise<LanLibp2p> {
  return createLibp2p({
    start: false,
    privateKey: privateKeyFromRaw(concatBytes(parts.identity.seed, parts.identity.publicKey)),
    addresses: { listen: [...parts.listen] },
    nodeInfo: { userAgent: parts.program },
    transports: [tcpWithZones({ dialOpts: DIAL_SOCKET_OPTIONS, backlog: 1024 }, parts.zones)],
    connectionEncrypters: [leanNoise(parts.prologue.length > 0 ? { prologueBytes: parts.prologue } : {})],
    streamMuxers: [guardedYamux()],
    services: { identify: identify({ maxInboundStreams: 4, timeout: DIAL_DEADLINE_MS }) },
    // Our own heartbeat does this at a tenth of the cost.
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyDialMultiaddr: () => false,
      denyInboundConnection: (connection) => !parts.acceptFrom(connection),
    },
    connectionManager: {
      maxConnections: 2 * MAX_LINKS,
      maxParallelDials: MAX_PARALLEL_DIALS,
      dialTimeout: DIAL_DEADLINE_MS,
      addressDialTimeout: DIAL_DEADLINE_MS,
      inboundUpgradeTimeout: UPGRADE_DEADLINE_MS,
      inboundConnectionThreshold: INBOUND_PER_SECOND_AND_HOST,
      maxIncomingPendingConnections: MAX_PENDING_INBOUND,
      reconnectRetries: 0,
    },
  });
}
