// Files and folders between real processes, while cables are pulled, nodes are killed and ports are blocked.

import '../../src/base/platform.ts';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cableBytes, slowDown } from '../support/cable.ts';
import type { HeadlessClient } from '../support/headless-client.ts';
import { startHeadless } from '../support/headless-client.ts';
import type { ReceivedFile } from '../support/headless-types.ts';
import { createLan } from '../support/lan.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, seesOffline, startAll, talks } from '../support/meeting.ts';
import { sha256Of, treeOf, writeRandomFile, writeSampleFolder } from '../support/sample-files.ts';
import { patient } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MEGABYTE = 1_000_000;

async function received(client: HeadlessClient, transferId: string, timeoutMs = 30_000): Promise<ReceivedFile> {
  return client.waitFor('file.received', (one) => one.transferId === transferId, timeoutMs);
}

async function cameSoFar(client: HeadlessClient, transferId: string, bytes: number, since = 0): Promise<number> {
  const isThere = (one: { transferId: string; bytes: number }): boolean =>
    one.transferId === transferId && one.bytes >= bytes;
  return (await client.waitFor('file.progress', isThere, 30_000, since)).bytes;
}

/** Milliseconds from asking for a message until it is on the other one's output, one after the other. */
async function latencies(from: HeadlessClient, to: HeadlessClient, count: number): Promise<number[]> {
  const measured: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const startMs = performance.now();
    const text = `meanwhile ${startMs}`;
    await Promise.all([
      from.call('chat.send', { to: to.peerId, text }),
      to.waitFor('message', (message) => message.text === text, 10_000),
    ]);
    measured.push(performance.now() - startMs);
  }
  return measured.sort((left, right) => left - right);
}

describeLan('files', () => {
  it('300 MB arrive whole and once, though the cable is pulled twice and the receiver killed', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    const size = 300 * MEGABYTE;
    const path = join(folder.path, 'disk image.bin');
    const sha256 = await writeRandomFile(path, size);
    const dataDir = join(folder.path, 'bob');
    await mkdir(dataDir);
    await slowDown(lan.host(0), 400);

    await using group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob', dataDir },
    ]);
    const [alice, bob] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    // Whoever was talked to may send more than 500 MB or none: it is all the same here, but not the reading of entries.
    await talks(bob, alice);

    const startMs = performance.now();
    const { transferId } = await alice.call('files.send', { path, to: 'bob' });
    await cameSoFar(bob, transferId, 20 * MEGABYTE);
    const measured = await latencies(alice, bob, 15);
    report('during the transfer, a message (median)', measured[7] ?? Number.NaN);
    expect(measured[7]).toBeLessThan(patient(250));

    await lan.host(1).pullCable();
    await Promise.all([seesOffline(alice, bob, 10_000), seesOffline(bob, alice, 10_000)]);
    const mark = bob.mark();
    await lan.host(1).plugCable();

    const before = await cameSoFar(bob, transferId, 120 * MEGABYTE, mark);
    await bob.kill();
    await using again = await startHeadless({ host: lan.host(1), name: 'bob', dataDir });
    const resumedAt = await cameSoFar(again, transferId, 1);
    expect(resumedAt).toBeGreaterThan(before - 8 * MEGABYTE);

    await cameSoFar(again, transferId, 200 * MEGABYTE);
    await lan.host(1).pullCable('behind-switch');
    // So short that only the bytes on their way are lost.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await lan.host(1).plugCable();

    const whole = await received(again, transferId, 60_000);
    report('300 MB, pulled twice and killed once', performance.now() - startMs);
    expect(whole).toMatchObject({ name: 'disk image.bin', size, sha256, kind: 'file', from: 'alice' });
    expect(await sha256Of(whole.path)).toBe(sha256);
    await alice.waitFor('file.sent', (one) => one.transferId === transferId && one.sha256 === sha256);
    expect((await cableBytes(lan.host(1))).received).toBeLessThan(1.15 * size);
    expect(await readdir(join(dataDir, 'downloads'))).toEqual(['disk image.bin']);
  });

  it('a folder reaches all of a room of five as it was', async () => {
    await using lan = await createLan({ hosts: 5 });
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'Größe & co');
    const left = await writeSampleFolder(path);
    await using group = await startAll(lan.hosts.map((host, index) => ({ host, name: `peer${index}` })));
    await everybodyMeets(group.clients);
    const [sender, ...others] = group.clients;
    if (sender === undefined) throw new Error('nobody is there');
    await sender.call('rooms.create', { room: 'lab' });
    for (const other of others) {
      await other.call('rooms.join', { room: 'lab' });
      await sender.waitFor('room.joined', (one) => one.peerId === other.peerId);
    }

    const sent = await sender.call('files.send', { path, room: 'lab' });
    expect(sent.skipped?.map((item) => [item.path, item.reason])).toEqual(left.map((one) => [one, 'symlink']));
    const copies = await Promise.all(others.map(async (other) => received(other, sent.transferId)));
    const original = new Map([...(await treeOf(path))].filter(([name]) => !left.includes(name)));
    expect(original.size).toBeGreaterThan(10);
    for (const copy of copies) {
      expect(copy).toMatchObject({ name: 'Größe & co', kind: 'folder', room: 'lab' });
      expect(await treeOf(copy.path)).toEqual(original);
    }
    for (const other of others)
      await sender.waitFor('file.sent', (one) => one.transferId === sent.transferId && one.toPeerId === other.peerId);
  });

  it('arrive though nobody gets to the ports for files', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    const ports = { alice: 9_131, bob: 9_132 };
    await using group = await startAll([
      { host: lan.host(0), name: 'alice', args: ['--file-port', String(ports.alice)] },
      { host: lan.host(1), name: 'bob', args: ['--file-port', String(ports.bob)] },
    ]);
    const [alice, bob] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    const blocked = [
      ['the sender', ['alice'], 'tls'],
      ['the receiver', ['bob'], 'tls'],
      // Last: what could not be reached is left alone for a while.
      ['both', ['alice', 'bob'], 'link'],
    ] as const;
    for (const [which, names, via] of blocked) {
      for (const name of names) await lan.block(`tcp dport ${ports[name]} drop`);
      const path = join(folder.path, `${which}.pdf`);
      const sha256 = await writeRandomFile(path, 5 * MEGABYTE);
      const { transferId } = await alice.call('files.send', { path, to: 'bob' });
      const isMoving = (row: { transferId: string; state: string }): boolean =>
        row.transferId === transferId && row.state === 'active';
      expect((await bob.waitFor('file.changed', isMoving, 20_000)).via, `blocked: ${which}`).toBe(via);
      expect(await received(bob, transferId)).toMatchObject({ sha256 });
      await lan.unblock();
    }
  });
});
