// People on a LAN in memory, for tests that read like a specification: whole nodes through their front door, on virtual
// time, with a network that does what it is told.

import { join } from 'node:path';
import { createSigner } from '../../src/base/ed25519.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { MmchatNode } from '../../src/contracts/node.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';
import type { History } from '../../src/contracts/history.ts';
import type { GuestFiles } from '../../src/contracts/guest-files.ts';
import type { Identity, Profile, RememberedPerson, TransferRecord } from '../../src/contracts/stores.ts';
import { DiskSoundFiles } from '../../src/devices/sound-files.ts';
import type { NodeEnvironment } from '../../src/environment.ts';
import { buildNode } from '../../src/node.ts';
import type { NodeOptions } from '../../src/options.ts';
import type { NodeEvent } from '../../src/state/events.ts';
import type { Message, PeerId } from '../../src/state/values.ts';
import { MemoryValueStore } from '../../src/store/memory-value-store.ts';
import { deriveNetworkSecrets } from '../../src/store/network-secrets.ts';
import { devicesWithEar, Ear } from './call-sound.ts';
import { MemoryDisk, SqliteDisk, type Disk } from './disks.ts';
import { MemoryDiscovery } from './memory-discovery.ts';
import { MemoryBulk, MemoryBulkNetwork, MemoryFiles } from './memory-bulk.ts';
import { MemoryLinks } from './memory-links.ts';
import { MemoryMediaNetwork, MemoryMediaTransport } from './memory-media.ts';
import { MemoryNetwork, type Machine } from './memory-network.ts';
import { NO_VIDEO_CODECS, NO_VIDEO_DEVICES } from './no-picture.ts';
import { plainCodecs } from './plain-codecs.ts';
import { plainVideoCodecs, plainVideoDevices, type Eye } from './plain-video.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';
import { SlowDisk } from './slow-disk.ts';
import { ProcessClock, VirtualClock } from './virtual-clock.ts';

/** How long a disk takes until what it was given is safe. */
const DISK_MS = { least: 1, more: 20 } as const;

/** Long enough for two who were just started to be linked and to know each other's names. */
export const MEETING_MS = 3_000;

export interface ScenarioOptions {
  readonly seed?: number;
  readonly latencyMs?: number;
  /** Disks take their time: what they haven't confirmed when somebody is killed never happened. */
  readonly slowDisks?: boolean;
  /** Histories are real SQLite files in this folder, cut back to what was synced at every kill. @default in memory */
  readonly diskFolder?: string;
}

export class Scenario {
  readonly slowDisks: boolean;
  readonly #diskFolder: string | undefined;
  #disks = 0;
  readonly random: SeededRandom;
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly bulk: MemoryBulkNetwork;
  readonly media: MemoryMediaNetwork;
  readonly people: Actor[] = [];

  constructor(options: ScenarioOptions = {}) {
    this.slowDisks = options.slowDisks === true;
    this.#diskFolder = options.diskFolder;
    this.random = seededRandom(options.seed ?? 1);
    this.network = new MemoryNetwork({ ...options, clock: this.clock, random: this.random });
    this.bulk = new MemoryBulkNetwork(this.network);
    this.media = new MemoryMediaNetwork(this.network);
  }

  /** Somebody with a machine of their own, not running yet. */
  person(name: string, options: NodeOptions = {}, machine: Machine = this.network.machine(name)): Actor {
    const actor = new Actor(this, name, machine, options);
    this.people.push(actor);
    return actor;
  }

  /** People with a machine each, started, who have met. */
  async meeting(...names: string[]): Promise<Actor[]> {
    const actors = names.map((name) => this.person(name));
    for (const actor of actors) await actor.start();
    await this.pass(MEETING_MS);
    return actors;
  }

  newDisk(): Disk {
    if (this.#diskFolder === undefined) return new MemoryDisk();
    this.#disks += 1;
    return new SqliteDisk(join(this.#diskFolder, String(this.#disks)), this.random);
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Lets time pass until this holds; says how long it took. Fails after `limitMs`. */
  async until(what: string, holds: () => boolean, limitMs = 60_000): Promise<number> {
    const startedMs = this.clock.monotonicMs();
    while (!holds()) {
      const waitedMs = this.clock.monotonicMs() - startedMs;
      if (waitedMs >= limitMs) throw new Error(`not within ${limitMs} virtual ms: ${what}`);
      await this.pass(10);
    }
    return this.clock.monotonicMs() - startedMs;
  }

  /** Lets time pass until this is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let settled = false;
    const done = (): void => void (settled = true);
    work.then(done, done);
    await this.until('something that was begun', () => settled);
    return work;
  }

  async end(): Promise<void> {
    await this.run(Promise.all(this.people.map((actor) => actor.stop())));
  }
}

/** Scenarios are about words; files of guests are tried on real disks. */
const NO_GUEST_FILES: GuestFiles = {
  clear: () => Promise.resolve(),
  create: () => Promise.reject(new Error('no files of guests in scenarios')),
  read: () => {
    throw new Error('no files of guests in scenarios');
  },
  remove: () => Promise.resolve(),
};

/** One process of somebody. */
interface Run {
  readonly node: MmchatNode;
  readonly clock: ProcessClock;
  readonly events: NodeEvent[];
  links?: MemoryLinks;
  discovery?: MemoryDiscovery;
  bulk?: MemoryBulk;
  media?: MemoryMediaTransport;
}

export class Actor {
  readonly name: string;
  readonly machine: Machine;
  readonly peerId: PeerId;
  readonly identity: Identity;
  readonly #scenario: Scenario;
  readonly #options: NodeOptions;
  readonly #profiles = new MemoryValueStore<Profile>({ startId: 0, rooms: [] });
  readonly #people = new MemoryValueStore<readonly RememberedPerson[]>([]);
  readonly #transfers = new MemoryValueStore<readonly TransferRecord[]>([]);
  /** Instead of the real server for classic clients. */
  makeClassic?: NonNullable<NodeEnvironment['makeClassic']>;
  /** What lies on their disk. */
  readonly files = new MemoryFiles();
  readonly ear = new Ear();
  /** Without, their machine has nothing to do with pictures. */
  eye: Eye | undefined;
  space = { freeBytes: 1e12, totalBytes: 1e12 };
  readonly #disk: Disk;
  /** How wrong the clock on their wall is. */
  wallErrorMs = 0;
  /** Every run, the present one last. */
  readonly runs: Run[] = [];
  #running: Run | undefined;

  constructor(scenario: Scenario, name: string, machine: Machine, options: NodeOptions, identity?: Identity) {
    this.#scenario = scenario;
    this.#disk = scenario.newDisk();
    this.name = name;
    this.machine = machine;
    this.#options = options;
    this.identity = identity ?? identityOf(scenario.random.bytes(32));
    this.peerId = this.identity.peerId;
  }

  /** Another machine with a copy of this one's data folder. */
  clone(name: string): Actor {
    const machine = this.#scenario.network.machine(name);
    const actor = new Actor(this.#scenario, name, machine, this.#options, this.identity);
    this.#scenario.people.push(actor);
    return actor;
  }

  /** Puts people into the memory of earlier runs. */
  remembers(people: readonly RememberedPerson[]): Promise<void> {
    return this.#people.save(people);
  }

  /** What their disk has to do after a kill. A real one takes real time: outside of `run`. */
  diskReady(): Promise<void> {
    return this.#disk.ready();
  }

  async start(): Promise<void> {
    await this.#disk.ready();
    const clock = new ProcessClock(this.#scenario.clock, this.wallErrorMs);
    const run: Run = {
      node: buildNode(
        this.#nodeOptions,
        this.#environment(clock, () => run),
      ),
      clock,
      events: [],
    };
    run.node.on((event) => run.events.push(event));
    this.runs.push(run);
    this.#running = run;
    await run.node.start();
  }

  get #nodeOptions(): NodeOptions {
    return { name: this.name, dataDir: `/memory/${this.name}`, ...this.#options };
  }

  #environment(clock: ProcessClock, runOf: () => Run): NodeEnvironment {
    const { network, random } = this.#scenario;
    return {
      clock,
      random,
      userName: () => this.name,
      openMemory: () =>
        Promise.resolve({
          identity: this.identity,
          profiles: this.#profiles,
          people: this.#people,
          transfers: this.#transfers,
        }),
      makeHistory: ({ random: chance }) => this.#openHistory(clock, chance),
      makeMemoryHistory: () => {
        throw new Error('there is a history');
      },
      // The "file" is the text of the key itself.
      readNetworkSecrets: deriveNetworkSecrets,
      listAddresses: () => (this.machine.plugged ? this.machine.addresses : []),
      makeLinks: (options) => (runOf().links = new MemoryLinks(network, this.machine, options)),
      makeDiscovery: (parts) => (runOf().discovery = new MemoryDiscovery(network, this.machine, parts)),
      makeBulk: () => (runOf().bulk = new MemoryBulk(this.#scenario.bulk, this.machine, this.files, clock)),
      makeMedia: (options) => (runOf().media = new MemoryMediaTransport(this.#scenario.media, this.machine, options)),
      freeSpace: () => Promise.resolve(this.space),
      makeAudioCodecs: () => plainCodecs,
      makeAudioDevices: (one) => devicesWithEar(one, this.ear),
      makeVideoCodecs: () => (this.eye === undefined ? NO_VIDEO_CODECS : plainVideoCodecs(this.eye)),
      makeVideoDevices: (one) => (this.eye === undefined ? NO_VIDEO_DEVICES : plainVideoDevices(one, this.eye)),
      soundFiles: new DiskSoundFiles(),
      makeGuestFiles: () => NO_GUEST_FILES,
      removeFile: () => Promise.resolve(),
      ...(this.makeClassic === undefined ? {} : { makeClassic: this.makeClassic }),
    };
  }

  /** Puts the history away as it is; the result puts it back. To be called while they are off. */
  backUp(): () => void {
    return this.#disk.backUp();
  }

  #openHistory(clock: Clock, random: Random): History {
    const history = this.#disk.open({ clock, random, machine: this.machine.name });
    if (!this.#scenario.slowDisks) return history;
    return new SlowDisk(history, clock, () => DISK_MS.least + this.#scenario.random.below(DISK_MS.more));
  }

  /** Says goodbye and ends, as on Ctrl-C. */
  async stop(): Promise<void> {
    const run = this.#running;
    this.#running = undefined;
    await run?.node.stop();
  }

  /** As by kill -9, or a power cut: nobody is told anything by the program. */
  kill(): void {
    const run = this.#running;
    this.#running = undefined;
    run?.clock.kill();
    run?.links?.kill();
    run?.discovery?.kill();
    run?.bulk?.kill();
    run?.media?.kill();
    this.#disk.killed();
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get run(): Run {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error(`${this.name} was never started`);
    return run;
  }

  get node(): MmchatNode {
    return this.run.node;
  }

  get links(): MemoryLinks {
    return this.run.links!;
  }

  say(text: string): Promise<{ id: string; at: number }> {
    return this.node.chat.send({ text });
  }

  tell(to: Actor | string, text: string): Promise<{ id: string; at: number }> {
    return this.node.chat.send({ text, to: typeof to === 'string' ? to : to.peerId });
  }

  sayIn(room: string, text: string): Promise<{ id: string; at: number }> {
    return this.node.chat.send({ text, room });
  }

  /** Everybody shown as online, as `name` or `(name)` when not linked, in alphabetical order. */
  get sees(): string[] {
    return [...this.node.state.people.values()]
      .filter(({ online }) => online)
      .map(({ name, linked }) => (linked ? name : `(${name})`))
      .sort();
  }

  isLinkedWith(other: Actor): boolean {
    return this.links.links.has(other.peerId);
  }

  /** Messages of others that were shown in this run, in the order of their arrival: `alice: hello`. */
  get heard(): string[] {
    return this.messagesShown().map((message) => `${this.nameOf(message.author)}: ${textOf(message)}`);
  }

  messagesShown(run: Run = this.run): Message[] {
    return run.events
      .flatMap((event) => {
        if (event.type === 'message-added') return [event.message];
        return event.type === 'messages-added' ? event.messages : [];
      })
      .filter(({ own }) => !own);
  }

  /** Names of those who confirmed this message, in the order in which they did. */
  deliveredTo(id: string): string[] {
    return this.runs
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.type === 'message-delivered' && event.messageId === id ? [event.peerId] : []))
      .map((peerId) => this.nameOf(peerId));
  }

  get warnings(): string[] {
    return this.run.events.flatMap((event) => (event.type === 'warning' ? event.warning.code : []));
  }

  /** How others are called here. */
  nameOf(peerId: PeerId): string {
    return this.node.state.people.get(peerId)?.name ?? peerId;
  }

  membersOf(room: string): string[] {
    return (this.node.state.rooms.get(room)?.members ?? []).map((peerId) => this.nameOf(peerId)).sort();
  }
}

export function identityOf(seed: Uint8Array): Identity {
  const { publicKey } = createSigner(seed);
  return { seed, publicKey, peerId: peerIdOfKey(publicKey) };
}

function textOf({ kind, text }: Message): string {
  return kind === 'text' ? text : `(${kind})`;
}
