// Where pictures stand: inside the pane, beside each other, in their proportions; who speaks is large and doesn't hop.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pane } from '../../../src/index.ts';
import { lineWidth, plainText } from '../../../cli/ui/theme.ts';
import type { HeardLevel } from '../../../cli/ui/ui-state.ts';
import { paneRowsIn, placesOf, type VideoPerson } from '../../../cli/ui/video/places.ts';
import { SPEAKER_HOLD_MS, speakerAfter, type Speaker } from '../../../cli/ui/video/speaker.ts';
import { HOSTILE } from '../hostile-text.ts';

const person = (who: string, change: Partial<VideoPerson> = {}): VideoPerson => ({
  ...{ who, name: who, isOwn: false, isSharing: false, width: 640, height: 480 },
  ...change,
});
const OWN = person('self', { isOwn: true });
const PANE: Pane = { x: 22, y: 2, columns: 58, rows: 10 };

function overlaps(left: Pane, right: Pane): boolean {
  const apart =
    left.x + left.columns <= right.x ||
    right.x + right.columns <= left.x ||
    left.y + left.rows <= right.y ||
    right.y + right.rows <= left.y;
  return !apart;
}

describe('places of pictures', () => {
  it('lie inside the pane and apart, with names below as wide as they may be', () => {
    const anyone = fc.record({
      name: fc.constantFrom('bob', 'x'.repeat(64), '漢'.repeat(30), ...HOSTILE),
      isSharing: fc.boolean(),
      width: fc.integer({ min: 1, max: 4096 }),
      height: fc.integer({ min: 1, max: 4096 }),
    });
    fc.assert(
      fc.property(
        fc.array(anyone, { minLength: 1, maxLength: 9 }),
        fc.record({
          x: fc.nat(30),
          y: fc.nat(4),
          columns: fc.integer({ min: 36, max: 240 }),
          rows: fc.integer({ min: 5, max: 60 }),
        }),
        fc.boolean(),
        fc.nat(9),
        (others, pane, withOwn, speaker) => {
          const people = others.map((one, index) => person(`id-${index}`, one));
          const { tiles } = placesOf(pane, withOwn ? [...people, OWN] : people, `id-${speaker}`);
          expect(tiles.length).toBeGreaterThan(0);
          const boxes = tiles.flatMap(({ picture, label, labelX, labelY }) => [
            picture,
            { x: labelX, y: labelY, columns: lineWidth(label), rows: 1 },
          ]);
          for (const box of boxes) {
            expect(box.columns * box.rows).toBeGreaterThan(0);
            expect(box.x).toBeGreaterThanOrEqual(pane.x);
            expect(box.y).toBeGreaterThanOrEqual(pane.y);
            expect(box.x + box.columns).toBeLessThanOrEqual(pane.x + pane.columns);
            expect(box.y + box.rows).toBeLessThanOrEqual(pane.y + pane.rows);
          }
          for (const [index, box] of boxes.entries())
            for (const other of boxes.slice(index + 1)) expect(overlaps(box, other)).toBe(false);
          // eslint-disable-next-line no-control-regex -- what must not reach a terminal
          for (const { label } of tiles) expect(plainText(label)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
        },
      ),
    );
  });

  it('at 80x24: the other one large, oneself small in the corner, names in one line', () => {
    const { tiles } = placesOf(PANE, [person('bob'), OWN], undefined);
    const [bob, own] = tiles;
    expect(bob?.picture).toMatchObject({ columns: 24, rows: 9 });
    expect(own!.picture.columns * own!.picture.rows).toBeLessThan(24 * 9 * 0.4);
    expect(own!.picture.x + own!.picture.columns).toBe(PANE.x + PANE.columns);
    expect(own?.labelY).toBe(bob?.labelY);
    expect(tiles.map(({ label }) => plainText(label).trim())).toEqual(['bob', 'you']);
  });

  it('among several: who speaks is largest, who has no place is counted', () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((who) => person(who));
    const { tiles } = placesOf(PANE, [...people, OWN], 'g');
    const largest = [...tiles].sort((left, right) => right.picture.columns - left.picture.columns)[0];
    expect(largest?.who).toBe('g');
    const others = tiles.filter(({ who }) => who !== 'self');
    expect(plainText(largest!.label)).toContain(`+ ${7 - others.length}`);
    const wide = placesOf({ x: 0, y: 0, columns: 200, rows: 50 }, people, 'c').tiles;
    expect(wide).toHaveLength(7);
    expect(
      new Set(
        wide.filter(({ who }) => who !== 'c').map(({ picture }) => JSON.stringify([picture.columns, picture.rows])),
      ).size,
    ).toBe(1);
  });

  it('says that it is a screen', () => {
    const { tiles } = placesOf(PANE, [person('bob', { isSharing: true }), { ...OWN, isSharing: true }], undefined);
    expect(tiles.map(({ label }) => plainText(label).trim())).toEqual(['bob’s screen', 'your screen']);
  });

  it('leaves room for the conversation, more of it in low windows', () => {
    expect(paneRowsIn(24, 18)).toBe(10);
    expect(paneRowsIn(15, 11)).toBe(5);
    expect(paneRowsIn(60, 54)).toBe(36);
    expect(paneRowsIn(15, 7)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 200 }), fc.integer({ min: 1, max: 195 }), (rows, body) => {
        const pane = paneRowsIn(rows, Math.min(body, rows - 3));
        expect(pane === 0 || (pane >= 5 && Math.min(body, rows - 3) - pane >= 3)).toBe(true);
      }),
    );
  });
});

describe('who speaks', () => {
  const people = ['a', 'b', 'c'].map((who) => person(who));
  const heard = (...who: string[]): Map<string, HeardLevel> =>
    new Map(who.map((one) => [one, { level: 1, spokeAt: 0, speaking: true }]));

  it('stays while they speak, and some time longer', () => {
    let speaker = speakerAfter(undefined, people, heard('b'), 0);
    expect(speaker?.who).toBe('b');
    expect(speakerAfter(speaker, people, heard('a', 'b'), 10_000)).toBe(speaker);
    expect(speakerAfter(speaker, people, heard('a'), SPEAKER_HOLD_MS - 1)).toBe(speaker);
    expect(speakerAfter(speaker, people, heard(), 60_000)).toBe(speaker);
    speaker = speakerAfter(speaker, people, heard('a'), SPEAKER_HOLD_MS);
    expect(speaker?.who).toBe('a');
    expect(speakerAfter(speaker, people.slice(1), heard(), 3_000)).toBeUndefined();
    const sharing = [...people.slice(0, 2), person('c', { isSharing: true })];
    expect(speakerAfter(speaker, sharing, heard('a'), 9_000)?.who).toBe('c');
  });

  it('never changes twice within two seconds, whatever is heard', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.subarray(['a', 'b', 'c']), fc.integer({ min: 1, max: 900 }))), (steps) => {
        let [now, changedAt] = [0, Number.NEGATIVE_INFINITY];
        let speaker: Speaker | undefined;
        for (const [who, ms] of steps) {
          now += ms;
          const next = speakerAfter(speaker, people, heard(...who), now);
          if (next?.who !== speaker?.who) {
            expect(now - changedAt).toBeGreaterThanOrEqual(SPEAKER_HOLD_MS);
            changedAt = now;
          }
          speaker = next;
        }
      }),
    );
  });
});
