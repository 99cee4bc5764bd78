// Whether somebody is as they were: what comes again unchanged must not look like a change.

import type { Person } from './values.ts';

/** What labels depend on. */
export function sameClaim(left: Person, right: Person): boolean {
  return left.claimedName === right.claimedName && left.trust === right.trust && left.pinnedAt === right.pinnedAt;
}

export function samePerson(left: Person, right: Person): boolean {
  return (
    sameClaim(left, right) &&
    left.status === right.status &&
    left.blocked === right.blocked &&
    left.online === right.online &&
    left.linked === right.linked &&
    left.via === right.via &&
    left.rttMs === right.rttMs &&
    sameItems(left.rooms, right.rooms)
  );
}

export function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((item, index) => item === right[index]));
}
