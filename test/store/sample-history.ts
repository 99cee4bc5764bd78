// People who write logs, for tests of histories: entries with real hashes and real signatures, without their encoding.
import { createHash } from 'node:crypto';
import { createSigner, type Signer } from '../../src/base/ed25519.ts';
import { toHex, utf8 } from '../../src/base/bytes.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { ConversationRecord, NewEntry, Standing } from '../../src/contracts/history.ts';
import { ENTRY_KIND, type EntryKind } from '../../src/wire/log-entry.ts';

export const ROOM = 'aa'.repeat(16);
export const OTHER_ROOM = 'bb'.repeat(16);
export const ROOM_PLACE = 'room:garden';
export const OTHER_PLACE = 'room:kitchen';
export const EPOCH = Date.UTC(2030, 0, 2);

export const conversations: readonly ConversationRecord[] = [
  { id: ROOM, place: ROOM_PLACE, destination: { kind: 'room', room: 'garden' }, memberSince: EPOCH },
  { id: OTHER_ROOM, place: OTHER_PLACE, destination: { kind: 'room', room: 'kitchen' }, memberSince: EPOCH },
];

export const textOf = (entry: { readonly body?: Uint8Array }): string | undefined =>
  entry.body === undefined ? undefined : Buffer.from(entry.body).toString();

interface Writing {
  readonly kind: EntryKind;
  readonly text?: string;
  readonly target?: string;
  /** @default the next one */
  readonly sequence?: number;
  /** @default the same as the sequence */
  readonly order?: number;
  readonly at?: number;
  readonly previous?: Uint8Array;
}

/** One log of one person in one conversation. */
export class SampleLog {
  readonly signer: Signer;
  readonly author: string;
  readonly logId: string;
  readonly conversation: string;
  readonly standing: Standing;
  #last: { readonly sequence: number; readonly hash: Uint8Array } = { sequence: 0, hash: new Uint8Array(0) };

  /** @param person any number: the same one is the same key */
  constructor(
    person: number,
    {
      conversation = ROOM,
      standing = 'known',
      log = 1,
    }: { conversation?: string; standing?: Standing; log?: number } = {},
  ) {
    this.signer = createSigner(createHash('sha256').update(`person ${person}`).digest());
    this.author = peerIdOfKey(this.signer.publicKey);
    this.logId = log.toString(16).padStart(32, '0');
    this.conversation = conversation;
    this.standing = standing;
  }

  get name(): { conversation: string; author: string; logId: string } {
    return { conversation: this.conversation, author: this.author, logId: this.logId };
  }

  text(text: string, options: Partial<Writing> = {}): NewEntry {
    return this.write({ kind: 'text', text, ...options });
  }

  edit(target: { readonly id: string }, text: string, options: Partial<Writing> = {}): NewEntry {
    return this.write({ kind: 'edit', text, target: target.id, ...options });
  }

  delete(target: { readonly id: string }, options: Partial<Writing> = {}): NewEntry {
    return this.write({ kind: 'delete', target: target.id, ...options });
  }

  react(target: { readonly id: string }, emoji: string, options: Partial<Writing> = {}): NewEntry {
    return this.write({ kind: 'reaction', text: emoji, target: target.id, ...options });
  }

  write({ kind, text = '', target, sequence = this.#last.sequence + 1, ...rest }: Writing): NewEntry {
    const previous = rest.previous ?? (sequence === 1 ? new Uint8Array(0) : this.#last.hash);
    const { order = sequence, at = EPOCH + sequence * 1000 } = rest;
    const body = utf8(text);
    const header = utf8(
      JSON.stringify([this.name, sequence, toHex(previous), order, at, kind, target, text.slice(0, 20)]),
    );
    const hash = Uint8Array.from(createHash('sha256').update(header).digest());
    if (sequence > this.#last.sequence) this.#last = { sequence, hash };
    const searched = kind === 'text' || kind === 'edit';
    return {
      ...this.name,
      ...{ id: toHex(hash.subarray(0, 16)), sequence, order, at, kind: ENTRY_KIND[kind], hash, previous, header, body },
      ...(target === undefined ? {} : { target }),
      ...(searched ? { searchText: text } : {}),
      ...(kind === 'delete' ? { deletes: true } : {}),
      signature: Uint8Array.from(this.signer.sign(header)),
      standing: this.standing,
      deliveredBy: this.author,
      shown: kind === 'text' || kind === 'join' || kind === 'leave',
    };
  }
}

/** The entry as somebody passes it on who has not its body; what only the body says is not known then. */
export function withoutBody({
  body: _body,
  searchText: _text,
  target: _target,
  deletes: _deletes,
  ...entry
}: NewEntry): NewEntry {
  return entry;
}

/** The entry as it comes from somebody else, whose signature has not been looked at. */
export function unchecked(entry: NewEntry, log: SampleLog): NewEntry {
  return { ...entry, unchecked: { publicKey: log.signer.publicKey, message: entry.header } };
}
