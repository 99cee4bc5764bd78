// Makes guessing dear: a key from something short, at a cost in time and memory (scrypt, RFC 7914).

import { scrypt } from 'node:crypto';

/** With r = 8 and p = 1: memory = `N` KiB. */
export interface StretchCost {
  readonly N: number;
}

/** In a thread beside, so that nothing waits for it. */
export function stretch(
  secret: Uint8Array,
  salt: Uint8Array,
  cost: StretchCost,
  lengthBytes: number,
): Promise<Uint8Array> {
  const r = 8;
  return new Promise((resolve, reject) => {
    // Twice what it needs: the limit is there against mistakes only.
    scrypt(secret, salt, lengthBytes, { N: cost.N, r, p: 1, maxmem: 256 * cost.N * r }, (error, key) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(error);
    });
  });
}
