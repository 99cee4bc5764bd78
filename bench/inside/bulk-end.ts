// One end of a transfer by the engine of the program alone, without whoever decides who may have what.

import { fromHex, toHex } from '../../src/base/bytes.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { BulkEvent } from '../../src/contracts/bulk.ts';
import type { SourceFacts } from '../../src/contracts/transfer-files.ts';
import { WorkerBulkEngine } from '../../src/net/bulk/worker-bulk-engine.ts';
import { LOOPBACK } from '../support/loopback.ts';

const PIECE_BYTES = 2 ** 20;

/** What one end tells the other; all of it survives JSON. */
export interface BulkOffer {
  readonly transferId: string;
  readonly channelId: string;
  readonly secret: string;
  readonly port: number;
  readonly facts: Omit<SourceFacts, 'manifestHash'>;
  readonly manifestHash: string | null;
}

export class BulkEnd {
  readonly #engine = new WorkerBulkEngine({
    clock: systemClock,
    log: silentLog,
    port: { given: 0, first: 0, last: 0 },
  });

  async start(): Promise<void> {
    await this.#engine.start();
  }

  async offer(path: string, hashPieces: boolean): Promise<BulkOffer> {
    const { manifestHash, ...facts } = await this.#engine.describe(path);
    const [transferId = '', channelId = '', secret = ''] = [16, 16, 32].map((bytes) =>
      toHex(systemRandom.bytes(bytes)),
    );
    const expected = { ...facts, ...(manifestHash && { manifestHash }) };
    await this.#engine.openSource(transferId, path, expected, { pieceBytes: PIECE_BYTES, hashPieces });
    this.#engine.listen({ channelId, secret: fromHex(secret) });
    this.#engine.serve(channelId, transferId);
    const { port } = this.#engine;
    return { transferId, channelId, secret, port, facts, manifestHash: manifestHash ? toHex(manifestHash) : null };
  }

  async seal(transferId: string): Promise<string> {
    return toHex(await this.#engine.sealSource(transferId));
  }

  /** Resolves when all is here, with its hash. */
  async fetch(offer: BulkOffer, folder: string, hashPieces: boolean): Promise<string> {
    const { transferId, channelId, secret, port, facts, manifestHash } = offer;
    const hash = manifestHash === null ? {} : { manifestHash: fromHex(manifestHash) };
    const spec = { transferId, folder, ...facts, ...hash };
    await this.#engine.openTarget(spec, { pieceBytes: PIECE_BYTES, hashPieces });
    const pieces = Math.ceil(facts.streamBytes / PIECE_BYTES);
    const received = this.#received(channelId, transferId, pieces);
    const key = { channelId, secret: fromHex(secret) };
    await this.#engine.dial(key, { host: LOOPBACK, port }, { timeoutMs: 10_000 });
    this.#engine.fetch(channelId, transferId, { trusted: true });
    if (pieces > 0) this.#engine.request(channelId, 0, pieces);
    await received;
    return hashPieces ? '' : toHex(await this.#engine.sealTarget(transferId));
  }

  async finish(transferId: string): Promise<string> {
    const { path } = await this.#engine.finishTarget(transferId);
    await this.close(transferId);
    return path;
  }

  close(transferId: string): Promise<void> {
    return this.#engine.close(transferId, { discard: false });
  }

  #received(channelId: string, transferId: string, pieces: number): Promise<void> {
    let left = pieces;
    return new Promise((resolve, reject) => {
      if (left === 0) resolve();
      const off = this.#engine.on((event: BulkEvent) => {
        if (event.type === 'piece-received' && event.transferId === transferId) left -= 1;
        else if (event.type === 'failed' && event.transferId === transferId) reject(new Error(event.text));
        else if (event.type === 'channel-down' && event.channelId === channelId) reject(new Error(event.reason));
        if (left > 0) return;
        off();
        resolve();
      });
    });
  }
}
