// Which address media takes, which are asked and how often, and what waits for the link: on virtual time.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import type { PurposeStream } from '../../src/contracts/links.ts';
import { isNear, ownCandidates, remoteCandidates } from '../../src/net/media/candidates.ts';
import { LinkPath } from '../../src/net/media/link-path.ts';
import type { Route } from '../../src/net/media/route.ts';
import { Routes } from '../../src/net/media/routes.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** The other side: which of its addresses answer, and after how long. */
class Answers {
  readonly clock = new VirtualClock();
  readonly rttMs = new Map<string, number>();
  readonly asked: { host: string; nominated: boolean; atMs: number }[] = [];
  readonly used: (string | undefined)[] = [];
  readonly routes: Routes;

  constructor({ isControlling = true } = {}) {
    this.routes = new Routes({
      clock: this.clock,
      isControlling,
      isNear: () => true,
      sendCheck: (route, nominated) => this.#ask(route, nominated),
      changed: () => this.used.push(this.routes.active?.remote.host),
    });
    this.clock.every(50, () => this.routes.tick());
  }

  #ask(route: Route, nominated: boolean): void {
    const { host } = route.remote;
    this.asked.push({ host, nominated, atMs: this.clock.monotonicMs() });
    const rttMs = this.rttMs.get(host);
    if (rttMs === undefined) return;
    this.clock.after(rttMs, () => {
      if (this.rttMs.has(host)) this.routes.answerCame(route, rttMs);
    });
  }

  tell(...hosts: string[]): void {
    this.routes.setTold(hosts.map((host) => ({ host, port: 1 })));
  }

  /** Media comes from there for so long. */
  async hear(host: string, forMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 10) {
      this.routes.mediaCame(this.routes.find(host, 1), this.clock.monotonicMs());
      await this.clock.advance(10);
    }
  }
}

describe('the routes of media', () => {
  it('the first that answers is used at once, the best one soon', async () => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 8).set('10.0.0.2', 20).set('10.0.0.3', 2);
    net.tell('10.0.0.1', '10.0.0.2');
    await net.clock.advance(10);
    expect(net.used).toEqual(['10.0.0.1']);
    net.tell('10.0.0.1', '10.0.0.2', '10.0.0.3');
    await net.clock.advance(1_000);
    expect(net.used).toEqual(['10.0.0.1', '10.0.0.3']);
    expect(net.asked.filter(({ nominated }) => nominated).map(({ host }) => host)).toContain('10.0.0.3');
    expect(net.asked.filter(({ nominated }) => nominated).map(({ host }) => host)).not.toContain('10.0.0.1');
  });

  it.each([
    ['silence', true],
    ['media', false],
  ])('one that dies is left within 2 s, when %s came before', async (_what, isQuiet) => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 1).set('10.0.0.2', 3);
    net.tell('10.0.0.1', '10.0.0.2');
    if (isQuiet) await net.clock.advance(5_000);
    else await net.hear('10.0.0.1', 5_000);
    net.rttMs.delete('10.0.0.1');
    const atMs = net.clock.monotonicMs();
    while (net.routes.active?.remote.host !== '10.0.0.2') await net.clock.advance(10);
    expect(net.clock.monotonicMs() - atMs).toBeLessThan(isQuiet ? 1_800 : 1_300);
    expect(net.used).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('one that only receives is left within 2 s', async () => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 1).set('10.0.0.2', 3);
    net.tell('10.0.0.1', '10.0.0.2');
    await net.hear('10.0.0.1', 3_000);
    net.rttMs.delete('10.0.0.1');
    await net.hear('10.0.0.1', 2_000);
    expect(net.routes.active?.remote.host).toBe('10.0.0.2');
  });

  it('the system says twice that there is no way: left at once', async () => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 1).set('10.0.0.2', 3);
    net.tell('10.0.0.1', '10.0.0.2');
    await net.clock.advance(1_000);
    const dead = net.routes.active!;
    net.rttMs.delete('10.0.0.1');
    net.routes.refused(dead);
    await net.clock.advance(20);
    net.routes.refused(dead);
    expect(net.routes.active?.remote.host).toBe('10.0.0.2');
  });

  it('none answers any more, until one does', async () => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 1);
    net.tell('10.0.0.1');
    await net.clock.advance(1_000);
    net.rttMs.clear();
    await net.clock.advance(2_000);
    expect(net.used).toEqual(['10.0.0.1', undefined]);
    await net.clock.advance(60_000);
    const before = net.asked.length;
    await net.clock.advance(10_000);
    expect(net.asked.length - before).toBeLessThan(10);
    net.rttMs.set('10.0.0.1', 1);
    await net.clock.advance(2_000);
    expect(net.used).toEqual(['10.0.0.1', undefined, '10.0.0.1']);
  });

  it('a process that stood still blames nobody', async () => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 1);
    net.tell('10.0.0.1');
    await net.clock.advance(10_000);
    net.rttMs.clear();
    await net.clock.advance(500);
    // As if nothing ran for five seconds: no timer, and no answer was read.
    const real = net.clock.monotonicMs.bind(net.clock);
    net.clock.monotonicMs = () => real() + 5_000;
    net.routes.tick();
    expect(net.used).toEqual(['10.0.0.1']);
  });

  it('the side that does not decide follows', async () => {
    const net = new Answers({ isControlling: false });
    net.rttMs.set('10.0.0.1', 1).set('10.0.0.2', 30);
    net.tell('10.0.0.1', '10.0.0.2');
    await net.clock.advance(1_000);
    expect(net.used).toEqual(['10.0.0.1']);
    net.routes.checkCame({ host: '10.0.0.2', port: 1 }, true);
    await net.clock.advance(100);
    expect(net.used).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(net.asked.every(({ nominated }) => !nominated)).toBe(true);
  });

  it('the side that does not decide follows to an address that nobody told', async () => {
    const net = new Answers({ isControlling: false });
    net.rttMs.set('10.0.0.1', 1).set('10.9.9.9', 5);
    net.tell('10.0.0.1');
    await net.clock.advance(1_000);
    net.routes.checkCame({ host: '10.9.9.9', port: 1 }, true);
    await net.clock.advance(100);
    expect(net.used).toEqual(['10.0.0.1', '10.9.9.9']);
  });

  it('whatever is told and wherever checks come from: few addresses are known and asked', async () => {
    const net = new Answers();
    net.tell(...Array.from({ length: 100 }, (_, index) => `10.1.0.${index}`));
    for (let number = 0; number < 1_000; number++) {
      net.routes.checkCame({ host: `10.2.${number >> 8}.${number & 255}`, port: 1 }, true);
      if (number % 10 === 0) await net.clock.advance(10);
    }
    expect(net.routes.all.length).toBeLessThanOrEqual(24);
    expect(net.asked.length).toBeLessThanOrEqual(80 + 60 * 1.1);
    await net.clock.advance(60_000);
    // What nobody told is forgotten.
    expect(net.routes.all.length).toBe(16);
  });

  it('a call that runs well costs two checks a second, and half a one for each other address', async () => {
    const net = new Answers();
    net.rttMs.set('10.0.0.1', 1).set('10.0.0.2', 1);
    net.tell('10.0.0.1', '10.0.0.2');
    await net.clock.advance(2_000);
    const before = net.asked.length;
    await net.hear('10.0.0.1', 10_000);
    expect(net.asked.length - before).toBeLessThanOrEqual(26);
  });
});

/** A stream that holds back what it is given, when told to. */
class HeldStream implements PurposeStream {
  readonly sent: Uint8Array[] = [];
  queuedBytes = 0;
  isRefusing = false;

  send(frame: Uint8Array): boolean {
    if (this.isRefusing) return false;
    this.sent.push(frame);
    return true;
  }

  drained(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

describe('media over the link', () => {
  function path(): { clock: VirtualClock; stream: HeldStream; link: LinkPath; probes: number[] } {
    const clock = new VirtualClock();
    const stream = new HeldStream();
    const probes: number[] = [];
    const link = new LinkPath({ clock, stream: () => stream, probe: () => probes.push(clock.monotonicMs()) });
    clock.every(50, () => link.pump());
    return { clock, stream, link, probes };
  }
  const packet = (number: number): Uint8Array => Uint8Array.of(number >> 8, number & 255);
  const numbers = (packets: readonly Uint8Array[]): number[] => packets.map((bytes) => (bytes[0]! << 8) | bytes[1]!);

  it('200 ms wait, the oldest is dropped first', async () => {
    const { clock, stream, link } = path();
    stream.queuedBytes = 100_000;
    for (let number = 0; number < 100; number++) {
      link.send(packet(number));
      await clock.advance(10);
    }
    expect(stream.sent).toEqual([]);
    stream.queuedBytes = 0;
    link.pump();
    expect(numbers(stream.sent).at(-1)).toBe(99);
    expect(stream.sent.length).toBeGreaterThan(15);
    expect(stream.sent.length).toBeLessThanOrEqual(21);
    expect(link.dropped).toBe(100 - stream.sent.length);
  });

  it('nothing is sent into a link that stands still, and media goes on when it moves', async () => {
    const { clock, stream, link } = path();
    for (let number = 0; number < 200; number++) {
      link.send(packet(number));
      await clock.advance(10);
    }
    // Nobody answered: what went out before that was noticed is all.
    expect(stream.sent.length).toBeLessThanOrEqual(25);
    link.answered(4);
    expect(numbers(stream.sent).at(-1)).toBe(199);
    expect(stream.sent.length).toBeLessThanOrEqual(50);
  });

  it('an answer that was lost with its stream does not stop it for ever', async () => {
    const { clock, stream, link, probes } = path();
    for (let number = 0; number < 500; number++) {
      link.send(packet(number));
      await clock.advance(10);
    }
    expect(probes.at(-1)).toBeGreaterThan(3_000);
    expect(numbers(stream.sent).some((number) => number > 310)).toBe(true);
  });

  it('a film in one go is not kept', () => {
    const { stream, link } = path();
    stream.queuedBytes = 100_000;
    for (let number = 0; number < 10_000; number++) link.send(new Uint8Array(1_200));
    expect(link.dropped).toBeGreaterThan(9_000);
  });

  it('the other side takes no such stream: there is no path until there is another link', () => {
    const { stream, link } = path();
    stream.isRefusing = true;
    link.send(packet(1));
    expect(link.isOpen).toBe(false);
    expect(link.send(packet(2))).toBe(false);
    stream.isRefusing = false;
    link.reset();
    expect(link.isOpen).toBe(true);
  });
});

describe('candidates', () => {
  const eth = (address: string): { name: string; address: string } => ({ name: 'eth0', address });

  it('own ones: no loopback beside others, no zones, far-reaching ones first, sixteen at most', () => {
    const interfaces = ['127.0.0.1', 'fe80::1%eth0', 'fe80::1%eth1', '10.0.0.7', '2001:db8::7'].map(eth);
    expect(ownCandidates(interfaces, 9011)).toEqual(
      ['10.0.0.7', '2001:db8::7', 'fe80::1'].map((host) => ({ host, port: 9011 })),
    );
    expect(ownCandidates([eth('127.0.0.1'), eth('::1')], 9011).map(({ host }) => host)).toEqual(['127.0.0.1', '::1']);
    expect(ownCandidates(interfaces, 0)).toEqual([]);
    const many = Array.from({ length: 40 }, (_, index) => eth(`10.0.0.${index + 1}`));
    expect(ownCandidates(many, 9011)).toHaveLength(16);
  });

  it("others': only what one machine can have, link-local ones by our zones, and where the link goes", () => {
    const told = ['10.0.0.8', '::ffff:10.0.0.8', '224.0.0.1', '0.0.0.0', 'host.example', 'fe80::8%their0', 'ff02::1'];
    const hosts = (linkHost?: string): string[] =>
      remoteCandidates(
        told.map((host) => ({ host, port: 5 })),
        [eth('fe80::7%eth0'), eth('fe80::6%wlan0'), eth('10.0.0.7')],
        linkHost,
      ).map(({ host }) => host);
    expect(hosts()).toEqual(['10.0.0.8', 'fe80::8%eth0', 'fe80::8%wlan0']);
    expect(hosts('192.0.2.1')).toEqual(['10.0.0.8', 'fe80::8%eth0', 'fe80::8%wlan0', '192.0.2.1']);
    expect(hosts('fe80::8%wlan0')).toEqual(['10.0.0.8', 'fe80::8%wlan0']);
    for (const port of [0, -1, 65_536, 1.5, Number.NaN])
      expect(remoteCandidates([{ host: '10.0.0.8', port }], [], '10.0.0.8')).toEqual([]);
    const many = Array.from({ length: 99 }, (_, index) => ({ host: `10.0.0.${index + 1}`, port: 5 }));
    expect(remoteCandidates(many, [], undefined)).toHaveLength(16);
  });

  it('near is what is on a subnet of ours', () => {
    const own = [eth('10.0.0.7'), eth('2001:db8::7')];
    expect(['10.0.0.9', '2001:db8::9', '10.0.1.9', '2001:db8:1::9', 'x'].map((host) => isNear(host, own))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
