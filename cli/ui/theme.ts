// Looks: what each role looks like with 16 million, 256, 16 or no colours, and lines of spans turned into text with SGR codes.

import { cutText, textWidth } from './display-width.ts';
import { inAscii, type ColourDepth, type TerminalLook } from './terminal-look.ts';

/** What a piece of text means. Text itself keeps the terminal's own colour, so that light backgrounds work too. */
export type Role =
  | 'text'
  | 'dim'
  | 'strong'
  | 'accent'
  | 'own'
  | 'private'
  | 'good'
  | 'warn'
  | 'bad'
  | 'alarm'
  | 'code'
  | 'mention'
  | 'hit'
  | 'selected'
  | `person${number}`;

export interface Span {
  readonly text: string;
  readonly role?: Role;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underlined?: boolean;
  /** Where it leads, for terminals that know links. */
  readonly link?: string;
  /** Of a picture, instead of a role: six hexadecimal digits, of what stands there and of what is behind it. */
  readonly paint?: { readonly colour: string; readonly behind?: string };
}
/** One row of the screen. Its texts have passed `displayLine`. */
export type Line = readonly Span[];

interface Look {
  /** Foreground as SGR parameters: for 16 million, 256 and 16 colours. */
  readonly colours?: readonly [string, string, string];
  /** Weight and the like: stays without colours. */
  readonly weight?: string;
}

const rgb = (hex: string): string =>
  `38;2;${[0, 2, 4].map((at) => String(Number.parseInt(hex.slice(at, at + 2), 16))).join(';')}`;
const look = (hex: string, of256: number, of16: number, weight?: string): Look => ({
  colours: [rgb(hex), `38;5;${of256}`, String(of16)],
  ...(weight === undefined ? {} : { weight }),
});

const LOOKS: Readonly<Record<Exclude<Role, `person${number}`>, Look>> = {
  text: {},
  dim: look('a0a0a0', 247, 37),
  strong: { weight: '1' },
  accent: look('5c91ff', 69, 94, '1'),
  own: look('8ab4ff', 111, 36),
  private: look('c394ff', 177, 95),
  good: look('57c757', 77, 32),
  warn: look('e5c07b', 180, 33),
  bad: look('ff5c5c', 203, 91),
  alarm: look('ff5c5c', 203, 91, '1;7'),
  code: look('87afaf', 109, 36),
  mention: look('e5c07b', 180, 93, '1'),
  hit: look('e5c07b', 180, 93, '1;4'),
  selected: { weight: '7' },
};

// Told apart from each other and from the roles above, contrast of at least 6:1 on black.
const PEOPLE: readonly Look[] = [
  look('56b6c2', 73, 36),
  look('d19a66', 173, 33),
  look('98c379', 114, 32),
  look('e06c9f', 168, 95),
  look('d7d787', 186, 93),
  look('5fd7af', 79, 92),
  look('ffaf87', 216, 91),
  look('af87d7', 140, 35),
  look('87d7ff', 117, 96),
  look('d7afaf', 181, 37),
];

/** A stable colour for somebody, from their id. */
export function personRole(peerId: string): Role {
  let hash = 0;
  for (let index = 0; index < peerId.length; index++) hash = (hash * 31 + peerId.charCodeAt(index)) >>> 0;
  return `person${hash % PEOPLE.length}`;
}

function lookOf(role: Role): Look {
  if (role.startsWith('person')) return PEOPLE[Number(role.slice('person'.length)) % PEOPLE.length] ?? {};
  return LOOKS[role as keyof typeof LOOKS];
}

export function paintLine(line: Line, terminal: TerminalLook): string {
  return line.map((span) => paintSpan(span, terminal)).join('');
}

function paintSpan(span: Span, { colours: depth, signs, links }: TerminalLook): string {
  const { text, role = 'text' } = span;
  if (span.paint !== undefined) return paintPixels(text, span.paint, depth);
  if (role !== 'selected' && role !== 'alarm' && text.trim() === '') return text;
  const { colours, weight } = lookOf(role);
  const codes = [
    weight,
    span.bold === true && weight?.startsWith('1') !== true ? '1' : undefined,
    span.italic === true ? '3' : undefined,
    span.underlined === true ? '4' : undefined,
    colourOf(colours, depth),
  ].filter((code) => code !== undefined);
  const shown = signs === 'ascii' ? inAscii(text) : text;
  const painted = codes.length === 0 ? shown : `\u001B[${codes.join(';')}m${shown}\u001B[0m`;
  return links && span.link !== undefined ? linked(painted, span.link) : painted;
}

/** Only terminals with many colours get pictures; any other shows an empty place. */
function paintPixels(text: string, { colour, behind }: NonNullable<Span['paint']>, depth: ColourDepth): string {
  if (depth !== 'true' && depth !== '256') return ' '.repeat(textWidth(text));
  const code = depth === 'true' ? rgb : of256;
  const back = behind === undefined ? '' : `;${code(behind).replace('38', '48')}`;
  return `\u001B[${code(colour)}${back}m${text}\u001B[0m`;
}

/** The nearest of xterm's cube of six levels, or of its greys. */
function of256(hex: string): string {
  const levels = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const [red = 0, green = 0, blue = 0] = levels;
  const isGrey = Math.max(...levels) - Math.min(...levels) < 8;
  if (isGrey && red >= 8 && red <= 238) return `38;5;${232 + Math.round((red - 8) / 10)}`;
  const step = (level: number): number => (level < 48 ? 0 : level < 115 ? 1 : Math.floor((level - 35) / 40));
  return `38;5;${16 + step(red) * 36 + step(green) * 6 + step(blue)}`;
}

function colourOf(colours: Look['colours'], depth: ColourDepth): string | undefined {
  return depth === 'none' ? undefined : colours?.[depth === 'true' ? 0 : depth === '256' ? 1 : 2];
}

/** OSC 8 (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda); the text alone when the address is odd. */
function linked(painted: string, address: string): string {
  const [, safe] = /^([!-~]{1,2000})$/.exec(address) ?? [];
  return safe === undefined ? painted : `\u001B]8;;${safe}\u0007${painted}\u001B]8;;\u0007`;
}

export function plainText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

export function lineWidth(line: Line): number {
  return line.reduce((total, { text }) => total + textWidth(text), 0);
}

/** `line` cut to at most `width` columns, with `…` where something is missing. */
export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Span[] = [];
  let left = width;
  for (const span of line) {
    const columns = textWidth(span.text);
    if (columns < left) {
      kept.push(span);
      left -= columns;
      continue;
    }
    // A span that fills the rest exactly is still followed by something: it gives way to the `…`.
    const cut = cutText(columns === left ? `${span.text} ` : span.text, left);
    kept.push({ ...span, text: cut });
    break;
  }
  return kept;
}

/** `line` cut or padded to exactly `width` columns; `right` stands at its right end and wins over `line`. */
export function fitLine(line: Line, width: number, right: Line = []): Line {
  const tail = cutLine(right, width);
  const room = width - lineWidth(tail) - (tail.length > 0 ? 1 : 0);
  const head = cutLine(line, Math.max(0, room));
  const gap = width - lineWidth(head) - lineWidth(tail);
  return [...head, { text: ' '.repeat(Math.max(0, gap)) }, ...tail];
}
