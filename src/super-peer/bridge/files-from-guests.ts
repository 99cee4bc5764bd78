// Files that guests send to peers: put together from their parts as they arrive, then offered like any other file. Voice
// notes, which old clients send as files, become voice notes.

import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { SoundFiles } from '../../contracts/audio.ts';
import type { BulkEngine } from '../../contracts/bulk.ts';
import type { GuestFile, GuestFiles } from '../../contracts/guest-files.ts';
import type { Conversation, Conversations } from '../../services/conversations.ts';
import type { Transfers } from '../../services/transfers/transfers.ts';
import type { NodeEvent } from '../../state/events.ts';
import { safeFileName } from '../../state/file-names.ts';
import { guestPartsOf } from '../../state/guest-ids.ts';
import type { PeerId, Transfer } from '../../state/values.ts';
import type { ClassicEvent } from '../classic/events.ts';
import type { ClassicHub } from '../classic/hub.ts';
import { keyOf, type JsonValue } from '../classic/json-value.ts';
import { pythonText } from '../classic/python-text.ts';
import type { GuestNames } from './guest-names.ts';
import type { GuestRooms } from './guest-rooms.ts';
import type { Roster } from './roster.ts';
import { fromClassicVoice, isVoiceNoteName } from './voice-conversion.ts';

export const GUEST_FILE_LIMITS = {
  /** Files of one guest that are being put together. */
  openPerGuest: 8,
  /** Of all guests: each keeps a file open. */
  open: 256,
  /** Files of one guest in a minute, and at once: each is announced to peers. */
  perGuest: { perSecond: 0.5, burst: 60 },
  /** All that is being put together or waits to be fetched. */
  bytes: 20_000_000_000,
  /** Files that wait to be fetched. */
  offered: 4_096,
  /** Of the disk, this much stays free. */
  freeBytes: 1_000_000_000,
  /** Asked of the disk again after so many bytes. */
  askDiskBytes: 64_000_000,
  /** Parts that wait for the disk; above it the guest is not read. */
  waitingBytes: 1_000_000,
  /** A file of which no part comes for so long is dropped. */
  quietMs: 10 * 60_000,
  /** Members who come later may fetch it for so long. */
  keepMs: 24 * 3_600_000,
  voiceBytes: 16_000_000,
} as const;

export interface FilesFromGuestsParts {
  readonly hub: ClassicHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: GuestFiles;
  readonly sounds: SoundFiles;
  readonly engine: Pick<BulkEngine, 'describe'>;
  readonly transfers: Pick<Transfers, 'offer'>;
  readonly conversations: Conversations;
  readonly names: GuestNames;
  readonly roster: Pick<Roster, 'idOf'>;
  readonly guestRooms: GuestRooms;
  readonly pause: () => Promise<void>;
  /** Of the disk that they are put on. */
  readonly freeBytes: () => Promise<number>;
  readonly count: (what: 'files-to-peers' | 'files-failed') => void;
}

type FilePart = Extract<ClassicEvent, { type: 'file-part' }>;
type Target = FilePart['target'];

const TOO_MUCH = 'This file does not reach the people beyond this server: too much is under way.';

/** A file of which parts come. */
interface Open {
  readonly guest: string;
  readonly classicName: string;
  readonly name: string;
  readonly target: Target;
  /** What is written, one part after the other. */
  writing: Promise<unknown>;
  file: GuestFile | undefined;
  /** All that came, counted in the sum of all files. */
  bytes: number;
  waitingBytes: number;
  lastPartMs: number;
  release: (() => void) | undefined;
  failed: boolean;
}

interface Offered {
  readonly path: string;
  readonly size: number;
  readonly until: number;
  readonly isPrivate: boolean;
}

export class FilesFromGuests {
  readonly #parts: FilesFromGuestsParts;
  /** By guest, by where it goes: old clients have one file under way for each place. */
  readonly #open = new Map<string, Map<string, Open>>();
  readonly #offered = new Map<string, Offered>();
  readonly #buckets = new Map<string, TokenBucket>();
  #bytes = 0;
  #bytesAtDisk = 0;
  #isDiskLow = false;

  constructor(parts: FilesFromGuestsParts) {
    this.#parts = parts;
  }

  /** Bytes on this disk, or on their way to it. */
  get bytes(): number {
    return this.#bytes;
  }

  take(event: FilePart): void {
    const place = placeOf(event.target);
    const type = event.part.get('type');
    if (type === 'file_init') this.#begin(place, event);
    const open = this.#open.get(event.guest.name)?.get(place);
    if (open === undefined) return;
    open.lastPartMs = this.#parts.clock.monotonicMs();
    if (type === 'file_chunk') this.#chunk(open, event);
    if (type !== 'file_end') return;
    this.#close(open);
    void open.writing
      .then(() => this.#finish(open))
      .catch(async (error: unknown) => {
        this.#failed(open, error);
        await this.#discard(open);
      });
  }

  /** What a guest has not finished is dropped. */
  forget(classicName: string): void {
    this.#buckets.delete(classicName);
    for (const open of [...(this.#open.get(classicName)?.values() ?? [])]) void this.#drop(open);
  }

  /** A text that is too long to be said. */
  async sendText(guest: string, target: Conversation | PeerId, text: string): Promise<void> {
    if (this.#isFull) throw new Error('too much is under way');
    const file = await this.#parts.files.create(`text of ${safeFileName(guest)}.txt`);
    const bytes = Buffer.from(text);
    this.#bytes += bytes.length;
    try {
      await file.write(bytes);
      await this.#offer(guest, await file.finish(), target);
    } catch (error) {
      this.#bytes -= bytes.length;
      await file.discard();
      throw error;
    }
  }

  hear(event: NodeEvent): void {
    if (event.type === 'transfer-delivered') this.#over(event.id);
    else if (event.type === 'transfer-changed' && isLost(event.transfer)) this.#over(event.transfer.id);
    else if (event.type === 'transfer-forgotten') this.#remove(event.id);
  }

  /** Now and then: what nobody fetched in a day, and what was begun and not gone on with. */
  tidy(): void {
    const now = this.#parts.clock.now();
    for (const [id, { until }] of this.#offered) if (until < now) this.#remove(id);
    const quietSinceMs = this.#parts.clock.monotonicMs() - GUEST_FILE_LIMITS.quietMs;
    for (const open of this.#allOpen()) {
      if (open.lastPartMs > quietSinceMs) continue;
      this.#failed(open, new Error('no part of it came for minutes'));
      void this.#drop(open);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#allOpen().map((open) => this.#drop(open)));
  }

  get #isFull(): boolean {
    return this.#bytes >= GUEST_FILE_LIMITS.bytes || this.#offered.size >= GUEST_FILE_LIMITS.offered || this.#isDiskLow;
  }

  #begin(place: string, { guest, part, target }: FilePart): void {
    const clean = this.#parts.names.cleanOf(guest.name);
    const mine = this.#open.get(guest.name) ?? new Map<string, Open>();
    const before = mine.get(place);
    if (before !== undefined) void this.#drop(before);
    if (clean === undefined) return;
    this.#askDisk();
    const isTooMany = mine.size >= GUEST_FILE_LIMITS.openPerGuest || this.#allOpen().length >= GUEST_FILE_LIMITS.open;
    if (isTooMany || this.#isFull || isTooLarge(part.get('size')) || !this.#bucketOf(guest.name).tryTake()) {
      this.#parts.count('files-failed');
      void this.#parts.hub.system(guest.name, TOO_MUCH);
      return;
    }
    const name = safeFileName(pythonText(part.get('filename')));
    const open: Open = {
      guest: clean,
      classicName: guest.name,
      name,
      target,
      writing: Promise.resolve(),
      file: undefined,
      bytes: 0,
      waitingBytes: 0,
      lastPartMs: 0,
      release: undefined,
      failed: false,
    };
    open.writing = this.#parts.files.create(name).then(
      (file) => void (open.file = file),
      (error: unknown) => this.#failed(open, error),
    );
    this.#open.set(guest.name, mine.set(place, open));
  }

  /** What the guest announced as its size is its word only: what comes counts. */
  #chunk(open: Open, { part, slowDown }: FilePart): void {
    const chunk = part.get('chunk');
    if (typeof chunk !== 'string' || open.failed) return;
    const bytes = Buffer.from(chunk, 'base64');
    open.waitingBytes += bytes.length;
    open.bytes += bytes.length;
    this.#bytes += bytes.length;
    this.#askDisk();
    if (open.waitingBytes > GUEST_FILE_LIMITS.waitingBytes) open.release ??= slowDown();
    open.writing = open.writing
      .then(() => (open.failed ? undefined : open.file?.write(bytes)))
      .catch((error: unknown) => this.#failed(open, error))
      .finally(() => {
        open.waitingBytes -= bytes.length;
        if (open.waitingBytes > GUEST_FILE_LIMITS.waitingBytes / 2) return;
        open.release?.();
        open.release = undefined;
      });
    if (this.#bytes > GUEST_FILE_LIMITS.bytes || this.#isDiskLow)
      this.#failed(open, new Error('too much waits on the disk'));
  }

  async #finish(open: Open): Promise<void> {
    const to = open.failed ? undefined : await this.#targetOf(open.target);
    if (open.failed || open.file === undefined)
      await this.#parts.hub.system(
        open.classicName,
        `File '${open.name}' did not reach the people beyond this server.`,
      );
    if (open.failed || open.file === undefined || to === undefined) return this.#discard(open);
    await this.#offer(open.guest, await open.file.finish(), to, open.name);
  }

  async #targetOf(target: Target): Promise<Conversation | PeerId | undefined> {
    if ('to' in target) return this.#parts.roster.idOf(target.to);
    return this.#parts.guestRooms.conversationOf(target.room);
  }

  async #offer(guest: string, path: string, target: Conversation | PeerId, name = ''): Promise<void> {
    const { conversations, engine, transfers } = this.#parts;
    const { host, name: toGuest } =
      typeof target === 'string'
        ? (guestPartsOf(target) ?? { host: target, name: undefined })
        : { host: '', name: undefined };
    const conversation = typeof target === 'string' ? conversations.withPerson(host) : target;
    const voice = isVoiceNoteName(name) ? await this.#asVoice(path) : undefined;
    const sent = voice?.path ?? path;
    const facts = await engine.describe(sent);
    const more = { guest, ...(toGuest === undefined ? {} : { toGuest }) };
    const { id, kept } = transfers.offer(conversation, sent, facts, {
      ...more,
      ...(voice === undefined ? {} : { voice }),
    });
    const until = this.#parts.clock.now() + GUEST_FILE_LIMITS.keepMs;
    this.#offered.set(id, { path: sent, size: facts.size, until, isPrivate: typeof target === 'string' });
    this.#parts.count('files-to-peers');
    await kept;
  }

  /** Undefined: it goes as any file. */
  async #asVoice(path: string): Promise<{ path: string; durationMs: number; waveform: Uint8Array } | undefined> {
    const { sounds, files, pause } = this.#parts;
    const bytes = await sounds.read(path).catch(() => undefined);
    if (bytes === undefined || bytes.length > GUEST_FILE_LIMITS.voiceBytes) return undefined;
    const note = await fromClassicVoice(bytes, pause);
    if (note === undefined) return undefined;
    const file = await files.create(path.replace(/^.*[/\\]/, ''));
    try {
      await file.write(note.wav);
    } catch {
      await file.discard();
      return undefined;
    }
    const written = await file.finish();
    this.#bytes += note.wav.length - bytes.length;
    await files.remove(path);
    return { path: written, durationMs: note.durationMs, waveform: note.waveform };
  }

  #allOpen(): Open[] {
    return [...this.#open.values()].flatMap((places) => [...places.values()]);
  }

  /** From now on its parts are parts of nothing. */
  #close(open: Open): void {
    const mine = this.#open.get(open.classicName);
    mine?.delete(placeOf(open.target));
    if (mine?.size === 0) this.#open.delete(open.classicName);
  }

  #drop(open: Open): Promise<void> {
    this.#close(open);
    return open.writing.then(() => this.#discard(open));
  }

  #failed(open: Open, error: unknown): void {
    if (open.failed) return;
    open.failed = true;
    this.#parts.count('files-failed');
    this.#parts.log.warn('a file of a guest could not be passed on', { guest: open.guest, error: messageOf(error) });
  }

  async #discard(open: Open): Promise<void> {
    open.release?.();
    this.#bytes -= open.bytes;
    open.bytes = 0;
    await open.file
      ?.discard()
      .catch((error: unknown) =>
        this.#parts.log.warn('a file of a guest could not be removed', { error: messageOf(error) }),
      );
  }

  #askDisk(): void {
    if (this.#bytes < this.#bytesAtDisk && !this.#isDiskLow) return;
    this.#bytesAtDisk = this.#bytes + GUEST_FILE_LIMITS.askDiskBytes;
    this.#parts.freeBytes().then(
      (free) => (this.#isDiskLow = free < GUEST_FILE_LIMITS.freeBytes),
      // Then writing says what is the matter.
      () => undefined,
    );
  }

  #bucketOf(classicName: string): TokenBucket {
    let bucket = this.#buckets.get(classicName);
    if (bucket === undefined)
      this.#buckets.set(classicName, (bucket = new TokenBucket(this.#parts.clock, GUEST_FILE_LIMITS.perGuest)));
    return bucket;
  }

  /** Between two it is needed no more; in a room others may come. */
  #over(id: string): void {
    if (this.#offered.get(id)?.isPrivate === true) this.#remove(id);
  }

  #remove(id: string): void {
    const offered = this.#offered.get(id);
    if (offered === undefined) return;
    this.#offered.delete(id);
    this.#bytes -= offered.size;
    void this.#parts.files
      .remove(offered.path)
      .catch((error: unknown) =>
        this.#parts.log.warn('a file of a guest could not be removed', { error: messageOf(error) }),
      );
  }
}

function isLost({ direction, phase, receivers }: Transfer): boolean {
  if (direction !== 'outgoing') return false;
  if (phase === 'cancelled' || phase === 'failed') return true;
  return (
    receivers.length > 0 && receivers.every(({ phase: theirs }) => theirs === 'rejected' || theirs === 'cancelled')
  );
}

function placeOf(target: Target): string {
  return 'to' in target ? `@${target.to}` : `#${keyOf(target.room) ?? ''}`;
}

function isTooLarge(size: JsonValue | undefined): boolean {
  return (typeof size === 'bigint' || typeof size === 'number') && size > GUEST_FILE_LIMITS.bytes;
}
