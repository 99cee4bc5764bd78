// Who is shown under which name: every label on a screen is unique, and what somebody is known by stays theirs.

import { cutName, NAMELESS, nameKeys } from './names.ts';
import { comparePeerIds } from './peer-order.ts';
import type { PeerId, Person, Self } from './values.ts';

/** What of a person decides on their label. */
export type Claimant = Pick<Person, 'peerId' | 'claimedName' | 'trust'> & { readonly pinnedAt?: number };

const RANK = { verified: 0, pinned: 1, new: 2, changed: 2 } as const;

/**
 * A label for everybody: the name they claim, or that with `_1`, `_2` … when somebody with a better claim has it (or
 * one that looks like it). Better claims, in this order: oneself, verified, pinned (longest known first), lowest key.
 * Nothing that others say about time counts, and not the order in which they came.
 */
export function assignLabels(self: Self, people: Iterable<Claimant>): Map<PeerId, string> {
  const taken = new Set(nameKeys('everyone'));
  const nextSuffix = new Map<string, number>();
  const labels = new Map<PeerId, string>();
  take(taken, self.name);
  for (const { peerId, claimedName } of [...people].sort(compareClaims)) {
    const label = freeLabel(claimedName === '' ? NAMELESS : claimedName, taken, nextSuffix);
    take(taken, label);
    labels.set(peerId, label);
  }
  return labels;
}

/** Negative when `left` has the better claim to a name. */
export function compareClaims(left: Claimant, right: Claimant): number {
  const byTrust = RANK[left.trust] - RANK[right.trust];
  if (byTrust !== 0) return byTrust;
  if (RANK[left.trust] < RANK.new) {
    const [leftAt, rightAt] = [left.pinnedAt ?? Infinity, right.pinnedAt ?? Infinity];
    if (leftAt !== rightAt) return leftAt - rightAt;
  }
  return comparePeerIds(left.peerId, right.peerId);
}

/** Whether one of these labels is `name` or looks like it. */
export function isLabelTaken(name: string, labels: Iterable<string>): boolean {
  const keys = nameKeys(name);
  if (nameKeys('everyone').some((key) => keys.includes(key))) return true;
  for (const label of labels) if (nameKeys(label).some((key) => keys.includes(key))) return true;
  return false;
}

function freeLabel(name: string, taken: ReadonlySet<string>, nextSuffix: Map<string, number>): string {
  if (isFree(name, taken)) return name;
  for (let digits = 1; ; digits++) {
    // Counting on from the last suffix that was given keeps a thousand people of one name cheap. The count belongs to
    // what is left of the name beside a suffix of that length: many long names can have that in common.
    const stem = cutName(name, `_${'9'.repeat(digits)}`);
    const countKey = `${digits}:${nameKeys(stem)[0]}`;
    for (let suffix = nextSuffix.get(countKey) ?? 10 ** (digits - 1); suffix < 10 ** digits; suffix++) {
      nextSuffix.set(countKey, suffix + 1);
      const label = cutName(name, `_${suffix}`);
      if (isFree(label, taken)) return label;
    }
  }
}

function isFree(name: string, taken: ReadonlySet<string>): boolean {
  return nameKeys(name).every((key) => !taken.has(key));
}

function take(taken: Set<string>, label: string): void {
  for (const key of nameKeys(label)) taken.add(key);
}
