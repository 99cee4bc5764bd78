// The secret of a closed network, as people keep and copy it.

import { open } from 'node:fs/promises';
import { fromUtf8 } from '../base/bytes.ts';
import { MmchatError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { systemRandom } from '../base/random.ts';
import { reasonOf } from './file-errors.ts';

const NETWORK_KEY_MIN_CHARACTERS = 16;
const FILE_LIMIT_BYTES = 64 * 1024;

// Base32 of RFC 4648 in small letters: no 0, 1, 8, 9 to mistake for o, l, b, g.
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const GROUPS = 8;
const GROUP_LENGTH = 4;

/** A new key: 160 random bits, easy to copy by hand. */
export function generateNetworkKey(random: Random = systemRandom): string {
  // 256 is a multiple of 32: every letter is equally likely.
  const letters = Array.from(random.bytes(GROUPS * GROUP_LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(''),
  ).join('-');
}

/**
 * The key in this file: its text without white space at the ends.
 *
 * @throws MmchatError `bad-network-key` naming the file
 */
export async function readNetworkKey(path: string): Promise<string> {
  const bad = (reason: string, cause?: unknown): MmchatError =>
    new MmchatError('bad-network-key', `The network key file ${path} can't be used: ${reason}.`, { cause });
  let bytes: Uint8Array;
  try {
    bytes = await readStart(path, FILE_LIMIT_BYTES + 1);
  } catch (error) {
    throw bad(reasonOf(error), error);
  }
  if (bytes.length > FILE_LIMIT_BYTES) throw bad('it is larger than 64 KiB');
  let text: string;
  try {
    text = fromUtf8(bytes).trim();
  } catch (error) {
    throw bad('it is not text in UTF-8', error);
  }
  if (Array.from(text).length < NETWORK_KEY_MIN_CHARACTERS) throw bad('a key has 16 characters or more');
  return text;
}

// No more than asked for, also of what has no end (/dev/zero).
async function readStart(path: string, limitBytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(limitBytes);
    let filled = 0;
    while (filled < limitBytes) {
      const { bytesRead } = await file.read(buffer, filled, limitBytes - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}
