// WAV files: every form that is read, and files that lie.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, utf8 } from '../../src/base/bytes.ts';
import { MmchatError } from '../../src/base/errors.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, toInt16 } from '../../src/media/audio-format.ts';
import { amplitudeAt, medianToneHz } from '../../src/media/goertzel.ts';
import { parseWav, type WavEncoding } from '../../src/media/wav-format.ts';
import { WavFrames } from '../../src/media/wav-frames.ts';
import { WAV_HEADER_BYTES, encodeWav } from '../../src/media/wav-writer.ts';
import { sampleWav, sine } from './sample-wav.ts';

const ENCODINGS: readonly WavEncoding[] = ['u8', 's16', 's24', 's32', 'f32', 'f64'];
/** Half a step of the coarsest way to write a sample, in each form. */
const STEP: Readonly<Record<WavEncoding, number>> = {
  u8: 2 ** -8,
  s16: 2 ** -16,
  s24: 2 ** -24,
  s32: 2 ** -24,
  f32: 2 ** -24,
  f64: 2 ** -24,
};

function allFrames(bytes: Uint8Array): Float32Array {
  const frames = WavFrames.parse(bytes);
  const samples = new Float32Array(frames.frameCount * FRAME_SAMPLES);
  for (let index = 0; index < frames.frameCount; index++) samples.set(frames.frame(index), index * FRAME_SAMPLES);
  return samples;
}

describe('reading WAV files', () => {
  it('gives the samples of every encoding, plain and extensible, mono and stereo', () => {
    const sample = fc.double({ min: -0.99, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...ENCODINGS),
        fc.boolean(),
        fc.array(fc.tuple(sample, sample), { minLength: 1, maxLength: 1_000 }),
        fc.boolean(),
        (encoding, extensible, pairs, stereo) => {
          const left = pairs.map(([each]) => each);
          const right = pairs.map(([, each]) => each);
          const channels = stereo ? [left, right] : [left];
          const samples = allFrames(sampleWav({ encoding, extensible, channels, sampleRateHz: SAMPLE_RATE_HZ }));
          expect(samples.length).toBe(Math.ceil(pairs.length / FRAME_SAMPLES) * FRAME_SAMPLES);
          const wanted = left.map((each, at) => (stereo ? (each + right[at]!) / 2 : each));
          const worst = Math.max(...wanted.map((each, at) => Math.abs(each - samples[at]!)));
          expect(worst).toBeLessThanOrEqual(STEP[encoding] * 1.01);
          expect(samples.subarray(pairs.length).every((each) => each === 0)).toBe(true);
        },
      ),
    );
  });

  it('brings 64-bit 44.1 kHz, as classic clients record, to 48 kHz', () => {
    const bytes = sampleWav({ encoding: 'f64', sampleRateHz: 44_100, channels: [sine(1_000, 44_100, 44_100)] });
    const frames = WavFrames.parse(bytes);
    expect(frames.durationMs).toBe(1_000);
    expect(frames.frameCount).toBe(100);
    expect(medianToneHz(allFrames(bytes), { leastHz: 100, mostHz: 4_000 })).toBeCloseTo(1_000, 0);
  });

  it('skips chunks that it does not know, of odd length too', () => {
    const channels = [sine(440, 8_000, 100)];
    const before = [
      ['LIST', utf8('who knows')],
      ['JUNK', utf8('even')],
    ] as const;
    const spec = { encoding: 's16', sampleRateHz: 8_000, channels } as const;
    expect(allFrames(sampleWav({ ...spec, before }))).toEqual(allFrames(sampleWav(spec)));
  });

  it('reads to the end what claims to be longer, and what is cut off', () => {
    const channels = [sine(440, SAMPLE_RATE_HZ, 1_000)];
    const bytes = sampleWav({ encoding: 's16', sampleRateHz: SAMPLE_RATE_HZ, channels, claimedBytes: 0xffff_ffff });
    expect(parseWav(bytes).sampleCount).toBe(1_000);
    expect(parseWav(bytes.subarray(0, -1)).sampleCount).toBe(999);
  });

  it('plays silence for what is no number, and clips what is too loud', () => {
    const channels = [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -7, 0.5]];
    const samples = allFrames(sampleWav({ encoding: 'f64', sampleRateHz: SAMPLE_RATE_HZ, channels }));
    expect([...samples.subarray(0, 6)]).toEqual([0, 0, 0, 1, -1, 0.5]);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a text', utf8('RIFF is a word, WAVE is another one')],
    ['no sound', sampleWav({ encoding: 's16', sampleRateHz: 8_000, channels: [[]] }).subarray(0, 36)],
    ['no channel', patched(22, [0, 0])],
    ['a thousand channels', patched(22, [0xe8, 3])],
    ['no rate', patched(24, [0, 0, 0, 0])],
    ['a rate of billions', patched(24, [0xff, 0xff, 0xff, 0xff])],
    ['blocks of no size', patched(32, [0, 0])],
    ['A-law', patched(20, [6, 0])],
    ['12 bits', patched(34, [12, 0])],
  ])('refuses %s with a sentence', (_, bytes) => {
    expect(() => parseWav(bytes)).toThrow(MmchatError);
    expect(() => parseWav(bytes)).toThrow(/^This sound can't be read\. [A-Z].*\.$/);
  });

  it('never throws anything but a sentence, nor holds more than a frame, whatever the bytes are', () => {
    const good = ENCODINGS.map((encoding) =>
      sampleWav({ encoding, sampleRateHz: 44_100, channels: [sine(440, 44_100, 50)], extensible: encoding === 'f64' }),
    );
    const damaged = fc
      .tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }), fc.nat(200))
      .map(([bytes, changes, cut]) => {
        const copy = bytes.slice(0, bytes.length - (cut % 100));
        for (const [place, value] of changes) if (place < copy.length) copy[place] = value;
        return copy;
      });
    let played = 0;
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        try {
          const wav = parseWav(bytes);
          expect(wav.data.buffer).toBe(bytes.buffer);
          expect(wav.sampleCount * wav.blockBytes).toBeLessThanOrEqual(bytes.length);
          const frames = new WavFrames(wav);
          for (const index of [0, frames.frameCount - 1, frames.frameCount]) {
            const frame = frames.frame(index);
            expect(frame.length).toBe(FRAME_SAMPLES);
            expect(frame.every((sample) => sample >= -1 && sample <= 1)).toBe(true);
          }
          played++;
        } catch (error) {
          if (!(error instanceof MmchatError)) throw error;
          expect(error.code).toBe('bad-audio');
        }
      }),
      { numRuns: 2_000 },
    );
    expect(played).toBeGreaterThan(100);
  });

  it('walks through a million empty chunks in no time', () => {
    const empty = concatBytes(utf8('JUNK'), new Uint8Array(4));
    const bytes = new Uint8Array(12 + 8 * 1_000_000);
    bytes.set(utf8('RIFF    WAVE'));
    for (let at = 12; at < bytes.length; at += 8) bytes.set(empty, at);
    expect(() => parseWav(bytes)).toThrow(/no sound/);
  });
});

describe('writing WAV files', () => {
  it('is read back to the last step', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 2_000 }), (samples) => {
        const whole = toInt16(Float32Array.from(samples));
        const bytes = encodeWav(whole);
        expect(bytes.length).toBe(WAV_HEADER_BYTES + 2 * samples.length);
        expect(toInt16(allFrames(bytes)).subarray(0, samples.length)).toEqual(whole);
      }),
    );
  });

  it('has the documented form', () => {
    const header = Buffer.from(encodeWav(new Float32Array(3)).subarray(0, WAV_HEADER_BYTES)).toString('hex');
    expect(header).toBe(
      '524946462a00000057415645666d74201000000001000100' + '80bb000000770100' + '0200100064617461' + '06000000',
    );
  });
});

describe('other rates', () => {
  it.each([8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 88_200, 96_000, 192_000])(
    'from %i Hz a tone stays itself: same height, same loudness, nothing beside it',
    (sampleRateHz) => {
      // A whole number of periods in what is looked at.
      const hz = 1_230;
      const seconds = 0.5;
      const channels = [sine(hz, sampleRateHz, sampleRateHz * seconds)];
      const samples = allFrames(sampleWav({ encoding: 'f32', sampleRateHz, channels }));
      // Without the ends, where the filter looks beyond the file.
      const middle = samples.subarray(4_800, 4_800 + 14_400);
      const amplitude = amplitudeAt(middle, hz);
      expect(amplitude).toBeCloseTo(0.5, 3);
      expect(signalToRestDb(middle, hz)).toBeGreaterThan(70);
    },
  );

  it('drops what 48 kHz can not hold instead of folding it back', () => {
    const channels = [sine(30_000, 96_000, 48_000)];
    const samples = allFrames(sampleWav({ encoding: 'f32', sampleRateHz: 96_000, channels }));
    const middle = samples.subarray(2_400, -2_400);
    expect(Math.max(...middle.map(Math.abs))).toBeLessThan(0.5 * 10 ** (-70 / 20));
  });
});

/** What remains when the best fitting sine is taken away. */
function signalToRestDb(samples: Float32Array, hz: number): number {
  let [inPhase, quadrature] = [0, 0];
  const angle = (at: number): number => (2 * Math.PI * hz * at) / SAMPLE_RATE_HZ;
  samples.forEach((sample, at) => {
    inPhase += (2 * sample * Math.cos(angle(at))) / samples.length;
    quadrature += (2 * sample * Math.sin(angle(at))) / samples.length;
  });
  let [signal, rest] = [0, 0];
  samples.forEach((sample, at) => {
    const wanted = inPhase * Math.cos(angle(at)) + quadrature * Math.sin(angle(at));
    signal += wanted ** 2;
    rest += (sample - wanted) ** 2;
  });
  return 10 * Math.log10(signal / rest);
}

/** A good file with some bytes of its header replaced. */
function patched(offset: number, bytes: readonly number[]): Uint8Array {
  const good = sampleWav({ encoding: 's16', sampleRateHz: 8_000, channels: [sine(440, 8_000, 100)] });
  good.set(bytes, offset);
  return good;
}
