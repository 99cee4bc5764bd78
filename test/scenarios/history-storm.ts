// Five people whose machines come and go, crash, lose and restore disks and have wrong clocks, by chance. Whatever
// happens: what was acknowledged is there in the end, once, the same for all who may see it, and for nobody else.

import { expect } from 'vitest';
import type { PlaceQuery } from '../../src/contracts/node.ts';
import type { Message } from '../../src/state/values.ts';
import { Scenario, type Actor, type ScenarioOptions } from '../support/scenario.ts';

const STEPS = 60;
/** Enough for everything that backs off, and for a few rounds of comparing. */
const CALM_MS = 400_000;
const ROOMS = ['tea', 'engine'] as const;
const HOUR_MS = 3_600_000;

/** A verb that was called; `acknowledged` when it resolved before its process ended. */
interface Act {
  readonly by: Actor;
  readonly place: PlaceQuery;
  readonly text: string;
  id: string | undefined;
  acknowledged: boolean;
  /** A backup from before it was put in its place: only others may have kept it. */
  undone: boolean;
}

export class HistoryStorm {
  readonly scenario: Scenario;
  readonly people: Actor[];
  readonly acts: Act[] = [];
  readonly edits = new Map<string, string[]>();
  readonly deleted = new Set<string>();
  readonly #backups = new Map<Actor, { restore: () => void; acts: number }>();

  constructor(seed: number, options: ScenarioOptions = {}) {
    this.scenario = new Scenario({ seed, latencyMs: 1 + (seed % 4) * 10, slowDisks: true, ...options });
    this.people = ['alice', 'bob', 'carol', 'dave', 'erin'].map((name) => this.scenario.person(name));
    for (const person of this.people.slice(0, 2))
      person.wallErrorMs = this.scenario.random.below(48) * HOUR_MS - 24 * HOUR_MS;
  }

  async blow(): Promise<void> {
    const { scenario } = this;
    for (const person of this.people) {
      await this.#start(person);
      await scenario.pass(scenario.random.below(1_000));
    }
    for (let step = 0; step < STEPS; step++) {
      await this.#something();
      const { random } = scenario;
      await scenario.pass(random.fraction() < 0.7 ? random.below(300) : random.below(8_000));
    }
    scenario.network.healAll();
    for (const person of this.people) if (!person.isRunning) await this.#start(person);
    await scenario.pass(CALM_MS);
  }

  async #start(person: Actor): Promise<void> {
    await person.diskReady();
    await this.scenario.run(person.start());
  }

  async #something(): Promise<void> {
    const { scenario } = this;
    const { random, network } = scenario;
    const one = random.pick(this.people);
    const other = random.pick(this.people.filter((person) => person !== one));
    switch (random.below(16)) {
      case 0: {
        network.cut(one.machine, other.machine);
        return;
      }
      case 1: {
        network.heal(one.machine, other.machine);
        return;
      }
      case 2: {
        network.unplug(one.machine);
        return;
      }
      case 3: {
        network.plug(one.machine);
        return;
      }
      case 4:
      case 5:
        if (one.isRunning) one.kill();
        else await this.#start(one);
        return;
      case 6:
        if (one.isRunning) await scenario.run(one.stop());
        else await this.#start(one);
        return;
      case 7: {
        this.#backUpOrRestore(one);
        return;
      }
      case 8:
        return this.#joinOrLeave(one);
      case 9: {
        this.#change(one);
        return;
      }
      default:
        if (one.isRunning) this.#talk(one, other, random.below(3));
    }
  }

  #talk(by: Actor, other: Actor, kind: number): void {
    const room = this.scenario.random.pick([...ROOMS]);
    const knows = by.node.state.people.has(other.peerId);
    const inRoom = by.node.state.rooms.get(room)?.joined === true;
    const place: PlaceQuery = kind === 0 && knows ? { with: other.peerId } : kind === 1 && inRoom ? { room } : {};
    const text = `${by.name} says ${this.acts.length}`;
    const act: Act = { by, place, text, id: undefined, acknowledged: false, undone: false };
    this.acts.push(act);
    const { with: to, ...where } = place;
    by.node.chat.send({ text, ...where, ...(to === undefined ? {} : { to }) }).then(
      ({ id }) => {
        act.id = id;
        act.acknowledged = true;
      },
      () => undefined,
    );
  }

  #change(by: Actor): void {
    const mine = this.acts.filter((act) => act.by === by && act.acknowledged && !act.undone);
    const act = mine.at(-1 - this.scenario.random.below(Math.max(1, mine.length)));
    if (!by.isRunning || act?.id === undefined) return;
    const { id } = act;
    if (this.scenario.random.fraction() < 0.3) {
      by.node.chat.delete(id).then(
        () => this.deleted.add(id),
        () => undefined,
      );
      return;
    }
    by.node.chat.edit(id, `${act.text} (edited)`).catch(() => undefined);
    by.node.chat.react(id, '👍').catch(() => undefined);
  }

  async #joinOrLeave(one: Actor): Promise<void> {
    if (!one.isRunning) return;
    const room = this.scenario.random.pick([...ROOMS]);
    const { rooms } = one.node;
    const joined = one.node.state.rooms.get(room)?.joined === true;
    // Seldom: what is said in a room concerns its members only.
    if (joined && this.scenario.random.fraction() < 0.8) return;
    const done = joined ? rooms.leave(room) : rooms.join(room);
    await Promise.race([done.catch(() => undefined), this.scenario.pass(500)]);
  }

  /** A copy of the data folder is put away, or put back in the place of the present one. */
  #backUpOrRestore(one: Actor): void {
    const backup = this.#backups.get(one);
    if (one.isRunning) return;
    if (backup === undefined) {
      this.#backups.set(one, { restore: one.backUp(), acts: this.acts.length });
      return;
    }
    backup.restore();
    this.#backups.delete(one);
    for (const act of this.acts.slice(backup.acts)) if (act.by === one) act.undone = true;
  }

  async check(): Promise<void> {
    for (const person of this.people) this.#checkNothingTwice(person);
    await this.#checkSame({}, this.people);
    for (const room of ROOMS) {
      const members = this.people.filter(({ node }) => node.state.rooms.get(room)?.joined === true);
      await this.#checkSame({ room }, members);
    }
    for (const one of this.people)
      for (const other of this.people) if (one.peerId < other.peerId) await this.#checkPair(one, other);
    await this.#checkAcknowledged();
    await this.#checkNobodyElse();
  }

  #checkNothingTwice(person: Actor): void {
    for (const run of person.runs) {
      const ids = person.messagesShown(run).map(({ id }) => id);
      expect(ids.length, `${person.name} shows each once`).toBe(new Set(ids).size);
    }
  }

  /** Members of a room who left and came back may hold less of its past; what all hold is the same, in the same order. */
  async #checkSame(place: PlaceQuery, people: readonly Actor[]): Promise<void> {
    const views = await Promise.all(people.map((person) => this.#view(person, place)));
    const common = views.map(({ messages }) => new Set(messages.map(({ id }) => id)));
    for (const [index, view] of views.entries()) {
      const [first] = views;
      if (first === undefined) return;
      const inBoth = (message: Message): boolean => common[0]!.has(message.id) && common[index]!.has(message.id);
      const label = `${people[index]?.name} and ${people[0]?.name} in ${JSON.stringify(place)}`;
      expect(view.messages.filter(inBoth).map(essence), label).toEqual(first.messages.filter(inBoth).map(essence));
      if (place.room === undefined) expect(view.messages.length, label).toBe(first.messages.length);
    }
  }

  async #checkPair(one: Actor, other: Actor): Promise<void> {
    const [ones, others] = await Promise.all([
      this.#view(one, { with: other.peerId }),
      this.#view(other, { with: one.peerId }),
    ]);
    expect(ones.messages.map(essence), `${one.name} with ${other.name}`).toEqual(others.messages.map(essence));
  }

  async #checkAcknowledged(): Promise<void> {
    for (const { by, place, text, id, acknowledged, undone } of this.acts) {
      if (!acknowledged || undone || id === undefined) continue;
      // Its author left the room since: others have it, if they were there.
      if (place.room !== undefined && by.node.state.rooms.get(place.room)?.joined !== true) continue;
      const { messages } = await this.#view(by, place);
      const found = messages.find((message) => message.id === id);
      expect(found, `“${text}” was acknowledged`).toBeDefined();
      if (this.deleted.has(id)) expect(found?.deleted, `“${text}” was deleted`).toBe(true);
    }
  }

  async #checkNobodyElse(): Promise<void> {
    for (const person of this.people) {
      const { messages } = await this.scenario.run(person.node.chat.since(undefined, 1_000));
      for (const { author, destination } of messages) {
        if (destination.kind !== 'person') continue;
        expect([person.peerId, destination.peerId], 'private messages are between two').toContain(author);
      }
    }
  }

  async #view(person: Actor, place: PlaceQuery): Promise<{ messages: readonly Message[] }> {
    try {
      return await this.scenario.run(person.node.chat.history({ ...place, limit: 1_000 }));
    } catch {
      return { messages: [] };
    }
  }
}

function essence({ id, author, text, edited, deleted, reactions, forked, kind }: Message): unknown {
  return { id, author, text, edited, deleted, reactions, forked, kind };
}
