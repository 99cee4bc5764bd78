// Starts the program that the arguments name as a headless node, waits for `ready`, asks it to shut down, and checks that
// it answers and ends with 0. Used on packed installs and on other versions of Node:
//
//     node test/house/headless-smoke.mjs node dist/cli/main.js

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const PATIENCE_MS = 60_000;
const [command, ...first] = process.argv.slice(2);
const dataDir = await mkdtemp(path.join(tmpdir(), 'mmchat-smoke-'));
const options = [
  '--name',
  'smoke',
  '--data-dir',
  dataDir,
  '--no-mdns',
  '--port',
  '0',
  '--udp-port',
  '0',
  '--file-port',
  '0',
];
const child = spawn(command, [...first, 'headless', ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
const exit = new Promise((resolve, reject) => {
  child.once('error', reject);
  child.once('close', (code, signal) => resolve(signal ?? code));
});

const problems = [];
let ready = false;
let answered = false;
for await (const line of createInterface({ input: child.stdout })) {
  const { method, params, id, result } = JSON.parse(line);
  if (!ready && method !== 'ready') problems.push(`the first line is not \`ready\` but ${line}`);
  if (method === 'ready' && !ready) {
    ready = true;
    if (params?.name !== 'smoke') problems.push(`ready has the wrong name: ${line}`);
    child.stdin.write('{"jsonrpc":"2.0","id":7,"method":"shutdown"}\n');
  }
  if (id === 7 && result !== undefined) answered = true;
}
const ended = await exit;
clearTimeout(patience);
await rm(dataDir, { recursive: true, force: true });

if (!ready) problems.push('it never was ready');
if (!answered) problems.push('shutdown was not answered');
if (ended !== 0) problems.push(`it ended with ${ended}`);
for (const problem of problems) console.error(`headless smoke: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
