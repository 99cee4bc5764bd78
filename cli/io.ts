// What a command may touch of the process, handed in so that tests can hand in something else.

import type { Readable, Writable } from 'node:stream';

export interface CliIo {
  /** In the program a `tty.ReadStream` when a person types. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** In the program a `tty.WriteStream` when a person looks. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What every command of the program comes to. */
export const EXIT = {
  done: 0,
  /** Something went wrong on the way. */
  failed: 1,
  /** It could not begin: an unusable option, an occupied port, a broken data folder. */
  unusable: 2,
  /** `say`: kept for later, because nobody who was there has confirmed it. */
  kept: 3,
  /** `say`, `history`: nobody of that name, no such room. */
  unknown: 4,
} as const;
