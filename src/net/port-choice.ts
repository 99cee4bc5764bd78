// Which port to listen on: fixed ones where possible, because remembered peers, firewalls and people rely on them.

import { createServer } from 'node:net';
import { MmchatError } from '../base/errors.ts';

export interface PortWish {
  /** Given by hand: this one or an error. 0 = any. */
  readonly given?: number;
  readonly lastUsed?: number;
  readonly first: number;
  readonly last: number;
  /** How people choose another one. @default --port */
  readonly option?: string;
}

/**
 * A port that is free now. The caller still has to handle losing it to somebody in between.
 *
 * @throws MmchatError `port-in-use` when the given one is taken or not allowed
 */
export async function choosePort(wish: PortWish): Promise<number> {
  if (wish.given === 0) return 0;
  if (wish.given !== undefined) {
    const problem = await portProblem(wish.given);
    if (problem === undefined) return wish.given;
    throw portError(wish.given, problem, wish.option);
  }
  const candidates = [wish.lastUsed, ...range(wish.first, wish.last)];
  for (const port of candidates)
    if (port !== undefined && port > 0 && (await portProblem(port)) === undefined) return port;
  return 0;
}

export function portError(port: number, code: string, option = '--port'): MmchatError {
  const why = code === 'EACCES' ? 'you are not allowed to use it' : 'another program uses it';
  return new MmchatError('port-in-use', `Port ${port} can't be used: ${why}. Choose another one with ${option}.`);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The system's error code when nobody can listen on this port now. */
function portProblem(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    // Without a host this asks for IPv6 and IPv4 at once where both exist.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
