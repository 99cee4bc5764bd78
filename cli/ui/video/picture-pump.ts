// When pictures are drawn: as often as the terminal takes them, never more. What comes in between is left out, not queued.

/** Not more often than eyes see it in cells. */
export const LEAST_PERIOD_MS = 50;
const MOST_PERIOD_MS = 1_000;
const MOST_BYTES_PER_SECOND = 8_000_000;
/** Of the time at most this share is spent with writing. */
const WRITING_SHARE = 0.2;
/** Written and not known to be drawn: over a slow line more would be in the way of what is typed. */
const MOST_ON_THE_WAY = 2;
/** A terminal that does not answer within this time is not waited for. */
const ANSWER_MS = 1_000;
/** One that has answered before is only slow. */
const SLOW_ANSWER_MS = 5_000;
/** So many times without a single answer: it never does. */
const MOST_SILENCES = 2;
/** DSR 5, which every terminal answers with `CSI 0 n` when it has drawn what came before. */
export const ARE_YOU_READY = '\u001B[5n';

export interface PumpParts {
  /** Draws what is new, with this request behind it. Gives the bytes; undefined when the terminal is busy. */
  readonly present: (request: string) => number | undefined;
  readonly now: () => number;
  /** Calls back once; gives what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Whether this terminal may be asked anything. */
  readonly canAsk: boolean;
}

export class PicturePump {
  readonly #parts: PumpParts;
  #timer: (() => void) | undefined;
  #patience: (() => void) | undefined;
  #presentedAt = Number.NEGATIVE_INFINITY;
  #periodMs = LEAST_PERIOD_MS;
  /** Requests without an answer. */
  #onTheWay = 0;
  #silences = 0;
  #isAsking: boolean;
  /** Something new waits until the terminal is ready. */
  #isDue = false;
  #isStopped = false;
  #settled: (() => void)[] = [];

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#isAsking = parts.canAsk;
  }

  /** How long it is until the next picture, at least. */
  get periodMs(): number {
    return this.#periodMs;
  }

  get isWaitingForAnswer(): boolean {
    return this.#onTheWay > 0;
  }

  /** There is something new. */
  wake(): void {
    if (this.#isStopped || this.#timer !== undefined || this.#isDue) return;
    const waitMs = this.#presentedAt + this.#periodMs - this.#parts.now();
    // Always by the timer: what is being typed comes first.
    this.#timer = this.#parts.after(Math.max(0, waitMs), () => this.#step());
  }

  /** The terminal takes bytes again. */
  drained(): void {
    this.#goOn();
  }

  /** The terminal has drawn what was sent before the request. */
  answered(): void {
    if (this.#onTheWay > 0) this.#onTheWay--;
    this.#silences = Number.NEGATIVE_INFINITY;
    this.#patience?.();
    this.#patience = undefined;
    if (this.#onTheWay > 0) this.#beginPatience();
    else for (const settle of this.#settled.splice(0)) settle();
    this.#goOn();
  }

  /** Resolves when no answer is on its way to whoever reads the keyboard next; after a moment in any case. */
  async settled(withinMs: number): Promise<void> {
    this.stop();
    if (this.#onTheWay === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.after(withinMs, resolve);
      this.#settled.push(() => {
        cancel();
        resolve();
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
    this.#timer = undefined;
    this.#patience?.();
    this.#patience = undefined;
  }

  #step(): void {
    this.#timer = undefined;
    if (this.#onTheWay >= MOST_ON_THE_WAY) {
      this.#isDue = true;
      return;
    }
    const before = this.#parts.now();
    const bytes = this.#parts.present(this.#isAsking ? ARE_YOU_READY : '');
    if (bytes === undefined) {
      this.#isDue = true;
      return;
    }
    if (bytes === 0) return;
    this.#presentedAt = before;
    // A write to a terminal lasts until the terminal has taken it.
    const writing = (this.#parts.now() - before) / WRITING_SHARE;
    const needed = Math.max(writing, (bytes * 1000) / MOST_BYTES_PER_SECOND);
    this.#periodMs = Math.max(LEAST_PERIOD_MS, Math.min(MOST_PERIOD_MS, this.#periodMs * 0.8 + needed * 0.2));
    if (!this.#isAsking) return;
    this.#onTheWay++;
    if (this.#patience === undefined) this.#beginPatience();
  }

  #silent(): void {
    this.#patience = undefined;
    this.#onTheWay = 0;
    if (++this.#silences >= MOST_SILENCES) this.#isAsking = false;
    this.#periodMs = Math.min(MOST_PERIOD_MS, this.#periodMs * 2);
    this.#goOn();
  }

  #beginPatience(): void {
    if (this.#isStopped) return;
    const hasAnswered = this.#silences === Number.NEGATIVE_INFINITY;
    this.#patience = this.#parts.after(hasAnswered ? SLOW_ANSWER_MS : ANSWER_MS, () => this.#silent());
  }

  #goOn(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.wake();
  }
}
