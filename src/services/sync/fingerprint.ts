// One hash that says whether two people have the same of a conversation. It does not look at floors: who came late and
// holds only the end of a log is in sync with who holds all of it.

import { toHex, utf8 } from '../../base/bytes.ts';
import type { LogSummary } from '../../contracts/history.ts';
import { FINGERPRINT_BYTES } from '../../wire/limits.ts';
import { sha256 } from '../../wire/log-entry.ts';
import { subtractRanges } from './ranges.ts';

/** 32 hex digits. */
export type Fingerprint = string;

/**
 * src/wire/README.md has the form of the lines.
 *
 * @param doubts lines that only one's own can have: nobody has the same
 */
export function conversationFingerprint(logs: readonly LogSummary[], doubts: readonly string[] = []): Fingerprint {
  return hashLines([...logs.map(logLine), ...doubts]);
}

/** Over all conversations that two people share, each with its fingerprint. */
export function sharedFingerprint(
  conversations: Iterable<readonly [id: string, fingerprint: Fingerprint]>,
): Fingerprint {
  return hashLines(Array.from(conversations, ([id, fingerprint]) => `${id} ${fingerprint}`));
}

function logLine({ author, logId, floor, ranges, head, forkMark }: LogSummary): string {
  // Which of two heads is "the" head of a forked log is no matter of what one has: the mark says it all.
  const hash = forkMark === '' ? toHex(head.hash) : '-';
  const gaps = subtractRanges([{ first: Math.min(floor, head.sequence), last: head.sequence }], ranges);
  const gapText = gaps.map(({ first, last }) => `${first}-${last}`).join(',');
  return `${author} ${logId} ${head.sequence} ${hash} ${forkMark} ${gapText}`;
}

function hashLines(lines: string[]): Fingerprint {
  return toHex(sha256(utf8(lines.sort().join('\n'))).subarray(0, FINGERPRINT_BYTES));
}
