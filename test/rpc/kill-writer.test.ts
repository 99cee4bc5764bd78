// A node that is killed (-9) at any instant, again and again: nothing that it acknowledged is lost, doubled or moved.
// The name of a test has its seed, KILL_SEED=N repeats it as far as chance goes.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import type { HeadlessClient } from '../support/headless-client.ts';
import type { MessageRow } from '../support/headless-types.ts';
import {
  expectNoComplaint,
  KILL_ROUNDS,
  killNine,
  killSeed,
  launch,
  pause,
  readSince,
  readWhole,
} from '../support/kill-rounds.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const IN_FLIGHT = 6;
const WORK_MS = 150;
const START_MS = 1_000;
const ROOMS = ['one', 'two', 'three'];

interface Said {
  readonly id: string;
  readonly room: string | undefined;
  /** What it may be now: more than one while a change of it was asked for and not acknowledged. */
  texts: readonly string[];
}

/** What was asked of the node over all its lives, and what it acknowledged. */
class Ledger {
  readonly said: Said[] = [];
  readonly asked = new Set<string>();
  readonly joined = new Map<string, boolean>();
  #unchanged: Said[] = [];
  #count = 0;

  async something(client: HeadlessClient, random: SeededRandom): Promise<void> {
    const chance = random.fraction();
    const target = chance < 0.2 ? this.#unchanged.shift() : undefined;
    if (target !== undefined) return this.#change(client, target, random.fraction() < 0.5);
    if (chance > 0.95) return this.#comeOrGo(client, random.pick(ROOMS));
    const rooms = ROOMS.filter((room) => this.joined.get(room) === true);
    return this.#say(client, random.fraction() < 0.3 && rooms.length > 0 ? random.pick(rooms) : undefined, random);
  }

  async #say(client: HeadlessClient, room: string | undefined, random: SeededRandom): Promise<void> {
    const text = `text ${this.#count++} ${'x'.repeat(random.below(random.below(20) === 0 ? 20_000 : 200))}`;
    this.asked.add(text);
    const { id } = await client.call('chat.send', room === undefined ? { text } : { text, room });
    const said = { id, room, texts: [text] };
    this.said.push(said);
    this.#unchanged.push(said);
  }

  async #change(client: HeadlessClient, target: Said, isDeletion: boolean): Promise<void> {
    const text = isDeletion ? '' : `changed ${this.#count++}`;
    this.asked.add(text);
    target.texts = [...target.texts, text];
    if (isDeletion) await client.call('chat.delete', { id: target.id });
    else await client.call('chat.edit', { id: target.id, text });
    target.texts = [text];
  }

  async #comeOrGo(client: HeadlessClient, room: string): Promise<void> {
    // Only into rooms: what was said in a room that one has left could not be changed any more.
    if (this.joined.has(room)) return;
    this.joined.set(room, false);
    await client.call('rooms.join', { room });
    this.joined.set(room, true);
  }

  /** After the end of a life nobody waits any more for what was not acknowledged. */
  forgetUnanswered(): void {
    for (const [room, isAcknowledged] of this.joined) if (!isAcknowledged) this.joined.delete(room);
    this.#unchanged = this.#unchanged.slice(-20);
  }

  expectAllIn(rows: readonly MessageRow[], said: readonly Said[]): void {
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { id, texts, room } of said) {
      const row = byId.get(id);
      expect(row, `${texts.join(' or ').slice(0, 40)} was acknowledged`).toBeDefined();
      expect(texts).toContain(row?.text);
      expect(row?.room).toBe(room);
    }
  }
}

/** As fast as it answers, until it is killed. */
async function work(client: HeadlessClient, ledger: Ledger, random: SeededRandom): Promise<void> {
  let isKilled = false;
  const hands = Array.from({ length: IN_FLIGHT }, async () => {
    while (!isKilled) {
      try {
        await ledger.something(client, random);
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it changes meanwhile
        if (!isKilled) throw error;
      }
    }
  });
  await pause(random.fraction() * WORK_MS);
  isKilled = true;
  await killNine(client);
  await Promise.all(hands);
}

it.each([1, 2, 3, 4].map(killSeed))(
  'nothing acknowledged is lost by a node that is killed while it keeps what one says (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const random = seededRandom(seed);
    await using folder = await temporaryFolder();
    const ledger = new Ledger();
    let cursor: string | undefined;
    let checked = 0;
    // On a machine that is busy otherwise, many a life says nothing.
    for (let round = 0; round < KILL_ROUNDS || ledger.said.length <= KILL_ROUNDS; round += 1) {
      await using client = await launch('alice', folder.path);
      if (random.below(5) === 0) {
        await pause(random.fraction() * START_MS);
        await killNine(client);
        continue;
      }
      await client.ready;
      const since = await readSince(client, cursor);
      ledger.expectAllIn(since.messages, ledger.said.slice(checked));
      ({ cursor } = since);
      checked = ledger.said.length;
      await work(client, ledger, random);
      ledger.forgetUnanswered();
    }

    await using client = await launch('alice', folder.path);
    await client.ready;
    const rooms = await client.call('rooms.list');
    for (const room of ledger.joined.keys())
      expect(rooms.find((one) => one.room === room)).toMatchObject({ joined: true });
    expect(ledger.said.length).toBeGreaterThan(KILL_ROUNDS);
    for (const room of [undefined, ...ledger.joined.keys()]) {
      const rows = await readWhole(client, room === undefined ? {} : { room });
      const said = ledger.said.filter((one) => one.room === room);
      ledger.expectAllIn(rows, said);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      for (const { text } of rows) expect(ledger.asked.has(text)).toBe(true);
      // In the order in which it was said, through all those lives.
      const places = new Map(rows.map(({ id }, index) => [id, index]));
      const numbers = said
        .map(({ id, texts }) => ({ place: places.get(id) ?? -1, text: texts[0] ?? '' }))
        .filter(({ text }) => text.startsWith('text '))
        .sort((left, right) => left.place - right.place)
        .map(({ text }) => Number(text.split(' ')[1]));
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    }
    await client.stop();
    expectNoComplaint(client);
  },
);
