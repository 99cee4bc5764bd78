// Who is shown as `changed`: a new key under the name of somebody known who is away. That may be their new key, or
// somebody who wants to be taken for them. A matter of who is known and here now, never of who came first.

import { compareClaims } from './labels.ts';
import { NAMELESS, nameKeys } from './names.ts';
import type { PeerId, Person } from './values.ts';

type People = ReadonlyMap<PeerId, Person>;

/** Whose names nobody else can use without being noticed. */
export function isTrusted({ trust }: Pick<Person, 'trust'>): boolean {
  return trust === 'pinned' || trust === 'verified';
}

/**
 * `people` with `changed` where it belongs and nowhere else, after somebody changed.
 *
 * @param before that person as they were; undefined when they were not known
 * @param after the same now
 */
export function withChangedNames(
  people: Map<PeerId, Person>,
  before: Person | undefined,
  after: Person,
): Map<PeerId, Person> {
  if (guardedName(before) !== guardedName(after)) return settled(people, people.values());
  const isSame = before?.claimedName === after.claimedName && before.trust === after.trust;
  return isSame ? people : settled(people, [after]);
}

/** The same for all people. */
export function withAllChangedNames(people: Map<PeerId, Person>): Map<PeerId, Person> {
  return settled(people, people.values());
}

/** Whose name somebody `changed` uses: of several the one with the best claim to it. */
export function guardianOf(people: People, person: Person): Person | undefined {
  const keys = keysOf(person);
  const guardians = [...people.values()].filter(
    (other) => guardedName(other) !== undefined && keysOf(other).some((key) => keys.includes(key)),
  );
  return guardians.sort(compareClaims)[0];
}

/** Changes `people`, which nobody else holds yet. */
function settled(people: Map<PeerId, Person>, candidates: Iterable<Person>): Map<PeerId, Person> {
  const guarded = guardedKeys(people);
  for (const person of [...candidates]) {
    if (isTrusted(person)) continue;
    const trust = guarded.size > 0 && keysOf(person).some((key) => guarded.has(key)) ? 'changed' : 'new';
    if (person.trust !== trust) people.set(person.peerId, { ...person, trust });
  }
  return people;
}

function guardedKeys(people: People): Set<string> {
  const keys = new Set<string>();
  for (const person of people.values())
    if (guardedName(person) !== undefined) for (const key of keysOf(person)) keys.add(key);
  return keys;
}

/** The name of somebody known who is away. */
function guardedName(person: Person | undefined): string | undefined {
  return person !== undefined && !person.online && isTrusted(person) ? person.claimedName : undefined;
}

function keysOf({ claimedName }: Person): readonly string[] {
  return nameKeys(claimedName === '' ? NAMELESS : claimedName);
}
