// Runs `mmchat-p2p` to its end and keeps what it wrote.

import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import type { LanHost } from './lan-host.ts';
import { patient } from './patience.ts';
import { programCommand, programEnvironment } from './program.ts';

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where it runs. @default this computer itself */
  readonly host?: LanHost;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export async function runProgram(args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  const [command, ...rest] = programCommand(args);
  const spawnOptions = { env: programEnvironment(options.environment), stdio: 'pipe' } as const;
  const child = options.host?.spawn(command, rest, spawnOptions) ?? spawn(command, rest, spawnOptions);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), patient(options.timeoutMs ?? 20_000));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  clearTimeout(timer);
  return { code, stdout, stderr };
}

/** It could not begin, said so in one clear sentence, and showed nobody a stack. */
export function expectOneSentence(result: ProgramResult, about: RegExp): void {
  expect(result).toMatchObject({ code: 2, stdout: '' });
  expectSentence(result.stderr, about);
}

export function expectSentence(text: string, about: RegExp): void {
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\S.*[.!?]$/);
  expect(lines[0]).toMatch(about);
  expect(text).not.toMatch(/\n\s+at |node:internal|Error:/);
}

/** Escape sequences, control characters and bidi overrides: what nobody's text may bring onto a screen. */
export function expectClean(text: string): void {
  // eslint-disable-next-line no-control-regex -- looking for them is the point
  expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
}
