// Keys from bytes, however the bytes are cut.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyParser, PASTE_LIMIT, type InputEvent } from '../../cli/ui/keys.ts';

/** Short names: `ctrl-a`, `text:hi`, `paste:hi`. */
function named(events: readonly InputEvent[]): string[] {
  return events.map((event) => {
    if (event.kind !== 'key') return `${event.kind}:${event.text}`;
    const { name, ctrl, alt, shift } = event;
    return `${ctrl ? 'ctrl-' : ''}${alt ? 'alt-' : ''}${shift ? 'shift-' : ''}${name}`;
  });
}

function joined(names: readonly string[]): string[] {
  const result: string[] = [];
  for (const name of names) {
    if (name.startsWith('text:') && result.at(-1)?.startsWith('text:') === true) {
      result.push(`${result.pop() ?? ''}${name.slice('text:'.length)}`);
    } else result.push(name);
  }
  return result;
}

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['hello', ['text:hello']],
  ['\r', ['enter']],
  ['\n', ['ctrl-j']],
  ['\t', ['tab']],
  ['\u007F', ['backspace']],
  ['\u0001\u0005\u000B', ['ctrl-a', 'ctrl-e', 'ctrl-k']],
  ['\u001B[A\u001B[B\u001B[C\u001B[D', ['up', 'down', 'right', 'left']],
  ['\u001BOA\u001BOH\u001BOF\u001BOP', ['up', 'home', 'end', 'f1']],
  ['\u001B[1;3A\u001B[1;3B', ['alt-up', 'alt-down']],
  ['\u001B[1;5C\u001B[1;2D', ['ctrl-right', 'shift-left']],
  ['\u001B\u001B[A', ['alt-up']],
  ['\u001B[5~\u001B[6~\u001B[3~\u001B[1~\u001B[4~', ['pageup', 'pagedown', 'delete', 'home', 'end']],
  ['\u001B[11~\u001B[[A', ['f1', 'f1']],
  ['\u001B\r', ['alt-enter']],
  ['\u001B\u007F', ['alt-backspace']],
  ['\u001Bb\u001BF', ['alt-b', 'alt-shift-f']],
  ['\u001B[13;3u\u001B[107;5u', ['alt-enter', 'ctrl-k']],
  ['\u001B[Z', ['shift-tab']],
  ['\u001B[200~a\r\nb\u001B[A\u001B[201~c', ['paste:a\r\nb\u001B[A', 'text:c']],
  ['\u001B]11;rgb:0/0/0\u0007x\u001B]0;t\u001B\\y', ['text:x', 'text:y']],
  ['\u001B[?62;c\u001B[12;40R\u001B[1;2R', ['shift-f3']],
  ['é字👨‍👩‍👧\u0301', ['text:é字👨‍👩‍👧\u0301']],
  ['\u009B31m', ['text:31m']],
];

describe('KeyParser', () => {
  it.each(CASES)('reads %j', (bytes, expected) => {
    expect(joined(named(new KeyParser().feed(Buffer.from(bytes))))).toEqual(joined(expected));
  });

  it('reads the same however the bytes are split', () => {
    const parts = fc.array(fc.constantFrom(...CASES.map(([bytes]) => bytes)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(), { maxLength: 12 }), (texts, cuts) => {
        const bytes = Buffer.from(texts.join(''));
        const whole = new KeyParser();
        const split = new KeyParser();
        const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
        const events: InputEvent[] = [];
        for (const [index, place] of [...places, bytes.length].entries()) {
          events.push(...split.feed(bytes.subarray(index === 0 ? 0 : places[index - 1], place)));
        }
        expect(joined(named(events))).toEqual(joined(named(whole.feed(bytes))));
        expect(split.waiting).toBe(whole.waiting);
      }),
    );
  });

  it('never throws and never types control characters, for any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (chunks) => {
        const parser = new KeyParser();
        const events = chunks.flatMap((chunk) => parser.feed(chunk)).concat(parser.flush());
        for (const event of events) {
          // eslint-disable-next-line no-control-regex -- control characters are what this is about
          if (event.kind === 'text') expect(event.text).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
        }
        expect(parser.waiting).toBe(false);
      }),
    );
  });

  it('takes a lone ESC for the key when nothing follows', () => {
    const parser = new KeyParser();
    expect(parser.feed('\u001B')).toEqual([]);
    expect(parser.waiting).toBe(true);
    expect(named(parser.flush())).toEqual(['escape']);
    expect(named(parser.feed('a'))).toEqual(['text:a']);
  });

  it('gives a paste whose end never comes when asked to', () => {
    const parser = new KeyParser();
    expect(parser.feed('\u001B[200~half')).toEqual([]);
    expect(parser.pasting).toBe(true);
    expect(named(parser.flush())).toEqual(['paste:half']);
    expect(named(parser.feed('x'))).toEqual(['text:x']);
  });

  it('bounds what never ends', () => {
    const parser = new KeyParser();
    parser.feed('\u001B[200~');
    for (let index = 0; index < 30; index++) parser.feed('x'.repeat(100_000));
    const [paste] = parser.feed('\u001B[201~');
    expect(paste?.kind === 'paste' && paste.text.length).toBe(PASTE_LIMIT);
    parser.feed(`\u001B]${'x'.repeat(10_000)}`);
    expect(named(parser.feed('\r')).at(-1)).toBe('enter');
    parser.feed(`\u001B[${'1;'.repeat(200)}`);
    expect(named(parser.feed('\r')).at(-1)).toBe('enter');
  });
});
