// What a person should know: each thing once, as an event and in the log.

import { formatHostPort } from '../base/host-port.ts';
import type { Log } from '../base/log.ts';
import type { HostPort } from '../contracts/discovery.ts';
import type { NodeEvent } from '../state/events.ts';
import { guardianOf } from '../state/changed-names.ts';
import { foldName } from '../state/names.ts';
import type { NodeState, PeerId } from '../state/values.ts';

/** Of one code: strangers can cause some of them, and must not use up the place of the others. */
const MAX_SAID_OF_A_CODE = 16;

/** Keys that one is warned of for each name, and such names, apart from those of verified people: nobody makes these. */
const MAX_KEYS_OF_A_NAME = 4;
const MAX_GUARDED_NAMES = 64;

export type Warn = (code: string, sentence: string) => void;

/** Of each group, what was said already. */
type Said = Map<string, Set<string>>;

export class Warnings {
  readonly #emit: (event: NodeEvent) => void;
  readonly #log: Log;
  readonly #said: Said = new Map();
  #guardedNames = 0;

  constructor(parts: { emit: (event: NodeEvent) => void; log: Log }) {
    this.#emit = parts.emit;
    this.#log = parts.log;
  }

  say(code: string, text: string, once: string = text): void {
    if (isFirst(this.#said, code, once, MAX_SAID_OF_A_CODE)) this.#tell(code, text);
  }

  /** For what has an end, like a call: each thing once in it, whatever was said before. */
  forOneTime(): Warn {
    const said: Said = new Map();
    return (code, text) => {
      if (isFirst(said, code, text, MAX_SAID_OF_A_CODE)) this.#tell(code, text);
    };
  }

  #tell(code: string, text: string): void {
    this.#log.warn(text, { code });
    this.#emit({ type: 'warning', warning: { code, text } });
  }

  identityInUse(remote: HostPort): void {
    this.say(
      'identity-in-use',
      `A node at ${formatHostPort(remote)} uses the same identity key as this one: a copied data folder? Give one of them a new one with --data-dir.`,
    );
  }

  wrongVersion(version: number): void {
    this.say(
      'wrong-version',
      `Somebody here runs another version of mmchat-p2p (protocol ${version}); the two can't talk until both are updated.`,
    );
  }

  /** People are linked, and none of them was heard by mDNS. */
  multicastBlocked(): void {
    this.say(
      'multicast-blocked',
      'People are here, but no mDNS packet of theirs came: this network seems to drop multicast. Some may need --peer HOST:PORT to find each other.',
    );
  }

  /** A key that nobody here trusts uses the name of somebody known: theirs, or that of somebody who wants to be them. */
  judgeKey(state: NodeState, peerId: PeerId): void {
    const person = state.people.get(peerId);
    if (person?.trust !== 'changed' || person.blocked === true) return;
    const known = guardianOf(state.people, person);
    if (known === undefined) return;
    // By whose name it is: nobody can use up the warnings about one name by keys under another.
    const group = `key-changed ${known.peerId}`;
    if (!this.#said.has(group) && known.trust !== 'verified') {
      if (this.#guardedNames >= MAX_GUARDED_NAMES) return;
      this.#guardedNames += 1;
    }
    const once = `${peerId} ${foldName(person.claimedName)}`;
    if (!isFirst(this.#said, group, once, MAX_KEYS_OF_A_NAME)) return;
    this.#tell(
      'key-changed',
      `Somebody with a new key calls themselves ${person.claimedName}. The ${known.name} you know is ${known.blocked === true ? 'blocked' : 'away'}. Compare words (/verify ${person.name}) before you trust them.`,
    );
  }

  /** Somebody else calls themselves as one does oneself. */
  judgeName(state: NodeState, peerId: PeerId): void {
    const person = state.people.get(peerId);
    if (person === undefined || foldName(person.claimedName) !== foldName(state.self.name)) return;
    this.say(
      'name-in-use',
      `Somebody else here is called ${person.claimedName} too. You see them as ${person.name}; others may see you with a number behind your name. /name changes yours.`,
      `${peerId} ${state.self.name}`,
    );
  }
}

/** Not said yet, and still within the limit of its group; it counts as said from now on. */
function isFirst(all: Said, group: string, once: string, limit: number): boolean {
  const said = all.get(group) ?? new Set();
  if (said.has(once) || said.size >= limit) return false;
  all.set(group, said.add(once));
  return true;
}
