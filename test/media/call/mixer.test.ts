// Several speakers at once.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_SAMPLES } from '../../../src/media/audio-format.ts';
import { amplitudeAt } from '../../../src/media/goertzel.ts';
import { Mixer } from '../../../src/media/call/mixer.ts';
import { Tone } from '../../../src/media/tone.ts';

function heard(mixer: Mixer, blocks = 40): Float32Array {
  const all = new Float32Array(blocks * BLOCK_SAMPLES);
  for (let index = 0; index < blocks; index++) all.set(mixer.nextBlock(), index * BLOCK_SAMPLES);
  return all.subarray(BLOCK_SAMPLES * 4);
}

function withTones(...frequencies: readonly number[]): Mixer {
  const mixer = new Mixer();
  for (const hz of frequencies) {
    const tone = new Tone(hz);
    let frame: Float32Array = new Float32Array();
    mixer.add(`tone-${hz}`, () => {
      if (frame.length === 0) frame = tone.frame();
      const block = frame.subarray(0, BLOCK_SAMPLES);
      frame = frame.subarray(BLOCK_SAMPLES);
      return block;
    });
  }
  return mixer;
}

describe('the mixer', () => {
  it('is silent without sources', () => {
    expect(heard(new Mixer()).every((sample) => sample === 0)).toBe(true);
  });

  it('lets everybody be heard as loud as they are', () => {
    const samples = heard(withTones(400, 1_000));
    expect(amplitudeAt(samples, 400)).toBeCloseTo(0.25, 2);
    expect(amplitudeAt(samples, 1_000)).toBeCloseTo(0.25, 2);
  });

  it('has a volume and a mute for each, and still tells who speaks', () => {
    const mixer = withTones(400, 1_000, 2_000);
    mixer.setVolume('tone-400', 2);
    mixer.setVolume('tone-1000', 0.5);
    mixer.setMuted('tone-2000', true);
    const samples = heard(mixer);
    expect(amplitudeAt(samples, 400)).toBeCloseTo(0.5, 2);
    expect(amplitudeAt(samples, 1_000)).toBeCloseTo(0.125, 2);
    expect(amplitudeAt(samples, 2_000)).toBeLessThan(0.001);
    expect(mixer.levelOf('tone-2000')).toBeCloseTo(mixer.levelOf('tone-400'), 5);
    expect(mixer.levelOf('tone-2000')).toBe(0);
    mixer.setMuted('tone-2000', false);
    expect(amplitudeAt(heard(mixer), 2_000)).toBeCloseTo(0.25, 2);
    mixer.setVolume('tone-400', 99);
    expect(amplitudeAt(heard(mixer), 400)).toBeCloseTo(0.5, 2);
    mixer.remove('tone-400');
    expect(amplitudeAt(heard(mixer), 400)).toBeLessThan(0.001);
    expect(mixer.ids).toEqual(['tone-1000', 'tone-2000']);
    mixer.setVolume('nobody', 1);
    mixer.setMuted('nobody', true);
    expect(mixer.levelOf('nobody')).toBe(0);
  });

  it('changes volumes without a step', () => {
    const mixer = new Mixer();
    mixer.add('steady', () => new Float32Array(BLOCK_SAMPLES).fill(0.4));
    heard(mixer, 6);
    mixer.setVolume('steady', 2);
    const up = mixer.nextBlock();
    mixer.setMuted('steady', true);
    const samples = [...up, ...mixer.nextBlock()];
    const steps = samples.slice(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.005);
    expect(samples.at(-1)).toBeCloseTo(0, 2);
  });

  it('never clips, however many shout, and is itself again soon after', () => {
    const mixer = withTones(300, 301, 302, 303, 304, 305, 306, 307);
    for (const id of mixer.ids) mixer.setVolume(id, 2);
    const loud = heard(mixer, 400);
    expect(Math.max(...loud)).toBeLessThanOrEqual(1);
    expect(Math.min(...loud)).toBeGreaterThanOrEqual(-1);
    expect(amplitudeAt(loud.subarray(-4_800), 303)).toBeGreaterThan(0.2);
    for (const id of mixer.ids.slice(1)) mixer.remove(id);
    mixer.setVolume('tone-300', 1);
    heard(mixer, 200);
    expect(amplitudeAt(heard(mixer), 300)).toBeCloseTo(0.25, 2);
  });

  it('stays within full scale for anything finite', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 20 }),
        (levels) => {
          const mixer = new Mixer();
          let at = 0;
          mixer.add('wild', () => new Float32Array(BLOCK_SAMPLES).fill(levels[at++ % levels.length] ?? 0));
          for (const sample of heard(mixer, 40)) if (!(Math.abs(sample) <= 1)) throw new Error(`too loud: ${sample}`);
        },
      ),
    );
  });
});
