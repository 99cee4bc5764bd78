// The process around a command: signals ask it to end, whatever nobody caught becomes a sentence, and nobody has to
// wait for a handle that somebody forgot.

import { MmchatError, cleanLine, messageOf, type ErrorCode } from '../src/index.ts';
import { EXIT } from './io.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a person can put right before trying again; anything else went wrong on the way. */
const UNUSABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-option',
  'bad-name',
  'port-in-use',
  'data-dir',
  'data-dir-in-use',
  'corrupt-identity',
  'identity-in-use',
  'already-running',
  'missing-tools',
  'bad-network-key',
]);

/** The lines and the exit code for anything that was thrown. A stack is shown only to who asks for it. */
export function failureOf(error: unknown, env: Environment): { text: string; exitCode: number } {
  const known = error instanceof MmchatError;
  const sentence = cleanLine(messageOf(error));
  const lines = [
    known ? `mmchat-p2p: ${sentence}` : `mmchat-p2p: an error of the program itself ended it: ${sentence}`,
  ];
  const wantsStack = env['MMCHAT_DEBUG'] === '1';
  if (wantsStack && error instanceof Error) lines.push(...stackLines(error));
  else if (!known) lines.push('MMCHAT_DEBUG=1 shows where.');
  return {
    text: `${lines.join('\n')}\n`,
    exitCode: known && UNUSABLE.has(error.code) ? EXIT.unusable : EXIT.failed,
  };
}

function stackLines(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').slice(1).map(cleanLine);
  return error.cause instanceof Error
    ? [...lines, cleanLine(`because of: ${error.cause.message}`), ...stackLines(error.cause)]
    : lines;
}

/**
 * A signal that aborts when the process is asked to end. The second time it ends at once. Whoever reads stdout and
 * goes away (`mmchat-p2p peers | head -1`) asks as well.
 */
export function guardProcess(program: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const ask = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) program.exit(EXIT.failed);
    controller.abort(name);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) program.on(name, ask);
  for (const stream of [program.stdout, program.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      controller.abort('EPIPE');
    });
  }
  const fail = (error: unknown): void => {
    const failure = failureOf(error, program.env);
    program.stderr.write(failure.text);
    program.exit(EXIT.failed);
  };
  program.on('uncaughtException', fail);
  program.on('unhandledRejection', fail);
  return controller.signal;
}

/** Ends the process once what was written is out; a reader that never reads can't hold it for ever. */
export function leave(exitCode: number, program: NodeJS.Process = process): void {
  program.exitCode = exitCode;
  const patience = setTimeout(() => program.exit(exitCode), 2_000);
  patience.unref();
  program.stdout.write('', () => {
    program.stderr.write('', () => program.exit(exitCode));
  });
}
