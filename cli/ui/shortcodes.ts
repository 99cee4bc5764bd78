// Emoji by their shortcodes in what one sends: `:tada:` becomes the emoji, but not in code and not in links.

import { emojiOf } from '../../src/index.ts';
import { parseMarkup } from './markup.ts';

const SHORTCODE = /:([a-z0-9_+-]{1,64}):/gi;
/** Its last colon may be the first of the next. */
const CANDIDATE = /:([a-z0-9_+-]{1,64})(?=:)/gi;
const LETTER = /[\p{L}\p{N}]$/u;

/** The text with all shortcodes that `lookup` knows replaced. */
export function replaceShortcodes(text: string, lookup: (name: string) => string | undefined): string {
  return segmentsOf(text)
    .map(({ text: part, plain }) => (plain ? replacedIn(part, lookup) : part))
    .join('');
}

/** What may be a shortcode in it. */
export function shortcodeNames(text: string): ReadonlySet<string> {
  if (!text.includes(':')) return new Set();
  const plain = segmentsOf(text).filter((segment) => segment.plain);
  return new Set(plain.flatMap((segment) => Array.from(segment.text.matchAll(CANDIDATE), ([, name = '']) => name)));
}

/** As `replaceShortcodes`, by the list of emoji, which is only loaded when there may be one. */
export async function withEmoji(text: string): Promise<string> {
  const names = shortcodeNames(text);
  if (names.size === 0) return text;
  const known = new Map<string, string | undefined>();
  for (const name of names) known.set(name, await emojiOf(name));
  return replaceShortcodes(text, (name) => known.get(name));
}

/** The start of a shortcode right before the cursor, for completion: `:ta`. */
export function shortcodeBefore(before: string): string | undefined {
  return /(?:^|[^\p{L}\p{N}:])(:[a-z0-9_+-]{2,64})$/iu.exec(before)?.[1];
}

function segmentsOf(text: string): { text: string; plain: boolean }[] {
  const segments: { text: string; plain: boolean }[] = [];
  for (const { text: part, code, link } of parseMarkup(text)) {
    const plain = !code && !link;
    const last = segments.at(-1);
    if (last?.plain === plain) last.text += part;
    else segments.push({ text: part, plain });
  }
  return segments;
}

function replacedIn(text: string, lookup: (name: string) => string | undefined): string {
  let replaced = '';
  let done = 0;
  SHORTCODE.lastIndex = 0;
  for (let match = SHORTCODE.exec(text); match !== null; match = SHORTCODE.exec(text)) {
    const { index, 0: written, 1: name = '' } = match;
    const before = text.slice(Math.max(done, index - 2), index);
    // `10:20:30` and `a::b::c` have none; two shortcodes side by side are two.
    const begins = !LETTER.test(before) && (!before.endsWith(':') || done === index);
    const emoji = begins ? lookup(name) : undefined;
    if (emoji === undefined) {
      // Its last colon may be the first of the next.
      SHORTCODE.lastIndex = index + written.length - 1;
      continue;
    }
    replaced += text.slice(done, index) + emoji;
    done = index + written.length;
  }
  return replaced + text.slice(done);
}
