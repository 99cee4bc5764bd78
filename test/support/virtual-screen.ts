// A screen of X11 that nobody sees, for as long as a test lasts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';

export interface VirtualScreen extends AsyncDisposable {
  /** As in DISPLAY. */
  readonly display: string;
}

/** White, 800x600. @throws Error without Xvfb: it has to be there */
export async function virtualScreen(): Promise<VirtualScreen> {
  // It takes a free number by itself and writes it to descriptor 3.
  const args = ['-displayfd', '3', '-screen', '0', '800x600x24', '-wr', '-nolisten', 'tcp'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const pipe = child.stdio[3];
  if (!(pipe instanceof Readable)) throw new Error('a descriptor of a child is a stream');
  const ended = exited.then(() => {
    throw new Error('Xvfb ended: apt-get install xvfb');
  });
  const [number] = (await Promise.race([once(pipe, 'data'), ended])) as [Buffer];
  ended.catch(() => undefined);
  return {
    display: `:${number.toString().trim()}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
