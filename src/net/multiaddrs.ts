// Our plain HOST:PORT values as libp2p's multiaddrs, and back.

import { isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { MmchatError } from '../base/errors.ts';
import type { HostPort } from '../contracts/discovery.ts';

// @libp2p/tcp drops the zone of fe80:: addresses, and without it the system can't tell which wire is meant. So they
// travel through it as a host name that only our own look-up understands.
const LINK_LOCAL_NAME = /^([0-9a-f]{1,4}(?:-[0-9a-f]{0,4}){2,7})\.zone-([0-9a-z_.@-]{1,32})\.link-local\.invalid$/i;

export function toMultiaddr(address: HostPort): Multiaddr {
  const [host = '', zone] = address.host.split('%');
  try {
    if (isIPv4(host)) return multiaddr(`/ip4/${host}/tcp/${address.port}`);
    if (isIPv6(host) && zone === undefined) return multiaddr(`/ip6/${host}/tcp/${address.port}`);
    if (isIPv6(host)) return multiaddr(`/dns6/${linkLocalName(host, zone ?? '')}/tcp/${address.port}`);
    return multiaddr(`/dns/${host}/tcp/${address.port}`);
  } catch (error) {
    throw new MmchatError('bad-option', `${address.host}:${address.port} is no address that can be dialled.`, {
      cause: error,
    });
  }
}

/** Host and port of a TCP multiaddr, or undefined for anything else. */
export function fromMultiaddr(address: Multiaddr): HostPort | undefined {
  let host: string | undefined;
  let zone: string | undefined;
  for (const component of address.getComponents()) {
    if (component.name === 'ip6zone') zone = component.value;
    else if (['ip4', 'ip6', 'dns', 'dns4', 'dns6'].includes(component.name)) host = component.value;
    else if (component.name === 'tcp' && host !== undefined) {
      const named = LINK_LOCAL_NAME.exec(host);
      if (named !== null)
        return { host: `${named[1]?.replaceAll('-', ':')}%${named[2]}`, port: Number(component.value) };
      return { host: zone === undefined ? plainHost(host) : `${host}%${zone}`, port: Number(component.value) };
    }
  }
  return undefined;
}

/** An IPv4 address that came in on an IPv6 socket, as IPv4. */
function plainHost(host: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  return mapped?.[1] ?? host;
}

function linkLocalName(host: string, zone: string): string {
  return `${host.replaceAll(':', '-')}.zone-${zone}.link-local.invalid`;
}

/** The multiaddr under which others can link to `address`. */
export function listenMultiaddr(address: HostPort, peerId: string): string {
  const [host = '', zone] = address.host.split('%');
  const ip = isIPv4(host) ? `/ip4/${host}` : `${zone === undefined ? '' : `/ip6zone/${zone}`}/ip6/${host}`;
  return `${ip}/tcp/${address.port}/p2p/${peerId}`;
}

/** For net.connect: our made-up link-local names without asking anybody, other names not at all (a LAN has no DNS for us). */
export const lookupLinkLocal: LookupFunction = (hostname, options, callback) => {
  const named = LINK_LOCAL_NAME.exec(hostname);
  if (named !== null) {
    const address = `${named[1]?.replaceAll('-', ':')}%${named[2]}`;
    if (isIP(address.split('%')[0] ?? '') === 6) {
      if (options.all === true) callback(null, [{ address, family: 6 }]);
      else callback(null, address, 6);
      return;
    }
  }
  void import('node:dns').then(({ lookup }) => lookup(hostname, options, callback));
};
