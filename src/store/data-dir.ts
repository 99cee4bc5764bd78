// Where a node keeps what it remembers, by the customs of each platform.

import { mkdir, open, readdir, rm, stat, chmod } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, posix, resolve, win32 } from 'node:path';
import { MmchatError } from '../base/errors.ts';
import { PRIVATE_FILE_MODE } from './durable-file.ts';
import { errorCodeOf, reasonOf } from './file-errors.ts';

/** The file of the node's key in its data folder. */
export const IDENTITY_FILE = 'identity.key';

const FOLDER = 'mmchat-p2p';
const PRIVATE_FOLDER_MODE = 0o700;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the default folders depend on; left out, that of this process. */
export interface FolderCustoms {
  environment?: Environment;
  platform?: NodeJS.Platform;
  home?: string;
}

/** The folder for data: XDG's on Linux and its like (https://specifications.freedesktop.org/basedir-spec/). */
export function defaultDataDir(environment: Environment, platform: NodeJS.Platform, home: string): string {
  return defaultFolder(environment, platform, home, 'XDG_DATA_HOME', ['.local', 'share']);
}

/** The folder for settings written by hand. */
export function defaultConfigDir({ environment, platform, home }: FolderCustoms = {}): string {
  return defaultFolder(environment ?? process.env, platform ?? process.platform, home ?? homedir(), 'XDG_CONFIG_HOME', [
    '.config',
  ]);
}

/** The data folder that these options mean, as an absolute path. It need not exist. */
export function resolveDataDir(
  options: { readonly dataDir?: string },
  { environment, platform, home }: FolderCustoms = {},
): string {
  if (options.dataDir !== undefined) return resolve(options.dataDir);
  return defaultDataDir(environment ?? process.env, platform ?? process.platform, home ?? homedir());
}

/** Where `devices --setup` puts add-ons, and the program looks for them: the same for all data folders. */
export function resolveAddOnsDir({ environment = process.env, platform, home }: FolderCustoms = {}): string {
  const chosen = environment['MMCHAT_ADDONS'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  return join(defaultDataDir(environment, platform ?? process.platform, home ?? homedir()), 'addons');
}

/**
 * Makes the folder if needed, for its owner only, and tries whether it can be written to.
 *
 * @throws MmchatError `data-dir` naming the path and the reason
 */
export async function openDataDir(path: string): Promise<void> {
  const probe = join(path, `.probe-${process.pid}`);
  try {
    await makeFolder(path);
    await closeToOthers(path);
    await (await open(probe, 'w', PRIVATE_FILE_MODE)).close();
    // By force: two of this process may try at once.
    await rm(probe, { force: true });
  } catch (error) {
    throw new MmchatError('data-dir', `The data folder ${path} can't be used: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Also its parents, for their owner only. */
// By hand: mkdir with `recursive` never returns where a folder can't be made although its parent is there (/proc).
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, PRIVATE_FOLDER_MODE);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path, PRIVATE_FOLDER_MODE).catch(ignoreExisting);
    } else if (!(await isFolder(path))) throw error;
  }
}

// Somebody else may have made it in between.
function ignoreExisting(error: unknown): void {
  if (errorCodeOf(error) !== 'EEXIST') throw error;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

// Only folders that are ours: somebody may have named their home, or /tmp, which others have to get into.
async function closeToOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await stat(path);
  if ((mode & 0o077) === 0 || uid !== process.getuid?.()) return;
  const entries = await readdir(path);
  if (entries.length === 0 || entries.includes(IDENTITY_FILE)) await chmod(path, PRIVATE_FOLDER_MODE);
}

function defaultFolder(
  environment: Environment,
  platform: NodeJS.Platform,
  home: string,
  xdgName: string,
  xdgDefault: readonly string[],
): string {
  if (platform === 'win32')
    return win32.join(environment['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'), FOLDER);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', FOLDER);
  const chosen = environment[xdgName];
  // The specification: relative paths are to be ignored.
  const base = chosen !== undefined && posix.isAbsolute(chosen) ? chosen : posix.join(home, ...xdgDefault);
  return posix.join(base, FOLDER);
}
