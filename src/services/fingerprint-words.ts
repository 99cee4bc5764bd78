// Twelve words that two people compare by voice: six of each one's key, the lower key's first, the same on both sides.
//
// Each half depends on one key only. A hash over both keys could be searched: who sits in between makes keys until the
// words of (alice, forged bob) are those of (forged alice, bob), for which half the bits suffice. This way a forged key
// must have the six words of the real one: 2^66 attempts at a fifth of a second each, and for the two or three words that
// somebody compares who is in a hurry still years.

import { compareBytes, toHex, utf8 } from '../base/bytes.ts';
import { MmchatError } from '../base/errors.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import type { PeerId } from '../state/values.ts';
import { stretch } from './stretch.ts';
import { loadWords, wordsOf } from './word-list.ts';

const WORDS_OF_A_KEY = 6;
// All of this is part of what people compare: other numbers are other words.
const SALT = utf8('mmchat fingerprint 1\n');
const COST = { N: 2 ** 16 } as const;
const FINGERPRINT_BYTES = 9;
const REMEMBERED_KEYS = 64;

export class FingerprintWords {
  readonly #ownKey: Uint8Array;
  /** By key in hex. */
  readonly #words = new Map<string, Promise<readonly string[]>>();

  /** @param ownKey Ed25519 public key, 32 bytes */
  constructor(ownKey: Uint8Array) {
    this.#ownKey = ownKey;
  }

  /**
   * The words for oneself and this person. Takes a fifth of a second the first time.
   *
   * @throws MmchatError `unknown-peer` for an id without a key (guests of a super-peer have none)
   */
  async with(peerId: PeerId): Promise<readonly string[]> {
    const key = keyOfPeerId(peerId);
    if (key === undefined) throw new MmchatError('unknown-peer', 'There are no words for somebody without a key.');
    const keys = [this.#ownKey, key].sort(compareBytes);
    return (await Promise.all(keys.map((each) => this.#of(each)))).flat();
  }

  #of(key: Uint8Array): Promise<readonly string[]> {
    const name = toHex(key);
    const known = this.#words.get(name);
    if (known !== undefined) return known;
    if (this.#words.size >= REMEMBERED_KEYS) this.#words.clear();
    const words = sixWords(key);
    this.#words.set(name, words);
    words.catch(() => this.#words.delete(name));
    return words;
  }
}

async function sixWords(key: Uint8Array): Promise<readonly string[]> {
  const [fingerprint, words] = await Promise.all([stretch(key, SALT, COST, FINGERPRINT_BYTES), loadWords()]);
  return wordsOf(fingerprint, WORDS_OF_A_KEY, words);
}
