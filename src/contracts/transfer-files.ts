// What is sent and received, as one run of bytes each: a file, or a folder as its manifest followed by its files in the
// manifest's order. Names and manifests from outside are never believed.

export type TransferFileKind = 'file' | 'folder';

/** Something in a folder that is not sent. */
export interface SkippedItem {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly reason: 'symlink' | 'special' | 'unreadable' | 'bad-name';
}

export interface SourceFacts {
  readonly kind: TransferFileKind;
  /** Last part of the path. */
  readonly name: string;
  /** Bytes of all files together. */
  readonly size: number;
  /** Bytes of the whole run: manifest and files. */
  readonly streamBytes: number;
  /** 0 for a file. */
  readonly manifestBytes: number;
  /** SHA-256, 32 bytes; of a folder only. */
  readonly manifestHash?: Uint8Array;
  readonly fileCount: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** At most 1,000 of them. */
  readonly skipped: readonly SkippedItem[];
  readonly skippedCount: number;
}

/** A file or folder as it was when it was opened. */
export interface ByteSource {
  readonly facts: SourceFacts;
  /**
   * Fills `buffer` with the bytes from `position` on.
   * @throws MmchatError `changed` (it is shorter, was replaced or written to), `no-such-file`, `unreadable`
   */
  read(buffer: Uint8Array, position: number): Promise<void>;
  /** @throws MmchatError `changed` when a file is not what it was at the opening (size, time, identity) */
  checkUnchanged(): Promise<void>;
  close(): Promise<void>;
}

export interface TargetSpec {
  /** 32 hex digits. */
  readonly transferId: string;
  /** Download folder, absolute; made when it is missing. */
  readonly folder: string;
  readonly kind: TransferFileKind;
  /** As its sender calls it: anything at all. */
  readonly name: string;
  readonly size: number;
  readonly streamBytes: number;
  readonly manifestBytes: number;
  readonly manifestHash?: Uint8Array;
  readonly modifiedAt: number;
  /** `partPath` of an earlier run, to be taken up again. */
  readonly partPath?: string;
}

/** What is being received, in a `.part` beside where it will be. */
export interface ByteTarget {
  readonly partPath: string;
  /** From the beginning so many bytes are there from an earlier run, unchecked: they may be wrong after a crash. */
  readonly presentBytes: number;
  /**
   * Writes at any position, in any order; also over what is there. Of a folder nothing behind the manifest before the manifest is
   * whole and was found good.
   * @throws MmchatError `disk-full`, `bad-manifest` (it breaks the rules: nothing was made of it), `data-dir` (folder not
   *   writable, or gone)
   */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Reads back what was written, to serve others and to check. */
  read(buffer: Uint8Array, position: number): Promise<void>;
  /**
   * Makes it durable and gives it its name: never another's, never over anything that is there (`name (1).ext`), with
   * its modification times.
   */
  finish(): Promise<{ readonly path: string }>;
  /** Leaves the part where it is. */
  close(): Promise<void>;
  /** Removes the part. */
  discard(): Promise<void>;
}
