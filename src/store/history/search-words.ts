// How texts and queries become words. Both ways of keeping a history find the same, since both ask here.
//
// Languages that put no spaces between words (and Korean, which adds its endings to them) are cut into single characters;
// a run of them in a query is then looked for as a phrase.

/** Longer ones are cut: nobody types more of a word than that to find it. */
const MAX_WORD_LENGTH = 64;
const MAX_QUERY_TERMS = 16;
const MAX_QUERY_LENGTH = 512;

const UNSPACED =
  '\\p{scx=Hani}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}';
const single = new RegExp(`^[${UNSPACED}\\p{Extended_Pictographic}]$`, 'u');
// Digits and signs like # and © are Extended_Pictographic or its like in some tables: letters and numbers come first.
const character = /[\p{L}\p{M}\p{N}]|(?![#*©®™])\p{Extended_Pictographic}/u;

/** What one looks for: words that must follow each other. */
export interface SearchTerm {
  readonly words: readonly [string, ...string[]];
  /** The last word may be a beginning. */
  readonly prefix: boolean;
}

/** The words of a text, folded, in their order. */
export function searchWords(text: string): string[] {
  return pieces(text).flat();
}

/** What a query asks for: all of these terms. Whatever is in it is words, never syntax. Empty when there are none. */
export function searchTerms(query: string): readonly SearchTerm[] {
  const terms = pieces(query.slice(0, MAX_QUERY_LENGTH)).slice(0, MAX_QUERY_TERMS);
  return terms.flatMap(([first, ...rest], index) =>
    first === undefined ? [] : [{ words: [first, ...rest] as const, prefix: index === terms.length - 1 }],
  );
}

/** Spaced words one by one, runs of unspaced characters together. */
function pieces(text: string): string[][] {
  const found: string[][] = [];
  let word = '';
  let run: string[] | undefined;
  const endWord = (): void => {
    if (word !== '') found.push([word.slice(0, MAX_WORD_LENGTH)]);
    word = '';
  };
  for (const char of foldText(text)) {
    const known = char >= 'a' && char <= 'z';
    if (!known && !character.test(char)) {
      endWord();
      run = undefined;
    } else if (!known && single.test(char)) {
      endWord();
      if (run === undefined) found.push((run = []));
      run.push(char);
    } else {
      run = undefined;
      word += char;
    }
  }
  endWord();
  return found;
}

/** Without differences of form, case, and of the diacritics of Latin, Greek and Cyrillic. */
function foldText(text: string): string {
  // By the upper case: that of ß is SS, and ς and σ share one.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFD');
  return folded
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ς', 'σ')
    .normalize('NFC');
}
