// Entries on their way to the worker: all their bytes in one buffer, which changes hands. Copied one by one they would cost
// twice as much; and as parts of the frames that they came in, each would take its whole frame along.

import type { NewEntry } from '../../contracts/history.ts';

type Bytes = 'hash' | 'previous' | 'header' | 'signature' | 'body' | 'unchecked';

interface PackedEntry extends Omit<NewEntry, Bytes> {
  /** Of hash, previous hash, header, signature, body, public key, signed message, in this order; -1 for what is not there. */
  readonly lengths: readonly number[];
}

export interface PackedEntries {
  readonly entries: readonly PackedEntry[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function packEntries(entries: readonly NewEntry[]): PackedEntries {
  const parts: Uint8Array[] = [];
  let total = 0;
  const lengthOf = (part: Uint8Array | undefined): number => {
    if (part === undefined) return -1;
    parts.push(part);
    total += part.length;
    return part.length;
  };
  const packed = entries.map(({ hash, previous, header, signature, body, unchecked, ...rest }) => ({
    ...rest,
    lengths: [hash, previous, header, signature, body, unchecked?.publicKey, unchecked?.message].map(lengthOf),
  }));
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { entries: packed, bytes };
}

export function unpackEntries({ entries, bytes }: PackedEntries): NewEntry[] {
  let offset = 0;
  const take = (length: number | undefined): Uint8Array | undefined => {
    if (length === undefined || length < 0) return undefined;
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const none = new Uint8Array(0);
  return entries.map(({ lengths, ...rest }) => {
    const [hash, previous, header, signature, body, publicKey, message] = lengths.map(take);
    return {
      ...rest,
      hash: hash ?? none,
      previous: previous ?? none,
      header: header ?? none,
      signature: signature ?? none,
      ...(body === undefined ? {} : { body }),
      ...(publicKey === undefined || message === undefined ? {} : { unchecked: { publicKey, message } }),
    };
  });
}
