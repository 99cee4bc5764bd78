// Pictures between two: what liars can do with packets, requests and reports, and what it costs.

import '../../../src/base/platform.ts';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MediaKind, MediaSession, OutgoingMedia } from '../../../src/contracts/media.ts';
import type { VideoCodecName } from '../../../src/contracts/video.ts';
import type { PictureSize } from '../../../src/media/video/picture-size.ts';
import { VideoLine } from '../../../src/services/calls/video-line.ts';
import { decodeRtcp, type ReportBlock, type RtcpPacket } from '../../../src/wire/media/rtcp.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const OWN_VIDEO = 12;
const THEIR = { audioSsrc: 21, videoSsrc: 22 } as const;

class Session implements MediaSession {
  readonly path = { via: 'link' } as const;
  readonly counters = {
    packetsSent: 0,
    bytesSent: 0,
    packetsReceived: 0,
    bytesReceived: 0,
    forged: 0,
    replayed: 0,
  };
  readonly sent: { readonly kind: MediaKind; readonly packet: OutgoingMedia; readonly sequence: number }[] = [];
  readonly control: RtcpPacket[] = [];
  resent = 0;

  send(kind: MediaKind, packet: OutgoingMedia): number {
    const sequence = this.sent.length & 0xffff;
    this.sent.push({ kind, packet, sequence });
    return sequence;
  }
  resend(_kind: MediaKind, sequence: number): boolean {
    if (sequence >= this.sent.length) return false;
    this.resent += 1;
    return true;
  }
  ssrcOf(kind: MediaKind): number {
    return kind === 'audio' ? OWN_VIDEO - 1 : OWN_VIDEO;
  }
  sendControl(packet: Uint8Array): void {
    this.control.push(...decodeRtcp(packet));
  }
  setRemoteCandidates(): void {
    // Not asked for here.
  }
  close(): void {
    // Nothing is open.
  }
}

interface World {
  readonly clock: VirtualClock;
  readonly session: Session;
  readonly line: VideoLine;
  readonly seen: { pictures: number; keyFramesWanted: number; reports: number };
}

function world(codec: VideoCodecName | undefined = 'h264', shownSize?: () => PictureSize | undefined): World {
  const clock = new VirtualClock();
  const session = new Session();
  const seen = { pictures: 0, keyFramesWanted: 0, reports: 0 };
  const line = new VideoLine({
    clock,
    session,
    theirSsrcs: THEIR,
    codec,
    source: { width: 640, height: 480, framesPerSecond: 30 },
    profile: 'camera',
    firstTimestamp: 0xffff_0000,
    roundTripMs: () => undefined,
    ...(shownSize === undefined ? {} : { shownSize }),
    listener: {
      picture: () => void (seen.pictures += 1),
      keyFrameWanted: () => void (seen.keyFramesWanted += 1),
      reported: () => void (seen.reports += 1),
    },
  });
  return { clock, session, line, seen };
}

/** Of a JPEG with this number of bytes in all, from an offset. */
function fragment(total: number, offset: number, bytes: number): Uint8Array {
  const payload = Buffer.alloc(12 + bytes, 7);
  payload.writeUInt32BE(offset, 0);
  payload[0] = 1;
  payload.writeUInt32BE(total, 4);
  return payload;
}

function block(change: Partial<ReportBlock> = {}): ReportBlock {
  return {
    ssrc: OWN_VIDEO,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 0,
    jitter: 0,
    lastReport: 0,
    delaySinceLastReport: 0,
    ...change,
  };
}

async function sendPictures({ clock, line }: World, count: number, codec: VideoCodecName): Promise<void> {
  const bytes =
    codec === 'jpeg'
      ? randomBytes(5_000)
      : Buffer.concat([Buffer.from([0, 0, 0, 1, 0x65, 0x88]), Buffer.alloc(5_000, 9)]);
  for (let index = 0; index < count; index++) {
    line.send({ bytes, isKeyFrame: true, width: 640, height: 480 }, clock.monotonicMs());
    await clock.advance(33);
  }
}

test('10,000 fragments of pictures that never become whole: what is asked for is bounded, and nothing is shown', async () => {
  const { clock, session, line, seen } = world();
  const before = process.memoryUsage().arrayBuffers;
  for (let index = 0; index < 10_000; index++) {
    const packet = { payloadType: 97, marker: false, timestamp: index * 90, payload: fragment(2_000_000, 0, 600) };
    line.onMedia({ ...packet, sequence: (index * 3) & 0xffff }, clock.monotonicMs());
    if (index % 20 === 0) await clock.advance(1);
  }
  await clock.advance(5_000);
  expect(seen.pictures).toBe(0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  const asked = session.control.filter(({ kind }) => kind === 'nack').length;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(1_000);
  expect(session.control.filter(({ kind }) => kind === 'picture-loss')).toEqual([]);
  // Nobody is asked for ever.
  expect(clock.timerCount).toBe(0);
  line.close();
});

test('any packets at all do no harm', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          payloadType: fc.constantFrom(96, 97, 98),
          marker: fc.boolean(),
          sequence: fc.nat(0xffff),
          timestamp: fc.nat(0xffff_ffff),
          payload: fc.uint8Array({ maxLength: 1_600 }),
        }),
        { maxLength: 60 },
      ),
      (packets) => {
        const { clock, line } = world();
        for (const packet of packets) line.onMedia(packet, clock.monotonicMs());
        line.needsKeyFrame();
        expect(line.stats.packetsReceived).toBeLessThanOrEqual(packets.length);
        line.close();
      },
    ),
    { numRuns: 60 },
  );
});

test('a flood of requests for lost packets is answered within bounds', async () => {
  const here = world('jpeg');
  await sendPictures(here, 30, 'jpeg');
  const { clock, session, line } = here;
  const all = Array.from({ length: 150 }, (_, index) => index);
  for (let index = 0; index < 5_000; index++) {
    line.onReport({ kind: 'nack', ssrc: THEIR.videoSsrc, mediaSsrc: OWN_VIDEO, sequences: all }, clock.monotonicMs());
    await clock.advance(1);
  }
  expect(session.resent).toBeGreaterThan(100);
  // 1,500 a second, and what was saved up before.
  expect(session.resent).toBeLessThanOrEqual(6 * 1_500);
  // About somebody else's pictures: nothing.
  const { resent } = session;
  line.onReport({ kind: 'nack', ssrc: 1, mediaSsrc: 99, sequences: all }, clock.monotonicMs());
  expect(session.resent).toBe(resent);
  line.close();
});

test('a flood of requests for key frames brings few', async () => {
  const here = world('h264');
  await sendPictures(here, 3, 'h264');
  const { clock, line, seen } = here;
  for (let index = 0; index < 3_000; index++) {
    line.onReport({ kind: 'picture-loss', ssrc: THEIR.videoSsrc, mediaSsrc: OWN_VIDEO }, clock.monotonicMs());
    await clock.advance(1);
  }
  expect(seen.keyFramesWanted).toBeGreaterThan(1);
  expect(seen.keyFramesWanted).toBeLessThanOrEqual(11);
  line.close();
});

test('lies in reports stay within bounds: of rates, sizes, round trips and waiting', async () => {
  const uint32 = fc.nat(0xffff_ffff);
  const lies = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('sender-report' as const),
        ssrc: fc.constantFrom(THEIR.audioSsrc, THEIR.videoSsrc, 5),
        ntp: fc.record({ seconds: uint32, fraction: uint32 }),
        rtpTimestamp: uint32,
        packetCount: uint32,
        octetCount: uint32,
        reports: fc.array(
          fc
            .record({ fractionLost: fc.nat(255), jitter: uint32, lastReport: uint32, delaySinceLastReport: uint32 })
            .map((change) => block(change)),
          { maxLength: 2 },
        ),
      }),
      fc.record({
        kind: fc.constant('receive-limit' as const),
        ssrc: fc.constant(THEIR.videoSsrc),
        mediaSsrc: fc.constantFrom(OWN_VIDEO, 5),
        bitsPerSecond: uint32,
      }),
      fc.record({ kind: fc.constant('bye' as const), ssrcs: fc.array(uint32, { maxLength: 3 }) }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(lies, async (packets) => {
      const here = world('jpeg');
      const { clock, line } = here;
      for (const packet of packets) {
        await sendPictures(here, 1, 'jpeg');
        line.onReport(packet, clock.monotonicMs());
        line.lipSync.audioHeard(clock.monotonicMs() * 48, clock.monotonicMs());
        const setting = line.rate!.setting;
        expect(setting.bitsPerSecond).toBeGreaterThanOrEqual(200_000);
        expect(setting.bitsPerSecond).toBeLessThanOrEqual(24_000_000);
        expect(setting.framesPerSecond).toBeGreaterThanOrEqual(5);
        const waits = line.lipSync.showAtMs(0x1234_5678, clock.monotonicMs()) - clock.monotonicMs();
        expect(waits).toBeGreaterThanOrEqual(0);
        expect(waits).toBeLessThanOrEqual(250);
        expect(line.stats.rttMs ?? 0).toBeGreaterThanOrEqual(0);
      }
      line.close();
      expect(here.clock.timerCount).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('bad news are told at once, good ones once a second by the sound', async () => {
  const { clock, session, line } = world(undefined);
  const receive = async (sequence: number): Promise<void> => {
    const packet = { payloadType: 97, marker: true, timestamp: sequence * 900, payload: fragment(600, 0, 600) };
    line.onMedia({ ...packet, sequence }, clock.monotonicMs());
    await clock.advance(5);
  };
  await clock.advance(1_000);
  for (let index = 0; index < 200; index++) await receive(index);
  expect(session.control.filter(({ kind }) => kind === 'receiver-report')).toEqual([]);
  expect(line.reports()).toMatchObject([
    { kind: 'receiver-report', reports: [{ ssrc: THEIR.videoSsrc, fractionLost: 0 }] },
  ]);
  // Now only every third comes.
  await clock.advance(1_000);
  for (let index = 200; index < 500; index += 3) await receive(index);
  const told = session.control.flatMap((packet) => (packet.kind === 'receiver-report' ? packet.reports : []));
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThanOrEqual(4);
  expect(told[0]?.fractionLost).toBeGreaterThan(100);
  line.close();
});

test('how large theirs are seen is said with each report, and taken back', async () => {
  let size: { width: number; height: number } | undefined;
  const { clock, line } = world('h264', () => size);
  const said = (): RtcpPacket[] => line.reports().filter(({ kind }) => kind === 'shown-size');
  size = { width: 96, height: 72 };
  // Nothing has come from them.
  expect(said()).toEqual([]);
  line.onMedia(
    { payloadType: 97, marker: true, timestamp: 0, sequence: 0, payload: fragment(600, 0, 600) },
    clock.monotonicMs(),
  );
  await clock.advance(5);
  const head = { kind: 'shown-size', ssrc: OWN_VIDEO, mediaSsrc: THEIR.videoSsrc };
  expect(said()).toEqual([{ ...head, ...size }]);
  size = undefined;
  expect(said()).toEqual([{ ...head, width: 0xffff, height: 0xffff }]);
  line.close();
});

test('a size that is said to change all the time changes once a second', () => {
  const { line, seen } = world();
  for (let nowMs = 0; nowMs < 10_000; nowMs++) {
    const side = 100 + (nowMs % 50);
    line.onReport({ kind: 'shown-size', ssrc: 1, mediaSsrc: OWN_VIDEO, width: side, height: side }, nowMs);
  }
  expect(seen.reports).toBe(10);
  line.onReport({ kind: 'shown-size', ssrc: 1, mediaSsrc: OWN_VIDEO, width: 96, height: 72 }, 12_000);
  expect(line.rate?.setting).toMatchObject({ width: 160, height: 120 });
  // Of another stream.
  line.onReport({ kind: 'shown-size', ssrc: 1, mediaSsrc: 99, width: 600, height: 600 }, 20_000);
  expect(line.rate?.setting).toMatchObject({ width: 160, height: 120 });
  line.close();
});
