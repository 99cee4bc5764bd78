// Two and three nodes, link by link: what is fetched, what not, and what it costs.

import '../../src/base/platform.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countSequences } from '../../src/services/sync/ranges.ts';
import { rangesOfLog } from './sync-journal.ts';
import { hexName, World, type WorldNode } from './sync-world.ts';

const room = hexName('room');

function newWorld(seed = 1): World {
  const world = new World(seed);
  onTestFinished(() => world.stop());
  return world;
}

function writeMany(node: WorldNode, conversation: string, count: number, text = 'hello'): void {
  for (let number = 1; number <= count; number++) node.write(conversation, `${text} ${number}`);
}

const heldBy = (node: WorldNode, author: WorldNode, conversation = room): [number, number][] =>
  rangesOfLog(node.journal.log(author.logName(conversation))).map(({ first, last }) => [first, last]);

describe('two who are linked', () => {
  it('find out with under 500 bytes that both have the same', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    for (let number = 0; number < 10; number++) world.join(hexName(`room ${number}`), alice, bob);
    const conversation = hexName('room 3');
    for (let number = 0; number < 500; number++) {
      const entry = alice.journal.write(alice.logName(conversation), `hello ${number}`);
      bob.journal.keep(conversation, entry);
    }
    world.link(alice, bob);
    await world.clock.advance(10_000);
    expect(alice.sync.statistics.agreements + bob.sync.statistics.agreements).toBeGreaterThan(0);
    expect(alice.sync.statistics.sessions + bob.sync.statistics.sessions).toBe(0);
    expect(world.bytesBetween(alice, bob)).toBeLessThan(500);
    expect(world.bytesBetween(alice, bob)).toBeGreaterThan(0);
  });

  it('fetch what the other wrote while they were apart', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    writeMany(alice, room, 300);
    writeMany(bob, room, 7);
    world.link(alice, bob);
    await world.clock.advance(5_000);
    expect(heldBy(bob, alice)).toEqual([[1, 300]]);
    expect(heldBy(alice, bob)).toEqual([[1, 7]]);
    world.unlink(alice, bob);
    writeMany(alice, room, 20);
    world.link(alice, bob);
    await world.clock.advance(5_000);
    expect(heldBy(bob, alice)).toEqual([[1, 320]]);
    // In the order in which they were written.
    const order = [...bob.journal.order.values()].map((sequences) => sequences.slice());
    for (const sequences of order) expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });

  it('know after a minute what was missed while linked', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    world.link(alice, bob);
    await world.clock.advance(5_000);
    alice.write(room, 'this got lost on the way');
    await world.clock.advance(80_000);
    expect(heldBy(bob, alice)).toEqual([[1, 1]]);
  });

  it('compare at once when nudged', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    world.link(alice, bob);
    await world.clock.advance(5_000);
    alice.write(room, 'this got lost on the way');
    bob.sync.nudge(bob.linkTo(alice));
    await world.clock.advance(1_000);
    expect(heldBy(bob, alice)).toEqual([[1, 1]]);
  });

  it('leave nothing behind when they stop', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    writeMany(alice, room, 3000);
    world.link(alice, bob);
    await world.clock.advance(210);
    world.stop();
    world.stop();
    await world.clock.advance(1_000);
    expect(alice.clock.timerCount + bob.clock.timerCount).toBe(0);
  });
});

describe('conversations', () => {
  it('are never named to, nor served to, somebody who is not in them', async () => {
    const world = newWorld();
    const [alice, bob, carol] = [world.node('alice'), world.node('bob'), world.node('carol')];
    world.join(room, alice, bob, carol);
    const secret = world.privately(alice, bob);
    writeMany(alice, room, 5);
    writeMany(alice, secret, 50);
    const other = hexName('another room');
    world.join(other, alice, carol);
    writeMany(carol, other, 5);
    const ids = new Map([
      [carol, secret],
      [bob, other],
    ]);
    const seen: string[] = [];
    for (const node of [alice, bob, carol]) {
      const { handler } = node.links;
      node.links.handler = (link, frame) => {
        const id = ids.get(node);
        if (id !== undefined && Buffer.from(frame).includes(Buffer.from(id, 'hex'))) seen.push(node.name);
        return handler(link, frame);
      };
    }
    world.linkAll();
    await world.clock.advance(200_000);
    expect(seen).toEqual([]);
    expect(heldBy(bob, alice, secret)).toEqual([[1, 50]]);
    expect(heldBy(alice, carol, other)).toEqual([[1, 5]]);
    expect(carol.journal.logs(secret)).toEqual([]);
    expect(bob.journal.logs(other)).toEqual([]);
  });

  it('in private are fetched whole, however long they are', async () => {
    const world = newWorld();
    const options = { historyMessages: 5, historyDays: 1 };
    const [alice, bob] = [world.node('alice', { options }), world.node('bob', { options })];
    const secret = world.privately(alice, bob);
    writeMany(alice, secret, 2_000);
    await world.clock.advance(40 * 86_400_000);
    world.link(alice, bob);
    await world.clock.advance(20_000);
    expect(heldBy(bob, alice, secret)).toEqual([[1, 2_000]]);
  });

  it('are told of as soon as both are in them', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(hexName('everyone'), alice, bob);
    world.join(room, alice);
    writeMany(alice, room, 5);
    world.link(alice, bob);
    await world.clock.advance(10_000);
    expect(bob.journal.logs(room)).toEqual([]);
    world.join(room, bob);
    await world.clock.advance(1_000);
    expect(heldBy(bob, alice)).toEqual([[1, 5]]);
  });
});

describe('somebody who comes late', () => {
  it('gets the last messages, fairly by author, and everything from then on', async () => {
    const world = newWorld();
    const options = { historyMessages: 100 };
    const [alice, bob, carol] = [world.node('alice'), world.node('bob'), world.node('carol', { options })];
    world.join(room, alice, bob);
    writeMany(alice, room, 30);
    writeMany(bob, room, 5_000);
    world.link(alice, bob);
    await world.clock.advance(60_000);
    world.join(room, carol);
    world.unlink(alice, bob);
    await world.clock.advance(10_000);
    writeMany(bob, room, 400);
    world.link(bob, carol);
    await world.clock.advance(20_000);
    expect(heldBy(carol, alice)).toEqual([[1, 30]]);
    expect(heldBy(carol, bob)).toEqual([[5_000 - 69, 5_400]]);
    // They have the same as far as both want it.
    const before = world.bytesBetween(bob, carol);
    await world.clock.advance(180_000);
    expect(world.bytesBetween(bob, carol) - before).toBeLessThan(500);
  });

  it('gets nothing older than the days of history, by the clock of who has it', async () => {
    const world = newWorld();
    const alice = world.node('alice', { wallErrorMs: -3 * 365 * 86_400_000 });
    world.join(room, alice);
    writeMany(alice, room, 20);
    await world.clock.advance(31 * 86_400_000);
    writeMany(alice, room, 6);
    await world.clock.advance(60_000);
    const bob = world.node('bob', { wallErrorMs: 86_400_000 });
    world.join(room, bob);
    world.link(alice, bob);
    await world.clock.advance(10_000);
    expect(heldBy(bob, alice)).toEqual([[21, 26]]);
  });

  it('knows every log at least by its head', async () => {
    const world = newWorld();
    const options = { historyMessages: 0 };
    const [alice, bob] = [world.node('alice'), world.node('bob', { options })];
    world.join(room, alice);
    writeMany(alice, room, 20);
    await world.clock.advance(60_000);
    world.join(room, bob);
    world.link(alice, bob);
    await world.clock.advance(10_000);
    expect(heldBy(bob, alice)).toEqual([[20, 20]]);
    expect(bob.journal.log(alice.logName(room))?.floor).toBe(20);
  });

  it('fetches older messages on demand', async () => {
    const world = newWorld();
    const options = { historyMessages: 100 };
    const [alice, bob, carol] = [world.node('alice'), world.node('bob'), world.node('carol', { options })];
    world.join(room, alice, bob);
    writeMany(alice, room, 1_000);
    writeMany(bob, room, 40);
    world.link(alice, bob);
    await world.clock.advance(60_000);
    world.join(room, carol);
    world.linkAll();
    await world.clock.advance(10_000);
    expect(heldBy(carol, alice)).toEqual([[941, 1_000]]);
    const older = carol.sync.fetchOlder(room, 200);
    // Asked twice at once, it is done once.
    void carol.sync.fetchOlder(room, 200);
    await world.clock.advance(20_000);
    expect(await older).toBe(true);
    expect(heldBy(carol, alice)).toEqual([[741, 1_000]]);
    // Those who were there before are not made to do the same.
    expect(heldBy(bob, alice)).toEqual([[1, 1_000]]);
    for (let round = 0; round < 4; round++) {
      const more = carol.sync.fetchOlder(room, 200);
      await world.clock.advance(20_000);
      expect(await more).toBe(true);
    }
    expect(heldBy(carol, alice)).toEqual([[1, 1_000]]);
    expect(await carol.sync.fetchOlder(room, 200)).toBe(false);
  });

  it('finds the one of many who has older messages', async () => {
    const world = newWorld(3);
    const alice = world.node('alice');
    world.join(room, alice);
    writeMany(alice, room, 500);
    await world.clock.advance(60_000);
    const options = { historyMessages: 20 };
    const late = Array.from({ length: 7 }, (_, number) => world.node(`late ${number}`, { options }));
    world.join(room, ...late);
    world.linkAll();
    await world.clock.advance(20_000);
    expect(heldBy(late[0]!, alice)).toEqual([[481, 500]]);
    const older = late[0]!.sync.fetchOlder(room, 50);
    await world.clock.advance(30_000);
    expect(await older).toBe(true);
    expect(heldBy(late[0]!, alice)).toEqual([[431, 500]]);
    expect(heldBy(late[1]!, alice)).toEqual([[481, 500]]);
  });

  it('waits for no older messages when it stops', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob', { options: { historyMessages: 20 } })];
    world.join(room, alice);
    writeMany(alice, room, 500);
    await world.clock.advance(60_000);
    world.join(room, bob);
    world.link(alice, bob);
    await world.clock.advance(20_000);
    for (const afterMs of [0, 3]) {
      const older = bob.sync.fetchOlder(room, 50);
      await world.clock.advance(afterMs);
      bob.sync.stop();
      await older;
      expect(bob.clock.timerCount).toBe(0);
      bob.sync.start();
      await world.clock.advance(1_000);
    }
  });

  it('hears at once when there is nobody to fetch older messages from', async () => {
    const world = newWorld();
    const alice = world.node('alice');
    world.join(room, alice);
    expect(await alice.sync.fetchOlder(room, 10)).toBe(false);
  });

  it('does not miss what was said between their coming and the first link', async () => {
    const world = newWorld();
    const options = { historyMessages: 0 };
    const [alice, bob, carol] = [world.node('alice'), world.node('bob', { options }), world.node('carol', { options })];
    world.join(room, alice);
    await world.clock.advance(60_000);
    world.join(room, bob);
    await world.clock.advance(60_000);
    world.join(room, carol);
    writeMany(carol, room, 4);
    alice.journal.write(carol.logName(room), 'x');
    const [first, ...rest] = carol.journal.log(carol.logName(room))!.entries;
    // Bob hears only the last one live; alice, who could say where his history begins, is away.
    const last = rest.at(-1)!;
    bob.journal.keep(room, { ...last, body: last.body!, bodyGone: false });
    expect(first?.sequence).toBe(1);
    world.link(bob, carol);
    await world.clock.advance(10_000);
    expect(heldBy(bob, carol)).toEqual([[1, 4]]);
  });
});

describe('what went wrong before', () => {
  it("a restored backup: one gets one's own log back", async () => {
    const world = newWorld();
    const options = { historyMessages: 0 };
    const [alice, bob] = [world.node('alice', { options }), world.node('bob', { options })];
    world.join(room, bob);
    const log = alice.logName(room);
    for (let number = 0; number < 50; number++) bob.journal.write(log, `from before ${number}`);
    await world.clock.advance(60_000);
    world.join(room, alice);
    world.link(alice, bob);
    await world.clock.advance(10_000);
    expect(heldBy(alice, alice)).toEqual([[1, 50]]);
  });

  it('a copied data folder: both branches get to everybody', async () => {
    const world = newWorld();
    const [alice, bob, carol] = [world.node('alice'), world.node('bob'), world.node('carol')];
    const copy = world.node('copy of alice', { peerId: alice.peerId });
    copy.logId = alice.logId;
    world.join(room, alice, bob, carol, copy);
    for (let number = 0; number < 10; number++) {
      const entry = alice.journal.write(alice.logName(room), `common ${number}`);
      copy.journal.keep(room, entry);
    }
    writeMany(alice, room, 5, 'original');
    writeMany(copy, room, 8, 'copy');
    // Never both at once: they have one peer id.
    world.link(alice, bob);
    world.link(copy, carol);
    await world.clock.advance(10_000);
    world.link(bob, carol);
    await world.clock.advance(200_000);
    const ids = (node: WorldNode): string[] =>
      node.journal
        .log(alice.logName(room))!
        .entries.map(({ id }) => id)
        .sort();
    expect(ids(bob)).toHaveLength(23);
    expect(ids(carol)).toEqual(ids(bob));
    expect(bob.journal.logs(room)[0]?.forkMark).toBe(carol.journal.logs(room)[0]?.forkMark);
    const before = world.bytesBetween(bob, carol);
    await world.clock.advance(180_000);
    expect(world.bytesBetween(bob, carol) - before).toBeLessThan(500);
  });

  it('missing texts are asked of everybody, once', async () => {
    const world = newWorld();
    const [alice, bob, carol] = [world.node('alice'), world.node('bob'), world.node('carol')];
    world.join(room, alice, bob, carol);
    writeMany(alice, room, 300);
    world.linkAll();
    await world.clock.advance(10_000);
    for (let sequence = 1; sequence <= 300; sequence++) {
      carol.journal.dropBody(alice.logName(room), sequence, 'missing');
      if (sequence <= 290) alice.journal.dropBody(alice.logName(room), sequence, 'expired');
      if (sequence % 2 === 0) bob.journal.dropBody(alice.logName(room), sequence, 'expired');
    }
    carol.sync.nudge();
    await world.clock.advance(20_000);
    const missing = await carol.journal.history.missingBodies(room, 1_000);
    expect(missing).toHaveLength(145);
    const before = carol.sync.statistics.bytesSent;
    await world.clock.advance(30_000);
    expect(carol.sync.statistics.bytesSent - before).toBeLessThan(500);
  });
});

describe('several sources', () => {
  it('share the work: nothing is fetched twice', async () => {
    const world = newWorld();
    world.latencyMs = 20;
    const servers = ['alice', 'bob', 'carol'].map((name) => world.node(name));
    world.join(room, ...servers);
    for (const author of servers)
      for (let number = 0; number < 700; number++) {
        const entry = author.journal.write(author.logName(room), `hello ${number}`);
        for (const other of servers) if (other !== author) other.journal.keep(room, entry);
      }
    const late = world.node('late', { options: { historyMessages: 10_000 } });
    world.join(room, late);
    for (const server of servers) world.link(late, server);
    await world.clock.advance(30_000);
    for (const author of servers) expect(countSequences(rangesOfLog(late.journal.log(author.logName(room))))).toBe(700);
    expect(late.sync.statistics.entriesReceived).toBe(2_100);
    expect(servers.filter(({ sync }) => sync.statistics.entriesSent > 300).length).toBeGreaterThan(1);
    for (const sequences of late.journal.order.values())
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });

  it('take over when one breaks off or its link does', async () => {
    const world = newWorld();
    world.latencyMs = 50;
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    writeMany(alice, room, 2_000);
    world.link(alice, bob);
    await world.clock.advance(30_000);
    const late = world.node('late', { options: { historyMessages: 10_000 } });
    world.join(room, late);
    world.link(late, alice);
    world.link(late, bob);
    const count = (): number => countSequences(rangesOfLog(late.journal.log(alice.logName(room))));
    while (count() === 0) await world.clock.advance(10);
    expect(count()).toBeLessThan(1_000);
    world.unlink(late, alice);
    await world.clock.advance(120);
    world.resetStream(late, bob);
    await world.clock.advance(30_000);
    expect(heldBy(late, alice)).toEqual([[1, 2_000]]);
  });

  it('wait for a slow disk, with little in memory', async () => {
    const world = newWorld();
    const alice = world.node('alice');
    const bob = world.node('bob', { takeMs: 3_000, options: { historyMessages: 10_000 } });
    world.join(room, alice, bob);
    writeMany(alice, room, 1_500, 'x'.repeat(2_000));
    world.link(alice, bob);
    await world.clock.advance(600_000);
    expect(heldBy(bob, alice)).toEqual([[1, 1_500]]);
    expect(bob.drops.get('sync-late')).toBeUndefined();
    expect(alice.linkTo(bob).pipe.mostQueued).toBeLessThan(512 * 1024);
  });
});
