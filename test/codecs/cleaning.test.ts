// What takes echo and noise away, measured on sounds whose parts are known.

import '../../src/base/platform.ts';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { localAudioCodecs } from '../../src/codecs/local-audio-codecs.ts';
import { FRAME_SAMPLES, silentFrame } from '../../src/media/audio-format.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { decibels, noiseFrame, powerOf, SyntheticVoice } from './signals.ts';

const codecs = localAudioCodecs();
const ECHO_DELAY_SAMPLES = 30 * 48;

describe('the echo canceller', () => {
  it('takes 18 dB and more off an echo, and lets a voice pass', async () => {
    const canceller = await codecs.echoCanceller();
    const random = seededRandom(1);
    const voice = new SyntheticVoice();
    const played = new Float32Array(1_000 * FRAME_SAMPLES);
    let [echo, left] = [0, 0];
    for (let index = 0; index < 1_000; index++) {
      const far = voice.frame();
      played.set(far, index * FRAME_SAMPLES);
      const near = noiseFrame(random, 0.0002).map((noise, at) => {
        const now = index * FRAME_SAMPLES + at - ECHO_DELAY_SAMPLES;
        return noise + 0.5 * (played[now] ?? 0) + 0.2 * (played[now - 100] ?? 0) + 0.1 * (played[now - 777] ?? 0);
      });
      const heard = canceller.process(near, far);
      if (index < 200) continue;
      echo += powerOf(near);
      left += powerOf(heard);
    }
    expect(decibels(echo, left)).toBeGreaterThan(18);

    let [spoken, heard] = [0, 0];
    for (let index = 0; index < 300; index++) {
      const near = voice.frame();
      const result = canceller.process(near, silentFrame());
      if (index < 100) continue;
      spoken += powerOf(near);
      heard += powerOf(result);
    }
    expect(decibels(spoken, heard)).toBeLessThan(3);
    canceller.close();
    canceller.close();
  });

  it('leaves the errors of the process to others', async () => {
    const events = ['uncaughtException', 'unhandledRejection'];
    const before = events.map((event) => process.listenerCount(event));
    const canceller = await codecs.echoCanceller();
    expect(events.map((event) => process.listenerCount(event))).toEqual(before);
    canceller.close();
  });

  it('does not mind how many there were', async () => {
    for (let round = 0; round < 30; round++) {
      const canceller = await codecs.echoCanceller();
      expect(canceller.process(silentFrame(), silentFrame())).toHaveLength(FRAME_SAMPLES);
      canceller.close();
    }
  });
});

describe('the noise suppressor', () => {
  it('takes noise away and leaves a voice', async () => {
    const suppressor = await codecs.noiseSuppressor();
    const random = seededRandom(2);
    const voice = new SyntheticVoice();
    let [noise, noiseLeft, speech, speechLeft] = [0, 0, 0, 0];
    for (let index = 0; index < 300; index++) {
      const frame = noiseFrame(random, 0.03);
      const before = powerOf(frame);
      const heard = suppressor.process(frame);
      if (index < 100) continue;
      noise += before;
      noiseLeft += powerOf(heard);
    }
    expect(decibels(noise, noiseLeft)).toBeGreaterThan(20);
    for (let index = 0; index < 300; index++) {
      const hiss = noiseFrame(random, 0.002);
      const spoken = voice.frame();
      const heard = suppressor.process(spoken.map((sample, at) => sample + (hiss[at] ?? 0)));
      if (index < 100) continue;
      speech += powerOf(spoken);
      speechLeft += powerOf(heard);
    }
    expect(Math.abs(decibels(speech, speechLeft))).toBeLessThan(3);
    suppressor.close();
    suppressor.close();
  });

  it('forgets what is no number', async () => {
    const suppressor = await codecs.noiseSuppressor();
    suppressor.process(new Float32Array(FRAME_SAMPLES).fill(Number.NaN));
    const voice = new SyntheticVoice();
    for (let index = 0; index < 20; index++)
      expect(suppressor.process(voice.frame()).every((sample) => Number.isFinite(sample))).toBe(true);
    suppressor.close();
  });
});
