// Conversation ids: hashes, so that the id of a conversation tells nothing to whoever doesn't know it already.

import { createHmac } from 'node:crypto';
import { compareBytes, concatBytes, utf8 } from '../base/bytes.ts';
import { CONVERSATION_ID_BYTES, ROOM_PROOF_BYTES } from './limits.ts';
import { sha256 } from './log-entry.ts';

const EVERYONE = utf8('mmchat conversation 1 everyone\n');
const ROOM = utf8('mmchat conversation 1 room\n');
const PRIVATE = utf8('mmchat conversation 1 private\n');

const idOf = (...parts: Uint8Array[]): Uint8Array => sha256(concatBytes(...parts)).slice(0, CONVERSATION_ID_BYTES);

export function everyoneConversationId(): Uint8Array {
  return idOf(EVERYONE);
}

/** @param foldedRoom the room's name as rooms are compared (state/names: foldRoomName) */
export function roomConversationId(foldedRoom: string): Uint8Array {
  return idOf(ROOM, utf8(foldedRoom));
}

/** The conversation of two people, the same from both sides. */
export function privateConversationId(oneKey: Uint8Array, otherKey: Uint8Array): Uint8Array {
  return compareBytes(oneKey, otherKey) <= 0 ? idOf(PRIVATE, oneKey, otherKey) : idOf(PRIVATE, otherKey, oneKey);
}

const CLOSED_ROOM = utf8('mmchat conversation 1 closed room\n');
const ROOM_PROOF = utf8('mmchat room proof 1\n');

/** @param roomKey 32 bytes (services: scrypt of password and folded name) */
export function closedRoomConversationId(roomKey: Uint8Array): Uint8Array {
  return hmac(roomKey, CLOSED_ROOM).slice(0, CONVERSATION_ID_BYTES);
}

/** What `from` shows to `to` on their link to prove that it knows the room's key. Of no use to anybody else. */
export function roomProof(roomKey: Uint8Array, fromKey: Uint8Array, toKey: Uint8Array): Uint8Array {
  return hmac(roomKey, concatBytes(ROOM_PROOF, fromKey, toKey)).slice(0, ROOM_PROOF_BYTES);
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}
