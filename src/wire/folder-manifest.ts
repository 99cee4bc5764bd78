// What is in a folder that is sent: all of its files and folders in one list, each folder before what is in it.
//
//    0       4 5          …           …
//   +-------+-+-----------+-----------+------+------+- - -
//   | MMFM  |v| count     | size      | item | item |        v: version, 1; count of items; bytes of all files
//   +-------+-+-----------+-----------+------+------+- - -
//
//   item  +-+-------+----------+--------+----------+--------------+-------------+
//         |f| depth | name len | name   | modified | size         |   f: 1 bit, 1 = folder
//         |1| 7     | varint   | UTF-8  | varint   | varint, files only         |   depth: 0 = directly in the folder
//         +-+-------+----------+--------+----------+--------------+-------------+
//
// An item is in the last folder before it that is one level higher: a path cannot be written that leaves the folder, and
// nothing can be in a file. Varints: up to 53 bits, in their shortest form.

import { utf8 } from '../base/bytes.ts';
import { WireError } from '../base/errors.ts';
import { decoding } from './checks.ts';
import {
  MAX_FILE_NAME_BYTES,
  MAX_MANIFEST_BYTES,
  MAX_MANIFEST_DEPTH,
  MAX_MANIFEST_ITEMS,
  MAX_MANIFEST_PATH_BYTES,
} from './limits.ts';
import { varintLength, writeVarint } from './varint.ts';

export interface ManifestItem {
  readonly kind: 'file' | 'folder';
  /** Index in the list of the folder that it is in, -1 for the folder that is sent. */
  readonly parent: number;
  /** One segment of a path, as its sender's disk has it. */
  readonly name: string;
  /** Bytes; 0 of a folder. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

const MAGIC = utf8('MMFM');
const MANIFEST_VERSION = 1;
const HEADER_BYTES = MAGIC.length + 1;
const FOLDER_FLAG = 0x80;
const DEPTH_MASK = 0x7f;
const VARINT_LIMIT_BYTES = 8;
const UNUSABLE = /[\p{Cc}/\\]|^[a-z]:/iu;

const fatalDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether a manifest can have this name; `''`, `.`, `..`, separators, control characters, drive letters are none. */
export function isManifestName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !UNUSABLE.test(name) &&
    name.isWellFormed() &&
    (name.length * 3 <= MAX_FILE_NAME_BYTES || utf8(name).length <= MAX_FILE_NAME_BYTES)
  );
}

/** The bytes of a path, with a separator in front of each name, from those of the folder that it is in. */
export function manifestPathBytes(parentBytes: number, name: string): number {
  return parentBytes + 1 + utf8(name).length;
}

/** The most bytes that an item with this name can have in a manifest. */
export function manifestItemBytes(name: string): number {
  return 1 + 2 + utf8(name).length + 2 * VARINT_LIMIT_BYTES;
}

/** @throws RangeError when the items are not one's own: out of order, too many, with names that none can have */
export function encodeFolderManifest(items: readonly ManifestItem[]): Uint8Array {
  const names = items.map((item) => utf8(item.name));
  const total = items.reduce((sum, item) => sum + item.size, 0);
  const bound = items.reduce((sum, _item, index) => sum + 19 + (names[index]?.length ?? 0), HEADER_BYTES + 16);
  const bytes = new Uint8Array(bound);
  bytes.set(MAGIC);
  bytes[MAGIC.length] = MANIFEST_VERSION;
  let offset = writeVarint(bytes, items.length, HEADER_BYTES);
  offset = writeVarint(bytes, total, offset);
  const open = [{ index: -1, pathBytes: 0 }];
  items.forEach((item, index) => {
    const name = names[index] ?? new Uint8Array();
    const depth = open.findLastIndex((folder) => folder.index === item.parent);
    const pathBytes = (open[depth]?.pathBytes ?? Infinity) + 1 + name.length;
    if (!isManifestName(item.name) || pathBytes > MAX_MANIFEST_PATH_BYTES)
      throw new RangeError('no such item in a manifest');
    open.length = depth + 1;
    if (item.kind === 'folder' && depth + 1 < MAX_MANIFEST_DEPTH) open.push({ index, pathBytes });
    bytes[offset++] = depth | (item.kind === 'folder' ? FOLDER_FLAG : 0);
    offset = writeVarint(bytes, name.length, offset);
    bytes.set(name, offset);
    offset = writeVarint(bytes, item.modifiedAt, offset + name.length);
    if (item.kind === 'file') offset = writeVarint(bytes, item.size, offset);
  });
  if (items.length > MAX_MANIFEST_ITEMS || offset > MAX_MANIFEST_BYTES || !Number.isSafeInteger(total))
    throw new RangeError('too much for a manifest');
  return bytes.slice(0, offset);
}

/**
 * @param size bytes of all files as they were offered
 * @throws WireError, and nothing else, for anything that is no manifest of this version
 */
export function decodeFolderManifest(bytes: Uint8Array, size: number): ManifestItem[] {
  return decoding('list of a folder', () => new ManifestReader(bytes).items(size));
}

interface OpenFolder {
  readonly index: number;
  /** Of its path, with a separator in front of each name. */
  readonly pathBytes: number;
  readonly names: Set<string>;
}

class ManifestReader {
  readonly #bytes: Uint8Array;
  #offset = HEADER_BYTES;
  /** The folder that is open at each level. */
  readonly #open: OpenFolder[] = [{ index: -1, pathBytes: 0, names: new Set() }];

  constructor(bytes: Uint8Array) {
    if (bytes.length > MAX_MANIFEST_BYTES) throw new WireError('This list of a folder is too long.');
    if (bytes.length < HEADER_BYTES || MAGIC.some((byte, index) => bytes[index] !== byte))
      throw new WireError('These bytes are no list of a folder.');
    if (bytes[MAGIC.length] !== MANIFEST_VERSION) throw new WireError('This list of a folder has another version.');
    this.#bytes = bytes;
  }

  items(size: number): ManifestItem[] {
    const count = this.#varint();
    if (count > MAX_MANIFEST_ITEMS) throw new WireError(`This folder has more than ${MAX_MANIFEST_ITEMS} items.`);
    if (this.#varint() !== size) throw new WireError('This folder has another size than was offered.');
    // One by one: the count is only a claim, and makes nothing be allocated.
    const items: ManifestItem[] = [];
    let total = 0;
    while (items.length < count) {
      const item = this.#item(items.length);
      total += item.size;
      if (total > size) break;
      items.push(item);
    }
    if (total !== size) throw new WireError('The files of this folder are not together what was offered.');
    if (this.#offset !== this.#bytes.length) throw new WireError('There is something behind this list of a folder.');
    return items;
  }

  #item(index: number): ManifestItem {
    const head = this.#byte();
    const depth = head & DEPTH_MASK;
    const kind = (head & FOLDER_FLAG) === 0 ? 'file' : 'folder';
    const parent = this.#open[depth];
    if (parent === undefined) throw new WireError('An item of this list is in no folder.');
    const nameBytes = this.#varint();
    const name = this.#name(nameBytes);
    const pathBytes = parent.pathBytes + 1 + nameBytes;
    if (pathBytes > MAX_MANIFEST_PATH_BYTES) throw new WireError('A path in this list is too long.');
    if (parent.names.has(name)) throw new WireError('Two items of this list have the same name.');
    parent.names.add(name);
    const modifiedAt = this.#varint();
    this.#open.length = depth + 1;
    if (kind === 'file') return { kind, parent: parent.index, name, size: this.#varint(), modifiedAt };
    // The deepest level has folders, but nothing in them.
    if (depth + 1 < MAX_MANIFEST_DEPTH) this.#open.push({ index, pathBytes, names: new Set() });
    return { kind, parent: parent.index, name, size: 0, modifiedAt };
  }

  #name(length: number): string {
    if (length > MAX_FILE_NAME_BYTES) throw new WireError('A name in this list is too long.');
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw cutOff();
    const name = fatalDecoder.decode(this.#bytes.subarray(this.#offset, end));
    this.#offset = end;
    if (!isManifestName(name)) throw new WireError('A name in this list is none that a file can have.');
    return name;
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 1; count <= VARINT_LIMIT_BYTES; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte >= 0x80) {
        factor *= 0x80;
        continue;
      }
      if (varintLength(value) !== count || !Number.isSafeInteger(value)) break;
      return value;
    }
    throw new WireError('A number in this list is none.');
  }

  #byte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw cutOff();
    this.#offset += 1;
    return byte;
  }
}

function cutOff(): WireError {
  return new WireError('This list of a folder is cut off.');
}
