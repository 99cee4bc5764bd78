// The rooms that one is in. Joining an open one tells everybody by presence; every joining and leaving is an entry in the
// room's log. Closed rooms are known to those who know their key, and to nobody else.

import { bytesEqual, toHex } from '../base/bytes.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { messageOf, MmchatError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { History } from '../contracts/history.ts';
import type { NodeEvent } from '../state/events.ts';
import { checkRoomName, foldRoomName } from '../state/names.ts';
import type { PeerId } from '../state/values.ts';
import { closedRoomConversationId } from '../wire/conversation-id.ts';
import { decodeRoomKeyBody, encodeRoomKeyBody } from '../wire/entry-bodies.ts';
import { MAX_ROOMS } from '../wire/limits.ts';
import type { Chat } from './chat.ts';
import type { Conversation, Conversations } from './conversations.ts';
import type { CheckedEntry } from './entry-check.ts';
import type { RoomMembers } from './room-members.ts';

/** One's joining is written after what was said before it has come, if somebody is here to tell. */
const JOIN_PATIENCE_MS = 1_000;

export interface RoomsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: Pick<History, 'putConversation'>;
  readonly conversations: Conversations;
  readonly members: RoomMembers;
  readonly chat: () => Chat;
  readonly emit: (event: NodeEvent) => void;
  /** Tells presence and whoever keeps the list which open rooms one is in now. Resolves when it is kept, or can't be. */
  readonly openChanged: (rooms: readonly string[]) => Promise<void>;
  /** One is in this closed room from now on, or not any more: what one can prove to linked people. */
  readonly closedChanged: (conversation: Conversation) => void;
  /** What is said in a room is to be read back, and asked for. */
  readonly entered: (conversation: Conversation) => void;
  /** The name that a room already has here, by its folded name. */
  readonly knownName: (folded: string) => string | undefined;
  readonly reachable: (conversation: Conversation) => readonly PeerId[];
  /** Linked people who have shown that they know this key. */
  readonly whoKnows: (roomKey: Uint8Array) => readonly PeerId[];
}

export class Rooms {
  readonly #parts: RoomsParts;
  /** By folded name. */
  readonly #joined = new Map<string, Conversation>();
  /** Joinings that aren't written yet. */
  readonly #unwritten = new Map<string, Timer>();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  /** The open ones. */
  get open(): readonly string[] {
    return [...this.#joined.values()].filter(({ roomKey }) => roomKey === undefined).map(nameOf);
  }

  has(room: string): boolean {
    return this.#joined.has(foldRoomName(room));
  }

  /** Back in the rooms of the last run, before anybody is told. */
  restore(open: readonly string[]): void {
    for (const room of open.slice(0, MAX_ROOMS)) this.#enter(room, this.#parts.conversations.enterRoom(room));
    for (const conversation of [...this.#parts.conversations.closedRooms()])
      this.#enter(nameOf(conversation), conversation);
  }

  stop(): void {
    for (const folded of [...this.#unwritten.keys()]) this.#writeJoin(folded);
  }

  /** @throws MmchatError `bad-name`, `too-many`, `wrong-password` */
  async create(name: string, roomKey?: Uint8Array): Promise<void> {
    const wanted = checkRoomName(name);
    const folded = foldRoomName(wanted);
    const before = this.#joined.get(folded);
    if (before !== undefined) {
      checkSameKey(before, roomKey);
      return;
    }
    if (this.#joined.size >= MAX_ROOMS)
      throw new MmchatError('too-many', `One can be in ${MAX_ROOMS} rooms; leave one first.`);
    const known = this.#parts.knownName(folded);
    if (roomKey !== undefined && known !== undefined)
      throw new MmchatError('bad-name', `There is an open room called ${known}; a closed one needs another name.`);
    const room = known ?? wanted;
    const conversation = this.#parts.conversations.enterRoom(room, roomKey);
    this.#enter(room, conversation);
    const kept = this.#changed(conversation);
    if (this.#parts.reachable(conversation).length === 0) this.#writeJoin(folded, true);
    else
      this.#unwritten.set(
        folded,
        this.#parts.clock.after(JOIN_PATIENCE_MS, () => this.#writeJoin(folded)),
      );
    await Promise.all([kept, this.#record(conversation)]);
  }

  /** @throws MmchatError `bad-name`, `too-many`, `wrong-password` */
  async join(name: string, roomKey?: Uint8Array): Promise<void> {
    const room = checkRoomName(name);
    if (roomKey !== undefined && !this.has(room) && !this.#isKnownKey(roomKey))
      throw new MmchatError(
        'wrong-password',
        `Nobody who is here is in a closed room called ${room} with this password. Ask for the password again, wait for a member, or make the room.`,
      );
    await this.create(room, roomKey);
  }

  #isKnownKey(roomKey: Uint8Array): boolean {
    const earlier = this.#parts.conversations.get(toHex(closedRoomConversationId(roomKey)));
    return earlier !== undefined || this.#parts.whoKnows(roomKey).length > 0;
  }

  /** @throws MmchatError `no-such-room`, `not-in-room` */
  async leave(name: string): Promise<void> {
    const folded = foldRoomName(name);
    const conversation = this.#joined.get(folded);
    if (conversation === undefined) {
      const known = this.#parts.knownName(folded);
      if (known === undefined) throw new MmchatError('no-such-room', `There is no room called ${name}.`);
      throw new MmchatError('not-in-room', `You are not in ${known}.`);
    }
    this.#writeJoin(folded);
    await this.#noted(this.#parts.chat().noteMembership(conversation, 'leave'));
    this.#joined.delete(folded);
    this.#parts.conversations.leaveRoom(name);
    this.#parts.emit({ type: 'own-room-left', room: nameOf(conversation) });
    await Promise.all([this.#changed(conversation), this.#record(conversation)]);
  }

  /** Before something is said in a room: one has come in. */
  ready(room: string): void {
    this.#writeJoin(foldRoomName(room));
  }

  /**
   * Goes on under another key, which the members get that aren't left out.
   * @throws MmchatError `no-such-room`, `not-in-room`, `bad-option`
   */
  async rekey(name: string, roomKey: Uint8Array, without: readonly PeerId[]): Promise<void> {
    const conversation = this.#joined.get(foldRoomName(name));
    if (conversation === undefined) throw new MmchatError('not-in-room', `You are not in ${name}.`);
    if (conversation.roomKey === undefined)
      throw new MmchatError('bad-option', `${nameOf(conversation)} is open: only a closed room has a key to change.`);
    const { id, order } = conversation;
    const body = encodeRoomKeyBody({ room: nameOf(conversation), key: roomKey, replaces: id, order });
    const members = this.#parts.members.membersOf(conversation).filter((peerId) => !without.includes(peerId));
    const told = members.map((peerId) =>
      this.#parts.chat().tell(this.#parts.conversations.withPerson(peerId), 'room-key', body),
    );
    await this.#moveTo(conversation, roomKey, order);
    await Promise.all(told);
  }

  /** Another member gave the room another key. */
  async keyArrived({ kind, author, own, record }: CheckedEntry): Promise<void> {
    if (kind !== 'room-key' || own || record.body === undefined) return;
    const { room, key, replaces, order } = decodeRoomKeyBody(record.body);
    const current = this.#joined.get(foldRoomName(room));
    if (current?.roomKey === undefined) return;
    const follows = bytesEqual(current.id, replaces);
    // Two changed it at once: everybody ends up with the one whose id is lower.
    const rivals = current.replaces === toHex(replaces) && toHex(closedRoomConversationId(key)) < current.hexId;
    if (!follows && !rivals) return;
    const old = follows ? current : this.#parts.conversations.get(toHex(replaces));
    if (old === undefined || !this.#parts.members.membersOf(old).includes(author)) return;
    await this.#moveTo(current, key, order, toHex(replaces));
  }

  async #moveTo(before: Conversation, roomKey: Uint8Array, order: number, replaces = before.hexId): Promise<void> {
    const room = nameOf(before);
    this.#writeJoin(foldRoomName(room));
    before.ended = true;
    void this.#changed(before);
    const conversation = this.#parts.conversations.enterRoom(room, roomKey);
    conversation.replaces = replaces;
    conversation.startOrder(Math.min(order, before.order));
    this.#joined.set(foldRoomName(room), conversation);
    void this.#changed(conversation);
    await this.#record(before);
    await this.#record(conversation);
    await this.#noted(this.#parts.chat().noteMembership(conversation, 'join'));
  }

  #enter(room: string, conversation: Conversation): void {
    this.#joined.set(foldRoomName(room), conversation);
    const closed = conversation.roomKey !== undefined;
    if (closed) this.#parts.closedChanged(conversation);
    this.#parts.emit({ type: 'own-room-joined', room, ...(closed ? { closed } : {}) });
  }

  /** Resolves when the list of rooms is kept; a closed one is kept with its conversation. */
  #changed(conversation: Conversation): Promise<void> {
    let kept = Promise.resolve();
    if (conversation.roomKey === undefined) kept = this.#parts.openChanged(this.open);
    else this.#parts.closedChanged(conversation);
    if (!conversation.ended) this.#parts.entered(conversation);
    return kept;
  }

  #writeJoin(folded: string, always = false): void {
    const timer = this.#unwritten.get(folded);
    timer?.cancel();
    this.#unwritten.delete(folded);
    const conversation = this.#joined.get(folded);
    if (conversation === undefined || (timer === undefined && !always)) return;
    void this.#noted(this.#parts.chat().noteMembership(conversation, 'join'));
  }

  /** Whoever can't keep it was told by the journal; it is tried again there. */
  async #noted(kept: Promise<void>): Promise<void> {
    try {
      await kept;
    } catch (error) {
      this.#parts.log.warn('a membership could not be kept', { error: messageOf(error) });
    }
  }

  async #record(conversation: Conversation): Promise<void> {
    // Not before: what is said in a conversation that could not be kept would never be kept either.
    await this.#parts.history.putConversation(conversation.record);
    conversation.recorded = true;
  }
}

function nameOf({ destination }: Conversation): string {
  return destination.kind === 'room' ? destination.room : '';
}

function checkSameKey(conversation: Conversation, roomKey: Uint8Array | undefined): void {
  if (roomKey === undefined) return;
  if (conversation.roomKey !== undefined && bytesEqual(conversation.roomKey, roomKey)) return;
  throw new MmchatError(
    'wrong-password',
    conversation.roomKey === undefined
      ? `You are in an open room called ${nameOf(conversation)}; leave it first.`
      : `${nameOf(conversation)} has another password.`,
  );
}
