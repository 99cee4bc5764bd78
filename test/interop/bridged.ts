// A super-peer with its guests, and peers beside it: real programs' parts on loopback, without discovery.

import { join } from 'node:path';
import { buildNode } from '../../src/node.ts';
import type { MmchatNode } from '../../src/contracts/node.ts';
import type { NodeOptions } from '../../src/options.ts';
import { runSuperPeer, type RunningSuperPeer } from '../../src/run-super-peer.ts';
import type { NodeEvent } from '../../src/state/events.ts';
import type { Call, Message, Transfer } from '../../src/state/values.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { ClassicClient } from './classic-client.ts';

const HOST = '127.0.0.1';
const PATIENCE_MS = 20_000;

/** Everything on loopback, found by hand only. */
function options(name: string, folder: string): NodeOptions {
  return {
    name,
    dataDir: join(folder, name),
    downloads: join(folder, `${name} downloads`),
    mdns: false,
    interfaces: ['lo'],
    port: 0,
    udpPort: 0,
    filePort: 0,
    audioInput: 'tone:880',
    audioOutput: `file:${recordingOf(name, folder)}`,
  };
}

function recordingOf(name: string, folder: string): string {
  return join(folder, `${name} heard.wav`);
}

export class Peer {
  readonly node: MmchatNode;
  /** What was heard in calls. */
  readonly recording: string;
  readonly events: NodeEvent[] = [];

  constructor(node: MmchatNode, recording: string) {
    this.node = node;
    this.recording = recording;
    node.on((event) => void this.events.push(event));
  }

  /** Resolves as soon as this holds. */
  until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const unsubscribe = this.node.on(() => {
        if (!holds()) return;
        done();
        resolve();
      });
      const timer = setTimeout(() => {
        done();
        reject(new Error(`not within ${PATIENCE_MS} ms: ${what}`));
      }, PATIENCE_MS);
      const done = (): void => {
        clearTimeout(timer);
        unsubscribe();
      };
    });
  }

  get messages(): Message[] {
    return this.events.flatMap((event) =>
      event.type === 'message-added' ? [event.message] : event.type === 'messages-added' ? event.messages : [],
    );
  }

  async hears(text: string): Promise<Message> {
    const find = (): Message | undefined => this.messages.find((message) => message.text === text);
    await this.until(`${this.node.state.self.name} hears ${text.slice(0, 40)}`, () => find() !== undefined);
    return find()!;
  }

  /** The file of that name, when it is whole and here. */
  async receives(name: string): Promise<Transfer> {
    const find = (): Transfer | undefined =>
      [...this.node.state.transfers.values()].find(
        (one) => one.direction === 'incoming' && one.name === name && one.phase === 'done',
      );
    await this.until(`${this.node.state.self.name} has ${name}`, () => find() !== undefined);
    return find()!;
  }

  /** A call that rings here. */
  async rings(): Promise<Call> {
    const find = (): Call | undefined => [...this.node.state.calls.values()].find(({ phase }) => phase === 'incoming');
    await this.until(`it rings at ${this.node.state.self.name}`, () => find() !== undefined);
    return find()!;
  }

  nameOf(id: string): string {
    return this.node.state.people.get(id)?.name ?? id;
  }

  async sees(...names: string[]): Promise<void> {
    await this.until(`${this.node.state.self.name} sees ${names.join(', ')}`, () => {
      const online = new Set([...this.node.state.people.values()].filter((one) => one.online).map((one) => one.name));
      return names.every((name) => online.has(name));
    });
  }

  async seesNoMore(name: string): Promise<void> {
    await this.until(`${name} is gone`, () => {
      const known = [...this.node.state.people.values()].find((one) => one.name === name);
      return known?.online !== true;
    });
  }
}

export class Bridged implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #running: { stop(): Promise<void> }[] = [];
  readonly #clients: ClassicClient[] = [];

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  static async open(): Promise<Bridged> {
    return new Bridged(await temporaryFolder());
  }

  get folder(): string {
    return this.#folder.path;
  }

  async superPeer(name: string, more: NodeOptions = {}, ...known: Peer[]): Promise<RunningSuperPeer & { peer: Peer }> {
    const superPeer = await runSuperPeer(
      {
        ...options(name, this.folder),
        classicTcpPort: 0,
        classicUdpPort: 0,
        classicBind: HOST,
        peers: known.map(addressOf),
        ...more,
      },
      { mesh: true },
    );
    this.#running.push(superPeer);
    if (superPeer.node === undefined) throw new Error('there is a mesh');
    return { ...superPeer, peer: new Peer(superPeer.node, recordingOf(name, this.folder)) };
  }

  peer(name: string, ...known: Peer[]): Promise<Peer> {
    return this.peerWith(name, {}, ...known);
  }

  async peerWith(name: string, more: NodeOptions, ...known: Peer[]): Promise<Peer> {
    const node = buildNode({ ...options(name, this.folder), peers: known.map(addressOf), ...more });
    const peer = new Peer(node, recordingOf(name, this.folder));
    this.#running.push(peer.node);
    await peer.node.start();
    for (const other of known) await peer.sees(other.node.state.self.name);
    return peer;
  }

  async guest(superPeer: RunningSuperPeer, name: string): Promise<ClassicClient> {
    const client = await ClassicClient.join(superPeer.status(), name);
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all(this.#running.map((one) => one.stop()));
    await this.#folder[Symbol.asyncDispose]();
  }
}

function addressOf({ node }: Peer): string {
  const [first] = node.status().addresses;
  if (first === undefined) throw new Error('no address');
  return first;
}
