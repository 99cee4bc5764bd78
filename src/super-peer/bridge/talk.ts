// Words between guests and peers, both ways.

import { truncateUtf8 } from './long-text.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { Clock } from '../../base/clock.ts';
import type { Chat } from '../../services/chat.ts';
import type { Conversation, Conversations } from '../../services/conversations.ts';
import type { GuestWords } from '../../services/guest-words.ts';
import { mentionsIn } from '../../services/mentions.ts';
import type { NodeEvent } from '../../state/events.ts';
import { guestPartsOf, hostOf } from '../../state/guest-ids.ts';
import type { Message, NodeState, PeerId } from '../../state/values.ts';
import type { ClassicEvent } from '../classic/events.ts';
import type { ClassicHub } from '../classic/hub.ts';
import { pythonText } from '../classic/python-text.ts';
import { SAY } from '../classic/texts.ts';
import { News } from './news.ts';
import type { GuestNames } from './guest-names.ts';
import type { GuestRooms } from './guest-rooms.ts';
import type { Roster } from './roster.ts';

export const TALK_LIMITS = {
  /** What a guest may say to peers; guests have no key to be known by. */
  guest: { perSecond: 20, burst: 200 },
  tooFastEveryMs: 1_000,
} as const;

export interface TalkParts {
  readonly hub: ClassicHub;
  readonly clock: Clock;
  readonly names: GuestNames;
  readonly roster: Roster;
  readonly guestRooms: GuestRooms;
  readonly chat: Pick<Chat, 'say'>;
  readonly guestWords: GuestWords;
  readonly conversations: Pick<Conversations, 'everyone'>;
  readonly state: () => NodeState;
  /** The whole of a text that is too long to be one: goes beside it as a file. */
  readonly sendLongText: (guest: string, conversation: Conversation | PeerId, text: string) => void;
  readonly count: (what: 'to-peers' | 'to-guests' | 'too-fast') => void;
}

const TOO_FAST = 'You are too fast: the last messages did not reach the people beyond this server.';

type Said = Extract<ClassicEvent, { type: 'said' | 'said-privately' | 'said-in-room' }>;

export class Talk {
  readonly #parts: TalkParts;
  readonly #news: News;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #toldAtMs = new Map<string, number>();

  constructor(parts: TalkParts) {
    this.#parts = parts;
    this.#news = new News(parts.clock);
    parts.guestWords.onText((from, toGuest, text) => this.#privateToGuest(from, toGuest, text));
  }

  forget(classicName: string): void {
    this.#buckets.delete(classicName);
    this.#toldAtMs.delete(classicName);
  }

  // From guests.

  async fromGuest(event: Said): Promise<void> {
    const { names, hub, guestRooms, conversations, roster } = this.#parts;
    const guest = names.cleanOf(event.guest.name);
    const text = pythonText(event.msg);
    if (guest === undefined || text.trim() === '') return;
    if (!this.#bucketOf(event.guest.name).tryTake()) {
      this.#parts.count('too-fast');
      await this.#sayTooFast(event.guest.name);
      return;
    }
    if (event.type === 'said-privately') {
      const to = roster.idOf(event.to);
      if (to === undefined || !(await this.#sayPrivately(guest, to, text)))
        await hub.system(event.guest.name, SAY.notFound(event.to));
      return;
    }
    const conversation = event.type === 'said' ? conversations.everyone : await guestRooms.conversationOf(event.room);
    if (conversation !== undefined) this.#say(guest, conversation, text);
  }

  #say(guest: string, conversation: Conversation, text: string): void {
    const short = truncateUtf8(text);
    const mentions = mentionsIn(short, this.#parts.state());
    // What can't be kept is told as a warning by the journal.
    this.#parts.chat.say(conversation, short, { guest, mentions }).kept.catch(() => undefined);
    this.#parts.count('to-peers');
    if (short !== text) this.#parts.sendLongText(guest, conversation, text);
  }

  async #sayPrivately(guest: string, to: PeerId, text: string): Promise<boolean> {
    const short = truncateUtf8(text);
    const isThere = await this.#parts.guestWords.sayFor(guest, to, short);
    if (isThere) this.#parts.count('to-peers');
    if (isThere && short !== text) this.#parts.sendLongText(guest, to, text);
    return isThere;
  }

  async #sayTooFast(classicName: string): Promise<void> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - (this.#toldAtMs.get(classicName) ?? -Infinity) < TALK_LIMITS.tooFastEveryMs) return;
    this.#toldAtMs.set(classicName, nowMs);
    await this.#parts.hub.system(classicName, TOO_FAST);
  }

  #bucketOf(classicName: string): TokenBucket {
    let bucket = this.#buckets.get(classicName);
    if (bucket === undefined)
      this.#buckets.set(classicName, (bucket = new TokenBucket(this.#parts.clock, TALK_LIMITS.guest)));
    return bucket;
  }

  // To guests.

  hear(event: NodeEvent): void {
    this.#news.hear(event);
    if (event.type === 'message-added') this.#toGuests(event.message, true);
    else if (event.type === 'messages-added') for (const message of event.messages) this.#toGuests(message, false);
    else if (event.type === 'message-changed') this.#changed(event.message);
  }

  #toGuests(message: Message, isLive: boolean): void {
    if (message.kind !== 'text' || message.text === '') return;
    if (this.#news.isNews(message, isLive)) void this.#deliver(message, message.text);
  }

  /** Old clients can't take back what they show: they get the new words as words. */
  #changed(message: Message): void {
    if (message.kind !== 'text' || message.edited !== true || message.deleted === true) return;
    if (this.#news.isNews(message, false) && this.#news.isNewEdit(message))
      void this.#deliver(message, `(edited) ${message.text}`);
  }

  async #deliver(message: Message, text: string): Promise<void> {
    const { author, destination } = message;
    const { self } = this.#parts.state();
    // Its guests have heard each other.
    if (guestPartsOf(author)?.host === self.peerId || destination.kind === 'person') return;
    const from = this.#nameFor(author);
    const reached =
      destination.kind === 'everyone'
        ? await this.#parts.hub.broadcast(from, text)
        : await this.#toRoom(from, destination.room, text);
    if (reached.length === 0) return;
    this.#parts.count('to-guests');
    const guests = reached.flatMap((name) => this.#parts.names.cleanOf(name) ?? []);
    if (guestPartsOf(author) === undefined) this.#parts.guestWords.delivered(hostOf(author), message.id, guests);
  }

  async #toRoom(from: string, room: string, text: string): Promise<string[]> {
    const ways = this.#parts.guestRooms.writtenAs(room);
    const reached = await Promise.all(ways.map((written) => this.#parts.hub.roomMessage(from, written, text)));
    return reached.flat();
  }

  async #privateToGuest(from: PeerId, toGuest: string, text: string): Promise<boolean> {
    const classicName = this.#parts.names.classicOf(toGuest);
    if (classicName === undefined) return false;
    const isWritten = await this.#parts.hub.pm(this.#nameFor(from), classicName, text);
    if (isWritten) this.#parts.count('to-guests');
    return isWritten;
  }

  /** Who is away by now, or was never met here, has no name on the list. */
  #nameFor(author: PeerId): string {
    const { roster, state, hub } = this.#parts;
    const onTheList = roster.nameOf(author);
    if (onTheList !== undefined) return onTheList;
    const claimed = guestPartsOf(author)?.name ?? state().people.get(author)?.claimedName ?? 'somebody';
    // Not under the name of somebody who is here.
    let name = `${claimed} (away)`;
    while (roster.idOf(name) !== undefined || hub.guests.includes(name)) name += '_';
    return name;
  }
}
