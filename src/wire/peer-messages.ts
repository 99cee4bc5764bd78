// The messages of /mmchat/1: one of a few things in each frame. A frame with none of them comes from a newer peer and
// is skipped.

import { utf8 } from '../base/bytes.ts';
import { WireError } from '../base/errors.ts';
import {
  decoding,
  optionalBytes,
  requireAtMost,
  requireBytes,
  requireCounter,
  requireShortText,
  wellFormed,
} from './checks.ts';
import { checkSignal, toWireSignal, type CallSignal } from './call-signals.ts';
import { PeerMessage as MessageCodec, PresenceState as PresenceCodec } from './generated/peer-messages.ts';
import { MAX_FRAME_BYTES } from './frames.ts';
import {
  checkGuestReceipt,
  checkGuests,
  checkGuestText,
  toWireGuests,
  toWireGuestText,
  toWireReceipt,
  type GuestReceipt,
  type Guests,
  type GuestText,
} from './guest-messages.ts';
import {
  CONVERSATION_ID_BYTES,
  INSTANCE_ID_BYTES,
  KEY_BYTES,
  LOG_ID_BYTES,
  MAX_ADDRESS_BYTES,
  MAX_CAPABILITIES,
  MAX_CALL_MEMBERS,
  MAX_CANDIDATES,
  MAX_CAPABILITY_BYTES,
  MAX_CODECS,
  MAX_DIGEST_ITEMS,
  MAX_GUEST_RECEIPTS,
  MAX_GUESTS,
  MAX_HEADER_BYTES,
  MAX_NAME_BYTES,
  MAX_PRESENCE_BYTES,
  MAX_PROGRAM_BYTES,
  MAX_RECEIPTS,
  MAX_ROOM_PROOFS,
  MAX_ROOMS,
  MAX_STATUS_BYTES,
  MAX_TOLD_ADDRESSES,
  NETWORK_ID_BYTES,
  ROOM_PROOF_BYTES,
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
  /**
   * On a connection that the sender dialled: its number among the sender's connections, from 1; else 0. Of two
   * connections by the same dialler the later one stays, and only a number lets both ends agree on which that is.
   */
  readonly connection: number;
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
  /** For each closed room of the sender's: a hash that only whoever knows its key can make or recognise. */
  | { readonly type: 'proofs'; readonly proofs: readonly Uint8Array[] }
  /** Who is a guest of the sender's. */
  | { readonly type: 'guests'; readonly guests: Guests }
  | { readonly type: 'guest-text'; readonly text: GuestText }
  | { readonly type: 'guest-receipts'; readonly receipts: readonly GuestReceipt[] }
  | { readonly type: 'call'; readonly signal: CallSignal }
  | { readonly type: 'unknown' };

const DECODE_LIMITS = {
  limits: {
    digest: { items: MAX_DIGEST_ITEMS, items$: { addresses: MAX_TOLD_ADDRESSES } },
    request: { authors: MAX_DIGEST_ITEMS },
    receipts: { receipts: MAX_RECEIPTS },
    proofs: { proofs: MAX_ROOM_PROOFS },
    guests: { here: MAX_GUESTS, here$: { rooms: MAX_ROOMS }, gone: MAX_GUESTS },
    guestReceipts: { receipts: MAX_GUEST_RECEIPTS, receipts$: { guests: MAX_GUESTS } },
    call: { members: MAX_CALL_MEMBERS, media: { candidates: MAX_CANDIDATES, codecs: MAX_CODECS } },
  },
};
const PRESENCE_LIMITS = { limits: { rooms: MAX_ROOMS, capabilities: MAX_CAPABILITIES } };
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
    case 'proofs':
      return MessageCodec.encode({ proofs: { proofs: [...message.proofs] } });
    case 'guests':
      return MessageCodec.encode({ guests: toWireGuests(message.guests) });
    case 'guest-text':
      return MessageCodec.encode({ guestText: toWireGuestText(message.text) });
    case 'guest-receipts':
      return MessageCodec.encode({ guestReceipts: { receipts: message.receipts.map(toWireReceipt) } });
    case 'call':
      return MessageCodec.encode({ call: toWireSignal(message.signal) });
    case 'unknown':
      return MessageCodec.encode({});
  }
}

/** @throws WireError for anything that is not a well-formed message within the limits */
export function decodePeerMessage(bytes: Uint8Array): PeerMessage {
  return decoding('peer message', () => {
    const message = MessageCodec.decode(requireAtMost('A message', bytes, MAX_FRAME_BYTES), DECODE_LIMITS);
    if (message.entry !== undefined) return { type: 'entry', entry: checkEntry(message.entry) };
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
    if (message.proofs !== undefined)
      return {
        type: 'proofs',
        proofs: message.proofs.proofs.map((proof) => requireBytes('A proof', proof, ROOM_PROOF_BYTES)),
      };
    if (message.goodbye !== undefined) return { type: 'goodbye' };
    if (message.guestText !== undefined) return { type: 'guest-text', text: checkGuestText(message.guestText) };
    if (message.guests !== undefined) return { type: 'guests', guests: checkGuests(message.guests) };
    if (message.guestReceipts !== undefined)
      return { type: 'guest-receipts', receipts: message.guestReceipts.receipts.map(checkGuestReceipt) };
    const signal = message.call === undefined ? undefined : checkSignal(message.call);
    if (signal !== undefined) return { type: 'call', signal };
    return { type: 'unknown' };
  });
}

function checkHello(hello: Hello): Hello {
  return {
    version: hello.version,
    // A copy: what is kept for long must not keep the whole frame in memory.
    instanceId: requireBytes('The instance id', hello.instanceId, INSTANCE_ID_BYTES).slice(),
    listenPort: hello.listenPort > 65_535 ? 0 : hello.listenPort,
    program: requireShortText('The program', hello.program, MAX_PROGRAM_BYTES),
    connection: hello.connection,
  };
}

function checkEntry(entry: SignedEntry): SignedEntry {
  requireAtMost('An entry header', entry.header, MAX_HEADER_BYTES);
  requireBytes('The signature', entry.signature, SIGNATURE_BYTES);
  return entry;
}

function checkPresence(presence: SignedPresence): SignedPresence {
  return {
    state: requireAtMost('A presence', presence.state, MAX_PRESENCE_BYTES).slice(),
    signature: requireBytes('The signature', presence.signature, SIGNATURE_BYTES).slice(),
  };
}

function checkDigestItem(item: DigestItem): DigestItem {
  requireBytes('An author', item.author, KEY_BYTES);
  requireCounter('The start id', item.startId);
  requireCounter('The counter', item.counter);
  return { ...item, addresses: item.addresses.map((text) => requireShortText('An address', text, MAX_ADDRESS_BYTES)) };
}

function checkReceipt(receipt: Receipt): Receipt {
  requireBytes('The conversation', receipt.conversation, CONVERSATION_ID_BYTES);
  requireBytes('The author', receipt.author, KEY_BYTES);
  requireBytes('The log id', receipt.logId, LOG_ID_BYTES);
  requireCounter('The first sequence', receipt.first);
  requireCounter('The last sequence', receipt.last);
  if (receipt.first === 0 || receipt.first > receipt.last) throw new WireError('A receipt for no range of entries.');
  return receipt;
}

export function encodePresenceState(state: PresenceState): Uint8Array {
  return PresenceCodec.encode({
    ...state,
    name: wellFormed(state.name),
    status: wellFormed(state.status),
    rooms: state.rooms.map(wellFormed),
    capabilities: [...state.capabilities],
  });
}

/** @throws WireError */
export function decodePresenceState(bytes: Uint8Array): PresenceState {
  return decoding('presence', () => {
    const state = PresenceCodec.decode(requireAtMost('A presence', bytes, MAX_PRESENCE_BYTES), PRESENCE_LIMITS);
    requireBytes('The author', state.author, KEY_BYTES);
    optionalBytes('The network', state.network, NETWORK_ID_BYTES);
    requireCounter('The start id', state.startId);
    requireCounter('The counter', state.counter);
    return {
      ...state,
      name: requireShortText('The name', state.name, MAX_NAME_BYTES),
      status: requireShortText('The status', state.status, MAX_STATUS_BYTES),
      rooms: state.rooms.map((room) => requireShortText('A room', room, MAX_NAME_BYTES)),
      capabilities: state.capabilities.map((text) => requireShortText('A capability', text, MAX_CAPABILITY_BYTES)),
    };
  });
}

/** The bytes to sign for a presence: a domain of its own, then the state. */
export function presenceSigningBytes(state: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PRESENCE_DOMAIN.length + state.length);
  bytes.set(PRESENCE_DOMAIN);
  bytes.set(state, PRESENCE_DOMAIN.length);
  return bytes;
}
