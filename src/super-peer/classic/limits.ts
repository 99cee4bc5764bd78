// How much of everything strangers may use. Nothing here is reached by people who chat.

const MIB = 1024 * 1024;

export interface ClassicLimits {
  /** Connections, joined or not. @default 10_000 */
  readonly connections: number;
  /** A longer line is skipped up to its end. @default 4 MiB */
  readonly lineBytes: number;
  /** Of every unfinished line so much is free; the rest comes out of `inputBytes`. @default 16 KiB */
  readonly freeInputBytes: number;
  /** All unfinished lines together. Who needs more waits. @default 256 MiB */
  readonly inputBytes: number;
  /** An unfinished line that is older is given up when others wait for memory. @default 30 s */
  readonly lineMs: number;
  /** So much may wait for a receiver without anybody being slowed. @default 64 KiB */
  readonly freeOutputBytes: number;
  /** A sender of whom more waits in the queues of slow receivers is not read until it drains. @default 1 MiB */
  readonly heldBytes: number;
  /** What waits for slow receivers, all together; long lines wait until it fits. @default 256 MiB */
  readonly outputBytes: number;
  /** A receiver for whom more waits is dropped. @default 64 MiB */
  readonly guestOutputBytes: number;
  /** A receiver that takes nothing for so long, though something waits for it, is dropped. @default 30 s */
  readonly stuckMs: number;
  /** A connection that has not joined by then is closed. @default 120 s */
  readonly joinMs: number;
  /** Closing waits so long for the last words to be taken. @default 5 s */
  readonly lingerMs: number;
  /** UTF-16 units; longer names are cut. @default 1_024 */
  readonly nameLength: number;
  /** All names together, as they stand in a list; beyond it names are cut to 64. @default 8 MiB */
  readonly listBytes: number;
  /** Rooms that one guest can be in, and the length of their names together. @default 10_000, 1 MiB */
  readonly roomsPerGuest: number;
  readonly roomNameLength: number;
  /** Lists for everybody: bytes at once, and a second; beyond that lists are merged, for at most `listMs`. */
  readonly listBurstBytes: number;
  readonly listBytesPerSecond: number;
  readonly listMs: number;
  /** Datagrams that wait to be sent. @default 4 MiB */
  readonly mediaQueueBytes: number;
  /** How long the caller of a room waits for somebody to accept, as long as the classic client does. @default 30 s */
  readonly callMs: number;
}

export const CLASSIC_LIMITS: ClassicLimits = {
  connections: 10_000,
  lineBytes: 4 * MIB,
  freeInputBytes: 16 * 1024,
  inputBytes: 256 * MIB,
  lineMs: 30_000,
  freeOutputBytes: 64 * 1024,
  heldBytes: MIB,
  outputBytes: 256 * MIB,
  guestOutputBytes: 64 * MIB,
  stuckMs: 30_000,
  joinMs: 120_000,
  lingerMs: 5_000,
  nameLength: 1_024,
  listBytes: 8 * MIB,
  roomsPerGuest: 10_000,
  roomNameLength: MIB,
  listBurstBytes: 4 * MIB,
  listBytesPerSecond: 8 * MIB,
  listMs: 5_000,
  mediaQueueBytes: 4 * MIB,
  callMs: 30_000,
};
