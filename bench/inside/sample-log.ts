// People who exist in the bench only, and the logs that they write: entries as the program itself makes them.

import { createSigner, type Signer } from '../../src/base/ed25519.ts';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { NewEntry, Standing } from '../../src/contracts/history.ts';
import type { PeerId } from '../../src/state/values.ts';
import { encodeTextBody } from '../../src/wire/entry-bodies.ts';
import {
  encodeEntryHeader,
  ENTRY_KIND,
  entryIdOf,
  entrySigningBytes,
  sha256,
  type SignedEntry,
} from '../../src/wire/log-entry.ts';

const NO_BYTES = new Uint8Array(0);
/** What stands where a signature would: nobody checks it again once it is kept. */
const UNSIGNED = new Uint8Array(64);

export interface SamplePerson {
  readonly name: string;
  readonly signer: Signer;
  readonly peerId: PeerId;
}

/** The same number is the same key. */
export function samplePerson(number: number): SamplePerson {
  const signer = createSigner(sha256(utf8(`bench person ${number}`)));
  return { name: `person${number}`, signer, peerId: peerIdOfKey(signer.publicKey) };
}

export interface SampleLogParts {
  readonly person: SamplePerson;
  readonly conversation: Uint8Array;
  /** 16 bytes. @default made of the person */
  readonly logId?: Uint8Array;
  readonly standing: Standing;
  readonly deliveredBy: PeerId;
  /** A signature takes longer than all the rest. */
  readonly signed: boolean;
}

export type SampleEntry = NewEntry & SignedEntry;

export class SampleLog {
  readonly #parts: SampleLogParts;
  readonly #logId: Uint8Array;
  readonly #name: Pick<NewEntry, 'conversation' | 'author' | 'logId' | 'standing' | 'deliveredBy'>;
  #sequence = 0;
  #lastHash: Uint8Array = NO_BYTES;

  constructor(parts: SampleLogParts) {
    const { person, conversation, logId, standing, deliveredBy } = parts;
    this.#parts = parts;
    this.#logId = logId ?? sha256(person.signer.publicKey).slice(0, 16);
    this.#name = {
      conversation: toHex(conversation),
      author: person.peerId,
      logId: toHex(this.#logId),
      standing,
      deliveredBy,
    };
  }

  write(text: string, order: number, at: number): SampleEntry {
    const { person, conversation, signed } = this.#parts;
    const body = encodeTextBody({ text, name: person.name });
    const sequence = ++this.#sequence;
    const previous = this.#lastHash;
    const header = encodeEntryHeader({
      network: NO_BYTES,
      conversation,
      author: person.signer.publicKey,
      logId: this.#logId,
      sequence,
      previous,
      order,
      at,
      kind: 'text',
      bodyHash: sha256(body),
    });
    const hash = sha256(header);
    this.#lastHash = hash;
    return {
      ...this.#name,
      ...{ id: entryIdOf(hash), sequence, order, at, kind: ENTRY_KIND.text, hash, previous, header, body },
      signature: signed ? person.signer.sign(entrySigningBytes(header)) : UNSIGNED,
      searchText: text,
      shown: true,
    };
  }
}

/** An entry that somebody else brought and whose signature nobody has checked. */
export function unchecked(entry: SampleEntry, { signer }: SamplePerson): NewEntry {
  return { ...entry, unchecked: { publicKey: signer.publicKey, message: entrySigningBytes(entry.header) } };
}
