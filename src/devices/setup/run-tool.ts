// Runs one program of the setup to its end: what it says goes to a log file and is looked at line by line; when the setup is
// stopped, it ends together with everything that it started.

import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { cleanLine } from '../../base/clean-text.ts';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import { onLines } from '../output-lines.ts';

export interface ToolRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export type ToolEnd =
  | { readonly ok: true }
  /** `reason`: in words, with the line that says most. */
  | { readonly ok: false; readonly reason: string };

/** A compiler that complains about every header. */
const MAX_LOG_BYTES = 20_000_000;
const KILL_AFTER_MS = 3_000;
/** Lines that say more than the last one does. */
const TELLING = /\b(?:error|fatal|not found|no such file|unable|E[A-Z]{4,})\b/iu;

/** @throws MmchatError `stopped` when the signal ended it */
export async function runTool(run: ToolRun): Promise<ToolEnd> {
  const { file, args, folder, env, logFile, signal, clock, onLine } = run;
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  // A log that can't be written is no reason to stop.
  log.on('error', () => undefined);
  log.write(`$ ${[file, ...args].map((word) => cleanLine(word)).join(' ')}\n`);
  // A group of its own: compilers are children of children.
  const isGroup = process.platform !== 'win32';
  const child = spawn(file, [...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
    windowsHide: true,
  });
  let [last, telling, logBytes] = ['', '', 0];
  const hear = (line: string): void => {
    const clean = cleanLine(line).trim();
    if (clean === '') return;
    last = clean;
    if (telling === '' && TELLING.test(clean)) telling = clean;
    onLine(clean);
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      logBytes += bytes.length;
      if (logBytes <= MAX_LOG_BYTES) log.write(bytes);
    });
    onLines(stream, hear);
  }
  const onAbort = (): void => {
    kill(child, isGroup, 'SIGTERM');
    const timer = clock.after(KILL_AFTER_MS, () => kill(child, isGroup, 'SIGKILL'));
    child.once('close', () => timer.cancel());
  };
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  child.once('error', (error) => {
    if (child.pid === undefined) resolve(error.message);
  });
  child.once('close', (code, name) => resolve(code === 0 ? undefined : name === null ? `exit code ${code}` : name));
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const how = await promise;
  signal?.removeEventListener('abort', onAbort);
  log.end();
  await finished(log).catch(() => undefined);
  if (signal?.aborted === true) throw new MmchatError('stopped', 'The setup was stopped; run again, it goes on.');
  if (how === undefined) return { ok: true };
  const said = telling === '' ? last : telling;
  return { ok: false, reason: cleanLine(said === '' ? how : `${how}: ${said}`).slice(0, 300) };
}

function kill(child: ChildProcess, isGroup: boolean, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (isGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It is gone already.
  }
}
