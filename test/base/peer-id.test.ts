// Peer ids: libp2p's own form, there and back, and no crash on any text.

import '../../src/base/platform.ts';
import { privateKeyFromRaw } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { createSigner } from '../../src/base/ed25519.ts';
import { keyOfPeerId, peerIdOfKey } from '../../src/base/peer-id.ts';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('peer ids', () => {
  it('are those of libp2p', () => {
    fc.assert(
      fc.property(keys, (seed) => {
        const { publicKey } = createSigner(seed);
        const libp2p = peerIdFromPrivateKey(privateKeyFromRaw(concatBytes(seed, publicKey))).toString();
        expect(peerIdOfKey(publicKey)).toBe(libp2p);
        expect(libp2p).toMatch(/^12D3KooW/);
      }),
      { numRuns: 30 },
    );
  });

  it('hold the key', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(keyOfPeerId(peerIdOfKey(key))).toEqual(key);
      }),
    );
  });

  it('of other texts hold none', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom('1', '2', 'A', 'Z', 'a', 'z', 'O', 'I', 'l', '0'),
        minLength: 40,
        maxLength: 60,
      }),
    );
    fc.assert(fc.property(texts, (text) => keyOfPeerId(text) === undefined));
    const id = peerIdOfKey(new Uint8Array(32).fill(1));
    for (const wrong of [`${id}1`, id.slice(0, -1), `Qm${id.slice(2)}`, ` ${id}`, id.toLowerCase()])
      expect(keyOfPeerId(wrong)).toBeUndefined();
  });
});
