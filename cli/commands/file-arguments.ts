// The options of `send` and `receive`, checked.

import { MmchatError } from '../../src/index.ts';
import type { ReceiveArguments } from './receive.ts';
import { SEND_TIMEOUT_SECONDS, type SendArguments } from './send.ts';

type Own = Readonly<Record<string, string | true>>;

const TIMEOUT = { least: 1, most: 7 * 86_400 } as const;
const COUNT = { least: 1, most: 1_000_000 } as const;

/** @throws MmchatError `bad-option` */
export function sendArguments({ to, room, timeout }: Own, paths: readonly string[]): SendArguments {
  if (typeof to === 'string' && typeof room === 'string')
    throw new MmchatError('bad-option', 'send takes either --to or --room, not both.');
  return {
    paths,
    timeoutSeconds: wholeNumber('timeout', timeout, TIMEOUT) ?? SEND_TIMEOUT_SECONDS,
    ...(typeof to === 'string' && { to }),
    ...(typeof room === 'string' && { room }),
  };
}

/** @throws MmchatError `bad-option` */
export function receiveArguments({ from, count, dir }: Own): ReceiveArguments {
  const wanted = wholeNumber('count', count, COUNT);
  return {
    ...(typeof from === 'string' && { from }),
    ...(wanted !== undefined && { count: wanted }),
    ...(typeof dir === 'string' && { dir }),
  };
}

function wholeNumber(
  flag: string,
  written: string | true | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (typeof written !== 'string') return undefined;
  const value = Number(written);
  if (!/^\d+$/u.test(written) || value < least || value > most)
    throw new MmchatError('bad-option', `--${flag} wants a whole number from ${least} to ${most}, not ${written}.`);
  return value;
}
