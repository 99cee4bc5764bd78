// Many clients in one process: they connect, join, write lines and datagrams as they are, and count what comes.

import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { LOOPBACK } from '../support/loopback.ts';
import { nowMicros } from '../support/stamp.ts';

export interface ClassicCrowd {
  /** All at once; `prefix` makes them join as prefix0, prefix1 … Resolves when all are welcomed. */
  connect(params: { port: number; count: number; prefix?: string }): Promise<{ seconds: number }>;
  /** Every client writes this line. */
  writeAll(params: { line: string }): Promise<void>;
  /** Writes a line every so often from the first client, and waits until the others have so many bytes. */
  broadcast(params: { line: string; times: number; paceMs: number; expectBytes: number }): Promise<void>;
  /** From the first client to the second, one after the other; microseconds each. `@` in the line becomes the time. */
  ping(params: { line: string; times: number; paceMs: number }): Promise<number[]>;
  /** Writes lines as fast as they are taken. */
  pour(params: { line: string; times: number }): Promise<void>;
  /** Resolves when the first client here has read so many bytes from now on. */
  drink(params: { bytes: number }): Promise<{ seconds: number }>;
  /** Opens UDP sockets; their ports. */
  openUdp(params: { count: number }): Promise<{ ports: number[] }>;
  /** Client `index` streams once. */
  stream(params: { port: number; index: number; header: string }): Promise<void>;
  /** From client 0 to client 1, so many on their way at a time. */
  flood(params: Flood): Promise<{ seconds: number; lost: number }>;
  /** All stream at this pace; microseconds of everything that arrives. */
  chatter(params: Chatter): Promise<number[]>;
}

export interface Flood {
  readonly port: number;
  readonly header: string;
  readonly bytes: number;
  readonly packets: number;
  readonly window: number;
}

export interface Chatter {
  readonly port: number;
  readonly headers: readonly string[];
  readonly bytes: number;
  readonly paceMs: number;
  readonly rounds: number;
}

const STAMP_LENGTH = 18;
const LOST_AFTER_MS = 500;

export function classicCrowd(): ClassicCrowd {
  const sockets: Socket[] = [];
  const udp: UdpSocket[] = [];
  let received = 0;
  let onReceived: () => void = () => undefined;
  const untilReceived = async (bytes: number): Promise<void> => {
    while (received < bytes) await new Promise<void>((resolve) => (onReceived = resolve));
  };
  return {
    async connect({ port, count, prefix }) {
      const beganMicros = nowMicros();
      const from = sockets.length;
      await Promise.all(
        Array.from({ length: count }, (_, index) =>
          join(port, prefix === undefined ? undefined : `${prefix}${from + index}`),
        ),
      );
      return { seconds: (nowMicros() - beganMicros) / 1e6 };
    },
    async writeAll({ line }) {
      for (const socket of sockets) socket.write(line);
    },
    async broadcast({ line, times, paceMs, expectBytes }) {
      received = 0;
      for (let sent = 0; sent < times; sent++) {
        sockets[0]?.write(line);
        await sleep(paceMs);
      }
      await untilReceived(expectBytes);
    },
    async ping({ line, times, paceMs }) {
      const micros: number[] = [];
      for (let sent = 0; sent < times; sent++) {
        const arrived = new Promise<void>((resolve) => {
          sockets[1]?.once('data', (chunk: Buffer) => {
            const text = chunk.toString('latin1');
            micros.push(nowMicros() - Number(text.slice(text.indexOf('@') + 1, text.indexOf('@') + 1 + STAMP_LENGTH)));
            resolve();
          });
        });
        sockets[0]?.write(line.replace('@', `@${stamp()}`));
        await arrived;
        await sleep(paceMs);
      }
      return micros;
    },
    async pour({ line, times }) {
      const socket = sockets[0];
      const block = Buffer.from(line.repeat(Math.max(1, Math.floor((256 * 1024) / line.length))));
      const perBlock = block.length / line.length;
      for (let sent = 0; sent < times; sent += perBlock)
        if (socket?.write(block.subarray(0, Math.min(perBlock, times - sent) * line.length)) === false)
          await new Promise<void>((resolve) => socket.once('drain', resolve));
    },
    async drink({ bytes }) {
      received = 0;
      const beganMicros = nowMicros();
      await untilReceived(bytes);
      return { seconds: (nowMicros() - beganMicros) / 1e6 };
    },
    async openUdp({ count }) {
      while (udp.length < count) {
        const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024, sendBufferSize: 4 * 1024 * 1024 });
        await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve));
        udp.push(socket);
      }
      return { ports: udp.map((socket) => socket.address().port) };
    },
    async stream({ port, index, header }) {
      udp[index]?.send(`${header}|`, port, LOOPBACK);
    },
    flood: async (params) => flood(params, udp),
    chatter: async (params) => chatter(params, udp),
  };

  async function join(port: number, name: string | undefined): Promise<void> {
    const socket = connect({ port, host: LOOPBACK, noDelay: true });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const welcomed =
      name === undefined ? undefined : new Promise<void>((resolve) => socket.once('data', () => resolve()));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      onReceived();
    });
    if (name !== undefined) socket.write(`{"type": "join", "from": "${name}"}\n`);
    await welcomed;
  }
}

function stamp(): string {
  return nowMicros().toFixed(1).padStart(STAMP_LENGTH, '0');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function flood(
  { port, header, bytes, packets, window }: Flood,
  [from, to]: UdpSocket[],
): Promise<{ seconds: number; lost: number }> {
  if (from === undefined || to === undefined) throw new Error('There are no sockets.');
  const datagram = Buffer.alloc(bytes, 0x7c);
  datagram.write(`${header}|`);
  let sent = 0;
  let arrived = 0;
  let lost = 0;
  let lastMicros = nowMicros();
  const send = (): void => {
    sent++;
    from.send(datagram, port, LOOPBACK);
  };
  const beganMicros = nowMicros();
  await new Promise<void>((resolve) => {
    const check = setInterval(() => {
      if (nowMicros() - lastMicros < LOST_AFTER_MS * 1000) return;
      // The window is empty: what is not there by now never comes.
      lost += sent - arrived - lost;
      if (arrived + lost >= packets) finish();
      else for (let index = 0; index < window && sent < packets; index++) send();
    }, LOST_AFTER_MS);
    const finish = (): void => {
      clearInterval(check);
      to.removeAllListeners('message');
      resolve();
    };
    to.on('message', () => {
      arrived++;
      lastMicros = nowMicros();
      if (sent < packets) send();
      else if (arrived + lost >= packets) finish();
    });
    for (let index = 0; index < window && sent < packets; index++) send();
  });
  return { seconds: (lastMicros - beganMicros) / 1e6, lost };
}

async function chatter({ port, headers, bytes, paceMs, rounds }: Chatter, udp: UdpSocket[]): Promise<number[]> {
  const micros: number[] = [];
  const speakers = udp.slice(0, headers.length);
  for (const socket of speakers)
    socket.on('message', (datagram) => {
      const end = datagram.indexOf(0x7c) + 1;
      micros.push(nowMicros() - Number(datagram.toString('latin1', end, end + STAMP_LENGTH)));
    });
  // Not all at the same moment: people don't.
  for (let round = 0; round < rounds; round++)
    for (const [index, socket] of speakers.entries()) {
      socket.send(`${headers[index] ?? ''}|${stamp()}`.padEnd(bytes, 'x'), port, LOOPBACK);
      await sleep(paceMs / speakers.length);
    }
  await sleep(100);
  for (const socket of speakers) socket.removeAllListeners('message');
  return micros;
}
