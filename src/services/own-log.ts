// One's own log: signs entries, one after another in each conversation.

import { fromHex, toHex } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import type { Signer } from '../base/ed25519.ts';
import type { LogSummary } from '../contracts/history.ts';
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
  /** 32 hex digits. */
  readonly logId: string;
  readonly sequence: number;
  readonly order: number;
  readonly at: number;
  readonly hash: Uint8Array;
  readonly previous: Uint8Array;
  readonly entry: SignedEntry;
}

interface Tip {
  readonly sequence: number;
  readonly hash: Uint8Array;
}

const NO_HASH = new Uint8Array(0);

export class OwnLog {
  readonly #signer: Signer;
  readonly #clock: Clock;
  readonly #network: Uint8Array;
  #logId: Uint8Array = NO_HASH;
  /** By conversation in hex. */
  readonly #tips = new Map<string, Tip>();

  constructor(parts: { signer: Signer; clock: Clock; network: Uint8Array }) {
    this.#signer = parts.signer;
    this.#clock = parts.clock;
    this.#network = parts.network;
  }

  /** @param logId 32 hex digits @param logs where to go on in each conversation */
  open(logId: string, logs: readonly Pick<LogSummary, 'conversation' | 'head'>[]): void {
    this.#logId = fromHex(logId);
    this.#tips.clear();
    for (const { conversation, head } of logs)
      this.#tips.set(conversation, { sequence: head.sequence, hash: head.hash });
  }

  get logId(): string {
    return toHex(this.#logId);
  }

  tipOf(conversation: string): number {
    return this.#tips.get(conversation)?.sequence ?? 0;
  }

  append(conversation: Uint8Array, order: number, kind: EntryKind, body: Uint8Array): OwnEntry {
    const key = toHex(conversation);
    const tip = this.#tips.get(key) ?? { sequence: 0, hash: NO_HASH };
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
    return {
      id: entryIdOf(hash),
      logId: this.logId,
      sequence,
      order,
      at,
      hash,
      previous: tip.hash,
      entry: { header, signature, body },
    };
  }
}
