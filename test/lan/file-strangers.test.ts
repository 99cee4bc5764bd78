// Strangers besiege the ports for files of two people: what these send each other arrives all the same.

import '../../src/base/platform.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { slowDown } from '../support/cable.ts';
import type { HeadlessClient } from '../support/headless-client.ts';
import { createLan, type LanHost } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, startAll, talks } from '../support/meeting.ts';
import { sha256Of, writeRandomFile } from '../support/sample-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MEGABYTE = 1_000_000;

async function memoryOf(client: HeadlessClient): Promise<number> {
  const status = await readFile(`/proc/${client.process.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) * 1024;
}

async function connectionsOf(client: HeadlessClient): Promise<number> {
  const counted = await readFile(`/proc/${client.process.pid}/net/sockstat`, 'utf8');
  return Number(/^TCP: inuse (\d+)/mu.exec(counted)?.[1]);
}

interface Siege {
  /** How many came so far. */
  readonly came: () => number;
  readonly begun: Promise<unknown>;
}

/** Ends with its host. */
function besiege(from: LanHost, script: string, at: LanHost, port: number): Siege {
  const child = from.spawn(process.execPath, [script, at.address, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('The strangers need their stdout.');
  let came = 0;
  const lines = createInterface({ input: child.stdout });
  const begun = new Promise((resolve) => lines.once('line', resolve));
  lines.on('line', (line) => (came = Number(line)));
  return { came: () => came, begun };
}

describeLan('strangers at the ports for files', () => {
  it('keep nobody from sending, and fill no memory', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using folder = await temporaryFolder();
    const script = await bundled(new URL('../support/bulk-strangers.ts', import.meta.url), folder.path);
    const path = join(folder.path, 'film.mkv');
    const size = 60 * MEGABYTE;
    const sha256 = await writeRandomFile(path, size);
    await using group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob' },
    ]);
    const [alice, bob] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    await slowDown(lan.host(0), 200);

    // Until something is sent nobody is let in at all: a first transfer opens the doors, and they stay besieged.
    const small = join(folder.path, 'small');
    await writeRandomFile(small, 1_000);
    const first = await alice.call('files.send', { path: small, to: 'bob' });
    await bob.waitFor('file.received', (one) => one.transferId === first.transferId);
    const memoryBefore = [await memoryOf(alice), await memoryOf(bob)];

    const sieges = [
      besiege(lan.host(2), script, lan.host(0), alice.status.filePort),
      besiege(lan.host(2), script, lan.host(1), bob.status.filePort),
    ];
    await Promise.all(sieges.map(({ begun }) => begun));
    const startMs = performance.now();
    const { transferId } = await alice.call('files.send', { path, to: 'bob' });
    const isActive = (row: { transferId: string; state: string }): boolean =>
      row.transferId === transferId && row.state === 'active';
    expect(await bob.waitFor('file.changed', isActive, 30_000)).toMatchObject({ via: 'tls' });
    await talks(alice, bob);
    const whole = await bob.waitFor('file.received', (one) => one.transferId === transferId, 45_000);
    report('60 MB among strangers', performance.now() - startMs);
    expect(await sha256Of(whole.path)).toBe(sha256);
    await talks(bob, alice);

    for (const [index, client] of [alice, bob].entries()) {
      expect(sieges[index]?.came()).toBeGreaterThan(200);
      expect((await memoryOf(client)) - (memoryBefore[index] ?? 0)).toBeLessThan(150 * MEGABYTE);
      expect(await connectionsOf(client)).toBeLessThan(100);
    }
  });
});
