// A message as programs outside see it: one object of plain JSON, with the names that this node shows. The headless
// interface and exports speak it. Pure.

import { guestPartsOf } from './guest-ids.ts';
import type { Message, NodeState, PeerId, Via } from './values.ts';

export interface PersonLabel {
  readonly peerId: PeerId;
  readonly name: string;
}

export interface ReactionRow {
  readonly emoji: string;
  readonly by: readonly PersonLabel[];
}

export interface FileRow {
  readonly transferId: string;
  readonly kind: 'file' | 'folder' | 'voice';
  readonly name: string;
  readonly size: number;
  /** When its author has signed for the whole. */
  readonly sha256?: string;
  /** Where it was saved, while that is known. */
  readonly path?: string;
  readonly durationMs?: number;
}

export interface MessageRow {
  readonly id: string;
  readonly from: { readonly peerId: PeerId; readonly name: string; readonly via: Via };
  readonly to?: string;
  readonly toPeerId?: PeerId;
  readonly room?: string;
  /** Empty when it was deleted, or is `missing`. */
  readonly text: string;
  readonly at: number;
  readonly kind: 'text' | 'file' | 'voice' | 'system';
  /** What happened, in a row of the kind `system`. */
  readonly event?: 'join' | 'leave';
  readonly replyTo?: string;
  readonly mentions?: readonly PeerId[];
  readonly edited?: boolean;
  readonly deleted?: boolean;
  readonly reactions?: readonly ReactionRow[];
  /** What was said is not here: to be fetched yet, or dropped for its age. */
  readonly missing?: boolean;
  /** Two histories claim this place in its author's log. */
  readonly forked?: boolean;
  /** Of a file, folder (kind `file`) or voice note. */
  readonly file?: FileRow;
  /** One's own. */
  readonly state?: 'waiting' | 'delivered';
}

export function messageRow(message: Message, state: NodeState): MessageRow {
  const { author, destination, kind, replyTo, mentions = [], reactions = [] } = message;
  return {
    id: message.id,
    from: { ...labelOf(author, state), via: guestPartsOf(author) === undefined ? 'p2p' : 'legacy' },
    ...(destination.kind === 'person' ? receiver(message, destination.peerId, state) : {}),
    ...(destination.kind === 'room' ? { room: destination.room } : {}),
    text: message.text,
    at: message.at,
    ...kindFields(message, state),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(message.edited === true ? { edited: true } : {}),
    ...(message.deleted === true ? { deleted: true } : {}),
    ...(reactions.length === 0 ? {} : { reactions: reactions.map((one) => reactionRow(one, state)) }),
    ...(message.missing === true ? { missing: true } : {}),
    ...(message.forked === true ? { forked: true } : {}),
    ...(message.own && (kind === 'text' || kind === 'file') ? { state: deliveryOf(message) } : {}),
  };
}

function kindFields({ kind, id, file }: Message, state: NodeState): Pick<MessageRow, 'kind' | 'event' | 'file'> {
  if (kind === 'text') return { kind };
  if (kind !== 'file') return { kind: 'system', event: kind };
  if (file === undefined) return { kind };
  const { kind: fileKind, name, size, sha256, durationMs } = file;
  const transfer = state.transfers.get(id);
  const path = transfer?.phase === 'done' || transfer?.direction === 'outgoing' ? transfer.path : undefined;
  const row: FileRow = {
    transferId: id,
    kind: fileKind,
    name,
    size,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(path === undefined ? {} : { path }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
  return { kind: fileKind === 'voice' ? 'voice' : 'file', file: row };
}

/** The name shown for somebody; the id itself for one of whom nothing else is known. */
export function shownNameOf(peerId: PeerId, state: NodeState): string {
  if (peerId === state.self.peerId) return state.self.name;
  const known = state.people.get(peerId)?.name;
  if (known !== undefined) return known;
  const guest = guestPartsOf(peerId);
  return guest === undefined ? peerId : `${guest.name}@${shownNameOf(guest.host, state)}`;
}

function labelOf(peerId: PeerId, state: NodeState): PersonLabel {
  return { peerId, name: shownNameOf(peerId, state) };
}

function reactionRow({ emoji, by }: NonNullable<Message['reactions']>[number], state: NodeState): ReactionRow {
  return { emoji, by: by.map((peerId) => labelOf(peerId, state)) };
}

/** A conversation of two is named after the other one; of a received message the receiver is oneself. */
function receiver(message: Message, otherId: PeerId, state: NodeState): { to: string; toPeerId: PeerId } {
  const toPeerId = message.own ? otherId : state.self.peerId;
  return { to: shownNameOf(toPeerId, state), toPeerId };
}

// One that went to nobody yet waits for the first who gets it.
function deliveryOf({ recipients, deliveredTo }: Message): 'waiting' | 'delivered' {
  const has = new Set(deliveredTo);
  return has.size > 0 && recipients.every((peerId) => has.has(peerId)) ? 'delivered' : 'waiting';
}
