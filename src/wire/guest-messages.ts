// What a super-peer and others say about its guests: who is here, private words, and who has read what. Names are those
// that the super-peer gave them for the wire: clean, and each once.

import { WireError } from '../base/errors.ts';
import { requireBytes, requireCounter, requireShortText, wellFormed } from './checks.ts';
import type {
  GuestReceipt as WireReceipt,
  Guests as WireGuests,
  GuestText as WireText,
} from './generated/peer-messages.ts';
import { ENTRY_ID_BYTES, MAX_NAME_BYTES, MAX_REASON_BYTES, MAX_TEXT_BYTES } from './limits.ts';

export interface Guest {
  readonly name: string;
  readonly rooms: readonly string[];
}

/** Of the sender's own guests. */
export interface Guests {
  /** The first of a new list: who is named by nothing that follows is not here. */
  readonly whole: boolean;
  /** Came, or are in other rooms now. */
  readonly here: readonly Guest[];
  readonly gone: readonly string[];
}

/** To a guest or from one, or both. Never kept by a super-peer. */
export interface GuestText {
  /** 16 bytes, chosen by its author. */
  readonly id: Uint8Array;
  /** A guest of the sender's; empty: the sender itself. */
  readonly from: string;
  /** A guest of the receiver's; empty: the receiver itself. */
  readonly to: string;
  readonly text: string;
  /** Milliseconds since the epoch, by its author's clock. */
  readonly at: number;
}

export interface GuestReceipt {
  /** Of a GuestText or of an entry, 16 bytes. */
  readonly id: Uint8Array;
  /** To whose sockets it was written; empty: it is there (to no guest). */
  readonly guests: readonly string[];
  /** A code: it came to nothing. Empty otherwise. */
  readonly refusal: string;
}

export function toWireGuests({ whole, here, gone }: Guests): WireGuests {
  return {
    whole,
    here: here.map(({ name, rooms }) => ({ name: wellFormed(name), rooms: rooms.map(wellFormed) })),
    gone: gone.map(wellFormed),
  };
}

/** @throws WireError */
export function checkGuests({ whole, here, gone }: WireGuests): Guests {
  return {
    whole,
    here: here.map(({ name, rooms }) => ({
      name: requireGuestName(name),
      rooms: rooms.map((room) => requireShortText('A room', room, MAX_NAME_BYTES)),
    })),
    gone: gone.map(requireGuestName),
  };
}

export function toWireGuestText(text: GuestText): WireText {
  return { ...text, from: wellFormed(text.from), to: wellFormed(text.to), text: wellFormed(text.text) };
}

/** @throws WireError */
export function checkGuestText({ id, from, to, text, at }: WireText): GuestText {
  if (from === '' && to === '') throw new WireError('A private message that no guest has part in.');
  return {
    id: requireBytes('The id', id, ENTRY_ID_BYTES).slice(),
    from: requireShortText('The name', from, MAX_NAME_BYTES),
    to: requireShortText('The name', to, MAX_NAME_BYTES),
    text: requireShortText('The text', text, MAX_TEXT_BYTES),
    at: requireCounter('The time', at),
  };
}

export function toWireReceipt({ id, guests, refusal }: GuestReceipt): WireReceipt {
  return { id, guests: guests.map(wellFormed), refusal };
}

/** @throws WireError */
export function checkGuestReceipt({ id, guests, refusal }: WireReceipt): GuestReceipt {
  return {
    id: requireBytes('The id', id, ENTRY_ID_BYTES).slice(),
    guests: guests.map(requireGuestName),
    refusal: requireShortText('The reason', refusal, MAX_REASON_BYTES),
  };
}

function requireGuestName(name: string): string {
  if (name === '') throw new WireError('A guest without a name.');
  return requireShortText('The name', name, MAX_NAME_BYTES);
}
