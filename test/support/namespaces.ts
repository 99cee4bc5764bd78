// Network namespaces by iproute2 and nftables: names, commands, and a clean-up that also works after a crash.

import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

const PREFIX = 'mmchat';

/** Runs a command to its end. Rejects with what it wrote to stderr. */
export async function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, [...args], { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}\n${input}${stderr || error.message}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Runs lines of `ip`'s batch language inside a namespace, in one process. */
export async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run('ip', ['-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Runs an nft script inside a namespace, as one transaction. */
export async function nft(namespace: string, script: string): Promise<void> {
  await run('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], `${script}\n`);
}

/** Writes kernel settings below /proc/sys inside a namespace. */
export async function setKernel(namespace: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const script = Object.entries(settings).map(([path, value]) => `echo ${value} > /proc/sys/${path}`);
  await run('ip', ['netns', 'exec', namespace, 'sh', '-e', '-c', script.join('\n')]);
}

/** A name that no other LAN has and that tells which process to ask whether it is still wanted. */
export function newNamespacePrefix(): string {
  return `${PREFIX}-${process.pid}-${randomBytes(3).toString('hex')}`;
}

const alive = new Set<string>();

export async function addNamespace(name: string): Promise<void> {
  if (alive.size === 0) guardExit(true);
  alive.add(name);
  await run('ip', ['netns', 'add', name]);
}

/** Ends every process inside (deleting a namespace ends none), then deletes it. */
export async function removeNamespace(name: string): Promise<void> {
  for (let round = 0; round < 50 && killInside(name) > 0; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await run('ip', ['netns', 'del', name]);
  alive.delete(name);
  if (alive.size === 0) guardExit(false);
}

/** Takes away what a test process left that was killed before it could clean up. */
export function sweepStaleNamespaces(): void {
  for (const line of execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n')) {
    const name = line.split(' ')[0] ?? '';
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) removeNow(name);
  }
}

/** Why network namespaces can't be used here, in one line; undefined when they can. Tried once per process. */
export function namespacesUnavailable(): string | undefined {
  tried ??= { reason: tryNamespaces() };
  return tried.reason;
}

interface Trial {
  readonly reason: string | undefined;
}

let tried: Trial | undefined;

function tryNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist only on Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (spawnSync('ip', ['-V']).status !== 0) return 'ip is missing (Debian package iproute2)';
  if (spawnSync('nft', ['-v']).status !== 0) return 'nft is missing (Debian package nftables)';
  const name = `${newNamespacePrefix()}-try`;
  const added = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (added.status !== 0) return `no network namespace can be made here: ${firstLine(added.stderr)}`;
  try {
    const input = 'table bridge t { chain c { type filter hook forward priority 0; }\n}\n';
    const filtered = spawnSync('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input, encoding: 'utf8' });
    if (filtered.status !== 0) return `nftables does not filter bridges here: ${firstLine(filtered.stderr)}`;
    const bridged = spawnSync('ip', ['-n', name, 'link', 'add', 'name', 'lan1', 'type', 'bridge'], {
      encoding: 'utf8',
    });
    if (bridged.status !== 0) return `no bridge can be made here: ${firstLine(bridged.stderr)}`;
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
  return undefined;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function killInside(name: string): number {
  const listed = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  const pids = listed.stdout.split('\n').filter((pid) => pid !== '');
  for (const pid of pids) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended between being listed and being killed.
    }
  }
  return pids.length;
}

function removeNow(name: string): void {
  for (let round = 0; round < 5 && killInside(name) > 0; round += 1) spawnSync('sleep', ['0.02']);
  spawnSync('ip', ['netns', 'del', name]);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function guardExit(on: boolean): void {
  const change = on ? process.on.bind(process) : process.off.bind(process);
  change('exit', removeAllNow);
  for (const signal of SIGNALS) change(signal, removeAllAndDie);
}

function removeAllAndDie(signal: NodeJS.Signals): void {
  removeAllNow();
  guardExit(false);
  process.kill(process.pid, signal);
}

function removeAllNow(): void {
  for (const name of alive) removeNow(name);
}
