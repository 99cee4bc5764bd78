// From the text of a network key to what the parts of the program prove it with. Each has its own secret, so that what
// one shows helps nobody against another.

import { createHmac, hkdfSync, scrypt } from 'node:crypto';
import { fromHex, utf8 } from '../base/bytes.ts';

export interface NetworkSecrets {
  /** Goes into the Noise handshake: who has another one fails it. 32 bytes. */
  readonly prologue: Uint8Array;
  /** Shown in discovery beside a random instance id (16 hex digits): proves the key without telling it. 8 bytes. */
  readonly tag: (instanceId: string) => Uint8Array;
  /** Names the network inside of signed entries. 8 bytes. */
  readonly networkId: Uint8Array;
}

// Part of the protocol, as are all texts and numbers below: nodes with other ones don't meet. The salt is fixed because
// all that the members of a network share is the key's text.
const SALT = utf8('mmchat-p2p network key 1');
const MASTER_BYTES = 32;
// 32 MiB and about 0.1 s: what trying words against a recorded tag costs each time.
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const TAG_BYTES = 8;
const NETWORK_ID_BYTES = 8;

/** Takes about 0.1 s of a thread beside. White space at the ends does not count, nor how accents are composed. */
export async function deriveNetworkSecrets(text: string): Promise<NetworkSecrets> {
  const master = await stretch(text.trim().normalize('NFC'));
  const derive = (use: string, length: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', master, SALT, utf8(`mmchat-p2p ${use} 1`), length));
  const tagKey = derive('discovery tag', 32);
  return {
    prologue: derive('noise prologue', 32),
    tag(instanceId) {
      const digest = createHmac('sha256', tagKey).update(fromHex(instanceId)).digest();
      return new Uint8Array(digest.subarray(0, TAG_BYTES));
    },
    networkId: derive('network id', NETWORK_ID_BYTES),
  };
}

function stretch(text: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(text, SALT, MASTER_BYTES, COST, (error, master) => {
      if (error === null) resolve(master);
      else reject(error);
    });
  });
}
