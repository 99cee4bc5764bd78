// A terminal for a program that wants one: script(1), which Linux and macOS have.

import { spawnSync } from 'node:child_process';

/** The command line that runs another one in a terminal of its own. */
export type TerminalCommand = (command: readonly string[]) => [string, ...string[]];

/** Or a sentence that says why there is none. */
export function terminalCommand(platform: NodeJS.Platform = process.platform): TerminalCommand | string {
  if (platform === 'win32') return 'Without script(1) there is no terminal here for the terminal UI: it was left out.';
  // Without a command it would start a shell and wait for it; an unknown option makes it end at once.
  const { error } = spawnSync('script', ['--version'], { stdio: 'ignore', timeout: 5_000 });
  if (error !== undefined) return 'script(1) is missing, which gives the terminal UI its terminal: it was left out.';
  if (platform === 'darwin') return (command) => ['script', '-q', '/dev/null', ...command];
  return (command) => ['script', '-qfec', `exec ${command.map(quoted).join(' ')}`, '/dev/null'];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
