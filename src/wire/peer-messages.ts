// The messages of /mmchat/1: one of a few things in each frame. A frame with none of them comes from a newer peer and
// is skipped.

import { utf8 } from '../base/bytes.ts';
import { decoding, optionalBytes, requireBytes, requireCount, requireCounter, requireShortText } from './checks.ts';
import { PeerMessage as MessageCodec, PresenceState as PresenceCodec } from './generated/peer-messages.ts';
import {
  CONVERSATION_ID_BYTES,
  INSTANCE_ID_BYTES,
  KEY_BYTES,
  LOG_ID_BYTES,
  MAX_ADDRESS_BYTES,
  MAX_CAPABILITIES,
  MAX_CAPABILITY_BYTES,
  MAX_DIGEST_ITEMS,
  MAX_NAME_BYTES,
  MAX_RECEIPTS,
  MAX_ROOMS,
  MAX_STATUS_BYTES,
  MAX_TOLD_ADDRESSES,
  NETWORK_ID_BYTES,
  SIGNATURE_BYTES,
} from './limits.ts';
import type { SignedEntry } from './log-entry.ts';

export interface Hello {
  readonly version: number;
  readonly instanceId: Uint8Array;
  /** 0 when the peer can't be dialled. */
  readonly listenPort: number;
  /** Name and version of the program. */
  readonly program: string;
  /** From whoever dialled: a number that grows with each dial of this start; 0 from the other side. */
  readonly dial: number;
}

export interface SignedPresence {
  readonly state: Uint8Array;
  readonly signature: Uint8Array;
}

/** What somebody says of themselves. Newer = higher (startId, counter). */
export interface PresenceState {
  readonly author: Uint8Array;
  readonly network: Uint8Array;
  readonly startId: number;
  readonly counter: number;
  readonly name: string;
  readonly status: string;
  readonly rooms: readonly string[];
  readonly capabilities: readonly string[];
}

/** Somebody to whom the sender of the digest has a link. */
export interface DigestItem {
  readonly author: Uint8Array;
  readonly startId: number;
  readonly counter: number;
  /** `host:port` where the sender reached them. */
  readonly addresses: readonly string[];
}

/** Cumulative: the sender has every entry of this log from `first` to `last`. */
export interface Receipt {
  readonly conversation: Uint8Array;
  readonly author: Uint8Array;
  readonly logId: Uint8Array;
  readonly first: number;
  readonly last: number;
}

export type PeerMessage =
  | { readonly type: 'hello'; readonly hello: Hello }
  | { readonly type: 'presence'; readonly presence: SignedPresence }
  | { readonly type: 'digest'; readonly items: readonly DigestItem[] }
  | { readonly type: 'request'; readonly authors: readonly Uint8Array[] }
  | { readonly type: 'entry'; readonly entry: SignedEntry }
  | { readonly type: 'receipts'; readonly receipts: readonly Receipt[] }
  | { readonly type: 'ping'; readonly token: number }
  | { readonly type: 'pong'; readonly token: number }
  | { readonly type: 'goodbye' }
  | { readonly type: 'unknown' };

const DECODE_LIMITS = {
  limits: {
    digest: { items: MAX_DIGEST_ITEMS, items$: { addresses: MAX_TOLD_ADDRESSES } },
    request: { authors: MAX_DIGEST_ITEMS },
    receipts: { receipts: MAX_RECEIPTS },
  },
};
const PRESENCE_LIMITS = { limits: { rooms: MAX_ROOMS, capabilities: MAX_CAPABILITIES } };
const MAX_PROGRAM_BYTES = 64;
const PRESENCE_DOMAIN = utf8('mmchat presence 1\n');

export function encodePeerMessage(message: PeerMessage): Uint8Array {
  switch (message.type) {
    case 'hello':
      return MessageCodec.encode({ hello: message.hello });
    case 'presence':
      return MessageCodec.encode({ presence: message.presence });
    case 'digest':
      return MessageCodec.encode({
        digest: { items: message.items.map((item) => ({ ...item, addresses: [...item.addresses] })) },
      });
    case 'request':
      return MessageCodec.encode({ request: { authors: [...message.authors] } });
    case 'entry':
      return MessageCodec.encode({ entry: message.entry });
    case 'receipts':
      return MessageCodec.encode({ receipts: { receipts: [...message.receipts] } });
    case 'ping':
      return MessageCodec.encode({ ping: { token: message.token } });
    case 'pong':
      return MessageCodec.encode({ pong: { token: message.token } });
    case 'goodbye':
      return MessageCodec.encode({ goodbye: {} });
    case 'unknown':
      return MessageCodec.encode({});
  }
}

/** @throws WireError for anything that is not a well-formed message within the limits */
export function decodePeerMessage(bytes: Uint8Array): PeerMessage {
  return decoding('peer message', () => {
    const message = MessageCodec.decode(bytes, DECODE_LIMITS);
    if (message.entry !== undefined) return { type: 'entry', entry: message.entry };
    if (message.receipts !== undefined)
      return { type: 'receipts', receipts: message.receipts.receipts.map(checkReceipt) };
    if (message.presence !== undefined) return { type: 'presence', presence: checkPresence(message.presence) };
    if (message.digest !== undefined) return { type: 'digest', items: message.digest.items.map(checkDigestItem) };
    if (message.request !== undefined)
      return {
        type: 'request',
        authors: message.request.authors.map((author) => requireBytes('An author', author, KEY_BYTES)),
      };
    if (message.ping !== undefined) return { type: 'ping', token: message.ping.token };
    if (message.pong !== undefined) return { type: 'pong', token: message.pong.token };
    if (message.hello !== undefined) return { type: 'hello', hello: checkHello(message.hello) };
    if (message.goodbye !== undefined) return { type: 'goodbye' };
    return { type: 'unknown' };
  });
}

function checkHello(hello: Hello): Hello {
  requireBytes('The instance id', hello.instanceId, INSTANCE_ID_BYTES);
  requireShortText('The program', hello.program, MAX_PROGRAM_BYTES);
  if (hello.listenPort > 65_535) return { ...hello, listenPort: 0 };
  return hello;
}

function checkPresence(presence: SignedPresence): SignedPresence {
  requireBytes('The signature', presence.signature, SIGNATURE_BYTES);
  return presence;
}

function checkDigestItem(item: DigestItem): DigestItem {
  requireBytes('An author', item.author, KEY_BYTES);
  requireCounter('The start id', item.startId);
  requireCounter('The counter', item.counter);
  for (const address of item.addresses) requireShortText('An address', address, MAX_ADDRESS_BYTES);
  return item;
}

function checkReceipt(receipt: Receipt): Receipt {
  requireBytes('The conversation', receipt.conversation, CONVERSATION_ID_BYTES);
  requireBytes('The author', receipt.author, KEY_BYTES);
  requireBytes('The log id', receipt.logId, LOG_ID_BYTES);
  requireCounter('The first sequence', receipt.first);
  requireCounter('The last sequence', receipt.last);
  return receipt;
}

export function encodePresenceState(state: PresenceState): Uint8Array {
  return PresenceCodec.encode({ ...state, rooms: [...state.rooms], capabilities: [...state.capabilities] });
}

/** @throws WireError */
export function decodePresenceState(bytes: Uint8Array): PresenceState {
  return decoding('presence', () => {
    const state = PresenceCodec.decode(bytes, PRESENCE_LIMITS);
    requireBytes('The author', state.author, KEY_BYTES);
    optionalBytes('The network', state.network, NETWORK_ID_BYTES);
    requireCounter('The start id', state.startId);
    requireCounter('The counter', state.counter);
    requireShortText('The name', state.name, MAX_NAME_BYTES);
    requireShortText('The status', state.status, MAX_STATUS_BYTES);
    requireCount('Rooms', state.rooms.length, MAX_ROOMS);
    for (const room of state.rooms) requireShortText('A room', room, MAX_NAME_BYTES);
    for (const capability of state.capabilities) requireShortText('A capability', capability, MAX_CAPABILITY_BYTES);
    return state;
  });
}

/** The bytes to sign for a presence: a domain of its own, then the state. */
export function presenceSigningBytes(state: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PRESENCE_DOMAIN.length + state.length);
  bytes.set(PRESENCE_DOMAIN);
  bytes.set(state, PRESENCE_DOMAIN.length);
  return bytes;
}
