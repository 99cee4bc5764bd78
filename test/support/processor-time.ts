// How much work something was, whatever else the machine has to do meanwhile.

/** Milliseconds of processor time that this process spends on it, in all of its threads. */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
