// Randomness as a part that is handed in: cryptographic in the program, seeded in scenarios.

export interface Random {
  /** Fresh unpredictable bytes. */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

/** The real one. */
export const systemRandom: Random = {
  bytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  fraction: () => Math.random(),
};
