// The hint book: right network only, news only, and bounds that hold when strangers fill it.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../src/contracts/discovery.ts';
import {
  HINT_REPEAT_MS,
  HintBook,
  INSTANCES_KEPT,
  INSTANCES_PER_SOURCE,
  type HeardNode,
} from '../../src/net/discovery-hints.ts';
import { ManualClock } from './manual-clock.ts';

const OPEN: Announcement = { instanceId: 'f'.repeat(16), peerId: 'me', port: 9011 };
const tagOf = (instanceId: string): Uint8Array => new Uint8Array(8).fill(Number.parseInt(instanceId.slice(0, 2), 16));
const CLOSED: Announcement = { instanceId: 'f'.repeat(16), networkTag: tagOf, port: 9011 };

function heard(number: number, more: Partial<HeardNode> = {}): HeardNode {
  const instanceId = number.toString(16).padStart(16, '0');
  return { source: 'mdns', instanceId, from: '10.0.0.2', addresses: [{ host: '10.0.0.2', port: 9011 }], ...more };
}

describe('HintBook', () => {
  it('is closed to oneself, to tags in an open network, and to wrong or no tags in a closed one', () => {
    const open = new HintBook(new ManualClock(), OPEN);
    expect(open.isOfOurs(heard(1))).toBe(true);
    expect(open.isOfOurs(heard(1, { instanceId: OPEN.instanceId }))).toBe(false);
    expect(open.isOfOurs(heard(1, { tag: new Uint8Array(8) }))).toBe(false);
    const closed = new HintBook(new ManualClock(), CLOSED);
    const abc = 'ab'.repeat(8);
    expect(closed.isOfOurs(heard(1, { instanceId: abc, tag: tagOf(abc) }))).toBe(true);
    expect(closed.isOfOurs(heard(1, { instanceId: abc, tag: tagOf('cd') }))).toBe(false);
    expect(closed.isOfOurs(heard(1, { instanceId: abc }))).toBe(false);
  });

  it('passes on a peer id in an open network only', () => {
    const take = (announcement: Announcement): unknown =>
      new HintBook(new ManualClock(), announcement).take(heard(1, { peerId: 'somebody' }))?.peerId;
    expect(take(OPEN)).toBe('somebody');
    expect(take(CLOSED)).toBeUndefined();
  });

  it('repeats a hint only after a while, for a new address, or after a change of the own network', () => {
    const clock = new ManualClock();
    const book = new HintBook(clock, OPEN);
    const other = heard(1, { addresses: [{ host: '10.0.1.2', port: 9011 }] });
    expect(book.take(heard(1))).toMatchObject({ instanceId: heard(1).instanceId, addresses: [{ host: '10.0.0.2' }] });
    expect(book.take(heard(1))).toBeUndefined();
    expect(book.take(other)).toBeDefined();
    expect(book.take(heard(1))).toBeUndefined();
    clock.advance(HINT_REPEAT_MS);
    expect(book.take(heard(1))).toBeDefined();
    expect(book.take(other)).toBeUndefined();
    book.refresh();
    expect(book.take(heard(1))).toBeDefined();
  });

  it('keeps so many instances of one source, the newest', () => {
    const book = new HintBook(new ManualClock(), OPEN);
    book.take(heard(99_999, { from: '10.0.0.3' }));
    for (let number = 0; number < 10_000; number++) book.take(heard(number));
    expect(book.size).toBe(INSTANCES_PER_SOURCE + 1);
    expect(book.take(heard(99_999, { from: '10.0.0.3' }))).toBeUndefined();
    expect(book.take(heard(9999))).toBeUndefined();
    expect(book.take(heard(0))).toBeDefined();
  });

  it('keeps so many instances in all', () => {
    const book = new HintBook(new ManualClock(), OPEN);
    for (let number = 0; number < 20_000; number++) book.take(heard(number, { from: `10.0.${number % 250}.7` }));
    expect(book.size).toBe(INSTANCES_KEPT);
  });

  it('cuts long lists of addresses', () => {
    const addresses = Array.from({ length: 1000 }, (_, port) => ({ host: '10.0.0.2', port: port + 1 }));
    expect(new HintBook(new ManualClock(), OPEN).take(heard(1, { addresses }))?.addresses).toHaveLength(8);
  });
});
