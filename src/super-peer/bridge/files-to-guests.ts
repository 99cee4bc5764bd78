// Files of peers for guests: fetched here like any file, then cut into the parts that old clients read, at the pace of
// the slowest of those who get it. Old clients keep one file per sender open: one after the other, for each sender.

import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SoundFiles } from '../../contracts/audio.ts';
import type { GuestFiles } from '../../contracts/guest-files.ts';
import type { GuestWords } from '../../services/guest-words.ts';
import type { NodeEvent } from '../../state/events.ts';
import { RecentIds } from '../../services/recent-ids.ts';
import { guestPartsOf } from '../../state/guest-ids.ts';
import type { NodeState, PeerId, Transfer } from '../../state/values.ts';
import type { ClassicHub } from '../classic/hub.ts';
import type { JsonObject, JsonValue } from '../classic/json-value.ts';
import type { GuestNames } from './guest-names.ts';
import type { GuestRooms } from './guest-rooms.ts';
import type { Roster } from './roster.ts';
import { toClassicVoice } from './voice-conversion.ts';

/** As the classic client cuts them. */
const CHUNK_BYTES = 2_048;
/** Files that wait for their turn, of one sender. */
const MOST_WAITING = 64;
const RECENT_TRANSFERS = 4_096;
/** Guests who are sent the same file at the same time. */
const AT_ONCE = 16;
const VOICE_BYTES = 16_000_000;

export interface FilesToGuestsParts {
  readonly hub: ClassicHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: GuestFiles;
  readonly sounds: SoundFiles;
  readonly guestWords: Pick<GuestWords, 'delivered'>;
  readonly names: GuestNames;
  readonly roster: Roster;
  readonly guestRooms: GuestRooms;
  readonly state: () => NodeState;
  readonly pause: () => Promise<void>;
  /** What came for guests alone is not kept. */
  readonly removeReceived: (path: string) => Promise<void>;
  readonly count: (what: 'files-to-guests') => void;
}

/** Everybody who gets it, by the names of the old clients. */
type SendPart = (part: JsonObject) => Promise<readonly string[]>;

export class FilesToGuests {
  readonly #parts: FilesToGuestsParts;
  readonly #bySender = new Map<string, { tail: Promise<void>; waiting: number }>();
  readonly #begun = new RecentIds(RECENT_TRANSFERS);
  #lastVoiceSecond = 0;
  #isStopped = false;

  constructor(parts: FilesToGuestsParts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#isStopped = true;
  }

  hear(event: NodeEvent): void {
    if (event.type !== 'transfer-changed') return;
    const { transfer } = event;
    if (transfer.direction !== 'incoming' || transfer.phase !== 'done' || transfer.path === undefined) return;
    if (transfer.kind === 'folder') return;
    if (transfer.destination.kind === 'person' && transfer.toGuest === undefined) return;
    if (this.#begun.add(transfer.id)) this.#queue(transfer, transfer.path);
  }

  #queue(transfer: Transfer, path: string): void {
    const sender = this.#parts.roster.nameOf(transfer.author);
    if (sender === undefined) {
      void this.#removed(transfer, path);
      return;
    }
    const queue = this.#bySender.get(sender) ?? { tail: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= MOST_WAITING) {
      this.#parts.log.warn('a file could not be handed to guests', { error: 'too many wait' });
      void this.#removed(transfer, path);
      return;
    }
    queue.waiting += 1;
    this.#bySender.set(sender, queue);
    queue.tail = queue.tail
      .then(() => this.#send(transfer, path, sender))
      .finally(() => this.#removed(transfer, path))
      .catch((error: unknown) =>
        this.#parts.log.warn('a file could not be handed to guests', { error: messageOf(error) }),
      )
      .finally(() => {
        queue.waiting -= 1;
        if (queue.waiting === 0) this.#bySender.delete(sender);
      });
  }

  async #send(transfer: Transfer, path: string, sender: string): Promise<void> {
    if (this.#isStopped) return;
    const reached = new Set<string>();
    const targets = this.#targets(transfer, sender);
    for (let start = 0; start < targets.length; start += AT_ONCE) {
      const some = targets.slice(start, start + AT_ONCE);
      const names = await Promise.all(some.map((one) => this.#sendTo(transfer, path, sender, one.target, one.send)));
      for (const name of names.flat()) reached.add(name);
    }
    if (reached.size === 0) return;
    this.#parts.count('files-to-guests');
    const guests = [...reached].flatMap((name) => this.#parts.names.cleanOf(name) ?? []);
    const host: PeerId = guestPartsOf(transfer.author)?.host ?? transfer.author;
    this.#parts.guestWords.delivered(host, transfer.id, guests);
  }

  /** What came for a guest alone is not kept. */
  async #removed({ toGuest }: Transfer, path: string): Promise<void> {
    if (toGuest === undefined) return;
    await this.#parts
      .removeReceived(path)
      .catch((error: unknown) =>
        this.#parts.log.warn('a file for a guest could not be removed', { error: messageOf(error) }),
      );
  }

  #targets(transfer: Transfer, sender: string): { target: [string, JsonValue]; send: SendPart }[] {
    const { hub, names, guestRooms } = this.#parts;
    const { destination } = transfer;
    const toOne = (name: string): { target: [string, JsonValue]; send: SendPart } => ({
      target: ['to', name],
      send: async (part) => ((await hub.filePart(sender, name, part)) ? [name] : []),
    });
    if (transfer.toGuest !== undefined) {
      const name = names.classicOf(transfer.toGuest);
      return name === undefined ? [] : [toOne(name)];
    }
    if (destination.kind === 'room')
      return guestRooms.writtenAs(destination.room).map((room) => ({
        target: ['room', room],
        send: (part) => hub.roomFilePart(sender, room, part),
      }));
    return destination.kind === 'everyone' ? hub.guests.map(toOne) : [];
  }

  /** Who has every part of it. */
  async #sendTo(
    transfer: Transfer,
    path: string,
    sender: string,
    target: [string, JsonValue],
    send: SendPart,
  ): Promise<readonly string[]> {
    const voice = transfer.kind === 'voice' ? await this.#asClassicVoice(path) : undefined;
    const filename = voice === undefined ? transfer.name : this.#voiceName();
    const size = BigInt(voice?.length ?? transfer.size);
    const about: [string, JsonValue][] = [['from', sender]];
    const part = (type: string, ...fields: [string, JsonValue][]): JsonObject =>
      new Map<string, JsonValue>([['type', type], ...about, ...fields, target]);
    let reached = await send(part('file_init', ['filename', filename], ['size', size]));
    const chunks = voice === undefined ? this.#parts.files.read(path, CHUNK_BYTES) : cut(voice);
    for await (const chunk of chunks) {
      if (reached.length === 0 || this.#isStopped) return [];
      const has = await send(part('file_chunk', ['chunk', Buffer.from(chunk).toString('base64')]));
      reached = reached.filter((name) => has.includes(name));
    }
    const ended = await send(part('file_end', ['filename', filename]));
    return reached.filter((name) => ended.includes(name));
  }

  async #asClassicVoice(path: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#parts.sounds.read(path).catch(() => undefined);
    return bytes === undefined || bytes.length > VOICE_BYTES ? undefined : toClassicVoice(bytes, this.#parts.pause);
  }

  /** Old clients name them by the second: two of one second would overwrite each other. */
  #voiceName(): string {
    this.#lastVoiceSecond = Math.max(this.#lastVoiceSecond + 1, Math.floor(this.#parts.clock.now() / 1_000));
    return `voice_${this.#lastVoiceSecond}.wav`;
  }
}

async function* cut(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) yield bytes.subarray(start, start + CHUNK_BYTES);
}
