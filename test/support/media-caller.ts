// A program that holds a call of packets every 10 ms by a media transport and a link, and tells what becomes of it. Commands come
// as lines of JSON; what the two sides have to know of each other, whoever started them carries.

import '../../src/base/platform.ts';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type { MediaDescription, MediaPath, MediaSession, PreparedMedia } from '../../src/contracts/media.ts';
import { InterfaceWatcher, systemInterfaces, usableAddresses } from '../../src/net/interfaces.ts';
import { Libp2pLinks } from '../../src/net/libp2p-links.ts';
import { UdpMediaTransport } from '../../src/net/media/udp-media-transport.ts';
import { freshIdentity } from './raw-peer.ts';

const GAP_MS = 150;
const PACKET_MS = 10;

/** Bytes as base64. */
export type ToldDescription = Omit<MediaDescription, 'key' | 'salt'> & { readonly key: string; readonly salt: string };

export type CallerCommand =
  | { readonly do: 'dial'; readonly to: HostPort }
  | { readonly do: 'prepare'; readonly peerId: string }
  | { readonly do: 'connect'; readonly remote: ToldDescription; readonly isControlling: boolean }
  | { readonly do: 'tell' };

export type CallerEvent =
  | {
      readonly is: 'ready';
      readonly peerId: string;
      readonly linkPort: number;
      readonly candidates: readonly HostPort[];
    }
  | { readonly is: 'linked' }
  | { readonly is: 'prepared'; readonly description: ToldDescription }
  | { readonly is: 'path'; readonly path: MediaPath | null; readonly sinceConnectMs: number }
  | { readonly is: 'first'; readonly sinceConnectMs: number }
  /** Nothing came for so long; ended at this time of the wall. */
  | { readonly is: 'gap'; readonly gapMs: number; readonly at: number }
  | { readonly is: 'counts'; readonly heard: number; readonly sent: number; readonly cpuMs: number };

function say(event: CallerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

class Caller {
  readonly #identity = freshIdentity();
  readonly #links = new Libp2pLinks({
    identity: this.#identity,
    port: { given: 0, first: 0, last: 0 },
    prologue: new Uint8Array(0),
    program: 'test/1',
    clock: systemClock,
    log: silentLog,
  });
  readonly #transport = new UdpMediaTransport({
    clock: systemClock,
    log: silentLog,
    random: systemRandom,
    links: this.#links,
    port: { wanted: () => this.#links.port },
  });
  #prepared: PreparedMedia | undefined;
  #lastMs = 0;
  #heard = 0;
  #sent = 0;

  async start(): Promise<void> {
    this.#links.on((event) => {
      if (event.type === 'up') say({ is: 'linked' });
    });
    await this.#links.start({ instanceId: 'abcdefabcdefabcd' });
    await this.#transport.start({});
    const watcher = new InterfaceWatcher({
      clock: systemClock,
      list: () => usableAddresses(systemInterfaces()),
      onChange: (addresses) => this.#transport.setInterfaces(addresses),
    });
    watcher.start();
    this.#transport.setInterfaces(watcher.addresses);
    const { candidates } = this.#transport.prepare('nobody').description;
    say({ is: 'ready', peerId: this.#identity.peerId, linkPort: this.#links.port, candidates });
  }

  async obey(command: CallerCommand): Promise<void> {
    if (command.do === 'dial') await this.#links.dial(command.to);
    else if (command.do === 'prepare') {
      this.#prepared = this.#transport.prepare(command.peerId);
      const { key, salt, ...rest } = this.#prepared.description;
      say({ is: 'prepared', description: { ...rest, key: toBase64(key), salt: toBase64(salt) } });
    } else if (command.do === 'connect') this.#connect(command.remote, command.isControlling);
    else {
      const { user, system } = process.cpuUsage();
      say({ is: 'counts', heard: this.#heard, sent: this.#sent, cpuMs: (user + system) / 1_000 });
    }
  }

  #connect(told: ToldDescription, isControlling: boolean): void {
    const remote = { ...told, key: Buffer.from(told.key, 'base64'), salt: Buffer.from(told.salt, 'base64') };
    const startMs = performance.now();
    const session = this.#prepared?.connect(remote, isControlling, {
      onMedia: () => this.#took(startMs),
      onControl: () => undefined,
      onPath: (path) => say({ is: 'path', path: path ?? null, sinceConnectMs: performance.now() - startMs }),
    });
    if (session !== undefined) this.#talk(session);
  }

  #talk(session: MediaSession): void {
    const payload = new Uint8Array(80);
    let timestamp = 0;
    setInterval(() => {
      timestamp += 480;
      const sequence = session.send('audio', { payloadType: 111, marker: false, timestamp, payload });
      if (sequence !== undefined) this.#sent += 1;
    }, PACKET_MS);
  }

  #took(startMs: number): void {
    const nowMs = performance.now();
    if (this.#heard++ === 0) say({ is: 'first', sinceConnectMs: nowMs - startMs });
    else if (nowMs - this.#lastMs > GAP_MS) say({ is: 'gap', gapMs: nowMs - this.#lastMs, at: Date.now() });
    this.#lastMs = nowMs;
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

// Only as a program: tests take its types from here.
if (process.argv[2] === 'media-caller') {
  const caller = new Caller();
  await caller.start();
  createInterface({ input: process.stdin }).on('line', (line) => void caller.obey(JSON.parse(line) as CallerCommand));
}
