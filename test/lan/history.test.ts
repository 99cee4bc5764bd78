// Nothing is lost among people who come and go: whoever was away has everything on return, from whoever is there.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import type { MessageRow } from '../support/headless-types.ts';
import type { HeadlessClient } from '../support/headless-client.ts';
import { createLan, type Lan, type LanHost } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, seesOffline, seesOnline, startAll, talks, timed } from '../support/meeting.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const ROOM = 'lab';

/** Somebody with a computer and a data folder of their own, who can come, go and come back. */
class Resident implements AsyncDisposable {
  readonly name: string;
  readonly host: LanHost;
  readonly #folder: TemporaryFolder;
  #client: HeadlessClient | undefined;

  constructor(name: string, host: LanHost, folder: TemporaryFolder) {
    this.name = name;
    this.host = host;
    this.#folder = folder;
  }

  get client(): HeadlessClient {
    if (this.#client === undefined) throw new Error(`${this.name} is away.`);
    return this.#client;
  }

  async come(): Promise<HeadlessClient> {
    const group = await startAll([{ host: this.host, name: this.name, dataDir: this.#folder.path }]);
    return (this.#client = group.at(0));
  }

  /** With a goodbye, or without a word. */
  async go(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    const { client } = this;
    if (how === 'stop') await client.stop();
    else await client.kill('SIGKILL');
    expect(client.stderr).not.toMatch(/\n\s+at /);
    this.#client = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

class Village implements AsyncDisposable {
  readonly lan: Lan;
  readonly alice: Resident;
  readonly bob: Resident;
  readonly carol: Resident;

  private constructor(lan: Lan, [alice, bob, carol]: readonly [Resident, Resident, Resident]) {
    this.lan = lan;
    this.alice = alice;
    this.bob = bob;
    this.carol = carol;
  }

  static async settle(): Promise<Village> {
    const lan = await createLan({ hosts: 3 });
    const resident = async (name: string, index: number): Promise<Resident> =>
      new Resident(name, lan.host(index), await temporaryFolder());
    return new Village(lan, [await resident('alice', 0), await resident('bob', 1), await resident('carol', 2)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of [this.alice, this.bob, this.carol]) await one[Symbol.asyncDispose]();
    await this.lan[Symbol.asyncDispose]();
  }
}

/** They are here, linked, and all in the room. */
async function inRoom(...residents: readonly Resident[]): Promise<void> {
  const clients = await Promise.all(residents.map(async (one) => one.come()));
  await everybodyMeets(clients);
  for (const one of clients) await one.call('rooms.join', { room: ROOM });
  await Promise.all(
    clients.flatMap((one) =>
      clients.filter((other) => other !== one).map(async (other) => seesJoin(one, other.peerId)),
    ),
  );
}

async function seesJoin(client: HeadlessClient, peerId: string): Promise<void> {
  const members = (await client.call('rooms.list')).find(({ room }) => room === ROOM)?.members;
  if (members?.some((member) => member.peerId === peerId) === true) return;
  await client.waitFor('room.joined', (one) => one.room === ROOM && one.peerId === peerId);
}

type Place = { room?: string; to?: string };

/** Says so many things, one after another; resolves with their ids when all are acknowledged. */
async function says(
  client: HeadlessClient,
  count: number,
  place: Place = { room: ROOM },
  what = '',
): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const text = `${client.status.name} ${what}${number}`;
    ids.push((await client.call('chat.send', { text, ...place })).id);
  }
  return ids;
}

/** All of these are told to this one, once each, in this order, and in their author's name. */
async function getsAll(client: HeadlessClient, ids: readonly string[], author: string, since = 0): Promise<void> {
  await Promise.all(ids.map(async (id) => client.waitFor('message', (one) => one.id === id, 20_000, since)));
  const told = client.all('message').filter(({ id }) => ids.includes(id));
  expect(told.map(({ id }) => id)).toEqual(ids);
  for (const { from } of told) expect(from.peerId).toBe(author);
}

/** These are confirmed by that one. */
async function confirmed(client: HeadlessClient, ids: readonly string[], by: string): Promise<void> {
  await Promise.all(
    ids.map(async (id) => client.waitFor('message.delivered', (one) => one.id === id && one.peerId === by, 20_000)),
  );
}

const page = async (
  client: HeadlessClient,
  place: { room?: string; with?: string } = { room: ROOM },
): Promise<readonly MessageRow[]> => client.call('chat.history', { ...place, limit: 1_000 });
const idsOf = (rows: readonly MessageRow[]): string[] => rows.map(({ id }) => id);

describeLan('history on a LAN', () => {
  it('A writes while B is off, A goes off, C stays: B comes back and has it all', async () => {
    await using village = await Village.settle();
    const { alice, bob, carol } = village;
    await inRoom(alice, bob, carol);
    const alicesId = alice.client.peerId;
    const bobsId = bob.client.peerId;
    await bob.go();
    await seesOffline(alice.client, { peerId: bobsId });

    const said = await says(alice.client, 40);
    const toAll = await says(alice.client, 10, {}, 'to everyone ');
    await confirmed(alice.client, [...said, ...toAll], carol.client.peerId);
    await alice.go();
    await seesOffline(carol.client, { peerId: alicesId });

    const back = await bob.come();
    const tookMs = await timed(async () => {
      await getsAll(back, said, alicesId);
      await getsAll(back, toAll, alicesId);
    });
    report('50 messages of somebody away, from a third one, ready + ', tookMs);
    expect(idsOf(await page(back))).toEqual(said);
    const { messages } = await back.call('chat.since', {});
    expect([...idsOf(messages)].sort()).toEqual([...said, ...toAll].sort());

    // And their author hears of it as soon as both meet.
    const again = await alice.come();
    await seesOnline(again, back);
    await confirmed(again, [...said, ...toAll], bobsId);
    expect((await page(again)).map(({ state }) => state)).toEqual(said.map(() => 'delivered'));
    // Nothing was told twice meanwhile.
    await getsAll(back, said, alicesId);
    expect(back.all('message')).toHaveLength(50);
    expect(carol.client.all('message')).toHaveLength(50);
  });

  it('the same with kill -9 of everybody at the end of what they did', async () => {
    await using village = await Village.settle();
    const { alice, bob, carol } = village;
    await inRoom(alice, bob, carol);
    const [alicesId, bobsId] = [alice.client.peerId, bob.client.peerId];
    await bob.go('kill');
    await seesOffline(alice.client, { peerId: bobsId }, 10_000);
    const said = await says(alice.client, 30);
    await confirmed(alice.client, said, carol.client.peerId);
    await alice.go('kill');
    await carol.go('kill');
    await carol.come();
    const back = await bob.come();
    await getsAll(back, said, alicesId);
    expect(idsOf(await page(back))).toEqual(said);
    const again = await alice.come();
    await confirmed(again, said, bobsId);
    const more = await says(again, 3, { room: ROOM }, 'after a kill ');
    await getsAll(back, more, alicesId);
    await getsAll(carol.client, more, alicesId);
    expect(idsOf(await page(carol.client))).toEqual([...said, ...more]);
  });

  it('a private message waits for somebody who is away, also over restarts, and nobody else has it', async () => {
    await using village = await Village.settle();
    const { alice, bob, carol } = village;
    await inRoom(alice, bob, carol);
    const [alicesId, bobsId] = [alice.client.peerId, bob.client.peerId];
    await bob.go();
    await seesOffline(alice.client, { peerId: bobsId });
    const said = await says(alice.client, 5, { to: 'bob' });
    expect((await page(alice.client, { with: 'bob' })).map(({ state }) => state)).toEqual(said.map(() => 'waiting'));
    await alice.go('kill');
    await alice.come();
    await seesOnline(alice.client, carol.client);
    said.push(...(await says(alice.client, 5, { to: bobsId }, 'later ')));
    // One never meets the other while carol sees both.
    await alice.go();
    await bob.come();
    await seesOnline(bob.client, carol.client);
    await bob.go();

    await alice.come();
    const back = await bob.come();
    await getsAll(back, said, alicesId);
    await confirmed(alice.client, said, bobsId);
    expect((await page(alice.client, { with: 'bob' })).map(({ state }) => state)).toEqual(said.map(() => 'delivered'));
    expect(idsOf(await page(back, { with: 'alice' }))).toEqual(said);
    expect(carol.client.all('message')).toEqual([]);
    expect((await carol.client.call('chat.since', {})).messages).toEqual([]);
    expect(await carol.client.call('chat.search', { query: 'alice' })).toEqual([]);
  });

  it('a network that was cut in two and heals: both sides have everything, in the same order', async () => {
    await using village = await Village.settle();
    const { alice, bob, carol } = village;
    await inRoom(alice, bob, carol);
    await says(alice.client, 3);
    const [one, two, three] = [alice.client, bob.client, carol.client];
    const marks = [one, two, three].map((client) => client.mark());
    await alice.host.pullCable('behind-switch');
    await Promise.all([
      seesOffline(one, two, 10_000, marks[0]),
      seesOffline(one, three, 10_000, marks[0]),
      seesOffline(two, one, 10_000, marks[1]),
      seesOffline(three, one, 10_000, marks[2]),
    ]);
    const ofOne = await says(one, 20, { room: ROOM }, 'cut off ');
    const privately = await says(one, 5, { to: 'bob' }, 'privately ');
    const ofTwo = await says(two, 20, { room: ROOM }, 'cut off ');
    const ofThree = await says(three, 20, { room: ROOM }, 'cut off ');
    const backMs = await timed(async () => {
      await alice.host.plugCable();
      await Promise.all([
        getsAll(two, [...ofOne], one.peerId),
        getsAll(two, [...privately], one.peerId),
        getsAll(three, ofOne, one.peerId),
        getsAll(one, ofTwo, two.peerId),
        getsAll(one, ofThree, three.peerId),
      ]);
    });
    report('healed: both sides have what was said meanwhile', backMs);
    await confirmed(one, [...ofOne, ...privately], two.peerId);
    const pages = await Promise.all([one, two, three].map(async (client) => page(client)));
    expect(pages[0]).toHaveLength(63);
    const shown = pages.map((rows) => rows.map(({ id, text, from }) => ({ id, text, peerId: from.peerId })));
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
  });

  it('who comes late gets the last 1,000, what was changed of them, and older ones on demand', async () => {
    await using village = await Village.settle();
    const { alice, bob, carol } = village;
    await inRoom(alice, bob);
    // Who is not known yet is read slowly.
    await talks(alice.client, bob.client);
    await talks(bob.client, alice.client);
    const said = await says(alice.client, 1_200);
    const edited = said[1_190] ?? '';
    const deleted = said[1_191] ?? '';
    await alice.client.call('chat.edit', { id: edited, text: 'said better' });
    await alice.client.call('chat.delete', { id: deleted });
    await bob.client.waitFor('message.changed', (one) => one.id === deleted && one.deleted === true, 20_000);
    await bob.client.call('chat.react', { id: edited, emoji: ':tada:' });
    // The author is not needed.
    const alicesId = alice.client.peerId;
    await alice.go();

    const late = await carol.come();
    await seesOnline(late, bob.client);
    const tookMs = await timed(async () => {
      await late.call('rooms.join', { room: ROOM });
      await late.waitFor('message', (one) => one.id === said.at(-1), 20_000);
      // What its author took back is told when that is known, to say that there is nothing to read.
      const readable = said.slice(-900).filter((id) => id !== deleted);
      await getsAll(late, readable, alicesId);
    });
    report('a late joiner has the last of 1,200 messages', tookMs);
    await expect
      .poll(async () => late.call('chat.message', { id: edited }))
      .toMatchObject({
        text: 'said better',
        edited: true,
        reactions: [{ emoji: '\u{1F389}', by: [{ peerId: bob.client.peerId }] }],
      });
    expect(await late.call('chat.message', { id: deleted })).toMatchObject({ text: '', deleted: true });

    const newest = await page(late);

    const all = [...newest];
    for (let round = 0; round < 10 && all.length < 1_200; round += 1) {
      const older = await late.call('chat.history', { room: ROOM, before: all[0]?.id ?? '', limit: 300 });
      if (older.length === 0) break;
      all.unshift(...older);
    }
    expect(idsOf(all)).toEqual(said);
    expect(all.map(({ text }) => text)).toEqual((await pagesOf(bob.client)).map(({ text }) => text));
  });
});

async function pagesOf(client: HeadlessClient): Promise<MessageRow[]> {
  const newest = await page(client);
  return [...(await client.call('chat.history', { room: ROOM, before: newest[0]?.id ?? '', limit: 1_000 })), ...newest];
}
