// A node that is killed (-9) at any instant while others talk to it: what it confirmed to them is there when it comes back,
// and what it had not confirmed comes again. The name of a test has its seed, KILL_SEED=N repeats it as far as chance goes.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import type { HeadlessClient } from '../support/headless-client.ts';
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
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Of the rounds in which it doesn't get as far as talking. */
const START_MS = 1_000;
/** Until it is linked, and in the middle of the talk. */
const LIFE_MS = 600;
const ROOM = 'lab';

/** Says things to everyone, in a room and to one person until it is told to stop; with the ids in each place. */
class Talker {
  readonly said = { everyone: [] as string[], room: [] as string[], person: [] as string[] };
  readonly #client: HeadlessClient;
  #isDone = false;
  #count = 0;

  constructor(client: HeadlessClient) {
    this.#client = client;
  }

  async talkTo(peerId: string): Promise<void> {
    while (!this.#isDone) {
      const text = `text ${this.#count++}`;
      const [place, params] = (
        [
          ['everyone', { text }],
          ['room', { text, room: ROOM }],
          ['person', { text, to: peerId }],
        ] as const
      )[this.#count % 3] ?? ['everyone', { text }];
      this.said[place].push((await this.#client.call('chat.send', params)).id);
      await pause(4);
    }
  }

  stop(): void {
    this.#isDone = true;
  }

  get all(): string[] {
    return Object.values(this.said).flat();
  }
}

const confirmedBy = (client: HeadlessClient, peerId: string): string[] =>
  client.all('message.delivered').flatMap((one) => (one.peerId === peerId ? [one.id] : []));

it.each([5, 6, 7, 8].map(killSeed))(
  'nothing confirmed is lost by a node that is killed while others talk to it (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const random = seededRandom(seed);
    await using talkersFolder = await temporaryFolder();
    await using folder = await temporaryFolder();
    await using alice = await launch('alice', talkersFolder.path);
    await alice.ready;
    await alice.call('rooms.create', { room: ROOM });
    let bobsId: string;
    {
      await using bob = await launch('bob', folder.path, alice);
      await bob.ready;
      bobsId = bob.peerId;
      await bob.waitFor('peer.online');
      await bob.call('rooms.join', { room: ROOM });
      // Whoever one wrote to is not held back.
      await bob.call('chat.send', { text: 'hello', to: alice.peerId });
      await alice.waitFor('message');
      await bob.stop();
    }
    const talker = new Talker(alice);
    const talking = talker.talkTo(bobsId);
    talking.catch(() => undefined);

    const there = new Set<string>();
    let cursor: string | undefined;
    for (let round = 0; round < KILL_ROUNDS; round += 1) {
      await using bob = await launch('bob', folder.path, alice);
      if (random.below(5) === 0) {
        await pause(random.fraction() * START_MS);
        await killNine(bob);
        continue;
      }
      await bob.ready;
      const confirmed = confirmedBy(alice, bobsId);
      const since = await readSince(bob, cursor);
      ({ cursor } = since);
      const toldSoFar = bob.all('message').map(({ id }) => id);
      // What was shown and not kept yet is told again; what was kept is not.
      for (const id of toldSoFar) expect(there.has(id), `${id} was kept by an earlier life`).toBe(false);
      for (const { id } of since.messages) {
        // Nothing of these ever changes: nothing comes twice.
        expect(there.has(id)).toBe(false);
        there.add(id);
      }
      for (const id of confirmed) expect(there.has(id), `${id} was confirmed`).toBe(true);
      await pause(random.fraction() * LIFE_MS);
      const told = bob.all('message').map(({ id }) => id);
      expect(new Set(told).size).toBe(told.length);
      for (const id of told.slice(toldSoFar.length)) expect(there.has(id), `${id} was kept already`).toBe(false);
      await killNine(bob);
    }
    talker.stop();
    await talking;

    await using bob = await launch('bob', folder.path, alice);
    await bob.ready;
    await Promise.all(
      talker.all.map(async (id) =>
        alice.waitFor('message.delivered', (one) => one.id === id && one.peerId === bobsId, 30_000),
      ),
    );
    const idsIn = async (place: { room?: string; with?: string }): Promise<string[]> =>
      (await readWhole(bob, place)).filter(({ from }) => from.peerId === alice.peerId).map(({ id }) => id);
    expect(await idsIn({})).toEqual(talker.said.everyone);
    expect(await idsIn({ room: ROOM })).toEqual(talker.said.room);
    expect(await idsIn({ with: alice.peerId })).toEqual(talker.said.person);
    expect(talker.all.length).toBeGreaterThan(KILL_ROUNDS * 5);
    await bob.stop();
    await alice.stop();
    expectNoComplaint(bob);
    expectNoComplaint(alice);
  },
);
