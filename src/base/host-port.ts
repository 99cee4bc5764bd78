// Addresses as people write them: HOST:PORT, [IPv6]:PORT, or a TCP multiaddr.

import { MmchatError } from './errors.ts';
import { parseIpAddress } from './ip-address.ts';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const WITH_PORT = /^(?:\[([^\]]+)\]|([^:\s/]+)):(\d{1,5})$/;
const MULTIADDR = /^(?:\/ip6zone\/([^/\s]+))?\/(?:ip4|ip6|dns|dns4|dns6)\/([^/\s]+)\/tcp\/(\d{1,5})(?:\/p2p\/\w+)?$/;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** Undefined for anything that can't be dialled. */
export function parseHostPort(text: string): HostAndPort | undefined {
  const multiaddr = MULTIADDR.exec(text);
  const plain = multiaddr === null ? WITH_PORT.exec(text) : null;
  const zone = multiaddr?.[1];
  const written = multiaddr?.[2] ?? plain?.[1] ?? plain?.[2];
  const port = Number(multiaddr?.[3] ?? plain?.[3] ?? 0);
  if (written === undefined || port < 1 || port > 65_535) return undefined;
  const host = zone === undefined ? written : `${written}%${zone}`;
  const isAddress = parseIpAddress(host) !== undefined;
  return isAddress || (plain?.[1] === undefined && HOST_NAME.test(host)) ? { host, port } : undefined;
}

/** @throws MmchatError `bad-option` */
export function requireHostPort(text: string): HostAndPort {
  const address = parseHostPort(text);
  if (address === undefined)
    throw new MmchatError(
      'bad-option',
      `${JSON.stringify(text)} is no address: write HOST:PORT, for example 10.0.4.17:9011.`,
    );
  return address;
}

export function formatHostPort({ host, port }: HostAndPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
