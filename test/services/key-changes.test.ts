// The loud warning about a new key under a known name: when, how often, and for whom nobody can use it up.
import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { KeyChanges, SETTLE_MS } from '../../src/services/key-changes.ts';
import { Warnings } from '../../src/services/warnings.ts';
import type { NodeEvent } from '../../src/state/events.ts';
import { initialState } from '../../src/state/initial.ts';
import { StateHolder } from '../../src/state/state-holder.ts';
import { me, message, seen } from '../state/sample-events.ts';
import { samplePeerId } from '../state/sample-people.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly changes: KeyChanges;
  readonly emit: (event: NodeEvent) => void;
  readonly warned: string[];
}

function setUp(): Bench {
  const clock = new VirtualClock();
  const holder = new StateHolder(initialState(me, { closedNetwork: false }), (error) => {
    throw error;
  });
  const warnings = new Warnings({ emit: holder.emit, log: silentLog });
  const changes = new KeyChanges({ clock, warnings, state: () => holder.state });
  const warned: string[] = [];
  holder.on((event, state) => {
    changes.hear(event, state);
    if (event.type === 'warning' && event.warning.code === 'key-changed') warned.push(event.warning.text);
  });
  changes.start();
  return { clock, changes, emit: holder.emit, warned };
}

const known = (number: number, claimedName: string, verified = false): NodeEvent => ({
  type: 'person-remembered',
  peerId: samplePeerId(number),
  claimedName,
  rooms: [],
  pinnedAt: 1,
  verified,
});
const gone = (number: number): NodeEvent => ({ type: 'person-gone', peerId: samplePeerId(number), reason: 'lost' });
const ABOUT_BOB =
  'Somebody with a new key calls themselves bob. The bob you know is away. Compare words (/verify bob_1) before you trust them.';

test('is said once for each key and name', async () => {
  const { clock, emit, warned } = setUp();
  await clock.advance(SETTLE_MS);
  emit(known(9, 'bob'));
  emit(seen(1, 'bob'));
  expect(warned).toEqual([ABOUT_BOB]);
  emit(gone(1));
  emit(seen(1, 'bob'));
  emit({ type: 'message-added', message: message('m', { author: samplePeerId(1) }) });
  emit(seen(9, 'bob'));
  emit(gone(9));
  expect(warned.length).toBe(1);
  emit(seen(2, 'bob'));
  expect(warned.length).toBe(2);
  emit(seen(3, 'carol'));
  expect(warned.length).toBe(2);
});

test('is said when the known one leaves, and when somebody writes who was never met', async () => {
  const { clock, emit, warned } = setUp();
  await clock.advance(SETTLE_MS);
  emit(known(9, 'bob'));
  emit(seen(9, 'bob'));
  emit(seen(1, 'bob'));
  expect(warned).toEqual([]);
  emit(gone(9));
  expect(warned).toEqual([ABOUT_BOB]);
  emit({ type: 'person-remembered', peerId: samplePeerId(2), claimedName: 'bob', rooms: [] });
  expect(warned.length).toBe(1);
  emit({ type: 'messages-added', messages: [message('m', { author: samplePeerId(2) })] });
  expect(warned.length).toBe(2);
  expect(warned[1]).toContain('/verify bob_2');
});

test('waits after a start until everybody had time to come', async () => {
  const { clock, emit, warned, changes } = setUp();
  emit(known(9, 'bob'));
  emit(known(8, 'carol'));
  emit(seen(1, 'bob'));
  emit(seen(2, 'carol'));
  await clock.advance(SETTLE_MS - 1);
  emit(seen(9, 'bob'));
  expect(warned).toEqual([]);
  await clock.advance(1);
  expect(warned.length).toBe(1);
  expect(warned[0]).toContain('carol');
  changes.stop();
  expect(clock.timerCount).toBe(0);
});

test('says that the known one is blocked, and nothing about who is blocked', async () => {
  const { clock, emit, warned } = setUp();
  await clock.advance(SETTLE_MS);
  emit(known(9, 'bob'));
  emit({ type: 'blocked-changed', peerId: samplePeerId(9), blocked: true });
  emit(seen(1, 'bob'));
  expect(warned).toEqual([ABOUT_BOB.replace('away', 'blocked')]);
  emit({ type: 'blocked-changed', peerId: samplePeerId(1), blocked: true });
  emit(seen(1, 'B0B'));
  expect(warned.length).toBe(1);
});

test('can’t be used up by keys under other names', async () => {
  const { clock, emit, warned } = setUp();
  await clock.advance(SETTLE_MS);
  emit(known(1, 'alice', true));
  emit(known(2, 'bob'));
  for (let number = 100; number < 150; number++) emit(seen(number, 'bob'));
  expect(warned.length).toBe(4);
  // Names that strangers got one to know: many, but not endlessly many, and none of somebody verified.
  for (let number = 200; number < 300; number++) {
    emit(known(number, `x${number}`));
    emit(seen(1_000 + number, `x${number}`));
  }
  expect(warned.length).toBe(4 + 63);
  emit(seen(5_000, 'alice'));
  expect(warned.at(-1)).toContain('calls themselves alice');
});
