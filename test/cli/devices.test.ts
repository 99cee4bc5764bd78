// `devices`: what is there, what is missing, and the test that can be heard.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { devicesArguments, devicesText, runDevices, type DevicesParts } from '../../cli/commands/devices.ts';
import type { AudioDeviceList, SoundCheckEvent, SoundCheckResult } from '../../src/index.ts';
import { settled } from '../support/virtual-clock.ts';
import { memoryIo } from '../support/rpc-session.ts';

const NOTHING: AudioDeviceList = { audioInputs: [], audioOutputs: [], missing: [] };
const RESULT: SoundCheckResult = { played: true, listened: true, loudest: 0.7, toneHeard: true };
const signal = new AbortController().signal;

async function run(
  args: Record<string, string | true>,
  parts: Partial<DevicesParts> = {},
): Promise<[number, string[]]> {
  const { io } = memoryIo();
  const out: string[] = [];
  io.stdout.on('data', (text: Buffer) => out.push(text.toString()));
  const all: DevicesParts = { listDevices: async () => NOTHING, checkSound: async () => RESULT, ...parts };
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
    'Missing',
    '  sound: There is none.',
    '    Make␛[31m some.',
    '',
  ]);
});

test('--json is the list as one line', async () => {
  const [exitCode, out] = await run({ json: true });
  expect([exitCode, JSON.parse(out.join(''))]).toEqual([0, NOTHING]);
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

test.each<Record<string, string | true>>([{ json: true, test: true }, { input: 'x' }, { json: true, output: 'x' }])(
  'refuses %j',
  (own) => {
    expect(() => devicesArguments(own)).toThrow(expect.objectContaining({ code: 'bad-option' }) as Error);
  },
);

test('without any hardware it runs to its end, quiet or not', async () => {
  const { checkSound } = await import('../../src/index.ts');
  const [exitCode, out] = await run({ test: true, input: 'tone:440', output: 'none' }, { checkSound });
  expect(exitCode).toBe(0);
  expect(out.join('\n')).toMatch(/Listening to tone:440\.[^]*Playing[^]*####[^]*Output and input work\./);
});
