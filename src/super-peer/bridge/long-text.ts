// Texts of guests have no limit, those of peers have one: the beginning is said, the whole goes beside it as a file.

import { TEXT_LIMIT_BYTES } from '../../services/chat.ts';

const MARK = '\n[…] The whole text is in the file beside this.';

/** The text itself, or its beginning with a word about the rest. */
export function truncateUtf8(text: string, maxBytes: number = TEXT_LIMIT_BYTES): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes - Buffer.byteLength(MARK);
  // Not inside of a character: its later bytes begin with 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end) + MARK;
}
