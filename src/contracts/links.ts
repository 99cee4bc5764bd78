// Authenticated, encrypted links to other nodes, one for each peer id, whatever carries them.

import type { Unsubscribe } from '../base/emitter.ts';
import type { LocalInterface, PeerId } from '../state/values.ts';
import type { HostPort } from './discovery.ts';

/** Why a link ended. `blocked`: the other one is somebody with whom one wants no link. */
export type LinkDownReason =
  'closed' | 'goodbye' | 'lost' | 'stalled' | 'misbehaved' | 'blocked' | 'wrong-version' | 'stopped';

/** What has a stream of its own beside the one of the link itself, so that none blocks another. */
export type StreamPurpose = 'sync' | 'file' | 'media';

/**
 * One's own direction of a stream by purpose: opened with the first frame, opened anew with the first one after
 * `stream-reset` (once a second at most), gone with the link.
 */
export interface PurposeStream {
  /**
   * Queues one frame of at most MAX_FRAME_BYTES. False when the link is down or the other end does not take such a
   * stream, which it is asked for with the first frame; also when 4 MiB wait here: then all of it is dropped, and
   * `stream-reset` follows.
   */
  send(frame: Uint8Array): boolean;
  readonly queuedBytes: number;
  /** Resolves when fewer than so many bytes wait here; false when the stream or the link is down. */
  drained(belowBytes: number): Promise<boolean>;
}

export interface PeerLink {
  readonly peerId: PeerId;
  /** The address of the other end of the connection. */
  readonly remote: HostPort;
  /** Where the other one listens, as it said: the remote host with its listening port. */
  readonly listenAddress?: HostPort;
  /** Random id of the other node's start. */
  readonly instanceId: string;
  /**
   * Queues one frame of at most MAX_FRAME_BYTES (wire/frames). False when the link is down, or was too slow for too
   * long and goes down now: `down` follows.
   */
  send(frame: Uint8Array): boolean;
  /** Bytes that wait here because the other end does not read. */
  readonly queuedBytes: number;
  /** The same object each time. */
  stream(purpose: StreamPurpose): PurposeStream;
  /** Sends what is queued, then closes. `down` follows with this reason. */
  close(reason: LinkDownReason): void;
}

export type LinkEvent =
  | { readonly type: 'up'; readonly link: PeerLink }
  | { readonly type: 'down'; readonly link: PeerLink; readonly reason: LinkDownReason }
  /** The link moved to another connection, or the stream broke: frames of it may be lost, in both directions. */
  | { readonly type: 'stream-reset'; readonly link: PeerLink; readonly purpose: StreamPurpose }
  /** Somebody proved to hold one's own key: a copied data folder. */
  | { readonly type: 'identity-in-use'; readonly remote: HostPort }
  | { readonly type: 'wrong-version'; readonly peerId: PeerId; readonly version: number };

export interface PeerLinks {
  on(listener: (event: LinkEvent) => void): Unsubscribe;
  /**
   * Who takes the frames of all links, in order for each. A promise slows that link down until it resolves: nothing more
   * of it is read meanwhile (backpressure).
   */
  onFrame(handler: (link: PeerLink, frame: Uint8Array) => void | Promise<void>): void;
  /**
   * The same for the streams of one purpose; each of them is slowed by itself. To be called before start: others learn
   * that a purpose without a handler is not spoken here.
   */
  onStreamFrame(purpose: StreamPurpose, handler: (link: PeerLink, frame: Uint8Array) => void | Promise<void>): void;
  start(options: { signal?: AbortSignal; instanceId: string }): Promise<void>;
  stop(): Promise<void>;
  /** Multiaddrs that others can dial. */
  readonly addresses: readonly string[];
  /** The listening port. */
  readonly port: number;
  readonly links: ReadonlyMap<PeerId, PeerLink>;
  /**
   * Links to whoever is at this address.
   *
   * @throws MmchatError `unreachable` (nobody, or not one of ours, or another network key), `identity-in-use`
   */
  dial(address: HostPort, options?: { signal?: AbortSignal }): Promise<PeerLink>;
  /** Tells which addresses are one's own, for `dial` never to call oneself. */
  setInterfaces(interfaces: readonly LocalInterface[]): void;
}
