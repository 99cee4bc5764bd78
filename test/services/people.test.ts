// Who is remembered over restarts, and what one decided about them.
import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { MmchatError } from '../../src/base/errors.ts';
import { REMEMBERED_LIMIT, type RememberedPerson } from '../../src/contracts/stores.ts';
import { Blocking } from '../../src/services/blocking.ts';
import { People } from '../../src/services/people.ts';
import { initialState } from '../../src/state/initial.ts';
import { StateHolder } from '../../src/state/state-holder.ts';
import { PEOPLE_FORM } from '../../src/store/people-file.ts';
import { me, seen } from '../state/sample-events.ts';
import { samplePeerId } from '../state/sample-people.ts';
import { ServiceBench, type FakeLink } from '../support/service-bench.ts';

interface Run {
  readonly bench: ServiceBench;
  readonly people: People;
  readonly blocking: Blocking;
  readonly holder: StateHolder;
  /** Who was dialled again. */
  readonly unblocked: string[];
}

class Disk {
  json = '[]';
  saves = 0;
  isFull = false;

  load(): Promise<readonly RememberedPerson[]> {
    return Promise.resolve(PEOPLE_FORM.parse(JSON.parse(this.json)));
  }

  save(people: readonly RememberedPerson[]): Promise<void> {
    if (this.isFull) return Promise.reject(new MmchatError('data-dir', 'The disk is full.'));
    this.saves += 1;
    this.json = JSON.stringify(people);
    return Promise.resolve();
  }
}

async function run(disk: Disk): Promise<Run> {
  const bench = new ServiceBench();
  const holder = new StateHolder(initialState(me, { closedNetwork: false }), (error) => {
    throw error;
  });
  const { clock, log, links, router } = bench;
  const people = new People({
    clock,
    log,
    emit: holder.emit,
    store: disk,
    addressesOf: () => [{ host: '192.168.1.1', port: 9011 }],
    personOf: (peerId) => holder.state.people.get(peerId),
  });
  const unblocked: string[] = [];
  const blocking = new Blocking({ links, router, people, unblocked: (peerId) => unblocked.push(peerId) });
  await people.load();
  return { bench, people, blocking, holder, unblocked };
}

const [alice, bob, carol] = [1, 2, 3].map(samplePeerId) as [string, string, string];

test('trust and blocks outlast restarts', async () => {
  const disk = new Disk();
  const first = await run(disk);
  for (const [number, name] of [
    [1, 'alice'],
    [2, 'bob'],
    [3, 'carol'],
  ] as const) {
    first.people.seen({ peerId: samplePeerId(number), claimedName: name, rooms: ['dev'] });
    first.holder.emit(seen(number, name, { rooms: ['dev'] }));
  }
  first.people.pin(alice);
  await first.people.trust(bob);
  await first.people.block(carol);
  expect([alice, bob, carol].map((id) => first.people.isKnown(id))).toEqual([true, true, false]);
  expect([alice, bob, carol].map((id) => first.people.isBlocked(id))).toEqual([false, false, true]);

  const second = await run(disk);
  const shown = [alice, bob, carol].map((id) => second.holder.state.people.get(id));
  expect(shown.map((person) => [person?.name, person?.trust, person?.blocked ?? false])).toEqual([
    ['alice', 'pinned', false],
    ['bob', 'verified', false],
    ['carol', 'new', true],
  ]);
  expect(second.people.isBlocked(carol)).toBe(true);
  // Seen again (or not any more) is no change of mind.
  second.people.seen({ peerId: bob, claimedName: 'rob', rooms: [] });
  second.people.seen({ peerId: carol, claimedName: 'carol', rooms: [] });
  await second.people.unblock(carol);
  const third = await run(disk);
  expect(third.holder.state.people.get(bob)).toMatchObject({ claimedName: 'rob', trust: 'verified' });
  expect(third.holder.state.people.get(carol)).toMatchObject({ trust: 'new', online: false });
  expect(third.holder.state.people.get(carol)).not.toHaveProperty('blocked');
});

test('where blocked people were is not told, so that nobody dials them', async () => {
  const disk = new Disk();
  const { people, bench } = await run(disk);
  people.seen({ peerId: alice, claimedName: 'alice', rooms: [] });
  await bench.clock.advance(1);
  people.seen({ peerId: bob, claimedName: 'bob', rooms: [] });
  await people.block(alice);
  const again = new People({
    clock: bench.clock,
    log: bench.log,
    emit: bench.emit,
    store: disk,
    addressesOf: () => [],
    personOf: () => undefined,
  });
  expect(await again.load()).toEqual([{ peerId: bob, addresses: [{ host: '192.168.1.1', port: 9011 }] }]);
});

test('people who were never linked can be trusted and blocked, unknown ones can’t', async () => {
  const disk = new Disk();
  const { people, holder } = await run(disk);
  holder.emit({ type: 'person-remembered', peerId: alice, claimedName: 'alice', rooms: [] });
  await people.trust(alice);
  await people.block(alice);
  await expect(people.trust(bob)).rejects.toMatchObject({ code: 'unknown-peer' });
  await expect(people.block(bob)).rejects.toMatchObject({ code: 'unknown-peer' });
  await people.unblock(bob);
  const [remembered] = await disk.load();
  expect(remembered).toMatchObject({ peerId: alice, claimedName: 'alice', addresses: [] });
  expect([remembered?.verifiedAt, remembered?.blockedAt]).toEqual([remembered?.pinnedAt, remembered?.pinnedAt]);
});

test('a decision that can’t be kept is said, holds for now, and is written with the next one', async () => {
  const disk = new Disk();
  const { people, holder } = await run(disk);
  holder.emit(seen(1, 'alice'));
  disk.isFull = true;
  await expect(people.block(alice)).rejects.toMatchObject({ code: 'data-dir' });
  expect(people.isBlocked(alice)).toBe(true);
  expect(holder.state.people.get(alice)?.blocked).toBe(true);
  await people.save();
  disk.isFull = false;
  await people.save();
  expect(JSON.parse(disk.json)).toMatchObject([{ peerId: alice }]);
});

test('changes are written together, a while later', async () => {
  const disk = new Disk();
  const { people, bench } = await run(disk);
  for (let number = 1; number <= 50; number++)
    people.seen({ peerId: samplePeerId(number), claimedName: 'x', rooms: [] });
  await bench.clock.advance(1_000);
  expect(disk.saves).toBe(0);
  await bench.clock.advance(2_000);
  expect([disk.saves, bench.clock.timerCount]).toEqual([1, 0]);
});

test('strangers are forgotten first, those decided about by hand last', async () => {
  const disk = new Disk();
  const { clock, log, emit } = new ServiceBench();
  const personOf = (): { claimedName: string; rooms: string[] } => ({ claimedName: 'x', rooms: [] });
  const people = new People({ clock, log, emit, store: disk, addressesOf: () => [], personOf });
  await people.trust(alice);
  await people.block(bob);
  people.pin(carol);
  const crowd = (first: number): void => {
    for (let number = first; number < first + REMEMBERED_LIMIT + 10; number++)
      people.seen({ peerId: samplePeerId(number), claimedName: 'x', rooms: [] });
  };
  crowd(10_000);
  expect([people.isKnown(alice), people.isBlocked(bob), people.isKnown(carol)]).toEqual([true, true, true]);
  // Whoever talks to us is pinned: such keys are nearly free, too.
  for (let number = 20_000; number < 20_000 + REMEMBERED_LIMIT; number++) people.pin(samplePeerId(number));
  expect([people.isKnown(alice), people.isBlocked(bob), people.isKnown(carol)]).toEqual([true, true, false]);
  await people.save();
  expect((await disk.load()).length).toBe(REMEMBERED_LIMIT);
});

/** A new link to the same person. */
function comesBack(bench: ServiceBench, { peerId }: FakeLink): FakeLink {
  const link = bench.link();
  return Object.defineProperty<FakeLink>(link, 'peerId', { value: peerId });
}

test('with blocked people no link is kept', async () => {
  const { bench, people, blocking, holder, unblocked } = await run(new Disk());
  const entries: string[] = [];
  bench.router.handle('ping', (link) => void entries.push(link.peerId));
  const link = bench.link();
  holder.emit({ ...seen(1, 'alice'), peerId: link.peerId });
  expect(blocking.admits(link)).toBe(true);
  await bench.says(link, { type: 'ping', token: 1 });
  await blocking.block(link.peerId);
  expect(people.isBlocked(link.peerId)).toBe(true);
  // To the other one it looks as if one had left.
  expect([link.closedBecause, link.sent.at(-1)]).toEqual(['blocked', { type: 'goodbye' }]);
  expect(blocking.wasRefused(link)).toBe(false);
  await bench.says(link, { type: 'ping', token: 2 });
  expect(entries.length).toBe(1);
  expect(holder.state.people.get(link.peerId)).toMatchObject({ blocked: true, online: false, linked: false });

  // They come back.
  bench.linkMap.clear();
  const again = comesBack(bench, link);
  expect([blocking.admits(again), again.closedBecause, blocking.wasRefused(again)]).toEqual([false, 'blocked', true]);
  await bench.says(again, { type: 'ping', token: 3 });
  expect(entries.length).toBe(1);

  await blocking.unblock(link.peerId);
  expect(unblocked).toEqual([link.peerId]);
  expect(blocking.admits(comesBack(bench, link))).toBe(true);
  await expect(blocking.block(samplePeerId(77))).rejects.toMatchObject({ code: 'unknown-peer' });
});
