// The engine of transfers: reads, hashes, sends, receives and writes pieces away from the main thread. It knows files,
// sockets and pieces; who may have what, from whom to fetch and when, is decided by services.
//
//   source side:  openSource → serve(channel) ……………………………………… pieceHashes / sealSource
//   target side:  openTarget → fetch(channel) → request → piece-received … sealTarget → finishTarget

import type { Unsubscribe } from '../base/emitter.ts';
import type { HostPort } from './discovery.ts';
import type { SourceFacts, TargetSpec } from './transfer-files.ts';

/** How the bytes of a channel travel: on a TLS socket of their own, or on a stream of the link. */
export type BulkPath = 'tls' | 'link';

/** What both ends of a channel know, once: its id names it in the handshake, and is used for nothing else. */
export interface ChannelKey {
  /** 16 random bytes in hex. */
  readonly channelId: string;
  /** 32 random bytes, which came over the authenticated link. */
  readonly secret: Uint8Array;
}

export interface PieceOptions {
  /** Power of two from 1 MiB on; the last piece may be shorter. */
  readonly pieceBytes: number;
  /**
   * Pieces have a SHA-256 each, which travels behind them: for transfers in which several pass on pieces to each other.
   * Without it the channel's own authentication and the hash of the whole must do.
   */
  readonly hashPieces: boolean;
}

export interface OpenedTarget {
  readonly partPath: string;
  /** From the beginning so many whole pieces are there from an earlier run; unchecked unless they are verified. */
  readonly presentPieces: number;
}

export type BulkEvent =
  /** The other end proved that it knows the secret. */
  | { readonly type: 'channel-up'; readonly channelId: string; readonly path: BulkPath }
  /** Also for one that never came up. Nothing of it comes after this. */
  | { readonly type: 'channel-down'; readonly channelId: string; readonly reason: string }
  /** Source side: all of it is handed to the socket. */
  | {
      readonly type: 'piece-sent';
      readonly channelId: string;
      readonly transferId: string;
      readonly piece: number;
      /** 32 bytes, with `hashPieces`. */
      readonly hash?: Uint8Array;
    }
  /** Target side: written, and as it should be as far as that is known. */
  | {
      readonly type: 'piece-received';
      readonly channelId: string;
      readonly transferId: string;
      readonly piece: number;
      readonly bytes: number;
      readonly hash?: Uint8Array;
    }
  /** Target side: it has another hash than it must have. It counts as not there. */
  | { readonly type: 'piece-bad'; readonly channelId: string; readonly transferId: string; readonly piece: number }
  /** The other end does not have it, or can't read it any more. */
  | { readonly type: 'piece-refused'; readonly channelId: string; readonly transferId: string; readonly piece: number }
  /** The source or target can't be used any more (`changed`, `disk-full`, `bad-manifest`, …); its channels are closed. */
  | { readonly type: 'failed'; readonly transferId: string; readonly code: string; readonly text: string };

/** Methods reject with MmchatError: the codes of transfer-files.ts, `no-such-transfer`, `stopped`. */
export interface BulkEngine {
  /** Listens; what costs memory is started with the first transfer. */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Leaves parts where they are. */
  stop(): Promise<void>;
  /** Where TLS channels are taken; 0 when no port could be had (then the other side has to listen, or the link is used). */
  readonly port: number;
  on(listener: (event: BulkEvent) => void): Unsubscribe;

  /** Looks at what somebody wants to send. */
  describe(path: string): Promise<SourceFacts>;
  /** @throws MmchatError `changed` when it is not what `expected` says (size, manifest) */
  openSource(
    transferId: string,
    path: string,
    expected: Pick<SourceFacts, 'streamBytes' | 'manifestHash'>,
    options: PieceOptions,
  ): Promise<void>;
  /** SHA-256 of the whole run of bytes; what was sent in order is not read again. Rejects with `changed`. */
  sealSource(transferId: string): Promise<Uint8Array>;

  openTarget(spec: TargetSpec, options: PieceOptions): Promise<OpenedTarget>;
  /**
   * The hashes of pieces from `first` on, 32 bytes each, are these: only such pieces are taken from now on. Those that are
   * here already are read and compared if `verify`: resolves with how each is (`true`: here and right).
   */
  expectHashes(transferId: string, first: number, hashes: Uint8Array, options: { verify: boolean }): Promise<boolean[]>;
  /** SHA-256 of the whole run; what came in order is not read again, unless `anew`. All pieces must be here. */
  sealTarget(transferId: string, options?: { anew: boolean }): Promise<Uint8Array>;
  /** Durable, and under its final name, with the SHA-256 that was last computed. */
  finishTarget(transferId: string): Promise<{ path: string }>;

  /** Hashes of these pieces of a source or target, read where they aren't known: 32 bytes each. */
  pieceHashes(transferId: string, first: number, count: number): Promise<Uint8Array>;
  /** Closes its channels too. A target's part is kept, or removed. */
  close(transferId: string, options: { discard: boolean }): Promise<void>;

  /** The other end may open this channel within 15 s, once. */
  listen(key: ChannelKey): void;
  /** Resolves when the other end has proven itself. @throws MmchatError `unreachable` */
  dial(key: ChannelKey, address: HostPort, options: { timeoutMs: number }): Promise<void>;
  /**
   * A channel over the link. `send` gets what is to go to the other end's `feed` and tells when more may come; at most
   * 64 KiB a time. `feed` resolves when more may come.
   */
  attach(channelId: string, send: (bytes: Uint8Array) => Promise<boolean>): { feed(bytes: Uint8Array): Promise<void> };
  /** This end has the source (or the target with verified pieces) and answers what the other end asks for. */
  serve(channelId: string, transferId: string): void;
  /** This end has the target. `trusted`: hashes that come along are its author's own. */
  fetch(channelId: string, transferId: string, options: { trusted: boolean }): void;
  /** Asks the other end for pieces, in this order. Those already asked for on this channel come first. */
  request(channelId: string, first: number, count: number): void;
  /** What was asked for on this channel and has not begun to come is not wanted any more: it is refused. */
  forget(channelId: string): void;
  closeChannel(channelId: string): void;
}
