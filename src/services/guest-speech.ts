// What a super-peer signs for its guests, and what is for them: who is shown as the one who speaks, and where. Pure.

import { guestIdOf } from '../state/guest-ids.ts';
import { cleanForeignName } from '../state/names.ts';
import type { Destination, PeerId } from '../state/values.ts';
import type { EntryContent } from './entry-content.ts';

export interface Speech {
  readonly author: PeerId;
  /** Said by oneself, and not by a guest of one's own. */
  readonly own: boolean;
  readonly destination: Destination;
}

/** Undefined: between a guest and somebody else, and only relayed here. */
export function speechOf(
  entry: { readonly author: PeerId; readonly own: boolean; readonly destination: Destination },
  content: EntryContent | undefined,
): Speech | undefined {
  const { author, own, destination } = entry;
  const guest = content?.guest ?? content?.file?.guest;
  const toGuest = content?.file?.toGuest;
  if (guest === undefined && toGuest === undefined) return { author, own, destination };
  const speaker = guest === undefined ? author : guestIdOf(author, cleanForeignName(guest));
  if (destination.kind !== 'person') return { author: speaker, own: own && guest === undefined, destination };
  if (own)
    return guest === undefined && toGuest !== undefined
      ? {
          author,
          own,
          destination: { kind: 'person', peerId: guestIdOf(destination.peerId, cleanForeignName(toGuest)) },
        }
      : undefined;
  return toGuest === undefined
    ? { author: speaker, own: false, destination: { kind: 'person', peerId: speaker } }
    : undefined;
}
