// Ends of links for the contract tests: what each of them heard, and ways to wait for more.

import type { HostPort } from '../../src/contracts/discovery.ts';
import type { LinkEvent, PeerLink, PeerLinks } from '../../src/contracts/links.ts';
import type { PeerId } from '../../src/state/values.ts';

export interface ContractNode {
  readonly links: PeerLinks;
  readonly peerId: PeerId;
}

/** A fresh network for one test. */
export interface LinksNetwork {
  /** Links that are not started. `sameKeyAs` gives them that node's identity; nodes of different `network`s can't link. */
  make(options?: { sameKeyAs?: ContractNode; network?: string }): ContractNode;
  /** Where others can dial it, once it is started. */
  addressOf(node: ContractNode): HostPort;
  /** Where nobody listens. */
  readonly emptyAddress: HostPort;
  /** Called after everything was stopped. */
  close?(): Promise<void>;
}

const WAIT_MS = 20_000;
/** One end: what it heard, and a way to wait for more. */
export class End {
  readonly node: ContractNode;
  readonly events: LinkEvent[] = [];
  /** By the sender's peer id. */
  readonly frames = new Map<PeerId, Uint8Array[]>();
  /** Those on streams for `sync`. */
  readonly streamFrames = new Map<PeerId, Uint8Array[]>();
  /** Awaited after each frame. */
  hold: Promise<unknown> | undefined;
  holdStream: Promise<unknown> | undefined;
  readonly #wakers = new Set<() => void>();
  readonly #handling = new Set<PeerLink>();

  constructor(node: ContractNode, { takesStreams = true } = {}) {
    this.node = node;
    node.links.on((event) => {
      this.events.push(event);
      this.wake();
    });
    node.links.onFrame((link, frame) => {
      this.framesFrom(link.peerId).push(frame.slice());
      this.wake();
      return this.hold?.then(() => undefined);
    });
    if (takesStreams) node.links.onStreamFrame('sync', (link, frame) => this.#takeStreamFrame(link, frame));
  }

  async #takeStreamFrame(link: PeerLink, frame: Uint8Array): Promise<void> {
    if (this.#handling.has(link)) throw new Error('a frame came before the one before it was handled');
    this.#handling.add(link);
    this.streamFramesFrom(link.peerId).push(frame.slice());
    this.wake();
    await this.holdStream;
    this.#handling.delete(link);
  }

  get peerId(): PeerId {
    return this.node.peerId;
  }

  framesFrom(peerId: PeerId): Uint8Array[] {
    return listIn(this.frames, peerId);
  }

  streamFramesFrom(peerId: PeerId): Uint8Array[] {
    return listIn(this.streamFrames, peerId);
  }

  linkTo(other: End): PeerLink {
    const link = this.node.links.links.get(other.peerId);
    if (link === undefined) throw new Error('there is no link');
    return link;
  }

  eventsOf(type: LinkEvent['type']): LinkEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  wake(): void {
    for (const waker of this.#wakers) waker();
  }

  /** Waits until `done` is true; it is looked at after every event and frame. */
  async until(done: () => boolean, what: string): Promise<void> {
    const timeout = AbortSignal.timeout(WAIT_MS);
    while (!done()) {
      if (timeout.aborted) throw new Error(`waited in vain for: ${what}`);
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

  async up(other: End): Promise<PeerLink> {
    await this.until(() => this.node.links.links.has(other.peerId), 'a link');
    return this.linkTo(other);
  }

  async down(): Promise<LinkEvent> {
    await this.until(() => this.eventsOf('down').length > 0, 'the end of the link');
    return this.eventsOf('down')[0]!;
  }
}

function listIn(lists: Map<PeerId, Uint8Array[]>, peerId: PeerId): Uint8Array[] {
  let list = lists.get(peerId);
  if (list === undefined) lists.set(peerId, (list = []));
  return list;
}

/** A frame that carries its number, `length` bytes long. */
export function numbered(number: number, length = 8): Uint8Array {
  const frame = new Uint8Array(Math.max(8, length));
  new DataView(frame.buffer).setFloat64(0, number);
  return frame;
}

export function numberIn(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getFloat64(0);
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
export const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

export type EndOptions = Parameters<LinksNetwork['make']>[0] & { takesStreams?: boolean };

/** All ends of one test. */
export class Ends {
  readonly #makeNetwork: () => LinksNetwork;
  #network: LinksNetwork | undefined;
  #ends: End[] = [];
  /** How many were started; the last one's instance id says so. */
  starts = 0;

  constructor(makeNetwork: () => LinksNetwork) {
    this.#makeNetwork = makeNetwork;
  }

  get network(): LinksNetwork {
    return (this.#network ??= this.#makeNetwork());
  }

  async start(options: EndOptions = {}): Promise<End> {
    const end = new End(this.network.make(options), options);
    this.#ends.push(end);
    await end.node.links.start({ instanceId: (++this.starts).toString(16).padStart(16, '0') });
    return end;
  }

  dial(from: End, to: End): Promise<PeerLink> {
    return from.node.links.dial(this.network.addressOf(to.node));
  }

  async pair(options: EndOptions = {}): Promise<[End, End]> {
    const [alice, bob] = [await this.start(), await this.start(options)];
    await this.dial(alice, bob);
    await bob.up(alice);
    return [alice, bob];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#ends.map(({ node }) => node.links.stop()));
    this.#ends = [];
    await this.#network?.close?.();
    this.#network = undefined;
  }
}
