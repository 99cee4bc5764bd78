// The secret of a closed network: made, read, and turned into what proves it.
import '../../src/base/platform.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { generateNetworkKey, readNetworkKey } from '../../src/store/network-key-file.ts';
import { deriveNetworkSecrets } from '../../src/store/network-secrets.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('generateNetworkKey', () => {
  it('makes another one each time, which can be read back', async () => {
    const keys = Array.from({ length: 200 }, () => generateNetworkKey());
    expect(new Set(keys).size).toBe(200);
    // 32 letters of 5 bits, all of which occur.
    for (const key of keys) expect(key).toMatch(/^[a-z2-7]{4}(?:-[a-z2-7]{4}){7}$/);
    expect(new Set(keys.join('').replaceAll('-', '')).size).toBe(32);
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, `${keys[0]}\n`);
    expect(await readNetworkKey(path)).toBe(keys[0]);
  });
});

describe('readNetworkKey', () => {
  it('ignores white space at the ends, and a byte order mark', async () => {
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, '\ufeff\r\n  a key of any text \n\n');
    expect(await readNetworkKey(path)).toBe('a key of any text');
  });

  it.each([
    ['15 characters', 'x'.repeat(15), '16 characters'],
    ['white space', ' '.repeat(40), '16 characters'],
    ['nothing', '', '16 characters'],
    ['no text', new Uint8Array(32).fill(0xff), 'UTF-8'],
    ['too much', 'x'.repeat(65_537), '64 KiB'],
  ])('refuses %s', async (_what, content, reason) => {
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, content);
    await expect(readNetworkKey(path)).rejects.toMatchObject({
      code: 'bad-network-key',
      message: expect.stringMatching(new RegExp(`${path}.*${reason}`)) as string,
    });
  });

  it('refuses what is not there, no file, or endless', async () => {
    const folder = await temporaryFolder();
    for (const path of [join(folder, 'none'), folder, '/dev/zero'])
      await expect(readNetworkKey(path)).rejects.toMatchObject({ code: 'bad-network-key' });
  });
});

describe('deriveNetworkSecrets', () => {
  it('gives all who hold the key the same, and nobody else', async () => {
    const [one, same, other] = await Promise.all([
      deriveNetworkSecrets('caf\u00e9 at the corner'),
      deriveNetworkSecrets('  cafe\u0301 at the corner\n'),
      deriveNetworkSecrets('caf\u00e9 at the corner!'),
    ]);
    const show = ({ prologue, tag, networkId }: typeof one): string[] =>
      [prologue, tag('0011223344556677'), networkId].map(toHex);
    expect(show(same)).toEqual(show(one));
    for (const [index, text] of show(one).entries()) expect(show(other)[index]).not.toBe(text);
    expect([one.prologue.length, one.tag('0011223344556677').length, one.networkId.length]).toEqual([32, 8, 8]);
    expect(one.tag('0011223344556677')).not.toEqual(one.tag('0011223344556678'));
    expect(new Set(show(one).map((text) => text.slice(0, 16))).size).toBe(3);
  });

  it('stays what it is, for nodes of other versions to meet', async () => {
    const { prologue, tag, networkId } = await deriveNetworkSecrets('mmchat-p2p test key');
    expect([prologue, tag('0123456789abcdef'), networkId].map(toHex)).toMatchInlineSnapshot(`
      [
        "fd756d50cf03fc39a51ee91017ef11b55f8257e30c4e2d2bc98a640a47930296",
        "339be1711a42902e",
        "0036103ef6a3864f",
      ]
    `);
  });
});
