// `mmchat-p2p devices --setup`: says what is there and what will be done, asks, and shows how far it is in plain lines.

import { createInterface } from 'node:readline';
import {
  MmchatError,
  cleanLine,
  type AddOnName,
  type SetupEvent,
  type SetupPlan,
  type setUpAddOn,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';

export interface SetupArguments {
  readonly name: AddOnName;
  /** Don't ask. */
  readonly yes: boolean;
}

export async function runSetup(
  { name, yes }: SetupArguments,
  io: CliIo,
  signal: AbortSignal,
  setUp: typeof setUpAddOn,
): Promise<number> {
  const say = (line: string): void => void io.stdout.write(`${cleanLine(line)}\n`);
  const result = await setUp({
    name,
    env: io.env,
    signal,
    onEvent: (event) => say(eventLine(event)),
    confirm: async (plan) => {
      for (const line of planLines(plan)) say(line);
      return yes || ask(io, signal);
    },
  });
  if (result.outcome === 'refused') {
    say('Nothing was done.');
    return EXIT.failed;
  }
  const where = `${result.version} is ready: ${result.where}`;
  say(result.outcome === 'there-already' ? `It is there already. ${where}` : where);
  return EXIT.done;
}

function eventLine(event: SetupEvent): string {
  if (event.type === 'step') return event.sentence;
  if (event.type === 'progress') return `  ${event.sentence}`;
  const { what, found } = event.requirement;
  return found === undefined ? `  missing  ${what}` : `  there    ${what}: ${found}`;
}

function planLines({ called, version, purpose, download, duration, licence, steps }: SetupPlan): string[] {
  return [
    '',
    `${called} ${version}: ${purpose}`,
    `Network: ${download}`,
    `Time: ${duration}`,
    `License: ${licence}`,
    'What will be done:',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
  ];
}

/** @throws MmchatError `bad-option` where nobody could answer */
async function ask(io: CliIo, signal: AbortSignal): Promise<boolean> {
  if (io.stdin.isTTY !== true)
    throw new MmchatError('bad-option', 'Nothing was done: there is nobody to ask. --yes agrees to all of it.');
  io.stdout.write('Do it? [y/N] ');
  const lines = createInterface({ input: io.stdin, terminal: false });
  const answer = Promise.withResolvers<string>();
  lines.once('line', answer.resolve);
  lines.once('close', () => answer.resolve(''));
  const onAbort = (): void => answer.resolve('');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return /^\s*y(?:es)?\s*$/iu.test(await answer.promise);
  } finally {
    signal.removeEventListener('abort', onAbort);
    lines.close();
  }
}
