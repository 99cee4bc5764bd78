// Time as a part that is handed in, so that scenarios of hours run in milliseconds.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time, milliseconds since the epoch. May jump. Only ever shown or stored, never used to measure. */
  now(): number;
  /** Milliseconds from an arbitrary start, never backwards, with fractions. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`. Never keeps a process alive by itself. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls back every `periodMs` until cancelled. Never keeps a process alive by itself. */
  every(periodMs: number, callback: () => void): Timer;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    // Node.js cuts fractions off: who is woken before the time has to sleep once more.
    const handle = setTimeout(callback, Math.ceil(delayMs));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  every(periodMs, callback) {
    const handle = setInterval(callback, periodMs);
    handle.unref();
    return { cancel: () => clearInterval(handle) };
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts (it does not throw: look at the signal). */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.after(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/** A signal that aborts after `delayMs` on this clock, or when `parent` does. Call `done()` when the work ended. */
export function deadline(clock: Clock, delayMs: number, parent?: AbortSignal): { signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const timer = clock.after(delayMs, () => controller.abort(new Error('it took too long')));
  const onParent = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) onParent();
  parent?.addEventListener('abort', onParent, { once: true });
  return {
    signal: controller.signal,
    done() {
      timer.cancel();
      parent?.removeEventListener('abort', onParent);
    },
  };
}
