// Emitters: everybody hears, whoever else fails, leaves or comes meanwhile.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { Emitter } from '../../src/base/emitter.ts';

function emitter(): { emitter: Emitter<number>; errors: unknown[] } {
  const errors: unknown[] = [];
  return { emitter: new Emitter<number>((error) => errors.push(error)), errors };
}

describe('an emitter', () => {
  it('tells all listeners, also when one throws', () => {
    const { emitter: events, errors } = emitter();
    const heard: string[] = [];
    events.on((event) => void heard.push(`first ${event}`));
    events.on(() => {
      throw new Error('a broken listener');
    });
    events.on((event) => void heard.push(`last ${event}`));
    events.emit(1);
    expect(heard).toEqual(['first 1', 'last 1']);
    expect(errors).toMatchObject([{ message: 'a broken listener' }]);
  });

  it('stops at unsubscribing, also in the middle and twice', () => {
    const { emitter: events } = emitter();
    const heard: number[] = [];
    const off = events.on((event) => {
      heard.push(event);
      off();
    });
    events.emit(1);
    events.emit(2);
    off();
    expect(heard).toEqual([1]);
    expect(events.listenerCount).toBe(0);
  });

  it('stops when the signal aborts, and keeps nothing of it', () => {
    const { emitter: events } = emitter();
    const controller = new AbortController();
    const heard: number[] = [];
    events.on((event) => void heard.push(event), { signal: controller.signal });
    events.emit(1);
    controller.abort();
    events.emit(2);
    events.on((event) => void heard.push(event), { signal: controller.signal });
    events.emit(3);
    expect(heard).toEqual([1]);
    expect(events.listenerCount).toBe(0);
  });
});
