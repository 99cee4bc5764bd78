// What a super-peer does, for Prometheus: counted elsewhere, read when somebody asks. prom-client is loaded only here.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostPort } from '../contracts/discovery.ts';
import { listenError } from './classic/listen-error.ts';
import { METRICS } from './metric-names.ts';

export interface MetricsSource {
  /** How many there are now, by name: `clients`, `rooms`. */
  readonly gauges: () => Readonly<Record<string, number>>;
  /** How often something happened since the start, by name and reason. */
  readonly counters: () => Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const HEADERS_MS = 5_000;
const MOST_CONNECTIONS = 32;

export class MetricsServer {
  readonly #source: MetricsSource;
  #server: Server | undefined;

  constructor(source: MetricsSource) {
    this.#source = source;
  }

  /** Resolves with the port. @throws MmchatError `port-in-use`, `bad-option` */
  async start({ host, port }: HostPort): Promise<number> {
    const { Registry, Gauge, Counter, collectDefaultMetrics } = await import('prom-client');
    const registry = new Registry();
    const source = this.#source;
    // Event-loop delay, memory, processor time, handles.
    collectDefaultMetrics({ register: registry, prefix: 'mmchat_' });
    for (const { name, help, kind, label, values } of METRICS) {
      const labelNames = label === undefined ? [] : [label];
      const labelled = (value: string): Record<string, string> => (label === undefined ? {} : { [label]: value });
      const read = (): [string, number][] =>
        Object.entries(values({ gauges: source.gauges(), counters: source.counters() }));
      const common = { name, help, labelNames, registers: [registry] };
      if (kind === 'gauge')
        new Gauge({
          ...common,
          collect() {
            for (const [value, count] of read()) this.set(labelled(value), count);
          },
        });
      else
        new Counter({
          ...common,
          collect() {
            this.reset();
            for (const [value, count] of read()) this.inc(labelled(value), count);
          },
        });
    }
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    server.headersTimeout = HEADERS_MS;
    server.requestTimeout = HEADERS_MS;
    server.maxConnections = MOST_CONNECTIONS;
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError('TCP', port, host, error)));
      server.listen({ host, port }, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
