// Which of this machine's addresses discovery uses, and a watcher that says when they change.

import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { Clock, Timer } from '../base/clock.ts';
import {
  formatIpAddress,
  isLinkLocal,
  parseIpAddress,
  subnetBroadcast,
  type LocalAddress,
} from '../base/ip-address.ts';

/** As node:os gives it: only interfaces that are up and have a carrier. */
export type InterfaceTable = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

// Bridges and cables of containers and virtual machines, tunnels, and Apple's direct links: nobody's colleague is there.
const VIRTUAL = /^(?:docker|br-|virbr|veth|vmnet|vboxnet|podman|cni)/;
const POINT_TO_POINT = /^(?:tun|utun|wg|ppp|ipsec|gif|stf|awdl|llw)/;

/**
 * The addresses to use. `wanted` (names or addresses that the user chose) lifts every other rule. Without any usable
 * interface the loopback stands in, so that two nodes on an unplugged machine find each other.
 */
export function usableAddresses(table: InterfaceTable, wanted: readonly string[] = []): readonly LocalAddress[] {
  const known = answers.get(table) ?? new Map<string, readonly LocalAddress[]>();
  answers.set(table, known);
  const question = wanted.join(' ');
  const answer = known.get(question) ?? findUsable(table, wanted);
  known.set(question, answer);
  return answer;
}

/** By table and by what was wanted. */
const answers = new WeakMap<InterfaceTable, Map<string, readonly LocalAddress[]>>();

function findUsable(table: InterfaceTable, wanted: readonly string[]): readonly LocalAddress[] {
  const all = Object.entries(table).flatMap(([name, infos]) =>
    (infos ?? []).flatMap((info) => toLocalAddress(name, info) ?? []),
  );
  if (wanted.length > 0) return all.filter((local) => wanted.some((one) => isMeant(one, local)));
  const usual = all.filter((local) => !local.internal && !isVirtual(local));
  return usual.length > 0 ? usual : all.filter((local) => local.internal);
}

/** Which of the names and addresses that the user chose stand for nothing. */
export function missingInterfaces(addresses: readonly LocalAddress[], wanted: readonly string[]): readonly string[] {
  return wanted.filter((one) => !addresses.some((local) => isMeant(one, local)));
}

function isMeant(wanted: string, local: LocalAddress): boolean {
  if (wanted === local.name) return true;
  const wantedIp = parseIpAddress(wanted);
  const localIp = parseIpAddress(local.address);
  if (wantedIp === undefined || localIp === undefined) return false;
  if (formatIpAddress(wantedIp) === formatIpAddress(localIp)) return true;
  // People may leave out the zone.
  return (
    wantedIp.zone === undefined &&
    formatIpAddress({ family: localIp.family, bytes: localIp.bytes }) === formatIpAddress(wantedIp)
  );
}

function isVirtual(local: LocalAddress): boolean {
  // An IPv4 /32 is the end of a tunnel; an IPv6 /128 is what DHCPv6 gives on every ordinary LAN.
  return (
    VIRTUAL.test(local.name) || POINT_TO_POINT.test(local.name) || (local.family === 4 && local.prefixLength >= 32)
  );
}

function toLocalAddress(name: string, info: NetworkInterfaceInfo): LocalAddress | undefined {
  const parsed = parseIpAddress(info.address.split('%')[0] ?? '');
  const prefixLength = Number(info.cidr?.split('/')[1] ?? Number.NaN);
  if (parsed === undefined || !Number.isInteger(prefixLength)) return undefined;
  const common = { name, family: parsed.family, prefixLength, internal: info.internal };
  if (parsed.family === 4) {
    const broadcast = subnetBroadcast(info.address, prefixLength);
    return { ...common, address: formatIpAddress(parsed), ...(broadcast !== undefined && { broadcast }) };
  }
  const zone = zoneOf(name, info);
  if (zone === undefined) return { ...common, address: formatIpAddress(parsed) };
  const address = formatIpAddress(isLinkLocal(parsed) ? { ...parsed, zone } : parsed);
  return { ...common, address, zone };
}

/** Windows numbers its zones and tells the number only with link-local addresses; everybody else uses the name. */
function zoneOf(name: string, info: NetworkInterfaceInfo): string | undefined {
  if (process.platform !== 'win32') return name;
  return info.family === 'IPv6' && info.scopeid > 0 ? String(info.scopeid) : undefined;
}

let lastTable: { readonly text: string; readonly table: InterfaceTable } | undefined;

/** The same object for as long as nothing changes: whoever looks every second then has nothing to compute. */
export function systemInterfaces(): InterfaceTable {
  const table = networkInterfaces();
  const text = JSON.stringify(table);
  if (lastTable?.text !== text) lastTable = { text, table };
  return lastTable.table;
}

export interface InterfaceWatcherParts {
  readonly clock: Clock;
  readonly list: () => readonly LocalAddress[];
  /** `woke` = the same interfaces, but this machine slept or stood still: others may have forgotten it. */
  readonly onChange: (addresses: readonly LocalAddress[], reason: 'changed' | 'woke') => void;
}

const SCAN_PERIOD_MS = 1000;
/** A scan that comes so much too late means that the machine slept (or the process was stopped). */
const SLEEP_THRESHOLD_MS = 6000;

/** Looks at the interfaces once a second: Node has no notification for it, and a look costs a tenth of a millisecond. */
export class InterfaceWatcher {
  readonly #parts: InterfaceWatcherParts;
  #addresses: readonly LocalAddress[] = [];
  #timer: Timer | undefined;
  #lastWallMs = 0;
  #lastMonotonicMs = 0;

  constructor(parts: InterfaceWatcherParts) {
    this.#parts = parts;
  }

  get addresses(): readonly LocalAddress[] {
    return this.#addresses;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#addresses = this.#parts.list();
    this.#markTime();
    this.#timer = this.#parts.clock.every(SCAN_PERIOD_MS, () => this.#scan());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #scan(): void {
    const slept = this.#markTime() > SLEEP_THRESHOLD_MS;
    const addresses = this.#parts.list();
    const changed = addresses !== this.#addresses && signatureOf(addresses) !== signatureOf(this.#addresses);
    this.#addresses = addresses;
    if (changed || slept) this.#parts.onChange(addresses, changed ? 'changed' : 'woke');
  }

  /** Milliseconds since the last call, by whichever clock ran further: the monotonic one may stand still in sleep. */
  #markTime(): number {
    const wallMs = this.#parts.clock.now();
    const monotonicMs = this.#parts.clock.monotonicMs();
    const passedMs = Math.max(wallMs - this.#lastWallMs, monotonicMs - this.#lastMonotonicMs);
    this.#lastWallMs = wallMs;
    this.#lastMonotonicMs = monotonicMs;
    return passedMs;
  }
}

/** Equal exactly when nothing changed, whatever order the operating system lists in. */
function signatureOf(addresses: readonly LocalAddress[]): string {
  return addresses
    .map((local) => `${local.name} ${local.address}/${local.prefixLength}`)
    .sort()
    .join('\n');
}
