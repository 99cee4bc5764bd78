// Several programs that receive into one folder, and some that are killed.
import '../../src/base/platform.ts';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { openTarget } from '../../src/store/transfers/target.ts';
import { outputOf, startProgram } from './child-program.ts';
import { numberAt, numberedRun } from './numbered-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RECEIVER = new URL('./file-receiver.ts', import.meta.url);
const KINDS = ['file', 'folder'] as const;

function receiver(
  folder: string,
  kind: string,
  name: string,
  first: number,
  count: number,
): ReturnType<typeof startProgram> {
  return startProgram(RECEIVER, [folder, kind, name, `${first}`, `${count}`]);
}

describe.each(KINDS)('50 of one name at once (%s)', (kind) => {
  it('from several programs become 50, each whole', async () => {
    const folder = realpathSync(await temporaryFolder());
    const programs = Array.from({ length: 5 }, (_program, index) =>
      receiver(folder, kind, 'same.txt', index * 10 + 1, 10),
    );
    const outputs = (await Promise.all(programs.map(outputOf))).join('');
    const said = [...outputs.matchAll(/^done (\d+) (.+)$/gmu)].map(
      ([, number, path]) => [Number(number), path!] as const,
    );
    expect(said).toHaveLength(50);
    for (const [number, path] of said) expect([path, numberAt(path)]).toEqual([path, number]);
    const expected = Array.from({ length: 50 }, (_name, index) => (index === 0 ? 'same.txt' : `same (${index}).txt`));
    expect(readdirSync(folder).sort()).toEqual(expected.sort());
  });

  it('from one program become 50 too', async () => {
    const folder = realpathSync(await temporaryFolder());
    const targets = await Promise.all(
      Array.from({ length: 50 }, async (_target, index) => {
        const { spec, run } = numberedRun(index + 1, kind);
        const target = await openTarget({ ...spec, name: 'same', folder });
        await target.write(run, 0);
        return target;
      }),
    );
    const paths = await Promise.all(targets.map(async (target) => (await target.finish()).path));
    expect(paths.map(numberAt)).toEqual(Array.from({ length: 50 }, (_number, index) => index + 1));
    await Promise.all(targets.map((target) => target.close()));
    expect(readdirSync(folder)).toHaveLength(50);
  });
});

describe.each(KINDS)('a program that is killed (%s)', (kind) => {
  it('leaves nothing half under a final name, wherever it was', async () => {
    const folder = realpathSync(await temporaryFolder());
    for (let round = 0; round < 6; round++) {
      const child = receiver(folder, kind, 'same', round * 1000 + 1, 1000);
      let lines = 0;
      for await (const _line of createInterface(child.stdout)) {
        lines += 1;
        // Somewhere else each time: while it writes, while it finishes.
        if (lines === 5 + round * 7) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    const names = readdirSync(folder).filter((name) => !name.endsWith('.part'));
    expect(names.length).toBeGreaterThan(0);
    // For a moment a folder's name is claimed by an empty one.
    const whole = names.filter((name) => !isEmptyFolder(join(folder, name)));
    expect(names.length - whole.length).toBeLessThanOrEqual(1);
    for (const name of whole) expect([name, numberAt(join(folder, name))]).not.toEqual([name, -1]);
  });

  it('goes on with its part', async () => {
    const folder = realpathSync(await temporaryFolder());
    const child = receiver(folder, kind, 'again', 1, 1);
    let partPath = '';
    for await (const line of createInterface(child.stdout)) {
      partPath ||= /^part 1 (.+)$/u.exec(line)?.[1] ?? '';
      if (line === 'half 1') child.kill('SIGKILL');
    }
    const left = readdirSync(folder);
    // It may have been quicker than the signal.
    if (!left.includes(basename(partPath))) {
      expect(left.map((name) => numberAt(join(folder, name)))).toEqual([1]);
      return;
    }
    const { spec, run } = numberedRun(1, kind);
    const target = await openTarget({ ...spec, name: 'again', folder, partPath });
    expect(target.partPath).toBe(partPath);
    expect(target.presentBytes).toBeGreaterThanOrEqual(Math.ceil(run.length / 2));
    const present = new Uint8Array(target.presentBytes);
    await target.read(present, 0);
    expect(Buffer.compare(present, run.subarray(0, target.presentBytes))).toBe(0);
    await target.write(run.subarray(target.presentBytes), target.presentBytes);
    const { path } = await target.finish();
    expect([basename(path), numberAt(path)]).toEqual(['again', 1]);
    await target.close();
  });
});

it('an empty folder that is there stays what it is', async () => {
  const folder = realpathSync(await temporaryFolder());
  mkdirSync(join(folder, 'same'));
  const before = lstatSync(join(folder, 'same')).ino;
  const { spec, run } = numberedRun(1, 'folder');
  const target = await openTarget({ ...spec, name: 'same', folder });
  await target.write(run, 0);
  expect((await target.finish()).path).toBe(join(folder, 'same (1)'));
  expect(lstatSync(join(folder, 'same')).ino).toBe(before);
  await target.close();
});

function isEmptyFolder(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}
