// `mmchat-p2p network-key`: a fresh key for a closed network, as text that can be read out loud or typed.

import { generateNetworkKey } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';

const HOW_TO = `
Anybody who has this key can be part of the network; nobody else can even connect.
Keep it in a file that only you can read, and bring that file to every machine:

    (umask 077; mmchat-p2p network-key > lab.key)
    mmchat-p2p --network-key-file lab.key
`;

export async function runNetworkKey(io: CliIo): Promise<number> {
  io.stdout.write(`${generateNetworkKey()}\n`);
  io.stderr.write(HOW_TO);
  return EXIT.done;
}
