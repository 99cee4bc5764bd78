// Bytes of a terminal in raw mode -> keys, typed text and pastes. ink's own parser loses pastes and modifiers.
// Sequences: ECMA-48 CSI and SS3, xterm's modifiers (1;MOD), `CSI code;MOD u`, bracketed paste (CSI 200~ ... CSI 201~).

/* eslint-disable no-control-regex -- control characters are what this file is about */

import { StringDecoder } from 'node:string_decoder';

export interface Key {
  readonly kind: 'key';
  /** `a`, `enter`, `up`, `pageup`, `f1` … */
  readonly name: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}
export type InputEvent =
  Key | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'paste'; readonly text: string };

/** Longer pastes lose their end. */
export const PASTE_LIMIT = 1024 * 1024;
const LONGEST_SEQUENCE = 64;
/** Answers of the terminal (OSC, DCS) that nobody asked for are skipped up to this length. */
const LONGEST_ANSWER = 4096;
const PASTE_END = '\u001B[201~';

const FINAL_LETTERS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};
const TILDE_NUMBERS: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
};
const CONTROL_NAMES: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u001B': 'escape',
};

type Match = {
  readonly length: number;
  readonly event?: InputEvent;
  readonly paste?: true;
  /** It is an answer of the terminal. */
  readonly answer?: true;
};

export class KeyParser {
  readonly #onAnswer: ((answer: string) => void) | undefined;
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #paste: string | undefined;

  /** @param onAnswer gets what the terminal was asked for: `CSI ... n`, `CSI ? ... c`, `APC G ... ST`, whole */
  constructor(onAnswer?: (answer: string) => void) {
    this.#onAnswer = onAnswer;
  }

  /** True while a sequence has begun and not ended: call `flush` if nothing follows soon. */
  get waiting(): boolean {
    return this.#pending !== '' || this.#paste !== undefined;
  }

  /** True while more of a sequence has come than the key Escape would be. */
  get inSequence(): boolean {
    return this.#paste === undefined && this.#pending.length > 1;
  }

  /** True inside a bracketed paste. */
  get pasting(): boolean {
    return this.#paste !== undefined;
  }

  feed(bytes: Uint8Array | string): InputEvent[] {
    this.#pending += typeof bytes === 'string' ? bytes : this.#decoder.write(Buffer.from(bytes));
    const events: InputEvent[] = [];
    while (this.#pending !== '') {
      if (this.#paste !== undefined) {
        if (!this.#takePaste(events)) break;
        continue;
      }
      const match = matchNext(this.#pending);
      if (match === undefined) break;
      const taken = this.#pending.slice(0, match.length);
      this.#pending = this.#pending.slice(match.length);
      if (match.answer) this.#onAnswer?.(taken);
      if (match.paste) this.#paste = '';
      if (match.event !== undefined) events.push(match.event);
    }
    return events;
  }

  /** Nothing came for a while: what is pending stands for itself. */
  flush(): InputEvent[] {
    if (this.#paste !== undefined) {
      const text = this.#paste + this.#pending;
      this.#paste = undefined;
      this.#pending = '';
      return [{ kind: 'paste', text }];
    }
    const pending = this.#pending;
    this.#pending = '';
    if (/^\u001B+$/.test(pending)) return Array.from(pending, () => keyOf('escape'));
    return pending.length === 2 ? [keyOf(pending.charAt(1).toLowerCase(), { alt: true })] : [];
  }

  /** False when the end of the paste has not come yet. */
  #takePaste(events: InputEvent[]): boolean {
    const end = this.#pending.indexOf(PASTE_END);
    const safe = end === -1 ? Math.max(0, this.#pending.length - PASTE_END.length + 1) : end;
    this.#paste = ((this.#paste ?? '') + this.#pending.slice(0, safe)).slice(0, PASTE_LIMIT);
    if (end === -1) {
      this.#pending = this.#pending.slice(safe);
      return false;
    }
    events.push({ kind: 'paste', text: this.#paste });
    this.#paste = undefined;
    this.#pending = this.#pending.slice(end + PASTE_END.length);
    return true;
  }
}

/** The first event in `input`, or undefined while it is not known how it goes on. */
function matchNext(input: string): Match | undefined {
  const text = /^[^\u0000-\u001F\u007F-\u009F]+/.exec(input)?.[0];
  if (text !== undefined) return { length: text.length, event: { kind: 'text', text } };
  if (input.startsWith('\u001B')) return matchEscape(input);
  const event = controlKey(input.charAt(0));
  return { length: 1, ...(event === undefined ? {} : { event }) };
}

function matchEscape(input: string): Match | undefined {
  switch (input.charAt(1)) {
    case '':
      return undefined;
    case '[':
      return matchCsi(input);
    case 'O': {
      const name = FINAL_LETTERS[input.charAt(2)];
      if (input.length < 3) return undefined;
      return name === undefined ? { length: 2, event: keyOf('o', { alt: true }) } : { length: 3, event: keyOf(name) };
    }
    case ']':
    case 'P':
    case '_':
    case '^':
      return matchAnswer(input);
    case '\u001B': {
      // Some terminals send alt as an ESC before the sequence; three in a row are somebody hammering on Escape.
      if (input.length < 3) return undefined;
      const inner = input.charAt(2) === '[' || input.charAt(2) === 'O' ? matchEscape(input.slice(1)) : null;
      if (inner === undefined) return undefined;
      if (inner === null || inner.event?.kind !== 'key') return { length: 1, event: keyOf('escape') };
      return { length: inner.length + 1, event: { ...inner.event, alt: true } };
    }
    default: {
      const character = String.fromCodePoint(input.codePointAt(1) ?? 0);
      const control = controlKey(character);
      if (control === undefined && /^[\u0000-\u001F\u007F-\u009F]/.test(character)) return { length: 2 };
      const event = control ?? keyOf(character.toLowerCase(), { shift: /^\p{Lu}/u.test(character) });
      return { length: 1 + character.length, event: { ...event, alt: true } };
    }
  }
}

function matchCsi(input: string): Match | undefined {
  // The Linux console's F1 to F5.
  if (input.charAt(2) === '[') {
    if (input.length < 4) return undefined;
    return input.charAt(3) === 'A' ? { length: 4, event: keyOf('f1') } : { length: 4 };
  }
  const match = /^\u001B\[([0-?]*)([ -/]*)([@-~])/.exec(input);
  if (match === null) {
    if (input.length < LONGEST_SEQUENCE && /^\u001B\[[0-?]*[ -/]*$/.test(input)) return undefined;
    return { length: 2 };
  }
  const [whole, parameters = '', , final = ''] = match;
  const [first = '', second = ''] = parameters.split(';');
  const length = whole.length;
  if (final === '~' && first === '200') return { length, paste: true };
  if (final === 'n' || (final === 'c' && first.startsWith('?'))) return { length, answer: true };
  const modifiers = modifiersOf(second);
  if (final === 'Z') return { length, event: keyOf('tab', { shift: true }) };
  if (final === 'u') {
    const event = codePointKey(Number(first.split(':')[0]));
    return event === undefined ? { length } : { length, event: { ...event, ...modifiers } };
  }
  // `CSI 12;40R` is an answer (where the cursor is), `CSI 1;2R` is F3.
  const letter = first === '' || first === '1' ? FINAL_LETTERS[final] : undefined;
  const name = final === '~' ? TILDE_NUMBERS[first] : letter;
  return name === undefined ? { length } : { length, event: { ...keyOf(name), ...modifiers } };
}

function matchAnswer(input: string): Match | undefined {
  const end = /\u0007|\u001B\\/.exec(input);
  if (end !== null && end.index < LONGEST_ANSWER) {
    const length = end.index + end[0].length;
    return input.startsWith('\u001B_G') ? { length, answer: true } : { length };
  }
  return input.length < LONGEST_ANSWER ? undefined : { length: LONGEST_ANSWER };
}

function modifiersOf(parameter: string): { shift: boolean; alt: boolean; ctrl: boolean } {
  const bits = Math.max(0, (Number.parseInt(parameter, 10) || 1) - 1);
  return { shift: (bits & 1) !== 0, alt: (bits & 2) !== 0, ctrl: (bits & 4) !== 0 };
}

function codePointKey(code: number): Key | undefined {
  if (!Number.isInteger(code) || code <= 0 || code > 0x10ffff) return undefined;
  const character = String.fromCodePoint(code);
  return controlKey(character) ?? keyOf(character.toLowerCase());
}

function controlKey(character: string): Key | undefined {
  const name = CONTROL_NAMES[character];
  if (name !== undefined) return keyOf(name);
  const code = character.charCodeAt(0);
  if (code >= 1 && code <= 26) return keyOf(String.fromCharCode(96 + code), { ctrl: true });
  return undefined;
}

function keyOf(name: string, modifiers: { ctrl?: boolean; alt?: boolean; shift?: boolean } = {}): Key {
  return {
    kind: 'key',
    name,
    ctrl: modifiers.ctrl ?? false,
    alt: modifiers.alt ?? false,
    shift: modifiers.shift ?? false,
  };
}
