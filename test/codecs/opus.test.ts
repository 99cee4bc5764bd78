// Opus between its two ends, and Opus that strangers made up.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localAudioCodecs } from '../../src/codecs/local-audio-codecs.ts';
import { holdsFrameBefore, samplesOf } from '../../src/codecs/opus-packet.ts';
import { FRAME_SAMPLES, silentFrame } from '../../src/media/audio-format.ts';
import { strongestHz } from '../../src/media/goertzel.ts';
import { Tone } from '../../src/media/tone.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { noiseFrame, powerOf, SyntheticVoice } from './signals.ts';

const codecs = localAudioCodecs();

function joined(frames: readonly Float32Array[]): Float32Array {
  return Float32Array.from(frames.flatMap((frame) => [...frame]));
}

describe('Opus', () => {
  it('gives a tone back, an eighth of its size or less, later by its look-ahead', async () => {
    const [encoder, decoder] = [await codecs.encoder(), await codecs.decoder()];
    const tone = new Tone(440);
    const [sent, heard]: Float32Array[][] = [[], []];
    let bytes = 0;
    for (let index = 0; index < 100; index++) {
      const frame = tone.frame();
      const payload = encoder.encode(frame);
      bytes += payload.length;
      sent?.push(frame);
      heard?.push(decoder.decode(payload));
    }
    const [original, result] = [joined(sent ?? []), joined(heard ?? [])];
    expect(strongestHz(result.subarray(4_800, 9_600), { leastHz: 300, mostHz: 600 })).toBeCloseTo(440, -0.5);
    expect(bytes).toBeLessThan((100 * FRAME_SAMPLES * 2) / 8);
    expect(encoder.lookAheadSamples).toBe(120);
    const difference = original
      .subarray(9_600, 38_400)
      .map((sample, index) => sample - (result[9_600 + index + encoder.lookAheadSamples] ?? 0));
    expect(powerOf(difference)).toBeLessThan(powerOf(original.subarray(9_600, 38_400)) / 100);
    encoder.close();
    decoder.close();
  });

  it('sends nothing for silence nor for what nobody hears, but for a sign of life now and then', async () => {
    const random = seededRandom(1);
    for (const frame of [(): Float32Array => silentFrame(), (): Float32Array => noiseFrame(random, 0.0005)]) {
      const encoder = await codecs.encoder();
      const sizes = Array.from({ length: 300 }, () => encoder.encode(frame()).length);
      expect(sizes.slice(50).filter((size) => size > 0).length).toBeLessThan(15);
      expect(encoder.encode(new Tone(440).frame()).length).toBeGreaterThan(10);
      encoder.close();
    }
  });

  it('spends the bits that it was given', async () => {
    const encoder = await codecs.encoder();
    const random = seededRandom(1);
    const bytesAt = (bitsPerSecond: number): number => {
      encoder.configure({ bitsPerSecond, expectedLoss: 0.05 });
      return Array.from({ length: 100 }, () => encoder.encode(noiseFrame(random, 0.2)).length).reduce((a, b) => a + b);
    };
    for (const rate of [16_000, 48_000, 64_000]) {
      expect(bytesAt(rate) * 8).toBeGreaterThan(rate * 0.7);
      expect(bytesAt(rate) * 8).toBeLessThan(rate * 1.1);
    }
    encoder.configure({ bitsPerSecond: 1e12, expectedLoss: 7 });
    encoder.configure({ bitsPerSecond: -1, expectedLoss: -7 });
    expect(encoder.encode(noiseFrame(random, 0.2)).length).toBeGreaterThan(0);
    encoder.close();
  });

  it('hands out frames that are its receivers own', async () => {
    const [encoder, decoder] = [await codecs.encoder(), await codecs.decoder()];
    const tone = new Tone(440);
    const first = encoder.encode(tone.frame());
    const copy = Uint8Array.from(first);
    encoder.encode(tone.frame());
    expect(first).toEqual(copy);
    const heard = decoder.decode(first);
    const heardCopy = Float32Array.from(heard);
    decoder.decode(encoder.encode(tone.frame()));
    expect(heard).toEqual(heardCopy);
    encoder.close();
    decoder.close();
    encoder.close();
    decoder.close();
  });

  it('makes a frame of sound of anything', async () => {
    const decoder = await codecs.decoder();
    const check = (frame: Float32Array | undefined): void => {
      expect(frame).toHaveLength(FRAME_SAMPLES);
      expect(frame?.every((sample) => Math.abs(sample) <= 4)).toBe(true);
    };
    const before = process.memoryUsage().rss;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.uint8Array({ maxLength: 60 }), (long, short) => {
        for (const payload of [long, short]) {
          const recovered = decoder.recover(payload);
          if (recovered !== undefined) check(recovered);
          check(decoder.decode(payload));
          check(decoder.conceal());
        }
      }),
      { numRuns: 3_000 },
    );
    expect(decoder.malformedPayloads).toBeGreaterThan(1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    // Still a decoder.
    const encoder = await codecs.encoder();
    const tone = new Tone(440);
    const heard = joined(Array.from({ length: 30 }, () => decoder.decode(encoder.encode(tone.frame()))));
    expect(strongestHz(heard.subarray(9_600), { leastHz: 300, mostHz: 600 })).toBeCloseTo(440, -0.5);
    encoder.close();
    decoder.close();
  });

  it('survives true packets with bits turned over', async () => {
    const [encoder, decoder] = [await codecs.encoder(), await codecs.decoder()];
    const random = seededRandom(3);
    for (let round = 0; round < 2_000; round++) {
      const payload = encoder.encode(noiseFrame(random, 0.3));
      for (let flip = 0; flip < 3; flip++) {
        const at = random.below(payload.length);
        payload[at] = (payload[at] ?? 0) ^ (1 << random.below(8));
      }
      expect(decoder.decode(payload)).toHaveLength(FRAME_SAMPLES);
    }
    encoder.close();
    decoder.close();
  });
});

describe('the head of an Opus packet', () => {
  it('tells its length', () => {
    // Speech 10 ms; both, 20 ms; everything, 10 ms, one, two and five frames.
    expect([0x40, 0x68, 0xf0, 0xf1].map((first) => samplesOf(Uint8Array.of(first, 0)))).toEqual([480, 960, 480, 960]);
    expect(samplesOf(Uint8Array.of(0xf3, 5))).toBe(2_400);
    expect(samplesOf(Uint8Array.of(0xe3, 4))).toBe(480);
    expect(samplesOf(new Uint8Array())).toBe(0);
    expect(samplesOf(new Uint8Array(1_501))).toBe(0);
  });

  it('tells whether the frame before is inside', () => {
    expect(holdsFrameBefore(Uint8Array.of(0x40, 0x40))).toBe(true);
    expect(holdsFrameBefore(Uint8Array.of(0x40, 0x80))).toBe(false);
    expect(holdsFrameBefore(Uint8Array.of(0xf0, 0x40))).toBe(false);
    expect(holdsFrameBefore(Uint8Array.of(0x40))).toBe(false);
  });

  it('finds what a sender with error correction put in', async () => {
    const { createEncoder, Application, Signal } = await import('libopus-wasm');
    const encoder = await createEncoder({
      sampleRate: 48_000,
      channels: 1,
      frameSize: FRAME_SAMPLES,
      application: Application.Voip,
      signal: Signal.Voice,
      bitrate: 32_000,
      fec: true,
      packetLossPercent: 20,
    });
    const [decoder, poorDecoder, wholeDecoder] = await Promise.all([1, 2, 3].map(() => codecs.decoder()));
    const voice = new SyntheticVoice();
    const misses = { recovered: 0, concealed: 0 };
    let recovered = 0;
    for (let index = 0; index < 200; index++) {
      const lost = encoder.encodeFloat(voice.frame());
      const next = encoder.encodeFloat(voice.frame());
      const whole = wholeDecoder!.decode(lost);
      const concealed = poorDecoder!.conceal();
      const frame = decoder!.recover(next);
      if (frame === undefined) decoder!.conceal();
      else {
        recovered++;
        misses.recovered += powerOf(whole.map((sample, at) => sample - (frame[at] ?? 0)));
        misses.concealed += powerOf(whole.map((sample, at) => sample - (concealed[at] ?? 0)));
      }
      for (const each of [decoder!, poorDecoder!, wholeDecoder!]) each.decode(next);
    }
    expect(recovered).toBeGreaterThan(50);
    expect(misses.recovered).toBeLessThan(misses.concealed / 1.5);
    encoder.free();
    for (const each of [decoder!, poorDecoder!, wholeDecoder!]) each.close();
  });
});
