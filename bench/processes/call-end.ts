// One end of calls: a node with devices of the bench, and beside it a plain UDP echo.

import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { PictureTimes } from '../inside/bench-picture.ts';
import type { SoundTimes } from '../inside/bench-sound.ts';
import { CallingNode, type CallingNodeOptions } from '../inside/calling-node.ts';
import { LOOPBACK } from '../support/loopback.ts';
import { nowMicros } from '../support/stamp.ts';

export interface CallEnd {
  start(params: CallingNodeOptions): Promise<{ port: number; peerId: string }>;
  linked(params: { count: number }): Promise<void>;
  /** Resolves when they are heard; tells when it was asked for. */
  call(params: { peerId: string }): Promise<{ atMicros: number }>;
  joinRoom(params: { room: string }): Promise<void>;
  /** Resolves when so many others are in the call of the room. */
  joinCall(params: { room: string; others: number; starts: boolean }): Promise<void>;
  /** Of all others together: frames lost, rebuilt, made up; how many are heard by UDP. */
  counts(params: object): Promise<CallCounts>;
  end(params: object): Promise<void>;
  ended(params: object): Promise<void>;
  /** Of the call that has ended. */
  times(params: object): Promise<SoundTimes>;
  /** Since the last call of this. */
  pictures(params: object): Promise<PictureTimes>;
  /** Microseconds of processor time so far. */
  cpu(params: object): Promise<number>;
  /** Answers each datagram with itself. */
  echo(params: object): Promise<{ port: number }>;
  /** Microseconds from sending to the answer, of datagrams of 200 bytes. */
  ping(params: { port: number; count: number; paceMs: number }): Promise<number[]>;
}

export interface CallCounts {
  readonly received: number;
  readonly lost: number;
  readonly recovered: number;
  readonly concealed: number;
  readonly byUdp: number;
  readonly byLink: number;
  /** The longest time by which the microphone was asked too late, since the last call of this. */
  readonly standStillMs: number;
  /** How often a program that plays said that it had nothing to play. */
  readonly underruns: number;
}

const PING_BYTES = 200;
const PATIENCE_MS = 500;

export function callEnd(): CallEnd {
  let node: CallingNode | undefined;
  const own = (): CallingNode => {
    if (node === undefined) throw new Error('There is no node yet.');
    return node;
  };
  return {
    async start(options) {
      node = new CallingNode(options);
      return node.start();
    },
    linked: ({ count }) => own().linked(count),
    call: ({ peerId }) => own().call(peerId),
    joinRoom: ({ room }) => own().joinRoom(room),
    joinCall: ({ room, others, starts }) => own().joinCall(room, others, starts),
    async counts() {
      const standStillMs = own().takeStandStillMs();
      const counts = { received: 0, lost: 0, recovered: 0, concealed: 0, byUdp: 0, byLink: 0, standStillMs };
      for (const { audio, path } of own().stats()) {
        counts.received += audio.packetsReceived;
        counts.lost += audio.packetsLost;
        counts.recovered += audio.packetsRecovered;
        counts.concealed += audio.packetsConcealed;
        counts.byUdp += path === 'udp' ? 1 : 0;
        counts.byLink += path === 'link' ? 1 : 0;
      }
      return { ...counts, underruns: own().underruns };
    },
    end: () => own().end(),
    ended: () => own().ended(),
    times: async () => own().collect(),
    pictures: async () => own().collectPictures(),
    async cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    async echo() {
      const socket = await bound();
      socket.on('message', (bytes, { port }) => socket.send(bytes, port, LOOPBACK));
      return { port: socket.address().port };
    },
    ping: async ({ port, count, paceMs }) => ping(port, count, paceMs),
  };
}

async function bound(): Promise<Socket & { address(): AddressInfo }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve));
  return socket;
}

async function ping(port: number, count: number, paceMs: number): Promise<number[]> {
  const socket = await bound();
  const micros: number[] = [];
  socket.on('message', (bytes) => micros.push(nowMicros() - bytes.readDoubleLE(0)));
  for (let sent = 0; sent < count; sent++) {
    const datagram = Buffer.alloc(PING_BYTES);
    datagram.writeDoubleLE(nowMicros());
    socket.send(datagram, port, LOOPBACK);
    await new Promise((resolve) => setTimeout(resolve, paceMs));
  }
  for (let waited = 0; micros.length < count && waited < PATIENCE_MS; waited += paceMs)
    await new Promise((resolve) => setTimeout(resolve, paceMs));
  socket.close();
  return micros;
}
