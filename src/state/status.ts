// The short text that somebody shows beside their name ("in a meeting").

import { utf8 } from '../base/bytes.ts';
import { cleanLine } from '../base/clean-text.ts';
import { MmchatError } from '../base/errors.ts';

/** Bytes of UTF-8; the wire has the same limit. */
export const STATUS_MAX_BYTES = 256;

/**
 * The status to use for what somebody wrote; empty = none.
 *
 * @throws MmchatError `bad-text` when it is too long
 */
export function checkStatus(status: string): string {
  const line = cleanLine(status).trim();
  if (utf8(line).length > STATUS_MAX_BYTES)
    throw new MmchatError('bad-text', `A status has at most ${STATUS_MAX_BYTES} bytes.`);
  return line;
}
