// The layer rules notice what they are for: each break is planted in an otherwise clean tree and must be reported.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A clean tree in small: file and what it imports. */
const CLEAN: Readonly<Record<string, readonly string[]>> = {
  'src/base/platform.ts': [],
  'src/base/clock.ts': [],
  'src/wire/frames.ts': ['../base/clock.ts'],
  'src/state/values.ts': ['../base/clock.ts'],
  'src/contracts/links.ts': ['../state/values.ts'],
  'src/net/tcp-links.ts': ['../contracts/links.ts', '../wire/frames.ts', 'node:net', 'libp2p'],
  'src/services/chat.ts': ['../contracts/links.ts', '../wire/frames.ts'],
  'src/node.ts': ['./net/tcp-links.ts', './services/chat.ts'],
  'src/index.ts': ['./base/platform.ts', './node.ts'],
  'cli/ui/screen.ts': ['ink'],
  'cli/commands/chat.ts': ['../ui/screen.ts', '../../src/index.ts'],
  'cli/main.ts': ['../src/base/platform.ts', '../src/index.ts', './commands/chat.ts'],
  'bench/text.ts': ['../src/index.ts', 'libp2p'],
};

/** The rule that must speak when a new file imports this. */
const BREAKS: readonly (readonly [rule: string, file: string, target: string])[] = [
  ['no-circles', 'src/base/circle-2.ts', './circle.ts'],
  ['base-imports-only-itself', 'src/base/break.ts', '../wire/frames.ts'],
  ['wire-imports-only-base', 'src/wire/break.ts', '../services/chat.ts'],
  ['state-imports-only-base', 'src/state/break.ts', '../contracts/links.ts'],
  ['services-imports-only-base+wire+state+media+contracts', 'src/services/break.ts', '../net/tcp-links.ts'],
  ['net-imports-only-base+wire+state+contracts', 'src/net/break.ts', '../services/chat.ts'],
  ['unknown-room', 'src/attic/box.ts', '../base/clock.ts'],
  ['front-ends-use-the-front-door', 'cli/break.ts', '../src/node.ts'],
  ['front-ends-use-the-front-door', 'bench/break.ts', '../src/services/chat.ts'],
  ['the-library-knows-no-front-end', 'src/break.ts', '../cli/ui/screen.ts'],
  ['only-the-terminal-ui-draws', 'cli/commands/break.ts', '../ui/screen.ts'],
  ['pure-rooms-do-no-io', 'src/state/break-io.ts', 'node:fs'],
  ['ink-react-only-in-cli', 'src/services/break-react.ts', 'react'],
  ['libp2p-libp2p-chainsafe-multiformats-only-in-src-net', 'src/services/break-libp2p.ts', 'libp2p'],
  ['bonjour-service-only-in-src-net', 'cli/break-bonjour.ts', 'bonjour-service'],
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let tree: string;
let ofCleanTree: readonly Violation[];
let ofBrokenTree: readonly Violation[];

beforeAll(async () => {
  tree = await mkdtemp(path.join(tmpdir(), 'mmchat-layers-'));
  await symlink(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
  for (const [file, imports] of Object.entries(CLEAN)) await plant(file, imports);
  ofCleanTree = await violations();
  for (const [, file, target] of BREAKS) await plant(file, [target]);
  await plant('src/base/circle.ts', ['./circle-2.ts']);
  ofBrokenTree = await violations();
});

afterAll(async () => {
  await rm(tree, { recursive: true, force: true });
});

async function plant(file: string, imports: readonly string[]): Promise<void> {
  await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
  const lines = imports.map((target) => `import '${target}';\n`);
  await writeFile(path.join(tree, file), `${lines.join('')}export const here = true;\n`);
}

async function violations(): Promise<readonly Violation[]> {
  const depcruise = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['--config', path.join(root, 'test/house/layers.cjs'), '--output-type', 'json'];
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [depcruise, ...options, '{src,cli,bench}/**/*.ts'],
      { cwd: tree, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => {
        // It exits with the number of errors; without any output it did not run.
        if (stdout === '') reject(error ?? new Error('dependency-cruiser printed nothing'));
        else resolve(stdout);
      },
    );
  });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

test('a clean tree passes', () => {
  expect(ofCleanTree).toEqual([]);
});

test.each(BREAKS)('%s: %s must not import %s', (rule, file) => {
  const reported = ofBrokenTree.filter((violation) => violation.from === file);
  expect(reported.map((violation) => violation.rule.name)).toContain(rule);
});

test('nothing else is reported', () => {
  const planted = new Set([...BREAKS.map(([, file]) => file), 'src/base/circle.ts']);
  expect(ofBrokenTree.filter((violation) => !planted.has(violation.from))).toEqual([]);
});
