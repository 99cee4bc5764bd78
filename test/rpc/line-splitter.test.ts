// Lines out of bytes, however they were cut.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, type SplitLine } from '../../cli/rpc/line-splitter.ts';

function split(chunks: readonly Uint8Array[], limit?: number): SplitLine[] {
  const splitter = new LineSplitter(limit);
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (lines: SplitLine[]): string[] => lines.map((line) => ('text' in line ? line.text : line.problem));

test('lines end with LF or CRLF; the last one may have no end; marks of byte order vanish', () => {
  expect(texts(split([bytes('a\nb\r\n\n\uFEFFc')]))).toEqual(['a', 'b', '', 'c']);
  expect(texts(split([bytes('a\n')]))).toEqual(['a']);
});

test('any chunking gives the same lines', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\uFEFF]/gu, ''));
  const property = fc.property(fc.array(line), fc.array(fc.nat({ max: 12 })), (lines, sizes) => {
    const whole = bytes(lines.map((text) => `${text}\n`).join(''));
    const chunks: Uint8Array[] = [];
    let start = 0;
    for (let index = 0; start < whole.length; index++) {
      const size = sizes[index % Math.max(1, sizes.length)] ?? 1;
      chunks.push(whole.subarray(start, start + size));
      start += size;
      if (size === 0 && sizes.every((one) => one === 0)) start++;
    }
    const intact = chunks.reduce((total, chunk) => total + chunk.length, 0) === whole.length;
    fc.pre(intact);
    expect(texts(split(chunks))).toEqual(lines);
  });
  fc.assert(property);
});

test('a line that is too long is told once and skipped up to its end', () => {
  const long = bytes('x'.repeat(25));
  expect(texts(split([bytes('ok\n'), long, long, bytes('y\nnext\n')], 30))).toEqual(['ok', 'too-long', 'next']);
  expect(texts(split([bytes(`${'x'.repeat(31)}\nnext`)], 30))).toEqual(['too-long', 'next']);
  expect(texts(split([bytes(`${'x'.repeat(30)}\nnext`)], 30))).toEqual(['x'.repeat(30), 'next']);
  expect(texts(split([long, long], 30))).toEqual(['too-long']);
});

test('bytes that are no UTF-8 spoil their line only', () => {
  expect(texts(split([new Uint8Array([0x61, 0xff, 0x0a, 0x62, 0x0a])]))).toEqual(['not-utf8', 'b']);
});

test('a line that comes byte by byte is put together, without quadratic work', () => {
  const whole = bytes(`${'é'.repeat(200_000)}\n`);
  const lines = split(Array.from(whole, (_, index) => whole.subarray(index, index + 1)));
  expect(texts(lines)).toEqual(['é'.repeat(200_000)]);
});
