// Several computers on one: network namespaces, each with one cable of a given speed to a switch between them. Nothing of it
// can be reached from outside. Linux, and root.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

const PREFIX = 'mmchat';
/** So much may wait in front of a cable. */
const QUEUE_MS = 50;
/** A packet that the kernel has not cut yet is up to 64 KiB. */
const BURST = '128kb';

export interface Host {
  /** How a command is run on it. */
  inside(command: readonly [string, ...string[]]): readonly [string, ...string[]];
  /** Bytes that it has put on its cable so far. */
  sentBytes(): Promise<number>;
}

export interface Hosts {
  readonly all: readonly Host[];
  close(): Promise<void>;
}

/** Why there can be none here, as a sentence; undefined when there can. */
export async function hostsUnavailable(): Promise<string | undefined> {
  const needs = 'Hosts of one machine need Linux, root, and the commands ip and tc (Debian: apt install iproute2)';
  if (process.platform !== 'linux') return `${needs}: this is ${process.platform}.`;
  if (process.getuid?.() !== 0) return `${needs}: this is not root.`;
  const name = namespaceOf('try');
  try {
    await run('tc', ['-V']);
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['netns', 'del', name]);
    return undefined;
  } catch (error) {
    return `${needs}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Every cable carries so many Mbit/s each way. */
export async function connectHosts(count: number, mbitPerSecond: number): Promise<Hosts> {
  await sweep();
  const names: string[] = [];
  const add = async (what: string): Promise<string> => {
    const name = namespaceOf(what);
    await run('ip', ['netns', 'add', name]);
    names.push(name);
    return name;
  };
  const close = async (): Promise<void> => {
    for (const name of names.splice(0)) await run('ip', ['netns', 'del', name]);
  };
  const slow = async (namespace: string, device: string): Promise<void> => {
    const rate = ['tbf', 'rate', `${mbitPerSecond}mbit`, 'burst', BURST, 'latency', `${QUEUE_MS}ms`];
    await run('tc', ['-n', namespace, 'qdisc', 'add', 'dev', device, 'root', ...rate]);
  };
  try {
    const hub = await add('switch');
    await run('ip', ['-n', hub, 'link', 'add', 'lan', 'type', 'bridge', 'stp_state', '0', 'mcast_snooping', '0']);
    await run('ip', ['-n', hub, 'link', 'set', 'lan', 'up']);
    const all: Host[] = [];
    for (let number = 1; number <= count; number++) {
      const namespace = await add(`host${number}`);
      const port = `port${number}`;
      await run('ip', ['-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
      await run('ip', ['-n', hub, 'link', 'set', port, 'master', 'lan', 'up']);
      for (const device of ['lo', 'eth0']) await run('ip', ['-n', namespace, 'link', 'set', device, 'up']);
      const address = ['addr', 'add', `10.78.0.${number}/24`, 'broadcast', '+', 'dev', 'eth0'];
      await run('ip', ['-n', namespace, ...address]);
      await slow(namespace, 'eth0');
      await slow(hub, port);
      all.push({
        inside: (command) => ['ip', 'netns', 'exec', namespace, ...command],
        sentBytes: () => sentBytes(namespace),
      });
    }
    return { all, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function sentBytes(namespace: string): Promise<number> {
  const text = await run('ip', ['-n', namespace, '-s', '-j', 'link', 'show', 'dev', 'eth0']);
  const [shown] = JSON.parse(text) as { stats64: { tx: { bytes: number } } }[];
  return shown?.stats64.tx.bytes ?? Number.NaN;
}

function namespaceOf(what: string): string {
  return `${PREFIX}-${process.pid}-bench-${what}`;
}

/** What a bench left that was killed. */
async function sweep(): Promise<void> {
  for (const line of (await run('ip', ['netns', 'list'])).split('\n')) {
    const found = new RegExp(`^(${PREFIX}-(\\d+)-bench-\\w+)`, 'u').exec(line);
    if (found?.[1] !== undefined && !existsSync(`/proc/${found[2]}`)) await run('ip', ['netns', 'del', found[1]]);
  }
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error((stderr.trim().split('\n')[0] ?? '') || error.message));
    });
  });
}
