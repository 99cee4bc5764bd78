// The programs that the setup runs: npm and node-gyp, without a shell, in an environment in which they do the same everywhere.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findCommand, type Environment } from '../commands.ts';

export interface Tool {
  readonly file: string;
  /** Before its own arguments. */
  readonly args: readonly string[];
}

/** What npm and npx say to the programs that they start, and what would make npm install elsewhere, or nothing. */
const NOT_HANDED_ON =
  /^(?:npm_(?:package|lifecycle)_.*|npm_command|npm_config_(?:local_prefix|global_prefix|prefix|global|location|dry_run|workspaces?|include_workspace_root|ignore_scripts|omit|only|production|package_lock_only|nodedir)|NODE_OPTIONS|INIT_CWD|OPENCV4NODEJS_.*)$/iu;

/** With this very Node.js in front: what is compiled for another one can't be loaded. */
export function toolEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !NOT_HANDED_ON.test(name)) kept[name] = value;
  const pathName = Object.keys(kept).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = [path.dirname(process.execPath), kept[pathName] ?? ''].filter((part) => part !== '');
  return { ...kept, [pathName]: folders.join(path.delimiter), LC_ALL: 'C.UTF-8' };
}

/** The program npm.cmd of Windows would need a shell: there its script is run by this Node.js. */
export function findNpm(env: Environment, platform: NodeJS.Platform = process.platform): Tool | undefined {
  if (platform !== 'win32') {
    const file = findCommand('npm', env);
    return file === undefined ? undefined : { file, args: [] };
  }
  const beside = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const script = [env['npm_execpath'] ?? '', beside].find((each) => each.endsWith('npm-cli.js') && existsSync(each));
  return script === undefined ? undefined : { file: process.execPath, args: [script] };
}

/** The folder whose include/node holds the headers of this Node.js; undefined: node-gyp has to fetch them. */
export function nodeHeaders(
  execPath: string = process.execPath,
  version: string = process.versions.node,
): string | undefined {
  const folder = path.dirname(path.dirname(execPath));
  try {
    const text = readFileSync(path.join(folder, 'include', 'node', 'node_version.h'), 'utf8');
    const number = (part: string): string =>
      new RegExp(`#define NODE_${part}_VERSION (\\d+)`, 'u').exec(text)?.[1] ?? '';
    return ['MAJOR', 'MINOR', 'PATCH'].map(number).join('.') === version ? folder : undefined;
  } catch {
    return undefined;
  }
}
