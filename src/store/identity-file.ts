// The key that a node is: made once, never overwritten, never silently replaced.

import { createHash } from 'node:crypto';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex, toHex } from '../base/bytes.ts';
import { createSigner, SEED_BYTES } from '../base/ed25519.ts';
import { MmchatError } from '../base/errors.ts';
import { peerIdOfKey } from '../base/peer-id.ts';
import type { Random } from '../base/random.ts';
import type { Identity } from '../contracts/stores.ts';
import { IDENTITY_FILE } from './data-dir.ts';
import { createFile, PRIVATE_FILE_MODE } from './durable-file.ts';
import { errorCodeOf, reasonOf } from './file-errors.ts';

const VERSION_LINE = 'mmchat-p2p identity 1';
// version line, `seed` with 64 hex digits, `check` with the first 16 of SHA-256 over the two lines before.
const FORM = /^(mmchat-p2p identity 1\nseed ([0-9a-f]{64})\n)check ([0-9a-f]{16})\n?$/;
const CHECK_DIGITS = 16;

export interface LoadedIdentity {
  readonly identity: Identity;
  /** It was made just now. */
  readonly created: boolean;
  /** Sentences that a person should read. */
  readonly warnings: readonly string[];
}

/**
 * The identity in this data folder, a new one if there is none. Of several programs that make one at the same time, all
 * get the same.
 *
 * @throws MmchatError `corrupt-identity` when the file is no whole identity, `data-dir` when it can't be read or made
 */
export async function loadOrCreateIdentity(dataDir: string, random: Random): Promise<LoadedIdentity> {
  const path = join(dataDir, IDENTITY_FILE);
  const found = await readIdentityText(path);
  if (found !== undefined)
    return { identity: parseIdentity(path, found), created: false, warnings: await tighten(path) };
  const text = formatIdentity(random.bytes(SEED_BYTES));
  let created: boolean;
  try {
    created = await createFile(path, text, `${process.pid}-${toHex(random.bytes(6))}`);
  } catch (error) {
    throw new MmchatError('data-dir', `The identity file ${path} can't be made: ${reasonOf(error)}.`, { cause: error });
  }
  return { identity: parseIdentity(path, (await readIdentityText(path)) ?? ''), created, warnings: [] };
}

async function readIdentityText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'EISDIR') throw corrupt(path);
    throw new MmchatError('data-dir', `The identity file ${path} can't be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function formatIdentity(seed: Uint8Array): string {
  const checked = `${VERSION_LINE}\nseed ${toHex(seed)}\n`;
  return `${checked}check ${checkOf(checked)}\n`;
}

function parseIdentity(path: string, text: string): Identity {
  const [, checked = '', seedText = '', check] = FORM.exec(text.replace(/\r\n/g, '\n')) ?? [];
  if (check === undefined || check !== checkOf(checked)) throw corrupt(path);
  const seed = fromHex(seedText);
  const { publicKey } = createSigner(seed);
  return { peerId: peerIdOfKey(publicKey), publicKey, seed };
}

function checkOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHECK_DIGITS);
}

function corrupt(path: string): MmchatError {
  return new MmchatError(
    'corrupt-identity',
    `The identity file ${path} is damaged: restore it from a backup, or move it away to start with a new identity.`,
  );
}

// Others on this machine who can read the key can be this person.
async function tighten(path: string): Promise<string[]> {
  if (process.platform === 'win32') return [];
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) === 0) return [];
    await chmod(path, PRIVATE_FILE_MODE);
    return [
      `Other users of this machine could read the identity file ${path}. It is closed to them now; if somebody may have copied it, move it away to start with a new identity.`,
    ];
  } catch (error) {
    return [`Other users of this machine may be able to read the identity file ${path}: ${reasonOf(error)}.`];
  }
}
