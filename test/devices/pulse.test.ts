// A real PulseAudio: the tone that goes in is the tone that comes out, and what vanishes does so with a sentence.

import '../../src/base/platform.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { DiskSoundFiles } from '../../src/devices/sound-files.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { medianToneHz } from '../../src/media/goertzel.ts';
import { OutputFeeder } from '../../src/media/output-feeder.ts';
import { Tone } from '../../src/media/tone.ts';
import { encodeWav } from '../../src/media/wav-writer.ts';
import { VoiceNotes } from '../../src/services/voice-notes.ts';
import { privatePulse, type PrivatePulse } from '../support/pulse.ts';
import { describePulse } from '../support/pulse-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { joined, listen, samplesOf } from './listening.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };
const clock = systemClock;

/** Processes of this one that carry sound. */
function soundProcesses(): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid))
    .flatMap((pid) => {
      try {
        const [, name, state, parent] =
          /^\d+ \((.*)\) (\S) (\d+)/su.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(parent) === process.pid && state !== 'Z' && /^(?:pacat|parec)$/u.test(name ?? '') ? [pid] : [];
      } catch {
        return [];
      }
    });
}

describePulse('PulseAudio', () => {
  let pulse: PrivatePulse;
  let devices: LocalAudioDevices;
  /** Those that keep the server awake. */
  let atRest: number;

  beforeAll(async () => {
    pulse = await privatePulse();
    devices = new LocalAudioDevices({ clock, env: pulse.env });
    atRest = soundProcesses().length;
  });

  afterAll(async () => {
    await pulse[Symbol.asyncDispose]();
  });

  /** Plays a tone until it is told to stop. */
  async function playTone(hz: number, outputName: string): Promise<() => Promise<void>> {
    const output = await devices.openOutput(outputName);
    await output.start({ onLost: () => undefined });
    const tone = new Tone(hz);
    const feeder = new OutputFeeder({ clock, output, targetMs: 100, next: () => tone.frame() });
    return async () => {
      feeder.stop();
      await output.stop();
    };
  }

  const hear = async (name: string, frameCount: number): Promise<Float32Array> =>
    listen(await devices.openInput(name), frameCount);

  it('lists its devices, with what is the default', async () => {
    const { audioInputs, audioOutputs, missing } = await devices.list();
    expect(audioInputs).toEqual([
      { number: 1, id: 'pulse:mic.monitor', name: 'Monitor of mic', backend: 'pulse', isDefault: true },
      { number: 2, id: 'pulse:spk.monitor', name: 'Monitor of spk', backend: 'pulse', isDefault: false },
    ]);
    expect(audioOutputs.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      ['pulse:mic', false],
      ['pulse:spk', true],
    ]);
    expect(missing).toEqual([]);
  });

  it.each(['default', 'mic.monitor', 'pulse:mic.monitor', 'Monitor of mic', 'monitor of MIC', '1'])(
    'hears through %j the tone that is played into mic',
    async (name) => {
      const end = await playTone(880, 'mic');
      try {
        expect(medianToneHz(await hear(name, 60), SPEECH)).toBeCloseTo(880, -1);
      } finally {
        await end();
      }
      expect(soundProcesses().length).toBe(atRest);
    },
  );

  it('tells how much waits to be heard, and takes no more than half a second', async () => {
    const output = await devices.openOutput('default');
    await output.start({ onLost: () => undefined });
    let taken = 0;
    while (output.write(new Float32Array(480))) taken++;
    expect(taken).toBeGreaterThanOrEqual(50);
    expect(taken).toBeLessThan(60);
    expect(output.bufferedMs).toBeGreaterThan(450);
    await expect.poll(() => output.bufferedMs).toBe(0);
    await output.stop();
    expect(soundProcesses().length).toBe(atRest);
  });

  it('records a voice note and plays it', async () => {
    await using folder = await temporaryFolder();
    const notes = new VoiceNotes({
      clock,
      devices,
      files: new DiskSoundFiles(),
      folder: path.join(folder.path, 'notes'),
      inputName: () => 'mic.monitor',
      outputName: () => 'spk',
    });
    const end = await playTone(660, 'mic');
    const levels: number[] = [];
    const note = await notes.record(1, { onLevel: (level) => levels.push(level) });
    await end();
    expect(note).toMatchObject({ durationMs: 1_000, bytes: 96_044 });
    expect(note.name).toMatch(/^voice_\d{10}\.wav$/);
    expect(levels.length).toBe(10);
    expect(Math.max(...levels)).toBeCloseTo(0.8, 1);
    const [heard] = await Promise.all([hear('spk.monitor', 150), notes.play(note.path)]);
    // Holes that a busy machine makes in it, twice here, move it a little; a wrong rate would by 8 % at least.
    expect(Math.abs(medianToneHz(heard, SPEECH)! / 660 - 1)).toBeLessThan(0.03);
    await note.discard();
    expect(soundProcesses().length).toBe(atRest);
  });

  it('plays notes of classic clients: 64-bit, 44.1 kHz', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'classic.wav');
    const { sampleWav, sine } = await import('../media/sample-wav.ts');
    await writeFile(
      file,
      sampleWav({ encoding: 'f64', sampleRateHz: 44_100, channels: [sine(1_200, 44_100, 44_100)] }),
    );
    const notes = new VoiceNotes({
      clock,
      devices,
      files: new DiskSoundFiles(),
      folder: folder.path,
      inputName: () => 'none',
      outputName: () => 'spk',
    });
    const [heard] = await Promise.all([hear('spk.monitor', 100), notes.play(file)]);
    expect(medianToneHz(heard, SPEECH)).toBeCloseTo(1_200, -1);
  });

  it('says once that a device vanished in the middle, and leaves nothing', async () => {
    const nullSink = (): Promise<string> =>
      pulse.pactl('load-module', 'module-null-sink', 'sink_name=usb', 'rate=48000');
    const module = (await nullSink()).trim();
    const input = await devices.openInput('usb.monitor');
    const output = await devices.openOutput('usb');
    const [inputLost, outputLost] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    await input.start({ onFrame: () => undefined, onLost: inputLost.resolve });
    await output.start({ onLost: outputLost.resolve });
    await pulse.pactl('unload-module', module);
    expect(await inputLost.promise).toMatch(/^The audio input Monitor of .* is gone\.$/);
    expect(await outputLost.promise).toMatch(/^The audio output .* is gone\.$/);
    expect(soundProcesses().length).toBe(atRest);
    await Promise.all([input.stop(), output.stop()]);
    // A new one of that name is as good.
    const again = (await nullSink()).trim();
    await hear('usb.monitor', 10);
    await pulse.pactl('unload-module', again);
  });

  it('stays where somebody moved it by hand, and the default follows the default', async () => {
    const module = (await pulse.pactl('load-module', 'module-null-sink', 'sink_name=usb', 'rate=48000')).trim();
    const chosen = await devices.openInput('mic.monitor');
    const lost: string[] = [];
    let frames = 0;
    await chosen.start({ onFrame: () => frames++, onLost: (sentence) => lost.push(sentence) });
    const streams = (await pulse.pactl('list', 'short', 'source-outputs')).trim().split('\n');
    await pulse.pactl('move-source-output', streams.at(-1)!.split('\t')[0]!, 'usb.monitor');
    frames = 0;
    await expect.poll(() => frames).toBeGreaterThan(20);
    const following = await devices.openOutput('default');
    await following.start({ onLost: (sentence) => lost.push(sentence) });
    await pulse.pactl('set-default-sink', 'usb');
    await pulse.pactl('set-default-sink', 'spk');
    await pulse.pactl('move-source-output', streams.at(-1)!.split('\t')[0]!, 'mic.monitor');
    await pulse.pactl('unload-module', module);
    following.write(new Float32Array(480));
    await expect.poll(() => following.bufferedMs).toBe(0);
    expect(lost).toEqual([]);
    await Promise.all([chosen.stop(), following.stop()]);
  });

  it('does not start on a device that vanished before', async () => {
    const module = (await pulse.pactl('load-module', 'module-null-sink', 'sink_name=gone')).trim();
    const [input, output] = [await devices.openInput('gone.monitor'), await devices.openOutput('gone')];
    await pulse.pactl('unload-module', module);
    for (const start of [
      () => input.start({ onFrame: () => undefined, onLost: () => expect.unreachable() }),
      () => output.start({ onLost: () => expect.unreachable() }),
    ])
      await expect(start()).rejects.toMatchObject({
        code: 'device-unavailable',
        message: expect.stringMatching(/No such entity\)\.$/) as string,
      });
    await expect(devices.openInput('gone.monitor')).rejects.toThrow(
      'There is no audio input called gone.monitor. mmchat-p2p devices lists those that are there.',
    );
    expect(soundProcesses().length).toBe(atRest);
  });

  it('is heard to be gone when the server is killed', async () => {
    await using own = await privatePulse();
    const local = new LocalAudioDevices({ clock, env: own.env });
    const lost = Promise.withResolvers<string>();
    const input = await local.openInput('default');
    await input.start({ onFrame: () => undefined, onLost: lost.resolve });
    await own.kill();
    expect(await lost.promise).toMatch(/^The audio input Monitor of mic gives no sound any more/);
    await expect(local.openInput('default')).rejects.toThrow(
      /^There is no audio input on this computer\. PulseAudio or PipeWire: No sound server answers \(pactl: .*\)\. Start one/,
    );
    const { audioInputs, missing } = await local.list();
    expect(audioInputs).toEqual([]);
    expect(missing.map(({ what }) => what)).toContain('PulseAudio or PipeWire');
  });

  it('is read as plain lines where pactl knows no JSON', async () => {
    await using folder = await temporaryFolder();
    const real = (pulse.env['PATH'] ?? '')
      .split(path.delimiter)
      .map((each) => path.join(each, 'pactl'))
      .find((file) => readable(file));
    await writeFile(
      path.join(folder.path, 'pactl'),
      `#!/bin/sh\n[ "$1" = -f ] && { echo "pactl: invalid option -- 'f'" >&2; exit 1; }\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    const env = { ...pulse.env, PATH: `${folder.path}${path.delimiter}${pulse.env['PATH'] ?? ''}` };
    const { audioInputs, audioOutputs } = await new LocalAudioDevices({ clock, env }).list();
    expect(audioInputs.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['mic.monitor', true],
      ['spk.monitor', false],
    ]);
    expect(audioOutputs.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      ['pulse:mic', false],
      ['pulse:spk', true],
    ]);
  });

  it('a file that is played through it and recorded keeps its tone', async () => {
    await using folder = await temporaryFolder();
    const wav = path.join(folder.path, 'source.wav');
    const tone = new Tone(990);
    await writeFile(wav, encodeWav(joined(Array.from({ length: 100 }, () => tone.frame()))));
    expect(medianToneHz(samplesOf(new Uint8Array(readFileSync(wav))), SPEECH)).toBeCloseTo(990, 0);
    const source = await devices.openInput(`loop:${wav}`);
    const output = await devices.openOutput('spk');
    await output.start({ onLost: () => undefined });
    await source.start({ onFrame: (frame) => void output.write(frame), onLost: () => undefined });
    expect(medianToneHz(await hear('spk.monitor', 60), SPEECH)).toBeCloseTo(990, -1);
    await Promise.all([source.stop(), output.stop()]);
  });
});

function readable(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}
