// What a node says of itself in mDNS, and what is believed of what others say.

import { fromHex, toHex } from '../base/bytes.ts';
import {
  formatIpAddress,
  isLinkLocal,
  isOnLocalSubnet,
  parseIpAddress,
  unmapIpv4,
  type LocalAddress,
} from '../base/ip-address.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import type { Announcement, HostPort } from '../contracts/discovery.ts';
import { NETWORK_TAG_BYTES } from '../wire/beacon.ts';
import { ADDRESSES_PER_HINT, type HeardNode } from './discovery-hints.ts';

/** DNS-SD service type: `_mmchat._tcp.local`. */
export const SERVICE_TYPE = 'mmchat';
const TXT_VERSION = '1';
const INSTANCE_ID = /^[0-9a-f]{16}$/;
const TAG = /^[0-9a-f]{16}$/;

/** The TXT record: `v`, `i` = instance id, and `p` = peer id (open network) or `t` = tag (closed network). */
export function txtOf(announcement: Announcement): Record<string, string> {
  const { instanceId, networkTag, peerId } = announcement;
  const common = { v: TXT_VERSION, i: instanceId };
  if (networkTag !== undefined) return { ...common, t: toHex(networkTag(instanceId)) };
  return peerId === undefined ? common : { ...common, p: peerId };
}

/** The parts of bonjour-service's Service that are looked at, as unsure as they are. */
export interface HeardService {
  readonly name?: unknown;
  readonly port?: unknown;
  readonly txt?: unknown;
  readonly addresses?: unknown;
  readonly referer?: unknown;
}

/**
 * A checked view of a service, or undefined when it isn't a node of this version or came from elsewhere. Only
 * addresses on `local` subnets are taken, because whoever sends a packet can write any address into it.
 */
export function heardNodeOf(service: HeardService, local: readonly LocalAddress[]): HeardNode | undefined {
  const { name, port, txt, referer } = service;
  if (typeof txt !== 'object' || txt === null || typeof referer !== 'object' || referer === null) return undefined;
  const { v, i, p, t } = txt as Record<string, unknown>;
  if (v !== TXT_VERSION || typeof i !== 'string' || !INSTANCE_ID.test(i) || name !== i) return undefined;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 0xffff) return undefined;
  if (t !== undefined && (typeof t !== 'string' || !TAG.test(t))) return undefined;
  if (p !== undefined && (typeof p !== 'string' || keyOfPeerId(p) === undefined)) return undefined;
  const from = (referer as { address?: unknown }).address;
  if (typeof from !== 'string' || !isOnLocalSubnet(from, local)) return undefined;
  const told = Array.isArray(service.addresses) ? (service.addresses as unknown[]) : [];
  const hosts = orderedHosts(from, told, local);
  return {
    source: 'mdns',
    instanceId: i,
    addresses: hosts.map((host): HostPort => ({ host, port })),
    from,
    ...(typeof p === 'string' && { peerId: p }),
    ...(typeof t === 'string' && { tag: fromHex(t).subarray(0, NETWORK_TAG_BYTES) }),
  };
}

/**
 * The address that the packet came from first, as it certainly works. IPv6 mDNS always comes from the link-local
 * address, which not every transport can dial: there the told ones go before it.
 */
function orderedHosts(from: string, told: readonly unknown[], local: readonly LocalAddress[]): readonly string[] {
  const source = parseIpAddress(from);
  if (source === undefined) return [];
  const first = formatIpAddress(unmapIpv4(source));
  const others = told.slice(0, 4 * ADDRESSES_PER_HINT).flatMap((text) => {
    const parsed = typeof text === 'string' ? parseIpAddress(text) : undefined;
    // A told link-local address has no zone, so nobody knows on which interface it would be.
    if (parsed === undefined || (parsed.family === 6 && isLinkLocal(parsed))) return [];
    const host = formatIpAddress(parsed);
    return isOnLocalSubnet(host, local) ? [host] : [];
  });
  const sourceLast = source.family === 6 && isLinkLocal(source);
  const rest = others.slice(0, ADDRESSES_PER_HINT - 1);
  return [...new Set(sourceLast ? [...rest, first] : [first, ...rest])];
}
