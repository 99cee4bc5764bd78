// How a node hears of others before it knows who they are. Hints only: the Noise handshake says who somebody is.

import type { Unsubscribe } from '../base/emitter.ts';
import type { LocalInterface, PeerId } from '../state/values.ts';

export interface HostPort {
  /** An IP address, for link-local IPv6 with its zone (`fe80::1%eth0`), or a host name. */
  readonly host: string;
  readonly port: number;
}

export interface DiscoveryHint {
  readonly source: 'mdns' | 'beacon';
  /** Random id of that start of that node; also decides who dials: the lower one at once. 16 hex digits. */
  readonly instanceId: string;
  /** Only in an open network, and only a claim. */
  readonly peerId?: PeerId;
  /** Most promising first: the address that the packet came from. */
  readonly addresses: readonly HostPort[];
}

export type DiscoveryEvent =
  | { readonly type: 'hint'; readonly hint: DiscoveryHint }
  | { readonly type: 'interfaces'; readonly interfaces: readonly LocalInterface[] };

/** What is announced. Fixed for the life of a Discovery: a new start has a new one. */
export interface Announcement {
  readonly instanceId: string;
  /** Left out in a closed network. */
  readonly peerId?: PeerId;
  /** Closed network: 8 bytes of HMAC over the instance id; hints without the right one are dropped. */
  readonly networkTag?: (instanceId: string) => Uint8Array;
  /** TCP port of the links. */
  readonly port: number;
}

export interface DiscoveryReport {
  readonly interfaces: readonly LocalInterface[];
  /** Packets of ours or others' nodes that were heard by each way, without one's own. */
  readonly mdnsHeard: number;
  readonly beaconsHeard: number;
  /** Sentences about what could not be opened. */
  readonly problems: readonly string[];
}

export interface Discovery {
  on(listener: (event: DiscoveryEvent) => void): Unsubscribe;
  start(announcement: Announcement): Promise<void>;
  /** Sends the goodbye of mDNS, then closes every socket. Idempotent. */
  stop(): Promise<void>;
  report(): DiscoveryReport;
}
