// What somebody claims about themselves, made fit to be shown.

import { cleanLine } from '../base/clean-text.ts';
import { checkRoomName, cleanForeignName } from '../state/names.ts';
import type { PresenceState } from '../wire/peer-messages.ts';

/** Graphemes would be kinder, but a status is only cut when it breaks the rules of our own programs. */
const STATUS_SHOWN_CHARACTERS = 128;

export interface DisplayablePresence {
  readonly claimedName: string;
  readonly status?: string;
  readonly rooms: readonly string[];
}

export function displayable(state: PresenceState): DisplayablePresence {
  const status = cleanLine(state.status).trim().slice(0, STATUS_SHOWN_CHARACTERS);
  return {
    claimedName: cleanForeignName(state.name),
    ...(status === '' ? {} : { status }),
    rooms: displayableRooms(state.rooms),
  };
}

/** Each once, without those that nobody could make. */
export function displayableRooms(rooms: readonly string[]): readonly string[] {
  return [...new Set(rooms.filter(isRoomName))];
}

function isRoomName(room: string): boolean {
  try {
    return checkRoomName(room) === room;
  } catch {
    return false;
  }
}
