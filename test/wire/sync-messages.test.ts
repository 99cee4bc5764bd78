// The messages of /mmchat/sync/1: round trip, bytes, tolerance for later versions, bounds, and nothing but WireError.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import { MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { SyncMessage as MessageCodec } from '../../src/wire/generated/sync-messages.ts';
import {
  MAX_SYNC_CONVERSATIONS,
  MAX_SYNC_ENTRIES,
  MAX_SYNC_LOGS,
  MAX_SYNC_RANGES,
  MAX_TEXT_BYTES,
} from '../../src/wire/limits.ts';
import {
  decodeSyncMessage,
  encodeSyncMessage,
  type SyncLog,
  type SyncMessage,
  type SyncRange,
} from '../../src/wire/sync-messages.ts';
import { exactly, mutation, unknownFields } from './sample-wire.ts';

const counter = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.constant(Number.MAX_SAFE_INTEGER));
const id = fc.oneof(fc.nat(0xffff_ffff), fc.nat(200));
const empty = new Uint8Array(0);

/** Ascending and apart from each other. */
const ranges: fc.Arbitrary<SyncRange[]> = fc
  .array(fc.record({ gap: fc.integer({ min: 2, max: 400 }), length: fc.nat(400) }), { maxLength: 10 })
  .map((steps) => {
    let last = -1;
    return steps.map(({ gap, length }) => {
      const first = last + gap;
      last = first + length;
      return { first, last };
    });
  });

const logName = { author: exactly(32), logId: exactly(16) };
const log: fc.Arbitrary<SyncLog> = fc.record({
  ...logName,
  ranges,
  headHash: exactly(32),
  forkMark: fc.oneof(fc.constant(empty), exactly(16)),
  before: counter,
  old: counter,
});
const entry = fc.record({
  header: fc.uint8Array({ maxLength: 1_024 }),
  signature: exactly(64),
  body: fc.uint8Array({ maxLength: 3_000 }),
  bodyGone: fc.boolean(),
});

const syncMessage: fc.Arbitrary<SyncMessage> = fc.oneof(
  fc.record({ type: fc.constant('offer' as const), fingerprint: exactly(16), reply: fc.boolean() }),
  fc.record({
    type: fc.constant('conversations' as const),
    items: fc.array(
      fc.record({ conversation: exactly(16), fingerprint: exactly(16), ageMs: counter, historyMs: counter }),
      { maxLength: 10 },
    ),
    reply: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('logs' as const),
    conversation: exactly(16),
    logs: fc.array(log, { maxLength: 8 }),
    more: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('want' as const),
    id,
    conversation: exactly(16),
    logs: fc.array(fc.record({ ...logName, ranges }), { maxLength: 8 }),
    bodies: fc.array(exactly(16), { maxLength: 10 }),
  }),
  fc.record({
    type: fc.constant('batch' as const),
    id,
    entries: fc.array(entry, { maxLength: 8 }),
    last: fc.boolean(),
  }),
  fc.constant({ type: 'unknown' as const }),
);

function orWireError<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    expect((error as Error).message).toMatch(/\.$/);
    return undefined;
  }
}

const plainLog: SyncLog = {
  author: new Uint8Array(32),
  logId: new Uint8Array(16),
  ranges: [{ first: 1, last: 2 }],
  headHash: new Uint8Array(32),
  forkMark: empty,
  before: 0,
  old: 0,
};
const half = new Uint8Array(16);

describe('sync messages', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(syncMessage, (message) => {
        expect(decodeSyncMessage(encodeSyncMessage(message))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('have the documented bytes', () => {
    const fingerprint = half.map((_, at) => at);
    const print = `10${toHex(fingerprint)}`;
    expect(toHex(encodeSyncMessage({ type: 'offer', fingerprint, reply: true }))).toBe(`0a140a${print}1001`);
    expect(
      toHex(
        encodeSyncMessage({
          type: 'conversations',
          items: [{ conversation: half, fingerprint, ageMs: 300, historyMs: 1 }],
          reply: false,
        }),
      ),
    ).toBe(`122b0a29` + `0a10${'00'.repeat(16)}` + `12${print}` + '18ac02' + '2001');
    expect(toHex(encodeSyncMessage({ type: 'batch', id: 7, entries: [], last: true }))).toBe('2a0408071801');
    expect(
      toHex(
        encodeSyncMessage({
          type: 'want',
          id: 1,
          conversation: half,
          logs: [{ author: new Uint8Array(32), logId: half, ranges: [{ first: 2, last: 300 }] }],
          bodies: [half],
        }),
      ),
    ).toBe(
      '2263' +
        '0801' +
        `1210${'00'.repeat(16)}` +
        `1a3b0a20${'00'.repeat(32)}1210${'00'.repeat(16)}1a05080210ac02` +
        `2210${'00'.repeat(16)}`,
    );
  });

  it('are the same with fields that a later version appended', () => {
    fc.assert(
      fc.property(syncMessage, unknownFields, unknownFields, (message, before, after) => {
        expect(decodeSyncMessage(concatBytes(before, encodeSyncMessage(message), after))).toEqual(message);
      }),
    );
    expect(decodeSyncMessage(new Uint8Array([0xa2, 0x06, 2, 1, 2]))).toEqual({ type: 'unknown' });
    expect(decodeSyncMessage(empty)).toEqual({ type: 'unknown' });
  });

  it('give a WireError or a message that can be encoded again, after any mutation', () => {
    fc.assert(
      fc.property(syncMessage, mutation, (message, mutate) => {
        const decoded = orWireError(() => decodeSyncMessage(mutate(encodeSyncMessage(message))));
        if (decoded !== undefined) expect(decodeSyncMessage(encodeSyncMessage(decoded))).toEqual(decoded);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void orWireError(() => decodeSyncMessage(bytes))),
      { numRuns: 2_000 },
    );
  });

  it('with fields of the wrong length are refused', () => {
    const short = new Uint8Array(15);
    const wrong = [
      { offer: { fingerprint: short, reply: true } },
      { conversations: { items: [{ conversation: short, fingerprint: half, ageMs: 0, historyMs: 0 }], reply: true } },
      { conversations: { items: [{ conversation: half, fingerprint: short, ageMs: 0, historyMs: 0 }], reply: true } },
      { logs: { conversation: short, logs: [], more: false } },
      ...[{ author: half }, { logId: short }, { headHash: half }, { forkMark: short }].map((change) => ({
        logs: { conversation: half, logs: [{ ...plainLog, ranges: [...plainLog.ranges], ...change }], more: false },
      })),
      { want: { id: 1, conversation: half, logs: [], bodies: [short] } },
      { batch: { id: 1, entries: [{ header: empty, signature: half, body: empty, bodyGone: false }], last: true } },
      {
        batch: {
          id: 1,
          entries: [{ header: new Uint8Array(1_025), signature: new Uint8Array(64), body: empty, bodyGone: false }],
          last: true,
        },
      },
    ];
    for (const message of wrong) expect(() => decodeSyncMessage(MessageCodec.encode(message))).toThrow(WireError);
  });

  it('with ranges in disorder are refused', () => {
    const disorder: SyncRange[][] = [
      [{ first: 0, last: 1 }],
      [{ first: 3, last: 2 }],
      [
        { first: 1, last: 2 },
        { first: 3, last: 4 },
      ],
      [
        { first: 5, last: 6 },
        { first: 1, last: 2 },
      ],
      [
        { first: 1, last: 5 },
        { first: 5, last: 9 },
      ],
    ];
    for (const some of disorder) {
      const logs = { conversation: half, logs: [{ ...plainLog, ranges: some }], more: false };
      const want = {
        id: 1,
        conversation: half,
        logs: [{ author: plainLog.author, logId: half, ranges: some }],
        bodies: [],
      };
      expect(() => decodeSyncMessage(MessageCodec.encode({ logs }))).toThrow(WireError);
      expect(() => decodeSyncMessage(MessageCodec.encode({ want }))).toThrow(WireError);
    }
    expect(
      decodeSyncMessage(
        encodeSyncMessage({
          type: 'logs',
          conversation: half,
          logs: [{ ...plainLog, ranges: [{ first: 1, last: Number.MAX_SAFE_INTEGER }] }],
          more: false,
        }),
      ),
    ).toMatchObject({ logs: [{ ranges: [{ first: 1, last: Number.MAX_SAFE_INTEGER }] }] });
  });
});

describe('decoding sync messages is bounded', () => {
  const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]);
  const field = (number: number, content: Uint8Array): Uint8Array =>
    concatBytes(new Uint8Array([number * 8 + 2, ...varint(content.length)]), content);
  const empties = (number: number, count: number): Uint8Array =>
    new Uint8Array(2 * count).map((_, at) => (at % 2 === 0 ? number * 8 + 2 : 0));

  const causeOf = (bytes: Uint8Array): string => {
    try {
      decodeSyncMessage(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
      const { cause, message } = error as Error;
      return cause instanceof Error ? cause.message : message;
    }
    throw new Error('nothing was thrown');
  };

  it('by the limit of each repeated field, found out while decoding', () => {
    const conversation = field(1, half);
    const repeated: [limit: number, make: (count: number) => Uint8Array][] = [
      [MAX_SYNC_CONVERSATIONS, (count) => field(2, empties(1, count))],
      [MAX_SYNC_LOGS, (count) => field(3, concatBytes(conversation, empties(2, count)))],
      [MAX_SYNC_RANGES, (count) => field(3, concatBytes(conversation, field(2, empties(3, count))))],
      [MAX_SYNC_LOGS, (count) => field(4, empties(3, count))],
      [MAX_SYNC_RANGES, (count) => field(4, field(3, empties(3, count)))],
      [MAX_SYNC_ENTRIES, (count) => field(4, empties(4, count))],
      [MAX_SYNC_ENTRIES, (count) => field(5, empties(2, count))],
    ];
    for (const [limit, make] of repeated)
      for (const count of [limit + 1, 20_000]) expect(causeOf(make(count))).toContain('too many elements');
  });

  it('by the length of the input', () => {
    expect(causeOf(field(5, empties(2, 60_000)))).toContain('more than');
  });

  it('and the limits do not get in the way of what is allowed', () => {
    const body = new Uint8Array(MAX_TEXT_BYTES + 200);
    const largest = encodeSyncMessage({
      type: 'batch',
      id: 0xffff_ffff,
      entries: [{ header: new Uint8Array(1_024), signature: new Uint8Array(64), body, bodyGone: false }],
      last: true,
    });
    expect(largest.length).toBeLessThan(MAX_FRAME_BYTES);
    const crowd = encodeSyncMessage({
      type: 'conversations',
      items: Array.from({ length: MAX_SYNC_CONVERSATIONS }, () => ({
        conversation: half,
        fingerprint: half,
        ageMs: Number.MAX_SAFE_INTEGER,
        historyMs: Number.MAX_SAFE_INTEGER,
      })),
      reply: true,
    });
    expect(decodeSyncMessage(crowd)).toMatchObject({ type: 'conversations' });
  });
});
