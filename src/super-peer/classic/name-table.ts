// Who has which name. Names are given out as the original does: NAME, else NAME_1, NAME_2, … the first that is free.

import { quote } from './json-write.ts';
import type { JsonValue } from './json-value.ts';
import type { ClassicLimits } from './limits.ts';
import { pythonText } from './python-text.ts';
import { Guest, type Person } from './guest.ts';
import { activeListLine } from './texts.ts';

const SHORT_NAME_LENGTH = 64;
const NOBODY: ReadonlySet<Guest> = new Set();

export class NameTable {
  readonly #limits: ClassicLimits;
  /** In order of joining. */
  readonly #people = new Map<string, Person>();
  readonly #guests = new Set<Guest>();
  /** Guests that call themselves otherwise than they are called. */
  readonly #renamed = new Map<string, Set<Guest>>();
  /** Of a taken name: all suffixes below this one are taken. */
  readonly #suffixHints = new Map<string, number>();
  #namesLength = 0;
  #list: string | undefined;

  constructor(limits: ClassicLimits) {
    this.#limits = limits;
  }

  get guests(): ReadonlySet<Guest> {
    return this.#guests;
  }

  get(name: string): Person | undefined {
    return this.#people.get(name);
  }

  /** By the value of a `to`: a number only finds who gave a number as name. */
  find(to: JsonValue | undefined): Person | undefined {
    if (typeof to === 'string') {
      const person = this.#people.get(to);
      return person instanceof Guest && !person.askedAsText ? undefined : person;
    }
    if (to === undefined || to === null || typeof to === 'object') return undefined;
    const person = this.#people.get(pythonText(to));
    return person instanceof Guest && !person.askedAsText ? person : undefined;
  }

  renamedFrom(asked: string): ReadonlySet<Guest> {
    return this.#renamed.get(asked) ?? NOBODY;
  }

  /** The name that somebody who asks for this one gets. */
  freeName(asked: string): string {
    let base = cut(asked, this.#limits.nameLength);
    if (this.#namesLength + quote(base).length > this.#limits.listBytes) base = cut(asked, SHORT_NAME_LENGTH);
    if (!this.#people.has(base)) return base;
    let suffix = this.#suffixHints.get(base) ?? 1;
    while (this.#people.has(`${base}_${suffix}`)) suffix++;
    this.#suffixHints.set(base, suffix);
    return `${base}_${suffix}`;
  }

  add(person: Person): void {
    this.#people.set(person.name, person);
    this.#namesLength += person.quotedName.length + 1;
    this.#list = undefined;
    if (!(person instanceof Guest)) return;
    this.#guests.add(person);
    if (person.asked === person.name) return;
    const namesakes = this.#renamed.get(person.asked) ?? new Set<Guest>();
    this.#renamed.set(person.asked, namesakes.add(person));
  }

  /** Whether it was there. */
  remove(person: Person): boolean {
    const { name } = person;
    if (this.#people.get(name) !== person) return false;
    this.#people.delete(name);
    this.#namesLength -= person.quotedName.length + 1;
    this.#list = undefined;
    this.#suffixHints.delete(name);
    const [, base, suffix] = /^([^]*)_([1-9][0-9]{0,8})$/.exec(name) ?? [];
    const hint = base === undefined ? undefined : this.#suffixHints.get(base);
    if (base !== undefined && hint !== undefined) this.#suffixHints.set(base, Math.min(hint, Number(suffix)));
    if (!(person instanceof Guest)) return true;
    this.#guests.delete(person);
    const namesakes = this.#renamed.get(person.asked);
    namesakes?.delete(person);
    if (namesakes?.size === 0) this.#renamed.delete(person.asked);
    return true;
  }

  /** The line with all names; made once after every change. */
  get listLine(): string {
    this.#list ??= activeListLine([...this.#people.values()].map(({ quotedName }) => quotedName));
    return this.#list;
  }
}

/** Not through the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
