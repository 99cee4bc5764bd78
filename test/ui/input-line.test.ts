// The input line: never in the middle of a grapheme, whatever is done to it.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemesOf, textWidth } from '../../cli/ui/display-width.ts';
import {
  EMPTY_INPUT,
  HISTORY_LIMIT,
  INPUT_LIMIT,
  reduceInput,
  type InputAction,
  type InputState,
  type Movement,
} from '../../cli/ui/input-line.ts';
import { INPUT_ROWS, viewInput } from '../../cli/ui/input-view.ts';
import { lineWidth, plainText } from '../../cli/ui/theme.ts';
import { anyText, FORBIDDEN } from './hostile-text.ts';

function typed(...actions: readonly (InputAction | string)[]): InputState {
  return actions.reduce<InputState>(
    (state, action) => reduceInput(state, typeof action === 'string' ? { type: 'insert', text: action } : action),
    EMPTY_INPUT,
  );
}
const move = (to: Movement): InputAction => ({ type: 'move', to });
const erase = (to: Movement): InputAction => ({ type: 'delete', to });

/** With `|` at the cursor. */
function shown({ text, cursor }: InputState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const movements: readonly Movement[] = ['left', 'right', 'word-left', 'word-right', 'home', 'end', 'start', 'finish'];
const anyAction: fc.Arbitrary<InputAction> = fc.oneof(
  anyText.map((text): InputAction => ({ type: 'insert', text })),
  fc.constantFrom(...movements).map(move),
  fc.constantFrom(...movements).map(erase),
  fc.constantFrom<InputAction>({ type: 'up' }, { type: 'down' }, { type: 'take' }),
  fc.record({ type: fc.constant('replace' as const), text: anyText, cursor: fc.integer({ min: -5, max: 200 }) }),
);

function boundariesOf(text: string): Set<number> {
  let at = 0;
  return new Set([0, ...graphemesOf(text).map((grapheme) => (at += grapheme.length))]);
}

describe('reduceInput', () => {
  it('keeps the cursor between graphemes and the text clean, whatever is done', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 25 }), (actions) => {
        const state = typed(...actions);
        expect(boundariesOf(state.text)).toContain(state.cursor);
        expect(state.text.replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(FORBIDDEN);
      }),
    );
  });

  it('deletes whole emoji', () => {
    expect(shown(typed('a👨‍👩‍👧‍👦', erase('left')))).toBe('a|');
    expect(shown(typed('🇩🇪🇫🇷', erase('left')))).toBe('🇩🇪|');
    expect(shown(typed('e\u0301x', move('start'), erase('right')))).toBe('|x');
  });

  it('moves by characters, words and lines', () => {
    expect(shown(typed('one two', move('word-left')))).toBe('one |two');
    expect(shown(typed('one two', move('start'), move('word-right')))).toBe('one| two');
    expect(shown(typed('one\ntwo', move('home')))).toBe('one\n|two');
    expect(shown(typed('one\ntwo', move('home'), move('left'), move('home')))).toBe('|one\ntwo');
    expect(shown(typed('one two', erase('word-left')))).toBe('one |');
    expect(shown(typed('one two', erase('home')))).toBe('|');
  });

  it('goes up and down within several lines, then to what was sent before', () => {
    const state = typed('first', { type: 'take' }, 'second', { type: 'take' }, 'ab\ncd');
    const up = reduceInput(state, { type: 'up' });
    expect(shown(up)).toBe('ab|\ncd');
    const older = reduceInput(up, { type: 'up' });
    expect(older.text).toBe('second');
    expect(reduceInput(older, { type: 'up' }).text).toBe('first');
    expect(reduceInput(older, { type: 'down' }).text).toBe('ab\ncd');
  });

  it('keeps no empty or repeated texts and a bounded number of them', () => {
    const again = typed('a', { type: 'take' }, 'a', { type: 'take' }, '  ', { type: 'take' });
    expect(again.history).toEqual(['a']);
    let state = EMPTY_INPUT;
    for (let index = 0; index < HISTORY_LIMIT + 50; index++) {
      state = reduceInput(reduceInput(state, { type: 'insert', text: `t${index}` }), { type: 'take' });
    }
    expect(state.history).toHaveLength(HISTORY_LIMIT);
  });

  it('holds a bounded text', () => {
    const state = typed('é'.repeat(INPUT_LIMIT), 'more');
    expect(state.text.length).toBeLessThanOrEqual(INPUT_LIMIT);
    expect(shown(state).endsWith('|')).toBe(true);
  });
});

describe('viewInput', () => {
  const prompt = [{ text: ' # everyone › ' }];
  const view = (state: InputState, width = 40): ReturnType<typeof viewInput> => viewInput(state, prompt, 14, width);

  it('shows the cursor inside the window, for any text', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 12 }), fc.integer({ min: 20, max: 90 }), (actions, width) => {
        const { rows, cursor } = view(typed(...actions), width);
        expect(rows.length).toBeLessThanOrEqual(INPUT_ROWS);
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) {
          expect(lineWidth(row)).toBeLessThanOrEqual(width);
          expect(textWidth(plainText(row))).toBeLessThanOrEqual(width);
          expect(plainText(row)).not.toMatch(FORBIDDEN);
        }
        expect(cursor.y).toBeLessThan(rows.length);
        expect(cursor.x).toBeLessThan(width);
        expect(cursor.x).toBeGreaterThanOrEqual(14);
      }),
    );
  });

  it('wraps, and indents what follows', () => {
    const { rows, cursor } = view(typed('abcdefghijklmnopqrstuvwxyz123'));
    expect(rows.map(plainText)).toEqual([' # everyone › abcdefghijklmnopqrstuvwxy', '              z123']);
    expect(cursor).toEqual({ x: 18, y: 1 });
  });

  it('shows five lines around the cursor, and sums up what is longer', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`).join('\n');
    expect(plainText(view(typed(lines)).rows.at(-1) ?? [])).toContain('line 11');
    const many = view(typed('x\n'.repeat(99)));
    expect(many.rows.map(plainText)).toEqual([' # everyone › [100 lines, 198 character', '              s]']);
  });
});
