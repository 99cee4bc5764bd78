// Where the built program is, and the environment that it gets in tests.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const mainPath = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The command line that runs `mmchat-p2p` with these arguments. */
export function programCommand(args: readonly string[]): readonly [string, ...string[]] {
  if (!existsSync(mainPath)) throw new Error(`${mainPath} is missing: run \`npm run build\` first.`);
  return [process.execPath, mainPath, ...args];
}

/** This process's environment without what would configure the program, plus what the test wants. */
export function programEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const configures = /^(MMCHAT_|XDG_|TMUX|VITEST|NO_COLOR$|FORCE_COLOR$|CI$|NODE_ENV$)/.test(name);
    if (value !== undefined && !configures) environment[name] = value;
  }
  return { ...environment, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...extra };
}
