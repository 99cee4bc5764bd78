// Why a port can't be listened on, as one sentence.

import { MmchatError } from '../../base/errors.ts';

export function listenError(
  kind: 'TCP' | 'UDP',
  port: number,
  bind: string,
  error: NodeJS.ErrnoException,
): MmchatError {
  const flag = `--${kind.toLowerCase()}`;
  const sentence =
    error.code === 'EADDRINUSE'
      ? `${kind} port ${port} is in use by another program: end that one, or choose another port with ${flag}.`
      : error.code === 'EACCES'
        ? `${kind} port ${port} needs more rights than you have: choose one above 1023 with ${flag}.`
        : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EINVAL'
          ? `${bind} is no address of this machine: choose another one with --bind.`
          : `${kind} port ${port} on ${bind} can't be used (${error.code ?? error.message}).`;
  return new MmchatError(error.code === 'EADDRNOTAVAIL' ? 'bad-option' : 'port-in-use', sentence, { cause: error });
}
