// Networks that drop multicast: by address, by beacons, by what was remembered.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { PORTS } from '../../src/options.ts';
import { createLan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, expectQuiet, startAll, talks } from '../support/meeting.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describeLan('a network that drops multicast', () => {
  it('--peer, where broadcast is dropped too', async () => {
    await using lan = await createLan({ hosts: 3 });
    await lan.dropMulticast();
    await lan.dropBroadcast();
    await using first = await startAll([{ host: lan.host(0), name: 'alice' }]);
    const alice = first.at(0);
    await using strangers = await startAll([{ host: lan.host(2), name: 'carol' }]);
    const address = `${lan.host(0).address}:${alice.port}`;
    await using second = await startAll([{ host: lan.host(1), name: 'bob', args: ['--peer', address] }]);
    report('--peer: linked', await everybodyMeets([alice, second.at(0)], 5000));
    await talks(alice, second.at(0));
    // The way was really shut: who was given no address meets nobody.
    expect(strangers.at(0).all('peer.online')).toEqual([]);
  });

  it('--peer with a multiaddr, and --no-mdns', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using first = await startAll([
      { host: lan.host(0), name: 'alice', args: ['--no-mdns'] },
      { host: lan.host(2), name: 'carol', args: ['--no-mdns'] },
    ]);
    const alice = first.at(0);
    const multiaddr = alice.status.addresses.find((one) => one.startsWith('/ip4/10.77.1.1/'));
    expect(multiaddr).toBeDefined();
    await using second = await startAll([
      { host: lan.host(1), name: 'bob', args: ['--no-mdns', '--peer', multiaddr ?? ''] },
    ]);
    report('--peer with --no-mdns: linked', await everybodyMeets([alice, second.at(0)], 5000));
    expect(first.at(1).all('peer.online')).toEqual([]);
  });

  it('--peer, given before the other one is there', async () => {
    await using lan = await createLan({ hosts: 2 });
    await lan.dropMulticast();
    await lan.dropBroadcast();
    const port = String(PORTS.link.first);
    await using second = await startAll([
      { host: lan.host(1), name: 'bob', args: ['--peer', `${lan.host(0).address}:${port}`] },
    ]);
    await using first = await startAll([{ host: lan.host(0), name: 'alice', args: ['--port', port] }]);
    report('--peer of a later one: linked', await everybodyMeets([first.at(0), second.at(0)], 15_000));
  });

  it('beacons', async () => {
    await using lan = await createLan({ hosts: 3 });
    await lan.dropMulticast();
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    report('beacons: 3 hosts linked', await everybodyMeets(group.clients, 15_000));
    await talks(group.at(0), group.at(2));
  });

  it('remembered peers, where beacons are dropped too', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folderA = await temporaryFolder();
    await using folderB = await temporaryFolder();
    const options = [
      { host: lan.host(0), name: 'alice', dataDir: folderA.path },
      { host: lan.host(1), name: 'bob', dataDir: folderB.path },
    ];
    {
      await using group = await startAll(options);
      await everybodyMeets(group.clients, 5000);
      await Promise.all(group.clients.map(async (client) => client.stop()));
    }
    await lan.dropMulticast();
    await lan.dropBroadcast();
    await using group = await startAll(options);
    report('remembered peers: linked', await everybodyMeets(group.clients, 15_000));
    await talks(group.at(0), group.at(1));
  });

  it('peers told by peers: who knows one address meets everybody behind it', async () => {
    await using lan = await createLan({ hosts: 3 });
    await lan.dropMulticast();
    await lan.dropBroadcast();
    await using hub = await startAll([{ host: lan.host(0), name: 'hub' }]);
    const args = ['--peer', `${lan.host(0).address}:${hub.at(0).port}`];
    await using others = await startAll([
      { host: lan.host(1), name: 'alice', args },
      { host: lan.host(2), name: 'bob', args },
    ]);
    const [alice, bob] = [others.at(0), others.at(1)];
    report('two that were given the same third: see each other', await everybodyMeets([alice, bob], 10_000));
    // A link of their own, not only the word of the hub: it stays when the hub goes.
    await talks(alice, bob);
    await hub.at(0).stop();
    await expectQuiet([alice, bob], 'peer.online', 1000);
    await talks(bob, alice);
  });
});

describeLan('multicast that works', () => {
  it('needs no beacons', async () => {
    await using lan = await createLan({ hosts: 2 });
    await lan.dropBroadcast();
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    report('mDNS alone: linked', await everybodyMeets(group.clients, 5000));
    await talks(group.at(0), group.at(1));
  });
});
