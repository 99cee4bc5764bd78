// Media between two hosts while cables are pulled, addresses change and UDP is blocked.

import '../../src/base/platform.ts';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { createLan, type Lan, type LanHost } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import type { CallerCommand, CallerEvent } from '../support/media-caller.ts';
import { patient } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type EventOf<Is extends CallerEvent['is']> = Extract<CallerEvent, { is: Is }>;

/** One side of a call, in its host. */
class Side {
  readonly events: CallerEvent[] = [];
  readonly #child: ChildProcess;
  readonly #wakers = new Set<() => void>();

  constructor(host: LanHost, program: string) {
    this.#child = host.spawn(process.execPath, [program, 'media-caller'], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.events.push(JSON.parse(line) as CallerEvent);
      for (const waker of this.#wakers) waker();
    });
  }

  do(command: CallerCommand): void {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  get mark(): number {
    return this.events.length;
  }

  async next<Is extends CallerEvent['is']>(
    is: Is,
    since = 0,
    holds: (event: EventOf<Is>) => boolean = () => true,
  ): Promise<EventOf<Is>> {
    const timeout = AbortSignal.timeout(patient(20_000));
    for (;;) {
      const found = this.events
        .slice(since)
        .find((event): event is EventOf<Is> => event.is === is && holds(event as EventOf<Is>));
      if (found !== undefined) return found;
      if (timeout.aborted) throw new Error(`no ${is} came: ${JSON.stringify(this.events.slice(since))}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wakers.delete(wake);
          resolve();
        };
        this.#wakers.add(wake);
        timeout.addEventListener('abort', wake, { once: true });
      });
    }
  }

  async path(via: 'udp' | 'link', since = 0, host?: string): Promise<EventOf<'path'>> {
    return this.next('path', since, ({ path }) => path?.via === via && (host === undefined || hostOf(path) === host));
  }

  async counts(): Promise<EventOf<'counts'>> {
    const since = this.mark;
    this.do({ do: 'tell' });
    return this.next('counts', since);
  }

  /** How long nothing came, the longest time. */
  longestGapMs(since: number): number {
    return Math.max(0, ...this.events.slice(since).map((event) => (event.is === 'gap' ? event.gapMs : 0)));
  }
}

function hostOf(path: EventOf<'path'>['path']): string | undefined {
  return path?.via === 'udp' ? path.remote.host : undefined;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describeLan('paths of media', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let program: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    program = await bundled(new URL('../support/media-caller.ts', import.meta.url), folder.path);
  });

  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
  });

  /** Linked, in a call, on a path, and for a while already. */
  async function call(lan: Lan): Promise<[Side, Side]> {
    const [alice, bob] = [new Side(lan.host(0), program), new Side(lan.host(1), program)];
    const [ofAlice, ofBob] = [await alice.next('ready'), await bob.next('ready')];
    const host = ofBob.candidates[0]!.host;
    alice.do({ do: 'dial', to: { host: host.startsWith('fe80:') ? `${host}%eth0` : host, port: ofBob.linkPort } });
    await Promise.all([alice.next('linked'), bob.next('linked')]);
    alice.do({ do: 'prepare', peerId: ofBob.peerId });
    bob.do({ do: 'prepare', peerId: ofAlice.peerId });
    const [toBob, toAlice] = [await alice.next('prepared'), await bob.next('prepared')];
    bob.do({ do: 'connect', remote: toBob.description, isControlling: false });
    alice.do({ do: 'connect', remote: toAlice.description, isControlling: true });
    return [alice, bob];
  }

  it.each(['plug', 'behind-switch'] as const)('of two ways one is cut (%s): it goes on within 2 s', async (kind) => {
    await using lan = await createLan({
      hosts: [{ secondInterface: true }, { secondInterface: true }],
      ipv6: 'none',
    });
    const [alice, bob] = await call(lan);
    for (const side of [alice, bob]) expect((await side.next('first')).sinceConnectMs).toBeLessThan(patient(1_000));
    // Until both have settled on one.
    await pause(1_500);
    const used = hostOf((alice.events.findLast((event) => event.is === 'path') as EventOf<'path'>).path);
    const [one, other] = used === '10.77.1.2' ? (['eth0', 'eth1'] as const) : (['eth1', 'eth0'] as const);
    const marks = [alice.mark, bob.mark];
    await lan.host(1).pullCable(kind, one);
    await Promise.all([
      alice.path('udp', marks[0], lan.host(1).addressesOf(other)[0]),
      bob.path('udp', marks[1], lan.host(0).addressesOf(other)[0]),
      alice.next('gap', marks[0]),
      bob.next('gap', marks[1]),
    ]);
    for (const [index, side] of [alice, bob].entries()) {
      const gapMs = side.longestGapMs(marks[index]!);
      report(`one of two ways cut (${kind}): media again`, gapMs);
      expect(gapMs).toBeLessThan(patient(2_000));
      expect(side.events.every((event) => event.is !== 'path' || event.path?.via === 'udp')).toBe(true);
    }
  });

  it('another address: it goes on within 2 s, though nobody could tell', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'none' });
    const [alice, bob] = await call(lan);
    await Promise.all([alice.path('udp'), bob.path('udp'), alice.next('first'), bob.next('first')]);
    await pause(1_000);
    const marks = [alice.mark, bob.mark];
    await lan.host(1).setAddress('10.77.1.99/24');
    await alice.path('udp', marks[0], '10.77.1.99');
    await Promise.all([alice.counts(), bob.next('gap', marks[1])]);
    for (const [index, side] of [alice, bob].entries()) {
      const gapMs = side.longestGapMs(marks[index]!);
      report('another address: media again', gapMs);
      expect(gapMs).toBeLessThan(patient(2_000));
    }
  });

  it('UDP blocked: over the link within 2 s, and back', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'none' });
    const [alice, bob] = await call(lan);
    await Promise.all([alice.path('udp'), bob.path('udp'), alice.next('first'), bob.next('first')]);
    await pause(1_000);
    const marks = [alice.mark, bob.mark];
    await lan.block('ip protocol udp drop');
    await Promise.all([alice.path('link', marks[0]), bob.path('link', marks[1])]);
    await Promise.all([alice.next('gap', marks[0]), bob.next('gap', marks[1])]);
    for (const [index, side] of [alice, bob].entries()) {
      report('UDP blocked: media again', side.longestGapMs(marks[index]!));
      expect(side.longestGapMs(marks[index]!)).toBeLessThan(patient(2_000));
    }
    const before = await bob.counts();
    await pause(1_000);
    expect((await bob.counts()).heard - before.heard).toBeGreaterThan(50);
    await lan.unblock();
    const freeMarks = [alice.mark, bob.mark];
    await Promise.all([alice.path('udp', freeMarks[0]), bob.path('udp', freeMarks[1])]);
    await pause(500);
    for (const [index, side] of [alice, bob].entries())
      expect(side.longestGapMs(freeMarks[index]!)).toBeLessThan(patient(1_000));
  });

  it('UDP that is blocked from the start: over the link within a second', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'none' });
    await lan.block('ip protocol udp drop');
    const [alice, bob] = await call(lan);
    for (const side of [alice, bob]) {
      expect((await side.path('link')).sinceConnectMs).toBeLessThan(patient(1_200));
      await side.next('first');
    }
  });

  it('a cable that is out for three seconds: it goes on when it is back', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'none' });
    const [alice, bob] = await call(lan);
    await Promise.all([alice.next('first'), bob.next('first')]);
    const marks = [alice.mark, bob.mark];
    await lan.host(1).pullCable('behind-switch');
    await pause(3_000);
    const backAt = Date.now();
    await lan.host(1).plugCable();
    const gaps = await Promise.all([
      alice.next('gap', marks[0], ({ at }) => at > backAt),
      bob.next('gap', marks[1], ({ at }) => at > backAt),
    ]);
    for (const { at } of gaps) {
      report('the cable is back: media again', at - backAt);
      expect(at - backAt).toBeLessThan(patient(2_500));
    }
  });

  it('20 % lost: UDP is not given up', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'none' });
    const [alice, bob] = await call(lan);
    await Promise.all([alice.path('udp'), bob.path('udp')]);
    await lan.block('ip protocol udp numgen random mod 1000 < 200 drop');
    await pause(10_000);
    for (const side of [alice, bob]) {
      expect(side.events.filter((event) => event.is === 'path').map(({ path }) => path?.via)).toEqual(['udp']);
      const { heard, sent } = await side.counts();
      expect(heard).toBeGreaterThan(sent * 0.6);
      expect(heard).toBeLessThan(sent * 0.95);
    }
  });

  it('IPv6 alone, without any address but the link-local ones', async () => {
    await using lan = await createLan({ hosts: 2, ipv4: false });
    const [alice, bob] = await call(lan);
    const paths = await Promise.all([alice.path('udp'), bob.path('udp')]);
    for (const { path } of paths) expect(hostOf(path)).toMatch(/^fe80::.*%eth0$/);
    await Promise.all([alice.next('first'), bob.next('first')]);
  });
});
