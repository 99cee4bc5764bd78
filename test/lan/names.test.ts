// The same name twice, and networks that a key closes.

import '../../src/base/platform.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, rowOf, seesOnline, startAll, talks } from '../support/meeting.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describeLan('the same name twice', () => {
  it('is bob and bob_1, the same on every screen, and both are reached', async () => {
    await using lan = await createLan({ hosts: 4 });
    const names = ['bob', 'bob', 'alice', 'carol'];
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: names[index] ?? '' })));
    const [bobOne, bobTwo, alice, carol] = [group.at(0), group.at(1), group.at(2), group.at(3)];
    report('4 hosts, two of one name: linked', await everybodyMeets(group.clients));

    // Nobody is known longer than the other: the lower key holds the name.
    const [lower, higher] = bobOne.peerId < bobTwo.peerId ? [bobOne, bobTwo] : [bobTwo, bobOne];
    for (const watcher of [alice, carol]) {
      const labels = (await watcher.call('peers.list')).map((row) => row.name).sort();
      expect(labels).toEqual([watcher === alice ? 'carol' : 'alice', 'bob', 'bob_1'].sort());
    }
    const labelsOf = async (watcher: typeof alice): Promise<unknown> =>
      Object.fromEntries((await watcher.call('peers.list')).map((row) => [row.peerId, row.name]));
    const onAlice = (await labelsOf(alice)) as Record<string, string>;
    expect(await labelsOf(carol)).toMatchObject({
      [lower.peerId]: onAlice[lower.peerId],
      [higher.peerId]: onAlice[higher.peerId],
    });
    // On their own screens each is bob itself.
    expect((await rowOf(lower, higher))?.name).toBe('bob_1');
    expect((await rowOf(higher, lower))?.name).toBe('bob_1');
    expect(lower.status.name).toBe('bob');
    expect((await higher.call('status')).name).toBe('bob');

    const holder = onAlice[lower.peerId] === 'bob' ? lower : higher;
    const other = holder === lower ? higher : lower;
    const toBob = await alice.call('chat.send', { to: 'bob', text: 'for bob' });
    await holder.waitFor('message', (one) => one.id === toBob.id && one.text === 'for bob');
    const toOther = await alice.call('chat.send', { to: 'bob_1', text: 'for bob_1' });
    await other.waitFor('message', (one) => one.id === toOther.id && one.text === 'for bob_1');
    expect(holder.all('message').map((one) => one.text)).toEqual(['for bob']);
    expect(other.all('message').map((one) => one.text)).toEqual(['for bob_1']);
    await talks(other, carol);
    // Talking to both changed no label.
    expect(await labelsOf(alice)).toMatchObject(onAlice);
  });

  it('who was talked to keeps the name when another one comes with it', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using first = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob' },
    ]);
    const [alice, bob] = [first.at(0), first.at(1)];
    await everybodyMeets(first.clients);
    await talks(alice, bob);
    expect(await rowOf(alice, bob)).toMatchObject({ name: 'bob', trust: 'pinned' });

    await using second = await startAll([{ host: lan.host(2), name: 'BOB' }]);
    const seen = await seesOnline(alice, second.at(0));
    expect(seen).toMatchObject({ name: 'BOB_1', trust: 'new' });
    expect(await rowOf(alice, bob)).toMatchObject({ name: 'bob', trust: 'pinned' });
  });

  it('a name stays with its owner while that one is only away', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using first = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob' },
    ]);
    const [alice, bob] = [first.at(0), first.at(1)];
    await everybodyMeets(first.clients);
    await talks(alice, bob);
    await bob.stop();
    await alice.waitFor('peer.offline', (peer) => peer.peerId === bob.peerId, 2000);

    await using second = await startAll([{ host: lan.host(2), name: 'bob' }]);
    const seen = await seesOnline(alice, second.at(0));
    // A new key under the name of somebody known who is away: that is to be noticed.
    expect(seen).toMatchObject({ name: 'bob_1', trust: 'changed' });
    expect(await rowOf(alice, bob)).toMatchObject({ name: 'bob', online: false, trust: 'pinned' });
  });
});

describeLan('a closed network', () => {
  it('links who holds the same key, and neither another key nor none', async () => {
    await using lan = await createLan({ hosts: 6 });
    await using folder = await temporaryFolder();
    const [same, sameWithSpace, other] = ['same', 'space', 'other'].map((name) => join(folder.path, name));
    await writeFile(same ?? '', 'a secret of this test LAN');
    await writeFile(sameWithSpace ?? '', '\n  a secret of this test LAN \n');
    await writeFile(other ?? '', 'another secret of this LAN');
    const keys = [same, sameWithSpace, other, undefined, other, undefined];
    await using group = await startAll(
      lan.hosts.map((host, index) => {
        const key = keys[index];
        return { host, name: `peer${index}`, args: key === undefined ? [] : ['--network-key-file', key] };
      }),
    );
    expect(group.clients.map((client) => client.status.networkKey)).toEqual([true, true, true, false, true, false]);
    const pairs = [
      [group.at(0), group.at(1)],
      [group.at(2), group.at(4)],
      [group.at(3), group.at(5)],
    ] as const;
    const times = await Promise.all(pairs.map(async (pair) => everybodyMeets(pair, 8000)));
    report('three networks on one LAN: each linked within itself', Math.max(...times));
    for (const [one, two] of pairs) await talks(one, two);

    // Everybody had time to hear everybody: a newcomer with the key is met meanwhile.
    await using late = await startAll([{ host: lan.host(5), name: 'late', args: ['--network-key-file', same ?? ''] }]);
    await Promise.all([group.at(0), group.at(1)].map(async (client) => seesOnline(client, late.at(0), 8000)));
    const seen = await Promise.all(
      group.clients.map(async (client) => (await client.call('peers.list')).map((row) => row.name).sort()),
    );
    expect(seen).toEqual([['late', 'peer1'], ['late', 'peer0'], ['peer4'], ['peer5'], ['peer2'], ['peer3']]);
  });

  it.each([
    ['a key on the dialled side only', true, false],
    ['a key on the dialling side only', false, true],
    ['different keys', true, true],
  ])('--peer does not get past it: %s', async (_what, keyAtListener, keyAtDialler) => {
    await using lan = await createLan({ hosts: 3 });
    await using folder = await temporaryFolder();
    const [listenerKey, diallerKey] = [join(folder.path, 'one'), join(folder.path, 'two')];
    await writeFile(listenerKey, 'a secret of the listener');
    await writeFile(diallerKey, 'the secret of the dialler');
    const keyArgs = (wanted: boolean, key: string): string[] => (wanted ? ['--network-key-file', key] : []);
    const forListener = keyArgs(keyAtListener, listenerKey);
    await using first = await startAll([{ host: lan.host(0), name: 'alice', args: forListener }]);
    const address = `${lan.host(0).address}:${first.at(0).port}`;
    await using second = await startAll([
      { host: lan.host(1), name: 'mallory', args: [...keyArgs(keyAtDialler, diallerKey), '--peer', address] },
    ]);
    // Started after the other one, and linked: so the other one's attempts had their time.
    await using third = await startAll([{ host: lan.host(2), name: 'bob', args: [...forListener, '--peer', address] }]);
    await everybodyMeets([first.at(0), third.at(0)], 8000);
    await talks(first.at(0), third.at(0));
    expect(await rowOf(first.at(0), second.at(0))).toBeUndefined();
    expect(await rowOf(second.at(0), first.at(0))).toBeUndefined();
  });
});
