// The commands that need no node, through the same door as the program.

import '../../src/base/platform.ts';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../cli/command-table.ts';
import type { CliIo } from '../../cli/io.ts';
import { nearest } from '../../cli/nearest.ts';
import { failureOf } from '../../cli/process-guard.ts';
import { runCommand } from '../../cli/run-command.ts';
import { MmchatError, NODE_OPTION_SPECS, VERSION } from '../../src/index.ts';

async function run(...typed: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout: into('stdout'),
    stderr: into('stderr'),
    env: { HOME: '/none' },
  };
  const exitCode = await runCommand(typed, io, new AbortController().signal);
  return { exitCode, ...written };
}

test('--version prints the version and nothing else', async () => {
  expect(await run('--version')).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test.each([['--help'], ['-h'], ['help']])('%s lists every command and every node option', async (typed) => {
  const { exitCode, stdout, stderr } = await run(typed);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command.name}`);
  for (const option of NODE_OPTION_SPECS) expect(stdout).toContain(`--${option.flag}`);
});

test.each(COMMANDS.map((command) => [command]))('help about $name', async (command) => {
  const { stdout } = await run('help', command.name);
  expect((await run(command.name, '--help')).stdout).toBe(stdout);
  expect(stdout).toContain(`Usage: mmchat-p2p ${command.name}`);
  for (const option of command.options) expect(stdout).toContain(`--${option.flag}`);
});

test('help fits a terminal of 80 columns', async () => {
  for (const command of [undefined, ...COMMANDS]) {
    const { stdout } = await run('help', ...(command === undefined ? [] : [command.name]));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  }
});

test('help about something that is not there', async () => {
  await expect(run('help', 'peer')).rejects.toThrow('There is no command peer. Did you mean peers?');
});

test('say goes to one place', async () => {
  await expect(run('say', '--to', 'bob', '--room', 'lab', 'hello')).rejects.toThrow(
    'say takes either --to or --room, not both.',
  );
});

test('network-key: the key alone on stdout, instructions on stderr', async () => {
  const { exitCode, stdout, stderr } = await run('network-key');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^(?:[a-z2-7]{4}-){7}[a-z2-7]{4}\n$/u);
  expect(stderr).toContain('--network-key-file');
  expect((await run('network-key')).stdout).not.toBe(stdout);
});

test('nearest: near is near, far is nothing', () => {
  expect(nearest('hepl', ['help', 'headless'])).toBe('help');
  expect(nearest('x', ['help', 'say'])).toBeUndefined();
  expect(nearest('p'.repeat(100_000), ['peers'])).toBeUndefined();
});

test('what can be put right exits with 2 and one clean line', () => {
  expect(failureOf(new MmchatError('port-in-use', 'Port 9011 is\u001B[2J in use.'), {})).toEqual({
    text: 'mmchat-p2p: Port 9011 is\u241B[2J in use.\n',
    exitCode: 2,
  });
  expect(failureOf(new MmchatError('unreachable', 'Nobody is there.'), {}).exitCode).toBe(1);
});

test('an error of the program exits with 1, its stack only on demand', () => {
  const error = new Error('boom', { cause: new Error('deep') });
  expect(failureOf(error, {})).toEqual({
    text: 'mmchat-p2p: an error of the program itself ended it: boom\nMMCHAT_DEBUG=1 shows where.\n',
    exitCode: 1,
  });
  expect(failureOf(error, { MMCHAT_DEBUG: '1' }).text).toMatch(/\n {4}at [^]*\nbecause of: deep\n {4}at /u);
});
