// Streams by purpose without a network: what is done about those that open late, and about too much that waits.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { LinkDownReason } from '../../src/contracts/links.ts';
import {
  MAX_STREAM_QUEUED_BYTES,
  OwnPurposeStream,
  type OpenedStream,
  type OpenedStreamEvents,
} from '../../src/net/purpose-stream.ts';
import { PurposeStreams, type StreamChannel, type StreamLink } from '../../src/net/purpose-streams.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { numbered } from '../support/link-ends.ts';
import { FakeLink } from '../support/service-bench.ts';
import { ManualClock } from './manual-clock.ts';

/** As in src/net/purpose-streams.ts. */
const MAX_ALL_QUEUED_BYTES = 64 * 1024 * 1024;

/** A stream that takes nothing until it is told to. */
class SlowStream implements OpenedStream {
  readonly sent: Uint8Array[] = [];
  readonly events: OpenedStreamEvents;
  readonly #opening = Promise.withResolvers<OpenedStream | undefined>();
  queuedBytes = 0;
  isAborted = false;

  constructor(events: OpenedStreamEvents) {
    this.events = events;
  }

  get opening(): Promise<OpenedStream | undefined> {
    return this.#opening.promise;
  }

  accept(): Promise<unknown> {
    this.#opening.resolve(this);
    return this.#opening.promise;
  }

  fail(): Promise<unknown> {
    this.#opening.reject(new Error('it broke'));
    return this.#opening.promise.catch(() => undefined);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.queuedBytes += bytes.length;
  }

  read(bytes: number): void {
    this.queuedBytes -= bytes;
    this.events.moved();
  }

  abort(): void {
    this.isAborted = true;
    this.queuedBytes = 0;
    this.events.moved();
  }
}

class SilentChannel implements StreamChannel {
  readonly peerId: string;
  readonly isClosed = false;
  readonly isEnding = false;

  constructor(peerId: string) {
    this.peerId = peerId;
  }

  abort(): void {
    throw new Error('nobody misbehaves here');
  }
}

class SilentLink extends FakeLink implements StreamLink<SilentChannel> {
  readonly downReason: LinkDownReason | undefined = undefined;
  readonly channel: SilentChannel;

  constructor(number: number) {
    super(new Uint8Array(32).fill(number + 1), '192.168.1.1');
    this.channel = new SilentChannel(this.peerId);
  }
}

function oneStream(): { own: OwnPurposeStream; clock: ManualClock; opened: SlowStream[]; breaks: () => number } {
  const clock = new ManualClock();
  const opened: SlowStream[] = [];
  let breaks = 0;
  const own = new OwnPurposeStream({
    clock,
    isUp: () => true,
    open(events) {
      const stream = new SlowStream(events);
      opened.push(stream);
      return stream.opening;
    },
    broke: () => breaks++,
  });
  return { own, clock, opened, breaks: () => breaks };
}

describe('one’s own stream', () => {
  it('is opened with the first frame, and what was queued goes first', async () => {
    const { own, opened } = oneStream();
    expect(await own.drained(1)).toBe(true);
    expect(opened).toEqual([]);
    for (const number of [1, 2, 3]) own.send(numbered(number, 100));
    expect([opened.length, own.queuedBytes]).toEqual([1, 303]);
    await opened[0]?.accept();
    own.send(numbered(4, 100));
    expect(opened[0]?.sent.map((bytes) => bytes[0])).toEqual([100, 100, 100, 100]);
    expect([opened.length, own.queuedBytes]).toEqual([1, 404]);
  });

  it('that opens when nobody waits for it any more is given up, with what was queued', async () => {
    const { own, opened, breaks } = oneStream();
    own.send(numbered(1));
    const drained = own.drained(1);
    own.leave();
    expect([await drained, own.queuedBytes, own.isUsed]).toEqual([false, 0, false]);
    own.send(numbered(2, 50));
    await opened[0]?.accept();
    expect(opened[0]).toMatchObject({ isAborted: true, sent: [] });
    await opened[1]?.accept();
    expect(opened[1]?.sent).toHaveLength(1);
    expect(breaks()).toBe(0);
  });

  it('that breaks while it is opened is opened again with the next frame, a second after the last time', async () => {
    const { own, clock, opened, breaks } = oneStream();
    own.send(numbered(1));
    clock.advance(300);
    await opened[0]?.fail();
    expect([breaks(), own.queuedBytes]).toEqual([1, 0]);
    own.send(numbered(2, 50));
    clock.advance(699);
    expect(opened).toHaveLength(1);
    clock.advance(1);
    await opened[1]?.accept();
    expect(opened[1]?.sent).toHaveLength(1);
    // Late news of the first one are none.
    opened[0]?.events.broke();
    expect(breaks()).toBe(1);
    opened[1]?.events.broke();
    expect([breaks(), own.isUsed]).toEqual([2, false]);
    own.send(numbered(3));
    own.leave();
    expect(clock.timerCount).toBe(0);
  });

  it('lets wait until less is queued, for nothing when it is given up', async () => {
    const { own, opened } = oneStream();
    for (let count = 0; count < 10; count++) own.send(numbered(count, 1_000));
    await opened[0]?.accept();
    const answers: string[] = [];
    const note = async (belowBytes: number): Promise<unknown> =>
      answers.push(`${belowBytes} ${await own.drained(belowBytes)}`);
    const waiting = [note(1), note(5_000), note(9_000)];
    opened[0]?.read(2_000);
    await waiting[2];
    expect(answers).toEqual(['9000 true']);
    opened[0]?.read(4_000);
    await waiting[1];
    own.reset();
    await waiting[0];
    expect(answers).toEqual(['9000 true', '5000 true', '1 false']);
    expect(opened[0]?.isAborted).toBe(true);
  });
});

it('what waits on all streams together is bounded: the fullest are reset', () => {
  const links = Array.from({ length: 20 }, (_, number) => new SilentLink(number));
  const resets: SilentLink[] = [];
  const streams = new PurposeStreams<SilentChannel, SilentLink>({
    clock: new ManualClock(),
    log: silentLog,
    linkTo: (peerId) => links.find((link) => link.peerId === peerId),
    open: () => new Promise(() => undefined),
    wasReset: (link) => resets.push(link),
  });
  const queued = (): number => links.reduce((sum, link) => sum + streams.own(link, 'sync').queuedBytes, 0);
  const fill = (link: SilentLink, bytes: number): void => {
    const stream = streams.own(link, 'sync');
    while (stream.queuedBytes + MAX_FRAME_BYTES < bytes) stream.send(numbered(1, MAX_FRAME_BYTES - 3));
  };
  const [greedy, modest] = [links.slice(0, 16), links.slice(16)];
  for (const link of modest) fill(link, 500_000);
  for (const link of greedy.slice(1)) fill(link, MAX_STREAM_QUEUED_BYTES);
  expect(queued()).toBeLessThan(MAX_ALL_QUEUED_BYTES);
  streams.enforceBound(links);
  expect(resets).toEqual([]);
  fill(greedy[0]!, MAX_STREAM_QUEUED_BYTES);
  expect(queued()).toBeGreaterThan(MAX_ALL_QUEUED_BYTES);
  streams.enforceBound(links);
  expect(queued()).toBeLessThanOrEqual(MAX_ALL_QUEUED_BYTES);
  expect(resets).toHaveLength(1);
  expect(greedy).toContain(resets[0]);
});
