// SRTP: what is refused and why, wraps, reordering, replays, floods, and keys that are at their end.
import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { WireError } from '../../../src/base/errors.ts';
import { encodeRtp } from '../../../src/wire/media/rtp.ts';
import { ReplayWindow } from '../../../src/wire/media/replay-window.ts';
import {
  MAX_SRTP_SSRCS,
  RTCP_REPLAY_WINDOW,
  RTP_REPLAY_WINDOW,
  SRTCP_OVERHEAD_BYTES,
  SRTP_OVERHEAD_BYTES,
  SrtpReceiver,
  SrtpSender,
} from '../../../src/wire/media/srtp.ts';

const master = { key: new Uint8Array(16).fill(1), salt: new Uint8Array(12).fill(2) };
const other = { key: new Uint8Array(16).fill(1), salt: new Uint8Array(12).fill(3) };

function rtp(sequence: number, ssrc = 7, payload = new Uint8Array([sequence >>> 8, sequence & 255, 1])): Buffer {
  return encodeRtp({ payloadType: 111, marker: false, sequence: sequence & 0xffff, timestamp: 480, ssrc, payload });
}

function rtcp(ssrc = 7): Buffer {
  const bytes = Buffer.from('80c9000100000000', 'hex');
  bytes.writeUInt32BE(ssrc, 4);
  return bytes;
}

/** Encrypted packets of these sequence numbers, which may go on beyond 65,535. */
function sent(sequences: Iterable<number>, sender = new SrtpSender(master)): Map<number, Buffer> {
  return new Map([...sequences].map((sequence) => [sequence, sender.protect(rtp(sequence))]));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const hexOf = (result: Uint8Array | string): string => (typeof result === 'string' ? result : toHex(result));

describe('an SRTP packet', () => {
  it('comes out as it went in, and shows nothing but its header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(0x7fff), fc.nat(0xffff_ffff), (payload, sequence, ssrc) => {
        const packet = rtp(sequence, ssrc, payload);
        const bytes = new SrtpSender(master).protect(packet);
        expect(bytes.length).toBe(packet.length + SRTP_OVERHEAD_BYTES);
        expect(toHex(bytes.subarray(0, 12))).toBe(toHex(packet.subarray(0, 12)));
        const before = toHex(bytes);
        expect(hexOf(new SrtpReceiver(master).unprotect(bytes))).toBe(toHex(packet));
        expect(toHex(bytes)).toBe(before);
      }),
    );
  });

  it('keeps CSRCs and header extension readable and protected', () => {
    const packet = Buffer.from('91ef0001decafbadcafebabe00000009bede0001112233440102', 'hex');
    const bytes = new SrtpSender(master).protect(packet);
    expect(toHex(bytes.subarray(0, 24))).toBe(toHex(packet.subarray(0, 24)));
    expect(hexOf(new SrtpReceiver(master).unprotect(bytes))).toBe(toHex(packet));
    bytes[21]! ^= 1;
    expect(new SrtpReceiver(master).unprotect(bytes)).toBe('forged');
  });

  it('is refused after a change of any of its bits, and nothing is remembered of it', () => {
    const bytes = new SrtpSender(master).protect(rtp(5));
    const receiver = new SrtpReceiver(master);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >>> 3]! ^= 1 << (bit & 7);
      expect(['forged', 'truncated']).toContain(receiver.unprotect(changed));
    }
    expect(hexOf(receiver.unprotect(bytes))).toBe(toHex(rtp(5)));
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >>> 3]! ^= 1 << (bit & 7);
      expect(['forged', 'truncated', 'too-old', 'replayed']).toContain(receiver.unprotect(changed));
    }
  });

  it('is refused when it is cut, longer, or of somebody with other keys', () => {
    const bytes = new SrtpSender(master).protect(rtp(5));
    const receiver = new SrtpReceiver(master);
    for (let length = 0; length < bytes.length; length++) {
      expect(receiver.unprotect(bytes.subarray(0, length))).toBe(length < 28 ? 'truncated' : 'forged');
    }
    expect(receiver.unprotect(Buffer.concat([bytes, Buffer.from([0])]))).toBe('forged');
    expect(receiver.unprotect(new SrtpSender(other).protect(rtp(5)))).toBe('forged');
    expect(receiver.unprotect(rtp(5))).toBe('truncated');
    expect(receiver.unprotect(new SrtpSender(master).protectRtcp(rtcp()))).toBe('truncated');
  });

  it('is refused for random bytes', () => {
    const receiver = new SrtpReceiver(master);
    const media = fc.tuple(fc.integer({ min: 128, max: 191 }), fc.uint8Array({ minLength: 27, maxLength: 100 }));
    const random = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      media.map(([first, rest]) => Buffer.from([first, ...rest])),
    );
    fc.assert(
      fc.property(random, (bytes) => {
        expect(['truncated', 'forged', 'too-old']).toContain(receiver.unprotect(bytes));
        expect(['truncated', 'forged', 'too-old']).toContain(receiver.unprotectRtcp(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the index of a packet', () => {
  it('goes on through two wraps, in the order of sending', () => {
    const sender = new SrtpSender(master);
    const receiver = new SrtpReceiver(master);
    for (let sequence = 100; sequence < 140_000; sequence += 301) {
      const packet = rtp(sequence);
      expect(hexOf(receiver.unprotect(sender.protect(packet)))).toBe(toHex(packet));
    }
  });

  it('is found in any order around the wrap, once each', () => {
    const first = 65_000;
    const packets = sent(range(first, first + 1000));
    const orders = fc.shuffledSubarray(range(first + 1, first + 1000), { minLength: 300 });
    fc.assert(
      fc.property(orders, (order) => {
        const receiver = new SrtpReceiver(master);
        expect(hexOf(receiver.unprotect(packets.get(first)!))).toBe(toHex(rtp(first)));
        for (const sequence of order)
          expect(hexOf(receiver.unprotect(packets.get(sequence)!))).toBe(toHex(rtp(sequence)));
        for (const sequence of order) expect(receiver.unprotect(packets.get(sequence)!)).toBe('replayed');
      }),
      { numRuns: 20 },
    );
  });

  it('is found after 64,000 lost packets', () => {
    const packets = sent([10, ...range(1, 4).map((step) => 10 + step * 16_000)]);
    const receiver = new SrtpReceiver(master);
    expect(hexOf(receiver.unprotect(packets.get(10)!))).toBe(toHex(rtp(10)));
    expect(hexOf(receiver.unprotect(packets.get(64_010)!))).toBe(toHex(rtp(64_010)));
  });

  it('counts 32 bits of wraps', () => {
    const start = { rolloverCount: 0xffff_fffe };
    const sender = new SrtpSender(master, start);
    const receiver = new SrtpReceiver(master, start);
    for (const sequence of [65_535, 65_536, 65_536 + 30_000, 65_536 + 60_000, 2 * 65_536 - 1])
      expect(hexOf(receiver.unprotect(sender.protect(rtp(sequence))))).toBe(toHex(rtp(sequence)));
    expect(() => sender.protect(rtp(0))).toThrow(expect.objectContaining({ code: 'too-many' }));
    expect(receiver.unprotect(new SrtpSender(master).protect(rtp(0)))).toBe('too-old');
  });
});

describe('the replay window of RTP', () => {
  it('takes each packet once and none that is behind it', () => {
    const packets = sent(range(0, 3000));
    const receiver = new SrtpReceiver(master);
    expect(hexOf(receiver.unprotect(packets.get(3000)!))).toBe(toHex(rtp(3000)));
    const oldest = 3000 - RTP_REPLAY_WINDOW + 1;
    expect(receiver.unprotect(packets.get(oldest - 1)!)).toBe('too-old');
    expect(hexOf(receiver.unprotect(packets.get(oldest)!))).toBe(toHex(rtp(oldest)));
    expect(receiver.unprotect(packets.get(oldest)!)).toBe('replayed');
    expect(receiver.unprotect(packets.get(3000)!)).toBe('replayed');
  });

  it('knows what a set of all indices would know', () => {
    const step = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -100, max: 200 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const window = new ReplayWindow(64);
        const seen = new Set<number>();
        let highest = -1;
        for (const distance of steps) {
          const index = Math.max(0, highest + distance);
          const expected = index <= highest - 64 ? 'too-old' : seen.has(index) ? 'replayed' : 'new';
          expect(window.check(index)).toBe(expected);
          if (expected !== 'new') continue;
          window.mark(index);
          seen.add(index);
          highest = Math.max(highest, index);
          expect(window.highest).toBe(highest);
        }
      }),
    );
  });
});

describe('an SRTCP packet', () => {
  it('comes out as it went in, once', () => {
    const sender = new SrtpSender(master);
    const receiver = new SrtpReceiver(master);
    for (let count = 0; count < 10; count++) {
      const bytes = sender.protectRtcp(rtcp());
      expect(bytes.length).toBe(rtcp().length + SRTCP_OVERHEAD_BYTES);
      expect(hexOf(receiver.unprotectRtcp(bytes))).toBe(toHex(rtcp()));
      expect(receiver.unprotectRtcp(bytes)).toBe('replayed');
    }
  });

  it('is refused after a change of any of its bits, and when it is cut', () => {
    const bytes = new SrtpSender(master).protectRtcp(rtcp());
    const receiver = new SrtpReceiver(master);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >>> 3]! ^= 1 << (bit & 7);
      expect(['forged', 'truncated']).toContain(receiver.unprotectRtcp(changed));
    }
    for (let length = 0; length < bytes.length; length++)
      expect(['forged', 'truncated']).toContain(receiver.unprotectRtcp(bytes.subarray(0, length)));
    expect(hexOf(receiver.unprotectRtcp(bytes))).toBe(toHex(rtcp()));
  });

  it('is refused behind its window', () => {
    const sender = new SrtpSender(master);
    const packets = range(0, RTCP_REPLAY_WINDOW).map(() => sender.protectRtcp(rtcp()));
    const receiver = new SrtpReceiver(master);
    expect(hexOf(receiver.unprotectRtcp(packets[RTCP_REPLAY_WINDOW]!))).toBe(toHex(rtcp()));
    expect(receiver.unprotectRtcp(packets[0]!)).toBe('too-old');
    expect(hexOf(receiver.unprotectRtcp(packets[1]!))).toBe(toHex(rtcp()));
  });

  it('is not encrypted with other keys than the sender has left', () => {
    const sender = new SrtpSender(master, { rtcpIndex: 2 ** 31 - 1 });
    expect(hexOf(new SrtpReceiver(master).unprotectRtcp(sender.protectRtcp(rtcp())))).toBe(toHex(rtcp()));
    expect(() => sender.protectRtcp(rtcp())).toThrow(expect.objectContaining({ code: 'too-many' }));
  });
});

describe('a sender', () => {
  it('never uses an index twice', () => {
    const sender = new SrtpSender(master);
    sender.protect(rtp(65_535));
    sender.protect(rtp(65_536));
    for (const sequence of [65_536, 65_535, 40_000])
      expect(() => sender.protect(rtp(sequence))).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(sender.protect(rtp(65_537))).toBeInstanceOf(Buffer);
  });

  it('encrypts nothing else than RTP and RTCP', () => {
    const sender = new SrtpSender(master);
    for (const bytes of [new Uint8Array(), new Uint8Array(40)]) {
      expect(() => sender.protect(bytes)).toThrow(WireError);
      expect(() => sender.protectRtcp(bytes)).toThrow(WireError);
    }
    expect(() => sender.protect(rtcp())).toThrow(WireError);
    expect(() => sender.protectRtcp(rtp(1))).toThrow(WireError);
  });

  it('has four streams and no more', () => {
    const sender = new SrtpSender(master);
    for (const ssrc of range(1, MAX_SRTP_SSRCS)) {
      sender.protect(rtp(1, ssrc));
      sender.protectRtcp(rtcp(ssrc));
    }
    expect(() => sender.protect(rtp(1, 9))).toThrow(expect.objectContaining({ code: 'too-many' }));
    expect(() => sender.protectRtcp(rtcp(9))).toThrow(expect.objectContaining({ code: 'too-many' }));
    expect(sender.protect(rtp(2, 1))).toBeInstanceOf(Buffer);
  });

  it('is of no use after it was wiped, and refuses keys of a wrong length', () => {
    const sender = new SrtpSender(master);
    sender.wipe();
    sender.wipe();
    expect(() => sender.protect(rtp(1))).toThrow(expect.objectContaining({ code: 'stopped' }));
    expect(() => sender.protectRtcp(rtcp())).toThrow(expect.objectContaining({ code: 'stopped' }));
    expect(() => new SrtpSender({ key: new Uint8Array(15), salt: master.salt })).toThrow(RangeError);
    expect(() => new SrtpSender({ key: master.key, salt: new Uint8Array(14) })).toThrow(RangeError);
    expect([...master.key, ...master.salt].every((byte) => byte === 1 || byte === 2)).toBe(true);
  });
});

describe('a receiver', () => {
  it('remembers four streams; forged ones leave no trace', () => {
    const receiver = new SrtpReceiver(master);
    const stranger = new SrtpSender(other);
    for (const ssrc of range(1, 4)) expect(receiver.unprotect(stranger.protect(rtp(1, ssrc)))).toBe('forged');
    for (const ssrc of range(1, 4)) {
      const sender = new SrtpSender(master);
      expect(hexOf(receiver.unprotect(sender.protect(rtp(1, ssrc))))).toBe(toHex(rtp(1, ssrc)));
      expect(hexOf(receiver.unprotectRtcp(sender.protectRtcp(rtcp(ssrc))))).toBe(toHex(rtcp(ssrc)));
    }
    const sender = new SrtpSender(master);
    expect(receiver.unprotect(sender.protect(rtp(1, 9)))).toBe('unknown-ssrc');
    expect(receiver.unprotectRtcp(sender.protectRtcp(rtcp(9)))).toBe('unknown-ssrc');
  });

  it('refuses everything after it was wiped', () => {
    const receiver = new SrtpReceiver(master);
    receiver.wipe();
    receiver.wipe();
    expect(receiver.unprotect(new SrtpSender(master).protect(rtp(1)))).toBe('wiped');
    expect(receiver.unprotectRtcp(new SrtpSender(master).protectRtcp(rtcp()))).toBe('wiped');
  });
});
