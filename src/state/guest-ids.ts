// Who the guests of super-peers are: `<peer id of the super-peer>/<name there>`. No key is ever written like that.

import type { PeerId } from './values.ts';

export interface GuestParts {
  /** The super-peer that speaks for them. */
  readonly host: PeerId;
  /** What they are called there: clean, and each once. */
  readonly name: string;
}

export function guestIdOf(host: PeerId, name: string): PeerId {
  return `${host}/${name}`;
}

/** Undefined: somebody with a key of their own. */
export function guestPartsOf(id: PeerId): GuestParts | undefined {
  const slash = id.indexOf('/');
  return slash === -1 ? undefined : { host: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** Whose link leads to them. */
export function hostOf(id: PeerId): PeerId {
  return guestPartsOf(id)?.host ?? id;
}
