// Codes that others give for saying no or for leaving: only known ones go any further.

const REFUSALS = ['busy', 'rejected', 'timeout', 'call-full'] as const;
export type CallRefusal = (typeof REFUSALS)[number];

/** Said of a call that one knows nothing of: its other end was started anew since. */
export const UNKNOWN_CALL = 'unknown-call';

export function refusalOf(told: string): CallRefusal {
  return REFUSALS.find((code) => code === told) ?? 'rejected';
}

export function endingOf(told: string): 'lost' | 'hangup' {
  return told === UNKNOWN_CALL ? 'lost' : 'hangup';
}
