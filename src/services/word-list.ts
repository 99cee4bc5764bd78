// The 2,048 English words of BIP 39: each says 11 bits, and no two begin with the same four letters.

/** Read when they are wanted first: most runs never need them. */
export async function loadWords(): Promise<readonly string[]> {
  return (await import('@scure/bip39/wordlists/english.js')).wordlist;
}

const BITS = 11;

/** `count` words for the first `count` times 11 bits. */
export function wordsOf(bytes: Uint8Array, count: number, words: readonly string[]): string[] {
  if (bytes.length * 8 < count * BITS) throw new RangeError('too few bits');
  return Array.from({ length: count }, (_, index) => words[bitsAt(bytes, index * BITS)] ?? '');
}

function bitsAt(bytes: Uint8Array, firstBit: number): number {
  let value = 0;
  for (let bit = firstBit; bit < firstBit + BITS; bit++) {
    const byte = bytes[bit >> 3] ?? 0;
    value = (value << 1) | ((byte >> (7 - (bit & 7))) & 1);
  }
  return value;
}
