// Messages as lines for people.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageRow } from '../../src/state/message-row.ts';
import { createTranscript, localTime } from '../../src/state/transcript.ts';

const AT = new Date(2026, 10, 22, 15, 4).getTime();
const row: MessageRow = {
  id: '01',
  from: { peerId: 'id-of-alice', name: 'alice', via: 'p2p' },
  text: 'hello',
  at: AT,
  kind: 'text',
};
const line = (change: Partial<MessageRow>, places = false): string =>
  createTranscript({ places })({ ...row, ...change });

test('time, name, text; further lines begin below the name', () => {
  expect(line({})).toBe('2026-11-22 15:04  alice  hello\n');
  expect(line({ text: 'one\ntwo\n\nfour' })).toBe(
    `2026-11-22 15:04  alice  one\n${' '.repeat(18)}two\n${' '.repeat(18)}\n${' '.repeat(18)}four\n`,
  );
});

test('where it was said, when there are several places', () => {
  expect(line({}, true)).toBe('2026-11-22 15:04  #everyone  alice  hello\n');
  expect(line({ room: 'den' }, true)).toBe('2026-11-22 15:04  #den  alice  hello\n');
  expect(line({ to: 'bob' }, true)).toBe('2026-11-22 15:04  alice \u2192 bob  hello\n');
  expect(line({ to: 'bob' })).toBe('2026-11-22 15:04  alice  hello\n');
});

test('what became of it', () => {
  expect(line({ text: 'better', edited: true })).toContain('  better (edited)\n');
  expect(line({ text: '', deleted: true })).toContain('  (deleted)\n');
  expect(line({ text: '', missing: true })).toContain('  (not here)\n');
  const file = { transferId: 'x', kind: 'folder', name: 'bo\u001B[2Jards', size: 2_100_000 } as const;
  expect(line({ text: '', kind: 'file', file })).toContain('  [folder bo\u241B[2Jards, 2,100,000 bytes]\n');
  const note = { ...file, kind: 'voice', durationMs: 7400 } as const;
  expect(line({ text: '', kind: 'voice', file: note })).toContain('  [voice note, 7 s]\n');
  expect(line({ kind: 'system', event: 'join', text: '' })).toBe('2026-11-22 15:04  \u2192 alice joined\n');
  expect(line({ kind: 'system', event: 'leave', text: '' })).toBe('2026-11-22 15:04  \u2190 alice left\n');
  const by = Array.from({ length: 12 }, (_, index) => ({ peerId: `${index}`, name: `p${index}` }));
  expect(
    line({
      reactions: [
        { emoji: '\u{1F389}', by: by.slice(0, 2) },
        { emoji: 'ok', by },
      ],
    })
      .split('\n')
      .slice(1),
  ).toEqual([
    `${' '.repeat(18)}\u{1F389} p0, p1`,
    `${' '.repeat(18)}ok p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 2 more`,
    '',
  ]);
});

test('what it answers, as long as that is remembered', () => {
  const next = createTranscript({ places: false });
  next(row);
  expect(next({ ...row, id: '02', replyTo: '01', text: 'yes' })).toContain('  alice  [to alice 15:04] yes\n');
  for (let number = 100; number < 1200; number++) next({ ...row, id: String(number) });
  expect(next({ ...row, id: '03', replyTo: '01', text: 'late' })).toContain('  [to something earlier] late\n');
});

test('a clock that is anywhere', () => {
  for (const at of [Number.NaN, 1e18, -1e18, Number.POSITIVE_INFINITY]) expect(localTime(at)).toBe('????-??-?? ??:??');
  expect(localTime(-62_000_000_000_000)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/u);
});

test('whatever somebody writes or is called, lines begin with a time or with the indent, and command no terminal', () => {
  // The characters that matter are rare among all.
  const nasty = fc.array(
    fc.constantFrom('\n', '\r', '\u001b[2J', '\u009b', '\u202e', '\u2028', '\b', 'a', ' ', '\ud800'),
  );
  const text = fc.oneof(
    fc.string(),
    nasty.map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, text, text, text, (said, name, emoji, to) => {
      const from = { ...row.from, name };
      const lines = line({ text: said, from, to, reactions: [{ emoji, by: [from] }] }, true);
      expect(lines.endsWith('\n')).toBe(true);
      for (const one of lines.slice(0, -1).split('\n')) expect(one).toMatch(/^(?:2026-11-22 15:04 {2}| {18})/u);
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect(lines).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
