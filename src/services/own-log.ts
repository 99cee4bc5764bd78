// One's own log: signs entries, one after another in each conversation.

import type { Clock } from '../base/clock.ts';
import type { Signer } from '../base/ed25519.ts';
import { toHex } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import { LOG_ID_BYTES } from '../wire/limits.ts';
import {
  encodeEntryHeader,
  entryIdOf,
  entrySigningBytes,
  sha256,
  type EntryKind,
  type SignedEntry,
} from '../wire/log-entry.ts';

export interface OwnEntry {
  readonly id: string;
  readonly sequence: number;
  readonly order: number;
  readonly at: number;
  readonly entry: SignedEntry;
}

interface Tip {
  sequence: number;
  hash: Uint8Array;
}

export class OwnLog {
  readonly #signer: Signer;
  readonly #clock: Clock;
  readonly #network: Uint8Array;
  readonly #logId: Uint8Array;
  readonly #tips = new Map<string, Tip>();

  constructor(parts: { signer: Signer; clock: Clock; random: Random; network: Uint8Array }) {
    this.#signer = parts.signer;
    this.#clock = parts.clock;
    this.#network = parts.network;
    this.#logId = parts.random.bytes(LOG_ID_BYTES);
  }

  get logId(): Uint8Array {
    return this.#logId;
  }

  append(conversation: Uint8Array, order: number, kind: EntryKind, body: Uint8Array): OwnEntry {
    const key = toHex(conversation);
    const tip = this.#tips.get(key) ?? { sequence: 0, hash: new Uint8Array(0) };
    const sequence = tip.sequence + 1;
    const at = this.#clock.now();
    const header = encodeEntryHeader({
      network: this.#network,
      conversation,
      author: this.#signer.publicKey,
      logId: this.#logId,
      sequence,
      previous: tip.hash,
      order,
      at,
      kind,
      bodyHash: sha256(body),
    });
    const hash = sha256(header);
    this.#tips.set(key, { sequence, hash });
    const signature = this.#signer.sign(entrySigningBytes(header));
    return { id: entryIdOf(hash), sequence, order, at, entry: { header, signature, body } };
  }
}
