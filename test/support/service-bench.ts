// One service alone: its neighbours are stand-ins that write down what is asked of them.

import { createSigner, SignatureChecker, type Signer } from '../../src/base/ed25519.ts';
import { silentLog } from '../../src/base/log.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type { LinkDownReason, PeerLink, PeerLinks, PurposeStream, StreamPurpose } from '../../src/contracts/links.ts';
import { MessageRouter } from '../../src/services/message-router.ts';
import type { NodeEvent } from '../../src/state/events.ts';
import { decodePeerMessage, encodePeerMessage, type PeerMessage } from '../../src/wire/peer-messages.ts';
import { seededRandom, type SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A stream that remembers what was sent; a test says whether it takes anything. */
export class FakeStream implements PurposeStream {
  readonly sent: Uint8Array[] = [];
  queuedBytes = 0;
  isOpen = true;

  send(frame: Uint8Array): boolean {
    if (this.isOpen) this.sent.push(frame);
    return this.isOpen;
  }

  drained(): Promise<boolean> {
    return Promise.resolve(this.isOpen);
  }
}

/** A link that remembers what was sent, and on which a test plays the other end. */
export class FakeLink implements PeerLink {
  readonly signer: Signer;
  readonly peerId: string;
  readonly remote: HostPort;
  readonly listenAddress: HostPort;
  readonly instanceId: string;
  readonly queuedBytes = 0;
  readonly sent: PeerMessage[] = [];
  readonly #streams = new Map<StreamPurpose, FakeStream>();
  closedBecause: LinkDownReason | undefined;

  constructor(seed: Uint8Array, host: string) {
    this.signer = createSigner(seed);
    this.peerId = peerIdOfKey(this.signer.publicKey);
    this.instanceId = `instance of ${host}`;
    this.remote = { host, port: 50_000 };
    this.listenAddress = { host, port: 9011 };
  }

  send(frame: Uint8Array): boolean {
    this.sent.push(decodePeerMessage(frame));
    return true;
  }

  stream(purpose: StreamPurpose): FakeStream {
    let stream = this.#streams.get(purpose);
    if (stream === undefined) this.#streams.set(purpose, (stream = new FakeStream()));
    return stream;
  }

  close(reason: LinkDownReason): void {
    this.closedBecause ??= reason;
  }

  /** What was sent of one kind. */
  of<Type extends PeerMessage['type']>(type: Type): Extract<PeerMessage, { type: Type }>[] {
    return this.sent.filter((message): message is Extract<PeerMessage, { type: Type }> => message.type === type);
  }
}

export class ServiceBench {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom = seededRandom(42);
  readonly log = silentLog;
  readonly signer = createSigner(this.random.bytes(32));
  readonly ownPeerId = peerIdOfKey(this.signer.publicKey);
  readonly checker = new SignatureChecker();
  readonly network = new Uint8Array(0);
  readonly events: NodeEvent[] = [];
  readonly linkMap = new Map<string, FakeLink>();
  readonly links: PeerLinks;
  readonly router: MessageRouter;
  /** Attempts to dial; none answers until `answer` says so. */
  readonly dials: HostPort[] = [];
  answer: (address: HostPort) => Promise<PeerLink> = () => new Promise(() => undefined);
  #handler: (link: PeerLink, frame: Uint8Array) => void | Promise<void> = () => undefined;
  readonly #streamHandlers = new Map<StreamPurpose, (link: PeerLink, frame: Uint8Array) => void | Promise<void>>();
  #hosts = 0;

  constructor() {
    this.links = {
      on: () => () => undefined,
      onFrame: (handler) => (this.#handler = handler),
      onStreamFrame: (purpose, handler) => void this.#streamHandlers.set(purpose, handler),
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      addresses: [],
      port: 9011,
      links: this.linkMap,
      dial: (address) => {
        this.dials.push(address);
        return this.answer(address);
      },
      setInterfaces: () => undefined,
    };
    this.router = new MessageRouter(this);
  }

  readonly emit = (event: NodeEvent): void => {
    this.events.push(event);
  };

  /** Another node's link, up as far as `links` knows. */
  link(): FakeLink {
    const link = new FakeLink(this.random.bytes(32), `192.168.1.${++this.#hosts}`);
    this.linkMap.set(link.peerId, link);
    return link;
  }

  /** The other end says this; resolves when more would be read. */
  async says(link: FakeLink, message: PeerMessage): Promise<void> {
    await this.saysBytes(link, encodePeerMessage(message));
  }

  saysBytes(link: FakeLink, frame: Uint8Array): void | Promise<void> {
    return this.#handler(link, frame);
  }

  /** The other end writes this on its stream of that purpose. */
  saysOnStream(link: FakeLink, purpose: StreamPurpose, frame: Uint8Array): void | Promise<void> {
    return this.#streamHandlers.get(purpose)?.(link, frame);
  }

  eventsOf<Type extends NodeEvent['type']>(type: Type): Extract<NodeEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<NodeEvent, { type: Type }> => event.type === type);
  }
}
