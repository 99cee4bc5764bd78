// One channel of transfers, without anything that carries it.
import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import type { Carrier, CarrierListener } from '../../src/net/bulk/carrier.ts';
import { Channel, type ChannelEnd } from '../../src/net/bulk/channel.ts';
import { RunHash } from '../../src/net/bulk/run-hash.ts';
import { createHash } from 'node:crypto';

const STALL_MS = 1_000;

class FakeCarrier implements Carrier {
  readonly path = 'link';
  isPaused = false;
  listener: CarrierListener | undefined;

  start(listener: CarrierListener): void {
    this.listener = listener;
  }
  write(_bytes: Uint8Array, written: () => void): void {
    written();
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  end(): Promise<void> {
    return Promise.resolve();
  }
}

class FakeEnd implements ChannelEnd {
  isWaiting = false;
  progress = 0;
  readonly taken: number[] = [];

  bytes(chunk: Uint8Array): void {
    this.taken.push(...chunk);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function channelWith(told: string[] = []): Channel {
  return new Channel('a', 0, { up: () => told.push('up'), down: (reason) => told.push(reason) });
}

it('stalls only while the other end ought to do something, and does nothing', () => {
  const channel = channelWith();
  const end = new FakeEnd();
  channel.carry(new FakeCarrier());
  channel.use('t', () => end);
  expect(channel.isStalled(10 * STALL_MS, STALL_MS)).toBe(false);
  end.isWaiting = true;
  expect(channel.isStalled(10.5 * STALL_MS, STALL_MS)).toBe(false);
  end.progress += 1;
  expect(channel.isStalled(11.4 * STALL_MS, STALL_MS)).toBe(false);
  expect(channel.isStalled(12.3 * STALL_MS, STALL_MS)).toBe(false);
  expect(channel.isStalled(12.4 * STALL_MS, STALL_MS)).toBe(true);
});

it('keeps what comes before it is known what it is for, but not much', async () => {
  const told: string[] = [];
  const carrier = new FakeCarrier();
  const channel = channelWith(told);
  channel.carry(carrier);
  expect(carrier.isPaused).toBe(true);
  carrier.listener?.bytes(new Uint8Array([1, 2]));
  carrier.listener?.bytes(new Uint8Array([3]));
  const end = new FakeEnd();
  channel.use('t', () => end);
  expect(end.taken).toEqual([1, 2, 3]);
  expect(carrier.isPaused).toBe(false);

  const flooded = channelWith(told);
  const other = new FakeCarrier();
  flooded.carry(other);
  for (let count = 0; count < 5; count++) other.listener?.bytes(new Uint8Array(64 * 1024));
  await expect.poll(() => told).toEqual(['up', 'up', expect.stringMatching(/before it was asked/u)]);
});

it('is told to be down once, and does nothing afterwards', async () => {
  const told: string[] = [];
  const channel = channelWith(told);
  const end = new FakeEnd();
  channel.use('t', () => end);
  await Promise.all([channel.close('first'), channel.close('second')]);
  channel.carry(new FakeCarrier());
  expect(told).toEqual(['first']);
});

it('the hash of a run counts a piece when all of it came, in order, and none that was replaced', async () => {
  const bytes = new Uint8Array(300).map((_, index) => index);
  const expected = createHash('sha256').update(bytes).digest('hex');
  const reads: number[] = [];
  const run = new RunHash();
  const digest = async (): Promise<string> => {
    const read = (buffer: Uint8Array, position: number): Promise<void> => {
      reads.push(position);
      buffer.set(bytes.subarray(position, position + buffer.length));
      return Promise.resolve();
    };
    return Buffer.from(await run.digest(300, new Uint8Array(64), read)).toString('hex');
  };
  const first = run.pieceAt(0, 100);
  first?.hash.update(bytes.subarray(0, 100));
  expect(run.pieceAt(100, 100)).toBeUndefined();
  const broken = run.pieceAt(0, 100);
  broken?.hash.update(bytes.subarray(7, 50));
  if (first !== undefined) run.add(first);
  expect(run.position).toBe(100);
  expect(await digest()).toBe(expected);
  expect(reads).toEqual([100, 164, 228, 292]);
  // Known by now.
  expect(await digest()).toBe(expected);
  expect(reads).toHaveLength(4);
  const late = run.pieceAt(300, 10);
  run.changedAt(50);
  expect(run.position).toBe(0);
  if (late !== undefined) run.add(late);
  expect(run.position).toBe(0);
  expect(await digest()).toBe(expected);
});
