// The messages of /mmchat/1 and the presence inside: round trip, tolerance for later versions, and nothing but WireError.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../src/base/bytes.ts';
import { createSigner, SignatureChecker } from '../../src/base/ed25519.ts';
import { WireError } from '../../src/base/errors.ts';
import { PeerMessage as MessageCodec, PresenceState as PresenceCodec } from '../../src/wire/generated/peer-messages.ts';
import {
  decodePeerMessage,
  decodePresenceState,
  encodePeerMessage,
  encodePresenceState,
  presenceSigningBytes,
  type PeerMessage,
  type PresenceState,
} from '../../src/wire/peer-messages.ts';
import { entrySigningBytes } from '../../src/wire/log-entry.ts';
import { hello, mutation, peerMessage, presenceState, unknownFields } from './sample-wire.ts';

function orWireError<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    expect((error as Error).message).toMatch(/\.$/);
    return undefined;
  }
}

const plainHello: Extract<PeerMessage, { type: 'hello' }>['hello'] = {
  version: 1,
  instanceId: new Uint8Array(8),
  listenPort: 9011,
  program: 'x/1',
  connection: 0,
};

describe('peer messages', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(peerMessage, (message) => {
        expect(decodePeerMessage(encodePeerMessage(message))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('have the documented bytes', () => {
    expect(toHex(encodePeerMessage({ type: 'ping', token: 300 }))).toBe('3a0308ac02');
    expect(toHex(encodePeerMessage({ type: 'goodbye' }))).toBe('4a00');
    expect(toHex(encodePeerMessage({ type: 'hello', hello: plainHello }))).toBe(
      '0a14' + '0801' + '12080000000000000000' + '18b346' + '2203782f31',
    );
  });

  it('are the same with fields that a later version appended', () => {
    fc.assert(
      fc.property(peerMessage, unknownFields, unknownFields, (message, before, after) => {
        expect(decodePeerMessage(concatBytes(before, encodePeerMessage(message), after))).toEqual(message);
      }),
      { numRuns: 500 },
    );
    // Inside a message as well.
    fc.assert(
      fc.property(hello, unknownFields, (value, extra) => {
        const inner = concatBytes(encodePeerMessage({ type: 'hello', hello: value }).subarray(2), extra);
        fc.pre(inner.length < 0x4000 && encodePeerMessage({ type: 'hello', hello: value })[1]! < 0x80);
        const length = new Uint8Array([(inner.length & 0x7f) | 0x80, inner.length >> 7]);
        expect(decodePeerMessage(concatBytes(new Uint8Array([0x0a]), length, inner))).toEqual({
          type: 'hello',
          hello: value,
        });
      }),
    );
  });

  it('of a kind that a later version added are unknown, not wrong', () => {
    expect(decodePeerMessage(new Uint8Array([0xa2, 0x06, 2, 1, 2]))).toEqual({ type: 'unknown' });
    expect(decodePeerMessage(new Uint8Array(0))).toEqual({ type: 'unknown' });
  });

  it('that are cut give a WireError or a message, never anything else', () => {
    fc.assert(
      fc.property(peerMessage, (message) => {
        const bytes = encodePeerMessage(message);
        const step = Math.max(1, Math.floor(bytes.length / 200));
        for (let length = 1; length < bytes.length; length += step) {
          const decoded = orWireError(() => decodePeerMessage(bytes.subarray(0, length)));
          // One length-delimited field is all there is: no part of it is a whole.
          expect(decoded).toBeUndefined();
        }
      }),
    );
  });

  it('give a WireError or a message that can be encoded again, after any mutation', () => {
    fc.assert(
      fc.property(peerMessage, mutation, (message, mutate) => {
        const decoded = orWireError(() => decodePeerMessage(mutate(encodePeerMessage(message))));
        if (decoded !== undefined) expect(decodePeerMessage(encodePeerMessage(decoded))).toEqual(decoded);
      }),
      { numRuns: 3_000 },
    );
  });

  it('of noise give a WireError or a message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void orWireError(() => decodePeerMessage(bytes))),
      { numRuns: 3_000 },
    );
  });

  it('keep no more of a frame in memory than what is kept for long', () => {
    const padding = concatBytes(new Uint8Array([0xa2, 0x06, 0xff, 0xff, 0x03]), new Uint8Array(0xffff));
    for (const message of [
      { type: 'hello', hello: plainHello },
      { type: 'presence', presence: { state: new Uint8Array(100), signature: new Uint8Array(64) } },
    ] as const) {
      const decoded = decodePeerMessage(concatBytes(encodePeerMessage(message), padding));
      const kept =
        decoded.type === 'hello'
          ? [decoded.hello.instanceId]
          : decoded.type === 'presence'
            ? [decoded.presence.state, decoded.presence.signature]
            : [];
      expect(kept.length).toBeGreaterThan(0);
      for (const bytes of kept) expect(bytes.buffer.byteLength).toBeLessThan(10_000);
    }
  });

  it('with a port that is none are taken as not dialable', () => {
    const bytes = MessageCodec.encode({ hello: { ...plainHello, listenPort: 70_000 } });
    expect(decodePeerMessage(bytes)).toEqual({ type: 'hello', hello: { ...plainHello, listenPort: 0 } });
  });

  it('with fields of the wrong length are refused', () => {
    const [key, half] = [new Uint8Array(32), new Uint8Array(16)];
    const receipt = { conversation: half, author: key, logId: half, first: 1, last: 2 };
    const wrong: Parameters<typeof MessageCodec.encode>[0][] = [
      { hello: { ...plainHello, instanceId: new Uint8Array(7) } },
      { hello: { ...plainHello, program: 'x'.repeat(65) } },
      { presence: { state: key, signature: new Uint8Array(63) } },
      { presence: { state: new Uint8Array(8_193), signature: new Uint8Array(64) } },
      { digest: { items: [{ author: half, startId: 1, counter: 1, addresses: [] }] } },
      { digest: { items: [{ author: key, startId: 1, counter: 1, addresses: ['x'.repeat(65)] }] } },
      { request: { authors: [half] } },
      { entry: { header: new Uint8Array(1_025), signature: new Uint8Array(64), body: half } },
      { entry: { header: half, signature: new Uint8Array(65), body: half } },
      { receipts: { receipts: [{ ...receipt, conversation: key }] } },
      { receipts: { receipts: [{ ...receipt, author: half }] } },
      { receipts: { receipts: [{ ...receipt, logId: key }] } },
      { receipts: { receipts: [{ ...receipt, first: 0 }] } },
      { receipts: { receipts: [{ ...receipt, first: 3 }] } },
    ];
    for (const message of wrong) expect(() => decodePeerMessage(MessageCodec.encode(message))).toThrow(WireError);
    expect(decodePeerMessage(MessageCodec.encode({ receipts: { receipts: [receipt] } })).type).toBe('receipts');
  });

  it('with numbers above 2^53 - 1 are refused', () => {
    const item = encodePeerMessage({
      type: 'digest',
      items: [{ author: new Uint8Array(32), startId: Number.MAX_SAFE_INTEGER, counter: 0, addresses: [] }],
    });
    const at = item.length - 1;
    expect(item[at]).toBe(0x0f);
    const larger = item.slice().fill(0x1f, at);
    expect(() => decodePeerMessage(larger)).toThrow(WireError);
  });
});

describe('presence', () => {
  it('comes back as it was, also with appended fields', () => {
    fc.assert(
      fc.property(presenceState, unknownFields, (state, extra) => {
        const bytes = encodePresenceState(state);
        fc.pre(bytes.length + extra.length <= 8_192);
        expect(decodePresenceState(bytes)).toEqual(state);
        expect(decodePresenceState(concatBytes(bytes, extra))).toEqual(state);
      }),
    );
  });

  it('gives a WireError or a state that can be encoded again, after any mutation', () => {
    fc.assert(
      fc.property(presenceState, mutation, (state, mutate) => {
        const decoded = orWireError(() => decodePresenceState(mutate(encodePresenceState(state))));
        if (decoded !== undefined) expect(decodePresenceState(encodePresenceState(decoded))).toEqual(decoded);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of noise gives a WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(orWireError(() => decodePresenceState(bytes))).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  const plain: PresenceState = {
    author: new Uint8Array(32),
    network: new Uint8Array(0),
    startId: 1,
    counter: 1,
    name: 'alice',
    status: '',
    rooms: [],
    capabilities: [],
  };

  it('survives text that is no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const state = encodePresenceState({ ...plain, name: '' });
        const name = concatBytes(new Uint8Array([0x2a, bytes.length]), bytes);
        const decoded = orWireError(() => decodePresenceState(concatBytes(state, name)));
        if (decoded === undefined) return;
        expect(decoded.name).not.toMatch(/\p{Surrogate}/u);
        expect(decodePresenceState(encodePresenceState(decoded))).toEqual(decoded);
      }),
      { numRuns: 2_000 },
    );
    // Half of an emoji, as UTF-16 programs make it.
    expect(decodePresenceState(encodePresenceState({ ...plain, name: 'a\ud83d' })).name).toBe('a\ufffd');
    const raw = PresenceCodec.encode({ ...plain, rooms: ['\udc00\ud800'], capabilities: [] });
    expect(decodePresenceState(raw).rooms).toEqual(['\ufffd\ufffd']);
  });

  it('over its limits is refused', () => {
    const many = (count: number): string[] => Array.from({ length: count }, () => 'r');
    const wrong: PresenceState[] = [
      { ...plain, author: new Uint8Array(31) },
      { ...plain, network: new Uint8Array(7) },
      { ...plain, name: 'x'.repeat(65) },
      { ...plain, name: 'ä'.repeat(33) },
      { ...plain, status: 'x'.repeat(257) },
      { ...plain, rooms: many(65) },
      { ...plain, rooms: ['x'.repeat(65)] },
      { ...plain, capabilities: many(17) },
      { ...plain, capabilities: ['x'.repeat(33)] },
    ];
    for (const state of wrong) expect(() => decodePresenceState(encodePresenceState(state))).toThrow(WireError);
    const full = {
      ...plain,
      name: 'x'.repeat(64),
      status: 'x'.repeat(256),
      rooms: Array.from({ length: 64 }, () => 'x'.repeat(64)),
      capabilities: Array.from({ length: 16 }, () => 'x'.repeat(32)),
    };
    expect(decodePresenceState(encodePresenceState(full))).toEqual(full);
  });

  it('is signed in a domain of its own', () => {
    const signer = createSigner(new Uint8Array(32).fill(1));
    const state = encodePresenceState({ ...plain, author: signer.publicKey });
    const signature = signer.sign(presenceSigningBytes(state));
    const checker = new SignatureChecker();
    expect(checker.verify(signer.publicKey, presenceSigningBytes(state), signature)).toBe(true);
    expect(checker.verify(signer.publicKey, entrySigningBytes(state), signature)).toBe(false);
    expect(checker.verify(signer.publicKey, state, signature)).toBe(false);
  });
});
