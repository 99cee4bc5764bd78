// Arbitrary values of everything that wire/ encodes, and what can happen to their bytes on the way.

import fc from 'fast-check';
import { concatBytes } from '../../src/base/bytes.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { type TextBody } from '../../src/wire/entry-bodies.ts';
import { ENTRY_KIND, type EntryHeader, type EntryKind } from '../../src/wire/log-entry.ts';
import type { DigestItem, Hello, PeerMessage, PresenceState, Receipt } from '../../src/wire/peer-messages.ts';

export const exactly = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const key = exactly(32);
const nothingOr = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(fc.constant(new Uint8Array(0)), exactly(length));
/** Counters up to 2^53 - 1, the ends often. */
const counter = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.constant(Number.MAX_SAFE_INTEGER));
const uint32 = fc.oneof(fc.nat(0xffff_ffff), fc.nat(200), fc.constant(0xffff_ffff));
/** Text of any script that UTF-8 can say, within so many bytes. */
const text = (maxBytes: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: Math.floor(maxBytes / 4) });

export const hello: fc.Arbitrary<Hello> = fc.record({
  version: uint32,
  instanceId: exactly(8),
  listenPort: fc.nat(65_535),
  program: text(64),
  connection: uint32,
});

const digestItem: fc.Arbitrary<DigestItem> = fc.record({
  author: key,
  startId: counter,
  counter,
  addresses: fc.array(text(64), { maxLength: 8 }),
});

const receipt: fc.Arbitrary<Receipt> = fc
  .record({ conversation: exactly(16), author: key, logId: exactly(16), one: counter, other: counter })
  .map(({ one, other, ...rest }) => ({
    ...rest,
    first: Math.max(1, Math.min(one, other)),
    last: Math.max(1, one, other),
  }));

export const presenceState: fc.Arbitrary<PresenceState> = fc.record({
  author: key,
  network: nothingOr(8),
  startId: counter,
  counter,
  name: text(64),
  status: text(256),
  rooms: fc.array(text(64), { maxLength: 64 }),
  capabilities: fc.array(text(32), { maxLength: 16 }),
});

export const entryHeader: fc.Arbitrary<EntryHeader & { kind: EntryKind }> = fc
  .record({
    network: nothingOr(8),
    conversation: exactly(16),
    author: key,
    logId: exactly(16),
    sequence: counter.map((value) => Math.max(1, value)),
    previous: exactly(32),
    order: counter,
    at: counter,
    kind: fc.constantFrom(...(Object.keys(ENTRY_KIND) as EntryKind[])),
    bodyHash: exactly(32),
  })
  .map((header) => ({ ...header, kindNumber: ENTRY_KIND[header.kind] }))
  .map((header) => (header.sequence === 1 ? { ...header, previous: new Uint8Array(0) } : header));

export const textBody: fc.Arbitrary<TextBody> = fc.oneof(
  fc.record({ text: text(2_000) }),
  fc.record({ text: text(2_000), replyTo: exactly(16) }),
);

const signedEntry = fc.record({
  header: fc.uint8Array({ maxLength: 1_024 }),
  signature: exactly(64),
  body: fc.uint8Array({ maxLength: 3_000 }),
});

export const peerMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  hello.map((value) => ({ type: 'hello' as const, hello: value })),
  fc
    .record({ state: fc.uint8Array({ maxLength: 8_192 }), signature: exactly(64) })
    .map((presence) => ({ type: 'presence' as const, presence })),
  fc.array(digestItem, { maxLength: 20 }).map((items) => ({ type: 'digest' as const, items })),
  fc.array(key, { maxLength: 20 }).map((authors) => ({ type: 'request' as const, authors })),
  signedEntry.map((entry) => ({ type: 'entry' as const, entry })),
  fc.array(receipt, { maxLength: 20 }).map((receipts) => ({ type: 'receipts' as const, receipts })),
  uint32.map((token) => ({ type: 'ping' as const, token })),
  uint32.map((token) => ({ type: 'pong' as const, token })),
  fc.constant({ type: 'goodbye' as const }),
  fc.constant({ type: 'unknown' as const }),
);

export const payloads: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.integer({ min: 1, max: MAX_FRAME_BYTES }).map((length) => new Uint8Array(length).fill(length % 251)),
  ),
  { maxLength: 8 },
);

/** A change on the way: bytes flipped, put in, taken out, cut off, or replaced altogether. */
export const mutation: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc
  .array(
    fc.record({
      what: fc.constantFrom('flip', 'insert', 'remove', 'cut', 'repeat', 'huge' as const),
      at: fc.nat(),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => (original) => {
    let bytes = original;
    for (const { what, at: anywhere, bytes: put } of changes) {
      const at = bytes.length === 0 ? 0 : anywhere % (bytes.length + 1);
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      if (what === 'flip') bytes = concatBytes(before, put.subarray(0, 1), after.subarray(1));
      else if (what === 'insert') bytes = concatBytes(before, put, after);
      else if (what === 'remove') bytes = concatBytes(before, after.subarray(put.length));
      else if (what === 'cut') bytes = before;
      else if (what === 'repeat') bytes = concatBytes(before, before, after);
      // A length or number of the largest kind in the middle of things.
      else bytes = concatBytes(before, new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f]), after);
    }
    return bytes;
  });

/** Fields that no version knows, of every wire type, to be put behind a message. */
export const unknownFields: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.record({
      field: fc.integer({ min: 100, max: 2_000 }),
      value: fc.oneof(
        fc.nat(127).map((value) => ({ wireType: 0, bytes: new Uint8Array([value]) })),
        exactly(8).map((bytes) => ({ wireType: 1, bytes })),
        fc
          .uint8Array({ maxLength: 100 })
          .map((bytes) => ({ wireType: 2, bytes: concatBytes(new Uint8Array([bytes.length]), bytes) })),
        exactly(4).map((bytes) => ({ wireType: 5, bytes })),
      ),
    }),
    { maxLength: 6 },
  )
  .map((fields) =>
    concatBytes(
      ...fields.map(({ field, value }) => {
        const tag = field * 8 + value.wireType;
        return concatBytes(new Uint8Array([(tag & 0x7f) | 0x80, (tag >> 7) & 0x7f]), value.bytes);
      }),
    ),
  );
