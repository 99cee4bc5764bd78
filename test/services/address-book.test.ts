// Bounds and order of what is remembered of addresses.

import '../../src/base/platform.ts';
import { describe, expect, test } from 'vitest';
import { AddressBook, ADDRESS_LIMITS, LONG_PAUSE_MS, type AddressSource } from '../../src/services/address-book.ts';

function fill(book: AddressBook, source: AddressSource, count: number, prefix: string): number {
  let taken = 0;
  for (let index = 0; index < count; index++)
    if (book.add({ host: `${prefix}.${index >> 8}.${index & 255}`, port: 9011 }, source, 0) !== undefined) taken++;
  return taken;
}

describe('bounds', () => {
  test('all addresses together', () => {
    const book = new AddressBook();
    expect(fill(book, 'linked', 5_000, '10.1')).toBe(ADDRESS_LIMITS.all);
    expect(book.size).toBe(ADDRESS_LIMITS.all);
  });

  test('told ones, of one person and of all', () => {
    const book = new AddressBook();
    const ofOne = Array.from({ length: 20 }, (_, index) =>
      book.add({ host: `10.9.9.${index}`, port: 1 }, 'told', 0, { peerId: 'somebody' }),
    );
    expect(ofOne.filter((candidate) => candidate !== undefined)).toHaveLength(ADDRESS_LIMITS.toldPerPerson);
    expect(fill(book, 'told', 5_000, '10.1')).toBe(ADDRESS_LIMITS.told - ADDRESS_LIMITS.toldPerPerson);
  });

  test('a told address that is announced as well makes its place free', () => {
    const book = new AddressBook();
    fill(book, 'told', ADDRESS_LIMITS.told, '10.1');
    expect(fill(book, 'told', 1, '10.2')).toBe(0);
    book.add({ host: '10.1.0.0', port: 9011 }, 'mdns', 0);
    expect(fill(book, 'told', 1, '10.2')).toBe(1);
  });

  test('ports of one host', () => {
    const book = new AddressBook();
    for (let port = 1; port <= 1_000; port++) book.add({ host: '10.0.0.1', port }, 'mdns', 0);
    expect(book.size).toBe(ADDRESS_LIMITS.perHost);
    expect(book.add({ host: '10.0.0.1', port: 2_000 }, 'hand', 0)).toBeDefined();
  });

  test('whoever remembers thousands has places left for who is here', () => {
    const book = new AddressBook();
    expect(fill(book, 'remembered', 5_000, '10.1')).toBe(ADDRESS_LIMITS.remembered);
    expect(fill(book, 'mdns', 1, '10.2')).toBe(1);
  });

  test('in a full book what failed makes way for news, what is told for everything, what was given by hand for nothing', () => {
    const book = new AddressBook();
    fill(book, 'hand', 1, '10.9');
    book.failed(book.get({ host: '10.9.0.0', port: 9011 })!, 0, 0);
    fill(book, 'linked', ADDRESS_LIMITS.all, '10.1');
    expect(fill(book, 'mdns', 1, '10.2')).toBe(0);
    book.failed(book.get({ host: '10.1.0.7', port: 9011 })!, 0, 0);
    expect(fill(book, 'told', 1, '10.3')).toBe(0);
    expect(fill(book, 'mdns', 1, '10.2')).toBe(1);
    expect(book.get({ host: '10.1.0.7', port: 9011 })).toBeUndefined();
    expect(book.get({ host: '10.9.0.0', port: 9011 })).toBeDefined();
  });
});

describe('when to try again', () => {
  const address = { host: '192.168.1.2', port: 9011 };

  test('pauses grow, and vary by a fifth', () => {
    const book = new AddressBook();
    const candidate = book.add(address, 'hand', 0)!;
    const pauses = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5].map((jitter) => {
      book.failed(candidate, 0, jitter);
      return Math.round(candidate.notBeforeMs);
    });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000]);
    book.failed(candidate, 0, 0);
    expect(candidate.notBeforeMs).toBeCloseTo(24_000);
  });

  test('a told one rests after three failures, whoever tells it again; being announced ends that', () => {
    const book = new AddressBook();
    const candidate = book.add(address, 'told', 0)!;
    for (let failure = 0; failure < 3; failure++) book.failed(candidate, 100, 0);
    expect(candidate.notBeforeMs).toBe(100 + LONG_PAUSE_MS);
    book.add(address, 'told', 200);
    book.wanted(candidate, 300);
    expect(candidate.notBeforeMs).toBe(100 + LONG_PAUSE_MS);
    book.add(address, 'mdns', 400);
    book.wanted(candidate, 400);
    expect(candidate.notBeforeMs).toBe(400);
  });

  test('an announced one that never answers is forgotten', () => {
    const book = new AddressBook();
    const candidate = book.add(address, 'mdns', 0)!;
    for (let failure = 0; failure < 7; failure++) book.failed(candidate, 0, 0);
    expect(book.size).toBe(0);
  });

  test('somebody who was linked becomes a memory after a while', () => {
    const book = new AddressBook();
    const candidate = book.add(address, 'mdns', 0)!;
    book.succeeded(candidate, 'bob');
    expect(candidate).toMatchObject({ source: 'linked', peerId: 'bob', failures: 0 });
    for (let failure = 0; failure < 13; failure++) book.failed(candidate, 0, 0.5);
    expect(candidate).toMatchObject({ source: 'remembered', notBeforeMs: 300_000 });
  });
});

test('what is announced now counts more than who was there once; what is told does not', () => {
  const book = new AddressBook();
  const address = { host: 'fe80::1%eth0', port: 9011 };
  const candidate = book.add(address, 'linked', 0, { peerId: 'bob' })!;
  book.add(address, 'told', 0, { peerId: 'carol' });
  expect(candidate.peerId).toBe('bob');
  book.add(address, 'mdns', 0, { peerId: 'carol' });
  expect(candidate).toMatchObject({ peerId: 'carol', source: 'linked' });
});
