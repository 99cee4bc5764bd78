// Every label is unique to the eye, and keeps to whom it belongs.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLabels, isLabelTaken, type Claimant } from '../../src/state/labels.ts';
import { checkPersonName, nameKeys } from '../../src/state/names.ts';
import { comparePeerIds } from '../../src/state/peer-order.ts';
import { claimant, samplePeerId } from './sample-people.ts';

const self = { peerId: samplePeerId(0xffff_ffff), name: 'me' };

const someName = fc.constantFrom(
  'bob', 'BOB', 'b\u043eb', 'bob_1', 'bob_2', 'b0b_1', 'bob_1_1', 'alice', 'me', 'ΝΟΑ', 'νοα', 'NOA', 'voa', 'x'.repeat(32), 'x'.repeat(30) + '_1', 'everyone', '',
); // prettier-ignore
const someClaimant = (number: number): fc.Arbitrary<Claimant> =>
  fc
    .record({
      name: someName,
      trust: fc.constantFrom('new', 'pinned', 'verified', 'changed'),
      at: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ name, trust, at }) => claimant(number, name, trust === 'new' ? { trust } : { trust, pinnedAt: at }));
const somePeople = fc
  .integer({ min: 0, max: 12 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => someClaimant(index + 1))))
  .map((people): Claimant[] => people);

const labelsOf = (people: Claimant[], owner = self): string[] => {
  const labels = assignLabels(owner, people);
  return people.map(({ peerId }) => labels.get(peerId) ?? 'missing');
};

describe('assignLabels', () => {
  it('gives names in the order of the claims: oneself, verified, longest pinned, lowest key', () => {
    const people = [
      claimant(1, 'bob'),
      claimant(2, 'bob'),
      claimant(5, 'bob', { trust: 'pinned', pinnedAt: 20 }),
      claimant(6, 'bob', { trust: 'pinned', pinnedAt: 10 }),
      claimant(9, 'bob', { trust: 'verified', pinnedAt: 99 }),
    ];
    expect(labelsOf(people)).toEqual(['bob_3', 'bob_4', 'bob_2', 'bob_1', 'bob']);
    expect(labelsOf(people, { ...self, name: 'BOB' })).toEqual(['bob_4', 'bob_5', 'bob_3', 'bob_2', 'bob_1']);
  });

  it('skips what is somebody else’s real name', () => {
    expect(
      labelsOf([claimant(1, 'bob_1', { trust: 'pinned', pinnedAt: 1 }), claimant(2, 'bob'), claimant(3, 'bob')]),
    ).toEqual(['bob_1', 'bob', 'bob_2']);
    expect(labelsOf([claimant(1, 'bob'), claimant(2, 'bob'), claimant(3, 'bob_1')])).toEqual([
      'bob',
      'bob_1',
      'bob_1_1',
    ]);
  });

  it('takes look-alikes for the same name', () => {
    expect(labelsOf([claimant(1, 'bob'), claimant(2, 'b\u043eb'), claimant(3, 'Bob')])).toEqual([
      'bob',
      'b\u043eb_1',
      'Bob_2',
    ]);
    expect(labelsOf([claimant(1, 'everyone')])).toEqual(['everyone_1']);
  });

  it('keeps long names within the limits', () => {
    const labels = labelsOf([claimant(1, 'x'.repeat(32)), claimant(2, 'x'.repeat(32))]);
    expect(labels).toEqual(['x'.repeat(32), 'x'.repeat(30) + '_1']);
    for (const label of labels) expect(checkPersonName(label)).toBe(label);
  });

  it('is unique to the eye', () => {
    fc.assert(
      fc.property(somePeople, (people) => {
        const labels = [self.name, ...labelsOf(people)];
        const seen = new Set<string>();
        for (const label of labels) {
          for (const key of nameKeys(label)) expect(seen).not.toContain(key);
          for (const key of nameKeys(label)) seen.add(key);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order in which people came', () => {
    fc.assert(
      fc.property(
        somePeople.chain((people) =>
          fc.tuple(fc.constant(people), fc.shuffledSubarray(people, { minLength: people.length })),
        ),
        ([people, shuffled]) => {
          const labels = assignLabels(self, people);
          for (const [peerId, label] of assignLabels(self, shuffled)) expect(label).toBe(labels.get(peerId));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the same on every screen for people nobody pinned', () => {
    fc.assert(
      fc.property(somePeople, (people) => {
        const strangers = people.map((person) => claimant(0, '', { ...person, trust: 'new' }));
        const one = assignLabels({ peerId: samplePeerId(1_000_000), name: 'a watcher' }, strangers);
        const other = assignLabels(
          { peerId: samplePeerId(2_000_000), name: 'another watcher' },
          [...strangers].reverse(),
        );
        for (const [peerId, label] of one) expect(other.get(peerId)).toBe(label);
      }),
      { numRuns: 300 },
    );
  });

  it('never gives a pinned person’s label to a newcomer', () => {
    fc.assert(
      fc.property(somePeople, someName, fc.integer({ min: 0, max: 13 }), (people, name, position) => {
        const known = people.filter(({ trust }) => trust === 'pinned' || trust === 'verified');
        const before = assignLabels(self, people);
        // Between the others' keys, below or above all.
        const newcomer: Claimant = { peerId: samplePeerId(position * 1000), claimedName: name, trust: 'new' };
        const after = assignLabels(self, [newcomer, ...people.filter(({ peerId }) => peerId !== newcomer.peerId)]);
        for (const { peerId } of known) expect(after.get(peerId)).toBe(before.get(peerId));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, (index: number) => string]>([
    ['one name', () => 'bob'],
    ['one name and its labels', (index) => (index % 2 === 0 ? 'bob' : `bob_${index}`)],
    ['long names alike to the last letters', (index) => 'x'.repeat(29) + String(index >> 1).padStart(3, '2')],
  ])('gives 2,000 people of %s a label each, without quadratic work', (_what, nameOf) => {
    const people = Array.from({ length: 2000 }, (_, index) => claimant(index, nameOf(index)));
    const labels = assignLabels(self, people);
    expect(new Set(labels.values()).size).toBe(2000);
  });
});

describe('isLabelTaken', () => {
  it('knows look-alikes and the reserved name', () => {
    expect(isLabelTaken('B0b', ['alice', 'bob'])).toBe(true);
    expect(isLabelTaken('carol', ['alice', 'bob'])).toBe(false);
    expect(isLabelTaken('Everyone', [])).toBe(true);
  });
});

describe('comparePeerIds', () => {
  it('orders by key, guests last', () => {
    expect(comparePeerIds(samplePeerId(1), samplePeerId(2))).toBe(-1);
    expect(comparePeerIds(samplePeerId(256), samplePeerId(255))).toBe(1);
    expect(comparePeerIds(samplePeerId(3), samplePeerId(3))).toBe(0);
    expect(comparePeerIds(samplePeerId(3), `${samplePeerId(1)}/gus`)).toBe(-1);
  });
});
