// Media between oneself and one other in a room's call: asked for by a `join`, given by an `accept`. Two joins that cross
// are one session; whoever asks again gets one with fresh keys.

import type { MediaDescription, PreparedMedia } from '../../contracts/media.ts';
import type { PeerId } from '../../state/values.ts';
import type { MediaOffer } from '../../wire/call-signals.ts';
import type { CallMedia } from './call-media.ts';
import { MemberRecord } from './call-member.ts';
import type { CallContext } from './call-parts.ts';
import { descriptionOf, offerOf, wipeOffer } from './media-offers.ts';

export interface RoomPairOptions {
  readonly context: CallContext;
  readonly media: CallMedia;
  readonly peerId: PeerId;
  /** False: there is no link. */
  readonly send: (kind: 'join' | 'accept', media: MediaOffer) => boolean;
}

export class RoomPair {
  readonly member: MemberRecord;
  readonly #options: RoomPairOptions;
  /** Asked for, no answer yet. */
  #asked: PreparedMedia | undefined;
  #isConnected = false;
  #changedAtMs = 0;
  /** They are in the room no more, as it seems. */
  outsideSinceMs: number | undefined;
  /** Neither link nor media since then. */
  aloneSinceMs: number | undefined;

  constructor(options: RoomPairOptions) {
    this.#options = options;
    this.member = new MemberRecord(options.peerId, 'connecting');
  }

  /** What was before is over: a new session, new keys. */
  ask(): void {
    this.#changedAtMs = this.#nowMs;
    this.#disconnect();
    this.#discard();
    this.#asked = this.#prepare();
    this.#say('join', this.#asked.description);
  }

  /** It was asked for, or should be there, for so long. */
  get ageMs(): number {
    return this.#nowMs - this.#changedAtMs;
  }

  get #nowMs(): number {
    return this.#options.context.parts.clock.monotonicMs();
  }

  get isAsking(): boolean {
    return this.#asked !== undefined;
  }

  /** They ask. */
  onJoin(theirs: MediaOffer): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined) {
      this.#connect(asked, theirs);
      return;
    }
    this.#disconnect();
    const prepared = this.#prepare();
    const { description } = prepared;
    this.#say('accept', description);
    this.#connect(prepared, theirs);
  }

  onAccept(theirs: MediaOffer): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#asked = undefined;
    this.#connect(asked, theirs);
  }

  close(): void {
    this.#discard();
    this.#disconnect();
  }

  #prepare(): PreparedMedia {
    return this.#options.context.media.prepare(this.#options.peerId);
  }

  #say(kind: 'join' | 'accept', description: MediaDescription): void {
    const offer = offerOf(description, this.#options.context.picture.codecs());
    this.#options.send(kind, offer);
    wipeOffer(offer);
  }

  #connect(prepared: PreparedMedia, theirs: MediaOffer): void {
    const { media, peerId, context } = this.#options;
    this.#disconnect();
    this.#isConnected = true;
    this.#changedAtMs = this.#nowMs;
    // One of the two, the same on both sides.
    const remote = { description: descriptionOf(theirs), codecs: theirs.codecs };
    media.add(peerId, prepared, remote, context.ownId < peerId);
  }

  #disconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#options.media.remove(this.#options.peerId);
  }

  #discard(): void {
    this.#asked?.discard();
    this.#asked = undefined;
  }
}
