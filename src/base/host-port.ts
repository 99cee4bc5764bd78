// Addresses as people write them: `HOST:PORT`, `[IPv6]:PORT`, or a TCP multiaddr.

import { MmchatError } from './errors.ts';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const LONGEST_TEXT = 300;
const PLAIN = /^(?:\[([^\]]*:[^\]]*)\]|([^:[\]/]*)):(\d{1,5})$/;
const MULTIADDR = /^(?:\/ip6zone\/([^/\s]+))?\/(ip4|ip6|dns|dns4|dns6)\/([^/\s]+)\/tcp\/(\d{1,5})(?:\/p2p\/\w+)?$/;
/** RFC 1123 labels, and underscores because home routers let them through. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;

/** Undefined for anything that can't be dialled. */
export function parseHostPort(text: string): HostAndPort | undefined {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_TEXT) return undefined;
  const [, bracketed, plain, plainPort] = PLAIN.exec(trimmed) ?? [];
  const [, zone, , component, componentPort] = MULTIADDR.exec(trimmed) ?? [];
  const host = bracketed ?? plain ?? (zone === undefined ? component : `${component ?? ''}%${zone}`);
  const port = Number(plainPort ?? componentPort ?? 0);
  const checked = host === undefined ? undefined : checkedHost(host);
  return checked === undefined || port < 1 || port > 65_535 ? undefined : { host: checked, port };
}

/** @throws MmchatError `bad-option` with a sentence that shows the forms */
export function requireHostPort(text: string): HostAndPort {
  const address = parseHostPort(text);
  if (address !== undefined) return address;
  const shown = JSON.stringify(text.trim().slice(0, LONGEST_TEXT));
  throw new MmchatError(
    'bad-option',
    `${shown} is no address: write HOST:PORT, [IPv6]:PORT or a multiaddr such as /ip4/192.168.1.2/tcp/9011.`,
  );
}

/** The text that `parseHostPort` takes; IPv6 addresses get brackets. */
export function formatHostPort({ host, port }: HostAndPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The canonical form, so that one address has one text. Something like 1.2.3 is neither an address nor a name. */
function checkedHost(host: string): string | undefined {
  const ip = parseIpAddress(host);
  if (ip !== undefined) return formatIpAddress(ip);
  return HOST_NAME.test(host) && !/^[\d.]+$/.test(host) ? host : undefined;
}
