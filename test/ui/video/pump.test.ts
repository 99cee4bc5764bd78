// How often pictures are drawn: bounded by the terminal, by its answers, by the bytes. Nothing queues.

import '../../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { ARE_YOU_READY, PicturePump } from '../../../cli/ui/video/picture-pump.ts';

interface World {
  readonly pump: PicturePump;
  /** When something was drawn. */
  readonly drawn: number[];
  readonly requests: string[];
  /** So long does a write last. */
  writeMs: number;
  bytes: number | undefined;
  /** Lets time pass, with a new picture every 10 ms. */
  readonly pass: (ms: number, everyMs?: (now: number) => void) => void;
  readonly timers: () => number;
}

function world(canAsk = true): World {
  let now = 0;
  let next = 0;
  const timers = new Map<number, { at: number; callback: () => void }>();
  const drawn: number[] = [];
  const requests: string[] = [];
  const own: World = {
    pump: new PicturePump({
      present: (request) => {
        if (own.bytes === undefined) return undefined;
        drawn.push(now);
        requests.push(request);
        now += own.writeMs;
        return own.bytes;
      },
      now: () => now,
      after: (delayMs, callback) => {
        const id = next++;
        timers.set(id, { at: now + delayMs, callback });
        return () => void timers.delete(id);
      },
      canAsk,
    }),
    ...{ drawn, requests, writeMs: 0, bytes: 1_000 },
    timers: () => timers.size,
    pass: (ms, every) => {
      const end = now + ms;
      while (now < end) {
        own.pump.wake();
        for (const [id, { at, callback }] of [...timers])
          if (at <= now) {
            timers.delete(id);
            callback();
          }
        every?.(now);
        now += 10;
      }
    },
  };
  return own;
}

describe('the pace of pictures', () => {
  it('is at most twenty a second, and none without anything new', () => {
    const { pump, drawn, pass } = world();
    pass(1_000, () => pump.answered());
    expect(drawn.length).toBeGreaterThan(14);
    expect(drawn.length).toBeLessThanOrEqual(20);
  });

  it('has two on the way at most while the terminal does not answer, and asks in vain only twice', () => {
    const { pump, drawn, requests, pass } = world();
    pass(900);
    expect(drawn).toHaveLength(2);
    expect(pump.isWaitingForAnswer).toBe(true);
    pass(3_000);
    expect(requests.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ARE_YOU_READY));
    expect(requests.slice(4).every((request) => request === '')).toBe(true);
    expect(requests.length).toBeGreaterThan(6);
  });

  it('follows a slow line by its answers', () => {
    const { pump, drawn, pass } = world();
    pump.answered();
    let answeredAt = 0;
    pass(6_000, (now) => {
      if (now - answeredAt < 300 || !pump.isWaitingForAnswer) return;
      answeredAt = now;
      pump.answered();
    });
    expect(drawn.length).toBeLessThanOrEqual(22);
    expect(drawn.length).toBeGreaterThan(15);
  });

  it('spends a fifth of the time with writing, and a bounded number of bytes', () => {
    const slow = world(false);
    slow.writeMs = 60;
    slow.pass(10_000);
    expect(slow.drawn.length * 60).toBeLessThan(10_000 * 0.3);
    const large = world(false);
    large.bytes = 4_000_000;
    large.pass(10_000);
    expect(large.drawn.length).toBeLessThan(40);
    expect(large.drawn.length).toBeGreaterThan(10);
  });

  it('waits for the terminal to take bytes again, and stops', async () => {
    const it = world();
    it.bytes = undefined;
    it.pass(500);
    expect(it.drawn).toEqual([]);
    it.bytes = 10;
    it.pass(500);
    expect(it.drawn).toEqual([]);
    it.pump.drained();
    it.pass(100);
    expect(it.drawn.length).toBeGreaterThan(0);
    const settled = it.pump.settled(300);
    it.pump.answered();
    it.pump.answered();
    await settled;
    expect(it.timers()).toBe(0);
    it.pump.wake();
    expect(it.timers()).toBe(0);
  });
});
