// A peer that does as the test says: real libp2p, Noise and Yamux as in the program, and none of its manners. It may
// write any bytes, sign wrongly, keep silent, or never read.

import { connect, type Socket } from 'node:net';
import { generateKeyPairSync } from 'node:crypto';
import type { Connection, Stream } from '@libp2p/interface';
import { concatBytes, utf8 } from '../../src/base/bytes.ts';
import { createSigner, type Signer } from '../../src/base/ed25519.ts';
import { WireError } from '../../src/base/errors.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type { Identity } from '../../src/contracts/stores.ts';
import { createLanLibp2p, type LanLibp2p } from '../../src/net/libp2p-node.ts';
import { LINK_PROTOCOL } from '../../src/net/link-channel.ts';
import { LinkLocalZones } from '../../src/net/link-local.ts';
import { toMultiaddr } from '../../src/net/multiaddrs.ts';
import { everyoneConversationId } from '../../src/wire/conversation-id.ts';
import { encodeFrame, FrameDecoder } from '../../src/wire/frames.ts';
import { PROTOCOL_VERSION } from '../../src/wire/limits.ts';
import { encodeTextBody } from '../../src/wire/entry-bodies.ts';
import {
  encodeEntryHeader,
  entryIdOf,
  entrySigningBytes,
  sha256,
  type EntryHeader,
  type EntryKind,
  type SignedEntry,
} from '../../src/wire/log-entry.ts';
import {
  decodePeerMessage,
  encodePeerMessage,
  encodePresenceState,
  presenceSigningBytes,
  type Hello,
  type PeerMessage,
  type PresenceState,
  type SignedPresence,
} from '../../src/wire/peer-messages.ts';
import { patient } from './patience.ts';

const NOTHING = new Uint8Array(0);
/** Above this, `write` waits. */
const OWN_QUEUE_BYTES = 128 * 1024;

export function freshIdentity(): Identity {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const { publicKey } = createSigner(seed);
  return { seed, publicKey, peerId: peerIdOfKey(publicKey) };
}

export interface RawPeerOptions {
  readonly identity?: Identity;
  readonly prologue?: Uint8Array;
}

export class RawPeer {
  readonly identity: Identity;
  readonly signer: Signer;
  readonly #libp2p: LanLibp2p;
  /** Every message that came on any of its connections, in order. */
  readonly received: PeerMessage[] = [];
  /** Whether it tells the other side when it has read a stream to its end. */
  tellsEnds = true;
  readonly #wakers = new Set<() => void>();
  readonly #paused = new Set<string>();
  #stopped = false;

  private constructor(identity: Identity, libp2p: LanLibp2p) {
    this.identity = identity;
    this.signer = createSigner(identity.seed);
    this.#libp2p = libp2p;
  }

  static async create(options: RawPeerOptions = {}): Promise<RawPeer> {
    const identity = options.identity ?? freshIdentity();
    const libp2p = await createLanLibp2p({
      identity,
      listen: [],
      prologue: options.prologue ?? NOTHING,
      program: 'raw-peer/1',
      zones: new LinkLocalZones(),
      acceptFrom: () => false,
    });
    const peer = new RawPeer(identity, libp2p);
    await libp2p.handle(LINK_PROTOCOL, (stream, connection) => peer.#read(stream, connection));
    await libp2p.start();
    return peer;
  }

  get peerId(): string {
    return this.identity.peerId;
  }

  /** A connection and nothing more: no stream, no Hello. */
  async connect(address: HostPort): Promise<Connection> {
    return this.#libp2p.dial(toMultiaddr(address), { force: true });
  }

  /** A connection with our stream on it, on which nothing was said yet. */
  async open(address: HostPort): Promise<RawLink> {
    const connection = await this.connect(address);
    return new RawLink(this, connection, await connection.newStream(LINK_PROTOCOL));
  }

  /** A link as an honest peer makes it: Hello and, with a name, presence. */
  async link(address: HostPort, name?: string): Promise<RawLink> {
    const link = await this.open(address);
    link.hello();
    await this.waitFor((message) => message.type === 'hello');
    if (name !== undefined) link.send({ type: 'presence', presence: this.presence({ name }) });
    return link;
  }

  #read(stream: Stream, connection: Connection): void {
    const decoder = new FrameDecoder();
    if (this.#paused.has(connection.id)) {
      stream.pause();
      return;
    }
    stream.addEventListener('end', () => this.tellsEnds && void stream.close());
    stream.addEventListener('message', ({ data }) => {
      try {
        for (const frame of decoder.push(data.subarray())) this.received.push(decodePeerMessage(frame));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
      for (const wake of this.#wakers) wake();
    });
  }

  /** From now on others can open streams of this protocol, and this is what becomes of them. */
  async takeStreams(protocol: string, take: (stream: Stream) => void): Promise<void> {
    await this.#libp2p.handle(protocol, take);
  }

  /** From now on nothing of this connection is read: call it before the other side opens its stream. */
  neverRead(connection: Connection): void {
    this.#paused.add(connection.id);
    for (const stream of connection.streams) if (stream.direction === 'inbound') stream.pause();
  }

  /** The first message that fits, also among those that came before. */
  async waitFor(fits: (message: PeerMessage) => boolean, withinMs = 15_000): Promise<PeerMessage> {
    const timeout = AbortSignal.timeout(patient(withinMs));
    for (;;) {
      const found = this.received.find(fits);
      if (found !== undefined) return found;
      timeout.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wakers.delete(wake);
          timeout.removeEventListener('abort', wake);
          resolve();
        };
        this.#wakers.add(wake);
        timeout.addEventListener('abort', wake);
      });
    }
  }

  presence(change: Partial<PresenceState> = {}, signer: Signer = this.signer): SignedPresence {
    const state = encodePresenceState({
      author: signer.publicKey,
      network: NOTHING,
      startId: 1,
      counter: 1,
      name: 'raw',
      status: '',
      rooms: [],
      capabilities: [],
      ...change,
    });
    return { state, signature: signer.sign(presenceSigningBytes(state)) };
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const connection of this.#libp2p.getConnections()) connection.abort(new Error('the test is over'));
    await this.#libp2p.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

export class RawLink {
  readonly peer: RawPeer;
  readonly connection: Connection;
  readonly stream: Stream;

  constructor(peer: RawPeer, connection: Connection, stream: Stream) {
    this.peer = peer;
    this.connection = connection;
    this.stream = stream;
  }

  get isOpen(): boolean {
    return this.connection.status === 'open';
  }

  /** Waits for the end of the connection, however it comes. */
  async closed(withinMs = 15_000): Promise<void> {
    if (!this.isOpen) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`still linked after ${patient(withinMs)} ms`)),
        patient(withinMs),
      );
      this.connection.addEventListener('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Resolves when the other side has read whatever was written on this connection before. */
  async roundTrip(): Promise<void> {
    await (this.connection as unknown as { muxer: { ping(): Promise<number> } }).muxer.ping();
  }

  /** Any bytes at all. Waits while the other side does not take them. */
  async write(bytes: Uint8Array): Promise<void> {
    this.stream.send(bytes);
    // Not onDrain(): once resolved, libp2p's promise stays so.
    while (this.stream.writeBufferLength > OWN_QUEUE_BYTES && this.isOpen)
      await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** As `write`, without waiting. */
  push(bytes: Uint8Array): void {
    this.stream.send(bytes);
  }

  frame(payload: Uint8Array): void {
    this.push(encodeFrame(payload));
  }

  send(message: PeerMessage): void {
    this.frame(encodePeerMessage(message));
  }

  hello(change: Partial<Hello> = {}): void {
    const hello: Hello = {
      version: PROTOCOL_VERSION,
      instanceId: systemRandom.bytes(8),
      listenPort: 0,
      program: 'raw-peer/1',
      connection: 1,
      ...change,
    };
    this.send({ type: 'hello', hello });
  }
}

export interface RawEntry {
  readonly id: string;
  readonly header: EntryHeader;
  readonly entry: SignedEntry;
}

/** A log whose entries may be as wrong as the test wants them. */
export class RawLog {
  readonly #signer: Signer;
  readonly #logId = systemRandom.bytes(16);
  #sequence = 0;
  #previous: Uint8Array = NOTHING;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  /** The next entry; `change` replaces fields before it is signed. */
  text(text: string, change: Partial<EntryHeader> & { kind?: EntryKind } = {}): RawEntry {
    const made = this.make(text, change);
    this.#sequence++;
    this.#previous = sha256(made.entry.header);
    return made;
  }

  /** An entry in the same place as the next one will be: the log does not go on. */
  make(text: string, change: Partial<EntryHeader> & { kind?: EntryKind } = {}): RawEntry {
    const body = encodeTextBody({ text });
    const header = {
      network: NOTHING,
      conversation: everyoneConversationId(),
      author: this.#signer.publicKey,
      logId: this.#logId,
      sequence: this.#sequence + 1,
      previous: this.#previous,
      order: this.#sequence + 1,
      at: 1_700_000_000_000,
      kind: 'text' as const,
      kindNumber: 1,
      bodyHash: sha256(body),
      ...change,
    };
    const bytes = encodeEntryHeader(header);
    const signature = this.#signer.sign(entrySigningBytes(bytes));
    return { id: entryIdOf(sha256(bytes)), header, entry: { header: bytes, signature, body } };
  }
}

/** TCP connections on which nothing is ever said. */
export async function halfOpen(count: number, to: HostPort, from = '127.0.0.1'): Promise<{ close(): void }> {
  const sockets: Socket[] = [];
  await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<void>((resolve) => {
          const socket = connect({ host: to.host, port: to.port, localAddress: from });
          sockets.push(socket);
          socket.once('connect', () => resolve());
          socket.on('error', () => resolve());
        }),
    ),
  );
  return { close: () => sockets.forEach((socket) => socket.destroy()) };
}

/** A text as long as wanted. */
export function longText(bytes: number): string {
  return 'x'.repeat(bytes);
}

/** Bytes that look like nothing: the same for the same seed. */
export function garbage(length: number, seed = 1): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let made = 0, index = 0; made < length; made += 32, index++) parts.push(sha256(utf8(`${seed} ${index}`)));
  return concatBytes(...parts).subarray(0, length);
}
