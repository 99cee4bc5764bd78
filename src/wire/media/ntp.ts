// Times in reports: NTP's format, and the round trip that two reports show (RFC 3550, 4 and 6.4.1).

/** Seconds since 1900 and 2^-32 of them, 32 bits each. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

const SECONDS_1900_TO_1970 = 2_208_988_800;
const WORD = 2 ** 32;
/** Of the compact form, 16 bits of seconds and 16 of a fraction. */
const UNITS_PER_MS = 65.536;
/** What rounding can make of a round trip of nothing. */
const MAX_NEGATIVE_UNITS = 2;

/** `ms` since 1970, or of any clock that both directions of one computation use. Not below 0. */
export function ntpFromMs(ms: number): NtpTime {
  const whole = Math.floor(ms / 1000);
  return {
    seconds: (whole + SECONDS_1900_TO_1970) >>> 0,
    fraction: Math.floor(((ms - whole * 1000) / 1000) * WORD) >>> 0,
  };
}

/** From 2036 on the seconds begin at 0 again: a first bit of 0 means that. */
export function msFromNtp({ seconds, fraction }: NtpTime): number {
  const since1900 = seconds >= WORD / 2 ? seconds : seconds + WORD;
  return (since1900 - SECONDS_1900_TO_1970) * 1000 + (fraction / WORD) * 1000;
}

/** The middle 32 bits: what a report block quotes of the last sender report. */
export function compactNtp({ seconds, fraction }: NtpTime): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

/** How long ago that report came, for a report block. */
export function reportDelay(ms: number): number {
  return Math.min(WORD - 1, Math.max(0, Math.round(ms * UNITS_PER_MS)));
}

/**
 * From a report block about one's own stream that came at `arrivalMs`, by the clock of one's own sender reports. Undefined if
 * it quotes none, or if it can't be true.
 */
export function roundTripMs(
  arrivalMs: number,
  report: { readonly lastReport: number; readonly delaySinceLastReport: number },
): number | undefined {
  if (report.lastReport === 0) return undefined;
  const units = (compactNtp(ntpFromMs(arrivalMs)) - report.lastReport - report.delaySinceLastReport) | 0;
  return units < -MAX_NEGATIVE_UNITS ? undefined : Math.max(0, units) / UNITS_PER_MS;
}
