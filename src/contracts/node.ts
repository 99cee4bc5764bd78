// The node as front ends see it: one snapshot to read, one list of events to hear, verbs to call.

import type { Unsubscribe } from '../base/emitter.ts';
import type { NodeEvent } from '../state/events.ts';
import type { NodeState, PeerId, Person } from '../state/values.ts';

export interface NodeStatus {
  readonly version: string;
  readonly peerId: PeerId;
  readonly name: string;
  /** Where others can link to, as multiaddrs. */
  readonly addresses: readonly string[];
  /** Ports set aside for media and bulk transfers. */
  readonly udpPort: number;
  readonly filePort: number;
  readonly dataDir: string;
  readonly networkKey: boolean;
}

export interface MmchatNode {
  /** The newest snapshot; never changed in place, so that comparing references tells whether anything happened. */
  readonly state: NodeState;
  /** Calls back after every change of `state`. */
  subscribe(listener: () => void): Unsubscribe;
  /** Calls back for every event, after `state` has taken it in. `before` is the snapshot without it. */
  on(
    listener: (event: NodeEvent, state: NodeState, before: NodeState) => void,
    options?: { signal?: AbortSignal },
  ): Unsubscribe;

  /** @throws MmchatError `port-in-use`, `data-dir`, `corrupt-identity`, `bad-network-key` */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Says goodbye and closes everything. May be called at any time, any number of times. */
  stop(): Promise<void>;
  status(): NodeStatus;

  readonly profile: {
    /** An empty status removes it. @throws MmchatError `bad-name` */
    set(change: { name?: string; status?: string }): Promise<void>;
  };
  readonly peers: {
    /** Somebody by shown name or peer id. @throws MmchatError `unknown-peer` */
    find(nameOrId: string): Person;
    /** Links to an address given by hand, `HOST:PORT` or a multiaddr. @throws MmchatError `bad-option`, `unreachable` */
    connect(address: string): Promise<void>;
  };
  readonly chat: {
    /**
     * Neither `to` nor `room` means everyone.
     * @throws MmchatError `too-large`, `bad-text`, `unknown-peer`, `offline`, `no-such-room`, `not-in-room`
     */
    send(message: { text: string; to?: string; room?: string; replyTo?: string }): Promise<{ id: string; at: number }>;
  };
  readonly rooms: {
    /** Makes a room if there is none of that name, and joins it. @throws MmchatError `bad-name`, `too-many` */
    create(room: string): Promise<void>;
    /** As `create`: joining an unknown room makes it. */
    join(room: string): Promise<void>;
    /** @throws MmchatError `no-such-room`, `not-in-room` */
    leave(room: string): Promise<void>;
  };
}
