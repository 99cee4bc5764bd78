// `devices`: what is there, what is missing, and the test that can be heard.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { devicesArguments, devicesText, runDevices, type DevicesParts } from '../../cli/commands/devices.ts';
import type {
  AudioDeviceList,
  SetupPlan,
  SoundCheckEvent,
  SoundCheckResult,
  VideoDeviceList,
} from '../../src/index.ts';
import { settled } from '../support/virtual-clock.ts';
import { memoryIo } from '../support/rpc-session.ts';

const NO_SOUND: AudioDeviceList = { audioInputs: [], audioOutputs: [], missing: [] };
const NO_VIDEO: VideoDeviceList = { cameras: [], screens: [], missing: [] };
const RESULT: SoundCheckResult = { played: true, listened: true, loudest: 0.7, toneHeard: true };
const signal = new AbortController().signal;

async function run(
  args: Record<string, string | true>,
  parts: Partial<DevicesParts> = {},
): Promise<[number, string[]]> {
  const { io } = memoryIo();
  const out: string[] = [];
  io.stdout.on('data', (text: Buffer) => out.push(text.toString()));
  const setUpAddOn: DevicesParts['setUpAddOn'] = async () => ({ outcome: 'refused' });
  const all: DevicesParts = {
    listDevices: async () => NO_SOUND,
    listVideoDevices: async () => NO_VIDEO,
    checkSound: async () => RESULT,
    setUpAddOn,
    ...parts,
  };
  const exitCode = await runDevices(devicesArguments(args), io, signal, all);
  await settled();
  return [exitCode, out];
}

test('the list has a number, a name and an id, and a star for the default', () => {
  const text = devicesText({
    audioInputs: [
      { number: 1, id: 'pulse:a', name: 'Mikrofon 麦', backend: 'pulse', isDefault: true },
      { number: 2, id: 'pulse:b', name: 'b', backend: 'pulse', isDefault: false },
    ],
    audioOutputs: [],
    cameras: [
      { id: '/dev/video0', name: 'Kamera 麦', kind: 'camera' },
      { id: '/dev/video2', name: 'c', kind: 'camera' },
    ],
    screens: [],
    missing: [{ what: 'sound', reason: 'There is none.', remedy: 'Make\u001b[31m some.' }],
  });
  expect(text.split('\n')).toEqual([
    'Audio inputs (--audio-in)',
    '*  1  Mikrofon 麦  pulse:a',
    '   2  b            pulse:b',
    '',
    'Audio outputs (--audio-out)',
    '  none',
    '',
    'Cameras (--video-in)',
    '      Kamera 麦  /dev/video0',
    '      c          /dev/video2',
    '',
    'Screens and windows (/share)',
    '  none',
    '',
    'Missing',
    '  sound: There is none.',
    '    Make␛[31m some.',
    '',
  ]);
});

test('--json is the list as one line, with what is missing of both', async () => {
  const [sound, video] = ['sound', 'node-av'].map((what) => ({ what, reason: 'None.', remedy: 'Get some.' }));
  const [exitCode, out] = await run(
    { json: true },
    {
      listDevices: async () => ({ ...NO_SOUND, missing: [sound!] }),
      listVideoDevices: async () => ({ ...NO_VIDEO, missing: [video!] }),
    },
  );
  expect([exitCode, JSON.parse(out.join(''))]).toEqual([
    0,
    { audioInputs: [], audioOutputs: [], cameras: [], screens: [], missing: [sound, video] },
  ]);
});

test('--test tells what happens in plain lines, and whether it worked', async () => {
  const device = { id: 'x', name: 'Mic', backend: 'pulse' } as const;
  const events: SoundCheckEvent[] = [
    { type: 'listening', device },
    { type: 'playing', device, hz: 440, seconds: 2 },
    { type: 'level', level: 0.25 },
    { type: 'speak', seconds: 3 },
    { type: 'failed', what: 'output', sentence: 'It is\u001b gone.' },
  ];
  const wanted: string[] = [];
  const [exitCode, out] = await run(
    { test: true, input: 'Mic' },
    {
      checkSound: async ({ onEvent, audioIn, audioOut }) => {
        wanted.push(`${audioIn} ${audioOut}`);
        events.forEach(onEvent);
        return RESULT;
      },
    },
  );
  expect(wanted).toEqual(['Mic undefined']);
  expect(out.join('\n').split('\n').filter(Boolean)).toEqual([
    'Listening to Mic.',
    'Playing a tone of 440 Hz to Mic, 2 seconds.',
    `  ${'#'.repeat(10)}${'.'.repeat(30)}`,
    'Now say something, 3 seconds.',
    'No output: It is␛ gone.',
    'Output and input work. The tone was heard by the input.',
  ]);
  expect(exitCode).toBe(0);
});

test.each([
  [{ played: false }, 1, 'The input works, the output does not. The tone was heard by the input.'],
  [{ listened: false, toneHeard: false }, 1, 'The output works, the input does not.'],
  [{ played: false, listened: false, toneHeard: false }, 1, 'Neither input nor output work.'],
  [{ loudest: 0, toneHeard: false }, 0, 'Output and input work. It was all but silent: is it muted?'],
])('the verdict on %j', async (result, wantedCode, verdict) => {
  const [exitCode, out] = await run({ test: true }, { checkSound: async () => ({ ...RESULT, ...result }) });
  expect([exitCode, out.join('').trim()]).toEqual([wantedCode, verdict]);
});

test.each<Record<string, string | true>>([
  { json: true, test: true },
  { input: 'x' },
  { json: true, output: 'x' },
  { setup: 'cinema' },
  { setup: 'video', json: true },
  { setup: 'video', test: true },
  { setup: 'video', input: 'x' },
  { yes: true },
])('refuses %j', (own) => {
  expect(() => devicesArguments(own)).toThrow(expect.objectContaining({ code: 'bad-option' }) as Error);
});

test('without any hardware it runs to its end, quiet or not', async () => {
  const { checkSound } = await import('../../src/index.ts');
  const [exitCode, out] = await run({ test: true, input: 'tone:440', output: 'none' }, { checkSound });
  expect(exitCode).toBe(0);
  expect(out.join('\n')).toMatch(/Listening to tone:440\.[^]*Playing[^]*####[^]*Output and input work\./);
});

const PLAN: SetupPlan = {
  called: 'node-av',
  version: '6.1.1',
  purpose: 'cameras.',
  download: 'About 65 MB.',
  duration: 'A minute.',
  licence: 'The GPL.',
  neededBytes: 1,
  folder: '/addons',
  steps: ['npm install.', 'Load it.'],
};

/** Asks as the real one does. */
const setUpAddOn: DevicesParts['setUpAddOn'] = async ({ name, onEvent, confirm }) => {
  onEvent({ type: 'requirement', requirement: { what: 'npm', found: '/bin/npm\u001b[31m' } });
  onEvent({ type: 'requirement', requirement: { what: 'make', found: undefined } });
  if (!(await confirm(PLAN))) return { outcome: 'refused' };
  onEvent({ type: 'step', sentence: 'Fetching …' });
  onEvent({ type: 'progress', sentence: '20 MB so far, 10 s' });
  return { outcome: 'done', version: 'FFmpeg', where: `/addons/${name}` };
};

test('--setup says what is there, what will be done and what it costs, and does it', async () => {
  const [exitCode, out] = await run({ setup: 'video', yes: true }, { setUpAddOn });
  expect(out.join('').split('\n')).toEqual([
    '  there    npm: /bin/npm␛[31m',
    '  missing  make',
    '',
    'node-av 6.1.1: cameras.',
    'Network: About 65 MB.',
    'Time: A minute.',
    'License: The GPL.',
    'What will be done:',
    '  1. npm install.',
    '  2. Load it.',
    'Fetching …',
    '  20 MB so far, 10 s',
    'FFmpeg is ready: /addons/video',
    '',
  ]);
  expect(exitCode).toBe(0);
});

test('--setup does nothing without a yes', async () => {
  for (const [typed, wanted] of [
    ['y\n', 0],
    [' YES \n', 0],
    ['n\n', 1],
    ['\n', 1],
    ['yesterday\n', 1],
    [undefined, 1],
  ] as const) {
    const { io } = memoryIo();
    const stdin = Object.assign(io.stdin, { isTTY: true });
    if (typed === undefined) stdin.end();
    else stdin.write(typed);
    const parts = {
      listDevices: async () => NO_SOUND,
      listVideoDevices: async () => NO_VIDEO,
      checkSound: async () => RESULT,
      setUpAddOn,
    };
    expect([typed, await runDevices(devicesArguments({ setup: 'video' }), io, signal, parts)]).toEqual([typed, wanted]);
  }
});

test('--setup with nobody to ask wants --yes; ctrl-c at the question is a no', async () => {
  await expect(run({ setup: 'opencv' }, { setUpAddOn })).rejects.toMatchObject({ code: 'bad-option' });
  const { io } = memoryIo();
  Object.assign(io.stdin, { isTTY: true });
  const controller = new AbortController();
  const parts = {
    listDevices: async () => NO_SOUND,
    listVideoDevices: async () => NO_VIDEO,
    checkSound: async () => RESULT,
    setUpAddOn,
  };
  const ended = runDevices(devicesArguments({ setup: 'opencv' }), io, controller.signal, parts);
  await settled();
  controller.abort();
  expect(await ended).toBe(1);
});
