// Random schedules: people come late, links break and lose frames, disks are slow, clocks are wrong, backups are restored.
// In the end all members of a conversation have the same above their floors, and everything since they came.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { logKeyOf } from '../../src/services/sync/wanted.ts';
import type { FakeLog } from './sync-journal.ts';
import { hexName, World, type WorldNode } from './sync-world.ts';

const DAY_MS = 86_400_000;
const seeds = Array.from({ length: 24 }, (_, at) => at + 1);

interface Written {
  readonly conversation: string;
  readonly id: string;
  readonly atMs: number;
}

class Schedule {
  readonly world: World;
  readonly rooms: readonly string[];
  readonly written: Written[] = [];
  readonly forks: boolean;

  constructor(seed: number) {
    const world = new World(seed);
    this.world = world;
    const { random } = world;
    this.forks = random.fraction() < 0.5;
    world.latencyMs = random.pick([0.2, 5, 80]);
    this.rooms = [hexName('everyone'), hexName('one room'), hexName('another room')];
    const count = 3 + random.below(3);
    for (let number = 0; number < count; number++) {
      const options = { historyMessages: random.pick([0, 15, 1_000]), historyDays: random.pick([1, 30]) };
      const wallErrorMs = random.pick([0, 0, 90_000, -400 * DAY_MS, 400 * DAY_MS]);
      const node = world.node(`node ${number}`, { options, wallErrorMs, takeMs: random.pick([0, 3, 400]) });
      // Not one of them is sure of the others' names.
      if (random.fraction() < 0.3) node.journal.known.add(random.pick(world.nodes).peerId);
      world.join(this.rooms[0]!, node);
    }
    world.privately(world.nodes[0]!, world.nodes[1]!);
  }

  step(): Promise<void> {
    const { random, nodes, clock } = this.world;
    const one = random.pick(nodes);
    const other = random.pick(nodes);
    const room = random.pick([...one.member.keys()]);
    switch (random.below(9)) {
      case 0:
      case 1:
        this.#write(one, room, 1 + random.below(4));
        break;
      case 2:
        this.#write(one, room, random.below(300));
        break;
      case 3:
        this.#writeLive(one, room);
        break;
      case 4:
        if (one !== other) this.world.link(one, other);
        break;
      case 5:
        if (random.fraction() < 0.5) this.world.unlink(one, other);
        else if (one !== other && this.world.isLinked(one, other)) this.world.resetStream(one, other);
        break;
      case 6: {
        const next = random.pick(this.rooms);
        if (!one.member.has(next)) this.world.join(next, one);
        break;
      }
      case 7:
        if (this.forks && random.fraction() < 0.4) this.#restore(one, room);
        // Two days in which nothing happens need not be lived through.
        else if (random.fraction() < 0.2) clock.setWallClock(clock.now() + 2 * DAY_MS);
        break;
      case 8:
        return clock.advance(random.pick([1, 50, 1_000, 20_000]));
    }
    return clock.advance(random.pick([0, 0, 3]));
  }

  #write(node: WorldNode, conversation: string, count: number): void {
    for (let number = 0; number < count; number++) {
      node.write(conversation, `${node.name} says ${this.written.length}`);
      const log = node.journal.log(node.logName(conversation))!;
      this.written.push({ conversation, id: log.head!.id, atMs: this.world.clock.monotonicMs() });
    }
  }

  /** Straight to those who are linked, as the program does; some of it gets lost. */
  #writeLive(node: WorldNode, conversation: string): void {
    for (let number = 0; number < 3; number++) {
      this.#write(node, conversation, 1);
      const { header, signature, body } = node.journal.log(node.logName(conversation))!.head!;
      for (const other of this.world.nodes)
        if (this.world.isLinked(node, other) && other.member.has(conversation) && this.world.random.fraction() < 0.7)
          other.journal.keep(conversation, { header, signature, body: body!, bodyGone: false });
    }
  }

  /** An older state of the data folder, in which one goes on writing before anybody notices. */
  #restore(node: WorldNode, conversation: string): void {
    const name = node.logName(conversation);
    const log = node.journal.log(name);
    if (log === undefined || log.lastSequence < 3) return;
    node.journal.forget(name, log.lastSequence - 1 - this.world.random.below(Math.min(5, log.lastSequence - 2)));
    this.#write(node, conversation, 1 + this.world.random.below(7));
    node.logId = hexName(`${node.logId} renewed`);
  }

  async settle(): Promise<void> {
    this.world.linkAll();
    await this.world.clock.advance(15 * 60_000);
  }
}

function entriesAbove(log: FakeLog | undefined, floor: number): string[] {
  return (log?.entries ?? [])
    .filter(({ sequence }) => sequence >= floor)
    .map(({ id }) => id)
    .sort();
}

/** What of all that anybody in the conversation has is missing at one of them. */
function missingAt(schedule: Schedule, node: WorldNode, conversation: string): string[] {
  const members = schedule.world.nodes.filter(({ member }) => member.has(conversation));
  const missing: string[] = [];
  const since = node.joinedAtMs.get(conversation) ?? 0;
  const wantedAnyway = new Set(
    schedule.written.filter((one) => one.conversation === conversation && one.atMs > since).map(({ id }) => id),
  );
  for (const other of members)
    for (const log of other.journal.fakeLogs(conversation)) {
      const here = node.journal.log(log.name);
      if (here === undefined) {
        missing.push(`log ${logKeyOf(log.name)}`);
        continue;
      }
      const held = new Set(entriesAbove(here, 1));
      for (const id of entriesAbove(log, here.floor))
        if (!held.has(id)) missing.push(`${id} of ${other.name} above the floor`);
      for (const id of entriesAbove(log, 1))
        if (wantedAnyway.has(id) && !held.has(id)) missing.push(`${id} of ${other.name} written later`);
    }
  return missing;
}

/** The logs that are not the same everywhere, for whoever reads a failure. */
function describeLogs(schedule: Schedule, conversation: string): string[] {
  const members = schedule.world.nodes.filter(({ member }) => member.has(conversation));
  return members
    .flatMap((node) =>
      node.journal.fakeLogs(conversation).map((log) => {
        const { floor, ranges, forkMark, head } = log.summary;
        const forks = log.entries
          .filter(({ forked }) => forked)
          .map(({ sequence, id }) => `${sequence} ${id.slice(0, 4)}`);
        const name = log.name.author.slice(-4) + log.name.logId.slice(0, 4);
        const text = ranges.map(({ first, last }) => `${first}-${last}`).join();
        return `${name} at ${node.name}: floor ${floor} ${text} head ${Buffer.from(head.hash).toString('hex').slice(0, 4)} mark ${forkMark.slice(0, 4)} ${forks.join()}`;
      }),
    )
    .sort();
}

describe('random schedules', () => {
  it.each(seeds)('seed %i', async (seed) => {
    const schedule = new Schedule(seed);
    const { world } = schedule;
    for (let step = 0; step < 120; step++) await schedule.step();
    await schedule.settle();
    for (const node of world.nodes) {
      for (const conversation of node.member.keys()) {
        const missing = missingAt(schedule, node, conversation);
        expect(missing, [node.name, ...describeLogs(schedule, conversation)].join('\n')).toEqual([]);
      }
      for (const conversation of schedule.rooms)
        if (!node.member.has(conversation)) expect(node.journal.logs(conversation)).toEqual([]);
      expect(node.drops.get('bad-frame')).toBeUndefined();
    }
    world.stop();
    await world.clock.advance(1_000);
    for (const node of world.nodes) expect(node.clock.timerCount).toBe(0);
  });
});
