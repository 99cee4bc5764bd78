// Modification times from outside, as a disk takes them.

import { futimesSync, utimesSync } from 'node:fs';

// Later ones are no date to many programs: the end of the year 9999.
const LATEST_MS = 253_402_300_799_000;

/** A time is no reason to fail: some file systems keep none. */
export function setModified(file: number | string, modifiedAt: number): void {
  const milliseconds = Math.min(Math.max(0, modifiedAt), LATEST_MS);
  // Fractions of a second are cut off by the system: half a microsecond more, or most would be a millisecond too early.
  const seconds = (milliseconds % 1000 === 0 ? milliseconds : milliseconds + 0.0005) / 1000;
  try {
    if (typeof file === 'number') futimesSync(file, seconds, seconds);
    else utimesSync(file, seconds, seconds);
  } catch {
    // The file has the time of its arrival then.
  }
}
