// The real clock, and waiting on any clock.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { deadline, sleep, systemClock } from '../../src/base/clock.ts';
import { ManualClock } from '../net/manual-clock.ts';

describe('the system clock', () => {
  it('calls back once, or again and again, until cancelled', async () => {
    const calls: string[] = [];
    await new Promise<void>((resolve) => {
      const never = systemClock.after(1, () => calls.push('never'));
      never.cancel();
      systemClock.after(5, () => calls.push('once'));
      const every = systemClock.every(2, () => {
        calls.push('every');
        if (calls.filter((call) => call === 'every').length < 8) return;
        every.cancel();
        resolve();
      });
    });
    expect(calls.filter((call) => call === 'once')).toHaveLength(1);
    expect(calls).not.toContain('never');
    const count = calls.length;
    await sleep(systemClock, 10);
    expect(calls).toHaveLength(count);
  });

  it('goes forward', () => {
    const [wall, monotonic] = [systemClock.now(), systemClock.monotonicMs()];
    expect(Math.abs(wall - Date.now())).toBeLessThan(1_000);
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(monotonic);
  });
});

describe('waiting', () => {
  it('sleep ends in time, or when it is given up, and leaves no timer', async () => {
    const clock = new ManualClock();
    const sleeping = sleep(clock, 100);
    expect(clock.timerCount).toBe(1);
    clock.advance(100);
    await sleeping;
    const controller = new AbortController();
    const given = sleep(clock, 100, controller.signal);
    controller.abort();
    await given;
    await sleep(clock, 100, controller.signal);
    expect(clock.timerCount).toBe(0);
  });

  it('a deadline aborts in time, or with its parent, or not at all when done', () => {
    const clock = new ManualClock();
    const late = deadline(clock, 50);
    clock.advance(49);
    expect(late.signal.aborted).toBe(false);
    clock.advance(1);
    expect(late.signal.aborted).toBe(true);
    const parent = new AbortController();
    const child = deadline(clock, 50, parent.signal);
    const finished = deadline(clock, 50, parent.signal);
    finished.done();
    parent.abort(new Error('enough'));
    expect(child.signal.reason).toEqual(new Error('enough'));
    expect(deadline(clock, 50, parent.signal).signal.aborted).toBe(true);
    clock.advance(100);
    expect(finished.signal.aborted).toBe(false);
  });
});
