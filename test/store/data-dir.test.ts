// The data folder: where it is by custom, and that it is ours alone.
import '../../src/base/platform.ts';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfigDir, defaultDataDir, openDataDir, resolveDataDir } from '../../src/store/data-dir.ts';
import { temporaryFolder } from './temporary-folder.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('the default folders', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string, string]>([
    ['linux', {}, '/home/a/.local/share/mmchat-p2p', '/home/a/.config/mmchat-p2p'],
    ['linux', { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' }, '/d/mmchat-p2p', '/c/mmchat-p2p'],
    [
      'linux',
      { XDG_DATA_HOME: 'relative', XDG_CONFIG_HOME: '' },
      '/home/a/.local/share/mmchat-p2p',
      '/home/a/.config/mmchat-p2p',
    ],
    ['freebsd', {}, '/home/a/.local/share/mmchat-p2p', '/home/a/.config/mmchat-p2p'],
    ['darwin', {}, '/home/a/Library/Application Support/mmchat-p2p', '/home/a/Library/Application Support/mmchat-p2p'],
    ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\mmchat-p2p', 'C:\\L\\mmchat-p2p'],
  ])('on %s with %j', (platform, environment, data, config) => {
    expect(defaultDataDir(environment, platform, '/home/a')).toBe(data);
    expect(defaultConfigDir({ environment, platform, home: '/home/a' })).toBe(config);
    expect(resolveDataDir({}, { environment, platform, home: '/home/a' })).toBe(data);
  });

  it('give way to the one asked for', () => {
    expect(resolveDataDir({ dataDir: '/x/../y' })).toBe('/y');
    expect(resolveDataDir({ dataDir: 'alice' })).toBe(join(process.cwd(), 'alice'));
  });
});

describe('openDataDir', () => {
  it('makes the folder for its owner only and leaves nothing in it', async () => {
    const path = join(await temporaryFolder(), 'a', 'b');
    await openDataDir(path);
    expect(await modeOf(path)).toBe(0o700);
    expect(await readdir(path)).toEqual([]);
    await openDataDir(path);
  });

  it('closes a folder that is ours, and leaves alone what holds other things', async () => {
    const ours = await temporaryFolder();
    await writeFile(join(ours, 'identity.key'), '');
    await chmod(ours, 0o755);
    await openDataDir(ours);
    expect(await modeOf(ours)).toBe(0o700);

    const home = await temporaryFolder();
    await writeFile(join(home, 'letter.txt'), '');
    await chmod(home, 0o755);
    await openDataDir(home);
    expect(await modeOf(home)).toBe(0o755);
  });

  it('says which folder can’t be used, and why', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const below = join(folder, 'file', 'data');
    await expect(openDataDir(below)).rejects.toMatchObject({
      code: 'data-dir',
      message: `The data folder ${below} can't be used: a part of the path is a file, not a folder.`,
    });
    await expect(openDataDir(join(folder, 'file'))).rejects.toMatchObject({
      code: 'data-dir',
      message: expect.stringContaining('there is a file of that name') as string,
    });
    await expect(openDataDir(join(folder, 'x'.repeat(300)))).rejects.toMatchObject({ code: 'data-dir' });
  });

  it('says so where not even root makes folders', async () => {
    await expect(openDataDir('/proc/mmchat-test/data')).rejects.toMatchObject({ code: 'data-dir' });
    await expect(mkdir('/proc/mmchat-test')).rejects.toThrow();
  });
});
