// Two honest nodes on the loopback, linked with each other, and how to see that they still talk while somebody attacks
// one of them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type LogRecord, type MmchatNode, type NodeEvent, type NodeOptions } from '../../src/index.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';

const WAIT_MS = 20_000;

export interface HonestNode {
  readonly node: MmchatNode;
  readonly name: string;
  readonly address: HostPort;
  readonly events: NodeEvent[];
  readonly logged: LogRecord[];
}

/** A node on the loopback, without discovery. */
async function startNode(name: string, dataDir: string, options: NodeOptions = {}): Promise<HonestNode> {
  const events: NodeEvent[] = [];
  const logged: LogRecord[] = [];
  const node = await createNode({
    name,
    dataDir,
    port: 0,
    mdns: false,
    interfaces: ['127.0.0.1'],
    logLevel: 'info',
    log: (record) => logged.push(record),
    ...options,
  });
  node.on((event) => events.push(event));
  await node.start();
  const port = Number(/\/tcp\/(\d+)/.exec(node.status().addresses[0] ?? '')?.[1]);
  return { node, name, address: { host: '127.0.0.1', port }, events, logged };
}

/** Waits until `find` gives something; it is asked again after every event of the node. */
export async function eventually<Found>(
  { node }: HonestNode,
  what: string,
  find: () => Found | undefined | false,
  withinMs = WAIT_MS,
): Promise<Found> {
  const timeout = AbortSignal.timeout(withinMs);
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (timeout.aborted) throw new Error(`waited in vain for: ${what}`);
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        off();
        timeout.removeEventListener('abort', wake);
        resolve();
      };
      const off = node.on(wake);
      timeout.addEventListener('abort', wake);
    });
  }
}

/** How often a text was shown. */
export function timesShown({ events }: HonestNode, text: string): number {
  const shown = events.flatMap((event) =>
    event.type === 'message-added' ? event.message : event.type === 'messages-added' ? event.messages : [],
  );
  return shown.filter((message) => message.text === text).length;
}

export function linkEnds({ logged }: HonestNode, peerId: string): unknown[] {
  return logged
    .filter(({ message, fields }) => message === 'a link ended' && fields['peer'] === peerId)
    .map(({ fields }) => fields['reason']);
}

export class HonestPair {
  readonly alice: HonestNode;
  readonly bob: HonestNode;
  readonly #folder: string;
  #said = 0;

  private constructor(alice: HonestNode, bob: HonestNode, folder: string) {
    this.alice = alice;
    this.bob = bob;
    this.#folder = folder;
  }

  static async start(): Promise<HonestPair> {
    const folder = await mkdtemp(join(tmpdir(), 'mmchat-hostile-'));
    const alice = await startNode('alice', join(folder, 'alice'));
    const bob = await startNode('bob', join(folder, 'bob'), { peers: [`127.0.0.1:${alice.address.port}`] });
    const pair = new HonestPair(alice, bob, folder);
    await pair.talk();
    return pair;
  }

  /** Each to the other and to everyone; resolves with the milliseconds until all four were receipted. */
  async talk(): Promise<number> {
    const startMs = performance.now();
    const peerIdOf = ({ node }: HonestNode): string => node.status().peerId;
    for (const [from, to] of [
      [this.alice, this.bob],
      [this.bob, this.alice],
    ] as const) {
      await eventually(from, `${to.name} to be online`, () => from.node.state.people.get(peerIdOf(to))?.online);
      for (const destination of [{}, { to: peerIdOf(to) }]) {
        const text = `message ${++this.#said} of ${from.name}`;
        const { id } = await from.node.chat.send({ text, ...destination });
        await eventually(to, text, () => timesShown(to, text) === 1);
        await eventually(from, `the receipt of ${text}`, () =>
          from.events.some(
            (event) => event.type === 'message-delivered' && event.messageId === id && event.peerId === peerIdOf(to),
          ),
        );
      }
    }
    return performance.now() - startMs;
  }

  async stop(): Promise<void> {
    await Promise.all([this.alice.node.stop(), this.bob.node.stop()]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
