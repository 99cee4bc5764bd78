// A link to one peer. It stays the same while it moves from one connection to another.

import type { HostPort } from '../contracts/discovery.ts';
import type { LinkDownReason, PeerLink, PurposeStream, StreamPurpose } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import { encodeFrame } from '../wire/frames.ts';
import { HandOver } from './hand-over.ts';
import type { LinkChannel } from './link-channel.ts';
import type { PurposeStreams } from './purpose-streams.ts';

export class Link implements PeerLink {
  readonly peerId: PeerId;
  readonly handOver: HandOver<LinkChannel>;
  /** The one that is written to. */
  channel: LinkChannel;
  downReason: LinkDownReason | undefined;
  readonly #streams: PurposeStreams<LinkChannel, Link>;

  constructor(own: PeerId, channel: LinkChannel, streams: PurposeStreams<LinkChannel, Link>) {
    this.peerId = channel.peerId;
    this.#streams = streams;
    this.channel = channel;
    this.handOver = new HandOver(own, channel.peerId);
    this.handOver.add(channel);
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

  stream(purpose: StreamPurpose): PurposeStream {
    return this.#streams.own(this, purpose);
  }

  close(reason: LinkDownReason): void {
    this.downReason ??= reason;
    void this.channel.close(reason);
  }
}
