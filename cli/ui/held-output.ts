// While the screen belongs to the UI, what libraries print would ruin it: it is held and printed when the UI is gone.

export interface WritableOutput {
  write(text: string): boolean;
}

const HELD_LIMIT = 64 * 1024;

/** Holds everything written to `stream` until the returned function is called, which prints it if `print` says so. */
export function holdOutput(stream: WritableOutput, print: boolean): () => void {
  const original = Object.getOwnPropertyDescriptor(stream, 'write');
  let held = '';
  const write = (chunk: unknown, ...rest: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : '';
    held = (held + text).slice(0, HELD_LIMIT);
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done !== undefined) queueMicrotask(done);
    return true;
  };
  Object.defineProperty(stream, 'write', { configurable: true, writable: true, value: write });
  let holding = true;
  return () => {
    if (!holding) return;
    holding = false;
    if (original === undefined) Reflect.deleteProperty(stream, 'write');
    else Object.defineProperty(stream, 'write', original);
    if (print && held !== '') stream.write(held);
  };
}
