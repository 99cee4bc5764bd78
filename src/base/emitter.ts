// Tells several listeners the same thing; one that throws can't keep it from the others.

export type Unsubscribe = () => void;

export class Emitter<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  on(listener: (event: Event) => void, options: { signal?: AbortSignal } = {}): Unsubscribe {
    if (options.signal?.aborted === true) return () => undefined;
    this.#listeners.add(listener);
    const off = (): void => {
      this.#listeners.delete(listener);
      options.signal?.removeEventListener('abort', off);
    };
    options.signal?.addEventListener('abort', off, { once: true });
    return off;
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }
}
