// How much work something was, whatever else the machine has to do meanwhile.

/** Milliseconds of processor time that this process spends on it, garbage collection included. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
