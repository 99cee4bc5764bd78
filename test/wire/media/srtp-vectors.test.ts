// SRTP against the vectors of RFC 3711 (B.3) and RFC 7714 (16, 17), and packets that libsrtp made from a master.
import '../../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { deriveSrtpKey } from '../../../src/wire/media/srtp-keys.ts';
import { SrtpReceiver, SrtpSender } from '../../../src/wire/media/srtp.ts';

const hexOf = (result: Uint8Array | string): string => (typeof result === 'string' ? result : toHex(result));

describe('key derivation, RFC 3711 B.3', () => {
  const master = fromHex('e1f97a0d3e018be0d64fa32c06de4139');
  const salt = fromHex('0ec675ad498afeebb6960b3aabe6');

  it.each([
    ['cipher key', 0, 'c61e7a93744f39ee10734afe3ff7a087'],
    ['cipher salt', 2, '30cbbc08863d8c85d49db34a9ae1'],
    [
      'authentication key',
      1,
      'cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef7227098' +
        '6371c10c9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2',
    ],
  ])('%s', (_what, label, expected) => {
    expect(toHex(deriveSrtpKey(master, salt, label, expected.length / 2))).toBe(expected);
  });
});

describe('RFC 7714, from session keys', () => {
  const session = { key: fromHex('000102030405060708090a0b0c0d0e0f'), salt: fromHex('517569642070726f2071756f') };
  const keys = { rtp: session, rtcp: session };
  const rtp = '8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573';
  const srtp =
    '8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833' +
    '899d7f27beb16a9152cf765ee4390cce';
  const rtcp =
    '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef';
  const srtcp =
    '81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded' +
    '0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4';
  const onlyTagged = `${rtcp}841dd9683dd78ec92ae58790125f62b3000005d4`;

  it('16.1.1: SRTP is encrypted', () => {
    expect(toHex(new SrtpSender(keys).protect(fromHex(rtp)))).toBe(srtp);
  });

  it('16.1.2: SRTP is decrypted', () => {
    expect(hexOf(new SrtpReceiver(keys).unprotect(fromHex(srtp)))).toBe(rtp);
  });

  it('17.1: SRTCP is encrypted and decrypted', () => {
    expect(toHex(new SrtpSender(keys, { rtcpIndex: 0x5d4 }).protectRtcp(fromHex(rtcp)))).toBe(srtcp);
    expect(hexOf(new SrtpReceiver(keys).unprotectRtcp(fromHex(srtcp)))).toBe(rtcp);
  });

  it('17.3: SRTCP that is only tagged is not taken', () => {
    expect(new SrtpReceiver(keys).unprotectRtcp(fromHex(onlyTagged))).toBe('forged');
  });
});

describe('packets of libsrtp, from a master', () => {
  const master = { key: fromHex('000102030405060708090a0b0c0d0e0f'), salt: fromHex('a0a1a2a3a4a5a6a7a8a9aaab') };
  const rtp = `800f1234decafbadcafebabe${'ab'.repeat(16)}`;
  const srtp = '800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392';
  const rtcp = `81c8000bcafebabe${'ab'.repeat(16)}`;
  const srtcp = '81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001';

  it('SRTP', () => {
    expect(toHex(new SrtpSender(master).protect(fromHex(rtp)))).toBe(srtp);
    expect(hexOf(new SrtpReceiver(master).unprotect(fromHex(srtp)))).toBe(rtp);
  });

  it('SRTCP', () => {
    const sender = new SrtpSender(master);
    sender.protectRtcp(fromHex(rtcp));
    expect(toHex(sender.protectRtcp(fromHex(rtcp)))).toBe(srtcp);
    expect(hexOf(new SrtpReceiver(master).unprotectRtcp(fromHex(srtcp)))).toBe(rtcp);
  });
});
