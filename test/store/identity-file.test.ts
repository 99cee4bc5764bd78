// One key for each data folder: whole or not at all, never overwritten.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSigner, SignatureChecker } from '../../src/base/ed25519.ts';
import { keyOfPeerId } from '../../src/base/peer-id.ts';
import { systemRandom } from '../../src/base/random.ts';
import { loadOrCreateIdentity } from '../../src/store/identity-file.ts';
import { outputOf, startProgram } from './child-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const load = (folder: string): ReturnType<typeof loadOrCreateIdentity> => loadOrCreateIdentity(folder, systemRandom);

describe('loadOrCreateIdentity', () => {
  it('makes a key once and finds it again', async () => {
    const folder = await temporaryFolder();
    const made = await load(folder);
    expect(made).toMatchObject({ created: true, warnings: [] });
    expect(keyOfPeerId(made.identity.peerId)).toEqual(made.identity.publicKey);
    const signature = createSigner(made.identity.seed).sign(new Uint8Array([1]));
    expect(new SignatureChecker().verify(made.identity.publicKey, new Uint8Array([1]), signature)).toBe(true);
    expect((await stat(join(folder, 'identity.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['identity.key']);

    expect(await load(folder)).toEqual({ ...made, created: false });
    expect((await load(await temporaryFolder())).identity.peerId).not.toBe(made.identity.peerId);
  });

  it('gives all who start at once the same key', async () => {
    const folder = await temporaryFolder();
    const here = await Promise.all(Array.from({ length: 8 }, () => load(folder)));
    expect(new Set(here.map(({ identity }) => identity.peerId)).size).toBe(1);
    expect(here.filter(({ created }) => created).length).toBe(1);

    const other = await temporaryFolder();
    const programs = Array.from({ length: 4 }, () =>
      startProgram(new URL('./identity-creator.ts', import.meta.url), [other]),
    );
    const printed = (await Promise.all(programs.map(outputOf))).map(
      (text) => JSON.parse(text) as { peerId: string; created: boolean },
    );
    expect(new Set(printed.map(({ peerId }) => peerId)).size).toBe(1);
    expect(printed.filter(({ created }) => created).length).toBe(1);
    expect(await readdir(other)).toEqual(['identity.key']);
  }, 60_000);

  it('refuses what is damaged in any way, and leaves it as it is', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'identity.key');
    await load(folder);
    const good = await readFile(path, 'latin1');
    const refuses = async (text: string): Promise<void> => {
      await writeFile(path, text, 'latin1');
      await expect(load(folder)).rejects.toMatchObject({
        code: 'corrupt-identity',
        message: `The identity file ${path} is damaged: restore it from a backup, or move it away to start with a new identity.`,
      });
      expect(await readFile(path, 'latin1')).toBe(text);
    };
    for (const text of ['', '\n', 'hello', '-----BEGIN PRIVATE KEY-----\n', good + good, good.replace(' 1\n', ' 2\n')])
      await refuses(text);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: good.length - 2 }), fc.nat({ max: 255 }), async (position, code) => {
        await refuses(good.slice(0, position));
        const changed = good.slice(0, position) + String.fromCharCode(code) + good.slice(position + 1);
        if (changed !== good) await refuses(changed);
      }),
      { numRuns: 60 },
    );
    await writeFile(path, good.replace(/\n/g, '\r\n'));
    expect((await load(folder)).created).toBe(false);
  });

  it('closes a file that others could read, and says so', async () => {
    const folder = await temporaryFolder();
    await load(folder);
    const path = join(folder, 'identity.key');
    await chmod(path, 0o644);
    const { warnings } = await load(folder);
    expect(warnings).toEqual([expect.stringContaining(path)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await load(folder)).warnings).toEqual([]);
  });

  it('says when the place is not usable', async () => {
    const folder = await temporaryFolder();
    await expect(load(join(folder, 'missing'))).rejects.toMatchObject({ code: 'data-dir' });
    await writeFile(join(folder, 'file'), '');
    await expect(load(join(folder, 'file'))).rejects.toMatchObject({ code: 'data-dir' });
    await mkdir(join(folder, 'identity.key'));
    await expect(load(folder)).rejects.toMatchObject({ code: 'corrupt-identity' });
  });
});
