// Whom a node remembers: for reconnecting without discovery, and for names to stay with those who had them.

import { cleanLine } from '../base/clean-text.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import { REMEMBERED_LIMIT, type RememberedPerson } from '../contracts/stores.ts';
import { checkRoomName, cleanForeignName } from '../state/names.ts';
import { itemsOf, objectOf, textOf, wholeNumberOf } from './json-fields.ts';
import type { ValueForm } from './json-value-store.ts';

export const PEOPLE_FILE = 'people.json';

const ADDRESSES_LIMIT = 8;
const ADDRESS_LIMIT_UNITS = 300;
const ROOMS_LIMIT = 20;

/** A person who can't be read is left out, as is what a later version wrote of one; the others stay. */
export const PEOPLE_FORM: ValueForm<readonly RememberedPerson[]> = {
  what: 'list of known people',
  initial: [],
  parse(json) {
    if (!Array.isArray(json)) throw new TypeError('not a list');
    const people = itemsOf(json, Infinity, parsePerson);
    return trimRemembered([...new Map(people.map((person) => [person.peerId, person])).values()]);
  },
};

/** At most REMEMBERED_LIMIT people: verified and blocked ones first, then pinned ones, then those seen last. */
export function trimRemembered(people: readonly RememberedPerson[]): readonly RememberedPerson[] {
  if (people.length <= REMEMBERED_LIMIT) return people;
  const byWorth = (left: RememberedPerson, right: RememberedPerson): number =>
    worthOf(right) - worthOf(left) || right.lastSeenAt - left.lastSeenAt;
  return [...people].sort(byWorth).slice(0, REMEMBERED_LIMIT);
}

function worthOf({ pinnedAt, verifiedAt, blockedAt }: RememberedPerson): number {
  if (verifiedAt !== undefined || blockedAt !== undefined) return 2;
  return pinnedAt === undefined ? 0 : 1;
}

function parsePerson(json: unknown): RememberedPerson | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const fields = objectOf(json);
  const peerId = textOf(fields['peerId'], (text) => text);
  const claimedName = textOf(fields['claimedName'], cleanForeignName);
  if (peerId === undefined || keyOfPeerId(peerId) === undefined || claimedName === undefined) return undefined;
  const verifiedAt = wholeNumberOf(fields['verifiedAt'], 0);
  const blockedAt = wholeNumberOf(fields['blockedAt'], 0);
  // Verified is more than pinned: there is a time for both.
  const pinnedAt = wholeNumberOf(fields['pinnedAt'], 0) ?? verifiedAt;
  return {
    peerId,
    claimedName,
    rooms: itemsOf(fields['rooms'], ROOMS_LIMIT, (room) => textOf(room, checkRoomName)),
    addresses: itemsOf(fields['addresses'], ADDRESSES_LIMIT, (address) =>
      typeof address === 'string' && address.length <= ADDRESS_LIMIT_UNITS ? cleanLine(address) : undefined,
    ),
    lastSeenAt: wholeNumberOf(fields['lastSeenAt'], 0) ?? 0,
    ...(pinnedAt === undefined ? {} : { pinnedAt }),
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
    ...(blockedAt === undefined ? {} : { blockedAt }),
    ...(fields['answered'] === true ? { answered: true } : {}),
  };
}
