// Keys of closed rooms: from a password and the room's name, so that whoever knows both needs nothing else.

import { concatBytes, utf8 } from '../base/bytes.ts';
import { MmchatError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { foldRoomName } from '../state/names.ts';
import { ROOM_KEY_BYTES } from '../wire/limits.ts';
import { stretch } from './stretch.ts';
import { loadWords, wordsOf } from './word-list.ts';

// Part of the protocol: nodes with other numbers have other keys. 32 MiB and about 0.1 s.
const SALT = utf8('mmchat room key 1\n');
const COST = { N: 2 ** 15 } as const;
const PASSWORD_LIMIT_BYTES = 1024;
const SUGGESTED_WORDS = 5;
const SUGGESTION_BYTES = 7;

/**
 * Compatible forms of a character and spellings of the room's name that are one room give one key; case and blanks of the
 * password count.
 *
 * @throws MmchatError `bad-option` for an empty or endless password
 */
export async function deriveRoomKey(password: string, room: string): Promise<Uint8Array> {
  if (password.length > PASSWORD_LIMIT_BYTES) throw tooLong();
  const secret = utf8(password.normalize('NFKC'));
  if (secret.length === 0) throw new MmchatError('bad-option', 'A password can’t be empty.');
  if (secret.length > PASSWORD_LIMIT_BYTES) throw tooLong();
  return stretch(secret, concatBytes(SALT, utf8(foldRoomName(room))), COST, ROOM_KEY_BYTES);
}

/** Five words that can be told by voice: 55 bits, each guess at the cost of a key. */
export async function suggestPassword(random: Random): Promise<string> {
  return wordsOf(random.bytes(SUGGESTION_BYTES), SUGGESTED_WORDS, await loadWords()).join('-');
}

function tooLong(): MmchatError {
  return new MmchatError('bad-option', `A password has at most ${PASSWORD_LIMIT_BYTES} bytes.`);
}
