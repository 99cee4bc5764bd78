// A display without a screen (Xvfb), and a client that looks at its windows: their titles and pixels, and that closes them as
// somebody would who clicks on the cross.

import { spawn, spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

export interface XWindow {
  readonly id: number;
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

const SCREEN = '800x600x24';
const MIN_SIDE = 16;
const VIEWABLE = 2;

export function xvfbUnavailable(): string | undefined {
  return spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined ? undefined : 'There is no Xvfb.';
}

export class XDisplay implements AsyncDisposable {
  /** As in DISPLAY. */
  readonly name: string;
  readonly #end: () => Promise<void>;
  readonly #socket: Socket;
  readonly #waiting: ((reply: Buffer) => void)[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #root = 0;

  private constructor(name: string, end: () => Promise<void>) {
    this.name = name;
    this.#end = end;
    this.#socket = connect(`/tmp/.X11-unix/X${name.slice(1)}`);
  }

  static async start(): Promise<XDisplay> {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    const end = async (): Promise<void> => {
      server.kill('SIGTERM');
      await ended;
    };
    const number = await new Promise<string>((resolve, reject) => {
      server.stdio[3]?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
      void ended.then(() => reject(new Error('Xvfb does not start')));
    });
    const display = new XDisplay(`:${number}`, end);
    await display.#begin();
    return display;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.#end();
  }

  /** Those that can be seen, without the tiny helpers of libraries. */
  async windows(): Promise<XWindow[]> {
    const tree = await this.#ask(15, 0, u32(this.#root));
    const ids = Array.from({ length: tree.readUInt16LE(16) }, (_, index) => tree.readUInt32LE(32 + 4 * index));
    const windows: XWindow[] = [];
    for (const id of ids) {
      const state = await this.#ask(3, 0, u32(id));
      const geometry = await this.#ask(14, 0, u32(id));
      // It was closed meanwhile.
      if (state[0] !== 1 || geometry[0] !== 1) continue;
      const [width, height] = [geometry.readUInt16LE(16), geometry.readUInt16LE(18)];
      if (state[26] === VIEWABLE && width >= MIN_SIDE && height >= MIN_SIDE)
        windows.push({ id, title: await this.#title(id), width, height });
    }
    return windows;
  }

  /** What is seen of it now. */
  async pixels({ id, width, height }: XWindow): Promise<Pixels> {
    const area = Buffer.alloc(16);
    area.writeUInt32LE(id, 0);
    area.writeUInt16LE(width, 8);
    area.writeUInt16LE(height, 10);
    area.writeUInt32LE(0xffff_ffff, 12);
    const reply = await this.#ask(73, 2, area);
    if (reply[0] !== 1) throw new Error('There is no picture of this window.');
    const rgb = new Uint8Array(width * height * 3);
    for (let pixel = 0; pixel < width * height; pixel++)
      for (let part = 0; part < 3; part++) rgb[3 * pixel + part] = reply[32 + 4 * pixel + 2 - part] ?? 0;
    return { width, height, rgb };
  }

  /** Asks it to close, as a window manager does. */
  async closeByHand({ id }: XWindow): Promise<void> {
    const message = Buffer.alloc(40);
    message.writeUInt32LE(id, 0);
    message[8] = 33;
    message[9] = 32;
    message.writeUInt32LE(id, 12);
    message.writeUInt32LE(await this.#atom('WM_PROTOCOLS'), 16);
    message.writeUInt32LE(await this.#atom('WM_DELETE_WINDOW'), 20);
    this.#send(25, 0, message);
  }

  async #title(id: number): Promise<string> {
    const words = [id, await this.#atom('_NET_WM_NAME'), 0, 0, 100].map(u32);
    const reply = await this.#ask(20, 0, Buffer.concat(words));
    return reply.toString('utf8', 32, 32 + reply.readUInt32LE(16));
  }

  async #atom(name: string): Promise<number> {
    const padded = Buffer.alloc(4 + Math.ceil(name.length / 4) * 4);
    padded.writeUInt16LE(name.length, 0);
    padded.write(name, 4, 'latin1');
    return (await this.#ask(16, 0, padded)).readUInt32LE(8);
  }

  async #begin(): Promise<void> {
    await new Promise((resolve, reject) => this.#socket.once('connect', resolve).once('error', reject));
    const setup = Promise.withResolvers<Buffer>();
    this.#waiting.push(setup.resolve);
    this.#socket.on('data', (bytes) => this.#read(bytes));
    this.#socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const reply = await setup.promise;
    const vendorBytes = Math.ceil(reply.readUInt16LE(24) / 4) * 4;
    this.#root = reply.readUInt32LE(40 + vendorBytes + 8 * (reply[29] ?? 0));
  }

  #isSetUp = false;

  #read(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= (this.#isSetUp ? 32 : 8)) {
      const kind = this.#bytes[0];
      const extra = this.#isSetUp
        ? kind === 1
          ? 32 + 4 * this.#bytes.readUInt32LE(4)
          : 32
        : 8 + 4 * this.#bytes.readUInt16LE(6);
      if (this.#bytes.length < extra) return;
      const message = this.#bytes.subarray(0, extra);
      this.#bytes = this.#bytes.subarray(extra);
      // Events, which nobody asked for, are neither replies nor errors.
      const isAnswer = !this.#isSetUp || kind === 0 || kind === 1;
      this.#isSetUp = true;
      if (isAnswer) this.#waiting.shift()?.(message);
    }
  }

  #send(code: number, data: number, rest: Buffer): void {
    const head = Buffer.from([code, data, 0, 0]);
    head.writeUInt16LE(1 + rest.length / 4, 2);
    this.#socket.write(Buffer.concat([head, rest]));
  }

  async #ask(code: number, data: number, rest: Buffer): Promise<Buffer> {
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    this.#waiting.push(resolve);
    this.#send(code, data, rest);
    return promise;
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
