// IPv4 and IPv6 addresses as numbers: parsing (RFC 4291, zones of RFC 4007), writing (RFC 5952), subnets.

export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 or 16, in network order. */
  readonly bytes: Uint8Array;
  /** Of a scoped IPv6 address: the interface by name, on Windows by number. */
  readonly zone?: string;
}

/** An address of this machine, with what is needed to know who its neighbours are. */
export interface LocalAddress {
  /** Of the interface. */
  readonly name: string;
  /** Link-local IPv6 ones with their zone: without it they can't be used. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  readonly internal: boolean;
  /** IPv4 subnets of four addresses or more. */
  readonly broadcast?: string;
  /** IPv6: how the operating system calls the interface in addresses (`%eth0`). */
  readonly zone?: string;
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;
const LONGEST_TEXT = 100;

/** Undefined when `text` is not exactly one address. Octal and shortened IPv4 forms are not taken. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  if (!text.includes(':')) {
    const bytes = parseIpv4(text);
    return bytes && { family: 4, bytes };
  }
  const [body = '', zone, ...rest] = text.split('%');
  if (rest.length > 0 || (zone !== undefined && !/^[\w.:\- ]{1,64}$/u.test(zone))) return undefined;
  const bytes = parseIpv6(body);
  return bytes && { family: 6, bytes, ...(zone !== undefined && { zone }) };
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** The bytes of `a:b:c`, where the last group may be an IPv4 address if `last` says that this is the end. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      const embedded = last && index === groups.length - 1 ? parseIpv4(group) : undefined;
      if (embedded === undefined) return undefined;
      bytes.push(...embedded);
    }
  }
  return bytes;
}

/** The canonical text, so that equal addresses have equal texts. */
export function formatIpAddress(address: IpAddress): string {
  if (address.family === 4) return address.bytes.join('.');
  const zone = address.zone === undefined ? '' : `%${address.zone}`;
  const groups = Array.from({ length: 8 }, (_, index) => wordAt(address.bytes, index * 2));
  const zeros = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (zeros.length < 2) return hex.join(':') + zone;
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}${zone}`;
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

/** `::ffff:10.0.0.1`, as sockets for both families report IPv4 peers, becomes `10.0.0.1`. */
export function unmapIpv4(address: IpAddress): IpAddress {
  const mapped = address.family === 6 && MAPPED_PREFIX.every((byte, index) => address.bytes[index] === byte);
  return mapped ? { family: 4, bytes: address.bytes.subarray(12) } : address;
}

export function prefixMatches(left: Uint8Array, right: Uint8Array, prefixLength: number): boolean {
  if (left.length !== right.length || prefixLength < 0 || prefixLength > left.length * 8) return false;
  const whole = prefixLength >> 3;
  for (let index = 0; index < whole; index++) if (left[index] !== right[index]) return false;
  const mask = 0xff & ~(0xff >> (prefixLength & 7));
  return ((left[whole] ?? 0) & mask) === ((right[whole] ?? 0) & mask);
}

/** The subnet-directed broadcast address (RFC 919); none for IPv6, /31 and /32. */
export function subnetBroadcast(address: string, prefixLength: number): string | undefined {
  const parsed = parseIpAddress(address);
  if (parsed?.family !== 4 || prefixLength < 1 || prefixLength > 30) return undefined;
  return formatIpAddress({ family: 4, bytes: withHostBits(parsed.bytes, prefixLength, 0xff) });
}

function withHostBits(bytes: Uint8Array, prefixLength: number, fill: 0 | 0xff): Uint8Array {
  return bytes.map((byte, index) => {
    const hostMask = 0xff >> Math.min(8, Math.max(0, prefixLength - index * 8));
    return (byte & ~hostMask) | (fill & hostMask);
  });
}

export function isLinkLocal(address: IpAddress): boolean {
  const [first = 0, second = 0] = address.bytes;
  return address.family === 4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
}

/** Not multicast, not unspecified, not broadcast: an address that one machine can have. */
export function isUnicast(address: IpAddress): boolean {
  const [first = 0] = address.bytes;
  if (address.family === 4) return first > 0 && first < 224;
  return first !== 0xff && address.bytes.some((byte) => byte !== 0);
}

/**
 * Whether packets to `host` stay on a subnet that this machine is on: its own addresses and its neighbours'. False
 * for host names, for network and broadcast addresses, and for link-local IPv6 without the zone of such an interface.
 */
export function isOnLocalSubnet(host: string, interfaces: readonly LocalAddress[]): boolean {
  const parsed = parseIpAddress(host);
  if (parsed === undefined) return false;
  const address = unmapIpv4(parsed);
  if (!isUnicast(address)) return false;
  return interfaces.some((local) => isNeighbour(address, local));
}

function isNeighbour(address: IpAddress, local: LocalAddress): boolean {
  if (address.family !== local.family) return false;
  const own = parseIpAddress(local.address);
  if (own === undefined || !prefixMatches(address.bytes, own.bytes, local.prefixLength)) return false;
  if (address.family === 6) return isLinkLocal(address) ? address.zone === own.zone : address.zone === undefined;
  if (local.prefixLength > 30) return true;
  const isEdge = (fill: 0 | 0xff): boolean =>
    prefixMatches(address.bytes, withHostBits(own.bytes, local.prefixLength, fill), 32);
  return !isEdge(0) && !isEdge(0xff);
}
