// Entries of logs: headers, bodies, what is signed, and conversation ids.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromUtf8, toHex, utf8 } from '../../src/base/bytes.ts';
import { createSigner, SignatureChecker } from '../../src/base/ed25519.ts';
import { WireError } from '../../src/base/errors.ts';
import { everyoneConversationId, privateConversationId, roomConversationId } from '../../src/wire/conversation-id.ts';
import { EntryHeader as HeaderCodec, TextBody as TextCodec } from '../../src/wire/generated/log-entry.ts';
import { MAX_HEADER_BYTES, MAX_TEXT_BYTES } from '../../src/wire/limits.ts';
import { decodeTextBody, encodeTextBody } from '../../src/wire/entry-bodies.ts';
import {
  bodyMatches,
  decodeEntryHeader,
  encodeEntryHeader,
  entryIdOf,
  entrySigningBytes,
  sha256,
} from '../../src/wire/log-entry.ts';
import { entryHeader, exactly, mutation, textBody, unknownFields } from './sample-wire.ts';

function orWireError<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return undefined;
  }
}

const plain = {
  network: new Uint8Array(0),
  conversation: new Uint8Array(16),
  author: new Uint8Array(32),
  logId: new Uint8Array(16),
  sequence: 1,
  previous: new Uint8Array(0),
  order: 1,
  at: 0,
  kind: 'text' as const,
  bodyHash: new Uint8Array(32),
};
/** As the generated codec takes it. */
const raw = { ...plain, version: 1, kind: 1 };

describe('entry headers', () => {
  it('come back as they were, also with appended fields, and fit their limit', () => {
    fc.assert(
      fc.property(entryHeader, unknownFields, (header, extra) => {
        const bytes = encodeEntryHeader(header);
        expect(bytes.length).toBeLessThanOrEqual(250);
        expect(decodeEntryHeader(bytes)).toEqual(header);
        fc.pre(bytes.length + extra.length <= MAX_HEADER_BYTES);
        expect(decodeEntryHeader(concatBytes(bytes, extra))).toEqual(header);
      }),
      { numRuns: 500 },
    );
  });

  it('of unknown kinds are headers of kind unknown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 0xffff_ffff }), (kind) => {
        expect(decodeEntryHeader(HeaderCodec.encode({ ...raw, kind })).kind).toBe('unknown');
      }),
    );
    expect(decodeEntryHeader(HeaderCodec.encode({ ...raw, kind: 0 })).kind).toBe('unknown');
  });

  it('of another version, or with fields that can’t be, are refused', () => {
    const long = new Uint8Array(33);
    const wrong: Parameters<typeof HeaderCodec.encode>[0][] = [
      { ...raw, version: 2 },
      { ...raw, version: 0 },
      { ...raw, network: new Uint8Array(7) },
      { ...raw, conversation: long },
      { ...raw, author: long },
      { ...raw, logId: long },
      { ...raw, sequence: 0 },
      { ...raw, sequence: 2 },
      { ...raw, previous: new Uint8Array(32) },
      { ...raw, sequence: 2, previous: new Uint8Array(31) },
      { ...raw, bodyHash: new Uint8Array(0) },
    ];
    for (const header of wrong) expect(() => decodeEntryHeader(HeaderCodec.encode(header))).toThrow(WireError);
    expect(() => decodeEntryHeader(new Uint8Array(0))).toThrow(WireError);
    const padded = concatBytes(
      HeaderCodec.encode(raw),
      new Uint8Array([0xa2, 0x06, 0xff, 0x07]),
      new Uint8Array(1_023),
    );
    expect(() => decodeEntryHeader(padded)).toThrow(WireError);
  });

  it('give a WireError or a whole header after any mutation, cut or as noise', () => {
    fc.assert(
      fc.property(entryHeader, mutation, (header, mutate) => {
        const decoded = orWireError(() => decodeEntryHeader(mutate(encodeEntryHeader(header))));
        if (decoded !== undefined) expect([decoded.author.length, decoded.bodyHash.length]).toEqual([32, 32]);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(entryHeader, (header) => {
        const bytes = encodeEntryHeader(header);
        // The last field has to be there, whole.
        for (let length = 0; length < bytes.length; length++)
          expect(orWireError(() => decodeEntryHeader(bytes.subarray(0, length)))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(orWireError(() => decodeEntryHeader(bytes))).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('texts', () => {
  it('come back as they were, also with appended fields', () => {
    fc.assert(
      fc.property(textBody, unknownFields, (body, extra) => {
        expect(decodeTextBody(encodeTextBody(body))).toEqual(body);
        expect(decodeTextBody(concatBytes(encodeTextBody(body), extra))).toEqual(body);
      }),
    );
  });

  it('of any UTF-16, halves of characters too, come back as UTF-8 can say them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 300 }), (units) => {
        const text = String.fromCharCode(...units);
        const bytes = encodeTextBody({ text });
        expect(decodeTextBody(bytes).text).toBe(fromUtf8(utf8(text)));
      }),
    );
    expect(decodeTextBody(TextCodec.encode({ text: 'a\ud800', replyTo: new Uint8Array(0) })).text).toBe('a\ufffd');
  });

  it('of bytes that are no UTF-8 give some well-formed text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 127 }), (bytes) => {
        const decoded = orWireError(() => decodeTextBody(concatBytes(new Uint8Array([0x0a, bytes.length]), bytes)));
        expect(decoded?.text).toBeDefined();
        expect(decoded?.text).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are limited in bytes, not characters', () => {
    const longest = 'x'.repeat(MAX_TEXT_BYTES);
    expect(decodeTextBody(encodeTextBody({ text: longest })).text).toBe(longest);
    expect(() => decodeTextBody(encodeTextBody({ text: `${longest}x` }))).toThrow(WireError);
    expect(() => decodeTextBody(encodeTextBody({ text: '€'.repeat(21_846) }))).toThrow(WireError);
    expect(decodeTextBody(encodeTextBody({ text: '€'.repeat(21_845) })).text).toHaveLength(21_845);
    expect(() => decodeTextBody(TextCodec.encode({ text: 'x', replyTo: new Uint8Array(15) }))).toThrow(WireError);
  });

  it('give a WireError or a text after any mutation', () => {
    fc.assert(
      fc.property(
        textBody,
        mutation,
        (body, mutate) => void orWireError(() => decodeTextBody(mutate(encodeTextBody(body)))),
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('signed entries', () => {
  it('any changed bit breaks the signature, and any changed body the hash', () => {
    const signer = createSigner(new Uint8Array(32).fill(7));
    const checker = new SignatureChecker();
    fc.assert(
      fc.property(entryHeader, textBody, fc.nat(), (fields, body, at) => {
        const bodyBytes = encodeTextBody(body);
        const header = encodeEntryHeader({ ...fields, author: signer.publicKey, bodyHash: sha256(bodyBytes) });
        const signature = signer.sign(entrySigningBytes(header));
        const valid = (bytes: Uint8Array, by = signature): boolean =>
          checker.verify(signer.publicKey, entrySigningBytes(bytes), by);
        const flip = (bytes: Uint8Array): Uint8Array => {
          const copy = bytes.slice();
          copy[at % copy.length]! ^= 1 << (at % 8);
          return copy;
        };
        expect(valid(header)).toBe(true);
        expect(valid(flip(header))).toBe(false);
        expect(valid(header, flip(signature))).toBe(false);
        expect(checker.verify(signer.publicKey, header, signature)).toBe(false);
        expect(bodyMatches(decodeEntryHeader(header), bodyBytes)).toBe(true);
        expect(bodyMatches(decodeEntryHeader(header), concatBytes(bodyBytes, new Uint8Array(1)))).toBe(false);
      }),
    );
  });

  it('are named by the first half of the hash of their header', () => {
    const hash = sha256(utf8('header'));
    expect(entryIdOf(hash)).toBe(toHex(hash).slice(0, 32));
  });
});

describe('conversation ids', () => {
  it('are the same from both sides, and differ for everything else', () => {
    fc.assert(
      fc.property(exactly(32), exactly(32), exactly(32), (one, other, third) => {
        const id = toHex(privateConversationId(one, other));
        expect(toHex(privateConversationId(other, one))).toBe(id);
        expect(id).toHaveLength(32);
        fc.pre(toHex(other) !== toHex(third));
        expect(toHex(privateConversationId(one, third))).not.toBe(id);
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        fc.pre(toHex(utf8(one)) !== toHex(utf8(other)));
        expect(toHex(roomConversationId(one))).not.toBe(toHex(roomConversationId(other)));
      }),
    );
  });

  it('never change: they are in everybody’s entries', () => {
    expect(toHex(everyoneConversationId())).toBe(toHex(sha256(utf8('mmchat conversation 1 everyone\n'))).slice(0, 32));
    expect(toHex(roomConversationId('tea'))).toBe(toHex(sha256(utf8('mmchat conversation 1 room\ntea'))).slice(0, 32));
    const [low, high] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
    const pair = concatBytes(utf8('mmchat conversation 1 private\n'), low, high);
    expect(toHex(privateConversationId(high, low))).toBe(toHex(sha256(pair)).slice(0, 32));
  });
});
