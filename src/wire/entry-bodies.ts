// The bodies of log entries, by kind. What is kept for long is copied out of its frame by whoever keeps it.

import { WireError } from '../base/errors.ts';
import { decoding, optionalBytes, requireBytes, requireCounter, requireShortText, wellFormed } from './checks.ts';
import {
  DeleteBody as DeleteCodec,
  EditBody as EditCodec,
  MembershipBody as MembershipCodec,
  ReactionBody as ReactionCodec,
  RoomKeyBody as RoomKeyCodec,
  TextBody as TextCodec,
} from './generated/log-entry.ts';
import {
  CONVERSATION_ID_BYTES,
  ENTRY_ID_BYTES,
  KEY_BYTES,
  MAX_EMOJI_BYTES,
  MAX_MENTIONS,
  MAX_NAME_BYTES,
  MAX_TEXT_BYTES,
  ROOM_KEY_BYTES,
} from './limits.ts';

export interface TextBody {
  readonly text: string;
  /** Entry id, 16 bytes. */
  readonly replyTo?: Uint8Array;
  /** What the author was called: for readers who never met them. */
  readonly name?: string;
  /** Keys of the people named in it, 32 bytes each. */
  readonly mentions?: readonly Uint8Array[];
  /** The guest of the author's for whom it speaks: a super-peer signs what its guests say. */
  readonly guest?: string;
}

export interface MembershipBody {
  /** What the author was called. */
  readonly name?: string;
}

export interface EditBody {
  /** Entry id, 16 bytes. */
  readonly target: Uint8Array;
  readonly text: string;
  readonly mentions?: readonly Uint8Array[];
}

export interface DeleteBody {
  readonly target: Uint8Array;
}

export interface ReactionBody {
  readonly target: Uint8Array;
  readonly emoji: string;
  /** Takes it back. */
  readonly removed: boolean;
}

/** In a private conversation: a closed room that both are in has another key from now on. */
export interface RoomKeyBody {
  readonly room: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Conversation id of the room under its old key. */
  readonly replaces: Uint8Array;
  /** Highest Lamport number there: the new conversation goes on from it. */
  readonly order: number;
}

const EMPTY = new Uint8Array(0);
const MENTIONS = { limits: { mentions: MAX_MENTIONS } };

export function encodeTextBody(body: TextBody): Uint8Array {
  return TextCodec.encode({
    text: wellFormed(body.text),
    replyTo: body.replyTo ?? EMPTY,
    name: wellFormed(body.name ?? ''),
    mentions: [...(body.mentions ?? [])],
    guest: wellFormed(body.guest ?? ''),
  });
}

/** @throws WireError also for a text over MAX_TEXT_BYTES */
export function decodeTextBody(bytes: Uint8Array): TextBody {
  return decoding('text', () => {
    const body = TextCodec.decode(bytes, MENTIONS);
    const text = requireShortText('The text', body.text, MAX_TEXT_BYTES);
    const replyTo = optionalBytes('The answered id', body.replyTo, ENTRY_ID_BYTES);
    return {
      text,
      ...(replyTo.length === 0 ? {} : { replyTo }),
      ...nameIn(body.name),
      ...mentionsIn(body.mentions),
      ...guestIn(body.guest),
    };
  });
}

export function encodeMembershipBody(body: MembershipBody): Uint8Array {
  return MembershipCodec.encode({ name: wellFormed(body.name ?? '') });
}

/** @throws WireError */
export function decodeMembershipBody(bytes: Uint8Array): MembershipBody {
  return decoding('membership', () => nameIn(MembershipCodec.decode(bytes).name));
}

export function encodeEditBody(body: EditBody): Uint8Array {
  return EditCodec.encode({ target: body.target, text: wellFormed(body.text), mentions: [...(body.mentions ?? [])] });
}

/** @throws WireError */
export function decodeEditBody(bytes: Uint8Array): EditBody {
  return decoding('edit', () => {
    const body = EditCodec.decode(bytes, MENTIONS);
    return {
      target: requireBytes('The edited id', body.target, ENTRY_ID_BYTES),
      text: requireShortText('The text', body.text, MAX_TEXT_BYTES),
      ...mentionsIn(body.mentions),
    };
  });
}

export function encodeDeleteBody(body: DeleteBody): Uint8Array {
  return DeleteCodec.encode({ target: body.target });
}

/** @throws WireError */
export function decodeDeleteBody(bytes: Uint8Array): DeleteBody {
  return decoding('deletion', () => ({
    target: requireBytes('The deleted id', DeleteCodec.decode(bytes).target, ENTRY_ID_BYTES),
  }));
}

export function encodeReactionBody(body: ReactionBody): Uint8Array {
  return ReactionCodec.encode({ ...body, emoji: wellFormed(body.emoji) });
}

/** @throws WireError */
export function decodeReactionBody(bytes: Uint8Array): ReactionBody {
  return decoding('reaction', () => {
    const body = ReactionCodec.decode(bytes);
    const emoji = requireShortText('The emoji', body.emoji, MAX_EMOJI_BYTES);
    if (emoji === '') throw new WireError('A reaction without an emoji.');
    return { target: requireBytes('The id', body.target, ENTRY_ID_BYTES), emoji, removed: body.removed };
  });
}

export function encodeRoomKeyBody(body: RoomKeyBody): Uint8Array {
  return RoomKeyCodec.encode({ ...body, room: wellFormed(body.room) });
}

/** @throws WireError */
export function decodeRoomKeyBody(bytes: Uint8Array): RoomKeyBody {
  return decoding('room key', () => {
    const body = RoomKeyCodec.decode(bytes);
    return {
      room: requireShortText('The room', body.room, MAX_NAME_BYTES),
      key: requireBytes('The room key', body.key, ROOM_KEY_BYTES),
      replaces: requireBytes('The old conversation', body.replaces, CONVERSATION_ID_BYTES),
      order: requireCounter('The order', body.order),
    };
  });
}

function nameIn(name: string): { name?: string } {
  const short = requireShortText('The name', name, MAX_NAME_BYTES);
  return short === '' ? {} : { name: short };
}

function guestIn(guest: string): { guest?: string } {
  const short = requireShortText('The guest', guest, MAX_NAME_BYTES);
  return short === '' ? {} : { guest: short };
}

function mentionsIn(mentions: readonly Uint8Array[]): { mentions?: readonly Uint8Array[] } {
  for (const key of mentions) requireBytes('A mention', key, KEY_BYTES);
  return mentions.length === 0 ? {} : { mentions };
}
