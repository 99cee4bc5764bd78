// What is offered: one's own is announced in the conversation's log, others' is saved at once or waits for a person.

import type { Clock } from '../../base/clock.ts';
import type { TransferRecord } from '../../contracts/stores.ts';
import type { SourceFacts } from '../../contracts/transfer-files.ts';
import type { NodeEvent } from '../../state/events.ts';
import type { PeerId } from '../../state/values.ts';
import { encodeFileBody, pieceBytesFor } from '../../wire/file-bodies.ts';
import type { Chat } from '../chat.ts';
import type { Conversation } from '../conversations.ts';
import type { CheckedEntry } from '../entry-check.ts';
import { speechOf } from '../guest-speech.ts';
import { ACCEPT_LIMITS, whyToAsk } from './accept-rules.ts';
import { Incoming } from './incoming.ts';
import type { Shelf } from './shelf.ts';

/** Somebody's message may be so much older than one's coming into a room and still be new. */
const CLOCK_ERROR_MS = 5 * 60_000;

export interface OffersParts {
  readonly clock: Clock;
  readonly shelf: Shelf;
  readonly chat: Chat;
  readonly ownPeerId: PeerId;
  readonly ownName: () => string;
  readonly downloads: string;
  /** Whether it may be saved without asking, if the rules for size and space allow it. */
  readonly autoAccept: (offer: TransferRecord) => boolean;
  readonly emit: (event: NodeEvent) => void;
  readonly isKnown: (peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** Of the disk with this folder, as far as it is known. */
  readonly freeSpace: (folder: string) => Promise<{ freeBytes: number; totalBytes: number } | undefined>;
  /** Something is to be fetched. */
  readonly taken: () => void;
}

export interface VoiceFacts {
  readonly durationMs: number;
  readonly waveform: Uint8Array;
}

/** Who speaks, and for whom it is, when that is not the two nodes themselves. */
export interface GuestFacts {
  /** A guest of one's own sends it. */
  readonly guest?: string;
  /** In a private conversation: it is for this guest of the other one's. */
  readonly toGuest?: string;
}

export class Offers {
  readonly #parts: OffersParts;

  constructor(parts: OffersParts) {
    this.#parts = parts;
  }

  /** Offers something: shown and sent before it returns, durable when `kept` resolves. */
  offer(
    conversation: Conversation,
    path: string,
    facts: SourceFacts,
    { voice, guest, toGuest }: { voice?: VoiceFacts } & GuestFacts = {},
  ): { id: string; kept: Promise<void> } {
    const body = encodeFileBody({
      name: facts.name,
      kind: voice === undefined ? facts.kind : 'voice',
      size: facts.size,
      manifestBytes: facts.manifestBytes,
      manifestHash: facts.manifestHash ?? new Uint8Array(0),
      fileCount: facts.fileCount,
      modifiedAt: facts.modifiedAt,
      pieceBytes: pieceBytesFor(facts.streamBytes),
      hashPieces: conversation.destination.kind !== 'person',
      durationMs: voice?.durationMs ?? 0,
      waveform: voice?.waveform ?? new Uint8Array(0),
      authorName: this.#parts.ownName(),
      ...(guest === undefined ? {} : { guest }),
      ...(toGuest === undefined ? {} : { toGuest }),
    });
    const { id, kept } = this.#parts.chat.announce(conversation, 'file', body);
    const work = this.#parts.shelf.add({
      id,
      direction: 'outgoing',
      author: this.#parts.ownPeerId,
      conversation: conversation.hexId,
      destination: conversation.destination,
      offer: Buffer.from(body).toString('base64'),
      phase: 'offered',
      at: this.#parts.clock.now(),
      path,
      deliveredTo: [],
    });
    this.#parts.shelf.save();
    this.#parts.emit({ type: 'transfer-changed', transfer: work.copy.view() });
    return { id, kept };
  }

  /** Somebody's announcement has become durable here. */
  note({ author, content, conversation, record }: CheckedEntry): void {
    const { clock, shelf, isBlocked } = this.#parts;
    if (content?.file === undefined || record.body === undefined || shelf.get(record.id) !== undefined) return;
    const { destination, hexId, memberSince } = conversation;
    const speech = speechOf({ author, own: false, destination }, { text: '', file: content.file });
    if (isBlocked(author) || isBlocked(speech?.author ?? author)) return;
    const isOld = destination.kind !== 'person' && record.at < memberSince - CLOCK_ERROR_MS;
    void this.#offered(
      {
        id: record.id,
        direction: 'incoming',
        author,
        conversation: hexId,
        destination,
        offer: Buffer.from(record.body).toString('base64'),
        phase: 'offered',
        at: clock.now(),
        deliveredTo: [],
      },
      { isOld },
    );
  }

  async #offered(record: TransferRecord, { isOld }: { isOld: boolean }): Promise<void> {
    const work = this.#parts.shelf.add(record);
    if (!(work instanceof Incoming)) return;
    const { copy } = work;
    this.#parts.shelf.save();
    this.#parts.emit({ type: 'transfer-changed', transfer: copy.view() });
    const space = await this.#parts.freeSpace(this.#parts.downloads).catch(() => undefined);
    if (copy.record.phase !== 'offered') return;
    const why = isOld
      ? { code: 'old', text: 'It was sent before you came into the room.' }
      : this.#parts.autoAccept(record) || copy.offer.toGuest !== undefined
        ? whyToAsk({
            size: copy.offer.size,
            known: this.#parts.isKnown(record.author),
            takenToday: this.#takenToday(record.author),
            space,
          })
        : { code: 'by-hand', text: 'It waits until you take it.' };
    if (why !== undefined) {
      copy.setPhase('offered', why.code, why.text);
      copy.tellAll();
      return;
    }
    copy.record = { ...copy.record, automatic: true };
    copy.setPhase('waiting');
    this.#parts.taken();
  }

  #takenToday(author: PeerId): number {
    const since = this.#parts.clock.now() - ACCEPT_LIMITS.dayMs;
    let bytes = 0;
    for (const { copy } of this.#parts.shelf.all())
      if (copy.record.automatic === true && copy.record.author === author && copy.record.at >= since)
        bytes += copy.offer.size;
    return bytes;
  }
}
