// How two ends of a transfer come to a channel: a TLS socket opened by whichever side can reach the other, else bytes over
// the link. Who fetches opens; who has it answers.
//
//   fetcher                                   source
//   open(id, secret, port) ────────────────▶  listens
//                     ◀──────────────── answer(port) | answer(refusal)
//   dials; when nobody can be reached there:
//   listens, turn ─────────────────────────▶  dials
//                     ◀──────────────── end, when that fails too
//   open(…, link) ─────────────────────────▶  and the bytes take the link

import { fromHex, toHex } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { BulkEngine, BulkPath, ChannelKey } from '../../contracts/bulk.ts';
import type { PeerLink } from '../../contracts/links.ts';
import { encodeFileMessage, type FileMessage } from '../../wire/file-messages.ts';
import { CHANNEL_ID_BYTES, CHANNEL_SECRET_BYTES } from '../../wire/limits.ts';

export const CHANNEL_LIMITS = {
  /** That others fetch on, together and each. */
  served: 128,
  servedToOne: 16,
  dialMs: 2_000,
  answerMs: 15_000,
  /** So long a peer that could not be reached is not tried by TLS again. */
  linkOnlyMs: 5 * 60_000,
  /** Bytes that wait in the link's stream before a channel on it pauses. */
  linkQueueBytes: 512 * 1024,
} as const;

export interface ChannelsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly engine: BulkEngine;
  /** A code when this link's peer shall not fetch this transfer here (now); undefined when it may. */
  readonly whyNot: (link: PeerLink, transferId: string) => Promise<string | undefined> | string | undefined;
  /** Somebody fetches on this channel from now on. */
  readonly served: (channelId: string, transferId: string, link: PeerLink) => void;
  readonly opened: (channelId: string, path: BulkPath) => void;
  readonly refused: (channelId: string, reason: string) => void;
  readonly closed: (channelId: string) => void;
}

type Fate = 'asked' | 'dialling' | 'turned' | 'up';

interface Channel {
  readonly key: ChannelKey;
  readonly link: PeerLink;
  readonly transferId: string;
  readonly fetches: boolean;
  /** Where the other end listens. */
  port: number;
  overLink: boolean;
  fate: Fate;
  timer: Timer | undefined;
  feed: ((bytes: Uint8Array) => Promise<void>) | undefined;
}

export class Channels {
  readonly #parts: ChannelsParts;
  readonly #channels = new Map<string, Channel>();
  /** Until when a peer is reached over its link only. */
  readonly #linkOnly = new WeakMap<PeerLink, number>();

  constructor(parts: ChannelsParts) {
    this.#parts = parts;
    parts.engine.on((event) => {
      if (event.type === 'channel-up') this.#cameUp(event.channelId, event.path);
      else if (event.type === 'channel-down') this.#wentDown(event.channelId, event.reason);
    });
  }

  /** Begins to open a channel for fetching: `opened` or `refused` follows with this id. */
  open(link: PeerLink, transferId: string): string {
    const { random, engine, clock } = this.#parts;
    const key = { channelId: toHex(random.bytes(CHANNEL_ID_BYTES)), secret: random.bytes(CHANNEL_SECRET_BYTES) };
    const overLink = (this.#linkOnly.get(link) ?? 0) > clock.monotonicMs();
    const channel = this.#add({ key, link, transferId, fetches: true, port: 0, overLink });
    this.#await(channel);
    const fields = { channelId: fromHex(key.channelId), secret: key.secret, transferId: fromHex(transferId) };
    if (!send(link, { type: 'open', ...fields, port: engine.port, link: overLink }))
      queueMicrotask(() => this.#refuse(channel, 'offline'));
    return key.channelId;
  }

  close(channelId: string): void {
    const channel = this.#channels.get(channelId);
    if (channel === undefined) return;
    this.#forget(channel);
    this.#parts.engine.closeChannel(channelId);
    send(channel.link, { type: 'end', channelId: fromHex(channelId) });
  }

  /** Those of a link that is down, or whose stream broke: then only what travels over the link. */
  closeOf(link: PeerLink, which: 'all' | 'over-link'): void {
    for (const channel of [...this.#channels.values()]) {
      if (channel.link !== link || (which === 'over-link' && !channel.overLink && channel.fate === 'up')) continue;
      this.#forget(channel);
      this.#parts.engine.closeChannel(channel.key.channelId);
      this.#tell(channel, 'offline');
    }
  }

  stop(): void {
    for (const channel of this.#channels.values()) channel.timer?.cancel();
    this.#channels.clear();
  }

  async take(link: PeerLink, message: FileMessage): Promise<void> {
    switch (message.type) {
      case 'open':
        return this.#onOpen(link, message);
      case 'answer':
        return this.#onAnswer(link, message);
      case 'turn': {
        const channel = this.#own(link, message.channelId, false);
        if (channel !== undefined) await this.#dial(channel, () => this.close(channel.key.channelId));
        return;
      }
      case 'data':
        await this.#own(link, message.channelId)?.feed?.(message.bytes);
        return;
      case 'end':
        this.#onEnd(link, message.channelId);
        return;
      default:
        return;
    }
  }

  async #onOpen(link: PeerLink, message: Extract<FileMessage, { type: 'open' }>): Promise<void> {
    const { engine } = this.#parts;
    const channelId = toHex(message.channelId);
    if (this.#channels.has(channelId)) return;
    const transferId = toHex(message.transferId);
    const answer = (refusal: string): void =>
      void send(link, { type: 'answer', channelId: message.channelId, port: engine.port, refusal });
    const served = [...this.#channels.values()].filter(({ fetches }) => !fetches);
    if (
      served.length >= CHANNEL_LIMITS.served ||
      served.filter((channel) => channel.link === link).length >= CHANNEL_LIMITS.servedToOne
    ) {
      answer('busy');
      return;
    }
    const key = { channelId, secret: message.secret.slice() };
    const channel = this.#add({ key, link, transferId, fetches: false, port: message.port, overLink: message.link });
    let refusal: string | undefined;
    try {
      refusal = await this.#parts.whyNot(link, transferId);
    } catch (error) {
      this.#parts.log.warn('a channel could not be served', { error: messageOf(error) });
      refusal = 'failed';
    }
    if (this.#channels.get(channelId) !== channel) return;
    if (refusal !== undefined) {
      this.#forget(channel);
      answer(refusal);
      return;
    }
    this.#await(channel);
    if (message.link) {
      this.#attach(channel);
      answer('');
      this.#cameUp(channelId, 'link');
      return;
    }
    if (engine.port !== 0) engine.listen(key);
    answer('');
  }

  async #onAnswer(link: PeerLink, message: Extract<FileMessage, { type: 'answer' }>): Promise<void> {
    const { engine } = this.#parts;
    const channel = this.#own(link, message.channelId, true);
    if (channel?.fate !== 'asked') return;
    if (message.refusal !== '') {
      this.#refuse(channel, message.refusal);
      return;
    }
    if (channel.overLink) {
      this.#attach(channel);
      this.#cameUp(channel.key.channelId, 'link');
      return;
    }
    channel.port = message.port;
    await this.#dial(channel, () => {
      if (engine.port === 0) {
        this.#useLink(channel);
        return;
      }
      channel.fate = 'turned';
      engine.listen(channel.key);
      this.#await(channel);
      send(link, { type: 'turn', channelId: message.channelId });
    });
  }

  async #dial(channel: Channel, failed: () => void): Promise<void> {
    const { engine, log } = this.#parts;
    channel.fate = 'dialling';
    try {
      if (channel.port === 0) throw new Error('it listens nowhere');
      const { host } = channel.link.remote;
      await engine.dial(channel.key, { host, port: channel.port }, { timeoutMs: CHANNEL_LIMITS.dialMs });
      this.#cameUp(channel.key.channelId, 'tls');
    } catch (error) {
      if (this.#channels.get(channel.key.channelId) !== channel || !isDialling(channel)) return;
      log.debug('a channel could not be dialled', { peer: channel.link.peerId, error: messageOf(error) });
      failed();
    }
  }

  #onEnd(link: PeerLink, id: Uint8Array): void {
    const channel = this.#own(link, id);
    if (channel === undefined) return;
    if (channel.fetches && channel.fate === 'turned') {
      this.#useLink(channel);
      return;
    }
    this.#forget(channel);
    this.#parts.engine.closeChannel(channel.key.channelId);
    this.#tell(channel, 'closed');
  }

  /** Neither side could reach the other: from now on over the link, for a while. */
  #useLink(channel: Channel): void {
    this.#linkOnly.set(channel.link, this.#parts.clock.monotonicMs() + CHANNEL_LIMITS.linkOnlyMs);
    this.#parts.engine.closeChannel(channel.key.channelId);
    this.#refuse(channel, 'unreachable');
  }

  #attach(channel: Channel): void {
    const { link, key } = channel;
    const channelId = fromHex(key.channelId);
    const stream = link.stream('file');
    const pipe = this.#parts.engine.attach(key.channelId, async (bytes) => {
      if (!send(link, { type: 'data', channelId, bytes })) return false;
      return stream.drained(CHANNEL_LIMITS.linkQueueBytes);
    });
    channel.feed = (bytes) => pipe.feed(bytes.slice());
  }

  #cameUp(channelId: string, path: BulkPath): void {
    const channel = this.#channels.get(channelId);
    if (channel === undefined || channel.fate === 'up') return;
    channel.fate = 'up';
    channel.timer?.cancel();
    channel.timer = undefined;
    if (channel.fetches) this.#parts.opened(channelId, path);
    else {
      this.#parts.engine.serve(channelId, channel.transferId);
      this.#parts.served(channelId, channel.transferId, channel.link);
    }
  }

  #wentDown(channelId: string, reason: string): void {
    const channel = this.#channels.get(channelId);
    // One that never came up is tried another way, or given up in time.
    if (channel?.fate !== 'up') return;
    this.#parts.log.debug('a channel went down', { peer: channel.link.peerId, reason });
    this.#forget(channel);
    send(channel.link, { type: 'end', channelId: fromHex(channelId) });
    this.#tell(channel, 'closed');
  }

  #add(fields: Omit<Channel, 'fate' | 'timer' | 'feed'>): Channel {
    const channel: Channel = { ...fields, fate: 'asked', timer: undefined, feed: undefined };
    this.#channels.set(channel.key.channelId, channel);
    return channel;
  }

  #await(channel: Channel): void {
    channel.timer?.cancel();
    channel.timer = this.#parts.clock.after(CHANNEL_LIMITS.answerMs, () => {
      this.#parts.engine.closeChannel(channel.key.channelId);
      if (channel.fate === 'turned') this.#useLink(channel);
      else this.#refuse(channel, 'timeout');
    });
  }

  #refuse(channel: Channel, reason: string): void {
    if (this.#channels.get(channel.key.channelId) !== channel) return;
    this.#forget(channel);
    this.#tell(channel, reason);
  }

  #tell(channel: Channel, reason: string): void {
    if (channel.fetches && channel.fate !== 'up') this.#parts.refused(channel.key.channelId, reason);
    else this.#parts.closed(channel.key.channelId);
  }

  #forget(channel: Channel): void {
    channel.timer?.cancel();
    this.#channels.delete(channel.key.channelId);
  }

  #own(link: PeerLink, id: Uint8Array, fetches?: boolean): Channel | undefined {
    const channel = this.#channels.get(toHex(id));
    if (channel?.link !== link || (fetches !== undefined && channel.fetches !== fetches)) return undefined;
    return channel;
  }
}

function isDialling({ fate }: Channel): boolean {
  return fate === 'dialling';
}

function send(link: PeerLink, message: Exclude<FileMessage, { type: 'unknown' }>): boolean {
  return link.stream('file').send(encodeFileMessage(message));
}
