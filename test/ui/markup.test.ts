// Simple formatting: nothing is lost, nothing takes long, and what people mean is what they see.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayText, graphemesOf, textWidth } from '../../cli/ui/display-width.ts';
import { parseMarkup, type Piece } from '../../cli/ui/markup.ts';
import { bodyLines, textParts } from '../../cli/ui/message-lines.ts';
import { plainText, type Span } from '../../cli/ui/theme.ts';
import { wrapSpans, wrapText } from '../../cli/ui/wrap.ts';
import { FakeNode, personOf } from '../support/fake-node.ts';
import { anyText, FORBIDDEN, HOSTILE } from './hostile-text.ts';

/** Text with much of what means something. */
const markup = fc
  .array(
    fc.oneof(
      fc.constantFrom('*', '**', '_', '`', '``', '```', '\n', ' ', 'a', '.', 'http://x/(y)', '\n```\n'),
      anyText,
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

/** Bold in <>, italic in [], code in {}, links in ‹›; markers left out. */
function seen(text: string): string {
  return parseMarkup(text)
    .filter(({ marker }) => !marker)
    .map(({ text: part, bold, italic, code, link }: Piece) => {
      const inner = code ? `{${part}}` : link ? `‹${part}›` : part;
      return bold ? `<${inner}>` : italic ? `[${inner}]` : inner;
    })
    .join('');
}

describe('parseMarkup', () => {
  it('loses and reorders nothing, whatever is written', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const pieces = parseMarkup(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.every((piece) => piece.text !== '')).toBe(true);
        for (const { text: part, marker } of pieces) if (marker) expect(part).toMatch(/^[*_`\w+#.\-\s]+$/);
      }),
    );
  });

  it.each([
    ['a *bold* word', 'a <bold> word'],
    ['a **bold** word', 'a <bold> word'],
    ['an _italic_ word', 'an [italic] word'],
    ['**bold _and_ more**', '<bold ><and>< more>'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['* a list\n* of two', '* a list\n* of two'],
    ['*not closed', '*not closed'],
    ['* not opened*', '* not opened*'],
    ['**', '**'],
    ['****', '****'],
    ['*one\ntwo*', '*one\ntwo*'],
    ['("*quoted*")', '("<quoted>")'],
    ['これは**重要**です', 'これは<重要>です'],
    ['`*code*` is *not*', '{`*code*`} is <not>'],
    ['``a ` b``', '{``a ` b``}'],
    ['`not closed', '`not closed'],
    ['see https://a.b/c_d_e?f=*g*.', 'see ‹https://a.b/c_d_e?f=*g›*.'],
    ['(http://a.b/x(y))', '(‹http://a.b/x(y)›)'],
    ['http:// alone', 'http:// alone'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['`http://a.b`', '{`http://a.b`}'],
    ['a\n```\n*x*\n\ny\n```\nb', 'a\n{*x*\n\ny}\nb'],
    ['```ts\nlet a;\n```', '{let a;}'],
    ['```\nnever closed', '```\nnever closed'],
    ['```\n```', '\n'.slice(1)],
  ])('%j is %j', (text, expected) => {
    expect(seen(text)).toBe(expected);
  });

  it('hides no mark that something would melt into', () => {
    expect(parseMarkup('*\u0301a*').some(({ marker }) => marker)).toBe(false);
    expect(parseMarkup('*️⃣ and *️⃣').some(({ marker }) => marker)).toBe(false);
  });

  it('takes time by the length, not more', () => {
    const hostile = [
      '*a ',
      '*a* ',
      '`',
      '``` `` ` ',
      '_a',
      '**a**',
      'http://',
      'http://a)',
      '(((http://a)))))',
      '```\n',
      '*_',
    ];
    for (const part of hostile) {
      // Work by the square of the length would run into the limit of the test.
      const text = part.repeat(Math.ceil(200_000 / part.length));
      expect(
        parseMarkup(text)
          .map((piece) => piece.text)
          .join(''),
      ).toHaveLength(text.length);
    }
  }, 10_000);
});

describe('wrapSpans', () => {
  const spans = fc.array(fc.record({ text: anyText.map(displayText), bold: fc.boolean() }), { maxLength: 8 });

  it('breaks where wrapText does, keeps the looks, and gives no row wider than the width', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 50 }), (parts: Span[], width) => {
        const rows = wrapSpans(parts, width);
        const text = parts.map((part) => part.text).join('');
        expect(rows.map(plainText)).toEqual(wrapText(text, width));
        for (const row of rows) expect(textWidth(plainText(row))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('gives a grapheme one look', () => {
    const rows = wrapSpans([{ text: '👩', bold: true }, { text: '\u200D👩 x' }], 20);
    expect(rows).toEqual([[{ text: '👩\u200D👩', bold: true }, { text: ' x' }]]);
    for (const span of rows.flat()) expect(graphemesOf(span.text).join('')).toBe(span.text);
  });
});

describe('a message as rows', () => {
  const rowsOf = (text: string, width = 60, mentions?: readonly string[]): string[] => {
    const node = new FakeNode();
    node.meet(personOf('bob'));
    const message = { text, ...(mentions === undefined ? {} : { mentions }) };
    const body = {
      at: 0,
      author: 'self',
      name: 'alice',
      showName: true,
      quote: '',
      tags: [],
      mark: '',
      reactions: [],
    } as const;
    return bodyLines({ ...body, text: textParts(message, 'text', node.state), selected: false }, width).map((row) => {
      const line = plainText(row);
      expect(line).not.toMatch(FORBIDDEN);
      // Narrower where a sign melts into the space before it.
      expect(textWidth(line)).toBeLessThanOrEqual(width);
      return line.slice(14).trimEnd();
    });
  };

  it('puts a bar beside code, and no empty rows for its fences', () => {
    expect(rowsOf('look:\n```c\nint a;\n  b;\n```\nnice')).toEqual(['look:', '│ int a;', '│   b;', 'nice']);
    expect(rowsOf('```\nx\n```')).toEqual(['│ x']);
    expect(rowsOf('```\nx\n```\n```\ny\n```')).toEqual(['│ x', '│ y']);
    expect(rowsOf('a\n\n```\nx\n```\n\nb')).toEqual(['a', '', '│ x', '', 'b']);
  });

  it('has at least one row, and none that is too wide, for any text', () => {
    for (const text of [...HOSTILE, '']) expect(rowsOf(text).length).toBeGreaterThan(0);
    fc.assert(
      fc.property(markup, fc.integer({ min: 20, max: 90 }), (text, width) => {
        rowsOf(text, width, ['id-bob', 'self-id']);
      }),
    );
  });

  it('marks the names that are called, and only whole ones', () => {
    const node = new FakeNode();
    node.meet(personOf('bob'));
    node.meet(personOf('bobby'));
    const spans = (text: string): [string, string | undefined][] =>
      textParts({ text, mentions: ['id-bob', 'id-bobby'] }, 'text', node.state)
        .flatMap((part) => part.spans)
        .map((span) => [span.text, span.role]);
    expect(spans('hey @Alice!')).toEqual([
      ['hey ', 'text'],
      ['@Alice', 'mention'],
      ['!', 'text'],
    ]);
    expect(spans('@bobby @bobbyx @bob').map(([text]) => text)).toEqual(['@bobby', ' @bobbyx ', '@bob']);
    expect(spans('`@alice`')).toEqual([['`@alice`', 'code']]);
  });
});
