// JSON as Python reads and writes it; the expected texts were made by CPython 3.11.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson, readJsonLine } from '../../src/super-peer/classic/json-read.ts';
import { keyOf, isTruthy, type JsonValue } from '../../src/super-peer/classic/json-value.ts';
import { writeJson } from '../../src/super-peer/classic/json-write.ts';
import { pythonText } from '../../src/super-peer/classic/python-text.ts';

/** What a line becomes when it is read and written. */
function rewritten(line: string): string | undefined {
  const read = readJsonLine(Buffer.from(line));
  return typeof read === 'string' ? read : writeJson(read.fields);
}

describe('reading and writing', () => {
  it.each([
    ['{"a": 1, "b": 1.0, "c": "x"}', '{"a":1,"b":1.0,"c":"x"}'],
    [
      '{"a": 1e16, "b": 1e-5, "c": 123456789012345680.0, "d": 0.0001}',
      '{"a":1e+16,"b":1e-05,"c":1.2345678901234568e+17,"d":0.0001}',
    ],
    [
      '{"a": -0, "b": -0.0, "c": 1e400, "d": NaN, "e": -Infinity}',
      '{"a":0,"b":-0.0,"c":Infinity,"d":NaN,"e":-Infinity}',
    ],
    ['{"a": 123456789012345678901234567890}', '{"a":123456789012345678901234567890}'],
    ['{"a":"1","a":"2","b":"3"}', '{"a":"2","b":"3"}'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['{"b":"x","2":"y","1":"z"}', '{"b":"x","2":"y","1":"z"}'],
    ['{"__proto__":"x","constructor":"y"}', '{"__proto__":"x","constructor":"y"}'],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
    ['  {"a":"b"}  \r', '{"a":"b"}'],
    [
      '{"a":"é😀\u007f\u2028/\\/\\b\\f\\u001f\\ud800"}',
      '{"a":"\\u00e9\\ud83d\\ude00\\u007f\\u2028//\\b\\f\\u001f\\ud800"}',
    ],
    ['{"a":"\\ud83d\\ude00\\"\\\\"}', '{"a":"\\ud83d\\ude00\\"\\\\"}'],
    ['{"a":[null,true,false,{"b":[]},{}]}', '{"a":[null,true,false,{"b":[]},{}]}'],
    ['{}', '{}'],
    ['{"a":"tab\there"}', 'not-json'],
    ['{"a":1,}', 'not-json'],
    ["{'a':1}", 'not-json'],
    ['{"a":01}', 'not-json'],
    ['{"a":1.}', 'not-json'],
    ['{"a":"\\x"}', 'not-json'],
    ['{"a":"\\u12g4"}', 'not-json'],
    ['{"a":1} x', 'not-json'],
    ['\ufeff{"a":"b"}', 'not-json'],
    ['{"a":"b"', 'not-json'],
    ['', 'empty'],
    [' \r', 'empty'],
    ['[1]', 'no-object'],
    ['"x"', 'no-object'],
    ['7', 'no-object'],
    ['null', 'no-object'],
    ['NaN', 'no-object'],
  ])('%s', (line, expected) => {
    expect(rewritten(line)).toBe(expected);
  });

  it('takes no bytes that are not UTF-8', () => {
    expect(readJsonLine(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe('not-utf8');
    // A surrogate as bytes, and an overlong form.
    expect(readJsonLine(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe('not-utf8');
    expect(readJsonLine(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toBe('not-utf8');
  });

  it('nests as deep as Python and no deeper, and takes as many digits', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(rewritten(nested(900))).toBe(nested(900));
    expect(rewritten(nested(1_000))).toBe('not-json');
    expect(rewritten(nested(1_000_000))).toBe('not-json');
    expect(rewritten(`{"a":${'['.repeat(2_000_000)}`)).toBe('not-json');
    expect(rewritten(`{"a":${'9'.repeat(4_300)}}`)).toBe(`{"a":${'9'.repeat(4_300)}}`);
    expect(rewritten(`{"a":${'9'.repeat(4_301)}}`)).toBe('not-json');
  });

  it('agrees with JSON.parse about everything that JSON is, on the fast way and the slow one', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = readJson(text);
        expect(read).toBeDefined();
        expect(JSON.parse(writeJson(read!))).toEqual(JSON.parse(text));
      }),
    );
    const flat = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.string({ unit: 'binary' }), fc.boolean()));
    fc.assert(
      fc.property(flat, (object) => {
        const line = JSON.stringify(object);
        const read = readJsonLine(Buffer.from(line));
        expect(typeof read).toBe('object');
        if (typeof read === 'object') expect(read.fields).toEqual(readJson(line));
      }),
    );
  });

  it('says of a line whether its texts can be copied as they are', () => {
    const plain = (line: string): unknown => readJsonLine(Buffer.from(line));
    expect(plain('{"a":"b"}')).toMatchObject({ plain: true });
    for (const line of ['{"a":"é"}', '{"a":"\\n"}', '{"a":"\u007f"}'])
      expect(plain(line)).toMatchObject({ plain: false });
  });
});

describe('texts of Python', () => {
  it.each<[JsonValue | undefined, string]>([
    [undefined, 'None'],
    [null, 'None'],
    [true, 'True'],
    [false, 'False'],
    [1n, '1'],
    [1, '1.0'],
    [1.5e-7, '1.5e-07'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    ['it\'s "so"', 'it\'s "so"'],
    [
      ["it's", 'a"b', '\'"', 'é😀', '\n\u0007\u00a0\u200b\ud800 '],
      `["it's", 'a"b', '\\'"', 'é😀', '\\n\\x07\\xa0\\u200b\\ud800 ']`,
    ],
    [
      new Map<string, JsonValue>([
        ['k', [1n, null]],
        ['m', new Map()],
      ]),
      "{'k': [1, None], 'm': {}}",
    ],
    [[], '[]'],
  ])('%s', (value, text) => {
    expect(pythonText(value)).toBe(text);
  });

  it('keys are equal when Python says so', () => {
    expect(keyOf(1n)).toBe(keyOf(1));
    expect(keyOf(true)).toBe(keyOf(1n));
    expect(keyOf(false)).toBe(keyOf(-0));
    expect(keyOf(9007199254740993n)).not.toBe(keyOf(9007199254740992));
    expect(keyOf(7n)).not.toBe(keyOf('7'));
    expect(keyOf(null)).not.toBe(keyOf('None'));
    expect(keyOf([])).toBeUndefined();
    expect(keyOf(new Map())).toBeUndefined();
  });

  it('truth is as in Python', () => {
    for (const value of [undefined, null, false, '', 0n, 0, -0, [], new Map()]) expect(isTruthy(value)).toBe(false);
    for (const value of [true, '0', 1n, Number.NaN, [0n], new Map([['a', null]])]) expect(isTruthy(value)).toBe(true);
  });
});
