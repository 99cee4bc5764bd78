// The life of every device, hardware or not: started once, lost or stopped once, and nothing is left of it.

import { MmchatError } from '../base/errors.ts';

export interface LifeStart {
  readonly onLost: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Begins; `ready()` or `fail()` follow, now or later. What it throws is a failure as well. */
  readonly open: () => void | Promise<void>;
  /** Takes everything away; called once. */
  readonly close: () => Promise<void>;
}

export class DeviceLife {
  readonly #ready = Promise.withResolvers<undefined>();
  #state: 'new' | 'starting' | 'running' | 'over' = 'new';
  #start: LifeStart | undefined;
  #closing: Promise<void> = Promise.resolve();
  #opening: Promise<void> = Promise.resolve();

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  async begin(start: LifeStart): Promise<void> {
    if (this.#state === 'over') throw stopped();
    if (this.#state !== 'new') throw new MmchatError('internal', 'A device is started once.');
    this.#state = 'starting';
    this.#start = start;
    if (start.signal?.aborted === true) {
      this.#state = 'over';
      throw stopped();
    }
    start.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#opening = this.#open(start);
    return this.#ready.promise.then(() => undefined);
  }

  async #open(start: LifeStart): Promise<void> {
    try {
      await start.open();
    } catch (error) {
      this.#fail(
        error instanceof MmchatError ? error : new MmchatError('internal', 'The device broke.', { cause: error }),
      );
    }
  }

  ready(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'running';
    this.#ready.resolve(undefined);
  }

  /** It does not start, or it is gone. */
  fail(sentence: string): void {
    this.#fail(new MmchatError('device-unavailable', sentence));
  }

  #fail(error: MmchatError): void {
    if (this.#state === 'over') return;
    const wasRunning = this.#state === 'running';
    // Not before everything is gone: whoever hears of it may open it anew.
    void this.#close().then(() => {
      if (wasRunning) this.#start?.onLost(error.message);
      else this.#ready.reject(error);
    });
  }

  async stop(): Promise<void> {
    if (this.#state === 'new') this.#state = 'over';
    if (this.#state === 'over') return this.#closing;
    const wasStarting = this.#state === 'starting';
    await this.#close();
    if (wasStarting) this.#ready.reject(stopped());
  }

  #close(): Promise<void> {
    this.#state = 'over';
    this.#start?.signal?.removeEventListener('abort', this.#onAbort);
    // What is being opened can only be taken away once it is there.
    this.#closing = this.#opening.then(() => this.#start?.close());
    return this.#closing;
  }

  readonly #onAbort = (): void => {
    void this.stop();
  };
}

function stopped(): MmchatError {
  return new MmchatError('stopped', 'The audio device was stopped before it was ready.');
}
