// Who is here, against peers who say too much.

import '../../src/base/platform.ts';
import { describe, expect, test } from 'vitest';
import { createSigner, type Signer } from '../../src/base/ed25519.ts';
import { formatHostPort, parseHostPort } from '../../src/base/host-port.ts';
import { KnownPeople, MAX_KNOWN_PEOPLE } from '../../src/services/known-people.ts';
import { Presence, PRESENCE_DEFAULTS } from '../../src/services/presence.ts';
import {
  encodePresenceState,
  presenceSigningBytes,
  type PeerMessage,
  type PresenceState,
} from '../../src/wire/peer-messages.ts';
import { ServiceBench, type FakeLink } from '../support/service-bench.ts';

function setUp(): { bench: ServiceBench; presence: Presence } {
  const bench = new ServiceBench();
  const presence = new Presence({
    links: bench.links,
    router: bench.router,
    signer: bench.signer,
    checker: bench.checker,
    network: bench.network,
    clock: bench.clock,
    log: bench.log,
    emit: bench.emit,
    told: () => undefined,
    formatAddress: formatHostPort,
    parseAddress: parseHostPort,
  });
  presence.start(1_000, { name: 'alice', status: '', rooms: [] });
  return { bench, presence };
}

function linkUp({ bench, presence }: { bench: ServiceBench; presence: Presence }): FakeLink {
  const link = bench.link();
  presence.linkUp(link);
  return link;
}

function stateOf(author: Uint8Array, change: Partial<PresenceState> = {}): PresenceState {
  return {
    author,
    network: new Uint8Array(0),
    startId: 1,
    counter: 1,
    name: 'somebody',
    status: '',
    rooms: [],
    capabilities: [],
    ...change,
  };
}

function presenceOf(signer: Signer, change: Partial<PresenceState> = {}): PeerMessage {
  const state = encodePresenceState(stateOf(signer.publicKey, change));
  return { type: 'presence', presence: { state, signature: signer.sign(presenceSigningBytes(state)) } };
}

describe('what one link can do', () => {
  test('it tells of a bounded number of people, and of others once those are gone', async () => {
    const { bench, presence } = setUp();
    const link = linkUp({ bench, presence });
    for (let index = 0; index < PRESENCE_DEFAULTS.viaPerLink + 50; index++)
      await bench.says(link, presenceOf(createSigner(bench.random.bytes(32))));
    expect(bench.eventsOf('person-seen')).toHaveLength(PRESENCE_DEFAULTS.viaPerLink);
    expect(bench.router.dropped.get('too-many-people-told')).toBe(50);
    await bench.clock.advance(PRESENCE_DEFAULTS.viaMs + PRESENCE_DEFAULTS.digestEveryMs);
    expect(bench.eventsOf('person-gone')).toHaveLength(PRESENCE_DEFAULTS.viaPerLink);
    await bench.says(link, presenceOf(createSigner(bench.random.bytes(32))));
    expect(bench.eventsOf('person-seen')).toHaveLength(PRESENCE_DEFAULTS.viaPerLink + 1);
  });

  test('it is read more slowly when it changes its presence all the time', async () => {
    const { bench, presence } = setUp();
    const link = linkUp({ bench, presence });
    let taken = 0;
    const flood = (async () => {
      for (let counter = 1; counter <= 200; counter++) {
        await bench.says(link, presenceOf(link.signer, { counter }));
        taken = counter;
      }
    })();
    await bench.clock.advance(0);
    expect(taken).toBe(PRESENCE_DEFAULTS.ownChanges.burst);
    await bench.clock.advance(5_000);
    expect(taken).toBe(PRESENCE_DEFAULTS.ownChanges.burst + 5 * PRESENCE_DEFAULTS.ownChanges.perSecond);
    await bench.clock.advance(10_000);
    await flood;
  });

  test('it is read more slowly when it sends one large digest after another', async () => {
    const { bench, presence } = setUp();
    const link = linkUp({ bench, presence });
    const items = Array.from({ length: 1_000 }, () => ({
      author: bench.random.bytes(32),
      startId: 1,
      counter: 1,
      addresses: [],
    }));
    let taken = 0;
    const flood = (async () => {
      for (; taken < 30; taken++) await bench.says(link, { type: 'digest', items });
    })();
    await bench.clock.advance(0);
    expect(taken).toBe(PRESENCE_DEFAULTS.items.burst / items.length);
    await bench.clock.advance(60_000);
    await flood;
  });

  test('a wrong signature, in whoever’s name, ends it', async () => {
    const { bench, presence } = setUp();
    const link = linkUp({ bench, presence });
    const state = encodePresenceState(stateOf(link.signer.publicKey));
    await bench.says(link, { type: 'presence', presence: { state, signature: new Uint8Array(64) } });
    expect(link.closedBecause).toBe('misbehaved');
    expect(bench.events).toEqual([]);
    await bench.says(link, presenceOf(link.signer));
    expect(bench.events).toEqual([]);
  });
});

describe('whose word counts', () => {
  test('a relayed presence changes nothing about somebody who is linked', async () => {
    const { bench, presence } = setUp();
    const bob = linkUp({ bench, presence });
    const hub = linkUp({ bench, presence });
    await bench.says(bob, presenceOf(bob.signer, { name: 'bob' }));
    const before = bench.events.length;
    await bench.says(hub, presenceOf(bob.signer, { name: 'robert', counter: 9 }));
    await bench.says(hub, { type: 'digest', items: [] });
    await bench.clock.advance(60_000);
    expect(bench.events).toHaveLength(before);
  });

  test('old words of somebody who said goodbye do not bring them back; a new start does', async () => {
    const { bench, presence } = setUp();
    const bob = linkUp({ bench, presence });
    const hub = linkUp({ bench, presence });
    await bench.says(bob, presenceOf(bob.signer, { startId: 5 }));
    await bench.says(bob, { type: 'goodbye' });
    expect(bob.closedBecause).toBe('goodbye');
    bench.linkMap.delete(bob.peerId);
    presence.linkDown(bob, 'goodbye');
    expect(bench.events.at(-1)).toMatchObject({ type: 'person-gone', reason: 'goodbye' });
    await bench.clock.advance(PRESENCE_DEFAULTS.distrustAfterLossMs + 1_000);
    const before = bench.events.length;
    await bench.says(hub, presenceOf(bob.signer, { startId: 5, counter: 99 }));
    const item = { author: bob.signer.publicKey, startId: 5, counter: 1, addresses: [] };
    await bench.says(hub, { type: 'digest', items: [item] });
    expect(bench.events).toHaveLength(before);
    await bench.says(hub, presenceOf(bob.signer, { startId: 6 }));
    expect(bench.events.at(-1)).toMatchObject({ type: 'person-seen', linked: false });
  });

  test('a goodbye is only about whoever says it', async () => {
    const { bench, presence } = setUp();
    const bob = linkUp({ bench, presence });
    const mallory = linkUp({ bench, presence });
    await bench.says(mallory, { type: 'goodbye' });
    expect(mallory.closedBecause).toBe('goodbye');
    expect(bob.closedBecause).toBeUndefined();
  });
});

test('with too many people known, absent ones go first, and made-up ones find no place when all are here', () => {
  const linked = new Set<string>();
  const people = new KnownPeople((peerId) => linked.has(peerId));
  const signed = { state: new Uint8Array(0), signature: new Uint8Array(64) };
  const add = (peerId: string): boolean => {
    const person = people.remember(peerId, stateOf(new Uint8Array(32)), signed);
    person?.via.set('hub', 1_000);
    return person !== undefined;
  };
  for (let index = 0; index < MAX_KNOWN_PEOPLE; index++) expect(add(`person ${index}`)).toBe(true);
  expect(add('one more')).toBe(false);
  linked.add('with a link');
  expect(add('with a link')).toBe(true);
  people.get('person 3')!.via.clear();
  linked.add('another');
  people.get('person 4')!.via.clear();
  expect(add('another')).toBe(true);
  expect(people.get('person 3')).toBeUndefined();
  expect(people.dropVia('hub').length).toBeGreaterThan(2_000);
});
