// Who leaves, vanishes or moves is missed at once, and found again without anybody doing anything.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { createLan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import {
  everybodyMeets,
  expectQuiet,
  rowOf,
  seesOffline,
  seesOnline,
  startAll,
  talks,
  talksAgain,
  timed,
} from '../support/meeting.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What is promised for whoever vanishes without a word. */
const VANISHED_MS = 5000;

describeLan('leaving', () => {
  it('goodbye: everybody knows at once', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    const [one, two, leaver] = [group.at(0), group.at(1), group.at(2)];
    await everybodyMeets(group.clients);

    const goneMs = await timed(async () => {
      const gone = Promise.all([seesOffline(one, leaver, 1000), seesOffline(two, leaver, 1000)]);
      await Promise.all([gone, leaver.stop()]);
    });
    report('goodbye: both others know', goneMs);
    expect(await rowOf(one, leaver)).toMatchObject({ online: false, name: 'peer2' });
    // Whoever said goodbye is not brought back by what the others still tell each other.
    await expectQuiet([one, two], 'peer.online', 3000);
  });

  it('shutdown and SIGTERM say goodbye too, and exit with 0', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    const [watcher, asked, ended] = [group.at(0), group.at(1), group.at(2)];
    await everybodyMeets(group.clients);

    expect(await asked.call('shutdown')).toEqual({});
    await seesOffline(watcher, asked, 1000);
    expect(await asked.exited).toEqual({ code: 0, signal: null });

    expect(await ended.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await seesOffline(watcher, ended, 1000);
  });

  it('kill -9: gone within 5 s', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    const [one, two, victim] = [group.at(0), group.at(1), group.at(2)];
    await everybodyMeets(group.clients);

    victim.process.kill('SIGKILL');
    const goneMs = await timed(async () =>
      Promise.all([seesOffline(one, victim, VANISHED_MS), seesOffline(two, victim, VANISHED_MS)]),
    );
    report('kill -9: both others know', goneMs);
    await expectQuiet([one, two], 'peer.online', 3000);
  });

  it.each(['plug', 'behind-switch'] as const)('cable pulled (%s): gone within 5 s, back by itself', async (kind) => {
    await using lan = await createLan({ hosts: 3 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    const [one, two, lost] = [group.at(0), group.at(1), group.at(2)];
    await everybodyMeets(group.clients);
    const marks = group.clients.map((client) => client.mark());
    const since = (index: number): number => marks[index] ?? 0;

    const goneMs = await timed(async () => {
      await lan.host(2).pullCable(kind);
      await Promise.all([
        seesOffline(one, lost, VANISHED_MS, since(0)),
        seesOffline(two, lost, VANISHED_MS, since(1)),
        seesOffline(lost, one, VANISHED_MS, since(2)),
        seesOffline(lost, two, VANISHED_MS, since(2)),
      ]);
    });
    report(`cable pulled (${kind}): both sides know`, goneMs);
    await talks(one, two);
    // Long enough apart that TCP's own retries alone would not bring them together soon.
    await expectQuiet(group.clients, 'peer.online', 4000);

    const backMs = await timed(async () => {
      await lan.host(2).plugCable();
      await Promise.all([
        seesOnline(one, lost, 10_000, since(0)),
        seesOnline(two, lost, 10_000, since(1)),
        seesOnline(lost, one, 10_000, since(2)),
        seesOnline(lost, two, 10_000, since(2)),
      ]);
    });
    report(`cable back (${kind}): all linked again`, backMs);
    await talks(one, lost);
    await talks(lost, two);
  });

  it('a blink of the cable ends nothing for good', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    await everybodyMeets(group.clients);
    for (let round = 0; round < 3; round += 1) {
      await lan.host(1).pullCable('plug');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await lan.host(1).plugCable();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    report('three blinks of the cable: talking again', await talksAgain(group.at(0), group.at(1), 10_000));
    await talksAgain(group.at(1), group.at(0), 5000);
  });

  it('restart: the same person, without waiting for the old link to be missed', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    await using watching = await startAll([{ host: lan.host(0), name: 'alice' }]);
    const alice = watching.at(0);
    const options = { host: lan.host(1), name: 'bob', dataDir: folder.path };
    let peerId: string;
    let port: number;
    {
      await using group = await startAll([options]);
      const bob = group.at(0);
      ({ peerId, port } = bob);
      await everybodyMeets([alice, bob]);
      await talks(alice, bob);
      await bob.stop();
      await seesOffline(alice, bob);
    }
    let mark = alice.mark();
    {
      // The name is remembered, the port is taken again.
      await using group = await startAll([{ host: lan.host(1), dataDir: folder.path }]);
      const bob = group.at(0);
      expect(bob.status).toMatchObject({ peerId, name: 'bob' });
      expect(bob.port).toBe(port);
      report('restart: back', await timed(async () => seesOnline(alice, bob, 5000, mark)));
      await talks(alice, bob);
      mark = alice.mark();
      await bob.kill('SIGKILL');
    }
    await using group = await startAll([options]);
    const bob = group.at(0);
    expect(bob.peerId).toBe(peerId);
    const backMs = await timed(async () => {
      await seesOnline(bob, alice, 5000);
      await talksAgain(alice, bob, 5000);
    });
    report('kill -9 and restart: talking again', backMs);
    expect((await alice.call('peers.list')).filter((row) => row.online)).toHaveLength(1);
  });

  it('changed address: linked again without a restart', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    const [one, two, mover] = [group.at(0), group.at(1), group.at(2)];
    await everybodyMeets(group.clients);
    await lan.host(2).setAddress('10.77.1.99/24');
    const backMs = await timed(async () =>
      Promise.all([talksAgain(one, mover, 15_000), talksAgain(mover, two, 15_000)]),
    );
    report('changed address: talking again', backMs);
    const { addresses } = await mover.call('status');
    expect(addresses.join(' ')).toContain('10.77.1.99');
    expect(addresses.join(' ')).not.toContain('10.77.1.3/');
  });

  it('both move to another network at once', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    await everybodyMeets(group.clients);
    await Promise.all([lan.host(0).setAddress('10.88.0.1/24'), lan.host(1).setAddress('10.88.0.2/24')]);
    report('both in another network: talking again', await talksAgain(group.at(0), group.at(1), 20_000));
  });

  it('sleep: a node that stood still for longer than the others wait comes back by itself', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    const [awake, sleeper] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    const mark = awake.mark();
    sleeper.process.kill('SIGSTOP');
    report('asleep: missed', await timed(async () => seesOffline(awake, sleeper, VANISHED_MS, mark)));
    sleeper.process.kill('SIGCONT');
    report('awake: back', await timed(async () => seesOnline(awake, sleeper, 10_000, mark)));
    await talksAgain(sleeper, awake, 10_000);
  });
});
