// Three nodes without a screen on three hosts talk: to everyone, to one person, in rooms; and who can't be reached.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import type { MessageRow } from '../support/headless-types.ts';
import { type HeadlessClient, RpcError } from '../support/headless-client.ts';
import { createLan, type Lan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, type HeadlessGroup, seesOffline, startAll, talks, timed } from '../support/meeting.ts';

interface Three extends AsyncDisposable {
  readonly lan: Lan;
  readonly alice: HeadlessClient;
  readonly bob: HeadlessClient;
  readonly carol: HeadlessClient;
}

async function threePeople(): Promise<Three> {
  const lan = await createLan({ hosts: 3 });
  let group: HeadlessGroup;
  try {
    const names = ['alice', 'bob', 'carol'];
    group = await startAll(lan.hosts.map((host, index) => ({ host, name: names[index] ?? '' })));
  } catch (error) {
    await lan[Symbol.asyncDispose]();
    throw error;
  }
  const dispose = async (): Promise<void> => {
    await group[Symbol.asyncDispose]();
    await lan[Symbol.asyncDispose]();
  };
  try {
    await everybodyMeets(group.clients);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { lan, alice: group.at(0), bob: group.at(1), carol: group.at(2), [Symbol.asyncDispose]: dispose };
}

async function receives(client: HeadlessClient, id: string): Promise<MessageRow> {
  return client.waitFor('message', (message) => message.id === id, 5000);
}

async function delivered(client: HeadlessClient, id: string, to: HeadlessClient): Promise<void> {
  const receipt = await client.waitFor('message.delivered', (one) => one.id === id && one.peerId === to.peerId, 5000);
  expect(receipt).toMatchObject({ id, to: to.status.name, via: 'p2p' });
}

async function refusal(call: Promise<unknown>): Promise<{ code: number; dataCode: string | undefined; text: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RpcError)) throw new Error(`This was not refused but: ${String(error)}`);
  return { code: error.code, dataCode: error.data?.code, text: error.message };
}

describeLan('talking', () => {
  it('to everyone, to one person and in a room, with receipts', async () => {
    await using three = await threePeople();
    const { alice, bob, carol } = three;

    const beforeMs = Date.now();
    const toAll = await alice.call('chat.send', { text: 'hello everyone ✓ 日本 👩‍👩‍👧' });
    expect(toAll.at).toBeGreaterThanOrEqual(beforeMs);
    for (const other of [bob, carol]) {
      const message = await receives(other, toAll.id);
      expect(message).toMatchObject({
        text: 'hello everyone ✓ 日本 👩‍👩‍👧',
        kind: 'text',
        at: toAll.at,
        from: { peerId: alice.peerId, name: 'alice', via: 'p2p' },
      });
      expect(message.to).toBeUndefined();
      expect(message.room).toBeUndefined();
      await delivered(alice, toAll.id, other);
    }

    const toBob = await carol.call('chat.send', { to: 'bob', text: 'only for bob' });
    expect(await receives(bob, toBob.id)).toMatchObject({
      text: 'only for bob',
      to: 'bob',
      toPeerId: bob.peerId,
      from: { name: 'carol' },
    });
    await delivered(carol, toBob.id, bob);

    await alice.call('rooms.create', { room: 'lab' });
    await bob.waitFor('room.created', (one) => one.room === 'lab' && one.peerId === alice.peerId, 5000);
    await bob.call('rooms.join', { room: 'lab' });
    await alice.waitFor('room.joined', (one) => one.room === 'lab' && one.peerId === bob.peerId, 5000);
    const inRoom = await bob.call('chat.send', { room: 'lab', text: 'only in the lab' });
    expect(await receives(alice, inRoom.id)).toMatchObject({ text: 'only in the lab', room: 'lab' });
    await delivered(bob, inRoom.id, alice);

    // Carol got the one to everyone and one more after all of this; in between nothing that was not for her.
    const last = await bob.call('chat.send', { to: 'carol', text: 'and this for carol' });
    await receives(carol, last.id);
    expect(carol.all('message').map((message) => message.text)).toEqual([
      'hello everyone ✓ 日本 👩‍👩‍👧',
      'and this for carol',
    ]);
    expect(alice.all('message').map((message) => message.id)).toEqual([inRoom.id]);
    expect(alice.all('message.delivered').map((one) => one.id)).toEqual([toAll.id, toAll.id]);
  });

  it('many messages come once each, in their order', async () => {
    await using three = await threePeople();
    const { alice, bob, carol } = three;
    const count = 300;
    const tookMs = await timed(async () => {
      const sends = ['alice', 'bob'].map(async (name, index) => {
        const client = index === 0 ? alice : bob;
        for (let number = 0; number < count; number += 1) {
          await client.call('chat.send', { text: `${name} ${number}` });
        }
      });
      await Promise.all(sends);
      await carol.waitFor('message', (message) => message.text === `alice ${count - 1}`, 20_000);
      await carol.waitFor('message', (message) => message.text === `bob ${count - 1}`, 20_000);
    });
    report(`${2 * count} messages to everyone, one by one from two senders`, tookMs);
    const texts = carol.all('message').map((message) => message.text);
    for (const name of ['alice', 'bob']) {
      const own = texts.filter((text) => text.startsWith(name));
      expect(own).toEqual(Array.from({ length: count }, (_, number) => `${name} ${number}`));
    }
  });

  it('64 KiB arrive, one byte more is refused at the sender', async () => {
    await using three = await threePeople();
    const { alice, bob } = three;
    const largest = 'ä'.repeat(32_768);
    const sent = await alice.call('chat.send', { to: 'bob', text: largest });
    expect((await receives(bob, sent.id)).text).toBe(largest);
    await delivered(alice, sent.id, bob);

    const refused = await refusal(alice.call('chat.send', { to: 'bob', text: `${largest}x` }));
    expect(refused).toMatchObject({ code: -32_000, dataCode: 'too-large' });
    await talks(alice, bob);
    expect(bob.all('message')).toHaveLength(2);
  });

  it('to nobody, to somebody who left, and to a room that one is not in', async () => {
    await using three = await threePeople();
    const { alice, bob, carol } = three;
    expect(await refusal(alice.call('chat.send', { to: 'nobody', text: 'x' }))).toMatchObject({
      code: -32_000,
      dataCode: 'unknown-peer',
    });
    expect(await refusal(alice.call('chat.send', { room: 'nowhere', text: 'x' }))).toMatchObject({
      code: -32_000,
      dataCode: 'no-such-room',
    });
    const both = await refusal(alice.call('chat.send', { to: 'bob', room: 'lab', text: 'x' }));
    expect(both.code).toBe(-32_602);
    expect(both.text).toMatch(/to|room/);
    expect((await refusal(alice.callAny('chat.sing'))).code).toBe(-32_601);

    await talks(alice, bob);
    await bob.stop();
    await seesOffline(alice, bob);
    const kept = await alice.call('chat.send', { to: 'bob', text: 'are you there?' });
    expect(await alice.call('chat.message', { id: kept.id })).toMatchObject({ state: 'waiting', to: 'bob' });
    await talks(alice, carol);
  });

  it('names and statuses that change are seen by all', async () => {
    await using three = await threePeople();
    const { alice, bob, carol } = three;
    await alice.call('profile.set', { name: 'alicia', status: 'in the lab' });
    for (const other of [bob, carol]) {
      await other.waitFor(
        'peer.changed',
        (peer) => peer.peerId === alice.peerId && peer.name === 'alicia' && peer.status === 'in the lab',
        5000,
      );
      expect(await other.call('peers.list')).toContainEqual(
        expect.objectContaining({ peerId: alice.peerId, name: 'alicia', status: 'in the lab', online: true }),
      );
    }
    expect((await alice.call('status')).name).toBe('alicia');
    const sent = await bob.call('chat.send', { to: 'alicia', text: 'nice name' });
    await receives(alice, sent.id);

    const mark = bob.mark();
    await alice.call('profile.set', { status: '' });
    await bob.waitFor('peer.changed', (peer) => peer.peerId === alice.peerId && peer.status === undefined, 5000, mark);
    const bad = await refusal(alice.call('profile.set', { name: 'x'.repeat(65) }));
    expect(bad.code).toBe(-32_602);
    expect((await refusal(alice.call('profile.set', { name: 'everyone' }))).text).toContain('everyone');
  });

  it('rooms made, joined and left are seen by all, and who comes later sees them too', async () => {
    await using three = await threePeople();
    const { lan, alice, bob, carol } = three;
    await alice.call('rooms.create', { room: 'Hardware 🔧' });
    await carol.waitFor('room.created', (one) => one.room === 'Hardware 🔧' && one.peer === 'alice', 5000);
    await bob.call('rooms.join', { room: 'hardware 🔧' });
    await carol.waitFor('room.joined', (one) => one.peerId === bob.peerId, 5000);

    const [room, ...more] = (await carol.call('rooms.list')).filter((one) => one.room !== 'everyone');
    expect(more).toEqual([]);
    expect(room).toMatchObject({ room: 'Hardware 🔧', joined: false, closed: false });
    expect(room?.members.map((member) => member.name).sort()).toEqual(['alice', 'bob']);
    const own = (await alice.call('rooms.list')).find((one) => one.room === 'Hardware 🔧');
    expect(own?.joined).toBe(true);
    expect(own?.members.map((member) => member.peerId).sort()).toEqual([alice.peerId, bob.peerId].sort());

    expect((await carol.call('peers.list')).find((row) => row.name === 'alice')?.rooms).toEqual(['Hardware 🔧']);

    await using later = await startAll([{ host: lan.host(2), name: 'dora' }]);
    const dora = later.at(0);
    await everybodyMeets([dora, alice, bob]);
    await dora.call('rooms.join', { room: 'Hardware 🔧' });
    await alice.waitFor('room.joined', (one) => one.peerId === dora.peerId, 5000);
    const sent = await dora.call('chat.send', { room: 'Hardware 🔧', text: 'here I am' });
    await Promise.all([receives(alice, sent.id), receives(bob, sent.id)]);
    await Promise.all([delivered(dora, sent.id, alice), delivered(dora, sent.id, bob)]);

    await bob.call('rooms.leave', { room: 'Hardware 🔧' });
    for (const other of [alice, carol, dora]) {
      await other.waitFor('room.left', (one) => one.peerId === bob.peerId && one.room === 'Hardware 🔧', 5000);
    }
    const without = await dora.call('chat.send', { room: 'Hardware 🔧', text: 'without bob' });
    await receives(alice, without.id);
    await talks(dora, bob);
    expect(bob.all('message').some((message) => message.id === without.id)).toBe(false);
    expect((await refusal(bob.call('rooms.leave', { room: 'Hardware 🔧' }))).code).toBe(-32_000);
  });

  it('no bad line ends a node', async () => {
    await using three = await threePeople();
    const { alice, bob } = three;
    const lines = [
      '',
      'no json',
      '[]',
      '{}',
      '"x"',
      'null',
      '{"jsonrpc":"2.0","id":1e400}',
      `{"a":"${'x'.repeat(200_000)}"}`,
    ];
    for (const line of lines) alice.writeLine(line);
    expect((await refusal(alice.callAny('chat.send', { text: 5 }))).code).toBe(-32_602);
    expect((await refusal(alice.callAny('chat.send', [1, 2]))).code).toBe(-32_602);
    await talks(alice, bob);
    expect(alice.otherLines.length).toBeGreaterThanOrEqual(6);
    for (const line of alice.otherLines)
      expect(JSON.parse(line)).toMatchObject({ id: null, error: { code: expect.any(Number) as unknown } });
    await alice.stop();
  });
});

describeLan('two who can only be reached through a third', () => {
  it('see that the other one is here, for as long as it is', async () => {
    await using lan = await createLan({ hosts: 3 });
    await lan.host(0).dropTrafficWith(lan.host(2));
    await using group = await startAll(
      lan.hosts.map((host, index) => ({ host, name: ['alice', 'hub', 'carol'][index] ?? '' })),
    );
    const [alice, hub, carol] = [group.at(0), group.at(1), group.at(2)];
    report('two behind a third: see each other', await everybodyMeets(group.clients, 10_000));

    await carol.call('profile.set', { status: 'far away' });
    await alice.waitFor('peer.changed', (peer) => peer.peerId === carol.peerId && peer.status === 'far away', 10_000);

    // What is told second hand holds for 15 s, and is told anew while it is true.
    const marks = [alice.mark(), carol.mark()];
    await new Promise((resolve) => setTimeout(resolve, 17_000));
    expect(alice.all('peer.offline', marks[0])).toEqual([]);
    expect(carol.all('peer.offline', marks[1])).toEqual([]);

    await carol.stop();
    report('one of them left: the other one knows', await timed(async () => seesOffline(alice, carol, 6000)));
    await talks(alice, hub);
  });
});
