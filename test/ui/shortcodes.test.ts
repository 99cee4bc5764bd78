// Shortcodes in what one sends.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { replaceShortcodes, shortcodeBefore, withEmoji } from '../../cli/ui/shortcodes.ts';
import { setup } from './chat-setup.ts';

describe('withEmoji', () => {
  it.each([
    ['it works :tada:', 'it works 🎉'],
    [':tada::+1: :no_such_name:', '🎉👍 :no_such_name:'],
    ['*:tada:* (:heart_eyes:)', '*🎉* (😍)'],
    ['at 10:100:20, std::end::x', 'at 10:100:20, std::end::x'],
    ['`:tada:` and http://a:tada:b/', '`:tada:` and http://a:tada:b/'],
    ['```\n:tada:\n```\n:tada:', '```\n:tada:\n```\n🎉'],
    ['a :tada', 'a :tada'],
  ])('%j becomes %j', async (text, expected) => {
    expect(await withEmoji(text)).toBe(expected);
  });

  it('changes nothing without names that it knows', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(replaceShortcodes(text, () => undefined)).toBe(text);
      }),
    );
    expect(replaceShortcodes(':a'.repeat(100_000), () => undefined)).toHaveLength(200_000);
  });
});

describe('a shortcode while typing', () => {
  it('begins where a word begins', () => {
    expect(shortcodeBefore('look :ta')).toBe(':ta');
    expect(shortcodeBefore('(:ta')).toBe(':ta');
    expect(shortcodeBefore('10:30')).toBeUndefined();
    expect(shortcodeBefore('a :')).toBeUndefined();
  });

  it('is completed by tab, again for the next', async () => {
    const { controller, type, shows } = setup();
    type('nice :ta\t');
    await shows('› nice 🌮');
    await shows('tab: next   🌮 taco  🎉 tada');
    type('\t');
    expect(controller.ui.input.text).toBe('nice 🎉 ');
  });

  it('is left alone when one types on meanwhile', async () => {
    const { controller, type, shows } = setup();
    type(':ta\t');
    type('x');
    type(' :tad\t');
    await shows('🎉');
    expect(controller.ui.input.text).toBe(':tax 🎉 ');
  });

  it('is sent as an emoji, in the order of typing', async () => {
    const { node, type, shows } = setup();
    type('first :tada:\r');
    type('second\r');
    type('`:tada:`\r');
    await vi.waitFor(() =>
      expect(node.asked).toEqual([
        'chat.send {"text":"first 🎉"}',
        'chat.send {"text":"second"}',
        'chat.send {"text":"`:tada:`"}',
      ]),
    );
    await shows(/first 🎉 +·/);
  });
});
