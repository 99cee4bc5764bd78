// PortAudio in its child process: with an add-on that misbehaves, and with the real one where it is installed.

import '../../src/base/platform.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { PortAudioBackend } from '../../src/devices/portaudio.ts';
import { childArguments, findPortAudio } from '../../src/devices/portaudio-process.ts';
import { medianToneHz } from '../../src/media/goertzel.ts';
import { OutputFeeder } from '../../src/media/output-feeder.ts';
import { Tone } from '../../src/media/tone.ts';
import { alsaEnvironment, alsaUnavailable, privatePulse, pulseUnavailable } from '../support/pulse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeNaudiodon } from './fake-naudiodon.ts';
import { listen } from './listening.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };
const clock = systemClock;

function devicesWith(modulePath: string, env = process.env): LocalAudioDevices {
  const backends = [new PortAudioBackend({ clock, env, modulePath })];
  return new LocalAudioDevices({ clock, env, backends });
}

/** Processes of this one that run the child's program. */
function children(): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/u.test(pid))
    .filter((pid) => {
      try {
        const parent = /^\d+ \(.*\) (\S) (\d+)/su.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent?.[2]) === process.pid && parent?.[1] !== 'Z' && words.includes('portaudio-child');
      } catch {
        return false;
      }
    });
}

describe('an add-on that prints, and has no mono', () => {
  it('lists its devices', async () => {
    await using folder = await temporaryFolder();
    const { audioInputs, audioOutputs, missing } = await devicesWith(await fakeNaudiodon(folder.path)).list();
    expect(missing).toEqual([]);
    expect(audioInputs).toEqual([
      {
        number: 1,
        id: 'portaudio:Fake/Headset␛[31m',
        name: 'Headset␛[31m',
        backend: 'portaudio',
        isDefault: true,
      },
      { number: 2, id: 'portaudio:Fake/Broken', name: 'Broken', backend: 'portaudio', isDefault: false },
    ]);
    expect(audioOutputs.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Box', true],
      ['Broken', false],
    ]);
  });

  it.each(['default', '1', 'Headset␛[31m'])('records from %j', async (name) => {
    await using folder = await temporaryFolder();
    const devices = devicesWith(await fakeNaudiodon(folder.path));
    const heard = await listen(await devices.openInput(name), 50);
    expect(medianToneHz(heard, SPEECH)).toBeCloseTo(750, -1);
    expect(Math.max(...heard)).toBeCloseTo(0.5, 1);
    expect(children()).toEqual([]);
  });

  it('plays, tells what was heard, and is silent in between', async () => {
    await using folder = await temporaryFolder();
    const output = await devicesWith(await fakeNaudiodon(folder.path)).openOutput('Box');
    await output.start({ onLost: () => undefined });
    const tone = new Tone(640);
    for (let round = 0; round < 45; round++) expect(output.write(tone.frame())).toBe(true);
    expect(output.bufferedMs).toBeGreaterThan(300);
    await expect.poll(() => output.bufferedMs).toBe(0);
    await output.stop();
    const bytes = readFileSync(path.join(folder.path, 'played.raw'));
    const stereo = new Float32Array(Uint8Array.from(bytes).buffer, 0, bytes.length >> 2);
    const left = stereo.filter((_, at) => at % 2 === 0);
    expect(left).toEqual(stereo.filter((_, at) => at % 2 === 1));
    const first = left.findIndex((sample) => sample !== 0) - 1;
    expect(medianToneHz(left.subarray(first, first + 45 * 480), SPEECH)).toBeCloseTo(640, 0);
    expect(children()).toEqual([]);
  });

  it('that refuses a device is quoted', async () => {
    await using folder = await temporaryFolder();
    const devices = devicesWith(await fakeNaudiodon(folder.path));
    const [input, output] = [await devices.openInput('Broken'), await devices.openOutput('Broken')];
    await expect(listen(input, 1)).rejects.toThrow(/naudiodon: .*Unanticipated host error\)\.$/);
    await expect(output.start({ onLost: () => undefined })).rejects.toThrow(/Unanticipated host error/);
    expect(children()).toEqual([]);
  });

  it('that does not load is missing, with a remedy', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'broken.cjs');
    await writeFile(file, 'throw new Error("wrong architecture")');
    const { missing } = await devicesWith(file).list();
    expect(missing).toEqual([
      {
        what: 'PortAudio (naudiodon)',
        reason: 'The add-on naudiodon is installed, but does not work here.',
        remedy: expect.stringContaining('install it again') as string,
      },
    ]);
    await expect(devicesWith(file).openInput('default')).rejects.toMatchObject({ code: 'device-unavailable' });
  });

  it('that crashes takes nothing with it', async () => {
    await using folder = await temporaryFolder();
    const file = await fakeNaudiodon(folder.path);
    const crashing = `
      const { AudioIO } = exports;
      exports.AudioIO = function (options) {
        setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 300);
        return new AudioIO(options);
      };`;
    await writeFile(file, `${readFileSync(file, 'utf8')}${crashing}`);
    const input = await devicesWith(file).openInput('default');
    const lost = Promise.withResolvers<string>();
    await input.start({ onFrame: () => undefined, onLost: lost.resolve });
    expect(await lost.promise).toMatch(/^The audio input Headset.* \(naudiodon: .*SIGSEGV.*\)\.$/);
    expect(children()).toEqual([]);
  });

  it('ends with the process that started it', async () => {
    await using folder = await temporaryFolder();
    const file = await fakeNaudiodon(folder.path);
    const { spawn } = await import('node:child_process');
    // Its stdin ends when nobody holds the other end.
    const child = spawn(process.execPath, [...childArguments(), 'input', file, ''], {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    await new Promise((resolve) => child.stdio[3]!.once('readable', resolve));
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    child.stdin!.destroy();
    expect(await ended).toBe('SIGKILL');
  });
});

it('without the add-on it is missing, and nothing breaks', async () => {
  const backend = new PortAudioBackend({ clock, env: {} });
  const { missing, inputs } = await backend.list();
  if (findPortAudio() === undefined) expect(missing[0]?.reason).toBe('The add-on naudiodon is not installed.');
  else expect(inputs.length + missing.length).toBeGreaterThanOrEqual(0);
});

it('the child is found beside a file of the library, and above a chunk of the program', async () => {
  await using folder = await temporaryFolder();
  const at = (file: string): string => pathToFileURL(path.join(folder.path, file)).href;
  expect(childArguments(at('chunks/x.js'))).toEqual([path.join(folder.path, 'portaudio-child.js')]);
  await writeFile(path.join(folder.path, 'portaudio-child.js'), '');
  expect(childArguments(at('portaudio-process.js'))).toEqual([path.join(folder.path, 'portaudio-child.js')]);
});

/** For trying it where it is no dependency: MMCHAT_TEST_NAUDIODON is its main file. */
const real = findPortAudio() ?? process.env['MMCHAT_TEST_NAUDIODON'];
/** Where it can be compiled, nothing is left out. */
const isRequired = process.env['MMCHAT_REQUIRE_PORTAUDIO'] === '1';

describe.runIf(isRequired || (real !== undefined && (pulseUnavailable() ?? alsaUnavailable()) === undefined))(
  'the real naudiodon',
  () => {
    it('hears and is heard through ALSA', async () => {
      await using pulse = await privatePulse();
      await using folder = await temporaryFolder();
      const devices = devicesWith(real!, await alsaEnvironment(pulse, folder.path));
      const { audioInputs } = await devices.list();
      expect(audioInputs.map(({ name }) => name)).toContain('test_mic');
      const throughPulse = new LocalAudioDevices({ clock, env: pulse.env });
      const tone = new Tone(930);
      const next = (): Float32Array => tone.frame();

      const pulseOutput = await throughPulse.openOutput('mic');
      await pulseOutput.start({ onLost: () => undefined });
      const first = new OutputFeeder({ clock, output: pulseOutput, targetMs: 100, next });
      expect(medianToneHz(await listen(await devices.openInput('test_mic'), 80), SPEECH)).toBeCloseTo(930, -1);
      first.stop();
      await pulseOutput.stop();

      const output = await devices.openOutput('test_spk');
      await output.start({ onLost: () => undefined });
      const second = new OutputFeeder({ clock, output, targetMs: 100, next });
      const heard = await listen(await throughPulse.openInput('spk.monitor'), 100);
      second.stop();
      expect(medianToneHz(heard.subarray(9_600), SPEECH)).toBeCloseTo(930, -1);
      await expect.poll(() => output.bufferedMs).toBe(0);
      await output.stop();
      expect(children()).toEqual([]);
    });
  },
);
