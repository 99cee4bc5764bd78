// What is said about guests: comes back as it was, has bounds, and gives nothing but WireError when it is wrong.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../src/base/errors.ts';
import { decodeTextBody, encodeTextBody } from '../../src/wire/entry-bodies.ts';
import { decodeFileBody, encodeFileBody, type FileBody } from '../../src/wire/file-bodies.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { PeerMessage as MessageCodec } from '../../src/wire/generated/peer-messages.ts';
import type { GuestText } from '../../src/wire/guest-messages.ts';
import { MAX_GUEST_RECEIPTS, MAX_GUESTS, MAX_ROOMS, MAX_TEXT_BYTES } from '../../src/wire/limits.ts';
import { decodePeerMessage, encodePeerMessage, type PeerMessage } from '../../src/wire/peer-messages.ts';
import { exactly, mutation } from './sample-wire.ts';

const someName = fc.string({ unit: 'binary', maxLength: 16 });
const guestName = fc.string({ unit: 'binary', minLength: 1, maxLength: 16 });

const guestMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  fc
    .record({
      whole: fc.boolean(),
      here: fc.array(fc.record({ name: guestName, rooms: fc.array(someName, { maxLength: 5 }) }), { maxLength: 10 }),
      gone: fc.array(guestName, { maxLength: 10 }),
    })
    .map((guests) => ({ type: 'guests' as const, guests })),
  fc
    .record({
      id: exactly(16),
      from: guestName,
      to: someName,
      text: fc.string({ unit: 'binary', maxLength: 500 }),
      at: fc.maxSafeNat(),
    })
    .map((text) => ({ type: 'guest-text' as const, text })),
  fc
    .array(
      fc.record({
        id: exactly(16),
        guests: fc.array(guestName, { maxLength: 10 }),
        refusal: fc.constantFrom('', 'offline'),
      }),
      { maxLength: 10 },
    )
    .map((receipts) => ({ type: 'guest-receipts' as const, receipts })),
);

const text: GuestText = { id: new Uint8Array(16), from: 'gus', to: '', text: 'hello', at: 1 };
const many = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

function decoded(message: Parameters<typeof MessageCodec.encode>[0]): PeerMessage {
  return decodePeerMessage(MessageCodec.encode(message));
}

describe('messages about guests', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(guestMessage, (message) => {
        expect(decodePeerMessage(encodePeerMessage(message))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('give a WireError or a message that can be encoded again, after any mutation', () => {
    fc.assert(
      fc.property(guestMessage, mutation, (message, mutate) => {
        let again: PeerMessage;
        try {
          again = decodePeerMessage(mutate(encodePeerMessage(message)));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        expect(decodePeerMessage(encodePeerMessage(again))).toEqual(again);
      }),
      { numRuns: 3_000 },
    );
  });

  it('hold what the limits allow, and not one more', () => {
    const guest = { name: 'g', rooms: [] };
    const receipt = { id: new Uint8Array(16), guests: [] as string[], refusal: '' };
    const within: Parameters<typeof MessageCodec.encode>[0][] = [
      { guests: { whole: true, here: many(MAX_GUESTS, guest), gone: many(MAX_GUESTS, 'g') } },
      { guests: { whole: false, here: [{ name: 'ä'.repeat(32), rooms: many(MAX_ROOMS, 'ö'.repeat(32)) }], gone: [] } },
      { guestText: { ...text, text: 'ä'.repeat(MAX_TEXT_BYTES / 2), from: 'x'.repeat(64), to: 'y'.repeat(64) } },
      { guestReceipts: { receipts: many(MAX_GUEST_RECEIPTS, receipt) } },
      { guestReceipts: { receipts: [{ ...receipt, guests: many(MAX_GUESTS, 'n'.repeat(64)) }] } },
    ];
    for (const message of within) {
      expect(MessageCodec.encode(message).length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
      expect(decoded(message).type).toMatch(/^guest/);
    }
    const beyond: Parameters<typeof MessageCodec.encode>[0][] = [
      { guests: { whole: true, here: many(MAX_GUESTS + 1, guest), gone: [] } },
      { guests: { whole: true, here: [], gone: many(MAX_GUESTS + 1, 'g') } },
      { guests: { whole: true, here: [{ name: 'g', rooms: many(MAX_ROOMS + 1, 'r') }], gone: [] } },
      { guests: { whole: true, here: [{ name: 'g', rooms: ['r'.repeat(65)] }], gone: [] } },
      { guests: { whole: true, here: [{ name: 'g'.repeat(65), rooms: [] }], gone: [] } },
      { guests: { whole: true, here: [{ name: '', rooms: [] }], gone: [] } },
      { guests: { whole: true, here: [], gone: [''] } },
      { guestText: { ...text, text: `${'ä'.repeat(MAX_TEXT_BYTES / 2)}x` } },
      { guestText: { ...text, from: '', to: '' } },
      { guestText: { ...text, from: 'x'.repeat(65) } },
      { guestText: { ...text, to: 'x'.repeat(65) } },
      { guestText: { ...text, id: new Uint8Array(15) } },
      { guestText: { ...text, id: new Uint8Array(0) } },
      { guestReceipts: { receipts: many(MAX_GUEST_RECEIPTS + 1, receipt) } },
      { guestReceipts: { receipts: [{ ...receipt, guests: many(MAX_GUESTS + 1, 'n') }] } },
      { guestReceipts: { receipts: [{ ...receipt, guests: [''] }] } },
      { guestReceipts: { receipts: [{ ...receipt, id: new Uint8Array(17) }] } },
      { guestReceipts: { receipts: [{ ...receipt, refusal: 'x'.repeat(65) }] } },
    ];
    for (const message of beyond) expect(() => decoded(message)).toThrow(WireError);
  });

  it('carry what UTF-8 can say: half characters become U+FFFD', () => {
    const message: PeerMessage = { type: 'guest-text', text: { ...text, text: 'a\ud800b', from: 'g\udc00' } };
    expect(decodePeerMessage(encodePeerMessage(message))).toEqual({
      type: 'guest-text',
      text: { ...text, text: 'a\ufffdb', from: 'g\ufffd' },
    });
  });
});

const FILE: FileBody = {
  name: 'plan.pdf',
  kind: 'file',
  size: 10,
  manifestBytes: 0,
  manifestHash: new Uint8Array(0),
  fileCount: 1,
  modifiedAt: 1,
  pieceBytes: 2 ** 20,
  hashPieces: false,
  durationMs: 0,
  waveform: new Uint8Array(0),
};

describe('entries that a super-peer signs for its guests', () => {
  it('name the guest, in a text', () => {
    const body = { text: 'hello', guest: 'gus' };
    expect(decodeTextBody(encodeTextBody(body))).toEqual(body);
    expect(decodeTextBody(encodeTextBody({ text: 'hello', guest: '' }))).toEqual({ text: 'hello' });
    expect(() => decodeTextBody(encodeTextBody({ text: 'hello', guest: 'g'.repeat(65) }))).toThrow(WireError);
  });

  it('name who sends a file, and for whom', () => {
    const given = { ...FILE, guest: 'gus', toGuest: 'kim' };
    expect(decodeFileBody(encodeFileBody(given))).toEqual(given);
    expect(decodeFileBody(encodeFileBody(FILE))).toEqual(FILE);
    expect(() => decodeFileBody(encodeFileBody({ ...FILE, toGuest: 'g'.repeat(65) }))).toThrow(WireError);
    expect(() => decodeFileBody(encodeFileBody({ ...FILE, guest: 'g'.repeat(65) }))).toThrow(WireError);
  });
});
