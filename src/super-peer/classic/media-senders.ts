// Whose packet is it? The name in it is only a claim; the address is compared with that of the guest's connection, and
// guests of one name behind one address are told apart by their ports.

import type { Guest } from './guest.ts';
import type { NameTable } from './name-table.ts';

export type SenderRefusal = 'media-unknown-sender' | 'media-wrong-address' | 'media-ambiguous-sender';

export class MediaSenders {
  readonly #names: NameTable;
  /** By address and port: guests whose packets have come from there. */
  readonly #seen = new Map<string, Guest>();

  constructor(names: NameTable) {
    this.#names = names;
  }

  /** The guest that calls itself `from` and sends from here; its port is noted if none was known. */
  find(from: string, address: string, port: number): Guest | SenderRefusal {
    const named = this.#names.get(from);
    const renamed = this.#names.renamedFrom(from);
    if (renamed.size === 0) {
      if (named?.kind !== 'guest') return 'media-unknown-sender';
      if (named.connection.address !== address) return 'media-wrong-address';
      if (named.media.port === port && named.media.seen) return named;
      return this.#single(named, port);
    }
    const candidates = [...renamed].filter(({ connection }) => connection.address === address);
    if (named?.kind === 'guest' && named.connection.address === address) candidates.unshift(named);
    const [only] = candidates;
    if (only === undefined) return 'media-wrong-address';
    return candidates.length === 1 ? this.#single(only, port) : this.#oneOf(candidates, port);
  }

  /** It has left: its port may be anybody's now. */
  forget(guest: Guest): void {
    const key = placeOf(guest, guest.media.port);
    if (this.#seen.get(key) === guest) this.#seen.delete(key);
  }

  /** Nobody else of that name is at that address. Later packets from another port are its own, but don't move it. */
  #single(guest: Guest, port: number): Guest | SenderRefusal {
    if (guest.media.port === port || guest.media.port === undefined) return this.#settle(guest, port);
    return this.#isOthers(guest, port) ? 'media-wrong-address' : guest;
  }

  #oneOf(candidates: readonly Guest[], port: number): Guest | SenderRefusal {
    const known = candidates.find(({ media }) => media.port === port);
    if (known !== undefined) return this.#settle(known, port);
    const without = candidates.filter(({ media }) => media.port === undefined);
    const hinted = without.find(({ media }) => media.hint === port);
    if (hinted !== undefined) return this.#settle(hinted, port);
    // Who has said that it uses another port fits less than who has said nothing; behind NAT both are possible.
    const silent = without.filter(({ media }) => media.hint === undefined);
    const fitting = silent.length > 0 ? silent : without;
    const [only] = fitting;
    return only !== undefined && fitting.length === 1 ? this.#settle(only, port) : 'media-ambiguous-sender';
  }

  #settle(guest: Guest, port: number): Guest | SenderRefusal {
    if (guest.media.port === port && guest.media.seen) return guest;
    if (this.#isOthers(guest, port)) return 'media-wrong-address';
    guest.media.port = port;
    guest.media.seen = true;
    this.#seen.set(placeOf(guest, port), guest);
    return guest;
  }

  /** Another guest at the same address was seen to send from this port: it lies about its name now. */
  #isOthers(guest: Guest, port: number): boolean {
    const owner = this.#seen.get(placeOf(guest, port));
    return owner !== undefined && owner !== guest && owner.media.port === port;
  }
}

function placeOf(guest: Guest, port: number | undefined): string {
  return `${guest.connection.address} ${port ?? ''}`;
}
