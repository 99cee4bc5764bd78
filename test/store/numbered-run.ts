// Runs of bytes that can be told apart by a number, and recognised when they have arrived.
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetSpec } from '../../src/contracts/transfer-files.ts';
import { encodeFolderManifest, type ManifestItem } from '../../src/wire/folder-manifest.ts';
import { seededBytes } from './seeded-bytes.ts';

const FILE_BYTES = 300_000;
const FILES_IN_FOLDER = 12;

export interface NumberedRun {
  readonly spec: Omit<TargetSpec, 'folder' | 'name'>;
  readonly run: Uint8Array;
}

export function numberedRun(number: number, kind: 'file' | 'folder'): NumberedRun {
  const transferId = number.toString(16).padStart(8, '0').padEnd(32, '0');
  const bytes = seededBytes(`run ${number}`, FILE_BYTES);
  const facts = { transferId, kind, modifiedAt: number * 1000 };
  if (kind === 'file')
    return { spec: { ...facts, size: bytes.length, streamBytes: bytes.length, manifestBytes: 0 }, run: bytes };
  const items = Array.from({ length: FILES_IN_FOLDER }, (_item, index): ManifestItem => {
    return { kind: 'file', parent: -1, name: `f${index}`, size: FILE_BYTES / FILES_IN_FOLDER, modifiedAt: 0 };
  });
  const manifest = encodeFolderManifest(items);
  const manifestHash = new Uint8Array(createHash('sha256').update(manifest).digest());
  const sizes = { size: FILE_BYTES, streamBytes: manifest.length + FILE_BYTES, manifestBytes: manifest.length };
  return { spec: { ...facts, ...sizes, manifestHash }, run: new Uint8Array(Buffer.concat([manifest, bytes])) };
}

/** Which run has arrived at `path`, whole; -1 when it is nothing whole. */
export function numberAt(path: string): number {
  const stat = lstatSync(path);
  const number = Math.floor(stat.mtimeMs / 1000);
  const bytes = stat.isDirectory()
    ? Buffer.concat(readdirSync(path).map((_name, index) => readFileSync(join(path, `f${index}`))))
    : readFileSync(path);
  return bytes.equals(seededBytes(`run ${number}`, FILE_BYTES)) ? number : -1;
}
