// Who is named in a text by `@name`. Pure.

import type { NodeState, PeerId } from '../state/values.ts';
import { MAX_MENTIONS } from '../wire/limits.ts';

const WORD = /[\p{L}\p{N}_]/u;
/** Places with an @ that are looked at. */
const MAX_PLACES = 256;

export function mentionsIn(text: string, { people, self }: NodeState): PeerId[] {
  const found = new Set<PeerId>();
  let names: { name: string; small: string; peerId: PeerId }[] | undefined;
  let places = 0;
  for (let at = text.indexOf('@'); at >= 0 && places < MAX_PLACES; at = text.indexOf('@', at + 1)) {
    places += 1;
    // Not within a word: addresses of mails name nobody.
    if (at > 0 && WORD.test(text.charAt(at - 1))) continue;
    // Longest first: `@bob_1` isn't bob.
    names ??= [...people.values(), self]
      .filter(({ name }) => name !== '')
      .map(({ name, peerId }) => ({ name, small: name.toLowerCase(), peerId }))
      .sort((left, right) => right.name.length - left.name.length);
    const rest = text.slice(at + 1, at + 1 + 64);
    const hit = names.find(
      ({ name, small }) => !WORD.test(rest.charAt(name.length)) && rest.slice(0, name.length).toLowerCase() === small,
    );
    if (hit !== undefined) found.add(hit.peerId);
    if (found.size >= MAX_MENTIONS) break;
  }
  return [...found];
}
