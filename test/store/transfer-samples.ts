// Files and folders that are sent and received by tests.
import { createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, onTestFinished } from 'vitest';
import { seededBytes } from './seeded-bytes.ts';
import type { ByteSource, ByteTarget, SourceFacts, TargetSpec } from '../../src/contracts/transfer-files.ts';

export const PIECE_BYTES = 256 * 1024;

/** An id of which the beginning says which transfer it is. */
export function transferId(number: number): string {
  return number.toString(16).padStart(8, '0').padEnd(32, 'f');
}

export function specFor(facts: SourceFacts, folder: string, changes: Partial<TargetSpec> = {}): TargetSpec {
  const { kind, name, size, streamBytes, manifestBytes, manifestHash, modifiedAt } = facts;
  const hash = manifestHash === undefined ? {} : { manifestHash };
  const spec = { kind, name, size, streamBytes, manifestBytes, ...hash, modifiedAt };
  return { transferId: transferId(1), folder, ...spec, ...changes };
}

export function fileSpec(folder: string, size: number, changes: Partial<TargetSpec> = {}): TargetSpec {
  const facts = {
    kind: 'file',
    name: 'a.bin',
    size,
    streamBytes: size,
    manifestBytes: 0,
    modifiedAt: 86_400_000,
  } as const;
  return { transferId: transferId(1), folder, ...facts, ...changes };
}

/** Where the pieces of a run are. */
export function piecesOf(streamBytes: number, from = 0): number[] {
  const positions: number[] = [];
  for (let position = from; position < streamBytes; position += PIECE_BYTES) positions.push(position);
  return positions;
}

export async function copyPieces(source: ByteSource, target: ByteTarget, positions: readonly number[]): Promise<void> {
  for (const position of positions) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, source.facts.streamBytes - position));
    await source.read(piece, position);
    await target.write(piece, position);
  }
}

export async function copyAll(source: ByteSource, target: ByteTarget): Promise<void> {
  await copyPieces(source, target, piecesOf(source.facts.streamBytes));
}

/** Some of everything: deep and empty folders, empty and large files, names of many kinds, old times. */
export function makeSampleFolder(path: string): void {
  mkdirSync(path);
  const file = (name: string, size: number): void => writeFileSync(join(path, name), seededBytes(name, size));
  mkdirSync(join(path, 'empty'));
  mkdirSync(join(path, 'a', 'b', 'c'), { recursive: true });
  mkdirSync(join(path, 'many'));
  file('zero', 0);
  file('a/b/c/deep.txt', 100);
  file('a/b/zero too', 0);
  file('a/large.bin', 3 * PIECE_BYTES + 17);
  file('exactly.bin', PIECE_BYTES);
  file('会議 😀.txt', 11);
  file('z last', 0);
  for (let index = 0; index < 300; index++) file(`many/${index}.txt`, index * 7);
  let time = 1_000_000_000;
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(path, name), time, (time += 1.001));
  utimesSync(path, time, time);
}

/** Everything about a folder that should arrive, by path. */
export function contentsOf(path: string): Record<string, string> {
  const contents: Record<string, string> = {};
  const names = ['.', ...readdirSync(path, { recursive: true, encoding: 'utf8' })].sort();
  for (const name of names) {
    const stat = lstatSync(join(path, name));
    const what = stat.isFile() ? `${stat.size} ${digestOf(join(path, name))}` : stat.isDirectory() ? 'folder' : 'other';
    contents[name] = `${what} ${Math.floor(stat.mtimeMs)}`;
  }
  return contents;
}

export function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** A file system of its own in the folder, if this user may make one. */
export function mountMemory(folder: string, size: string): boolean {
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
  // Root may, and in CI it is root: there nothing takes the short way.
  expect(isMounted || process.getuid?.() !== 0).toBe(true);
  onTestFinished(() => {
    if (isMounted) spawnSync('umount', ['--lazy', folder]);
  });
  return isMounted;
}

export function remount(folder: string, options: string): void {
  expect(spawnSync('mount', ['-o', `remount,${options}`, folder]).status).toBe(0);
}

/** Folders in each other, as deep as one likes: such paths are longer than the system takes, so step by step. */
export function nestedFolder(path: string, levels: number, name = 'd'.repeat(20)): string {
  mkdirSync(path);
  let fd = openSync(path, 'r');
  for (let level = 0; level < levels; level++) {
    const below = `/proc/self/fd/${fd}/${name}`;
    mkdirSync(below);
    const next = openSync(below, 'r');
    closeSync(fd);
    fd = next;
  }
  closeSync(fd);
  return path;
}
