// Signatures: RFC 8032's test vectors, and refusals without exceptions.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { createSigner, SignatureChecker } from '../../src/base/ed25519.ts';

// RFC 8032, section 7.1, tests 1 and 2.
const VECTORS = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

describe('Ed25519', () => {
  it('gives the keys and signatures of the standard', () => {
    for (const { seed, publicKey, message, signature } of VECTORS) {
      const signer = createSigner(fromHex(seed));
      expect(toHex(signer.publicKey)).toBe(publicKey);
      expect(toHex(signer.sign(fromHex(message)))).toBe(signature);
      expect(new SignatureChecker().verify(signer.publicKey, fromHex(message), fromHex(signature))).toBe(true);
    }
  });

  it('says false, and never throws, for anything that is no signature', () => {
    const checker = new SignatureChecker();
    const bytes = fc.uint8Array({ maxLength: 70 });
    const exact = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(fc.oneof(bytes, exact(32)), bytes, fc.oneof(bytes, exact(64)), (key, message, signature) => {
        expect(checker.verify(key, message, signature)).toBe(false);
      }),
    );
    for (const key of [new Uint8Array(32), new Uint8Array(32).fill(0xff)])
      expect(checker.verify(key, new Uint8Array(1), new Uint8Array(64).fill(1))).toBe(false);
  });

  it('does not mix up authors, however many there are', () => {
    const checker = new SignatureChecker();
    const message = new Uint8Array([1]);
    const signers = Array.from({ length: 2_100 }, (_, index) => {
      const seed = new Uint8Array(32);
      new DataView(seed.buffer).setUint32(0, index);
      return createSigner(seed);
    });
    const [first, second] = signers;
    const signature = first!.sign(message);
    // More than are cached.
    for (const signer of signers) expect(checker.verify(signer.publicKey, message, signature)).toBe(signer === first);
    expect(checker.verify(second!.publicKey, message, second!.sign(message))).toBe(true);
  });
});
