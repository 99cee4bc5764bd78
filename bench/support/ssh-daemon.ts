// An SSH server for one run, on the loopback interface, with keys that nobody else has.

import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { LOOPBACK } from './loopback.ts';
import type { Workshop } from './workshop.ts';

const PROGRAMS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'];
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

export interface SshDaemon {
  readonly process: ChildProcess;
  /** Arguments of scp before what is copied. */
  readonly options: readonly string[];
  /** Where to copy to, with a colon at its end. */
  readonly host: string;
}

/** Undefined where there is none, or it can't be used. */
export async function startSshDaemon(workshop: Workshop): Promise<SshDaemon | undefined> {
  const program = PROGRAMS.find((file) => existsSync(file));
  if (program === undefined) return undefined;
  try {
    const folder = await workshop.folder();
    const keys = ['host', 'user'].map((name) => path.join(folder, name));
    for (const key of keys) await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    await copyFile(path.join(folder, 'user.pub'), path.join(folder, 'authorized'));
    const port = await freePort();
    const config = path.join(folder, 'config');
    const lines = [
      `Port ${port}`,
      `ListenAddress ${LOOPBACK}`,
      `HostKey ${path.join(folder, 'host')}`,
      `AuthorizedKeysFile ${path.join(folder, 'authorized')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp',
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    const daemon = workshop.spawn([program, '-D', '-f', config], { stdio: 'ignore' });
    await listening(workshop, daemon, port);
    const [, user = ''] = keys;
    const trust = ['-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${path.join(folder, 'known')}`];
    const options = ['-q', '-F', 'none', '-i', user, '-P', String(port), ...trust];
    return { process: daemon, options, host: `${userInfo().username}@${LOOPBACK}:` };
  } catch {
    return undefined;
  }
}

async function listening(workshop: Workshop, daemon: ChildProcess, port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && daemon.exitCode === null; waitedMs += LOOK_MS) {
    if (await answers(port)) return;
    await workshop.sleep(LOOK_MS);
  }
  throw new Error('sshd does not listen.');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const TICKS_A_SECOND = 100;

/** Seconds of processor time of all ended children of a process; undefined where nobody tells. */
export async function childrenCpuSeconds(pid: number | 'self'): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}
