// A scripted client of the classic server: what the Python program does on its two sockets, without a window. It keeps
// every line as it came.

import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HOST = '127.0.0.1';

export interface ClassicServerAddress {
  /** @default this computer */
  readonly host?: string;
  readonly tcpPort: number;
  readonly udpPort: number;
}

/** A JSON object as the Python client writes it: a space after `,` and `:`, everything outside ASCII escaped. */
export function pythonLine(fields: Readonly<Record<string, unknown>>): string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
    if (typeof value !== 'object' || value === null)
      return JSON.stringify(value).replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${write(item)}`)
      .join(', ')}}`;
  };
  return `${write(fields)}\n`;
}

export class ClassicClient {
  readonly name: string;
  readonly tcp: Socket;
  readonly udp: UdpSocket;
  /** Datagrams that came, oldest first. */
  readonly media: Buffer[] = [];
  readonly #lines: string[] = [];
  readonly #server: ClassicServerAddress;
  #rest = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  #wakeMedia: () => void = () => undefined;
  #marks = 0;
  #ended = false;
  #closed = false;

  private constructor(name: string, tcp: Socket, udp: UdpSocket, server: ClassicServerAddress) {
    this.name = name;
    this.tcp = tcp;
    this.udp = udp;
    this.#server = server;
    tcp.on('data', (chunk: Buffer) => this.#take(chunk));
    tcp.on('error', () => undefined);
    const onEnd = (): void => {
      this.#ended = true;
      this.#wake();
    };
    tcp.once('end', onEnd).once('close', onEnd);
    udp.on('message', (datagram) => {
      this.media.push(datagram);
      this.#wakeMedia();
    });
  }

  /** Connects both sockets and says nothing. */
  static async connect(server: ClassicServerAddress, name: string, from = HOST): Promise<ClassicClient> {
    const udp = createSocket('udp4');
    udp.bind(0, from);
    const tcp = connect({
      port: server.tcpPort,
      host: server.host ?? HOST,
      localAddress: from,
      noDelay: true,
      allowHalfOpen: true,
    });
    await Promise.all([once(tcp, 'connect'), once(udp, 'listening')]);
    return new ClassicClient(name, tcp, udp, server);
  }

  /** Connects, joins, and reads up to the first list. */
  static async join(server: ClassicServerAddress, name: string, from = HOST): Promise<ClassicClient> {
    const client = await ClassicClient.connect(server, name, from);
    client.say({ type: 'join' });
    await client.until((line) => line.startsWith('{"type":"active_list"'));
    return client;
  }

  get udpPort(): number {
    return this.udp.address().port;
  }

  /** One message, with `from` where the client puts it. */
  say(message: Readonly<Record<string, unknown>>): void {
    const { type, ...rest } = message;
    this.write(pythonLine({ type, from: this.name, ...rest }));
  }

  write(bytes: string | Uint8Array): void {
    this.tcp.write(bytes);
  }

  /** The next line, without its end; undefined when the server has closed. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined || this.#ended) return line;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Lines up to the first that is meant, with it. */
  async until(isMeant: (line: string) => boolean): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.next();
      if (line === undefined) throw new Error(`the server closed after ${JSON.stringify(lines)}`);
      lines.push(line);
      if (isMeant(line)) return lines;
    }
  }

  /** Everything that the server has said until it has handled all that was sent so far. */
  async heard(): Promise<string[]> {
    const mark = `mark-${++this.#marks}`;
    this.say({ type: mark });
    const lines = await this.until((line) => line === `{"type":"system","msg":"Unknown message type: ${mark}"}`);
    return lines.slice(0, -1);
  }

  /** The rest until the server closes. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.next(); line !== undefined; line = await this.next()) lines.push(line);
    return lines;
  }

  /** A datagram: header and payload. */
  stream(header: Readonly<Record<string, unknown>>, payload: Uint8Array = Buffer.from('media')): Buffer {
    const datagram = Buffer.concat([Buffer.from(JSON.stringify(header)), Buffer.from('|'), payload]);
    this.udp.send(datagram, this.#server.udpPort, this.#server.host ?? HOST);
    return datagram;
  }

  /** The next datagram that came. */
  async nextMedia(): Promise<Buffer> {
    for (;;) {
      const datagram = this.media.shift();
      if (datagram !== undefined) return datagram;
      await new Promise<void>((resolve) => (this.#wakeMedia = resolve));
    }
  }

  /** Leaves. */
  async close(): Promise<void> {
    if (!this.tcp.destroyed) {
      this.tcp.destroy();
      await once(this.tcp, 'close');
    }
    if (this.#closed) return;
    this.#closed = true;
    await new Promise<void>((resolve) => this.udp.close(() => resolve()));
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a)) {
      this.#lines.push(bytes.toString('utf8', 0, end));
      bytes = bytes.subarray(end + 1);
    }
    this.#rest = Buffer.from(bytes);
    if (this.#lines.length > 0) this.#wake();
  }
}
