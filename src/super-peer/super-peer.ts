// The super-peer as a part that runs: the classic server, the bridge to the peers when there is a node to bridge to, and
// the numbers that Prometheus asks for.

import type { Clock } from '../base/clock.ts';
import { parseHostPort } from '../base/host-port.ts';
import { MmchatError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { NodeEvent } from '../state/events.ts';
import type { Destination, NodeState } from '../state/values.ts';
import { Bridge, type BridgeParts } from './bridge/bridge.ts';
import { ClassicServer, type ClassicServerOptions, type ClassicStatus } from './classic/classic-server.ts';
import type { ClassicHub } from './classic/hub.ts';
import { CLASSIC_LIMITS } from './classic/limits.ts';
import { MetricsServer } from './metrics.ts';

export interface SuperPeerOptions {
  /** TCP port for classic clients; 0 = any. @default 9009 */
  readonly tcpPort?: number;
  /** UDP port for their sound and picture; 0 = any. Classic clients know no other than 9010. @default 9010 */
  readonly udpPort?: number;
  /** The address to listen on. @default 0.0.0.0 */
  readonly bind?: string;
  /** @default 10_000 */
  readonly maxClients?: number;
  /** `HOST:PORT` where Prometheus can ask. @default nowhere */
  readonly metrics?: string;
}

export interface SuperPeerStatus extends ClassicStatus {
  readonly bind: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Of the metrics; 0 without them. */
  readonly metricsPort: number;
  /** What crossed the bridge; empty without one. */
  readonly bridge: Readonly<Record<string, number>>;
}

/** What the classic server is to others; tests hand in another one. */
export interface ClassicPart {
  readonly hub: ClassicHub;
  start(options: { signal?: AbortSignal }): Promise<{ tcpPort: number; udpPort: number }>;
  stop(): Promise<void>;
  status(): ClassicStatus;
}

export interface SuperPeerParts {
  readonly clock: Clock;
  readonly log: Log;
  /** The node whose peers are reached; without it guests are among themselves. */
  readonly mesh?: Omit<BridgeParts, 'hub' | 'clock' | 'log'>;
  readonly makeClassic?: (options: ClassicServerOptions) => ClassicPart;
}

export const CLASSIC_PORTS = { tcp: 9009, udp: 9010 } as const;
const EVERYWHERE = '0.0.0.0';

export class SuperPeer {
  readonly #options: SuperPeerOptions;
  readonly #server: ClassicPart;
  readonly #bridge: Bridge | undefined;
  readonly #metrics: MetricsServer;
  #tcpPort = 0;
  #udpPort = 0;
  #metricsPort = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: SuperPeerOptions, { clock, log, mesh, makeClassic = realClassic }: SuperPeerParts) {
    this.#options = options;
    this.#server = makeClassic({
      clock,
      log,
      bind: options.bind ?? EVERYWHERE,
      tcpPort: options.tcpPort ?? CLASSIC_PORTS.tcp,
      udpPort: options.udpPort ?? CLASSIC_PORTS.udp,
      limits: { connections: options.maxClients ?? CLASSIC_LIMITS.connections },
      ...(mesh !== undefined && {
        mediaSink: (guest, target, kind, datagram) => this.#bridge?.takeMedia(guest, target, kind, datagram) === true,
        takesCallAnswer: (guest, to) => this.#bridge?.takesCallAnswer(guest, to) === true,
        takesRoomCalls: (room) => this.#bridge?.takesRoomCalls(room) === true,
      }),
    });
    const { hub } = this.#server;
    this.#bridge = mesh === undefined ? undefined : new Bridge({ ...mesh, hub, clock, log });
    this.#metrics = new MetricsServer({
      gauges: () => {
        const { counters: _counters, ...gauges } = this.#server.status();
        return { ...gauges };
      },
      counters: () => ({ classic: this.#server.status().counters, bridge: this.#bridge?.counters ?? {} }),
    });
  }

  /** @throws MmchatError `port-in-use`, `bad-option` */
  async start(options: { signal?: AbortSignal } = {}): Promise<void> {
    const { metrics } = this.#options;
    const address = metrics === undefined ? undefined : parseHostPort(metrics);
    if (metrics !== undefined && address === undefined)
      throw new MmchatError('bad-option', `The metrics want HOST:PORT, not ${JSON.stringify(metrics)}.`);
    try {
      await this.#bridge?.start();
      ({ tcpPort: this.#tcpPort, udpPort: this.#udpPort } = await this.#server.start(options));
      if (address !== undefined) this.#metricsPort = await this.#metrics.start(address);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#metrics.stop();
    await this.#server.stop();
    await this.#bridge?.stop();
  }

  status(): SuperPeerStatus {
    return {
      ...this.#server.status(),
      bind: this.#options.bind ?? EVERYWHERE,
      tcpPort: this.#tcpPort,
      udpPort: this.#udpPort,
      metricsPort: this.#metricsPort,
      bridge: this.#bridge?.counters ?? {},
    };
  }

  /** What happens among peers. */
  hear(event: NodeEvent, state: NodeState): void {
    this.#bridge?.hear(event, state);
  }

  /** Whether guests get a file that was offered there. */
  wants(destination: Destination): boolean {
    return this.#bridge?.wants(destination) === true;
  }
}

function realClassic(options: ClassicServerOptions): ClassicPart {
  return new ClassicServer(options);
}
