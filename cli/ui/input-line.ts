// The text being typed: a pure reducer that moves and deletes by grapheme, so that no emoji is ever cut in half.

import { cleanText } from '../../src/index.ts';

export interface InputState {
  readonly text: string;
  /** In code units, always between two graphemes. */
  readonly cursor: number;
  /** What was sent before, oldest first. */
  readonly history: readonly string[];
  /** Which of `history` is shown, and what was being typed before looking there. */
  readonly recalled?: { readonly index: number; readonly draft: string };
}

export type Movement = 'left' | 'right' | 'word-left' | 'word-right' | 'home' | 'end' | 'start' | 'finish';

export type InputAction =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'replace'; readonly text: string; readonly cursor: number }
  | { readonly type: 'move'; readonly to: Movement }
  /** Deletes from the cursor to where the movement leads. */
  | { readonly type: 'delete'; readonly to: Movement }
  /** To the line above or below, or when there is none, to older or newer texts. */
  | { readonly type: 'up' }
  | { readonly type: 'down' }
  /** Empties the line and remembers what it held. */
  | { readonly type: 'take' }
  /** Empties the line for good: it held a secret. */
  | { readonly type: 'forget' };

export const EMPTY_INPUT: InputState = { text: '', cursor: 0, history: [] };
/** Far above what a message may have, so that the sentence about that can be said; more is cut. */
export const INPUT_LIMIT = 256 * 1024;
export const HISTORY_LIMIT = 200;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function reduceInput(state: InputState, action: InputAction): InputState {
  switch (action.type) {
    case 'insert':
      return insert(state, cleanText(action.text));
    case 'replace':
      return edit(state, cleanText(action.text).slice(0, INPUT_LIMIT), action.cursor);
    case 'move':
      return { ...state, cursor: target(state, action.to) };
    case 'delete': {
      const to = target(state, action.to);
      const [from, until] = to < state.cursor ? [to, state.cursor] : [state.cursor, to];
      return edit(state, state.text.slice(0, from) + state.text.slice(until), from);
    }
    case 'up':
    case 'down':
      return vertical(state, action.type);
    case 'forget':
      return { text: '', cursor: 0, history: state.history };
    case 'take': {
      const { text, history } = state;
      const repeated = text.trim() === '' || history.at(-1) === text;
      return { text: '', cursor: 0, history: repeated ? history : [...history, text].slice(-HISTORY_LIMIT) };
    }
  }
}

function insert(state: InputState, text: string): InputState {
  const room = Math.max(0, INPUT_LIMIT - state.text.length);
  const fitting = text.length > room ? text.slice(0, boundaryBefore(text, room + 1)) : text;
  const cursor = state.cursor + fitting.length;
  return edit(state, state.text.slice(0, state.cursor) + fitting + state.text.slice(state.cursor), cursor);
}

/** New text; the cursor moves on to the next boundary, as joined pieces may have become one grapheme. */
function edit(state: InputState, text: string, cursor: number): InputState {
  return { text, cursor: snap(text, cursor), history: state.history };
}

function snap(text: string, cursor: number): number {
  const within = Math.max(0, Math.min(text.length, Math.trunc(cursor)));
  const segment = graphemes.segment(text).containing(within);
  if (segment === undefined || segment.index === within) return within;
  return segment.index + segment.segment.length;
}

function boundaryBefore(text: string, cursor: number): number {
  return cursor <= 0 ? 0 : (graphemes.segment(text).containing(cursor - 1)?.index ?? 0);
}

function boundaryAfter(text: string, cursor: number): number {
  const segment = graphemes.segment(text).containing(cursor);
  return segment === undefined ? text.length : segment.index + segment.segment.length;
}

function target({ text, cursor }: InputState, movement: Movement): number {
  switch (movement) {
    case 'left':
      return boundaryBefore(text, cursor);
    case 'right':
      return boundaryAfter(text, cursor);
    case 'word-left':
      return snap(text, text.slice(0, cursor).replace(/\S+\s*$|\s+$/u, '').length);
    case 'word-right':
      return snap(text, cursor + (/^\s*\S+|^\s+/u.exec(text.slice(cursor))?.[0].length ?? 0));
    case 'home':
      return lineStart(text, cursor);
    case 'end':
      return lineEnd(text, cursor);
    case 'start':
      return 0;
    case 'finish':
      return text.length;
  }
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

function vertical(state: InputState, direction: 'up' | 'down'): InputState {
  const { text, cursor } = state;
  const start = lineStart(text, cursor);
  const end = lineEnd(text, cursor);
  if (direction === 'up' && start > 0) {
    const above = lineStart(text, start - 1);
    return { ...state, cursor: snap(text, Math.min(above + (cursor - start), start - 1)) };
  }
  if (direction === 'down' && end < text.length) {
    return { ...state, cursor: snap(text, Math.min(end + 1 + (cursor - start), lineEnd(text, end + 1))) };
  }
  return direction === 'up' ? older(state) : newer(state);
}

function older(state: InputState): InputState {
  const index = (state.recalled?.index ?? state.history.length) - 1;
  const text = state.history[index];
  if (text === undefined) return state;
  return { ...state, text, cursor: text.length, recalled: { index, draft: state.recalled?.draft ?? state.text } };
}

function newer(state: InputState): InputState {
  if (state.recalled === undefined) return state;
  const { index, draft } = state.recalled;
  const text = state.history[index + 1];
  if (text === undefined) return { text: draft, cursor: draft.length, history: state.history };
  return { ...state, text, cursor: text.length, recalled: { index: index + 1, draft } };
}
