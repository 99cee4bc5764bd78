// Finds out once, when there are pictures for the first time, whether the terminal shows pixels.

import { GRAPHICS_QUERY, graphicsAnswerOf } from './kitty-graphics.ts';

/** Later answers still count, but nobody waits for them. */
const PATIENCE_MS = 500;

export interface GraphicsQuestionParts {
  /** Whether it may be asked at all. */
  readonly mayAsk: boolean;
  /** Writes to the terminal; false when that can't be now. */
  readonly ask: (query: string) => boolean;
  readonly onGraphics: () => void;
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export class GraphicsQuestion {
  readonly #parts: GraphicsQuestionParts;
  #state: 'unasked' | 'asked' | 'answered';
  #cancel: (() => void) | undefined;
  /** The answer that every terminal gives has not come. */
  #isWaiting = false;
  #onSettled: (() => void) | undefined;

  constructor(parts: GraphicsQuestionParts) {
    this.#parts = parts;
    this.#state = parts.mayAsk ? 'unasked' : 'answered';
  }

  /** An answer that comes later would be read by whoever reads the keyboard next. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** There are pictures to be shown. */
  look(): void {
    if (this.#state !== 'unasked' || !this.#parts.ask(GRAPHICS_QUERY)) return;
    this.#state = 'asked';
    this.#isWaiting = true;
    this.#cancel = this.#parts.after(PATIENCE_MS, () => {
      this.#isWaiting = false;
    });
  }

  /** Something that the terminal answered, whatever was asked. */
  answered(answer: string): void {
    const said = graphicsAnswerOf(answer);
    if (said === undefined || this.#state === 'unasked') return;
    // The second answer is that of every terminal, and the last.
    if (!answer.startsWith('\u001B_')) this.stop();
    if (this.#state === 'answered') return;
    this.#state = 'answered';
    if (said === 'graphics') this.#parts.onGraphics();
  }

  /** Resolves when no answer is on its way any more; after a moment in any case. */
  async settled(withinMs: number): Promise<void> {
    if (!this.#isWaiting) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.after(withinMs, resolve);
      this.#onSettled = () => {
        cancel();
        resolve();
      };
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#isWaiting = false;
    this.#onSettled?.();
    this.#onSettled = undefined;
  }
}
