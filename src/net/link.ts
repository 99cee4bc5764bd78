// A link to one peer. It stays the same while it moves from one connection to another.

import type { HostPort } from '../contracts/discovery.ts';
import type { LinkDownReason, PeerLink, PurposeStream } from '../contracts/links.ts';
import { encodeFrame } from '../wire/frames.ts';
import type { LinkChannel } from './link-channel.ts';

const NO_STREAM: PurposeStream = { send: () => false, queuedBytes: 0, drained: () => Promise.resolve(false) };

export class Link implements PeerLink {
  readonly peerId: string;
  channel: LinkChannel;
  downReason: LinkDownReason | undefined;
  /**
   * Other connections of the same two on which frames may still come that were sent before those of `channel`. What
   * comes on `channel` waits for them, so that frames stay in order when a link moves.
   */
  readonly #earlier = new Set<LinkChannel>();
  #moved = Promise.withResolvers<undefined>();

  constructor(channel: LinkChannel) {
    this.peerId = channel.peerId;
    this.channel = channel;
  }

  moveTo(channel: LinkChannel): void {
    this.#earlier.delete(channel);
    this.#earlier.add(this.channel);
    this.channel = channel;
    this.wake();
  }

  waitFor(earlier: LinkChannel): void {
    this.#earlier.add(earlier);
  }

  isOver(earlier: LinkChannel): void {
    if (this.#earlier.delete(earlier)) this.wake();
  }

  /** Lets whoever waits look again. */
  wake(): void {
    this.#moved.resolve(undefined);
    this.#moved = Promise.withResolvers();
  }

  /** Whether frames of this channel have to wait. */
  mustWait(channel: LinkChannel): boolean {
    return channel === this.channel && this.#earlier.size > 0 && !channel.isClosed;
  }

  async turnOf(channel: LinkChannel): Promise<void> {
    while (this.mustWait(channel)) await this.#moved.promise;
  }

  get remote(): HostPort {
    return this.channel.remote;
  }

  get listenAddress(): HostPort | undefined {
    const port = this.channel.listenPort;
    return port === 0 ? undefined : { host: this.channel.remote.host, port };
  }

  get instanceId(): string {
    return this.channel.instanceId;
  }

  get queuedBytes(): number {
    return this.channel.queuedBytes;
  }

  send(frame: Uint8Array): boolean {
    return this.channel.send(encodeFrame(frame));
  }

  stream(): PurposeStream {
    return NO_STREAM;
  }

  close(reason: LinkDownReason): void {
    this.downReason ??= reason;
    void this.channel.close(reason);
  }
}
