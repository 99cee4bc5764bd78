// `mmchat-p2p network-key`: a fresh key for a closed network, as text that can be read out loud or typed.

import { randomBytes } from 'node:crypto';
import { EXIT, type CliIo } from '../io.ts';

// Crockford's base32: no i, l, o, u, so nothing looks like something else.
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUPS = 5;
const DIGITS_PER_GROUP = 6;

const HOW_TO = `
Anybody who has this key can be part of the network; nobody else can even connect.
Keep it in a file that only you can read, and bring that file to every machine:

    (umask 077; mmchat-p2p network-key > lab.key)
    mmchat-p2p --network-key-file lab.key
`;

/** 30 digits of 5 bits: 150 bits, so that no search over keys can pay. */
export function freshNetworkKey(bytes: (length: number) => Uint8Array = randomBytes): string {
  const digits = [...bytes(GROUPS * DIGITS_PER_GROUP)].map((byte) => DIGITS.charAt(byte % DIGITS.length)).join('');
  return Array.from({ length: GROUPS }, (_, group) =>
    digits.slice(group * DIGITS_PER_GROUP, (group + 1) * DIGITS_PER_GROUP),
  ).join('-');
}

export async function runNetworkKey(io: CliIo): Promise<number> {
  io.stdout.write(`${freshNetworkKey()}\n`);
  io.stderr.write(HOW_TO);
  return EXIT.done;
}
