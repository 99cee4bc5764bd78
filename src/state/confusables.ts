// What a name looks like, after the skeletons of UTS #39 (https://www.unicode.org/reports/tr39/#Confusable_Detection).

import unhomoglyph from 'unhomoglyph';

// What nobody sees: default ignorables, blanks of other scripts.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\u2800]+/gu;
// One-line fonts tell these apart badly; after case folding an `i` may have been an `I`.
const LIKE_ELL = /[i1|!\u0131]/gu;

/** `text` without the characters that nobody sees. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** Case folding as far as JavaScript has it: by way of the upper case, so that `ß` is `ss` and both sigmas are one. */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/**
 * The same text for everything that looks the same. Capitals are compared by their own look first: Cyrillic `В` looks
 * like `B`, but its small letter looks like no Latin one.
 */
export function skeletonOf(text: string): string {
  const visible = withoutInvisible(text.normalize('NFKC'));
  const capitalsByLook = unhomoglyph(visible.normalize('NFD')).normalize('NFKC');
  const lookalikes = unhomoglyph(foldCase(capitalsByLook).normalize('NFD'));
  // Once more: a look-alike may be a capital letter (the zero's is `O`).
  return unhomoglyph(lookalikes.toLowerCase())
    .replace(LIKE_ELL, 'l')
    .replace(/vv/gu, 'w')
    .normalize('NFC')
    .replace(/\p{White_Space}+/gu, ' ')
    .trim();
}
