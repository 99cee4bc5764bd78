// Sets up an add-on, step by step: look, say what will be done, ask, do it, try it. What was done is not done again, what was
// interrupted begins anew.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ADD_ONS, addOnFolder, findAddOn, type AddOnName } from '../../base/add-ons.ts';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import { findCommand, type Environment } from '../commands.ts';
import { ADD_ON_FACTS, type AddOnFacts } from './add-on-facts.ts';
import { packageManager, remedyLines } from './remedies.ts';
import { requirements, type Requirement } from './requirements.ts';
import { runTool, type ToolEnd, type ToolRun } from './run-tool.ts';
import { SetupFolder, folderBytes, type SetupStepName } from './setup-folder.ts';
import { findNpm, nodeHeaders, toolEnvironment } from './tools.ts';
import { tryAddOn } from './try-add-on.ts';

export interface SetupPlan extends AddOnFacts {
  readonly folder: string;
  readonly version: string;
  /** What will be done, each a sentence; steps that are done are left out. */
  readonly steps: readonly string[];
}

export type SetupEvent =
  | { readonly type: 'requirement'; readonly requirement: Requirement }
  | { readonly type: 'step'; readonly sentence: string }
  | { readonly type: 'progress'; readonly sentence: string };

export type SetupResult =
  /** `where`: the add-on's main file. */
  | { readonly outcome: 'done' | 'there-already'; readonly where: string; readonly version: string }
  | { readonly outcome: 'refused' };

export interface SetupWishes {
  readonly name: AddOnName;
  readonly addOnsFolder: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: SetupEvent) => void;
  /** Before anything is changed. */
  readonly confirm: (plan: SetupPlan) => Promise<boolean>;
}

const STEPS: Readonly<Record<AddOnName, readonly SetupStepName[]>> = {
  video: ['fetch', 'try'],
  opencv: ['fetch', 'compile', 'try'],
};
const PROGRESS_PERIOD_MS = 10_000;

/** @throws MmchatError `missing-tools`, `setup-failed`, `stopped`, `busy`, `data-dir` */
export async function setUpAddOn(wishes: SetupWishes): Promise<SetupResult> {
  const { name, addOnsFolder, env, onEvent, signal } = wishes;
  const there = findAddOn(name, addOnsFolder);
  if (there !== undefined) {
    const answer = await tryAddOn(name, there, env, signal);
    if (answer.ok) return { outcome: 'there-already', where: there, version: answer.version };
  }
  const folder = new SetupFolder(addOnFolder(addOnsFolder, name));
  const { platform, arch } = process;
  const found = await requirements(name, { env, platform, arch, folder: folder.path, signal });
  for (const requirement of found) onEvent({ type: 'requirement', requirement });
  refuseWithout(found, env);
  const done = there === undefined ? await folder.doneSteps() : new Set<string>();
  const plan = planOf(name, folder.path, done);
  if (!(await wishes.confirm(plan))) return { outcome: 'refused' };
  return folder.hold(async () => {
    // Whoever had the folder until now may have done more.
    const doneNow = there === undefined ? await folder.doneSteps() : new Set<string>();
    const version = await runSteps(wishes, folder, doneNow);
    await folder.markReady(version);
    const where = findAddOn(name, addOnsFolder);
    if (where === undefined) throw failed(folder, 'what was installed is not found');
    return { outcome: 'done', where, version };
  });
}

function refuseWithout(found: readonly Requirement[], env: Environment): void {
  const missing = found.filter((each) => each.found === undefined);
  if (missing.length === 0) return;
  const manager = packageManager(process.platform, (program) => findCommand(program, env) !== undefined);
  const tools = missing
    .filter(({ advice }) => advice === undefined)
    .flatMap(({ tool }) => (tool === undefined ? [] : [tool]));
  const lines = remedyLines(manager, [...tools, ...missing.flatMap(({ tool }) => (tool === 'opencv' ? [tool] : []))]);
  const advice = missing.flatMap((each) => (each.advice === undefined ? [] : [each.advice]));
  const typed = lines.length === 0 ? '' : ` Type this, then run it again: ${lines.join(' && ')}`;
  const names = missing.map(({ what }) => what).join(', ');
  throw new MmchatError(
    'missing-tools',
    `This is missing: ${names}. ${advice.join(' ')}${typed}`.replace(/ {2,}/gu, ' ').trim(),
  );
}

function planOf(name: AddOnName, folder: string, done: ReadonlySet<string>): SetupPlan {
  const { packageName, version } = ADD_ONS[name];
  const headers =
    nodeHeaders() === undefined
      ? ` node-gyp fetches the headers of Node.js ${process.version} for it (10 MB, from nodejs.org).`
      : '';
  const sentences: Readonly<Record<SetupStepName, string>> = {
    fetch: `npm install ${packageName}@${version}, without its install scripts, into ${folder}.`,
    compile: `node-gyp rebuild in it.${headers}`,
    try: 'Load it once, in a process of its own.',
  };
  const steps = STEPS[name].filter((step) => !done.has(step)).map((step) => sentences[step]);
  return { ...ADD_ON_FACTS[name], folder, version, steps };
}

/** @returns the version that the add-on says it has */
async function runSteps(wishes: SetupWishes, folder: SetupFolder, done: ReadonlySet<string>): Promise<string> {
  const { name, env, onEvent, signal } = wishes;
  const { packageName, version } = ADD_ONS[name];
  if (!done.has('fetch')) {
    onEvent({ type: 'step', sentence: `Fetching ${packageName}@${version} …` });
    await folder.clear();
    await fetchPackage(wishes, folder);
    await folder.saveDone(['fetch']);
  }
  if (STEPS[name].includes('compile') && !done.has('compile')) {
    onEvent({ type: 'step', sentence: `Compiling ${packageName} …` });
    await compile(wishes, folder);
    await folder.saveDone(['fetch', 'compile']);
  }
  onEvent({ type: 'step', sentence: 'Trying it …' });
  const answer = await tryAddOn(name, path.join(folder.path, 'node_modules', packageName), env, signal);
  if (answer.ok) return answer.version;
  if (signal?.aborted === true) throw new MmchatError('stopped', 'The setup was stopped; run again, it goes on.');
  // What doesn't work is not kept as done.
  await folder.saveDone([]);
  throw failed(folder, `it does not load: ${answer.reason}`);
}

async function fetchPackage(wishes: SetupWishes, folder: SetupFolder): Promise<void> {
  const { name, env } = wishes;
  const { packageName, version } = ADD_ONS[name];
  const npm = findNpm(env);
  if (npm === undefined) throw new MmchatError('missing-tools', 'npm is gone.');
  const words = ['--no-save', '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--no-progress'];
  const args = [...npm.args, 'install', '--prefix', folder.path, ...words, `${packageName}@${version}`];
  const end = await runWithProgress(
    wishes,
    folder,
    { file: npm.file, args, folder: folder.path, env: toolEnvironment(env) },
    async () => `${Math.round((await folderBytes(path.join(folder.path, 'node_modules'))) / 1e6)} MB so far`,
  );
  if (!end.ok) throw failed(folder, `npm: ${end.reason}`);
}

async function compile(wishes: SetupWishes, folder: SetupFolder): Promise<void> {
  const { name, env } = wishes;
  const place = path.join(folder.path, 'node_modules', ADD_ONS[name].packageName);
  const nodeGyp = path.join(folder.path, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const headers = nodeHeaders();
  const args = [nodeGyp, 'rebuild', ...(headers === undefined ? [] : [`--nodedir=${headers}`])];
  const total = await countSources(path.join(place, 'binding.gyp'));
  let compiled = 0;
  const end = await runWithProgress(
    wishes,
    folder,
    {
      file: process.execPath,
      args,
      folder: place,
      // Without the first it would clone OpenCV and build all of it.
      env: { ...toolEnvironment(env), OPENCV4NODEJS_DISABLE_AUTOBUILD: '1', JOBS: env['JOBS'] ?? 'max' },
      onLine: (line) => {
        if (/^CXX\(target\)|\.cc$/u.test(line)) compiled++;
      },
    },
    async () => (total === 0 ? `${compiled} files` : `${Math.min(compiled, total)} of ${total} files`),
  );
  if (!end.ok) throw failed(folder, `node-gyp: ${end.reason}`);
}

type ProgressRun = Omit<ToolRun, 'logFile' | 'clock' | 'signal' | 'onLine'> & Partial<Pick<ToolRun, 'onLine'>>;

async function runWithProgress(
  { clock, onEvent, signal }: SetupWishes,
  folder: SetupFolder,
  run: ProgressRun,
  describe: () => Promise<string>,
): Promise<ToolEnd> {
  const startedMs = clock.monotonicMs();
  const seconds = (): number => Math.round((clock.monotonicMs() - startedMs) / 1_000);
  let isOver = false;
  const timer = clock.every(PROGRESS_PERIOD_MS, () => {
    void describe().then((text) => {
      if (!isOver) onEvent({ type: 'progress', sentence: `${text}, ${seconds()} s` });
    });
  });
  try {
    return await runTool({ onLine: () => undefined, ...run, logFile: folder.logFile, clock, signal });
  } finally {
    isOver = true;
    timer.cancel();
  }
}

async function countSources(bindingFile: string): Promise<number> {
  const text = await readFile(bindingFile, 'utf8').catch(() => '');
  return (text.match(/"cc\/[^"]+\.cc"/gu) ?? []).length;
}

function failed(folder: SetupFolder, reason: string): MmchatError {
  return new MmchatError('setup-failed', `The setup failed (${reason}). All that was said is in ${folder.logFile}.`);
}
