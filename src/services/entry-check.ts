// The rules for an entry that comes by a link: whose it is, where it belongs, whether it may come this way and says what
// it was signed for. Its signature is left to whoever has the time: the journal for what is live, the history for the rest.

import { bytesEqual, toHex } from '../base/bytes.ts';
import { WireError } from '../base/errors.ts';
import { keyOfPeerId, peerIdOfKey } from '../base/peer-id.ts';
import type { NewEntry, Standing } from '../contracts/history.ts';
import type { PeerLink } from '../contracts/links.ts';
import { safeFileName } from '../state/file-names.ts';
import type { Message, PeerId } from '../state/values.ts';
import {
  bodyMatches,
  decodeEntryHeader,
  ENTRY_KIND,
  entryIdOf,
  entrySigningBytes,
  sha256,
  type EntryHeader,
} from '../wire/log-entry.ts';
import type { SyncEntry } from '../wire/sync-messages.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { contentOf, fileFactsOf, isShown, type EntryContent } from './entry-content.ts';
import { speechOf } from './guest-speech.ts';
import type { LogState } from './log-book.ts';
import type { OwnLog } from './own-log.ts';

/** An entry that passed every check but that of its signature. */
export interface CheckedEntry {
  readonly conversation: Conversation;
  readonly log: LogState;
  readonly author: PeerId;
  readonly own: boolean;
  readonly kind: EntryHeader['kind'];
  readonly content: EntryContent | undefined;
  readonly record: NewEntry;
}

export interface EntryCheckParts {
  readonly conversations: Conversations;
  readonly ownLog: OwnLog;
  readonly ownPeerId: PeerId;
  readonly network: Uint8Array;
  readonly countDrop: (reason: string) => void;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly standingOf: (peerId: PeerId) => Standing;
  /** Whether this link's peer takes part in the conversation, too. */
  readonly shares: (link: PeerLink, conversation: Conversation) => boolean;
  /** Somebody else goes on with one's own log: a copied or restored data folder. */
  readonly ownLogContested: () => void;
}

export class EntryCheck {
  readonly #parts: EntryCheckParts;
  readonly #keys = new WeakMap<PeerLink, Uint8Array>();

  constructor(parts: EntryCheckParts) {
    this.#parts = parts;
  }

  /** @throws WireError when it breaks the rules; undefined (and counted) when it isn't ours */
  check(link: PeerLink, entry: SyncEntry): CheckedEntry | undefined {
    const { conversations, ownPeerId } = this.#parts;
    const header = decodeEntryHeader(entry.header);
    if (!bytesEqual(header.network, this.#parts.network)) throw new WireError('An entry of another network.');
    const deliveredBy = { peerId: link.peerId, key: this.#keyOf(link) };
    const conversation = conversations.find(header.conversation, header.author, deliveredBy);
    if (conversation === undefined) {
      this.#parts.countDrop('not-our-conversation');
      return undefined;
    }
    const author = bytesEqual(header.author, deliveredBy.key) ? link.peerId : peerIdOfKey(header.author);
    // Entries are signed, so anybody may bring them; but only to those who take part, from those who do.
    if (author !== link.peerId && !this.#parts.shares(link, conversation)) {
      this.#parts.countDrop('not-shared');
      return undefined;
    }
    if (!entry.bodyGone && !bodyMatches(header, entry.body)) throw new WireError('An entry whose body was changed.');
    const content = entry.bodyGone ? undefined : contentOf(header.kind, entry.body);
    const logId = toHex(header.logId);
    const own = author === ownPeerId;
    const speaker = speechOf({ author, own, destination: conversation.destination }, content)?.author ?? author;
    const blocked = this.#parts.isBlocked(author) || this.#parts.isBlocked(speaker);
    const log = conversation.logs.begin(author, logId);
    if (own && logId === this.#parts.ownLog.logId && this.#isContested(conversation, header))
      this.#parts.ownLogContested();
    const hash = sha256(entry.header);
    const record: NewEntry = {
      id: entryIdOf(hash),
      conversation: conversation.hexId,
      author,
      logId,
      sequence: header.sequence,
      order: header.order,
      at: header.at,
      kind: header.kind === 'unknown' ? header.kindNumber : ENTRY_KIND[header.kind],
      hash,
      previous: header.previous,
      header: entry.header,
      signature: entry.signature,
      ...(entry.bodyGone ? {} : { body: entry.body }),
      ...textFields(header.kind, content),
      standing: own ? 'own' : this.#parts.standingOf(author),
      deliveredBy: link.peerId,
      ...(blocked ? { blocked: true } : {}),
      unchecked: { publicKey: header.author, message: entrySigningBytes(entry.header) },
    };
    return { conversation, log, author, own, kind: header.kind, content, record };
  }

  /** Whether one never wrote this, though it is in the log that one writes. */
  #isContested(conversation: Conversation, { sequence }: EntryHeader): boolean {
    return sequence > this.#parts.ownLog.tipOf(conversation.hexId);
  }

  #keyOf(link: PeerLink): Uint8Array {
    let key = this.#keys.get(link);
    if (key === undefined) this.#keys.set(link, (key = keyOfPeerId(link.peerId) ?? new Uint8Array(0)));
    return key;
  }
}

export function textFields(
  kind: EntryHeader['kind'],
  content: EntryContent | undefined,
): Pick<NewEntry, 'target' | 'searchText' | 'deletes' | 'shown'> {
  return {
    shown: isShown(kind),
    ...(content?.target === undefined ? {} : { target: content.target }),
    ...((kind === 'text' || kind === 'edit') && content !== undefined ? { searchText: content.text } : {}),
    ...(content?.file === undefined ? {} : { searchText: safeFileName(content.file.name) }),
    ...(kind === 'delete' ? { deletes: true } : {}),
  };
}

/** An entry that nothing has changed yet. Undefined: nothing for the screens here (guest-speech.ts). */
export function freshMessage(entry: CheckedEntry, recipients: readonly PeerId[]): Message | undefined {
  const { record, content, conversation, kind, own, author } = entry;
  const speech = speechOf({ author, own, destination: conversation.destination }, content);
  if (speech === undefined) return undefined;
  return {
    id: record.id,
    ...speech,
    kind: isShown(kind) ? kind : 'text',
    text: content?.text ?? '',
    at: record.at,
    order: record.order,
    ...(content?.replyTo === undefined ? {} : { replyTo: content.replyTo }),
    ...(content?.mentions === undefined ? {} : { mentions: content.mentions }),
    ...(content?.file === undefined ? {} : { file: fileFactsOf(content.file) }),
    ...(content === undefined ? { missing: true } : {}),
    recipients: [...recipients],
    deliveredTo: [],
  };
}
