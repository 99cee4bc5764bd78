// Nodes find each other on networks of every kind that multicast works in.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { createLan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, onlineCount, rowOf, startAll, talks, timed } from '../support/meeting.ts';

const NAMES = ['alice', 'bob', 'carol', 'dora'];

describeLan('finding each other', () => {
  it('four hosts, without a default route', async () => {
    await using lan = await createLan({ hosts: 4 });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: NAMES[index] ?? '' })));
    report('4 hosts all see each other, ready + ', await everybodyMeets(group.clients, 5000));

    for (const client of group.clients) {
      const rows = await client.call('peers.list');
      const others = NAMES.filter((name) => name !== client.status.name);
      expect(rows.map((row) => row.name).sort()).toEqual(others);
      expect(rows.every((row) => row.online && row.via === 'p2p' && row.trust === 'new')).toBe(true);
      expect(rows.map((row) => row.peerId)).not.toContain(client.peerId);
    }
    await talks(group.at(0), group.at(3));
    expect(group.at(0).otherLines).toEqual([]);
  });

  it('one that comes later is seen within seconds', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using first = await startAll([{ host: lan.host(0), name: 'alice' }]);
    await using second = await startAll([{ host: lan.host(1), name: 'bob' }]);
    report('a later one sees and is seen, ready + ', await everybodyMeets([first.at(0), second.at(0)], 5000));
  });

  it('two interfaces: people on both networks are found', async () => {
    await using lan = await createLan({ hosts: [{ secondInterface: true }, {}, { segment: 2 }] });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: NAMES[index] ?? '' })));
    const [alice, bob, carol] = [group.at(0), group.at(1), group.at(2)];
    const meetMs = await timed(async () => {
      await Promise.all([everybodyMeets([alice, bob], 8000), everybodyMeets([alice, carol], 8000)]);
    });
    report('both networks of two interfaces see each other', meetMs);
    await talks(alice, bob);
    await talks(alice, carol);
    expect(alice.status.addresses.join(' ')).toMatch(/10\.77\.1\.1/);
    expect(alice.status.addresses.join(' ')).toMatch(/10\.77\.2\.1/);
  });

  it('--interface keeps a node off the other network', async () => {
    await using lan = await createLan({ hosts: [{ secondInterface: true }, {}, { segment: 2 }] });
    await using group = await startAll([
      { host: lan.host(0), name: 'alice', args: ['--interface', 'eth1'] },
      { host: lan.host(1), name: 'bob' },
      { host: lan.host(2), name: 'carol' },
    ]);
    await everybodyMeets([group.at(0), group.at(2)], 8000);
    expect(await rowOf(group.at(0), group.at(1))).toBeUndefined();
    expect(await onlineCount(group.at(1))).toBe(0);
  });

  it('an interface that comes up later', async () => {
    await using lan = await createLan({ hosts: [{ linkUp: false }, {}] });
    await using group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob' },
    ]);
    expect(await onlineCount(group.at(0))).toBe(0);
    await lan.host(0).setLinkUp(true);
    report('an interface that came up later: linked', await everybodyMeets(group.clients, 10_000));
    await talks(group.at(0), group.at(1));
  });

  it('two nodes on one host, and one elsewhere', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(0), name: 'bob' },
      { host: lan.host(1), name: 'carol' },
    ]);
    report('two nodes on one host and a third: linked', await everybodyMeets(group.clients, 8000));
    expect(group.at(0).port).not.toBe(group.at(1).port);
    await talks(group.at(0), group.at(1));
    await talks(group.at(2), group.at(1));
  });

  it('two nodes on one host that has no network at all', async () => {
    await using lan = await createLan({ hosts: [{ linkUp: false }] });
    await using group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(0), name: 'bob' },
    ]);
    report('two nodes on a host with nothing but loopback: linked', await everybodyMeets(group.clients, 10_000));
  });

  it('IPv6 only, with addresses of the LAN', async () => {
    await using lan = await createLan({ hosts: 3, ipv4: false, ipv6: 'ula' });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: NAMES[index] ?? '' })));
    report('IPv6 only: 3 hosts linked', await everybodyMeets(group.clients, 8000));
    await talks(group.at(0), group.at(2));
    expect(group.at(0).status.addresses.join(' ')).toContain('fd77');
  });

  it('IPv6 only, with nothing but link-local addresses', async () => {
    await using lan = await createLan({ hosts: 2, ipv4: false });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: NAMES[index] ?? '' })));
    report('link-local IPv6 only: linked', await everybodyMeets(group.clients, 8000));
    await talks(group.at(0), group.at(1));
  });

  it('IPv4 only, on computers without IPv6', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'none' });
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: NAMES[index] ?? '' })));
    report('IPv4 only: linked', await everybodyMeets(group.clients, 8000));
  });
});
