// The emoji question of the bundle gives string-width's own answers.

import { expect, test } from 'vitest';
import { rgiEmojiRegex } from './lazy-emoji.ts';

/** Every emoji that Unicode recommends is a sequence of these; all single code points are tried, and typical sequences. */
const SEQUENCES = ['👩‍👩‍👧', '🏳️‍🌈', '🇩🇪', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '#️⃣', '*️⃣', '👍🏽', '❤️', '☎️', '🧑🏿‍🚀', '👁️‍🗨️', '🏿', '©️'];

test('the cheap question before the emoji expression turns no emoji away', () => {
  const full = new RegExp('^\\p{RGI_Emoji}$', 'v');
  const wrong: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const segment = String.fromCodePoint(code);
    if (rgiEmojiRegex.test(segment) !== full.test(segment)) wrong.push(segment);
  }
  expect(wrong).toEqual([]);
  for (const sequence of SEQUENCES) expect(rgiEmojiRegex.test(sequence), sequence).toBe(full.test(sequence));
  expect(SEQUENCES.filter((sequence) => rgiEmojiRegex.test(sequence)).length).toBeGreaterThan(10);
});
