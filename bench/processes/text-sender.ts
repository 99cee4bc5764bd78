// The sending process of `bench text`.

import { connect, type Socket } from 'node:net';
import { createNode } from '../../src/index.ts';
import { LOOPBACK } from '../support/loopback.ts';
import { nowMicros, stampedText } from '../support/stamp.ts';
import { openStream, startBareLibp2p } from './bare-libp2p.ts';
import type { TextReceiverPorts } from './text-receiver.ts';

export type Way = 'node:net' | 'libp2p' | 'mmchat';

export interface TextSender {
  /** Links to the receiver by every way, and tells the own peer id. */
  open(params: { dataDir: string; receiver: TextReceiverPorts }): Promise<{ peerId: string }>;
  /** Sends texts one by one: each when the one before has arrived, and not before so many milliseconds. */
  pace(params: { way: Way; bytes: number; count: number; paceMs: number }): Promise<void>;
  /**
   * Through the library, one by one, each when the one before has been confirmed: microseconds from the sending until it
   * is durable here, and until its receipt is.
   */
  confirm(params: { bytes: number; count: number }): Promise<{ durable: number[]; receipted: number[] }>;
  /** Sends texts as fast as they are taken; tells how many seconds it took until the last one had arrived. */
  flood(params: { way: Way; bytes: number; count: number }): Promise<number>;
}

/** Texts on their way at one time in a flood. */
const WINDOW = 256;
const ARRIVAL_DEADLINE_MS = 20_000;

/** Gives a promise when the next one has to wait. */
type Send = (text: string) => Promise<unknown> | undefined;
type Node = Awaited<ReturnType<typeof createNode>>;

export function textSender(): TextSender {
  const ways = new Map<Way, Send>();
  let arrivals: Arrivals | undefined;
  let own: { readonly node: Node; readonly receiver: string } | undefined;
  const parts = (way: Way): { send: Send; arrivals: Arrivals } => {
    const send = ways.get(way);
    if (send === undefined || arrivals === undefined) throw new Error(`${way} is not open.`);
    return { send, arrivals };
  };
  return {
    async open({ dataDir, receiver }) {
      arrivals = new Arrivals(await open(receiver.acknowledgements));
      const socket = await open(receiver.socket);
      ways.set('node:net', (text) => {
        return socket.write(text) ? undefined : new Promise((resolve) => socket.once('drain', resolve));
      });
      const stream = await openStream(await startBareLibp2p(), receiver.libp2p);
      ways.set('libp2p', (text) => {
        return stream.send(Buffer.from(text)) ? undefined : stream.onDrain();
      });
      const node = await createNode({ name: 'alice', dataDir, port: 0, mdns: false, interfaces: [LOOPBACK] });
      await node.start();
      await node.peers.connect(`${LOOPBACK}:${receiver.node}`);
      own = { node, receiver: receiver.peerId };
      // It is under way when this returns; that it is on the disk comes later, and has a row of its own.
      ways.set('mmchat', (text) => void node.chat.send({ to: receiver.peerId, text }));
      return { peerId: node.status().peerId };
    },
    async pace({ way, bytes, count, paceMs }) {
      const { send, arrivals } = parts(way);
      for (let sent = 0; sent < count; sent++) {
        const next = new Promise((resolve) => setTimeout(resolve, paceMs));
        const arrived = arrivals.after(1);
        await send(stampedText(bytes));
        await Promise.all([arrived, next]);
      }
    },
    async confirm({ bytes, count }) {
      if (own === undefined) throw new Error('The library is not open.');
      const micros: { durable: number[]; receipted: number[] } = { durable: [], receipted: [] };
      for (let sent = 0; sent < count; sent++) {
        const { durable, receipted } = await confirmed(own.node, own.receiver, stampedText(bytes));
        micros.durable.push(durable);
        micros.receipted.push(receipted);
      }
      return micros;
    },
    async flood({ way, bytes, count }) {
      const { send, arrivals } = parts(way);
      const began = nowMicros();
      const all = arrivals.after(count);
      for (let sent = 0; sent < count; sent++) {
        if (sent - arrivals.sinceAfter >= WINDOW) await arrivals.next();
        const full = send(stampedText(bytes));
        if (full !== undefined) await full;
      }
      await all;
      return (nowMicros() - began) / 1e6;
    },
  };
}

async function confirmed(node: Node, to: string, text: string): Promise<{ durable: number; receipted: number }> {
  const stop = new AbortController();
  const deliveries = new Map<string, number>();
  const began = nowMicros();
  let wake: () => void = () => undefined;
  node.on(
    (event) => {
      if (event.type !== 'message-delivered') return;
      deliveries.set(event.messageId, nowMicros() - began);
      wake();
    },
    { signal: stop.signal },
  );
  const { id } = await node.chat.send({ to, text });
  const durable = nowMicros() - began;
  const timer = setTimeout(() => wake(), ARRIVAL_DEADLINE_MS);
  while (!deliveries.has(id) && nowMicros() - began < ARRIVAL_DEADLINE_MS * 1000)
    await new Promise<void>((resolve) => (wake = resolve));
  clearTimeout(timer);
  stop.abort();
  const receipted = deliveries.get(id);
  if (receipted === undefined) throw new Error('A text was not confirmed.');
  return { durable, receipted };
}

/** Counts what the receiver acknowledges, a byte for each text. */
class Arrivals {
  /** How many came since the last `after`. */
  sinceAfter = 0;
  #wanted = 0;
  #all: (() => void) | undefined;
  #next: (() => void) | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.sinceAfter += chunk.length;
      this.#next?.();
      if (this.sinceAfter >= this.#wanted) this.#all?.();
    });
  }

  /** Resolves when so many more have arrived. */
  async after(count: number): Promise<void> {
    this.sinceAfter = 0;
    this.#wanted = count;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`Only ${this.sinceAfter} of ${count} texts arrived.`));
      }, ARRIVAL_DEADLINE_MS);
      this.#all = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => (this.#next = resolve));
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: LOOPBACK, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}
