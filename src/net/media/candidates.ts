// Where one can be reached by UDP, and which addresses of others are worth a try.

import {
  formatIpAddress,
  isLinkLocal,
  isUnicast,
  parseIpAddress,
  prefixMatches,
  unmapIpv4,
} from '../../base/ip-address.ts';
import type { IpAddress } from '../../base/ip-address.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import type { LocalInterface } from '../../state/values.ts';
import { MAX_CANDIDATES } from '../../wire/limits.ts';

/** A link-local address may be on the LAN of each interface; nobody has many. */
const MAX_ZONES = 4;

/** What to tell others: the loopback only when there is nothing else. Zones stay here, they mean nothing elsewhere. */
export function ownCandidates(interfaces: readonly LocalInterface[], port: number): readonly HostPort[] {
  if (port === 0) return [];
  const addresses = interfaces.flatMap(({ address }) => parseIpAddress(address) ?? []);
  const outward = addresses.filter((address) => !isLoopback(address));
  const used = outward.length > 0 ? outward : addresses;
  const farReachingFirst = [...used].sort((left, right) => Number(isLinkLocal(left)) - Number(isLinkLocal(right)));
  const hosts = new Set(farReachingFirst.map(({ family, bytes }) => formatIpAddress({ family, bytes })));
  return [...hosts].slice(0, MAX_CANDIDATES).map((host) => ({ host, port }));
}

/**
 * What others told, made usable here: IP addresses that one machine can have, link-local IPv6 ones in each zone of ours, and where
 * the link to them goes.
 */
export function remoteCandidates(
  told: readonly HostPort[],
  interfaces: readonly LocalInterface[],
  linkHost: string | undefined,
): readonly HostPort[] {
  const found = new Map<string, HostPort>();
  const add = (address: IpAddress, port: number): void => {
    const one = { host: formatIpAddress(address), port };
    if (found.size < MAX_CANDIDATES) found.set(`${one.host} ${port}`, one);
  };
  const linkAddress = linkHost === undefined ? undefined : addressOf(linkHost);
  const linkPort = told.find(({ port }) => isPort(port))?.port;
  for (const { host, port } of told) {
    const address = addressOf(host);
    if (address === undefined || !isPort(port)) continue;
    if (address.family === 4 || !isLinkLocal(address)) add(withoutZone(address), port);
    else for (const zone of zonesFor(linkAddress, interfaces)) add({ ...withoutZone(address), zone }, port);
  }
  // It works for the link; behind a translation of addresses it may be the only one that does.
  if (linkAddress !== undefined && linkPort !== undefined) add(linkAddress, linkPort);
  return [...found.values()];
}

/** As far as one's own addresses tell without their masks, which on a LAN are hardly ever longer than these. */
export function isNear(host: string, interfaces: readonly LocalInterface[]): boolean {
  const remote = addressOf(host);
  if (remote === undefined) return false;
  return interfaces.some(({ address }) => {
    const own = addressOf(address);
    return own?.family === remote.family && prefixMatches(own.bytes, remote.bytes, own.family === 4 ? 24 : 64);
  });
}

function addressOf(host: string): IpAddress | undefined {
  const address = parseIpAddress(host);
  const plain = address === undefined ? undefined : unmapIpv4(address);
  return plain !== undefined && isUnicast(plain) ? plain : undefined;
}

function zonesFor(linkAddress: IpAddress | undefined, interfaces: readonly LocalInterface[]): readonly string[] {
  if (linkAddress?.zone !== undefined) return [linkAddress.zone];
  const zones = new Set(interfaces.flatMap(({ address }) => parseIpAddress(address)?.zone ?? []));
  return [...zones].slice(0, MAX_ZONES);
}

function withoutZone({ family, bytes }: IpAddress): IpAddress {
  return { family, bytes };
}

function isLoopback({ family, bytes }: IpAddress): boolean {
  return family === 4 ? bytes[0] === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}
