// RTCP: round trips, bytes of the RFCs, limits, garbage; times of reports.
import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../../src/base/bytes.ts';
import { WireError } from '../../../src/base/errors.ts';
import { MAX_NACK_SEQUENCES } from '../../../src/wire/media/nack.ts';
import { compactNtp, msFromNtp, ntpFromMs, reportDelay, roundTripMs } from '../../../src/wire/media/ntp.ts';
import {
  decodeRtcp,
  encodeRtcp,
  MAX_RTCP_BYTES,
  MAX_RTCP_ITEMS,
  MAX_RTCP_PACKETS,
  type ReportBlock,
  type RtcpPacket,
} from '../../../src/wire/media/rtcp.ts';
import { isRtcp, ssrcOf } from '../../../src/wire/media/rtp.ts';

const uint32 = fc.nat(0xffff_ffff);
const report = fc.record<ReportBlock>({
  ssrc: uint32,
  fractionLost: fc.nat(255),
  cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  highestSequence: uint32,
  jitter: uint32,
  lastReport: uint32,
  delaySinceLastReport: uint32,
});
const reports = fc.array(report, { maxLength: 3 });
const ascending = fc
  .tuple(fc.nat(0xffff), fc.uniqueArray(fc.nat(2000), { minLength: 1, maxLength: 60 }))
  .map(([first, steps]) => steps.sort((left, right) => left - right).map((step) => (first + step) & 0xffff));
const packet: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    kind: fc.constant('sender-report' as const),
    ssrc: uint32,
    ntp: fc.record({ seconds: uint32, fraction: uint32 }),
    rtpTimestamp: uint32,
    packetCount: uint32,
    octetCount: uint32,
    reports,
  }),
  fc.record({ kind: fc.constant('receiver-report' as const), ssrc: uint32, reports }),
  fc.record({ kind: fc.constant('bye' as const), ssrcs: fc.array(uint32, { maxLength: 5 }) }),
  fc.record({ kind: fc.constant('nack' as const), ssrc: uint32, mediaSsrc: uint32, sequences: ascending }),
  fc.record({ kind: fc.constant('picture-loss' as const), ssrc: uint32, mediaSsrc: uint32 }),
  fc.record({ kind: fc.constant('receive-limit' as const), ssrc: uint32, mediaSsrc: uint32, bitsPerSecond: uint32 }),
  fc.record({
    kind: fc.constant('shown-size' as const),
    ssrc: uint32,
    mediaSsrc: uint32,
    width: fc.nat(0xffff),
    height: fc.nat(0xffff),
  }),
);
const compound = fc.array(packet, { minLength: 1, maxLength: 5 });

const aReport: ReportBlock = {
  ssrc: 0x0102_0304,
  fractionLost: 0x40,
  cumulativeLost: -2,
  highestSequence: 0x0001_fffe,
  jitter: 9,
  lastReport: 0x1122_3344,
  delaySinceLastReport: 0x0001_0000,
};

describe('a compound RTCP packet', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(compound, (packets) => {
        const bytes = encodeRtcp(packets);
        expect(decodeRtcp(bytes)).toEqual(packets);
        const [first] = packets;
        if (first?.kind === 'bye') return;
        expect(isRtcp(bytes)).toBe(true);
        expect(ssrcOf(bytes)).toBe(first?.ssrc);
      }),
    );
  });

  it.each<[RtcpPacket, string]>([
    [
      { kind: 'receiver-report', ssrc: 0xaabb_ccdd, reports: [aReport] },
      '81c90007aabbccdd0102030440fffffe0001fffe000000091122334400010000',
    ],
    [
      {
        kind: 'sender-report',
        ssrc: 1,
        ntp: { seconds: 2, fraction: 3 },
        rtpTimestamp: 4,
        packetCount: 5,
        octetCount: 6,
        reports: [],
      },
      '80c80006000000010000000200000003000000040000000500000006',
    ],
    [{ kind: 'bye', ssrcs: [1] }, '81cb000100000001'],
    [
      { kind: 'nack', ssrc: 1, mediaSsrc: 2, sequences: [65_535, 0, 15, 16] },
      '81cd0004' + '0000000100000002' + 'ffff8001' + '00100000',
    ],
    [{ kind: 'picture-loss', ssrc: 1, mediaSsrc: 2 }, '81ce00020000000100000002'],
    [
      { kind: 'receive-limit', ssrc: 1, mediaSsrc: 2, bitsPerSecond: 64_000 },
      '80cc0004000000016d6d6368000000020000fa00',
    ],
    [
      { kind: 'shown-size', ssrc: 1, mediaSsrc: 2, width: 160, height: 120 },
      '81cc0004000000016d6d63680000000200a00078',
    ],
  ])('has these bytes: %o', (value, hex) => {
    expect(toHex(encodeRtcp([value]))).toBe(hex);
    expect(decodeRtcp(fromHex(hex))).toEqual([value]);
  });

  it('may have more in it than this version knows', () => {
    const described = '81ca0003000000010103616263000000';
    const otherFeedback = '8fcd00030000000100000002ffffffff';
    const otherLoss = '83ce00020000000100000002';
    const otherApplication = '80cc000300000001414243440000000a';
    const laterApplication = '80cc0005000000016d6d6368000000020000fa00ffffffff';
    const byeWithReason = '81cb0003000000010461626364000000';
    const bye = { kind: 'bye', ssrcs: [1] };
    const bytes = fromHex(
      described +
        otherFeedback +
        otherLoss +
        otherApplication +
        laterApplication +
        '80c80006'.padEnd(56, '0') +
        byeWithReason,
    );
    expect(decodeRtcp(bytes).map(({ kind }) => kind)).toEqual(['receive-limit', 'sender-report', 'bye']);
    expect(decodeRtcp(fromHex(byeWithReason))).toEqual([bye]);
    expect(decodeRtcp(fromHex('a1cb00020000000100000004'))).toEqual([bye]);
  });

  it.each([
    ['nothing', ''],
    ['half a head', '80c9'],
    ['version 1', '40c9000100000001'],
    ['longer than it is', '80c9000200000001'],
    ['shorter than its report', '80c8000100000001'],
    ['shorter than its report blocks', '81c9000100000001'],
    ['shorter than its SSRCs', '82cb000100000001'],
    ['a NACK of nothing', '81cd00020000000100000002'],
    ['feedback about nobody', '81ce000100000001'],
    ['a limit without a number', '80cc0003000000016d6d636800000002'],
    ['padded with nothing', 'a0c9000100000000'],
    ['padded by more than itself', 'a0c9000200000001000000ff'],
    ['padded by half a word', 'a0c9000200000001000000' + '03'],
    ['padded in its middle', 'a1cb0002000000010000000480c9000100000001'],
    ['followed by rubbish', '80c900010000000180'],
  ])('is not %s', (_what, hex) => {
    expect(() => decodeRtcp(fromHex(hex))).toThrow(WireError);
  });

  it('has limits in what it counts', () => {
    const bye = { kind: 'bye', ssrcs: [1] } as const;
    const many = Array.from({ length: MAX_RTCP_PACKETS + 1 }, () => bye);
    expect(decodeRtcp(encodeRtcp(many.slice(1)))).toHaveLength(MAX_RTCP_PACKETS);
    expect(() => encodeRtcp(many)).toThrow(WireError);
    expect(() => encodeRtcp([])).toThrow(WireError);
    expect(() => decodeRtcp(concatBytes(...many.map((one) => encodeRtcp([one]))))).toThrow(WireError);

    const blocks = Array.from({ length: MAX_RTCP_ITEMS + 1 }, () => aReport);
    const full = { kind: 'receiver-report', ssrc: 1, reports: blocks.slice(1) } as const;
    expect(decodeRtcp(encodeRtcp([full]))).toEqual([full]);
    expect(() => encodeRtcp([{ ...full, reports: blocks }])).toThrow(WireError);

    const sequences = Array.from({ length: MAX_NACK_SEQUENCES + 1 }, (_, index) => index);
    const nack = { kind: 'nack', ssrc: 1, mediaSsrc: 2, sequences: sequences.slice(1) } as const;
    expect(decodeRtcp(encodeRtcp([nack]))).toEqual([nack]);
    expect(() => encodeRtcp([{ ...nack, sequences }])).toThrow(WireError);
    expect(() => encodeRtcp([{ ...nack, sequences: [] }])).toThrow(WireError);

    const head = (bytes: number): string => '81cd' + (bytes / 4 - 1).toString(16).padStart(4, '0') + '0'.repeat(16);
    const lies = (bytes: number): Uint8Array => fromHex(head(bytes) + 'f'.repeat(2 * (bytes - 12)));
    expect(() => decodeRtcp(lies(1400))).toThrow(WireError);
    const skipped = (bytes: number): Uint8Array =>
      fromHex(
        head(bytes)
          .replace('81', '82')
          .padEnd(2 * bytes, '0'),
      );
    expect(decodeRtcp(skipped(MAX_RTCP_BYTES))).toEqual([]);
    expect(() => decodeRtcp(skipped(MAX_RTCP_BYTES + 4))).toThrow(WireError);
  });

  it('keeps numbers that are too large within their fields', () => {
    const limit = { kind: 'receive-limit', ssrc: 1, mediaSsrc: 2, bitsPerSecond: 1e12 } as const;
    expect(decodeRtcp(encodeRtcp([limit]))).toEqual([{ ...limit, bitsPerSecond: 0xffff_ffff }]);
    const lost = (cumulativeLost: number): RtcpPacket => ({
      kind: 'receiver-report',
      ssrc: 1,
      reports: [{ ...aReport, cumulativeLost }],
    });
    expect(decodeRtcp(encodeRtcp([lost(1e9)]))).toEqual([lost(0x7f_ffff)]);
    expect(decodeRtcp(encodeRtcp([lost(-1e9)]))).toEqual([lost(-0x80_0000)]);
  });

  it('names lost packets in any order, each at least once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 100 }), (sequences) => {
        const [nack] = decodeRtcp(encodeRtcp([{ kind: 'nack', ssrc: 1, mediaSsrc: 2, sequences }]));
        expect(nack?.kind === 'nack' && new Set(nack.sequences)).toEqual(new Set(sequences));
      }),
    );
  });

  it('of any other bytes is a WireError', () => {
    const mutated = fc
      .tuple(compound, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }), fc.nat())
      .map(([packets, changes, cut]) => {
        const bytes = encodeRtcp(packets);
        for (const [offset, value] of changes) bytes[offset % bytes.length] = value;
        return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        try {
          expect(decodeRtcp(bytes).length).toBeLessThanOrEqual(MAX_RTCP_PACKETS);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('times of reports', () => {
  const now = Date.UTC(2026, 10, 22);

  it('are those of NTP, before and after 2036', () => {
    expect(ntpFromMs(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpFromMs(500.25).fraction).toBe(Math.floor(0.50025 * 2 ** 32));
    const ms = fc.double({ min: 0, max: Date.UTC(2090, 0), noNaN: true });
    fc.assert(
      fc.property(ms, (time) => {
        expect(msFromNtp(ntpFromMs(time))).toBeCloseTo(time, 2);
      }),
    );
  });

  it('show the round trip, through the wrap of the compact form too', () => {
    const wait = fc.double({ min: 0, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), wait, wait, (sent, trip, delay) => {
        const lastReport = compactNtp(ntpFromMs(now + sent));
        if (lastReport === 0) return;
        const block = { lastReport, delaySinceLastReport: reportDelay(delay) };
        const measured = roundTripMs(now + sent + trip + delay, block);
        expect(Math.abs((measured ?? NaN) - trip)).toBeLessThan(0.06);
      }),
    );
  });

  it('that are lies show none', () => {
    const lastReport = compactNtp(ntpFromMs(now));
    expect(roundTripMs(now, { lastReport: 0, delaySinceLastReport: 0 })).toBeUndefined();
    expect(roundTripMs(now + 5, { lastReport, delaySinceLastReport: reportDelay(6) })).toBeUndefined();
    expect(roundTripMs(now, { lastReport: (lastReport + 65_536) >>> 0, delaySinceLastReport: 0 })).toBeUndefined();
    expect(reportDelay(-1)).toBe(0);
    expect(reportDelay(Infinity)).toBe(0xffff_ffff);
  });
});
