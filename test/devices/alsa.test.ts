// ALSA through arecord and aplay: what they list, and what they hear of a PulseAudio behind ALSA's plugin.

import '../../src/base/platform.ts';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { AlsaBackend } from '../../src/devices/alsa.ts';
import type { BackendDevice } from '../../src/devices/backend.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { medianToneHz } from '../../src/media/goertzel.ts';
import { OutputFeeder } from '../../src/media/output-feeder.ts';
import { Tone } from '../../src/media/tone.ts';
import { alsaEnvironment, privatePulse } from '../support/pulse.ts';
import { describeAlsa } from '../support/pulse-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { listen } from './listening.ts';

const SPEECH = { leastHz: 50, mostHz: 4_000 };
const clock = systemClock;

const CARDS = `**** List of CAPTURE Hardware Devices ****
card 0: PCH [HDA Intel PCH], device 0: ALC257 Analog [ALC257 Analog]
  Subdevices: 1/1
  Subdevice #0: subdevice #0
card 1: Headset [USB\u001b[31m Headset], device 0: USB Audio [USB Audio]
card 2: -rf [x], device 0: y [y]
`;

async function withPrograms(folder: string, script: string): Promise<LocalAudioDevices> {
  for (const name of ['arecord', 'aplay'])
    await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env = { PATH: folder };
  return new LocalAudioDevices({ clock, env, backends: [new AlsaBackend({ env, clock })] });
}

it('lists the cards', async () => {
  await using folder = await temporaryFolder();
  const devices = await withPrograms(folder.path, `while read -r line; do echo "$line"; done <<'END'\n${CARDS}END`);
  const { audioInputs, missing } = await devices.list();
  expect(audioInputs).toEqual([
    {
      number: 1,
      id: 'alsa:plughw:CARD=PCH,DEV=0',
      name: 'HDA Intel PCH, ALC257 Analog',
      backend: 'alsa',
      isDefault: true,
    },
    {
      number: 2,
      id: 'alsa:plughw:CARD=Headset,DEV=0',
      name: 'USB␛[31m Headset, USB Audio',
      backend: 'alsa',
      isDefault: false,
    },
  ]);
  expect(missing).toEqual([]);
});

it('says that there is no card, or no program', async () => {
  await using folder = await temporaryFolder();
  const devices = await withPrograms(
    folder.path,
    'echo "arecord: device_list:274: no soundcards found..." >&2; exit 1',
  );
  expect((await devices.list()).missing[0]?.reason).toBe('It knows no sound card.');
  const env = {};
  const bare = new LocalAudioDevices({ clock, env, backends: [new AlsaBackend({ env, clock })] });
  await expect(bare.openOutput('default')).rejects.toThrow(/apt install alsa-utils/);
});

describeAlsa('arecord and aplay', () => {
  it('hear and are heard', async () => {
    await using pulse = await privatePulse();
    await using folder = await temporaryFolder();
    const alsa = new AlsaBackend({ clock, env: await alsaEnvironment(pulse, folder.path) });
    const throughPulse = new LocalAudioDevices({ clock, env: pulse.env });
    const tone = new Tone(1_010);
    const next = (): Float32Array => tone.frame();
    const device = (key: string): BackendDevice => ({ key, name: key, isDefault: false });

    const pulseOutput = await throughPulse.openOutput('mic');
    await pulseOutput.start({ onLost: () => undefined });
    const first = new OutputFeeder({ clock, output: pulseOutput, targetMs: 100, next });
    const recorded = await listen(alsa.openInput(device('test_mic'), false), 80);
    first.stop();
    await pulseOutput.stop();
    expect(medianToneHz(recorded, SPEECH)).toBeCloseTo(1_010, -1);

    const output = alsa.openOutput(device('test_spk'), false);
    await output.start({ onLost: () => undefined });
    const second = new OutputFeeder({ clock, output, targetMs: 100, next });
    const heard = await listen(await throughPulse.openInput('spk.monitor'), 150);
    second.stop();
    await expect.poll(() => output.bufferedMs).toBe(0);
    await output.stop();
    expect(medianToneHz(heard.subarray(24_000), SPEECH)).toBeCloseTo(1_010, -1);
  });

  it('say that there is no such device', async () => {
    await using pulse = await privatePulse();
    await using folder = await temporaryFolder();
    const alsa = new AlsaBackend({ clock, env: await alsaEnvironment(pulse, folder.path) });
    const device = { key: 'plughw:CARD=Gone,DEV=0', name: 'Gone', isDefault: false };
    for (const start of [
      () => alsa.openInput(device, false).start({ onFrame: () => undefined, onLost: () => expect.unreachable() }),
      () => alsa.openOutput(device, false).start({ onLost: () => expect.unreachable() }),
    ])
      await expect(start()).rejects.toThrow(
        /^The audio (?:in|out)put Gone .* \((?:arecord|aplay): exit code 1: .+\)\.$/,
      );
  });
});
