// Which names are allowed, and which are the same to the eye.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MmchatError } from '../../src/base/errors.ts';
import {
  checkPersonName,
  checkRoomName,
  cleanForeignName,
  cutName,
  foldName,
  foldRoomName,
  nameKeys,
  NAMELESS,
} from '../../src/state/names.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 50 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        '@',
        '/',
        '#',
        ' ',
        '\u0301',
        '\u200b',
        '\u202e',
        'everyone',
        'a',
        '\u{1F468}\u200d\u{1F469}',
        '\u3164',
        '\ud83d',
      ),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join('')),
);

function refusal(check: (name: string) => string, name: string): string {
  try {
    check(name);
  } catch (error) {
    expect(error).toBeInstanceOf(MmchatError);
    expect((error as MmchatError).code).toBe('bad-name');
    return (error as MmchatError).message;
  }
  return '';
}

describe('checkPersonName and checkRoomName', () => {
  it.each([
    'alice',
    'Ålice',
    'Анна',
    '美咲',
    'محمد',
    'שלום',
    'Mary Ann',
    'a',
    '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}',
    "O'Neil",
    'x'.repeat(32),
    '❤\ufe0f',
  ])('take %s as it is', (name) => {
    expect(checkPersonName(name)).toBe(name);
    expect(checkRoomName(name)).toBe(name);
  });

  it('trim and compose', () => {
    expect(checkPersonName('  Zoe\u0308 ')).toBe('Zo\u00eb');
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['x'.repeat(33), '32 characters'],
    ['界'.repeat(22), '64 bytes'],
    ['x'.repeat(1_000_000), '32 characters'],
    ['a\u001b[31m', 'control'],
    ['a\nb', 'control'],
    ['a\u0000', 'control'],
    ['a\u2028b', 'control'],
    ['a\ud83d', 'control'],
    ['a\u202eb', 'direction'],
    ['a\u200fb', 'direction'],
    ['\u200b', 'seen'],
    ['\u3164\u2800', 'seen'],
    ['\u0301bob', 'combining'],
    ['/bob', 'start with /'],
    ['#bob', 'start with #'],
    ['everyone', 'reserved'],
    ['EveryOne', 'reserved'],
    ['\u0435very\u043ene', 'reserved'],
    ['every\u200bone', 'reserved'],
    ['every0ne', 'reserved'],
    ['ＥＶＥＲＹＯＮＥ', 'reserved'],
  ])('refuse %j', (name, reason) => {
    expect(refusal(checkPersonName, name)).toContain(reason);
    expect(refusal(checkRoomName, name)).toContain(reason);
  });

  it('leave @ to rooms', () => {
    expect(refusal(checkPersonName, 'bob@hub')).toContain('@');
    expect(checkRoomName('bob@hub')).toBe('bob@hub');
  });

  it('never throw anything else, and change nothing when done twice', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const check of [checkPersonName, checkRoomName]) {
          if (refusal(check, text) === '') expect(check(check(text))).toBe(check(text));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('cleanForeignName', () => {
  it('makes a name that passes the check, whatever comes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = cleanForeignName(text);
        expect(checkPersonName(name)).toBe(name);
        expect(cleanForeignName(name)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves good names alone', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (refusal(checkPersonName, text) === '') expect(cleanForeignName(text)).toBe(checkPersonName(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', NAMELESS],
    ['\u200b\u202e', NAMELESS],
    ['everyone', NAMELESS],
    ['//##bob', 'bob'],
    ['b@o@b', 'bob'],
    ['bob\u001b[2J', 'bob\u241b[2J'],
    ['x'.repeat(10_000), 'x'.repeat(32)],
    ['\u{1F600}'.repeat(40), '\u{1F600}'.repeat(16)],
  ])('makes of %j %j', (claim, name) => {
    expect(cleanForeignName(claim)).toBe(name);
  });
});

describe('cutName', () => {
  it('keeps room for the suffix and never cuts a character', () => {
    expect(cutName('x'.repeat(32), '_12')).toBe('x'.repeat(29) + '_12');
    expect(cutName('\u{1F468}\u200d\u{1F469}'.repeat(10), '_1')).toBe('\u{1F468}\u200d\u{1F469}'.repeat(5) + '_1');
  });
});

describe('foldName', () => {
  it.each([
    ['bob', 'BOB'],
    ['bob', 'b\u043eb'],
    ['bob', 'b\u200bo\u00adb'],
    ['bob', 'b0b'],
    ['bob', 'ｂｏｂ'],
    ['bob', '𝐛𝐨𝐛'],
    ['lan', 'Ian'],
    ['lan', '1an'],
    ['mark', 'rnark'],
    ['alice', 'аl\u0456се'],
    ['Zoe\u0308', 'ZO\u00cb'],
    ['straße', 'STRASSE'],
    ['Νίκος', 'ΝΊΚΟΣ'],
    ['ВОВА', 'Вова'],
    ['a b', 'a\u00a0 b'],
  ])('says %j and %j are one', (left, right) => {
    expect(foldName(left)).toBe(foldName(right));
  });

  it.each([
    ['ΝΟΑ', 'NOA'],
    ['ΝΟΑ', 'νοα'],
    ['νοα', 'voa'],
    ['ВОВ', 'BOB'],
    ['ΑΝΝΑ', 'Anna'],
  ])('has a common look for %j and %j', (left, right) => {
    expect(nameKeys(left).some((key) => nameKeys(right).includes(key))).toBe(true);
  });

  it.each([
    ['bob', 'rob'],
    ['dave', 'dane'],
    ['anna', 'anne'],
    ['bob_1', 'bob_2'],
    ['bob_1', 'bob_11'],
    ['анна', 'инна'],
    ['美咲', '美羽'],
  ])('tells %j from %j', (left, right) => {
    expect(nameKeys(left).some((key) => nameKeys(right).includes(key))).toBe(false);
  });

  it('does not care for case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        // Some letters have no way back from their capital (`ß`): fold both ways of writing them.
        expect(foldName(name.toUpperCase())).toBe(foldName(name.toUpperCase().toLowerCase()));
      }),
      { numRuns: 500 },
    );
  });
});

describe('foldRoomName', () => {
  it('knows case and compatibility forms, nothing more', () => {
    expect(foldRoomName('Dev')).toBe(foldRoomName('ｄＥＶ'));
    expect(foldRoomName('dev')).not.toBe(foldRoomName('d\u0435v'));
    expect(foldRoomName('room 0')).not.toBe(foldRoomName('room O'));
  });

  it('is its own fold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (room) => {
        expect(foldRoomName(foldRoomName(room))).toBe(foldRoomName(room));
      }),
      { numRuns: 1000 },
    );
  });
});
