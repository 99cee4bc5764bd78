// Names of files from outside.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { fileNameKey, numberedFileName, safeFileName, safeItemName } from '../../src/state/file-names.ts';

const FAMILY = '👨‍👩‍👧‍👦';

describe('a name', () => {
  it.each([
    'report.pdf',
    'a  b.txt',
    'Łódź – Prüfung (1).odt',
    '会議の資料.docx',
    `${FAMILY}.jpg`,
    '❤️.png',
    'می‌خواهم.txt',
    'क्‍ष.txt',
    '-5 degrees',
    'no extension',
    'archive.tar.gz',
    'COMMON.txt',
    'console.log',
    "it's & that; $(x) `y`.sh",
  ])('%j is kept', (name) => {
    expect(safeFileName(name)).toBe(name);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\evil.exe', 'evil.exe'],
    ['/etc/shadow', 'shadow'],
    ['C:\\Users\\bob\\a.txt', 'a.txt'],
    ['c:a.txt', 'a.txt'],
    ['folder/', 'folder'],
    ['folder/..', 'folder'],
    ['', 'file'],
    ['.', 'file'],
    ['..', 'file'],
    ['. . .', 'file'],
    ['/', 'file'],
    ['\u0000', 'file'],
    ['.bashrc', 'bashrc'],
    ['...hidden', 'hidden'],
    ['\u200B.hidden', 'hidden'],
    ['. .\u202E.hidden', 'hidden'],
    ['name. . .', 'name'],
    ['a\u0000b.txt', 'ab.txt'],
    ['a\nb\tc.txt', 'a b c.txt'],
    ['\u001B[2Ja.txt', '[2Ja.txt'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\u200Bb\uFEFFc\u00ADd\u2060.txt', 'abcd.txt'],
    ['a\u200Db.txt', 'ab.txt'],
    ['a\u2028b', 'a b'],
    ['\u0301acute', 'acute'],
    ['invoice.pdf                                   .exe', 'invoice.pdf .exe'],
    ['invoice.pdf\u2800\u2800\u2800\u2800\u2800.exe', 'invoice.pdf .exe'],
    ['a<b>c:d"e|f?g*h', 'a_b_c_d_e_f_g_h'],
    ['file.txt:stream', 'file.txt_stream'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['nul .txt', '_nul .txt'],
    ['Aux.tar.gz', '_Aux.tar.gz'],
    ['COM1', '_COM1'],
    ['lpt9.log', '_lpt9.log'],
    ['COM¹.txt', '_COM¹.txt'],
    ['CONIN$', '_CONIN$'],
    ['\uD800a', 'a'],
    ['e\u0301.txt', 'é.txt'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('that is too long is cut between graphemes, and keeps its extension', () => {
    expect(safeFileName(`${'x'.repeat(300)}.tar.gz`)).toBe(`${'x'.repeat(193)}.tar.gz`);
    const families = safeFileName(`${FAMILY.repeat(20)}.jpg`);
    expect(families).toBe(`${FAMILY.repeat(7)}.jpg`);
    expect(utf8(safeFileName('é'.repeat(1_000_000))).length).toBe(200);
    expect(safeFileName(`${'x'.repeat(100_000)}.pdf`)).toMatch(/^x+\.pdf$/u);
    // No extension, only a dot somewhere.
    expect(utf8(safeFileName(`a.${'x'.repeat(300)}`)).length).toBe(200);
  });

  it('never makes one grapheme of a name without end', () => {
    expect(safeFileName(`a${'\u0301'.repeat(1000)}.txt`).length).toBeLessThan(20);
    expect(safeFileName(`${Array.from({ length: 100 }, () => '👩').join('\u200D')}.png`)).toBe('png');
  });
});

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        '.',
        ' ',
        '/',
        '\\',
        ':',
        'C',
        'con',
        'COM1',
        'nul',
        '\u200D',
        '\u202E',
        '\u0301',
        '👩',
        'é',
        '\0',
        '\uD800',
        'a',
        '_',
        '\u2800',
        'x'.repeat(190),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

test('whatever a name is, what is made of it is allowed everywhere, and stays', () => {
  fc.assert(
    fc.property(anything, (name) => {
      const safe = safeFileName(name);
      expect(safe).not.toBe('');
      expect(utf8(safe).length).toBeLessThanOrEqual(200);
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect(safe).not.toMatch(/[\u0000-\u001F\u007F-\u009F/\\<>:"|?*\u202A-\u202E\u2066-\u206F\u200B\uFEFF]|\p{Cs}/u);
      expect(safe).not.toMatch(/^[. ]|[. ]$/u);
      expect(safe).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)\s*(?:\.|$)/iu);
      expect(safe.isWellFormed()).toBe(true);
      expect(safe.normalize('NFC')).toBe(safe);
      expect(safeFileName(safe)).toBe(safe);
      for (const number of [1, 99_999]) {
        const next = numberedFileName(safe, number);
        expect(next).not.toBe(safe);
        expect(utf8(next).length).toBeLessThanOrEqual(208);
      }
    }),
    { numRuns: 3000 },
  );
});

test('numbers stand before the extension', () => {
  expect(numberedFileName('a.txt', 0)).toBe('a.txt');
  expect(numberedFileName('a.txt', 1)).toBe('a (1).txt');
  expect(numberedFileName('a.tar.gz', 2)).toBe('a (2).tar.gz');
  expect(numberedFileName('a', 3)).toBe('a (3)');
  expect(numberedFileName('Mr. Smith', 1)).toBe('Mr. Smith (1)');
});

test('names that macOS and Windows take for one have one key', () => {
  expect(fileNameKey('Straße.TXT')).toBe(fileNameKey('STRASSE.txt'));
  expect(fileNameKey('É')).toBe(fileNameKey('e\u0301'));
  expect(fileNameKey('a')).not.toBe(fileNameKey('b'));
});

describe('a name in a folder', () => {
  it.each([
    ['.gitignore', '.gitignore'],
    ['..', 'file'],
    ['...', 'file'],
    ['..evil', 'evil'],
    ['.', 'file'],
    ['. x', 'x'],
    ['../x', 'x'],
    ['.a/b', 'b'],
    ['plain.txt', 'plain.txt'],
  ])('%s becomes %s', (name, safe) => {
    expect(safeItemName(name)).toBe(safe);
  });

  it('is safe but for one dot in front', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), (name) => {
        const safe = safeItemName(name);
        expect(safeFileName(safe)).toBe(safe.replace(/^\./u, ''));
        expect(safe).not.toMatch(/^\.{2}|[/\\]/u);
      }),
    );
  });
});
