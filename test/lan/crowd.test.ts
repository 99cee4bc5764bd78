// Twenty at once, and a peer that tells of ten thousand others that do not exist.

import '../../src/base/platform.ts';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createLan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { eventually, everybodyMeets, startAll, talks, timed } from '../support/meeting.ts';

const COUNT = 20;
const PER_HOST = 4;

describeLan('many at once', () => {
  it(`${COUNT} nodes started at once all link up`, { timeout: 240_000 }, async () => {
    await using lan = await createLan({ hosts: COUNT / PER_HOST });
    const options = Array.from({ length: COUNT }, (_, index) => ({
      host: lan.host(Math.floor(index / PER_HOST)),
      name: `peer${index}`,
    }));
    const startMs = performance.now();
    await using group = await startAll(options);
    report(`${COUNT} nodes started at once: all ready`, performance.now() - startMs);
    await everybodyMeets(group.clients, 90_000);
    report(`${COUNT} nodes started at once: everybody was seen by all, from the start`, performance.now() - startMs);
    // All at the same time, and linked: a round trip is measured on one's own link only.
    await eventually(60_000, 'all see and are linked with all', async () => {
      const lists = await Promise.all(group.clients.map(async (client) => client.call('peers.list')));
      return lists.every((rows) => rows.filter((row) => row.online && row.rttMs !== undefined).length === COUNT - 1);
    });
    report(`${COUNT} nodes started at once: all linked with all, from the start`, performance.now() - startMs);
    const marks = group.clients.map((client) => client.mark());

    // One message to everyone, delivered to each.
    const sender = group.at(7);
    const fanOutMs = await timed(async () => {
      const sent = await sender.call('chat.send', { text: 'hello all' });
      const others = group.clients.filter((client) => client !== sender);
      await Promise.all(
        others.flatMap((other) => [
          other.waitFor('message', (one) => one.id === sent.id),
          sender.waitFor('message.delivered', (one) => one.id === sent.id && one.peerId === other.peerId),
        ]),
      );
    });
    report(`a message to ${COUNT - 1}: delivered to all`, fanOutMs);
    // From here on nobody loses anybody.
    for (const [index, client] of group.clients.entries()) expect(client.all('peer.offline', marks[index])).toEqual([]);
    const lostMeanwhile = group.clients.flatMap((client) => client.all('peer.offline')).length;
    process.stderr.write(
      `lan: ${COUNT} nodes started at once: ${lostMeanwhile} times somebody was missed in between\n`,
    );
  });
});

describeLan('a peer that lies', () => {
  it('10,000 foreign addresses that it tells get no packet', async () => {
    await using lan = await createLan({ hosts: 4 });
    await using group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob' },
    ]);
    const [alice, bob] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    // With a default route a packet to anywhere would leave the host, and be counted.
    for (const index of [0, 1]) await lan.host(index).setDefaultRoute(lan.host(3).address);
    const networks = ['203.0.113.0/24', '198.51.100.0/24', '10.99.0.0/16', '2001:db8::/32'];
    const counters = await Promise.all([0, 1].map(async (index) => lan.host(index).countPacketsTo(...networks)));

    const liar = lan
      .host(2)
      .spawn(
        process.execPath,
        [
          '--import',
          'tsx',
          fileURLToPath(new URL('../support/lying-peer.ts', import.meta.url)),
          `${lan.host(0).address}:${alice.port}`,
          '10000',
          ...networks,
        ],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
    if (liar.stdout === null) throw new Error('no stdout');
    const lines = createInterface({ input: liar.stdout })[Symbol.asyncIterator]();
    expect(String((await lines.next()).value)).toMatch(/^linked /);
    expect(String((await lines.next()).value)).toBe('told 10000');

    // Everybody lives on, and whoever is told such addresses second hand does not call them either.
    await talks(alice, bob);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await talks(bob, alice);
    for (const counter of counters) expect(await counter.read()).toEqual({ ip: 0, arp: 0, wire: 0 });

    // The counters do count.
    const knock = lan
      .host(0)
      .spawn(process.execPath, [
        '-e',
        `require('dgram').createSocket('udp4').send('x', 9, '203.0.113.5', () => process.exit())`,
      ]);
    await new Promise((resolve) => knock.once('exit', resolve));
    expect(await counters[0]?.read()).toEqual({ ip: 1, arp: 0, wire: 1 });
  });
});
