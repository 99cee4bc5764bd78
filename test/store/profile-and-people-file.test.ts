// What is remembered of oneself and others, also when somebody edited it.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REMEMBERED_LIMIT, type Profile, type RememberedPerson } from '../../src/contracts/stores.ts';
import { checkPersonName } from '../../src/state/names.ts';
import { PEOPLE_FORM, trimRemembered } from '../../src/store/people-file.ts';
import { PROFILE_FORM } from '../../src/store/profile-file.ts';
import { samplePeerId } from '../state/sample-people.ts';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function person(number: number, more: Partial<RememberedPerson> = {}): RememberedPerson {
  return {
    peerId: samplePeerId(number),
    claimedName: `p${number}`,
    rooms: [],
    addresses: [],
    lastSeenAt: number,
    ...more,
  };
}

describe('PROFILE_FORM', () => {
  it('takes back what it gave', () => {
    const profile: Profile = { name: 'alice', status: 'at lunch', port: 9011, startId: 17, rooms: ['dev', 'Tea time'] };
    expect(PROFILE_FORM.parse(throughJson(profile))).toEqual(profile);
    expect(PROFILE_FORM.parse(throughJson(PROFILE_FORM.initial))).toEqual(PROFILE_FORM.initial);
  });

  it('leaves out what can’t be used', () => {
    expect(
      PROFILE_FORM.parse({
        name: 'a\u001b[31m',
        status: 7,
        port: 70_000,
        startId: -1,
        rooms: ['dev', '', 5, '/x'],
        more: 1,
      }),
    ).toEqual({ startId: 0, rooms: ['dev'] });
    for (const json of [null, [], 'x', 3]) expect(() => PROFILE_FORM.parse(json)).toThrow(TypeError);
  });
});

describe('PEOPLE_FORM', () => {
  it('takes back what it gave', () => {
    const people = [
      person(1, { rooms: ['dev'], addresses: ['10.0.0.1:9011', '[fe80::1%eth0]:9011'], pinnedAt: 5 }),
      person(2),
      person(3, { pinnedAt: 5, verifiedAt: 6, blockedAt: 7 }),
    ];
    expect(PEOPLE_FORM.parse(throughJson(people))).toEqual(people);
  });

  it('reads what an earlier or later version wrote', () => {
    const { claimedName, peerId } = person(1);
    expect(PEOPLE_FORM.parse([{ ...person(1), verifiedAt: 6, trust: { level: 9 }, avatar: [1] }])).toEqual([
      person(1, { pinnedAt: 6, verifiedAt: 6 }),
    ]);
    expect(PEOPLE_FORM.parse([{ claimedName, peerId, blockedAt: 'yes', pinnedAt: -1 }])).toEqual([
      person(1, { lastSeenAt: 0 }),
    ]);
  });

  it('leaves out who can’t be read, and keeps each once', () => {
    expect(
      PEOPLE_FORM.parse([
        null,
        5,
        {},
        { peerId: 'x', claimedName: 'x' },
        person(1),
        person(1, { claimedName: 'later' }),
      ]),
    ).toEqual([person(1, { claimedName: 'later' })]);
    expect(() => PEOPLE_FORM.parse({})).toThrow(TypeError);
  });

  it('bounds every field, whatever the file says', () => {
    const [crowded] = PEOPLE_FORM.parse([
      {
        ...person(1),
        claimedName: 'x'.repeat(999),
        rooms: Array(99).fill('dev'),
        addresses: Array(99).fill('10.0.0.1:1'),
      },
    ]);
    expect(crowded?.claimedName.length).toBe(32);
    expect(crowded?.rooms.length).toBe(20);
    expect(crowded?.addresses.length).toBe(8);
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.jsonValue(), fc.record({ peerId: fc.constant(samplePeerId(1)), claimedName: fc.string() })),
        ),
        (json) => {
          for (const { claimedName } of PEOPLE_FORM.parse(json)) expect(checkPersonName(claimedName)).toBe(claimedName);
        },
      ),
    );
  });

  it('remembers verified and blocked people first, then pinned ones, then those seen last', () => {
    const decided = Array.from({ length: REMEMBERED_LIMIT + 100 }, (_, index) =>
      person(index + 1, index < 10 ? { verifiedAt: 1, pinnedAt: 1 } : index < 20 ? { blockedAt: 1 } : { pinnedAt: 1 }),
    );
    expect(
      trimRemembered(decided)
        .slice(0, 20)
        .map(({ lastSeenAt }) => lastSeenAt)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const people = Array.from({ length: REMEMBERED_LIMIT + 100 }, (_, index) =>
      person(index + 1, index < 10 ? { pinnedAt: 1 } : {}),
    );
    const kept = trimRemembered(people);
    expect(kept.length).toBe(REMEMBERED_LIMIT);
    const numbers = new Set(kept.map(({ lastSeenAt }) => lastSeenAt));
    for (let pinned = 1; pinned <= 10; pinned++) expect(numbers).toContain(pinned);
    expect(numbers).not.toContain(11);
    expect(numbers).toContain(REMEMBERED_LIMIT + 100);
    expect(PEOPLE_FORM.parse(throughJson(people)).length).toBe(REMEMBERED_LIMIT);
  });
});
