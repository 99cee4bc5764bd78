// Emoji by their shortcodes.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emojiOf, shortcodesStarting } from '../../src/services/emoji.ts';

describe('emojiOf', () => {
  it('knows names with and without colons, in any case', async () => {
    expect(await emojiOf(':tada:')).toBe('🎉');
    expect(await emojiOf('tada')).toBe('🎉');
    expect(await emojiOf(':TADA:')).toBe('🎉');
    expect(await emojiOf('+1')).toBe('👍');
  });

  it('knows nothing else', async () => {
    for (const name of ['', ':', '::', 'no such emoji', 'constructor', '__proto__', 'x'.repeat(100_000)])
      expect(await emojiOf(name)).toBeUndefined();
  });
});

describe('shortcodesStarting', () => {
  it('gives the shortest names first, at most as many as asked for', async () => {
    const found = await shortcodesStarting(':ta', 5);
    expect(found.map(({ name }) => name)).toEqual(['taco', 'tada', 'taxi', 'taiwan', 'tamale']);
    expect(await shortcodesStarting('', 7)).toHaveLength(7);
    expect(await shortcodesStarting('zzzz')).toEqual([]);
  });

  it('gives only what emojiOf knows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 2 }), async (prefix) => {
        for (const { name, emoji } of await shortcodesStarting(prefix)) expect(await emojiOf(name)).toBe(emoji);
      }),
    );
  });
});
