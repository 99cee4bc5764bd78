// What is in a folder, as bytes.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { concatBytes, utf8 } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import {
  decodeFolderManifest,
  encodeFolderManifest,
  isManifestName,
  type ManifestItem,
} from '../../src/wire/folder-manifest.ts';
import { MAX_MANIFEST_BYTES, MAX_MANIFEST_DEPTH, MAX_MANIFEST_ITEMS } from '../../src/wire/limits.ts';
import { writeVarint } from '../../src/wire/varint.ts';

interface Tree {
  readonly [name: string]: number | Tree;
}

const nameArbitrary = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isManifestName);
const { tree: treeArbitrary } = fc.letrec<{ tree: Tree; item: number | Tree }>((tie) => ({
  tree: fc.dictionary(nameArbitrary, tie('item'), { maxKeys: 6 }),
  item: fc.oneof({ depthSize: 'small' }, fc.nat({ max: 2 ** 40 }), tie('tree')),
}));

function itemsOf(tree: Tree, parent = -1, items: ManifestItem[] = []): ManifestItem[] {
  for (const [name, content] of Object.entries(tree)) {
    const modifiedAt = name.length * 1_000_000_007;
    const isFile = typeof content === 'number';
    items.push({ kind: isFile ? 'file' : 'folder', parent, name, size: isFile ? content : 0, modifiedAt });
    if (!isFile) itemsOf(content, items.length - 1, items);
  }
  return items;
}

const sizeOf = (items: readonly ManifestItem[]): number => items.reduce((sum, item) => sum + item.size, 0);

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(10);
  return bytes.slice(0, writeVarint(bytes, value, 0));
}

/** A manifest written by hand, by somebody who means no good. */
function forged(items: readonly Uint8Array[], size = 0, count = items.length): Uint8Array {
  return concatBytes(utf8('MMFM'), Uint8Array.of(1), varint(count), varint(size), ...items);
}

function forgedItem(head: number, name: Uint8Array | string, ...numbers: number[]): Uint8Array {
  const bytes = typeof name === 'string' ? utf8(name) : name;
  return concatBytes(Uint8Array.of(head), varint(bytes.length), bytes, ...numbers.map(varint));
}

const FOLDER = 0x80;

describe('a manifest', () => {
  it('is what it was', () => {
    fc.assert(
      fc.property(treeArbitrary, (tree) => {
        const items = itemsOf(tree);
        expect(decodeFolderManifest(encodeFolderManifest(items), sizeOf(items))).toEqual(items);
      }),
    );
  });

  it('of an empty folder has seven bytes', () => {
    expect(encodeFolderManifest([])).toEqual(Uint8Array.of(0x4d, 0x4d, 0x46, 0x4d, 1, 0, 0));
    expect(decodeFolderManifest(encodeFolderManifest([]), 0)).toEqual([]);
  });

  it('is small: some twenty bytes a file', () => {
    const items = Array.from({ length: 10_000 }, (_item, index): ManifestItem => {
      return { kind: 'file', parent: -1, name: `file-${index}.txt`, size: 4096, modifiedAt: 1_700_000_000_000 };
    });
    expect(encodeFolderManifest(items).length).toBeLessThan(10_000 * 24);
  });

  it('goes as deep as it may, and no deeper', () => {
    const chain = (depth: number): ManifestItem[] =>
      Array.from({ length: depth }, (_item, index): ManifestItem => {
        return { kind: 'folder', parent: index - 1, name: 'd', size: 0, modifiedAt: 0 };
      });
    const deepest = chain(MAX_MANIFEST_DEPTH);
    expect(decodeFolderManifest(encodeFolderManifest(deepest), 0)).toEqual(deepest);
    expect(() => encodeFolderManifest(chain(MAX_MANIFEST_DEPTH + 1))).toThrow(RangeError);
    expect(() => encodeFolderManifest(chain(10_000))).toThrow(RangeError);
  });
});

describe('refused is', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['another version', Uint8Array.of(0x4d, 0x4d, 0x46, 0x4d, 2, 0, 0)],
    ['another beginning', Uint8Array.of(0x4d, 0x4d, 0x46, 0x4e, 1, 0, 0)],
    ['something behind the end', forged([utf8('x')], 0, 0)],
    ['a count that is not there', forged([], 0, 1)],
    ['a count beyond all bounds', forged([], 0, MAX_MANIFEST_ITEMS + 1)],
    ['a number in a longer form', concatBytes(utf8('MMFM'), Uint8Array.of(1, 0x80, 0, 0))],
    ['a number that never ends', concatBytes(utf8('MMFM'), new Uint8Array(20).fill(0x81))],
    ['a size beyond what is exact', forged([forgedItem(0, 'a', 0, 2 ** 53)], 0)],
    ['sizes that wrap around', forged([forgedItem(0, 'a', 0, 2 ** 52), forgedItem(0, 'b', 0, 2 ** 52)], 2 ** 53)],
    ['another size than offered', forged([forgedItem(0, 'a', 0, 5)], 0)],
    ['a file in a file', forged([forgedItem(0, 'a', 0, 0), forgedItem(1, 'b', 0, 0)])],
    ['a level left out', forged([forgedItem(FOLDER, 'a', 0), forgedItem(2, 'b', 0, 0)])],
    [
      'something in a folder that is closed',
      forged([forgedItem(FOLDER, 'a', 0), forgedItem(0, 'f', 0, 0), forgedItem(1, 'b', 0, 0)]),
    ],
    ['a name twice', forged([forgedItem(0, 'a', 0, 0), forgedItem(0, 'a', 0, 0)])],
    ['a file that is also a folder', forged([forgedItem(0, 'a', 0, 0), forgedItem(FOLDER, 'a', 0)])],
    ['a name that is no UTF-8', forged([forgedItem(0, Uint8Array.of(0xff), 0, 0)])],
    ['a surrogate', forged([forgedItem(0, Uint8Array.of(0xed, 0xa0, 0x80), 0, 0)])],
    ['a name without end', forged([forgedItem(0, 'x'.repeat(2000), 0, 0)])],
    [
      'a path without end',
      forged(Array.from({ length: 20 }, (_item, depth) => forgedItem(FOLDER | depth, 'x'.repeat(200), 0))),
    ],
    ['a name that says it is longer', forged([concatBytes(Uint8Array.of(0), varint(1000), utf8('x'))])],
  ])('%s', (_what, bytes) => {
    expect(() => decodeFolderManifest(bytes, 0)).toThrow(WireError);
  });

  it.each(['', '.', '..', 'a/b', '/a', 'a\\b', '..\\a', 'C:', 'c:a', 'a\0', 'a\nb', '\u001B[2J', '\u0085'])(
    'the name %j',
    (name) => {
      expect(() => decodeFolderManifest(forged([forgedItem(0, name, 0, 0)]), 0)).toThrow(WireError);
      expect(() => encodeFolderManifest([{ kind: 'file', parent: -1, name, size: 0, modifiedAt: 0 }])).toThrow(
        RangeError,
      );
    },
  );

  it('10,000 levels, after 128 of them', () => {
    const levels = Array.from({ length: 10_000 }, (_level, depth) =>
      forgedItem(FOLDER | Math.min(depth, 127), `${depth}`, 0),
    );
    // The depth has seven bits: further down the items can only be beside each other.
    const items = decodeFolderManifest(forged(levels), 0);
    expect(items.at(-1)?.parent).toBe(MAX_MANIFEST_DEPTH - 2);
  });

  it('more than 32 MiB, without looking at it', () => {
    expect(() => decodeFolderManifest(new Uint8Array(MAX_MANIFEST_BYTES + 1), 0)).toThrow(/too long/u);
  });
});

test('damaged bytes give a WireError or a manifest, and nothing else', () => {
  const damage = fc.array(
    fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.nat({ max: 255 }) }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(treeArbitrary, damage, fc.double({ min: 0, max: 1, noNaN: true }), (tree, changes, keep) => {
      const items = itemsOf(tree);
      const whole = encodeFolderManifest(items);
      const bytes = whole.slice(0, Math.ceil(whole.length * keep));
      for (const { at, byte } of changes) bytes[Math.floor(at * bytes.length)] = byte;
      try {
        const decoded = decodeFolderManifest(bytes, sizeOf(items));
        expect(decodeFolderManifest(encodeFolderManifest(decoded), sizeOf(items))).toEqual(decoded);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('any bytes at all give a WireError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isBegun) => {
      const claimed = isBegun ? concatBytes(utf8('MMFM'), Uint8Array.of(1), bytes) : bytes;
      try {
        decodeFolderManifest(claimed, 0);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a count makes nothing be allocated', () => {
  const claims = forged([], 0, MAX_MANIFEST_ITEMS);
  const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 20; round++) expect(() => decodeFolderManifest(claims, 0)).toThrow(WireError);
  const grown = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before;
  expect(grown).toBeLessThan(4 * 1024 * 1024);
});

test('as many items as there may be are read in no time, whatever they are', () => {
  const items = Array.from({ length: MAX_MANIFEST_ITEMS }, (_item, index): ManifestItem => {
    return { kind: 'file', parent: -1, name: index.toString(36), size: 1, modifiedAt: 0 };
  });
  const bytes = encodeFolderManifest(items);
  expect(decodeFolderManifest(bytes, MAX_MANIFEST_ITEMS)).toHaveLength(MAX_MANIFEST_ITEMS);
  expect(() => encodeFolderManifest([...items, { ...items[0]!, name: 'one more' }])).toThrow(RangeError);
});
