// Tones and the finding of them, levels, pictures, and how much of what was written is heard.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, toInt16 } from '../../src/media/audio-format.ts';
import { amplitudeAt, medianToneHz } from '../../src/media/goertzel.ts';
import { LevelMeter, levelOf } from '../../src/media/level-meter.ts';
import { OutputFeeder } from '../../src/media/output-feeder.ts';
import { PlaybackPosition } from '../../src/media/playback-position.ts';
import { RawFrames, encodeFrame } from '../../src/media/raw-frames.ts';
import { Tone } from '../../src/media/tone.ts';
import { WAVEFORM_BARS, waveformOf } from '../../src/media/waveform.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };

function toneOf(hz: number, frameCount: number): Float32Array {
  const tone = new Tone(hz);
  const samples = new Float32Array(frameCount * FRAME_SAMPLES);
  for (let index = 0; index < frameCount; index++) samples.set(tone.frame(), index * FRAME_SAMPLES);
  return samples;
}

describe('tones', () => {
  it('are found again, to a hertz', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 3_900 }), (hz) => {
        expect(Math.abs(medianToneHz(toneOf(hz, 10), SPEECH)! - hz)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 10 },
    );
  });

  it('are found in spite of holes and clicks, and not in silence', () => {
    const samples = toneOf(700, 100);
    samples.fill(0, 0, 9_000);
    samples.fill(1, 20_000, 20_050);
    samples.fill(0, 30_000, 30_480);
    expect(medianToneHz(samples, SPEECH)).toBeCloseTo(700, 0);
    expect(medianToneHz(new Float32Array(48_000), SPEECH)).toBeUndefined();
  });

  it('join without a click', () => {
    const samples = toneOf(440, 50);
    const steps = samples.subarray(1).map((sample, at) => Math.abs(sample - samples[at]!));
    expect(Math.max(...steps)).toBeLessThan(0.25 * ((2 * Math.PI * 440) / 48_000) * 1.01);
    expect(amplitudeAt(samples, 440)).toBeCloseTo(0.25, 3);
  });
});

describe('levels', () => {
  it('run from silence to full in decibels', () => {
    const sine = (amplitude: number): Float32Array => toneOf(1_000, 10).map((sample) => sample * 4 * amplitude);
    expect(levelOf(new Float32Array(480))).toBe(0);
    expect(levelOf(new Float32Array())).toBe(0);
    expect(levelOf(sine(1))).toBeCloseTo(1, 3);
    expect(levelOf(sine(10 ** (-30 / 20)))).toBeCloseTo(0.5, 3);
    expect(levelOf(sine(10 ** (-90 / 20)))).toBe(0);
    expect(levelOf(new Float32Array(480).fill(1))).toBe(1);
  });

  it('are measured since the last reading', () => {
    const meter = new LevelMeter();
    expect(meter.read()).toBe(0);
    meter.push(new Float32Array(480).fill(0.5));
    expect(meter.read()).toBeGreaterThan(0.9);
    meter.push(new Float32Array(480));
    expect(meter.read()).toBe(0);
  });
});

describe('waveforms', () => {
  it('show the loudest place of each part', () => {
    const samples = new Int16Array(32 * 100);
    samples[250] = -32_768;
    samples[3_199] = 16_384;
    const bars = waveformOf(samples);
    expect([...bars]).toEqual(
      Array.from({ length: WAVEFORM_BARS }, (_, bar) => (bar === 2 ? 255 : bar === 31 ? 128 : 0)),
    );
  });

  it('have 32 bars, however short the note is', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 100 }), (samples) => {
        const bars = waveformOf(samples);
        expect(bars.length).toBe(WAVEFORM_BARS);
        const loudest = Math.max(0, ...samples.map((sample) => Math.min(32_767, Math.abs(sample))));
        expect(Math.max(...bars)).toBe(loudest >> 7);
      }),
    );
  });
});

describe('raw sound', () => {
  it('becomes the same frames however the stream was cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('f32' as const, 's16' as const),
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 }),
        (encoding, cuts) => {
          const samples = toneOf(500, 5);
          const bytes = encodeFrame(samples, encoding);
          const frames: Float32Array[] = [];
          const raw = new RawFrames(encoding);
          let offset = 0;
          for (const cut of [...cuts, bytes.length]) {
            raw.push(bytes.subarray(offset, offset + cut), (frame) => frames.push(frame));
            offset = Math.min(bytes.length, offset + cut);
          }
          expect(frames.length).toBe(5);
          frames.forEach((frame, index) => {
            const wanted = samples.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES);
            expect(toInt16(frame)).toEqual(toInt16(wanted));
          });
        },
      ),
    );
  });

  it('holds no number that is none', () => {
    const bytes = new Uint8Array(FRAME_SAMPLES * 4).fill(0xff);
    let frame: Float32Array | undefined;
    new RawFrames('f32').push(bytes, (each) => (frame = each));
    expect(frame).toEqual(new Float32Array(FRAME_SAMPLES));
  });
});

describe('what is heard of what was written', () => {
  it('runs with the clock, stands still with nothing to play, and believes the output', () => {
    const position = new PlaybackPosition();
    position.wrote(50, 1_000);
    expect(position.bufferedMs(1_010)).toBe(40);
    position.heard(0, 1_020);
    expect(position.bufferedMs(1_020)).toBe(50);
    expect(position.bufferedMs(5_000)).toBe(0);
    position.wrote(20, 5_000);
    expect(position.bufferedMs(5_005)).toBe(15);
    position.heard(1e9, 5_006);
    expect(position.bufferedMs(5_006)).toBe(0);
    position.wrote(10, 5_006);
    expect(position.bufferedMs(5_006)).toBe(10);
  });

  it('is fed to a target, at the pace at which it is heard', async () => {
    const clock = new VirtualClock();
    const position = new PlaybackPosition();
    const output = {
      write: () => (position.wrote(10, clock.monotonicMs()), true),
      get bufferedMs(): number {
        return position.bufferedMs(clock.monotonicMs());
      },
    };
    let given = 0;
    const next = (): Float32Array | undefined => (given < 80 ? (given++, new Float32Array(480)) : undefined);
    const feeder = new OutputFeeder({ clock, output, targetMs: 40, next });
    expect(given).toBe(4);
    for (let round = 0; round < 70; round++) {
      await clock.advance(10);
      expect(output.bufferedMs).toBeGreaterThanOrEqual(30);
      expect(output.bufferedMs).toBeLessThanOrEqual(50);
    }
    await clock.advance(1_000);
    expect(given).toBe(80);
    expect(output.bufferedMs).toBe(0);
    feeder.stop();
    expect(clock.timerCount).toBe(0);
  });
});
