// Which offered files are saved without asking. Pure.

export const ACCEPT_LIMITS = {
  /** From somebody one never talked to. */
  strangerFileBytes: 500_000_000,
  strangerDayBytes: 2_000_000_000,
  dayMs: 24 * 3_600_000,
  /** What must be left on the disk, of whoever it comes. */
  leftBytes: 1_000_000_000,
  leftShare: 0.05,
} as const;

export interface Offer {
  readonly size: number;
  /** Somebody one has talked to. */
  readonly known: boolean;
  /** Bytes that were saved without asking within a day, of this author. */
  readonly takenToday: number;
  /** Of the disk with the download folder; undefined when that is not known. */
  readonly space: { readonly freeBytes: number; readonly totalBytes: number } | undefined;
}

/** Why it waits for a person, as code and sentence; undefined: it is saved at once. */
export function whyToAsk({ size, known, takenToday, space }: Offer): { code: string; text: string } | undefined {
  if (space !== undefined) {
    const left = Math.max(ACCEPT_LIMITS.leftBytes, space.totalBytes * ACCEPT_LIMITS.leftShare);
    if (space.freeBytes - size < left)
      return { code: 'disk-full', text: 'It would leave too little free space on the disk.' };
  }
  if (known) return undefined;
  if (size > ACCEPT_LIMITS.strangerFileBytes)
    return { code: 'too-large', text: 'It is larger than what is saved without asking from somebody new.' };
  if (takenToday + size > ACCEPT_LIMITS.strangerDayBytes)
    return { code: 'too-much', text: 'More than 2 GB came from this new person within a day.' };
  return undefined;
}
