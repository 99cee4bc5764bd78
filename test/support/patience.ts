// How long tests wait before they call something hung. Speed is measured in bench/ and reported by the LAN tests, not
// asserted: what a quiet machine does in a second, one with other work may do in four.

const TIMES = 4;

/** From the time that is always enough on a quiet machine, in milliseconds, the time after which to give up. */
export function patient(quietMs: number): number {
  return quietMs * TIMES;
}
