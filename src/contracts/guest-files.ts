// Files on their way between guests of a super-peer and peers: kept on this disk only until they are handed on.

export interface GuestFile {
  /** So far. */
  readonly bytes: number;
  /** @throws MmchatError `disk-full`, `data-dir` */
  write(bytes: Uint8Array): Promise<void>;
  /** All of it is there. Resolves with its absolute path. */
  finish(): Promise<string>;
  discard(): Promise<void>;
}

export interface GuestFiles {
  /** What earlier runs left is removed. */
  clear(): Promise<void>;
  /** @param name clean and harmless as the name of a file; @throws MmchatError `disk-full`, `data-dir` */
  create(name: string): Promise<GuestFile>;
  /** @throws MmchatError `no-such-file` */
  read(path: string, chunkBytes: number): AsyncIterable<Uint8Array>;
  /** One that `create` made; others stay. No error when it is gone already. */
  remove(path: string): Promise<void>;
}
