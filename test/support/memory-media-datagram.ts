// What travels between media transports in memory: objects by UDP, and the same ones as bytes over the link.

import { Buffer } from 'node:buffer';
import type { IncomingMedia, MediaKind } from '../../src/contracts/media.ts';

export type Content =
  | { readonly type: 'check' | 'answer'; readonly sentMs: number }
  | { readonly type: 'media'; readonly kind: MediaKind; readonly packet: IncomingMedia }
  | { readonly type: 'control'; readonly packet: Uint8Array };

/** What travels: to the session that has this SSRC, from whom its key proves. */
export interface Datagram {
  readonly ssrc: number;
  readonly key: string;
  readonly content: Content;
}

/** Bytes in an object of JSON, by base64. */
export function toBytes(datagram: Datagram): Uint8Array {
  const text = JSON.stringify(datagram, (_key, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
  return Buffer.from(text);
}

export function fromBytes(bytes: Uint8Array): Datagram {
  return JSON.parse(Buffer.from(bytes).toString(), (_key, value: unknown) => {
    const base64 = value !== null && typeof value === 'object' && 'base64' in value ? value.base64 : undefined;
    return typeof base64 === 'string' ? new Uint8Array(Buffer.from(base64, 'base64')) : value;
  }) as Datagram;
}
