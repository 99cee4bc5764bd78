// What travels between the engine of the main thread and its worker.

import { MmchatError, type ErrorCode } from '../../base/errors.ts';
import type { BulkEngine, BulkEvent, ChannelKey } from '../../contracts/bulk.ts';

/** Methods that are answered. */
export type AskedName =
  | 'describe'
  | 'openSource'
  | 'sealSource'
  | 'openTarget'
  | 'expectHashes'
  | 'sealTarget'
  | 'finishTarget'
  | 'pieceHashes'
  | 'close'
  | 'dial';

/** Methods that are just done. */
export type ToldName = 'serve' | 'fetch' | 'request' | 'forget' | 'closeChannel';

export type Arguments<Name extends AskedName | ToldName> = Parameters<BulkEngine[Name]>;

export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly name: AskedName; readonly args: readonly unknown[] }
  | { readonly kind: 'tell'; readonly name: ToldName; readonly args: readonly unknown[] }
  | { readonly kind: 'listen'; readonly key: ChannelKey }
  /** A channel over the link. */
  | { readonly kind: 'attach'; readonly channelId: string }
  /** Bytes that came on the link. `id` is answered when more may come. */
  | { readonly kind: 'feed'; readonly id: number; readonly channelId: string; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The link took what it was given; `goesOn`: and more may come. */
  | { readonly kind: 'sent'; readonly channelId: string; readonly goesOn: boolean }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'started'; readonly port: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PlainError }
  | { readonly kind: 'event'; readonly event: BulkEvent }
  /** For the link. */
  | { readonly kind: 'send'; readonly channelId: string; readonly bytes: Uint8Array<ArrayBuffer> };

export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Errors lose their class on the way. */
export function plainError(error: unknown): PlainError {
  if (error instanceof MmchatError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export function errorFrom({ code, message }: PlainError): MmchatError {
  return new MmchatError(code, message);
}
