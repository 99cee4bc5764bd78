// Whom to dial, when, and how many at once.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { MmchatError } from '../../src/base/errors.ts';
import type { DiscoveryHint } from '../../src/contracts/discovery.ts';
import { Connector, CONNECTOR_DEFAULTS } from '../../src/services/connector.ts';
import { DIAL_WINDOW } from '../../src/services/dial-window.ts';
import { ServiceBench } from '../support/service-bench.ts';

const OWN_INSTANCE = '8888888888888888';

function setUp(): { bench: ServiceBench; connector: Connector; warned: string[]; blocked: Set<string> } {
  const bench = new ServiceBench();
  const blocked = new Set<string>();
  const warned: string[] = [];
  const connector = new Connector({
    links: bench.links,
    ownPeerId: bench.ownPeerId,
    clock: bench.clock,
    random: bench.random,
    log: bench.log,
    isLocal: ({ host }) => host.startsWith('192.168.'),
    isBlocked: (peerId) => blocked.has(peerId),
    onHandFailure: (_, { code }) => warned.push(code),
  });
  connector.start(OWN_INSTANCE);
  return { bench, connector, warned, blocked };
}

function hint(instanceId: string, ...hosts: string[]): DiscoveryHint {
  return { source: 'mdns', instanceId, addresses: hosts.map((host) => ({ host, port: 9011 })) };
}

const refuse = (): Promise<never> => Promise.reject(new MmchatError('unreachable', 'Nobody is there.'));

test('the lower of two nodes dials at once, the higher a moment later', async () => {
  const { bench, connector } = setUp();
  connector.hint(hint('1111111111111111', '192.168.1.1'));
  connector.hint(hint('9999999999999999', '192.168.1.9'));
  expect(bench.dials.map(({ host }) => host)).toEqual(['192.168.1.9']);
  await bench.clock.advance(CONNECTOR_DEFAULTS.politeDelayMs - 1);
  expect(bench.dials).toHaveLength(1);
  await bench.clock.advance(2);
  expect(bench.dials.map(({ host }) => host)).toEqual(['192.168.1.9', '192.168.1.1']);
  connector.stop();
});

test('never more dials at once than the limit, and one address of a node at a time', async () => {
  const { bench, connector } = setUp();
  for (let index = 0; index < 50; index++)
    connector.hint(hint(`99999999999999${10 + index}`, `192.168.1.${index}`, `192.168.2.${index}`));
  await bench.clock.advance(2_000);
  expect(bench.dials).toHaveLength(DIAL_WINDOW.first);
  expect(bench.dials.every(({ host }) => host.startsWith('192.168.1.'))).toBe(true);
  connector.stop();
});

test('addresses that may be dead leave places for those that are announced', async () => {
  const { bench, connector } = setUp();
  for (let index = 0; index < 50; index++)
    connector.remembered(`12D3Koo${index}`, [{ host: `192.168.3.${index}`, port: 1 }]);
  await bench.clock.advance(2_000);
  expect(bench.dials).toHaveLength(DIAL_WINDOW.first / 2);
  connector.hint(hint('9999999999999999', '192.168.1.9'));
  expect(bench.dials.at(-1)?.host).toBe('192.168.1.9');
  connector.stop();
});

test('who is linked is not dialled, by whatever they are known', async () => {
  const { bench, connector } = setUp();
  const link = bench.link();
  connector.linkUp(link);
  connector.remembered(link.peerId, [{ host: '192.168.3.3', port: 1 }]);
  connector.hint(hint(link.instanceId, '192.168.3.4'));
  connector.byHand(link.listenAddress);
  await bench.clock.advance(60_000);
  expect(bench.dials).toEqual([]);
  connector.stop();
});

test('after a break the other one is dialled soon, after a goodbye much later', async () => {
  for (const [reason, soon] of [
    ['lost', true],
    ['goodbye', false],
  ] as const) {
    const { bench, connector } = setUp();
    const link = bench.link();
    connector.linkUp(link);
    bench.linkMap.clear();
    connector.linkDown(link, reason);
    await bench.clock.advance(2_000);
    expect(bench.dials.length > 0, reason).toBe(soon);
    await bench.clock.advance(60_000);
    expect(bench.dials.length).toBeGreaterThan(0);
    connector.stop();
  }
});

test('who left is not called back for being announced, a new start of theirs is', async () => {
  const { bench, connector } = setUp();
  const link = bench.link();
  connector.linkUp(link);
  bench.linkMap.delete(link.peerId);
  connector.linkDown(link, 'goodbye');
  for (let second = 0; second < 29; second++) {
    connector.hint(hint(link.instanceId, link.listenAddress.host));
    await bench.clock.advance(1_000);
  }
  expect(bench.dials).toEqual([]);
  connector.hint(hint('9999999999999999', link.listenAddress.host));
  await bench.clock.advance(1_000);
  expect(bench.dials).toEqual([link.listenAddress]);
  connector.stop();
});

test('nobody blocked is dialled, whatever names them, until that ends', async () => {
  const { bench, connector, blocked } = setUp();
  const link = bench.link();
  blocked.add(link.peerId);
  connector.linkUp(link);
  bench.linkMap.delete(link.peerId);
  connector.linkDown(link, 'blocked');
  const address = link.listenAddress;
  connector.told(link.peerId, [address]);
  connector.remembered(link.peerId, [address]);
  connector.networkChanged();
  await bench.clock.advance(60_000);
  connector.hint({ ...hint(link.instanceId, address.host), peerId: link.peerId });
  await bench.clock.advance(60_000);
  expect(bench.dials).toEqual([]);
  blocked.clear();
  connector.unblocked(link.peerId);
  expect(bench.dials).toEqual([address]);
  connector.stop();
});

test('only where somebody really was is remembered, the present place first', () => {
  const { bench, connector } = setUp();
  const link = bench.link();
  connector.hint({ ...hint('9999999999999999', '192.168.9.9'), peerId: link.peerId });
  connector.told(link.peerId, [{ host: '192.168.9.8', port: 1 }]);
  connector.remembered(link.peerId, [{ host: '192.168.9.7', port: 1 }]);
  connector.linkUp(link);
  expect(connector.addressesOf(link.peerId)).toEqual([link.listenAddress, { host: '192.168.9.7', port: 1 }]);
  connector.stop();
});

test('an address given by hand is tried again and again, and its first failure is told', async () => {
  const { bench, connector, warned } = setUp();
  bench.answer = refuse;
  connector.byHand({ host: '192.168.1.1', port: 1 });
  await bench.clock.advance(120_000);
  expect(bench.dials.length).toBeGreaterThanOrEqual(6);
  expect(bench.dials.length).toBeLessThanOrEqual(10);
  expect(warned).toEqual(['unreachable']);
  connector.stop();
  expect(bench.clock.timerCount).toBe(0);
});

test('a copy of our own key is dialled once for each of its starts', async () => {
  const { bench, connector } = setUp();
  bench.answer = () => Promise.reject(new MmchatError('identity-in-use', 'That is our key.'));
  for (let round = 0; round < 20; round++) {
    connector.hint({ ...hint('9999999999999999', '192.168.1.9'), peerId: bench.ownPeerId });
    await bench.clock.advance(3_000);
  }
  expect(bench.dials).toHaveLength(1);
  connector.stop();
});

test('a dial that never ends gives its place free', async () => {
  const { bench, connector } = setUp();
  bench.links.dial = (address, options) => {
    bench.dials.push(address);
    return new Promise((_, reject) =>
      options?.signal?.addEventListener('abort', () => reject(new MmchatError('unreachable', 'No answer.'))),
    );
  };
  for (let index = 0; index < 20; index++) connector.byHand({ host: `192.168.1.${index}`, port: 1 });
  await bench.clock.advance(6 * CONNECTOR_DEFAULTS.dialDeadlineMs);
  expect(new Set(bench.dials.map(({ host }) => host)).size).toBe(20);
  connector.stop();
});
