// Closed rooms: who of those linked knows the key of which of one's rooms. A conversation is never named to anybody who has
// not shown that they know it.
//
// On every link both sides show a hash for each of their closed rooms, bound to both their keys in this order: of no use
// on any other link, nor sent back. Whoever has the room's key recognises it; to all others it is noise, different noise
// for each of them. The list is filled up to a multiple of four with hashes that mean nothing; these are always the
// same for one peer, else they could be told from the real ones by comparing two lists.

import { createHmac } from 'node:crypto';
import { compareBytes, concatBytes, toHex, utf8 } from '../base/bytes.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import type { PeerLink } from '../contracts/links.ts';
import type { PeerId } from '../state/values.ts';
import { roomProof } from '../wire/conversation-id.ts';
import { MAX_ROOM_PROOFS, ROOM_PROOF_BYTES } from '../wire/limits.ts';
import { sendMessage, type MessageRouter } from './message-router.ts';

const MULTIPLE = 4;
const FILLING_KEY = utf8('mmchat room proof filling key 1\n');

export interface RoomProofsParts {
  readonly router: MessageRouter;
  /** One's public key. */
  readonly ownKey: Uint8Array;
  /** A secret of this node that outlives its runs (the seed of its key): what the filling is made of. */
  readonly secret: Uint8Array;
  /** Which of one's rooms are shared with this link is not what it was. */
  readonly changed: (link: PeerLink) => void;
}

interface LinkView {
  readonly theirKey: Uint8Array;
  /** What the other end has shown, in hex. At most MAX_ROOM_PROOFS. */
  shown: ReadonlySet<string>;
  /** What it would show for a room of one's own, by conversation. */
  readonly expected: Map<string, string>;
  shared: ReadonlySet<string>;
}

export class RoomProofs {
  readonly #parts: RoomProofsParts;
  readonly #fillingKey: Uint8Array;
  /** Key by conversation id (hex), the newest last. */
  readonly #rooms = new Map<string, Uint8Array>();
  readonly #views = new Map<PeerLink, LinkView>();

  constructor(parts: RoomProofsParts) {
    this.#parts = parts;
    this.#fillingKey = hmac(parts.secret, FILLING_KEY);
    parts.router.handle('proofs', (link, { proofs }) => this.#onProofs(link, proofs));
  }

  /** One is in this closed room from now on. After a `rekey` the old conversation may stay beside the new one. */
  open(conversation: string, roomKey: Uint8Array): void {
    if (this.#rooms.has(conversation)) return;
    this.#rooms.set(conversation, roomKey);
    this.#ownRoomsChanged();
  }

  close(conversation: string): void {
    if (!this.#rooms.delete(conversation)) return;
    for (const { expected } of this.#views.values()) expected.delete(conversation);
    this.#ownRoomsChanged();
  }

  linkUp(link: PeerLink): void {
    const theirKey = keyOfPeerId(link.peerId);
    if (theirKey === undefined) return;
    const view = { theirKey, shown: new Set<string>(), expected: new Map<string, string>(), shared: new Set<string>() };
    this.#views.set(link, view);
    this.#show(link, view);
  }

  linkDown(link: PeerLink): void {
    this.#views.delete(link);
  }

  /** Linked peers that proved to know this closed room (a conversation id in hex). */
  peersIn(conversation: string): PeerId[] {
    const peers: PeerId[] = [];
    for (const [{ peerId }, { shared }] of this.#views) if (shared.has(conversation)) peers.push(peerId);
    return peers;
  }

  sharesWith(link: PeerLink, conversation: string): boolean {
    return this.#views.get(link)?.shared.has(conversation) === true;
  }

  /** Linked peers that know this key, of a room that one isn't in (yet). */
  whoKnows(roomKey: Uint8Array): PeerId[] {
    const peers: PeerId[] = [];
    for (const [{ peerId }, { shown, theirKey }] of this.#views)
      if (shown.has(toHex(roomProof(roomKey, theirKey, this.#parts.ownKey)))) peers.push(peerId);
    return peers;
  }

  #ownRoomsChanged(): void {
    for (const [link, view] of this.#views) {
      this.#show(link, view);
      this.#compare(link, view);
    }
  }

  #onProofs(link: PeerLink, proofs: readonly Uint8Array[]): void {
    const view = this.#views.get(link);
    if (view === undefined) return;
    // The whole list each time: what is missing in it is a room that was left.
    view.shown = new Set(proofs.map(toHex));
    this.#compare(link, view);
  }

  #compare(link: PeerLink, view: LinkView): void {
    const shared = new Set<string>();
    for (const [conversation, roomKey] of this.#rooms) {
      let expected = view.expected.get(conversation);
      if (expected === undefined) {
        expected = toHex(roomProof(roomKey, view.theirKey, this.#parts.ownKey));
        view.expected.set(conversation, expected);
      }
      if (view.shown.has(expected)) shared.add(conversation);
    }
    const before = view.shared;
    if (shared.size === before.size && [...shared].every((conversation) => before.has(conversation))) return;
    view.shared = shared;
    this.#parts.changed(link);
  }

  #show(link: PeerLink, { theirKey }: LinkView): void {
    const keys = [...this.#rooms.values()].slice(-MAX_ROOM_PROOFS);
    const proofs = keys.map((roomKey) => roomProof(roomKey, this.#parts.ownKey, theirKey));
    // Somebody without closed rooms has some to show, too.
    while (proofs.length === 0 || proofs.length % MULTIPLE !== 0) proofs.push(this.#filling(theirKey, proofs.length));
    // By value: any order that one's rooms have would say something.
    sendMessage(link, { type: 'proofs', proofs: proofs.sort(compareBytes) });
  }

  #filling(theirKey: Uint8Array, place: number): Uint8Array {
    const number = place % MULTIPLE;
    return hmac(this.#fillingKey, concatBytes(theirKey, new Uint8Array([number]))).slice(0, ROOM_PROOF_BYTES);
  }
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}
