// What guests are called beyond this super-peer. Old clients take any text for a name; others get one that is clean and
// short, and each once.

import { guestPartsOf } from '../../state/guest-ids.ts';
import type { PeerId } from '../../state/values.ts';
import { cleanForeignName, cutName } from '../../state/names.ts';

/** Names whose next number is remembered. */
const MOST_HINTS = 10_000;

interface Given {
  readonly name: string;
  readonly wanted: string;
  /** 0: without one. */
  readonly suffix: number;
}

export class GuestNames {
  readonly #byClassic = new Map<string, Given>();
  readonly #byClean = new Map<string, string>();
  /** Of a name that many want: all suffixes below this one are taken. */
  readonly #hints = new Map<string, number>();

  /** The name of somebody who has come. */
  add(classicName: string): string {
    const wanted = cleanForeignName(classicName).replaceAll('/', '_');
    let name = wanted;
    let suffix = 0;
    if (this.#byClean.has(name)) {
      suffix = this.#hints.get(wanted) ?? 1;
      while (this.#byClean.has((name = cutName(wanted, `_${suffix}`)))) suffix++;
      if (this.#hints.size >= MOST_HINTS) this.#hints.clear();
      this.#hints.set(wanted, suffix + 1);
    }
    this.#byClassic.set(classicName, { name, wanted, suffix });
    this.#byClean.set(name, classicName);
    return name;
  }

  remove(classicName: string): string | undefined {
    const given = this.#byClassic.get(classicName);
    if (given === undefined) return undefined;
    const { name, wanted, suffix } = given;
    this.#byClassic.delete(classicName);
    this.#byClean.delete(name);
    const hint = this.#hints.get(wanted);
    if (hint !== undefined && suffix > 0) this.#hints.set(wanted, Math.min(hint, suffix));
    return name;
  }

  cleanOf(classicName: string): string | undefined {
    return this.#byClassic.get(classicName)?.name;
  }

  /** Of a guest of this super-peer, by the id that others know. */
  classicOfId(id: PeerId): string | undefined {
    const parts = guestPartsOf(id);
    return parts === undefined ? undefined : this.classicOf(parts.name);
  }

  classicOf(name: string): string | undefined {
    return this.#byClean.get(name);
  }
}
