// Runs a program that answers and ends, such as a list of devices: bounded in time and in what it may say.

import { execFile } from 'node:child_process';
import { cleanLine } from '../base/clean-text.ts';
import { deviceEnvironment, type Environment } from './commands.ts';

export type CommandAnswer =
  | { readonly ok: true; readonly text: string }
  /** `reason`: a few words, the last line that it wrote. */
  | { readonly ok: false; readonly reason: string };

export interface AskOptions {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 4_000;
const MAX_ANSWER_BYTES = 1 << 20;

export async function askCommand(file: string, args: readonly string[], options: AskOptions): Promise<CommandAnswer> {
  const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
  const child = execFile(
    file,
    [...args],
    {
      env: deviceEnvironment(options.env),
      encoding: 'utf8',
      timeout: options.timeoutMs ?? TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_ANSWER_BYTES,
      windowsHide: true,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
    (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, text: stdout });
      const said = stderr.trim().split('\n').at(-1) ?? '';
      const reason = error.killed === true ? 'it does not answer' : cleanLine(said === '' ? error.message : said);
      resolve({ ok: false, reason: reason.slice(0, 200) });
    },
  );
  child.stdin?.on('error', () => undefined);
  child.stdin?.end();
  return promise;
}
