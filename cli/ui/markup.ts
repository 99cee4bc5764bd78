// Simple formatting as people type it: *bold*, **bold**, _italic_, `code`, blocks between ``` lines, links. Pure, and
// linear in the length of the text: a style is a few bits for each code unit, set at most a few times.

/** A part of the text with one look. All parts together are the text, character for character. */
export interface Piece {
  readonly text: string;
  /** Only says how the rest looks (`**`): not shown. */
  readonly marker: boolean;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly code: boolean;
  /** Of a block of code: whole lines. */
  readonly block: boolean;
  readonly link: boolean;
}

const MARKER = 1;
const BOLD = 2;
const ITALIC = 4;
const CODE = 8;
const BLOCK = 16;
const LINK = 32;

const MAY_HAVE_MARKUP = /[*_`]|:\/\//;
const FENCE_START = /^```[\w+#.-]{0,32} *$/;
const FENCE_END = /^``` *$/;
const URL = /\bhttps?:\/\/[^\s<>"`|\\^{}]+/gu;
const AFTER_URL = /[.,;:!?'*_~…]$/u;
const LETTER = /[\p{L}\p{N}]/u;
// Written without spaces: there a mark may stand between two letters.
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
// Without the mark before them they would melt into something else.
const EXTENDER = /[\p{M}\u200C\u200D\uFE0F\u20E3\u{1F3FB}-\u{1F3FF}]/u;

export function parseMarkup(text: string): Piece[] {
  if (!MAY_HAVE_MARKUP.test(text)) return text === '' ? [] : [pieceOf(text, 0)];
  const styles = new Uint8Array(text.length);
  const lines = linesOf(text);
  const lastFence = lines.findLastIndex(({ from, until }) => FENCE_END.test(text.slice(from, until)));
  let blockFrom: number | undefined;
  for (const [index, { from, until }] of lines.entries()) {
    const line = text.slice(from, until);
    if (blockFrom === undefined) {
      if (index < lastFence && FENCE_START.test(line)) {
        blockFrom = until + 1;
        mark(styles, from, blockFrom, MARKER);
      } else markLine(text, from, until, styles);
    } else if (FENCE_END.test(line)) {
      mark(styles, blockFrom, from - 1, CODE | BLOCK);
      mark(styles, from - 1, until, MARKER);
      blockFrom = undefined;
    }
  }
  return piecesOf(text, styles);
}

function linesOf(text: string): { from: number; until: number }[] {
  let from = 0;
  return text.split('\n').map((line) => {
    const place = { from, until: from + line.length };
    from = place.until + 1;
    return place;
  });
}

function mark(styles: Uint8Array, from: number, until: number, style: number): void {
  for (let at = from; at < until; at++) styles[at] = (styles[at] ?? 0) | style;
}

function markLine(text: string, from: number, until: number, styles: Uint8Array): void {
  markCode(text, from, until, styles);
  markLinks(text, from, until, styles);
  markWeights(text, from, until, styles);
}

/** As many backticks as opened it close it; between them nothing else counts. */
function markCode(text: string, from: number, until: number, styles: Uint8Array): void {
  const runs = Array.from(text.slice(from, until).matchAll(/`+/g), ({ index, 0: { length } }) => ({
    at: from + index,
    length,
  }));
  const next: (number | undefined)[] = [];
  const nearest = new Map<number, number>();
  for (let index = runs.length - 1; index >= 0; index--) {
    const { length = 0 } = runs[index] ?? {};
    next[index] = nearest.get(length);
    nearest.set(length, index);
  }
  for (let index = 0; index < runs.length; index++) {
    const open = runs[index];
    const closing = next[index];
    const close = closing === undefined ? undefined : runs[closing];
    if (open === undefined || close === undefined || closing === undefined) continue;
    mark(styles, open.at, close.at + close.length, CODE);
    index = closing;
  }
}

function markLinks(text: string, from: number, until: number, styles: Uint8Array): void {
  const line = text.slice(from, until);
  if (!line.includes('://')) return;
  for (const { index, 0: written } of line.matchAll(URL)) {
    const at = from + index;
    const length = urlLength(written);
    if (((styles[at] ?? 0) & CODE) === 0 && !/^https?:\/\/$/.test(written.slice(0, length)))
      mark(styles, at, at + length, LINK);
  }
}

/** Without what ends the sentence, and without a bracket that was opened before it. */
function urlLength(url: string): number {
  let surplus = (url.match(/\)/g)?.length ?? 0) - (url.match(/\(/g)?.length ?? 0);
  let length = url.length;
  for (; length > 0; length--) {
    const last = url.charAt(length - 1);
    if (last === ')' && surplus > 0) surplus--;
    else if (!AFTER_URL.test(last)) break;
  }
  return length;
}

/** `*` and `_` around words: what opens stands before, what closes behind them. */
function markWeights(text: string, from: number, until: number, styles: Uint8Array): void {
  const opened = new Map<string, number>();
  for (const { index, 0: sign } of text.slice(from, until).matchAll(/\*+|_+/g)) {
    const at = from + index;
    if (((styles[at] ?? 0) & (CODE | LINK)) !== 0 || (sign !== '*' && sign !== '**' && sign !== '_')) continue;
    const end = at + sign.length;
    const before = at > from ? characterBefore(text, at) : '';
    const behind = end < until ? characterAt(text, end) : '';
    if (EXTENDER.test(behind)) continue;
    const open = opened.get(sign);
    if (open !== undefined && !isSpace(before) && !isInWord(behind) && open + sign.length < at) {
      mark(styles, open, end, sign === '_' ? ITALIC : BOLD);
      mark(styles, open, open + sign.length, MARKER);
      mark(styles, at, end, MARKER);
      opened.delete(sign);
    } else if (!isSpace(behind) && !isInWord(before)) opened.set(sign, at);
  }
}

function isSpace(character: string): boolean {
  return character === '' || /\s/u.test(character);
}

function isInWord(character: string): boolean {
  return LETTER.test(character) && !UNSPACED.test(character);
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function characterBefore(text: string, at: number): string {
  const code = text.charCodeAt(at - 1);
  return code >= 0xdc00 && code < 0xe000 && at > 1 ? characterAt(text, at - 2) : text.charAt(at - 1);
}

function piecesOf(text: string, styles: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 1; at <= text.length; at++) {
    if (at < text.length && styles[at] === styles[from]) continue;
    pieces.push(pieceOf(text.slice(from, at), styles[from] ?? 0));
    from = at;
  }
  return pieces;
}

function pieceOf(text: string, style: number): Piece {
  return {
    text,
    marker: (style & MARKER) !== 0,
    bold: (style & BOLD) !== 0,
    italic: (style & ITALIC) !== 0,
    code: (style & CODE) !== 0,
    block: (style & BLOCK) !== 0,
    link: (style & LINK) !== 0,
  };
}
