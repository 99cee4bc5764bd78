// Where the built program is, and the environment that it gets in tests.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const mainPath = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The command line that runs `mmchat-p2p` with these arguments. */
export function programCommand(args: readonly string[]): readonly [string, ...string[]] {
  if (!existsSync(mainPath)) throw new Error(`${mainPath} is missing: run \`npm run build\` first.`);
  return [process.execPath, mainPath, ...args];
}

/** What a program gets of this process's environment: nothing that would configure it, plus what the test wants. */
export function programEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment: Record<string, string> = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...extra };
}
