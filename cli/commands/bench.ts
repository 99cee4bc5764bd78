// `mmchat-p2p bench`: measures the program on this machine, beside plain baselines.

import { MmchatError, cleanLine } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';

export interface BenchArguments {
  /** All of them when it is left out. */
  readonly question: string | undefined;
  readonly json: boolean;
  readonly quick: boolean;
}

/** What the processes of the bench are started with; nobody types it. */
const CHILD = 'child';

/** @throws MmchatError `bad-option` when there is no such question */
export async function runBench(
  { question, json, quick }: BenchArguments,
  io: CliIo,
  signal: AbortSignal,
  program: readonly [string, ...string[]] = [process.execPath, process.argv[1] ?? ''],
): Promise<number> {
  if (question === CHILD && process.send !== undefined) {
    const { runBenchChild } = await import('../../bench/processes/child.ts');
    await runBenchChild();
    return EXIT.done;
  }
  const { QUESTIONS, ask } = await import('../../bench/questions.ts');
  const { reportText } = await import('../../bench/support/report.ts');
  const asked = QUESTIONS.filter((one) => question === undefined || one === question);
  if (asked.length === 0)
    throw new MmchatError('bad-option', `bench answers ${QUESTIONS.join(', ')}, not ${question ?? ''}.`);
  for (const one of asked) {
    const progress = (what: string): void => void io.stderr.write(`bench ${one}: ${cleanLine(what)}\n`);
    try {
      const report = await ask(one, quick, { program, env: io.env, signal, progress });
      io.stdout.write(json ? `${JSON.stringify(report)}\n` : `${reportText(report)}\n`);
    } catch (error) {
      if (signal.aborted) return EXIT.failed;
      throw error;
    }
  }
  return EXIT.done;
}
