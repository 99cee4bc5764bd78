// Calls alone: links on which a test plays the other ends, and media that only remembers who holds some.

import { toHex } from '../../src/base/bytes.ts';
import type { PreparedMedia } from '../../src/contracts/media.ts';
import { Calls } from '../../src/services/calls/calls.ts';
import type { CallEvent, SoundEndpoints } from '../../src/services/calls/call-parts.ts';
import { Conversations, type Conversation } from '../../src/services/conversations.ts';
import { guestIdOf } from '../../src/state/guest-ids.ts';
import type { Call, PeerId, Person } from '../../src/state/values.ts';
import type { CallSignal, MediaOffer } from '../../src/wire/call-signals.ts';
import { devicesWithEar, Ear } from './call-sound.ts';
import { NO_PICTURE } from './no-picture.ts';
import { plainCodecs } from './plain-codecs.ts';
import { ServiceBench, type FakeLink } from './service-bench.ts';

export interface BenchGuest {
  readonly rooms: readonly string[];
  readonly hz: number;
}

export class CallsBench extends ServiceBench {
  readonly conversations = new Conversations(this.signer.publicKey, () => this.clock.now());
  readonly people = new Map<PeerId, Person>();
  readonly blocked = new Set<PeerId>();
  readonly warned: string[] = [];
  readonly ear = new Ear();
  readonly guests = new Map<string, BenchGuest>();
  readonly ears = new Map<string, Ear>();
  readonly guestEvents: { name: string; event: CallEvent }[] = [];
  answers = false;
  /** Halves of media that are neither connected nor thrown away, and sessions that are not closed. */
  readonly held = new Set<object>();
  prepared = 0;
  readonly sentCandidates: string[][] = [];
  readonly calls = new Calls({
    clock: this.clock,
    random: this.random,
    log: this.log,
    links: this.links,
    router: this.router,
    ownPeerId: this.ownPeerId,
    conversations: this.conversations,
    media: {
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      port: 9011,
      setInterfaces: () => undefined,
      onCandidates: () => undefined,
      prepare: () => this.#prepare(),
      drops: {},
    },
    codecs: plainCodecs,
    sound: this.#soundOf(400, this.ear),
    picture: NO_PICTURE,
    soundOptions: { echoCancellation: false, noiseSuppression: false },
    shares: (link, { destination }) =>
      destination.kind === 'room' && this.people.get(link.peerId)?.rooms.includes(destination.room) === true,
    personOf: (peerId) => this.people.get(peerId),
    people: () => this.people.values(),
    isBlocked: (peerId) => this.blocked.has(peerId),
    answers: () => this.answers,
    talkedTo: () => undefined,
    nameOf: (peerId) => peerId,
    emit: this.emit,
    warner: () => (code) => void this.warned.push(code),
  });

  #soundOf(hz: number, ear: Ear): SoundEndpoints {
    const devices = devicesWithEar(this.clock, ear);
    return { openInput: () => devices.openInput(`tone:${hz}`), openOutput: () => devices.openOutput('ear') };
  }

  #prepare(): PreparedMedia {
    const half = {};
    this.held.add(half);
    this.prepared += 1;
    const number = this.prepared;
    return {
      description: {
        key: this.random.bytes(16),
        salt: this.random.bytes(12),
        audioSsrc: 2 * number,
        videoSsrc: 2 * number + 1,
        candidates: [{ host: '192.168.1.200', port: 9011 }],
      },
      discard: () => void this.held.delete(half),
      connect: (remote) => {
        this.sentCandidates.push(remote.candidates.map(({ host }) => host));
        return {
          path: undefined,
          counters: { packetsSent: 0, bytesSent: 0, packetsReceived: 0, bytesReceived: 0, forged: 0, replayed: 0 },
          send: () => undefined,
          resend: () => false,
          ssrcOf: () => 1,
          sendControl: () => undefined,
          setRemoteCandidates: () => undefined,
          close: () => void this.held.delete(half),
        };
      },
    };
  }

  /** This node is a super-peer from now on. */
  hosts(guests: Readonly<Record<string, BenchGuest>>): void {
    for (const [name, guest] of Object.entries(guests)) {
      this.guests.set(name, guest);
      this.ears.set(name, new Ear());
      this.isHere(guestIdOf(this.ownPeerId, name), guest.rooms);
    }
    this.calls.speakFor({
      isDedicated: false,
      has: (name) => this.guests.has(name),
      isIn: (name, room) => this.guests.get(name)?.rooms.includes(room) === true,
      soundOf: (name) => this.#soundOf(this.guests.get(name)?.hz ?? 0, this.ears.get(name) ?? new Ear()),
      pictureOf: () => NO_PICTURE,
      hear: (name, event) => this.guestEvents.push({ name, event }),
    });
  }

  isHere(peerId: PeerId, rooms: readonly string[] = []): void {
    const name = peerId.slice(-6);
    this.people.set(peerId, {
      peerId,
      name,
      claimedName: name,
      online: true,
      linked: this.linkMap.has(peerId),
      via: 'p2p',
      rooms,
      trust: 'new',
    });
  }

  /** Somebody linked, in these rooms. */
  peer(...rooms: string[]): FakeLink {
    const link = this.link();
    this.isHere(link.peerId, rooms);
    return link;
  }

  room(name: string): Conversation {
    return this.conversations.enterRoom(name);
  }

  signal(change: Partial<CallSignal> & Pick<CallSignal, 'kind'>): CallSignal {
    const needsMedia = ['request', 'accept', 'join'].includes(change.kind);
    return {
      callId: this.random.bytes(16),
      mode: 'audio',
      conversation: new Uint8Array(0),
      fromGuest: '',
      toGuest: '',
      reason: '',
      members: [],
      audioMuted: false,
      videoMuted: false,
      isSharing: false,
      ...(needsMedia ? { media: this.offer() } : {}),
      ...change,
    };
  }

  offer(change: Partial<MediaOffer> = {}): MediaOffer {
    return {
      key: this.random.bytes(16),
      salt: this.random.bytes(12),
      audioSsrc: 77,
      videoSsrc: 78,
      candidates: ['192.168.1.9:9011'],
      codecs: ['opus'],
      ...change,
    };
  }

  /** The other end says this of a call; gives back its id in hex. */
  async calling(link: FakeLink, change: Partial<CallSignal> & Pick<CallSignal, 'kind'>): Promise<string> {
    const signal = this.signal(change);
    await this.says(link, { type: 'call', signal });
    return toHex(signal.callId);
  }

  /** What was said to this link of calls: `kind` or `kind:reason`. */
  saidTo(link: FakeLink): string[] {
    return link.of('call').map(({ signal: { kind, reason } }) => (reason === '' ? kind : `${kind}:${reason}`));
  }

  /** As the state has them, by what was told. */
  get current(): Call[] {
    const calls = new Map<string, Call>();
    for (const event of this.events) {
      if (event.type === 'call-changed') calls.set(event.call.id, event.call);
      if (event.type === 'call-ended') calls.delete(event.call.id);
    }
    return [...calls.values()];
  }

  get dropped(): Record<string, number> {
    return Object.fromEntries(this.router.dropped);
  }
}
