// Programs of others that misbehave: absent, mute, loud, deaf, not to be stopped. Small scripts stand in for them.

import '../../src/base/platform.ts';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { deviceEnvironment, findCommand } from '../../src/devices/commands.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { PulseBackend } from '../../src/devices/pulse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const PACTL = `case "$*" in
*info) echo '{"default_source_name":"mic","default_sink_name":"spk"}' ;;
*sources) echo '[{"name":"mic","description":"Mic\\u001b[31m \\u202e"},{"name":"-rf","description":"x"},{"name":"a b"},7]' ;;
*sinks) echo '[{"name":"spk","description":"(null)"}]' ;;
esac`;
/** The sound of nothing, for ever. */
const MUTE_SOUND = 'exec cat /dev/zero';

interface FakeSound extends AsyncDisposable {
  readonly env: Record<string, string>;
  readonly clock: VirtualClock;
  readonly devices: LocalAudioDevices;
  readonly file: (name: string) => string;
}

/** Programs by name, each with the lines of a shell script. */
async function fakeSound(scripts: Readonly<Record<string, string>>): Promise<FakeSound> {
  const folder = await temporaryFolder();
  const file = (name: string): string => path.join(folder.path, name);
  for (const [name, script] of Object.entries(scripts))
    await writeFile(file(name), `#!/bin/sh\ncd ${folder.path}\necho $$ > ${name}.pid\n${script}\n`, { mode: 0o755 });
  // The system's own programs for the scripts, but none of sound.
  for (const tool of ['cat', 'sleep', 'env', 'sh', 'yes', 'head']) {
    const real = findCommand(tool, process.env);
    if (real !== undefined) await writeFile(file(tool), `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
  }
  const clock = new VirtualClock();
  const env = { PATH: folder.path };
  // This backend alone: which others there are is a question of the platform.
  const backends = [new PulseBackend({ env, clock })];
  return {
    env,
    clock,
    file,
    devices: new LocalAudioDevices({ clock, env, backends }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function isAlive(pidFile: string): boolean {
  return existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}`);
}

const NO_LOSS = { onFrame: () => undefined, onLost: () => expect.unreachable('lost') };

describe('what is missing', () => {
  it('is said with what to do about it', async () => {
    await using sound = await fakeSound({ pactl: PACTL });
    const { missing, audioInputs } = await sound.devices.list();
    expect(audioInputs).toEqual([]);
    expect(missing).toEqual([
      {
        what: 'PulseAudio or PipeWire',
        reason: 'There is no program parec here.',
        remedy: 'Install the programs pactl, parec and pacat (Debian and Ubuntu: apt install pulseaudio-utils).',
      },
    ]);
    await expect(sound.devices.openInput('default')).rejects.toMatchObject({
      code: 'device-unavailable',
      message:
        'There is no audio input on this computer. PulseAudio or PipeWire: There is no program parec here. ' +
        'Install the programs pactl, parec and pacat (Debian and Ubuntu: apt install pulseaudio-utils).',
    });
  });

  it('may be the server', async () => {
    await using sound = await fakeSound({ pactl: 'echo "Connection refused" >&2; exit 1', parec: '', pacat: '' });
    const { missing } = await sound.devices.list();
    expect(missing[0]?.reason).toBe('No sound server answers (pactl: Connection refused).');
  });

  it('may be a microphone', async () => {
    const answers = `case "$*" in *info) echo '{}' ;; *sources) echo '[]' ;; *) echo '[{"name":"spk"}]' ;; esac`;
    await using sound = await fakeSound({ pactl: answers, parec: '', pacat: '' });
    const { audioOutputs, missing } = await sound.devices.list();
    expect(audioOutputs.length).toBe(1);
    expect(missing.map(({ what }) => what)).toEqual(['a microphone or loudspeaker']);
    await expect(sound.devices.openInput('default')).rejects.toThrow(/Plug one in/);
  });
});

describe('a sound server that says strange things', () => {
  it('has its names cleaned, and names that could be options are no devices', async () => {
    await using sound = await fakeSound({ pactl: PACTL, parec: '', pacat: '' });
    const { audioInputs, audioOutputs } = await sound.devices.list();
    expect(audioInputs).toEqual([{ number: 1, id: 'pulse:mic', name: 'Mic␛[31m', backend: 'pulse', isDefault: true }]);
    expect(audioOutputs.map(({ name }) => name)).toEqual(['spk']);
  });

  it('is not listened to for ever', async () => {
    const endless = { pactl: 'exec yes', parec: '', pacat: '' };
    await using sound = await fakeSound(endless);
    const { missing } = await sound.devices.list();
    expect(missing[0]?.reason).toMatch(/^No sound server answers \(pactl: .+\)\.$/);
    expect(isAlive(sound.file('pactl.pid'))).toBe(false);
  });
});

describe('a program that records', () => {
  it('starts with its first sound, and is gone when it is stopped', async () => {
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec: MUTE_SOUND });
    const input = await sound.devices.openInput('mic');
    let frames = 0;
    await input.start({ ...NO_LOSS, onFrame: () => frames++ });
    expect(frames).toBeGreaterThan(0);
    await input.stop();
    const atEnd = frames;
    expect(isAlive(sound.file('parec.pid'))).toBe(false);
    await sound.clock.advance(10_000);
    expect(frames).toBe(atEnd);
    expect(sound.clock.timerCount).toBe(0);
  });

  it('that refuses is quoted', async () => {
    const parec = 'echo "Stream error: No such entity" >&2; exit 1';
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec });
    const input = await sound.devices.openInput('mic');
    await expect(input.start(NO_LOSS)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringContaining('(parec: exit code 1: Stream error: No such entity).') as string,
    });
    expect(sound.clock.timerCount).toBe(0);
  });

  it('that can not be run at all is a sentence too', async () => {
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec: '' });
    await writeFile(sound.file('parec'), '#!/no/such/interpreter\n', { mode: 0o755 });
    const input = await sound.devices.openInput('mic');
    await expect(input.start(NO_LOSS)).rejects.toMatchObject({ code: 'device-unavailable' });
    expect(sound.clock.timerCount).toBe(0);
  });

  it('that gives nothing is ended after five looks', async () => {
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec: 'exec sleep 1000' });
    const input = await sound.devices.openInput('mic');
    const starting = expect(input.start(NO_LOSS)).rejects.toThrow(/has given no sound for 5 seconds\.$/);
    await expect.poll(() => existsSync(sound.file('parec.pid'))).toBe(true);
    await sound.clock.advance(5_000);
    await starting;
    expect(isAlive(sound.file('parec.pid'))).toBe(false);
  });

  it('that stalls in the middle is lost, once', async () => {
    const parec = 'head -c 200000 /dev/zero; exec sleep 1000';
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec });
    const input = await sound.devices.openInput('mic');
    const lost: string[] = [];
    let frames = 0;
    await input.start({ onFrame: () => frames++, onLost: (sentence) => lost.push(sentence) });
    await expect.poll(() => frames).toBe(104);
    await sound.clock.advance(60_000);
    await expect.poll(() => lost).toEqual(['The audio input Mic␛[31m has given no sound for 5 seconds.']);
    expect(isAlive(sound.file('parec.pid'))).toBe(false);
    expect(sound.clock.timerCount).toBe(0);
  });

  it('that does not want to end is killed', async () => {
    await using sound = await fakeSound({
      pactl: PACTL,
      pacat: '',
      parec: `trap '' TERM PIPE\nwhile :; do cat /dev/zero; done`,
    });
    const input = await sound.devices.openInput('mic');
    await input.start(NO_LOSS);
    let stopped = false;
    const stopping = input.stop().then(() => (stopped = true));
    await sound.clock.advance(400);
    expect(stopped).toBe(false);
    await sound.clock.advance(200);
    await stopping;
    expect(isAlive(sound.file('parec.pid'))).toBe(false);
  });

  it('that floods its standard error costs no memory', async () => {
    const parec = 'head -c 4000 /dev/zero; head -c 30000000 /dev/zero >&2; echo >&2; echo the end >&2; exit 3';
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec });
    const input = await sound.devices.openInput('mic');
    const lost = Promise.withResolvers<string>();
    await input.start({ onFrame: () => undefined, onLost: lost.resolve });
    expect(await lost.promise).toMatch(/\(parec: exit code 3: the end\)\.$/);
  });
});

describe('a program that plays', () => {
  it('that opens nothing is ended after five looks', async () => {
    await using sound = await fakeSound({ pactl: PACTL, parec: '', pacat: 'exec cat' });
    const output = await sound.devices.openOutput('spk');
    const starting = expect(output.start(NO_LOSS)).rejects.toThrow(/has taken no sound for 5 seconds\.$/);
    await expect.poll(() => existsSync(sound.file('pacat.pid'))).toBe(true);
    await sound.clock.advance(5_000);
    await starting;
    expect(isAlive(sound.file('pacat.pid'))).toBe(false);
  });

  it('that stops playing is lost; meanwhile no more than half a second waits', async () => {
    const pacat =
      'echo Stream successfully created. >&2; while :; do echo "Time: 0.100 sec; Latency: 5 usec." >&2; sleep 0.05; done';
    await using sound = await fakeSound({ pactl: PACTL, parec: '', pacat });
    const output = await sound.devices.openOutput('spk');
    const lost = Promise.withResolvers<string>();
    await output.start({ onLost: lost.resolve });
    let written = 0;
    while (written < 1_000 && output.write(new Float32Array(480))) written++;
    expect(written).toBeLessThanOrEqual(60);
    for (let second = 0; second < 10; second++) {
      await sound.clock.advance(1_000);
      // It repeats itself: nothing more was heard.
      await expect.poll(() => output.bufferedMs === 0 || output.bufferedMs >= 400).toBe(true);
    }
    expect(await lost.promise).toMatch(/has taken no sound for 5 seconds\.$/);
    expect(sound.clock.timerCount).toBe(0);
  });

  it('that ends is lost with its words', async () => {
    const pacat = 'echo Stream successfully created. >&2; head -c 4000 >/dev/null; echo Ouch >&2; exit 7';
    await using sound = await fakeSound({ pactl: PACTL, parec: '', pacat });
    const output = await sound.devices.openOutput('spk');
    const lost = Promise.withResolvers<string>();
    await output.start({ onLost: lost.resolve });
    for (let round = 0; round < 40; round++) output.write(new Float32Array(480));
    expect(await lost.promise).toBe('The audio output spk takes no sound any more (pacat: exit code 7: Ouch).');
    expect(output.write(new Float32Array(480))).toBe(false);
    expect(output.bufferedMs).toBe(0);
  });
});

describe('the environment of such programs', () => {
  it('has only what is known to matter', async () => {
    await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec: 'env > seen; exec cat /dev/zero' });
    const env = {
      ...sound.env,
      LD_PRELOAD: '/x.so',
      NODE_OPTIONS: '--x',
      PULSE_SERVER: 'unix:/y',
      LANG: 'de_DE.UTF-8',
      SECRET: 's',
    };
    const backends = [new PulseBackend({ env, clock: sound.clock })];
    const input = await new LocalAudioDevices({ clock: sound.clock, env, backends }).openInput('default');
    await input.start(NO_LOSS);
    await input.stop();
    const names = readFileSync(sound.file('seen'), 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['PATH', 'PULSE_SERVER', 'LC_ALL']));
    for (const name of ['LD_PRELOAD', 'NODE_OPTIONS', 'SECRET', 'LANG']) expect(names).not.toContain(name);
    expect(deviceEnvironment({ ALSA_CONFIG_PATH: 'a', BASH_ENV: 'b' })).toEqual({
      ALSA_CONFIG_PATH: 'a',
      LC_ALL: 'C.UTF-8',
    });
  });

  it('finds commands by absolute folders only', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'parec'), '', { mode: 0o755 });
    await writeFile(path.join(folder.path, 'text'), '', { mode: 0o644 });
    expect(findCommand('parec', { PATH: `:.:${folder.path}` })).toBe(path.join(folder.path, 'parec'));
    expect(findCommand('parec', { PATH: path.relative(process.cwd(), folder.path) })).toBeUndefined();
    expect(findCommand('text', { PATH: folder.path })).toBeUndefined();
    expect(findCommand('parec', {})).toBeUndefined();
  });
});

it('sound programs end with the process that started them', async () => {
  await using sound = await fakeSound({ pactl: PACTL, pacat: '', parec: MUTE_SOUND });
  const { spawn } = await import('node:child_process');
  const program = `
    const { LocalAudioDevices } = await import(${JSON.stringify(new URL('../../src/devices/local-audio-devices.ts', import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL('../../src/base/clock.ts', import.meta.url).href)});
    const { PulseBackend } = await import(${JSON.stringify(new URL('../../src/devices/pulse.ts', import.meta.url).href)});
    const clock = systemClock;
    const backends = [new PulseBackend({ env: process.env, clock })];
    const input = await new LocalAudioDevices({ clock, env: process.env, backends }).openInput('default');
    await input.start({ onFrame: () => undefined, onLost: () => undefined });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', platformUrl(), '--input-type=module', '-e', program],
    {
      env: sound.env,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('exit', (code, by) => resolve([code, by])),
  );
  expect(signal).toBe('SIGKILL');
  await expect.poll(() => isAlive(sound.file('parec.pid'))).toBe(false);
  expect(systemClock.now()).toBeGreaterThan(0);
});

function platformUrl(): string {
  return new URL('../../src/base/platform.ts', import.meta.url).href;
}
