// The classic server in a process of its own.

import { startSuperPeer, type RunningSuperPeer, type SuperPeerFacts } from '../../src/index.ts';
import { LOOPBACK } from '../support/loopback.ts';

export interface ClassicHost {
  start(params: object): Promise<{ tcpPort: number; udpPort: number }>;
  status(params: object): Promise<SuperPeerFacts>;
  /** Processor time of this process, microseconds. */
  cpu(params: object): Promise<number>;
  residentBytes(params: object): Promise<number>;
}

export function classicHost(): ClassicHost {
  let running: RunningSuperPeer | undefined;
  return {
    async start() {
      running = await startSuperPeer({
        mesh: false,
        classicTcpPort: 0,
        classicUdpPort: 0,
        classicBind: LOOPBACK,
        logLevel: 'error',
      });
      return running.status();
    },
    async status() {
      if (running === undefined) throw new Error('The classic server does not run.');
      return running.status();
    },
    async cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    residentBytes: async () => process.memoryUsage().rss,
  };
}
