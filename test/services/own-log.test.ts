// One's own log: entries follow each other by number and by hash, in each conversation apart, and are really signed.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { createSigner, SignatureChecker } from '../../src/base/ed25519.ts';
import { OwnLog } from '../../src/services/own-log.ts';
import { everyoneConversationId, roomConversationId } from '../../src/wire/conversation-id.ts';
import { encodeTextBody } from '../../src/wire/entry-bodies.ts';
import { bodyMatches, decodeEntryHeader, entryIdOf, entrySigningBytes, sha256 } from '../../src/wire/log-entry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const signer = createSigner(new Uint8Array(32).fill(7));
const everyone = everyoneConversationId();
const text = (words: string): Uint8Array => encodeTextBody({ text: words });

function freshLog(seed: number): OwnLog {
  const log = new OwnLog({ signer, clock: new VirtualClock(), network: new Uint8Array(0) });
  log.open(toHex(seededRandom(seed).bytes(16)), []);
  return log;
}

describe('one’s own log', () => {
  it('numbers its entries and names the one before by hash', () => {
    const log = freshLog(1);
    const entries = ['one', 'two', 'three'].map((words, index) => log.append(everyone, index + 1, 'text', text(words)));
    const headers = entries.map(({ entry }) => decodeEntryHeader(entry.header));
    expect(headers.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(headers[0]?.previous.length).toBe(0);
    for (const [index, header] of headers.slice(1).entries())
      expect(toHex(header.previous)).toBe(toHex(sha256(entries[index]?.entry.header ?? new Uint8Array(0))));
    for (const { id, entry } of entries) expect(id).toBe(entryIdOf(sha256(entry.header)));
  });

  it('begins anew in each conversation', () => {
    const log = freshLog(1);
    log.append(everyone, 1, 'text', text('one'));
    const first = log.append(roomConversationId('tea'), 1, 'join', new Uint8Array(0));
    expect(decodeEntryHeader(first.entry.header)).toMatchObject({ sequence: 1, kind: 'join' });
  });

  it('signs what it writes, body and all', () => {
    const { entry } = freshLog(2).append(everyone, 1, 'text', text('mine'));
    const header = decodeEntryHeader(entry.header);
    const checker = new SignatureChecker();
    expect(checker.verify(header.author, entrySigningBytes(entry.header), entry.signature)).toBe(true);
    expect(bodyMatches(header, entry.body)).toBe(true);
    expect(bodyMatches(header, text('yours'))).toBe(false);
    const changed = entry.header.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(checker.verify(header.author, entrySigningBytes(changed), entry.signature)).toBe(false);
  });

  it('goes on where it was, and begins anew under another id', () => {
    const log = freshLog(3);
    const first = log.append(everyone, 1, 'text', text('one'));
    const again = freshLog(3);
    const head = { sequence: first.sequence, hash: first.hash, order: 1 };
    again.open(log.logId, [{ conversation: toHex(everyone), head }]);
    const second = again.append(everyone, 2, 'text', text('two'));
    expect(second.sequence).toBe(2);
    expect(toHex(second.previous)).toBe(toHex(first.hash));
    again.open('ff'.repeat(16), []);
    expect(again.append(everyone, 3, 'text', text('three'))).toMatchObject({ sequence: 1, logId: 'ff'.repeat(16) });
  });
});
