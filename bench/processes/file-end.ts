// One end of a file's way: by the engine of the program, or by the streams that Node has for it.

import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BulkEnd, type BulkOffer } from '../inside/bulk-end.ts';
import { LOOPBACK } from '../support/loopback.ts';

export interface FileEnd {
  /** With the engine, which does nothing yet. */
  start(params: object): Promise<void>;
  offer(params: { path: string; hashPieces: boolean }): Promise<BulkOffer>;
  fetch(params: { offer: BulkOffer; folder: string; hashPieces: boolean }): Promise<{ hash: string }>;
  seal(params: { transferId: string }): Promise<{ hash: string }>;
  finish(params: { transferId: string }): Promise<{ path: string }>;
  close(params: { transferId: string }): Promise<void>;
  /** node:net: takes one file. */
  plainListen(params: { folder: string }): Promise<{ port: number }>;
  /** Resolves when it is under its name. */
  plainTaken(params: object): Promise<{ path: string }>;
  plainSend(params: { path: string; port: number }): Promise<void>;
  /** Microseconds of processor time so far. */
  cpu(params: object): Promise<number>;
}

export function fileEnd(): FileEnd {
  const end = new BulkEnd();
  let taken: Promise<{ path: string }> | undefined;
  return {
    start: () => end.start(),
    offer: (params) => end.offer(params.path, params.hashPieces),
    fetch: async ({ offer, folder, hashPieces }) => ({ hash: await end.fetch(offer, folder, hashPieces) }),
    seal: async ({ transferId }) => ({ hash: await end.seal(transferId) }),
    finish: async ({ transferId }) => ({ path: await end.finish(transferId) }),
    close: ({ transferId }) => end.close(transferId),
    plainListen: ({ folder }) =>
      new Promise((resolve) => {
        const server = createServer();
        const part = path.join(folder, 'plain.part');
        taken = new Promise((done, failed) => {
          server.once('connection', (socket) => {
            server.close();
            pipeline(socket, createWriteStream(part))
              .then(() => putInPlace(part))
              .then(done, failed);
          });
        });
        server.listen(0, LOOPBACK, () => {
          const address = server.address();
          resolve({ port: typeof address === 'object' && address !== null ? address.port : 0 });
        });
      }),
    plainTaken: () => taken ?? Promise.reject(new Error('Nobody listens.')),
    plainSend: (params) => pipeline(createReadStream(params.path), connect(params.port, LOOPBACK)),
    async cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
}

/** As everybody has to do who says that a file is there: on the disk, then under its name. */
export async function putInPlace(part: string): Promise<{ path: string }> {
  const handle = await open(part, 'r+');
  await handle.sync();
  await handle.close();
  const final = part.replace(/\.part$/u, '');
  await rename(part, final);
  return { path: final };
}
