// Link-local IPv6 for @libp2p/tcp, which knows nothing of zones: it can't turn the remote address of such a socket into
// a multiaddr and refuses the connection. So the sockets that come in show it their address without the zone, and the
// zone is kept here, for a LAN that has nothing but fe80:: addresses.

import type { Server, Socket } from 'node:net';
import { tcp, type TCPComponents, type TCPOptions } from '@libp2p/tcp';
import type { Transport } from '@libp2p/interface';
import type { HostPort } from '../contracts/discovery.ts';

export class LinkLocalZones {
  /** `address port` of open sockets -> zone. */
  readonly #zones = new Map<string, string>();

  /** The address of the other end of an incoming connection, with its zone if it needs one. */
  withZone(remote: HostPort): HostPort {
    const zone = this.#zones.get(`${remote.host} ${remote.port}`);
    return zone === undefined ? remote : { host: `${remote.host}%${zone}`, port: remote.port };
  }

  /** Must see a socket before the transport does. */
  take(socket: Socket): void {
    const [address, zone] = (socket.remoteAddress ?? '').split('%');
    if (address === undefined || zone === undefined) return;
    const key = `${address} ${socket.remotePort}`;
    this.#zones.set(key, zone);
    socket.once('close', () => this.#zones.delete(key));
    Object.defineProperty(socket, 'remoteAddress', { value: address });
  }
}

/** The TCP transport, with `zones` looking at every incoming socket first. */
export function tcpWithZones(options: TCPOptions, zones: LinkLocalZones): (components: TCPComponents) => Transport {
  const factory = tcp(options);
  return (components) => {
    const transport = factory(components);
    const createListener = transport.createListener.bind(transport);
    transport.createListener = (listenerOptions) => {
      const listener = createListener(listenerOptions);
      const { server } = listener as unknown as { server?: Server };
      server?.prependListener('connection', (socket: Socket) => zones.take(socket));
      return listener;
    };
    return transport;
  };
}
