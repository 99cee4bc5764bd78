// The terminal UI in a terminal of its own, and what to look for on its screen.

import type { LanHost } from './lan-host.ts';
import { programCommand } from './program.ts';
import { startTerminal, type Terminal } from './tmux.ts';

export interface ChatOptions {
  readonly host: LanHost;
  readonly name: string;
  readonly dataDir: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A terminal that shows colours, and in which `mmchat-p2p` runs as a person starts it: without a command. */
export async function startChat(options: ChatOptions): Promise<Terminal> {
  const { name, dataDir, args = [], environment, ...rest } = options;
  return startTerminal({
    ...rest,
    environment: { COLORTERM: 'truecolor', ...environment },
    command: programCommand(['--name', name, '--data-dir', dataDir, ...args]),
  });
}

/** A line of the conversation: a text, and perhaps who said it before and the delivered mark behind. */
export function line(parts: { author?: string; text: string; delivered?: boolean }): RegExp {
  const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const author = parts.author === undefined ? '' : `${escaped(parts.author)}\\s+`;
  return new RegExp(`${author}${escaped(parts.text)}${parts.delivered === true ? '\\s+.*✓' : ''}`, 'u');
}

/** Colours of text or background in SGR sequences; bold, dim and inverse are none. */
// eslint-disable-next-line no-control-regex -- ESC begins what is looked for
export const COLOUR = /\u001B\[(?:[\d;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][\d;:]*)?m/;
