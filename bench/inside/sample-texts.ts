// Texts as people might write them, as far as an index can tell: few words are in nearly all of them, most words in few.
// The same seed gives the same texts.

/** In every text. */
export const COMMONEST_WORD = 'the';
/** In one text of so many; in the first one, too. */
export const RARE_WORD = 'zanzibar';
const RARE_EVERY = 100_003;

const VOCABULARY = 20_000;
const MIN_WORDS = 3;
const MAX_WORDS = 15;
const SYLLABLES = 'ka lo mi ne ru sa to vi we xa'.split(' ');

export class SampleTexts {
  #state: number;
  #count = 0;

  /** @param seed not 0 */
  constructor(seed: number) {
    this.#state = seed;
  }

  next(): string {
    const words = [COMMONEST_WORD];
    if (this.#count++ % RARE_EVERY === 0) words.push(RARE_WORD);
    const length = MIN_WORDS + Math.floor(this.#fraction() * (MAX_WORDS - MIN_WORDS));
    // The second word is half as common as the first, the tenth a tenth: as in all languages (Zipf's law).
    while (words.length < length) words.push(wordOf(Math.floor(VOCABULARY ** this.#fraction())));
    return words.join(' ');
  }

  // xorshift (Marsaglia, 2003): chance enough for words.
  #fraction(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}

/** The most common word has number 1. */
export function wordOf(number: number): string {
  let word = '';
  for (let rest = number; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length] ?? '';
  return word;
}
