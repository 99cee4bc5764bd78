// A process that hosts many nodes: half a room of `bench fanout`, or the peers of `bench idle`.

import path from 'node:path';
import { createNode, messageOf, type MmchatNode } from '../../src/index.ts';
import { LOOPBACK } from '../support/loopback.ts';
import { microsSince, nowMicros, stampedText } from '../support/stamp.ts';

export interface NodeHost {
  /** Starts so many nodes more, at once; tells why some did not start, and where the first one listens. */
  start(params: NodeHostOptions): Promise<{ failures: string[]; port: number }>;
  /** Resolves when every node here is linked with at least so many; tells when that was, null when it took too long. */
  linked(params: { count: number; deadlineMs: number }): Promise<{ atMicros: number | null; least: number }>;
  /** Lets all nodes here join, and resolves when each of them knows so many other members. */
  join(params: { room: string; others: number; deadlineMs: number }): Promise<void>;
  /** One of the nodes here says something in the room. */
  say(params: { index: number; room: string; bytes: number }): Promise<void>;
  /** Microseconds that each message since the last call took. */
  collect(params: object): Promise<number[]>;
  /** Microseconds of processor time that this process has used. */
  cpu(params: object): Promise<number>;
}

export interface NodeHostOptions {
  readonly dataDir: string;
  /** First part of the names. */
  readonly name: string;
  readonly count: number;
  /** Dialled by all of them; without it they find each other by discovery only. */
  readonly seedPort?: number;
  readonly discovery?: boolean;
  readonly networkKeyFile?: string;
}

export function nodeHost(): NodeHost {
  const nodes: MmchatNode[] = [];
  let micros: number[] = [];
  return {
    async start({ dataDir, name, count, seedPort, discovery = false, networkKeyFile }) {
      const failures: string[] = [];
      const startOne = async (index: number): Promise<void> => {
        try {
          const node = await createNode({
            name: `${name}${index}`,
            dataDir: path.join(dataDir, String(index)),
            port: 0,
            mdns: discovery,
            interfaces: [LOOPBACK],
            peers: seedPort === undefined ? [] : [`${LOOPBACK}:${seedPort}`],
            ...(networkKeyFile === undefined ? {} : { networkKeyFile }),
          });
          node.on((event) => {
            if (event.type !== 'message-added' || event.message.own) return;
            const took = microsSince(event.message.text);
            if (took !== undefined) micros.push(took);
          });
          await node.start();
          nodes.push(node);
        } catch (error) {
          failures.push(messageOf(error));
        }
      };
      await Promise.all(Array.from({ length: count }, (_, index) => startOne(index)));
      const address = nodes[0]?.status().addresses[0] ?? '';
      return { failures, port: Number(/\/tcp\/(\d+)/u.exec(address)?.[1]) };
    },
    async linked({ count, deadlineMs }) {
      const links = (node: MmchatNode): number =>
        [...node.state.people.values()].filter((person) => person.linked).length;
      const done = await until(nodes, (node) => links(node) >= count, deadlineMs);
      return { atMicros: done ? nowMicros() : null, least: Math.min(...nodes.map(links)) };
    },
    async join({ room, others, deadlineMs }) {
      await Promise.all(nodes.map((node) => node.rooms.join(room)));
      const members = (node: MmchatNode): number => node.state.rooms.get(room)?.members.length ?? 0;
      if (!(await until(nodes, (node) => members(node) >= others, deadlineMs)))
        throw new Error(`Not everybody came to know everybody in the room in ${deadlineMs / 1000} s.`);
    },
    async say({ index, room, bytes }) {
      await nodes[index]?.chat.send({ room, text: stampedText(bytes) });
    },
    async collect() {
      const collected = micros;
      micros = [];
      return collected;
    },
    async cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
}

/** Whether it became true for all of them in time. */
async function until(
  nodes: readonly MmchatNode[],
  isTrue: (node: MmchatNode) => boolean,
  deadlineMs: number,
): Promise<boolean> {
  const waiting = nodes
    .filter((node) => !isTrue(node))
    .map(
      (node) =>
        new Promise<void>((resolve) => {
          const unsubscribe = node.subscribe(() => {
            if (!isTrue(node)) return;
            unsubscribe();
            resolve();
          });
        }),
    );
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), deadlineMs)));
  const done = await Promise.race([Promise.all(waiting).then(() => true), tooLate]);
  clearTimeout(timer);
  return done;
}
