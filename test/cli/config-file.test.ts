// Where the config file is, and what may stand in it.

import '../../src/base/platform.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONFIG_FILE_LIMIT_BYTES, configFilePath, readConfigFile } from '../../cli/config-file.ts';
import { MmchatError } from '../../src/index.ts';

describe('its place', () => {
  test.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', { HOME: '/home/alice' }, '/home/alice/.config/mmchat-p2p/config.json'],
    ['linux', { HOME: '/home/alice', XDG_CONFIG_HOME: '/etc/alice' }, '/etc/alice/mmchat-p2p/config.json'],
    ['linux', { HOME: '/home/alice', XDG_CONFIG_HOME: 'relative' }, '/home/alice/.config/mmchat-p2p/config.json'],
    ['freebsd', { HOME: '/home/alice' }, '/home/alice/.config/mmchat-p2p/config.json'],
    ['darwin', { HOME: '/Users/alice' }, '/Users/alice/Library/Application Support/mmchat-p2p/config.json'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\alice\\Local' }, 'C:\\Users\\alice\\Local\\mmchat-p2p\\config.json'],
  ])('on %s with %j', (platform, env, expected) => {
    expect(configFilePath(env, platform)).toBe(expected);
  });
});

describe('its content', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mmchat-config-'));
    file = path.join(folder, 'config.json');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function reading(text: string): Promise<unknown> {
    await writeFile(file, text);
    return readConfigFile(file).catch((error: unknown) => {
      if (error instanceof MmchatError && error.code === 'bad-option') return error.message.replaceAll(file, 'FILE');
      throw error;
    });
  }

  test('no file says nothing', async () => {
    expect(await readConfigFile(file)).toEqual({});
    expect(await readConfigFile(path.join(folder, 'none', 'config.json'))).toEqual({});
  });

  test('an empty file says nothing', async () => {
    expect(await reading(' \n')).toEqual({});
  });

  test('fields have the names of NodeOptions; relative paths start at its folder', async () => {
    const text = JSON.stringify({ name: 'alice', port: 0, mdns: false, peers: ['10.0.0.2:9011'], dataDir: 'here' });
    const expected = {
      name: 'alice',
      port: 0,
      mdns: false,
      peers: ['10.0.0.2:9011'],
      dataDir: path.join(folder, 'here'),
    };
    expect(await reading(text)).toEqual(expected);
    expect(await reading(`\uFEFF${text}`)).toEqual(expected);
  });

  test.each([
    ['{name: alice}', 'The config file FILE is not valid JSON.'],
    ['["name"]', 'The config file FILE must hold one JSON object, like {"name": "alice"}.'],
    ['{"nmae": "alice"}', 'The config file FILE has an unknown field "nmae". Did you mean name?'],
    ['{"port": "high"}', '"port" in the config file FILE wants a port number from 0 to 65535, not "high".'],
    ['{"mdns": "no"}', '"mdns" in the config file FILE wants true or false, not "no".'],
    ['{"peers": [1]}', '"peers" in the config file FILE wants a HOST:PORT, not [1].'],
    ['{"name": null}', '"name" in the config file FILE wants a NAME, not null.'],
    ['{"__proto__": {}}', 'The config file FILE has an unknown field "__proto__".'],
    [
      `"${'x'.repeat(CONFIG_FILE_LIMIT_BYTES)}"`,
      `The config file FILE is larger than ${CONFIG_FILE_LIMIT_BYTES} bytes.`,
    ],
  ])('%.40s', async (text, sentence) => {
    expect(await reading(text)).toBe(sentence);
  });

  test('a folder in its place is a sentence, too', async () => {
    await expect(readConfigFile(folder)).rejects.toThrow(/^The config file .* can't be read: /u);
  });
});
