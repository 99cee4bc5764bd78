// What carries the bytes of a channel: a TLS socket, or a stream of the link.

import type { BulkPath } from '../../contracts/bulk.ts';

export interface CarrierListener {
  /** Bytes that came. They are only lent: whoever wants to keep them copies them. Some may still come after `pause`. */
  bytes(chunk: Uint8Array): void;
  /** Once, unless it was ended here: nothing comes and nothing goes any more. */
  closed(reason: string): void;
}

export interface Carrier {
  readonly path: BulkPath;
  /** Bytes come from now on. */
  start(listener: CarrierListener): void;
  /** `written` when the memory of `bytes` may be used for something else; never, if it closes before. */
  write(bytes: Uint8Array, written: () => void): void;
  pause(): void;
  resume(): void;
  /** The listener hears nothing any more. What was written still goes out, for a short while; resolves when nothing is left. */
  end(): Promise<void>;
}
