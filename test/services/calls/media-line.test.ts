// Sound with one other: reports tell both sides how it goes, and nothing that comes can break it.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AudioDecoder } from '../../../src/contracts/codecs.ts';
import type { MediaListener, OutgoingMedia, PreparedMedia } from '../../../src/contracts/media.ts';
import { BLOCK_MS, BLOCK_SAMPLES, FRAME_SAMPLES } from '../../../src/media/audio-format.ts';
import { BITS_PER_SECOND } from '../../../src/media/call/rate-control.ts';
import { Tone } from '../../../src/media/tone.ts';
import { MediaLine } from '../../../src/services/calls/media-line.ts';
import { decodeRtcp, encodeRtcp } from '../../../src/wire/media/rtcp.ts';
import { localAudioCodecs } from '../../../src/codecs/local-audio-codecs.ts';
import { plainCodecs } from '../../support/plain-codecs.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const OWN_SSRC = 1_000;
const THEIR_SSRC = 2_000;

interface OpenLine {
  readonly line: MediaLine;
  readonly sent: OutgoingMedia[];
  readonly control: Uint8Array[];
  readonly told: string[];
  readonly hears: () => MediaListener;
}

/** A line, and a hand on its other end. */
function openLine(
  clock: VirtualClock,
  decoder: () => Promise<AudioDecoder> = () => plainCodecs.decoder(),
  ownSsrc = OWN_SSRC,
  theirSsrc = THEIR_SSRC,
): OpenLine {
  const sent: OutgoingMedia[] = [];
  const control: Uint8Array[] = [];
  const told: string[] = [];
  let listener: MediaListener | undefined;
  const description = {
    key: new Uint8Array(16),
    salt: new Uint8Array(12),
    audioSsrc: ownSsrc,
    videoSsrc: ownSsrc + 1,
    candidates: [],
  };
  const path = { via: 'link' } as const;
  const prepared: PreparedMedia = {
    description,
    discard: () => undefined,
    connect: (_remote, _isControlling, given) => {
      listener = given;
      given.onPath(path);
      return {
        path,
        counters: { packetsSent: 0, bytesSent: 0, packetsReceived: 0, bytesReceived: 0, forged: 0, replayed: 0 },
        send: (_kind, packet) => sent.push(packet) - 1,
        resend: () => false,
        ssrcOf: () => theirSsrc,
        sendControl: (packet) => void control.push(packet),
        setRemoteCandidates: () => undefined,
        close: () => void told.push('closed'),
      };
    },
  };
  const line = new MediaLine({
    clock,
    decoder,
    prepared,
    remote: { ...description, audioSsrc: theirSsrc, videoSsrc: theirSsrc + 1 },
    isControlling: true,
    listener: {
      heard: () => told.push('heard'),
      silent: () => told.push('silent'),
      path: (now) => told.push(now?.via ?? 'none'),
      reported: () => undefined,
    },
    failed: (error) => told.push(String(error)),
  });
  return { line, sent, control, told, hears: () => listener! };
}

function wire(clock: VirtualClock, from: OpenLine, to: OpenLine): () => void {
  let packets = 0;
  let reports = 0;
  return () => {
    for (; packets < from.sent.length; packets++)
      to.hears().onMedia('audio', { ...from.sent[packets]!, sequence: packets }, clock.monotonicMs());
    for (; reports < from.control.length; reports++) to.hears().onControl(from.control[reports]!, clock.monotonicMs());
  };
}

test('two lines: path, first sound, reports, silence, goodbye', async () => {
  const clock = new VirtualClock();
  const far = openLine(clock, undefined, THEIR_SSRC, OWN_SSRC);
  const near = openLine(clock);
  const carry = [wire(clock, near, far), wire(clock, far, near)];
  const encoder = await plainCodecs.encoder();
  const tone = new Tone(440);
  for (let frame = 0; frame < 400; frame++) {
    near.line.send(encoder.encode(tone.frame()), frame * FRAME_SAMPLES);
    for (let half = 0; half < 2; half++) {
      await clock.advance(BLOCK_MS);
      for (const pass of carry) pass();
      far.line.nextBlock();
    }
  }
  expect(near.told).toEqual(['link', 'heard']);
  expect(far.told).toEqual(['link', 'heard']);
  expect(far.line.stats).toMatchObject({ packetsReceived: 400, packetsLost: 0, packetsConcealed: 0 });
  // Whoever says nothing knows how long the way is all the same.
  expect(near.line.stats.rttMs).toBeLessThan(30);
  expect(far.line.stats.rttMs).toBeLessThan(30);
  expect(near.line.stats.bitrate).toBeGreaterThan(500_000);
  await clock.advance(10_000);
  expect(far.told.at(-1)).toBe('silent');
  expect(far.line.isHeard).toBe(false);
  near.line.close();
  near.line.close();
  expect(decodeRtcp(near.control.at(-1)!).map(({ kind }) => kind)).toEqual(['sender-report', 'bye']);
  far.line.close();
  expect(clock.timerCount).toBe(0);
});

test('reports that lie only make oneself send less', async () => {
  const clock = new VirtualClock();
  const { line, hears } = openLine(clock);
  await clock.advance(10);
  const lie = (fractionLost: number, lastReport: number): Uint8Array =>
    encodeRtcp([
      {
        kind: 'receiver-report',
        ssrc: 7,
        reports: [
          {
            ssrc: THEIR_SSRC,
            fractionLost,
            cumulativeLost: 0x7f_ffff,
            highestSequence: 0xffff_ffff,
            jitter: 0xffff_ffff,
            lastReport,
            delaySinceLastReport: 0xffff_ffff,
          },
        ],
      },
    ]);
  for (let index = 0; index < 200; index++) hears().onControl(lie(255, index * 77_777), clock.monotonicMs());
  expect(line.rate).toMatchObject({ bitsPerSecond: BITS_PER_SECOND.least, copies: 2 });
  expect(line.rate.expectedLoss).toBeLessThanOrEqual(1);
  // About a stream that is not ours they say nothing.
  const before = line.rate;
  hears().onControl(encodeRtcp([{ kind: 'bye', ssrcs: [1, 2, 3] }]), clock.monotonicMs());
  expect(line.rate).toEqual(before);
  line.close();
});

test('whatever comes from the other end: nothing throws, nothing grows, and it still works afterwards', async () => {
  // Loaded before time is virtual.
  const codecs = localAudioCodecs();
  (await codecs.decoder()).close();
  const uint32 = fc.nat(0xffff_ffff);
  const packet = fc.record({
    payloadType: fc.oneof(fc.constantFrom(111, 112), fc.nat(127)),
    marker: fc.boolean(),
    timestamp: uint32,
    sequence: fc.nat(0xffff),
    payload: fc.uint8Array({ maxLength: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(packet, fc.uint8Array({ maxLength: 200 })), { maxLength: 60 }),
      fc.boolean(),
      async (items, isClosed) => {
        const clock = new VirtualClock();
        const decoder = await codecs.decoder();
        const { line, hears } = openLine(clock, () => Promise.resolve(decoder));
        await clock.advance(1);
        if (isClosed) line.close();
        for (const item of items) {
          if (item instanceof Uint8Array) hears().onControl(item, clock.monotonicMs());
          else hears().onMedia('audio', item, clock.monotonicMs());
          await clock.advance(5);
          const block = line.nextBlock();
          expect(block).toHaveLength(BLOCK_SAMPLES);
          expect(block.every((sample) => Number.isFinite(sample))).toBe(true);
        }
        const { stats } = line;
        for (const value of Object.values(stats)) expect(Number.isFinite(value) && value >= 0).toBe(true);
        line.close();
        expect(clock.timerCount).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
