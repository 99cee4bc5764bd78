// Words to compare, keys of closed rooms, passwords: what both sides compute must never change. (The vectors were made
// with another implementation of scrypt.)
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { keyOfPeerId } from '../../src/base/peer-id.ts';
import { FingerprintWords } from '../../src/services/fingerprint-words.ts';
import { judgePassword } from '../../src/services/password-strength.ts';
import { deriveRoomKey, suggestPassword } from '../../src/services/room-keys.ts';
import { loadWords, wordsOf } from '../../src/services/word-list.ts';
import { samplePeerId } from '../state/sample-people.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { processorMs } from '../support/processor-time.ts';

const keyOf = (number: number): Uint8Array => keyOfPeerId(samplePeerId(number))!;

describe('the twelve words', () => {
  it('are the same on both sides, the lower key’s first', async () => {
    const [alice, bob, carol] = [1, 2, 3].map((number) => new FingerprintWords(keyOf(number)));
    const words = await alice!.with(samplePeerId(2));
    expect(words).toEqual([
      'furnace',
      'fantasy',
      'violin',
      'song',
      'rate',
      'wedding',
      'roof',
      'country',
      'virus',
      'visit',
      'final',
      'doctor',
    ]);
    expect(await bob!.with(samplePeerId(1))).toEqual(words);
    // Six of each one's own key, whoever the other one is.
    expect((await alice!.with(samplePeerId(3))).slice(0, 6)).toEqual(words.slice(0, 6));
    expect((await carol!.with(samplePeerId(2))).slice(0, 6)).toEqual(words.slice(6));
    expect((await carol!.with(samplePeerId(2))).slice(6)).not.toEqual(words.slice(0, 6));
  });

  it('are computed once for a key', async () => {
    const alice = new FingerprintWords(keyOf(1));
    await alice.with(samplePeerId(2));
    const tookMs = await processorMs(async () => {
      for (let count = 0; count < 100; count++) await alice.with(samplePeerId(2));
    });
    // A hundred more keys would take ten seconds.
    expect(tookMs).toBeLessThan(2_000);
  });

  it('need keys', async () => {
    const alice = new FingerprintWords(keyOf(1));
    await expect(alice.with(`${samplePeerId(2)}/gus`)).rejects.toMatchObject({ code: 'unknown-peer' });
  });
});

describe('words for bits', () => {
  it('say eleven bits each', async () => {
    const words = await loadWords();
    expect(words.length).toBe(2048);
    expect(new Set(words.map((word) => word.slice(0, 4))).size).toBe(2048);
    expect(wordsOf(new Uint8Array([0, 0, 0]), 2, words)).toEqual(['abandon', 'abandon']);
    expect(wordsOf(new Uint8Array([255, 255, 255]), 2, words)).toEqual(['zoo', 'zoo']);
    // 00000000001 00000000010
    expect(wordsOf(new Uint8Array([0b00000000, 0b00100000, 0b00001000]), 2, words)).toEqual([words[1], words[2]]);
    expect(() => wordsOf(new Uint8Array(2), 2, words)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 9 }), (bytes) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const expected = Array.from(
          { length: 6 },
          (_, at) => words[Number.parseInt(bits.slice(at * 11, at * 11 + 11), 2)],
        );
        expect(wordsOf(bytes, 6, words)).toEqual(expected);
      }),
    );
  });
});

describe('the key of a closed room', () => {
  it('comes from password and room, in any of their spellings', async () => {
    const [key, ...same] = await Promise.all([
      deriveRoomKey('tr\u00e8s secret', 'Dev Team'),
      deriveRoomKey('tre\u0300s secret', 'dev team'),
      deriveRoomKey('tr\u00e8s \uff53\uff45\uff43ret', 'DEV\u00a0TEAM'),
    ]);
    expect(toHex(key)).toBe('e306c2bc2f0d3a8ea3e1942c39baa64f599ac970b55832e02ded0b5af2bd4cb0');
    for (const other of same) expect(other).toEqual(key);
    const others = await Promise.all([
      deriveRoomKey('Tr\u00e8s secret', 'Dev Team'),
      deriveRoomKey('tr\u00e8s secret ', 'Dev Team'),
      deriveRoomKey('tr\u00e8s secret', 'Dev Teams'),
    ]);
    for (const other of others) expect(other).not.toEqual(key);
  });

  it('needs a password of a sane length', async () => {
    for (const password of ['', 'x'.repeat(1025), '\u20ac'.repeat(400)])
      await expect(deriveRoomKey(password, 'dev')).rejects.toMatchObject({ code: 'bad-option' });
    expect((await deriveRoomKey('x'.repeat(1024), 'dev')).length).toBe(32);
  });
});

test('suggested passwords are five words, others each time, and strong', async () => {
  const random = seededRandom(1);
  const suggestions = new Set<string>();
  for (let count = 0; count < 20; count++) suggestions.add(await suggestPassword(random));
  expect(suggestions.size).toBe(20);
  const words = await loadWords();
  for (const suggestion of suggestions) {
    expect(suggestion.split('-').length).toBe(5);
    for (const word of suggestion.split('-')) expect(words).toContain(word);
    expect(await judgePassword(suggestion, ['dev'])).toEqual({ weak: false });
  }
});

describe('judging a password', () => {
  it.each([[''], ['dev'], ['hunter2'], ['qwertyuiop'], ['aaaaaaaaaaaaaaaaaaaaaaaa'], ['Office-2026']])(
    'says that %s is weak',
    async (password) => {
      const judgement = await judgePassword(password, ['dev', 'office']);
      expect(judgement).toMatchObject({ weak: true });
      expect(judgement.weak && judgement.sentence).toMatch(/^This password is weak: .*\.$/);
    },
  );

  it.each(['correct horse battery staple', 'kX9#fq2LmZw', 'zebra lamp cage'])(
    'is content with %s',
    async (password) => {
      expect(await judgePassword(password, ['dev'])).toEqual({ weak: false });
    },
  );

  it('takes no longer for a novel', async () => {
    const tookMs = await processorMs(async () => {
      expect(await judgePassword('l33t p@ssw0rd '.repeat(10_000))).toBeDefined();
    });
    expect(tookMs).toBeLessThan(5_000);
  });
});
