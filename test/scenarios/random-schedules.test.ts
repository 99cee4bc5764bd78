// Five people and a network that does its worst, by chance: whatever happens, afterwards all are linked, nobody shows
// what was not said or shows anything twice, and what was confirmed has been shown. The name of a test has its seed:
// SCENARIO_SEED=N repeats it alone, SCENARIO_RUNS=N makes more of them.

import '../../src/base/platform.ts';
import { describe, expect, test } from 'vitest';
import { Scenario, type Actor } from '../support/scenario.ts';

/** Always the same ones, then as many that follow from the seed of this test run. */
const FIXED_RUNS = 25;
const FRESH_RUNS = Number(process.env['SCENARIO_RUNS'] ?? 25);
const STEPS = 40;
/** Enough for everything that backs off: half a minute between dials, a minute between queries. */
const CALM_MS = 120_000;

const given = process.env['SCENARIO_SEED'];
const firstFresh = Number(process.env['FC_SEED'] ?? 0) % 1_000_000_000;
const seeds =
  given === undefined
    ? [...upFrom(1, FIXED_RUNS), ...upFrom(FIXED_RUNS + 1 + firstFresh, FRESH_RUNS)]
    : [Number(given)];

function upFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

interface Sent {
  readonly id: string;
  readonly author: Actor;
  readonly text: string;
}

class Storm {
  readonly scenario: Scenario;
  readonly people: Actor[];
  readonly sent: Sent[] = [];

  constructor(seed: number) {
    this.scenario = new Scenario({ seed, latencyMs: 1 + (seed % 5) * 10 });
    this.people = ['alice', 'bob', 'carol', 'dave', 'erin'].map((name) => this.scenario.person(name));
  }

  async blow(): Promise<void> {
    for (const person of this.people) {
      await person.start();
      await this.scenario.pass(this.scenario.random.below(1_000));
    }
    for (let step = 0; step < STEPS; step++) {
      await this.#something();
      const { random } = this.scenario;
      await this.scenario.pass(random.fraction() < 0.7 ? random.below(300) : random.below(8_000));
    }
    this.scenario.network.healAll();
    for (const person of this.people) if (!person.isRunning) await person.start();
    await this.scenario.pass(CALM_MS);
  }

  async #something(): Promise<void> {
    const { random, network } = this.scenario;
    const one = random.pick(this.people);
    const other = random.pick(this.people.filter((person) => person !== one));
    switch (random.below(10)) {
      case 0:
        network.cut(one.machine, other.machine);
        return;
      case 1:
        network.heal(one.machine, other.machine);
        return;
      case 2:
        network.unplug(one.machine);
        return;
      case 3:
        network.plug(one.machine);
        return;
      case 4:
        if (one.isRunning) one.kill();
        else await one.start();
        return;
      case 5:
        if (one.isRunning) await one.stop();
        else await one.start();
        return;
      default:
        if (one.isRunning) await this.#talk(one, other, random.below(3));
    }
  }

  async #talk(author: Actor, other: Actor, kind: number): Promise<void> {
    const text = `${author.name} ${this.sent.length}`;
    const known = author.node.state.people.get(other.peerId)?.linked === true && author.isLinkedWith(other);
    if (kind === 0 && !known) return;
    const { id } = await (kind === 0 ? author.tell(other, text) : author.say(text));
    this.sent.push({ id, author, text });
  }

  check(): void {
    const { people } = this;
    const names = people.map(({ name }) => name);
    for (const person of people) {
      expect(person.sees, `who ${person.name} sees`).toEqual(names.filter((name) => name !== person.name));
      expect(person.links.links.size, `links of ${person.name}`).toBe(people.length - 1);
      expect(person.warnings, `warnings of ${person.name}`).toEqual([]);
    }
    // Two sides of every connection that is left, and no second one beside it.
    expect(this.scenario.network.connections.size).toBe((people.length * (people.length - 1)) / 2);
    const said = new Map(this.sent.map((message) => [message.id, message]));
    for (const person of people) {
      for (const run of person.runs) {
        const shown = person.messagesShown(run);
        expect(new Set(shown.map(({ id }) => id)).size, `${person.name} shows each once`).toBe(shown.length);
        for (const { id, author, text } of shown)
          expect({ author, text }).toEqual({ author: said.get(id)?.author.peerId, text: said.get(id)?.text });
      }
    }
    for (const { id, author, text } of this.sent) {
      for (const name of author.deliveredTo(id)) {
        const reader = people.find((person) => person.name === name)!;
        const shown = reader.runs.some((run) => reader.messagesShown(run).some((message) => message.id === id));
        expect(shown, `${name} confirmed “${text}”`).toBe(true);
      }
    }
    this.#checkNothingIsPending();
  }

  /** What somebody sent in the present run has reached all for whom it was, also those who were away. */
  #checkNothingIsPending(): void {
    for (const person of this.people)
      for (const event of person.run.events) {
        if (event.type !== 'message-added' || !event.message.own) continue;
        const { destination, id, text } = event.message;
        const others = this.people.filter((other) => other !== person).map(({ name }) => name);
        const names = destination.kind === 'person' ? [person.nameOf(destination.peerId)] : others;
        expect(person.deliveredTo(id).sort(), text).toEqual(names.sort());
      }
  }
}

describe('whatever happens, it ends well', () => {
  for (const seed of seeds)
    test(`seed ${seed}`, async () => {
      const storm = new Storm(seed);
      await storm.blow();
      storm.check();
      await storm.scenario.end();
    });
});
