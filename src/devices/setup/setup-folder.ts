// The folder of one add-on: which steps are done, and that only one setup works in it.

import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { READY_FILE } from '../../base/add-ons.ts';
import { MmchatError } from '../../base/errors.ts';

export type SetupStepName = 'fetch' | 'compile' | 'try';

const STEPS_FILE = 'setup.json';
const LOCK_FILE = 'setup.lock';

export class SetupFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  get logFile(): string {
    return path.join(this.path, 'setup.log');
  }

  /**
   * Makes the folder and holds it while `work` runs.
   *
   * @throws MmchatError `busy`: another setup is in it; `data-dir`: it can't be written
   */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const lock = path.join(this.path, LOCK_FILE);
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      // npm installs into the nearest folder with one.
      await writeFile(path.join(this.path, 'package.json'), '{"private":true}\n');
      if (!(await take(lock))) {
        if (await isHeld(lock)) throw busy(this.path);
        await rm(lock, { force: true });
        if (!(await take(lock))) throw busy(this.path);
      }
    } catch (error) {
      if (error instanceof MmchatError) throw error;
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new MmchatError('data-dir', `The folder ${this.path} can't be written (${reason}).`, { cause: error });
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }

  async doneSteps(): Promise<ReadonlySet<string>> {
    try {
      const read = JSON.parse(await readFile(path.join(this.path, STEPS_FILE), 'utf8')) as { done?: unknown };
      return new Set(Array.isArray(read.done) ? read.done.map(String) : []);
    } catch {
      return new Set();
    }
  }

  async saveDone(done: readonly SetupStepName[]): Promise<void> {
    await this.#write(STEPS_FILE, { done });
  }

  /** From now on the add-on is found. */
  async markReady(version: string): Promise<void> {
    await this.#write(READY_FILE, { version, node: process.version });
  }

  /** What an interrupted installation left. */
  async clear(): Promise<void> {
    for (const name of [READY_FILE, STEPS_FILE, 'node_modules', 'package-lock.json'])
      await rm(path.join(this.path, name), { recursive: true, force: true, maxRetries: 3 });
  }

  async #write(name: string, value: unknown): Promise<void> {
    const file = path.join(this.path, name);
    await writeFile(`${file}.new`, `${JSON.stringify(value)}\n`);
    await rename(`${file}.new`, file);
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** By a process that is still there. */
async function isHeld(lock: string): Promise<boolean> {
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of everything in a folder that grows meanwhile. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const place = path.join(entry.parentPath, entry.name);
    bytes += await stat(place).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

function busy(folder: string): MmchatError {
  return new MmchatError('busy', `Another mmchat-p2p is setting up in ${folder}.`);
}
