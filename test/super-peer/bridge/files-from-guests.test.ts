// Files of guests, put together on a real disk: bounds, guests who leave in the middle, and nothing left behind.

import '../../../src/base/platform.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageOf } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { DiskSoundFiles } from '../../../src/devices/sound-files.ts';
import type { Conversation, Conversations } from '../../../src/services/conversations.ts';
import { DiskGuestFiles } from '../../../src/store/guest-files.ts';
import type { GuestFile } from '../../../src/contracts/guest-files.ts';
import {
  FilesFromGuests,
  GUEST_FILE_LIMITS,
  type FilesFromGuestsParts,
} from '../../../src/super-peer/bridge/files-from-guests.ts';
import { GuestNames } from '../../../src/super-peer/bridge/guest-names.ts';
import type { JsonValue } from '../../../src/super-peer/classic/json-value.ts';
import { MemoryHub } from '../../support/memory-hub.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface Offer {
  readonly path: string;
  readonly size: number;
  readonly guest: string | undefined;
}

class World implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly hub = new MemoryHub();
  readonly files: FilesFromGuests;
  readonly offers: Offer[] = [];
  readonly counts: string[] = [];
  readonly warnings: string[] = [];
  readonly disk: DiskGuestFiles;
  free = 1e12;
  readonly #folder: TemporaryFolder;

  constructor(folder: TemporaryFolder, changeFile: (file: GuestFile) => GuestFile = (file) => file) {
    this.#folder = folder;
    this.disk = new DiskGuestFiles(folder.path, systemRandom);
    const names = new GuestNames();
    this.hub.on((event) => {
      if (event.type === 'guest-joined') names.add(event.guest.name);
      if (event.type === 'file-part') this.files.take(event);
    });
    this.files = new FilesFromGuests({
      hub: this.hub,
      clock: this.clock,
      log: { ...silentLog, warn: (message, fields) => this.warnings.push(`${message} ${String(fields?.['error'])}`) },
      files: {
        clear: () => this.disk.clear(),
        create: async (name) => changeFile(await this.disk.create(name)),
        read: (path, chunkBytes) => this.disk.read(path, chunkBytes),
        remove: (path) => this.disk.remove(path),
      },
      sounds: new DiskSoundFiles(),
      engine: {
        describe: async (path: string) => ({ size: (await readFile(path)).length }),
      } as unknown as FilesFromGuestsParts['engine'],
      transfers: {
        offer: (_to: Conversation, path: string, { size }: { size: number }, { guest }: { guest?: string }) => {
          this.offers.push({ path, size, guest });
          return { id: String(this.offers.length), kept: Promise.resolve() };
        },
      },
      conversations: { withPerson: (id: string) => ({ hexId: id }) } as unknown as Conversations,
      names,
      roster: { idOf: (name) => `key of ${name}` },
      guestRooms: {
        conversationOf: (room: JsonValue) => Promise.resolve(room === 'lab' ? { hexId: 'lab' } : undefined),
      } as unknown as FilesFromGuestsParts['guestRooms'],
      freeBytes: () => Promise.resolve(this.free),
      pause: () => Promise.resolve(),
      count: (what) => this.counts.push(what),
    });
    this.hub.join('gus');
  }

  send(type: string, to: string, more: Record<string, JsonValue> = {}, from = 'gus'): void {
    this.hub.sendPart(from, { to }, new Map<string, JsonValue>([['type', type], ...Object.entries(more)]));
  }

  chunk(to: string, bytes: number | Buffer, from = 'gus'): void {
    const content = typeof bytes === 'number' ? Buffer.alloc(bytes, 7) : bytes;
    this.send('file_chunk', to, { chunk: content.toString('base64') }, from);
  }

  /** Everything under way is on the disk, or gone from it. */
  async settled(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let round = 0; round < 500; round++) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`never: ${String(holds)} ${this.warnings.join()}`);
  }

  async onDisk(): Promise<string[]> {
    const folders = await readdir(this.#folder.path).catch(() => []);
    const inside = await Promise.all(folders.map((folder) => readdir(join(this.#folder.path, folder)).catch(() => [])));
    return inside.flat().sort();
  }

  isEmpty = async (): Promise<boolean> => {
    const folders = await readdir(this.#folder.path).catch(() => []);
    return folders.length === 0 && this.files.bytes === 0;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.files.stop();
    await this.#folder[Symbol.asyncDispose]();
  }
}

test('two files to two people at once, each whole, removed when they were fetched', async () => {
  await using world = new World(await temporaryFolder());
  world.send('file_init', 'pia', { filename: '../../etc/plan.txt', size: 6n });
  world.send('file_init', 'kim', { filename: 'other.txt', size: 5n });
  world.chunk('pia', Buffer.from('for '));
  world.chunk('kim', Buffer.from('for k'));
  world.chunk('pia', Buffer.from('pia'));
  world.send('file_end', 'kim');
  world.send('file_end', 'pia');
  await world.settled(() => world.offers.length === 2);
  expect(await world.onDisk()).toEqual(['other.txt', 'plan.txt']);
  for (const { path, guest } of world.offers) {
    expect(guest).toBe('gus');
    expect(await readFile(path, 'utf8')).toBe(path.endsWith('plan.txt') ? 'for pia' : 'for k');
  }
  for (const id of ['1', '2']) world.files.hear({ type: 'transfer-forgotten', id });
  await world.settled(world.isEmpty);
});

test('parts of nothing, and parts that are none, change nothing', async () => {
  await using world = new World(await temporaryFolder());
  world.chunk('pia', 100);
  world.send('file_end', 'pia');
  world.send('file_init', 'pia');
  world.send('file_chunk', 'pia', { chunk: 5n });
  world.send('file_chunk', 'pia', { chunk: 'not base64 !!' });
  world.send('file_end', 'pia', { filename: 'else' });
  await world.settled(() => world.offers.length === 1);
  expect(await world.onDisk()).toEqual(['None']);
  world.files.hear({ type: 'transfer-forgotten', id: '1' });
  await world.settled(world.isEmpty);
});

test('who leaves in the middle, begins anew, or says no more leaves nothing on the disk', async () => {
  await using world = new World(await temporaryFolder());
  world.hub.join('kim');
  world.send('file_init', 'pia', { filename: 'half' });
  world.chunk('pia', 1_000);
  world.send('file_init', 'pia', { filename: 'half again' });
  world.chunk('pia', 1_000);
  world.send('file_init', 'pia', { filename: 'of kim' }, 'kim');
  world.chunk('pia', 500, 'kim');
  await world.settled(async () => (await world.onDisk()).length === 2);
  world.files.forget('gus');
  await world.settled(async () => (await world.onDisk()).join() === 'of kim');
  await world.clock.advance(9 * 60_000);
  world.files.tidy();
  expect(await world.onDisk()).toEqual(['of kim']);
  await world.clock.advance(60_001);
  world.files.tidy();
  await world.settled(world.isEmpty);
  expect(world.offers).toEqual([]);
  // Too late: it is not open any more.
  world.send('file_end', 'pia', {}, 'kim');
  expect(world.counts).toEqual(['files-failed']);
});

test('no more than eight at once of one guest, and so many in all', async () => {
  await using world = new World(await temporaryFolder());
  for (let number = 0; number < 20; number++) world.send('file_init', `peer ${number}`, { filename: 'x' });
  expect(world.hub.notices('gus').length).toBeLessThanOrEqual(12);
  expect(world.counts).toHaveLength(12);
  await world.settled(async () => (await world.onDisk()).length === 8);
  for (let guest = 0; guest < 50; guest++) {
    world.hub.join(`guest ${guest}`);
    for (let number = 0; number < 8; number++)
      world.send('file_init', `peer ${number}`, { filename: 'x' }, `guest ${guest}`);
  }
  await world.settled(async () => (await world.onDisk()).length === GUEST_FILE_LIMITS.open);
  for (const name of world.hub.guests) world.files.forget(name);
  await world.settled(world.isEmpty);
});

test('a guest who sends one file after the other for ever is told to stop', async () => {
  await using world = new World(await temporaryFolder());
  for (let number = 0; number < 200; number++) {
    world.send('file_init', 'pia', { filename: 'x' });
    world.send('file_end', 'pia');
  }
  await world.settled(() => world.offers.length === GUEST_FILE_LIMITS.perGuest.burst);
  expect(world.counts.filter((what) => what === 'files-failed')).toHaveLength(140);
});

test('an announced size is a word only; one that fits nowhere is refused at once', async () => {
  await using world = new World(await temporaryFolder());
  world.send('file_init', 'pia', { filename: 'small', size: 1_000_000_000n });
  world.chunk('pia', 10);
  world.send('file_end', 'pia');
  await world.settled(() => world.offers.length === 1);
  expect(world.offers[0]?.size).toBe(10);
  world.send('file_init', 'pia', { filename: 'huge', size: 10n ** 30n });
  world.chunk('pia', 10);
  world.send('file_end', 'pia');
  expect(world.counts).toContain('files-failed');
  await world.settled(() => world.hub.notices('gus').length === 1);
  expect(world.offers).toHaveLength(1);
});

test('a disk that is slow slows the guest down, and it is read again afterwards', async () => {
  const gate = Promise.withResolvers<undefined>();
  await using world = new World(await temporaryFolder(), (file) => ({
    get bytes() {
      return file.bytes;
    },
    write: (bytes) => gate.promise.then(() => file.write(bytes)),
    finish: () => file.finish(),
    discard: () => file.discard(),
  }));
  world.send('file_init', 'pia', { filename: 'big' });
  for (let number = 0; number < 30; number++) world.chunk('pia', 100_000);
  expect(world.hub.pauses).toEqual({ begun: 1, ended: 0 });
  gate.resolve(undefined);
  await world.settled(() => world.hub.pauses.ended === 1);
  world.send('file_end', 'pia');
  await world.settled(() => world.offers.length === 1);
  expect(world.offers[0]?.size).toBe(3_000_000);
});

test('a full disk: the guest is told, nothing stays, and it works again when there is space', async () => {
  let isFull = true;
  await using world = new World(await temporaryFolder(), (file) => ({
    get bytes() {
      return file.bytes;
    },
    write: (bytes) => (isFull ? Promise.reject(new Error('There is no space left on the disk.')) : file.write(bytes)),
    finish: () => file.finish(),
    discard: () => file.discard(),
  }));
  const sendAll = (): void => {
    world.send('file_init', 'pia', { filename: 'plan' });
    for (let number = 0; number < 20; number++) world.chunk('pia', 100_000);
    world.send('file_end', 'pia');
  };
  sendAll();
  await world.settled(() => world.hub.notices('gus').length > 0);
  await world.settled(world.isEmpty);
  expect(world.hub.pauses.ended).toBe(world.hub.pauses.begun);
  expect(world.warnings.join()).toContain('no space left');
  isFull = false;
  sendAll();
  await world.settled(() => world.offers.length === 1);
});

test('a disk that is nearly full takes no more', async () => {
  await using world = new World(await temporaryFolder());
  world.free = 100;
  world.send('file_init', 'pia', { filename: 'a' });
  await Promise.resolve();
  world.chunk('pia', 1_000);
  world.send('file_end', 'pia');
  await world.settled(world.isEmpty);
  world.send('file_init', 'pia', { filename: 'b' });
  expect(world.counts.every((what) => what === 'files-failed')).toBe(true);
  expect(world.offers).toEqual([]);
});

test('what an earlier run left is removed, and nothing outside of the folder', async () => {
  await using folder = await temporaryFolder();
  const disk = new DiskGuestFiles(join(folder.path, 'guest-files'), systemRandom);
  const file = await disk.create('plan.txt');
  await file.write(Buffer.from('x'));
  const path = await file.finish();
  await disk.remove(join(folder.path, 'guest-files', '..', 'plan.txt'));
  await disk.remove('/etc/hostname');
  expect(await readFile(path, 'utf8')).toBe('x');
  await disk.clear();
  await expect(readFile(path)).rejects.toThrow();
  const failure = await (async () => {
    for await (const _ of disk.read(path, 10)) throw new Error('there is nothing');
  })().catch((error: unknown) => messageOf(error));
  expect(failure).toBe('The file can not be read any more.');
});
