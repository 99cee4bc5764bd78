// What every implementation of media between two has to do.

import { afterEach, describe, expect, it } from 'vitest';
import type { HostPort } from '../../src/contracts/discovery.ts';
import type {
  IncomingMedia,
  MediaDescription,
  MediaKind,
  MediaListener,
  MediaPath,
  MediaSession,
  MediaTransport,
  OutgoingMedia,
  PreparedMedia,
} from '../../src/contracts/media.ts';
import type { PeerId } from '../../src/state/values.ts';

/** One node that can be called. */
export interface MediaNode {
  readonly peerId: PeerId;
  readonly transport: MediaTransport;
}

/** Two nodes with a link between them, and what can happen to their UDP. */
export interface MediaWorld extends AsyncDisposable {
  readonly alice: MediaNode;
  readonly bob: MediaNode;
  /** Where UDP for them goes, as the other one has to be told: something that can block it may be in between. */
  candidatesOf(side: 'alice' | 'bob', own: readonly HostPort[]): readonly HostPort[];
  setUdpBlocked(blocked: boolean): void;
  /** As a link that goes down, and nothing puts it back. */
  cutLink(): Promise<void>;
  nowMs(): number;
  pass(ms: number): Promise<void>;
}

/** One side of a call, and what it heard. */
export class MediaEnd implements MediaListener {
  readonly heard: { kind: MediaKind; packet: IncomingMedia }[] = [];
  readonly controls: string[] = [];
  readonly paths: (MediaPath | undefined)[] = [];
  readonly onMedia = (kind: MediaKind, packet: IncomingMedia): void => {
    // Only valid during the call.
    this.heard.push({ kind, packet: { ...packet, payload: packet.payload.slice() } });
  };
  readonly onControl = (packet: Uint8Array): void => {
    this.controls.push(Buffer.from(packet).toString('hex'));
  };
  readonly onPath = (path: MediaPath | undefined): void => {
    this.paths.push(path);
  };
  session!: MediaSession;

  /** Another address is no other way. */
  get ways(): (MediaPath['via'] | undefined)[] {
    const all = this.paths.map((path) => path?.via);
    return all.filter((via, index) => index === 0 || via !== all[index - 1]);
  }

  get texts(): string[] {
    return this.heard.map(({ packet }) => Buffer.from(packet.payload).toString());
  }
}

export function packetOf(text: string, timestamp = 0): OutgoingMedia {
  return { payloadType: 111, marker: false, timestamp, payload: Buffer.from(text) };
}

/** A receiver report without blocks: the least that is RTCP. */
export function reportOf(ssrc: number): Uint8Array {
  const bytes = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0]);
  bytes.writeUInt32BE(ssrc, 4);
  return bytes;
}

export class MediaCall {
  readonly world: MediaWorld;
  readonly alice = new MediaEnd();
  readonly bob = new MediaEnd();
  readonly halves: readonly [PreparedMedia, PreparedMedia];
  /** What the other one is told of each. */
  readonly ofAlice: MediaDescription;
  readonly ofBob: MediaDescription;

  constructor(world: MediaWorld) {
    this.world = world;
    this.halves = [world.alice.transport.prepare(world.bob.peerId), world.bob.transport.prepare(world.alice.peerId)];
    const [{ description: alice }, { description: bob }] = this.halves;
    this.ofAlice = { ...alice, candidates: world.candidatesOf('alice', alice.candidates) };
    this.ofBob = { ...bob, candidates: world.candidatesOf('bob', bob.candidates) };
  }

  connectAlice(): void {
    this.alice.session = this.halves[0].connect(this.ofBob, true, this.alice);
  }

  connectBob(): void {
    this.bob.session = this.halves[1].connect(this.ofAlice, false, this.bob);
  }

  static begin(world: MediaWorld): MediaCall {
    const call = new MediaCall(world);
    call.connectBob();
    call.connectAlice();
    return call;
  }

  async until(what: string, holds: () => boolean, limitMs = 15_000): Promise<void> {
    const startMs = this.world.nowMs();
    while (!holds()) {
      if (this.world.nowMs() - startMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
      await this.world.pass(5);
    }
  }

  async onUdp(): Promise<void> {
    await this.until('UDP both ways', () => [this.alice, this.bob].every(({ session }) => session.path?.via === 'udp'));
  }

  async overLink(): Promise<void> {
    await this.until('the link both ways', () =>
      [this.alice, this.bob].every(({ session }) => session.path?.via === 'link'),
    );
  }

  /** Says it until the other one heard it: what is sent while paths change may be lost. */
  async gets(from: MediaEnd, to: MediaEnd, text: string): Promise<void> {
    let number = 0;
    await this.until(`to hear ${text}`, () => {
      if (to.texts.some((one) => one.startsWith(text))) return true;
      if (number++ % 4 === 0) from.session.send('audio', packetOf(`${text} ${number}`));
      return false;
    });
  }

  close(): void {
    this.alice.session.close();
    this.bob.session.close();
  }
}

export function mediaContract(name: string, make: () => Promise<MediaWorld>): void {
  describe(name, () => {
    let world: MediaWorld | undefined;
    const begin = async (): Promise<MediaCall> => {
      world = await make();
      return MediaCall.begin(world);
    };
    afterEach(async () => {
      await world?.[Symbol.asyncDispose]();
      world = undefined;
    });

    it('draws other keys and SSRCs each time', async () => {
      world = await make();
      const { transport } = world.alice;
      const halves = Array.from({ length: 50 }, () => transport.prepare('bob').description);
      const ssrcs = halves.flatMap(({ audioSsrc, videoSsrc }) => [audioSsrc, videoSsrc]);
      expect(new Set(ssrcs).size).toBe(100);
      expect(new Set(halves.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(50);
      expect(halves[0]!.key).toHaveLength(16);
      expect(halves[0]!.salt).toHaveLength(12);
      expect(halves[0]!.candidates.length).toBeGreaterThan(0);
      for (const { port } of halves[0]!.candidates) expect(port).toBe(transport.port);
    });

    it('carries sound, picture and control both ways, whole and in order', async () => {
      const call = await begin();
      const { alice, bob } = call;
      await call.onUdp();
      const sent: (number | undefined)[] = [];
      for (let number = 0; number < 20; number++) {
        sent.push(alice.session.send('audio', packetOf(`sound ${number}`, number * 480)));
        await call.world.pass(2);
      }
      bob.session.send('video', { ...packetOf('picture', 90_000), marker: true, payloadType: 96 });
      alice.session.sendControl(reportOf(alice.session.ssrcOf('audio')));
      await call.until(
        'all of it',
        () => bob.heard.length === 20 && alice.heard.length === 1 && bob.controls.length === 1,
      );
      expect(bob.texts).toEqual(Array.from({ length: 20 }, (_, number) => `sound ${number}`));
      expect(bob.heard.map(({ packet }) => packet.sequence)).toEqual(sent);
      expect(bob.heard[3]).toMatchObject({
        kind: 'audio',
        packet: { payloadType: 111, marker: false, timestamp: 1_440 },
      });
      expect(alice.heard[0]).toMatchObject({
        kind: 'video',
        packet: { payloadType: 96, marker: true, timestamp: 90_000 },
      });
      expect(bob.controls).toEqual([Buffer.from(reportOf(alice.session.ssrcOf('audio'))).toString('hex')]);
      expect(alice.session.counters).toMatchObject({ packetsSent: 20, packetsReceived: 1, forged: 0, replayed: 0 });
      expect(bob.session.counters).toMatchObject({ packetsSent: 1, packetsReceived: 20, forged: 0, replayed: 0 });
    });

    it('sends with the SSRCs that the other one chose', async () => {
      const call = await begin();
      expect(call.alice.session.ssrcOf('audio')).toBe(call.ofBob.audioSsrc);
      expect(call.bob.session.ssrcOf('video')).toBe(call.ofAlice.videoSsrc);
    });

    it('numbers packets one after the other, also over the end of 16 bits', async () => {
      const call = await begin();
      const { alice, bob } = call;
      await call.onUdp();
      // As fast as a picture may come. The first number is below 2^15.
      let sent = 0;
      let previous: number | undefined;
      for (let isOver = false; !isOver;) {
        for (let number = 0; number < 40; number++, sent++) {
          const sequence = alice.session.send('video', packetOf('x'));
          if (previous !== undefined) expect(sequence).toBe((previous + 1) & 0xffff);
          isOver ||= sequence === 0;
          previous = sequence;
        }
        await call.until('the burst', () => bob.session.counters.packetsReceived === sent);
      }
      expect(bob.heard.slice(-40).map(({ packet }) => packet.sequence)).toContain(previous);
      expect(bob.session.counters).toMatchObject({ replayed: 0, forged: 0 });
    }, 60_000);

    it('has a path within 150 ms, whoever connects first', async () => {
      for (const isAliceFirst of [true, false]) {
        const call = await begin();
        call.close();
        const late = new MediaCall(call.world);
        if (isAliceFirst) late.connectAlice();
        else late.connectBob();
        await call.world.pass(50);
        const startMs = call.world.nowMs();
        if (isAliceFirst) late.connectBob();
        else late.connectAlice();
        await late.onUdp();
        expect(call.world.nowMs() - startMs).toBeLessThan(150);
        late.close();
        await call.world[Symbol.asyncDispose]();
        world = undefined;
      }
    });

    it('gives again the identical packet of a picture, which counts once', async () => {
      const call = await begin();
      const { alice, bob } = call;
      await call.onUdp();
      const sequence = alice.session.send('video', packetOf('picture'))!;
      await call.until('the picture', () => bob.heard.length === 1);
      expect(alice.session.resend('video', sequence)).toBe(true);
      await call.until('the replay', () => bob.session.counters.replayed === 1);
      expect(bob.texts).toEqual(['picture']);
      expect(alice.session.resend('video', (sequence + 1) & 0xffff)).toBe(false);
      for (let number = 0; number < 512; number++) {
        alice.session.send('video', packetOf(String(number)));
        if (number % 50 === 0) await call.world.pass(1);
      }
      expect(alice.session.resend('video', sequence)).toBe(false);
      expect(alice.session.resend('video', (sequence + 1) & 0xffff)).toBe(true);
    });

    it('takes the link where UDP is blocked, and goes back', async () => {
      const call = await begin();
      const { alice, bob } = call;
      await call.onUdp();
      await call.gets(alice, bob, 'by UDP');
      call.world.setUdpBlocked(true);
      const startMs = call.world.nowMs();
      await call.overLink();
      expect(call.world.nowMs() - startMs).toBeLessThan(2_500);
      await call.gets(alice, bob, 'by the link');
      await call.gets(bob, alice, 'back by the link');
      call.world.setUdpBlocked(false);
      await call.onUdp();
      await call.gets(alice, bob, 'again by UDP');
      for (const end of [alice, bob]) expect(end.ways).toEqual(['udp', 'link', 'udp']);
    });

    it('takes the link when UDP never worked', async () => {
      world = await make();
      world.setUdpBlocked(true);
      const call = MediaCall.begin(world);
      const startMs = call.world.nowMs();
      expect(call.alice.session.send('audio', packetOf('too early'))).toBeUndefined();
      await call.overLink();
      expect(call.world.nowMs() - startMs).toBeLessThan(1_500);
      await call.gets(call.alice, call.bob, 'by the link');
      call.bob.session.sendControl(reportOf(call.bob.session.ssrcOf('audio')));
      await call.until('control', () => call.alice.controls.length === 1);
    });

    it('goes on by UDP without a link, and has no path without either', async () => {
      const call = await begin();
      await call.onUdp();
      await call.world.cutLink();
      await call.gets(call.alice, call.bob, 'without a link');
      call.world.setUdpBlocked(true);
      await call.until('no path', () => call.alice.session.path === undefined && call.bob.session.path === undefined);
      expect(call.alice.paths.at(-1)).toBeUndefined();
      expect(call.alice.session.send('audio', packetOf('lost'))).toBeUndefined();
      call.world.setUdpBlocked(false);
      await call.gets(call.bob, call.alice, 'UDP again');
    });

    it('finds the other one where only its checks come from', async () => {
      world = await make();
      const call = new MediaCall(world);
      const nowhere: HostPort[] = [];
      call.bob.session = call.halves[1].connect({ ...call.ofAlice, candidates: nowhere }, false, call.bob);
      call.connectAlice();
      await call.onUdp();
      await call.gets(call.bob, call.alice, 'found');
    });

    it('is told of other addresses during the call', async () => {
      world = await make();
      const call = new MediaCall(world);
      const { ofAlice, ofBob } = call;
      const elsewhere = [{ host: '127.0.0.1', port: 9 }];
      call.alice.session = call.halves[0].connect({ ...ofBob, candidates: elsewhere }, true, call.alice);
      call.bob.session = call.halves[1].connect({ ...ofAlice, candidates: elsewhere }, false, call.bob);
      await call.overLink();
      call.alice.session.setRemoteCandidates(ofBob.candidates);
      await call.onUdp();
    });

    it('belongs to nobody after close', async () => {
      const call = await begin();
      const { alice, bob } = call;
      await call.onUdp();
      bob.session.close();
      bob.session.close();
      const before = bob.heard.length;
      for (let number = 0; number < 5; number++) alice.session.send('audio', packetOf('anybody?'));
      await call.until('a drop', () => (call.world.bob.transport.drops['unknown-ssrc'] ?? 0) >= 5);
      expect(bob.heard).toHaveLength(before);
      expect(bob.session.path).toBeUndefined();
      expect(bob.session.send('audio', packetOf('closed'))).toBeUndefined();
      expect(bob.session.resend('video', 1)).toBe(false);
      bob.session.sendControl(reportOf(1));
      bob.session.setRemoteCandidates([]);
      alice.session.close();
      call.world.setUdpBlocked(true);
      await call.world.pass(1_500);
      expect(bob.ways).toEqual(['udp']);
    });

    it('takes nothing for one session that was meant for another', async () => {
      const call = await begin();
      const other = MediaCall.begin(call.world);
      await call.onUdp();
      await other.onUdp();
      await call.gets(call.alice, call.bob, 'first');
      await other.gets(other.alice, other.bob, 'second');
      expect(other.bob.texts.some((text) => text.startsWith('first'))).toBe(false);
      expect(call.bob.texts.some((text) => text.startsWith('second'))).toBe(false);
    });

    it('tells of changed addresses, and only then', async () => {
      world = await make();
      const { transport } = world.alice;
      const told: (readonly HostPort[])[] = [];
      transport.onCandidates((candidates) => told.push(candidates));
      transport.setInterfaces([{ name: 'eth9', address: '192.0.2.7' }]);
      transport.setInterfaces([{ name: 'eth9', address: '192.0.2.7' }]);
      expect(told).toEqual([[{ host: '192.0.2.7', port: transport.port }]]);
    });

    it('ends its sessions when it is stopped, and has no port then', async () => {
      const call = await begin();
      await call.onUdp();
      await call.world.bob.transport.stop();
      await call.world.bob.transport.stop();
      expect(call.world.bob.transport.port).toBe(0);
      expect(call.bob.session.path).toBeUndefined();
      expect(call.bob.session.send('audio', packetOf('stopped'))).toBeUndefined();
    });
  });
}
