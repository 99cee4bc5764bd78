// What is wanted: fair windows, and where the wanted part of a log begins.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogSummary } from '../../src/contracts/history.ts';
import { fairWindow, fillLevel, MIN_SHARE } from '../../src/services/sync/fair-window.ts';
import { countSequences } from '../../src/services/sync/ranges.ts';
import {
  floorAfter,
  isUndecided,
  logKeyOf,
  wantedLogs,
  type LogClaim,
  type WantedContext,
} from '../../src/services/sync/wanted.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('the level of water', () => {
  it('gives everybody the same but for those who need less, and nothing away', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 30 }), fc.nat(600), (available, total) => {
        const shares = fillLevel(available, total);
        expect(sum(shares)).toBe(Math.min(total, sum(available)));
        const level = Math.max(0, ...shares);
        for (const [at, share] of shares.entries()) {
          expect(share).toBeLessThanOrEqual(available[at]!);
          if (share < available[at]!) expect(share).toBeGreaterThanOrEqual(level - 1);
        }
      }),
    );
  });
});

describe('a fair window', () => {
  const authors = fc.array(fc.record({ available: fc.nat(80), known: fc.boolean() }), { maxLength: 60 });

  it('is used up, and no larger than it may be', () => {
    fc.assert(
      fc.property(authors, fc.nat(1500), (all, total) => {
        const shares = fairWindow(all, total);
        expect(sum(shares)).toBe(Math.min(total, sum(all.map(({ available }) => available))));
        for (const [at, share] of shares.entries()) expect(share).toBeLessThanOrEqual(all[at]!.available);
      }),
    );
  });

  it('gives people one knows as much as they would have with three quarters for themselves', () => {
    fc.assert(
      fc.property(authors, fc.nat(1500), (all, total) => {
        const shares = fairWindow(all, total);
        const ofKnown = sum(shares.filter((_, at) => all[at]!.known));
        const availableOfKnown = sum(all.filter(({ known }) => known).map(({ available }) => available));
        expect(ofKnown).toBeGreaterThanOrEqual(Math.min(availableOfKnown, Math.ceil(total * 0.75)));
      }),
    );
  });

  it('is not pushed aside by one who floods', () => {
    const honest = [40, 7, 120].map((available) => ({ available, known: false }));
    const flooder = { available: 1_000_000, known: false };
    expect(fairWindow([flooder, ...honest], 1000)).toEqual([833, 40, 7, 120]);
    expect(fairWindow([{ ...flooder, known: true }, ...honest], 1000)).toEqual([833, 40, 7, 120]);
  });

  it('is not pushed aside by thousands of fresh keys behind those who stand first', () => {
    const honest = Array.from({ length: 20 }, () => ({ available: 30, known: false }));
    const fresh = Array.from({ length: 10_000 }, () => ({ available: 500, known: false }));
    const shares = fairWindow([...honest, ...fresh], 1000);
    expect(shares.slice(0, 20).every((share) => share >= MIN_SHARE)).toBe(true);
    const known = fairWindow([...fresh, ...honest.map((one) => ({ ...one, known: true }))], 1000);
    expect(known.slice(-20)).toEqual(honest.map(({ available }) => available));
  });
});

const key = 'alice/00';
function claimOf(claim: Partial<LogClaim> = {}): LogClaim {
  const name = { author: 'alice', logId: '00', ...claim };
  return {
    ranges: [{ first: 1, last: 1000 }],
    headHash: 'aa',
    forkMark: '',
    before: 0,
    old: 0,
    ...name,
    key: logKeyOf(name),
    wireKey: logKeyOf(name),
  };
}

function heldLog(floor: number, ...ranges: [number, number][]): LogSummary {
  return {
    conversation: 'c0',
    author: 'alice',
    logId: '00',
    floor,
    ranges: ranges.map(([first, last]) => ({ first, last })),
    head: { sequence: ranges.at(-1)?.[1] ?? 0, hash: new Uint8Array([0xaa]), order: 0 },
    forkMark: '',
    bytes: 0,
  };
}

const context: WantedContext = {
  everything: false,
  self: 'me',
  teller: 'bob',
  tellerIsOlder: true,
  historyMessages: 100,
  isKnown: () => false,
  isWantedWhole: () => false,
  isSuspect: () => false,
};
const wanted = (
  claim: Partial<LogClaim>,
  held?: LogSummary,
  other: Partial<WantedContext> = {},
): ReturnType<typeof wantedLogs>[number] =>
  wantedLogs([claimOf(claim)], new Map(held === undefined ? [] : [[logKeyOf(held), held]]), {
    ...context,
    ...other,
  })[0]!;

describe('what is wanted of a log', () => {
  it('is a window below the line, and everything above it', () => {
    expect(wanted({ before: 900 })).toMatchObject({ low: 801, lacking: [{ first: 801, last: 1000 }], decisive: true });
    expect(wanted({ before: 900, old: 850 })).toMatchObject({ low: 851 });
    expect(wanted({ before: 0 })).toMatchObject({ low: 1, lacking: [{ first: 1, last: 1000 }] });
  });

  it('is at least its head, so that every log is known', () => {
    expect(wanted({ before: 1000, old: 1000 })).toMatchObject({ low: 1000, lacking: [{ first: 1000, last: 1000 }] });
  });

  it('is all in private and of oneself', () => {
    expect(wanted({ before: 900 }, undefined, { everything: true })).toMatchObject({ low: 1 });
    expect(wanted({ before: 900, old: 900 }, heldLog(990, [990, 1000]), { self: 'alice' })).toMatchObject({
      low: 1,
      lacking: [{ first: 1, last: 989 }],
    });
    expect(wanted({ before: 900 }, heldLog(1, [990, 1000]), { isWantedWhole: () => true })).toMatchObject({ low: 1 });
  });

  it('is what came while one was away, whatever the line says', () => {
    expect(wanted({ before: 2000, old: 2000 }, heldLog(300, [300, 400]))).toMatchObject({
      low: 300,
      lacking: [{ first: 401, last: 1000 }],
    });
  });

  it('is, from somebody who came later, all that they have of a log whose beginning is open', () => {
    const younger = { tellerIsOlder: false };
    const ranges = [{ first: 500, last: 1000 }];
    expect(wanted({ before: 900, ranges }, undefined, younger)).toMatchObject({ low: 1, lacking: ranges });
    expect(wanted({ before: 900, ranges }, heldLog(1, [990, 1000]), younger)).toMatchObject({
      lacking: [{ first: 500, last: 989 }],
      decisive: false,
    });
    // Decided: who scrolled far up does not make everybody else do it.
    expect(wanted({ ranges }, heldLog(980, [980, 1000]), younger)).toMatchObject({ lacking: [] });
  });

  it('is told by the author of a log also when they came later', () => {
    expect(wanted({ before: 900 }, undefined, { tellerIsOlder: false, teller: 'alice' })).toMatchObject({
      low: 801,
      decisive: true,
    });
  });

  it('is compared as a whole after a fork', () => {
    expect(wanted({}, heldLog(1, [1, 1000])).diverged).toBe(false);
    expect(wanted({ headHash: 'bb' }, heldLog(1, [1, 1000])).diverged).toBe(true);
    expect(wanted({ headHash: 'bb' }, heldLog(1, [1, 900])).diverged).toBe(false);
    expect(wanted({ forkMark: 'ff' }, heldLog(1, [1, 1000])).diverged).toBe(true);
    const forked = { ...heldLog(1, [1, 1000]), forkMark: 'ff' };
    expect(wanted({ forkMark: 'ff', headHash: 'bb' }, forked).diverged).toBe(false);
    expect(wanted({}, forked).diverged).toBe(true);
    expect(wanted({}, heldLog(1, [1, 1000]), { isSuspect: () => true }).diverged).toBe(true);
    expect(wanted({}, undefined, { isSuspect: () => true }).diverged).toBe(false);
  });

  it('is never more than the window of all logs together, plus heads and what is above the lines', () => {
    const logs = fc.uniqueArray(
      fc.record({ author: fc.nat(20), head: fc.integer({ min: 1, max: 500 }), before: fc.nat(600), old: fc.nat(300) }),
      { selector: ({ author }) => author },
    );
    fc.assert(
      fc.property(logs, fc.nat(300), (all, historyMessages) => {
        const claims = all.map(({ author, head, before, old }) =>
          claimOf({ author: `author ${author}`, ranges: [{ first: 1, last: head }], before, old }),
        );
        const plans = wantedLogs(claims, new Map(), { ...context, historyMessages });
        const above = sum(all.map(({ head, before }) => Math.max(0, head - before)));
        const total = sum(plans.map(({ lacking }) => countSequences(lacking)));
        expect(total).toBeLessThanOrEqual(above + historyMessages + all.length);
        expect(total).toBeGreaterThanOrEqual(above);
        for (const [at, { lacking }] of plans.entries()) expect(lacking.at(-1)?.last).toBe(all[at]!.head);
      }),
    );
  });
});

describe('a floor', () => {
  it('is set once it is known, above nothing that is here, and goes only down from then on', () => {
    expect(isUndecided(heldLog(1, [990, 1000]))).toBe(true);
    expect(isUndecided(heldLog(1, [1, 1000]))).toBe(false);
    expect(floorAfter(heldLog(1, [990, 1000]), 801)).toBe(801);
    expect(floorAfter(heldLog(1, [990, 1000]), Number.MAX_SAFE_INTEGER)).toBe(990);
    expect(floorAfter(heldLog(801, [990, 1000]), 700)).toBe(700);
    expect(floorAfter(heldLog(801, [990, 1000]), 900)).toBeUndefined();
    expect(floorAfter(heldLog(1, [1, 1000]), 900)).toBeUndefined();
    expect(key).toBe(logKeyOf(heldLog(1)));
  });
});
