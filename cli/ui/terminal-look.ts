// What this terminal can show, by its environment: colours, links, signs beyond ASCII.

export type ColourDepth = 'none' | '16' | '256' | 'true';

export interface TerminalLook {
  readonly colours: ColourDepth;
  readonly signs: 'unicode' | 'ascii';
  /** Knows OSC 8. Others may show the address as rubbish, so only those that surely do. */
  readonly links: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function terminalLookOf(env: Environment): TerminalLook {
  return { colours: colourDepthOf(env), signs: signsOf(env), links: knowsLinks(env) };
}

/** Half blocks in colours. */
export function showsPictures({ colours, signs }: TerminalLook): boolean {
  return (colours === 'true' || colours === '256') && signs === 'unicode';
}

/** See https://no-color.org. */
function colourDepthOf(env: Environment): ColourDepth {
  const term = env['TERM'] ?? '';
  if ((env['NO_COLOR'] ?? '') !== '' || term === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '')) return 'true';
  return /256|kitty|alacritty|ghostty|direct/.test(term) ? '256' : '16';
}

/** The Linux console's font has few signs, and a locale may name another character set. */
function signsOf(env: Environment): TerminalLook['signs'] {
  const locale = env['LC_ALL'] ?? env['LC_CTYPE'] ?? env['LANG'] ?? '';
  const otherCharset = /\.(?!utf-?8)[\w-]+/i.test(locale);
  return env['TERM'] === 'linux' || otherCharset ? 'ascii' : 'unicode';
}

function knowsLinks(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  // What stands between here and the terminal decides.
  if ((env['TMUX'] ?? '') !== '' || /^(screen|tmux|dumb|linux)/.test(term)) return false;
  if (/^(iTerm\.app|WezTerm|vscode|ghostty|Hyper|rio)$/.test(env['TERM_PROGRAM'] ?? '')) return true;
  if (/kitty|ghostty|wezterm|foot|alacritty/.test(term)) return true;
  return (env['WT_SESSION'] ?? '') !== '' || Number(env['VTE_VERSION'] ?? 0) >= 5000;
}

/** Signs of the program that have a plain one of the same width. */
const PLAIN_SIGNS: Readonly<Record<string, string>> = {
  '●': '*',
  '○': 'o',
  '✓': 'v',
  '✗': 'x',
  '⚠': '!',
  '⚿': '%',
  '…': '~',
  '·': '.',
  '›': '>',
  '─': '-',
  '│': '|',
  '┴': '+',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '▏': '|',
  '▌': '|',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '↳': '>',
  '✎': '*',
  '▕': '[',
  '▎': '#',
  '▍': '#',
  '▋': '#',
  '▊': '#',
  '▉': '#',
  '█': '#',
  '▁': '_',
  '▂': '_',
  '▃': '-',
  '▄': '-',
  '▅': '=',
  '▆': '=',
  '▇': '#',
  '▶': '>',
  '⇅': '=',
  '☎': 'C',
  '▣': '#',
  '▤': '=',
  '📎': '@ ',
  '📁': '[]',
  '🎤': '~~',
  '’': "'",
};
const SIGNS = new RegExp(`[${Object.keys(PLAIN_SIGNS).join('')}]`, 'gu');

export function inAscii(text: string): string {
  return text.replace(SIGNS, (sign) => PLAIN_SIGNS[sign] ?? sign);
}
