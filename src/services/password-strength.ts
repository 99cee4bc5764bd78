// How easily a password would be guessed, by the estimate of zxcvbn (https://github.com/zxcvbn-ts/zxcvbn): common
// passwords, words, keyboard rows, dates and repetitions count as the few guesses that they cost a cracker.

import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

export type PasswordJudgement =
  | { readonly weak: false }
  /** `sentence` is for people: what is wrong, and what would be better. */
  | { readonly weak: true; readonly sentence: string };

// Everybody who is linked sees a proof of the key and can try passwords on it at home: about so many a second on a
// machine for it (scrypt with 32 MiB each). Ten thousand million take it four months.
const WEAK_BELOW_GUESSES = 1e10;
const GUESSES_A_SECOND = 1_000;
/** What follows makes it no weaker, but the estimate slow. */
const LOOKED_AT_CHARACTERS = 100;

let loading: Promise<ZxcvbnFactory> | undefined;

/** @param known texts that anybody would try first: the room's name, one's own */
export async function judgePassword(password: string, known: readonly string[] = []): Promise<PasswordJudgement> {
  loading ??= load();
  const estimate = (await loading).check(password.slice(0, LOOKED_AT_CHARACTERS), [...known]);
  if (estimate.guesses >= WEAK_BELOW_GUESSES) return { weak: false };
  const time = inWords(estimate.guesses / GUESSES_A_SECOND);
  return {
    weak: true,
    sentence: `This password is weak: somebody on this network could find it out in ${time}. Better: leave it out and take the five words that are made for you.`,
  };
}

// Two megabytes of words and a tenth of a second: only for those who set a password.
async function load(): Promise<ZxcvbnFactory> {
  // By `default`, which is what a CommonJS package exports: in the bundle there are no other names.
  const [{ default: core }, { default: common }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new core.ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
}

function inWords(seconds: number): string {
  if (seconds < 120) return 'minutes';
  if (seconds < 2 * 86_400) return 'hours';
  return seconds < 60 * 86_400 ? 'days' : 'weeks';
}
