// Addresses as people write them: `HOST:PORT`, `[IPv6]:PORT`, or a multiaddr.

import { multiaddr } from '@multiformats/multiaddr';
import { MmchatError } from '../base/errors.ts';
import { formatIpAddress, parseIpAddress } from '../base/ip-address.ts';
import type { HostPort } from '../contracts/discovery.ts';
import { fromMultiaddr } from './multiaddrs.ts';

const LONGEST_TEXT = 300;
/** RFC 1123 labels, and underscores because home routers let them through. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;

/** @throws MmchatError `bad-option` with a sentence that shows the forms */
export function parseHostPort(text: string): HostPort {
  const trimmed = text.trim();
  const parsed =
    trimmed.length > LONGEST_TEXT ? undefined : trimmed.startsWith('/') ? ofMultiaddr(trimmed) : ofText(trimmed);
  const host = parsed && checkedHost(parsed.host);
  if (parsed === undefined || host === undefined || parsed.port < 1 || parsed.port > 0xffff) {
    const shown = JSON.stringify(trimmed.slice(0, LONGEST_TEXT));
    throw new MmchatError(
      'bad-option',
      `${shown} is no address: write HOST:PORT, [IPv6]:PORT or a multiaddr such as /ip4/192.168.1.2/tcp/9011.`,
    );
  }
  return { host, port: parsed.port };
}

/** The text that `parseHostPort` takes; IPv6 addresses get brackets. */
export function formatHostPort(address: HostPort): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function ofText(text: string): HostPort | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || (bracketed !== undefined && !bracketed.includes(':'))) return undefined;
  return { host: bracketed ?? plain ?? '', port: Number(port) };
}

function ofMultiaddr(text: string): HostPort | undefined {
  try {
    return fromMultiaddr(multiaddr(text));
  } catch {
    return undefined;
  }
}

/** The canonical form, so that one address has one text. Something like 1.2.3 is neither an address nor a name. */
function checkedHost(host: string): string | undefined {
  const ip = parseIpAddress(host);
  if (ip !== undefined) return formatIpAddress(ip);
  return HOST_NAME.test(host) && !/^[\d.]+$/.test(host) ? host : undefined;
}
