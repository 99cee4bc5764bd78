// Sources and targets that are single files, as simple as can be: for tests of what passes through them.

import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { MmchatError } from '../../src/base/errors.ts';
import type { ByteSource, ByteTarget, SourceFacts, TargetSpec } from '../../src/contracts/transfer-files.ts';
import type { BulkFiles } from '../../src/net/bulk/files.ts';

export const plainFiles: BulkFiles = { describe, openSource, openTarget };

async function describe(file: string): Promise<SourceFacts> {
  const { size, mtimeMs } = await stat(file);
  return {
    kind: 'file',
    name: path.basename(file),
    size,
    streamBytes: size,
    manifestBytes: 0,
    fileCount: 1,
    modifiedAt: Math.trunc(mtimeMs),
    skipped: [],
    skippedCount: 0,
  };
}

async function openSource(file: string): Promise<ByteSource> {
  const facts = await describe(file);
  const handle = await open(file, 'r');
  return {
    facts,
    read: async (buffer, position) => {
      if (!(await readFully(handle, buffer, position))) throw changed();
    },
    async checkUnchanged() {
      const { size, mtimeMs } = await stat(file);
      if (size !== facts.size || Math.trunc(mtimeMs) !== facts.modifiedAt) throw changed();
    },
    close: () => handle.close(),
  };
}

/** Nothing is ever wrong with its disk, unless its name says so. */
async function openTarget(spec: TargetSpec): Promise<ByteTarget> {
  await mkdir(spec.folder, { recursive: true });
  const partPath = spec.partPath ?? path.join(spec.folder, `${spec.name}.part`);
  const handle = await open(partPath, spec.partPath === undefined ? 'w+' : 'r+');
  const { size: presentBytes } = await handle.stat();
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await handle.close();
    isClosed = true;
  };
  return {
    partPath,
    presentBytes,
    async write(bytes, position) {
      if (spec.name === 'full' && position + bytes.length > 1_500_000)
        throw new MmchatError('disk-full', 'The disk is full.');
      await handle.write(bytes, 0, bytes.length, position);
    },
    read: async (buffer, position) => {
      if (!(await readFully(handle, buffer, position))) throw changed();
    },
    async finish() {
      await handle.sync();
      const final = path.join(spec.folder, spec.name);
      await rename(partPath, final);
      return { path: final };
    },
    close,
    async discard() {
      await close();
      await rm(partPath);
    },
  };
}

async function readFully(handle: FileHandle, buffer: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < buffer.length;) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

function changed(): MmchatError {
  return new MmchatError('changed', 'The file is not what it was.');
}
