// One owner for each data folder, whoever starts at the same time.

import '../../src/base/platform.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { controlAddress, SOCKET_PATH_LIMIT_BYTES } from '../../cli/rpc/control-address.ts';
import { ControlSocket } from '../../cli/rpc/control-socket.ts';
import { LineReader } from '../support/rpc-session.ts';

const CHILDREN = 20;
let folder: string;
const open: ControlSocket[] = [];
const children: { process: ChildProcess; out: LineReader }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmchat-claim-'));
});

afterEach(async () => {
  for (const control of open.splice(0)) await control.close();
});

afterAll(async () => {
  for (const child of children) child.process.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function claim(dataDir: string): Promise<ControlSocket> {
  const control = await ControlSocket.claim(dataDir);
  open.push(control);
  return control;
}

test('the folder is made, for its owner only, and so is the socket', async () => {
  const dataDir = join(folder, 'new', 'deep');
  const { path } = await claim(dataDir);
  expect(path).toBe(join(dataDir, 'control.sock'));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('an empty folder made by hand is closed to others, one with things in it is left as it is', async () => {
  const [empty, full] = [join(folder, 'empty'), join(folder, 'full')];
  await mkdir(empty, { mode: 0o755 });
  await mkdir(full, { mode: 0o755 });
  await writeFile(join(full, 'notes.txt'), '');
  await claim(empty);
  await claim(full);
  expect((await stat(empty)).mode & 0o777).toBe(0o700);
  expect((await stat(full)).mode & 0o777).toBe(0o755);
});

test('the second is refused with a sentence that names folder and process, also by another path', async () => {
  const dataDir = join(folder, 'twice');
  await claim(dataDir);
  const refusal = { code: 'already-running', message: expect.stringContaining(`process ${process.pid}`) as string };
  await expect(ControlSocket.claim(dataDir)).rejects.toMatchObject(refusal);
  await symlink(dataDir, join(folder, 'alias'));
  await expect(ControlSocket.claim(join(folder, 'alias'))).rejects.toMatchObject(refusal);
});

test('after close() nothing is left and the next may come', async () => {
  const dataDir = join(folder, 'again');
  const first = await ControlSocket.claim(dataDir);
  await first.close();
  await first.close();
  await expect(stat(join(dataDir, 'control.sock'))).rejects.toThrow('ENOENT');
  await expect(stat(join(dataDir, 'control.json'))).rejects.toThrow('ENOENT');
  await claim(dataDir);
});

test('folders that can not be used, and files in the way, are told of in a sentence', async () => {
  await writeFile(join(folder, 'file'), '');
  const unusable = { code: 'data-dir', message: expect.stringContaining(join(folder, 'file')) as string };
  await expect(ControlSocket.claim(join(folder, 'file'))).rejects.toMatchObject(unusable);
  await mkdir(join(folder, 'occupied'));
  await writeFile(join(folder, 'occupied', 'control.sock'), 'precious');
  await expect(ControlSocket.claim(join(folder, 'occupied'))).rejects.toMatchObject({ code: 'data-dir' });
  expect(await readFile(join(folder, 'occupied', 'control.sock'), 'utf8')).toBe('precious');
});

test('a lock that somebody left behind is broken, a fresh one waited for', async () => {
  const dataDir = join(folder, 'locked');
  const lock = join(dataDir, 'control.lock');
  await mkdir(lock, { recursive: true });
  const fresh = ControlSocket.claim(dataDir, { lock: { patienceMs: 100 } });
  await expect(fresh).rejects.toMatchObject({ code: 'data-dir', message: expect.stringContaining(lock) as string });
  const long = new Date(Date.now() - 11_000);
  await utimes(lock, long, long);
  await claim(dataDir);
  await expect(stat(lock)).rejects.toThrow('ENOENT');
});

test('a path too long for a socket leads to a private folder elsewhere, the same each time', async () => {
  const dataDir = join(folder, 'x'.repeat(SOCKET_PATH_LIMIT_BYTES));
  const { path } = await claim(dataDir);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(SOCKET_PATH_LIMIT_BYTES);
  expect(path).not.toContain('xxx');
  expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
  await expect(ControlSocket.claim(dataDir)).rejects.toMatchObject({ code: 'already-running' });
  // Whose TMPDIR is another one still finds the owner.
  const elsewhere = { platform: process.platform, userId: process.getuid?.(), temporaryFolder: folder };
  await expect(ControlSocket.claim(dataDir, { place: elsewhere })).rejects.toMatchObject({ code: 'already-running' });
  await open.pop()?.close();
  await rm(join(path, '..'), { recursive: true, force: true });

  // Somebody else was there first.
  await mkdir(join(path, '..'), { mode: 0o777 });
  await expect(ControlSocket.claim(dataDir)).rejects.toMatchObject({ code: 'data-dir' });
  await rm(join(path, '..'), { recursive: true, force: true });
});

test('addresses of other platforms', () => {
  const windows = { platform: 'win32' as const, userId: undefined, temporaryFolder: 'C:\\Temp' };
  expect(controlAddress('C:\\data', windows)).toMatchObject({
    kind: 'pipe',
    path: expect.stringMatching(/^\\\\\.\\pipe\\mmchat-p2p-[0-9a-f]{16}$/) as string,
  });
  const deepTemporary = { platform: 'darwin' as const, userId: 501, temporaryFolder: `/var/${'t'.repeat(90)}` };
  expect(controlAddress(`/${'d'.repeat(120)}`, deepTemporary).path).toMatch(
    /^\/tmp\/mmchat-501-[0-9a-f]{16}\/control\.sock$/,
  );
});

test('of twenty processes that start at once exactly one owns the folder, fresh or left by a killed owner', async () => {
  const script = join(folder, 'claim-child.mjs');
  await build({
    entryPoints: [new URL('claim-child.ts', import.meta.url).pathname],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['*/node.ts'],
    banner: {
      js: "import { createRequire as forBundle } from 'node:module'; const require = forBundle(import.meta.url);",
    },
    logLevel: 'error',
  });
  for (let index = 0; index < CHILDREN; index++) {
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    children.push({ process: child, out: new LineReader(child.stdout) });
  }
  for (const { out } of children) await out.until(() => out.lines.length === 1);

  async function round(dataDir: string, runners: typeof children): Promise<typeof children> {
    const counts = runners.map(({ out }) => out.lines.length);
    for (const { process } of runners) process.stdin?.write(`${dataDir}\n`);
    for (const [index, { out }] of runners.entries()) await out.until(() => out.lines.length === counts[index]! + 1);
    const said = runners.map(({ out }) => out.lines.at(-1));
    expect(said.filter((line) => line === 'owned')).toHaveLength(1);
    expect(said.filter((line) => line === 'already-running')).toHaveLength(runners.length - 1);
    return runners.filter(({ out }) => out.lines.at(-1) === 'owned');
  }

  for (let index = 0; index < 5; index++) await round(join(folder, `race-${index}`), children);

  // A lock of somebody who died long ago, broken by twenty at once.
  const locked = join(folder, 'race-locked');
  await mkdir(join(locked, 'control.lock'), { recursive: true });
  const long = new Date(Date.now() - 60_000);
  await utimes(join(locked, 'control.lock'), long, long);
  await round(locked, children);

  // Sockets that nobody listens on any more: the owner was killed.
  let alive = children;
  for (let index = 0; index < 5; index++) {
    const dataDir = join(folder, `stale-${index}`);
    const [owner] = await round(dataDir, alive);
    const exited = new Promise((resolve) => owner!.process.once('exit', resolve));
    owner!.process.kill('SIGKILL');
    await exited;
    expect((await stat(join(dataDir, 'control.sock'))).isSocket()).toBe(true);
    alive = alive.filter((child) => child !== owner);
    await round(dataDir, alive);
  }
}, 60_000);

test('a stale socket of another kind of program is taken over, a living one is not', async () => {
  const dataDir = join(folder, 'foreign');
  await mkdir(dataDir);
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(join(dataDir, 'control.sock'), resolve));
  await expect(ControlSocket.claim(dataDir)).rejects.toMatchObject({ code: 'already-running' });
  await new Promise((resolve) => void server.close(resolve));
  await claim(dataDir);
});
