// What a program asks of the kernel, in order: strace around it.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** With this set to 1 it is a failure when strace can't run; CI sets it. */
const REQUIRED = process.env['MMCHAT_REQUIRE_LAN'] === '1';

/** Whether tests with strace run: where it is installed and may trace, and wherever it must be. */
export function straceRuns(): boolean {
  return REQUIRED || spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
}

export interface Traced {
  readonly child: ChildProcess;
  /** The calls, one a line, once the program has ended; file descriptors with their paths. */
  lines(): Promise<string[]>;
}

/** Starts a program under strace, all its threads. */
export function startTraced(command: readonly string[], calls: readonly string[], output: string): Traced {
  const child = spawn('strace', ['-f', '-y', '-s', '80', '-e', `trace=${calls.join(',')}`, '-o', output, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: async () => (await readFile(output, 'utf8')).split('\n') };
}
