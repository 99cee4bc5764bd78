// Download folders that can't be written to, or not any more: the receiver is told, and goes on when it was seen to.

import '../../src/base/platform.ts';
import { mkdir, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HeadlessClient } from '../support/headless-client.ts';
import { createLan, type Lan } from '../support/lan.ts';
import { describeLan } from '../support/lan-test.ts';
import { eventually, everybodyMeets, startAll, talks, type HeadlessGroup } from '../support/meeting.ts';
import { run } from '../support/namespaces.ts';
import { writeRandomFile } from '../support/sample-files.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const MEGABYTE = 1_000_000;

interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  remount(option: 'ro' | 'rw'): Promise<void>;
}

async function smallDisk(path: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(path);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'mmchat-test', path]);
  return {
    path,
    remount: async (option) => {
      await run('mount', ['-o', `remount,${option}`, path]);
    },
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['--lazy', path]);
    },
  };
}

interface Two extends AsyncDisposable {
  readonly alice: HeadlessClient;
  readonly bob: HeadlessClient;
  readonly disk: SmallDisk;
  /** Not bob's. */
  readonly folder: string;
}

/** Bob's download folder is a disk of its own. */
async function twoWithSmallDisk(megabytes: number): Promise<Two> {
  const stack: (Lan | HeadlessGroup | TemporaryFolder | SmallDisk)[] = [];
  const dispose = async (): Promise<void> => {
    for (const one of stack.reverse()) await one[Symbol.asyncDispose]();
  };
  try {
    const folder = await temporaryFolder();
    stack.push(folder);
    const disk = await smallDisk(join(folder.path, 'disk'), megabytes);
    stack.push(disk);
    const lan = await createLan({ hosts: 2 });
    stack.push(lan);
    const group = await startAll([
      { host: lan.host(0), name: 'alice' },
      { host: lan.host(1), name: 'bob', args: ['--downloads', disk.path] },
    ]);
    stack.push(group);
    await everybodyMeets(group.clients);
    return { alice: group.at(0), bob: group.at(1), disk, folder: folder.path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

describeLan('download folders', () => {
  it('one that fills up: said, nothing under the final name, and completed when there is room', async () => {
    await using two = await twoWithSmallDisk(16);
    const { alice, bob, disk } = two;
    const path = join(two.folder, 'backup.tar');
    const sha256 = await writeRandomFile(path, 12 * MEGABYTE);
    const ballast = join(disk.path, 'ballast');
    await writeRandomFile(ballast, 10 * MEGABYTE);

    const { transferId } = await alice.call('files.send', { path, to: 'bob' });
    // So little is free that it is not begun without being asked for.
    const isThis = (one: { transferId: string; reason?: string }): boolean => one.transferId === transferId;
    await bob.waitFor('file.changed', (one) => isThis(one) && one.reason === 'disk-full');
    const mark = bob.mark();
    await bob.call('files.accept', { transferId });
    const failed = await bob.waitFor('file.failed', isThis, 20_000, mark);
    expect(failed.reason).toBe('disk-full');
    expect(failed.text).toMatch(/^[A-Z].*disk.*full\.$/u);
    expect((await readdir(disk.path)).filter((name) => !name.endsWith('.part'))).toEqual(['ballast']);
    await talks(bob, alice);

    await rm(ballast);
    await bob.call('files.resume', { transferId });
    expect(await bob.waitFor('file.received', isThis, 20_000)).toMatchObject({ sha256, name: 'backup.tar' });
    expect(await readdir(disk.path)).toEqual(['backup.tar']);
    await alice.waitFor('file.sent', isThis);
  });

  it('one that is read-only: said, and completed when it can be written to', async () => {
    // Large enough for what is taken without being asked for; a disk in memory takes no room until something is in it.
    await using two = await twoWithSmallDisk(4_000);
    const { alice, bob, disk } = two;
    const path = join(two.folder, 'letter.pdf');
    const sha256 = await writeRandomFile(path, 2 * MEGABYTE);
    await disk.remount('ro');

    const { transferId } = await alice.call('files.send', { path, to: 'bob' });
    const isThis = (one: { transferId: string }): boolean => one.transferId === transferId;
    const failed = await bob.waitFor('file.failed', isThis);
    expect(failed.reason).toBe('data-dir');
    expect(failed.text).toMatch(/^The download folder .*\.$/u);
    expect(await readdir(disk.path)).toEqual([]);
    const again = bob.mark();
    await bob.call('files.accept', { transferId });
    expect((await bob.waitFor('file.failed', isThis, 10_000, again)).reason).toBe('data-dir');
    await talks(bob, alice);

    await disk.remount('rw');
    await bob.call('files.accept', { transferId });
    expect(await bob.waitFor('file.received', isThis)).toMatchObject({ sha256 });
    expect(await readdir(disk.path)).toEqual(['letter.pdf']);
  });

  it('a file that gets shorter while it waits is not sent as if nothing had happened', async () => {
    await using two = await twoWithSmallDisk(16);
    const { alice, bob, disk } = two;
    const path = join(two.folder, 'log.txt');
    await writeRandomFile(path, 3 * MEGABYTE);
    const { transferId } = await alice.call('files.send', { path, to: 'bob' });
    const isThis = (one: { transferId: string }): boolean => one.transferId === transferId;
    await bob.waitFor('file.changed', isThis);
    await truncate(path, MEGABYTE);
    await bob.call('files.accept', { transferId });
    const failed = await alice.waitFor('file.failed', isThis);
    expect(failed).toMatchObject({ reason: 'changed', text: expect.stringMatching(/^[A-Z].*\.$/u) as unknown });
    await bob.waitFor('file.failed', (one) => isThis(one) && one.reason === 'cancelled');
    await eventually(5_000, 'nothing is left of it', async () => (await readdir(disk.path)).length === 0);
  });
});
