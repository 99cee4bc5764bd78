// What a host's cable carries: how fast, and how much it was.

import type { LanHost } from './lan-host.ts';
import { run } from './namespaces.ts';

/** What this host sends leaves it at this rate, as on a slower network. */
export async function slowDown(host: LanHost, mbitPerSecond: number): Promise<void> {
  const [tc, ...args] = host.commandInside('tc', ['qdisc', 'replace', 'dev', 'eth0', 'root']);
  const rate = ['tbf', 'rate', `${mbitPerSecond}mbit`, 'burst', '128kb', 'latency', '20ms'];
  await run(tc, [...args, ...rate]);
}

export interface CableBytes {
  readonly received: number;
  readonly sent: number;
}

/** Since the host was made. */
export async function cableBytes(host: LanHost): Promise<CableBytes> {
  const text = await run('ip', ['-n', host.namespace, '-s', '-j', 'link', 'show', 'dev', 'eth0']);
  const [shown] = JSON.parse(text) as { stats64: { rx: { bytes: number }; tx: { bytes: number } } }[];
  if (shown === undefined) throw new Error(`${host.name} has no eth0.`);
  return { received: shown.stats64.rx.bytes, sent: shown.stats64.tx.bytes };
}
