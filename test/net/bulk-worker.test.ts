// The worker of transfers: when it is there, and what happens when it is not.
import '../../src/base/platform.ts';
import { createServer, connect } from 'node:net';
import { stat } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { WorkerBulkEngine } from '../../src/net/bulk/worker-bulk-engine.ts';
import { startWorker } from '../../src/net/bulk/worker-file.ts';
import { BulkPair, freshKey, LOOPBACK, MIB } from '../support/bulk-pair.ts';

const WORKER = new URL('../support/plain-bulk-worker.ts', import.meta.url);

function makerOf(workers: Worker[], idleMs?: number): () => WorkerBulkEngine {
  return () =>
    new WorkerBulkEngine({
      clock: systemClock,
      log: silentLog,
      port: { given: 0, first: 1, last: 1 },
      ...(idleMs === undefined ? {} : { idleMs }),
      startWorker: (options) => {
        const worker = startWorker(options, WORKER);
        workers.push(worker);
        return worker;
      },
    });
}

const isAwake = (engine: unknown): boolean => (engine as WorkerBulkEngine).isAwake;

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

it('starts with the first transfer, on the port that others know, and ends when there is none', async () => {
  const workers: Worker[] = [];
  const engine = makerOf(workers, 50)();
  await using pair = await BulkPair.start(makerOf([]));
  const sample = await pair.sample(MIB);
  await engine.start();
  const { port } = engine;
  expect(port).toBeGreaterThan(0);
  expect(workers).toHaveLength(0);
  expect(await listens(port)).toBe(true);

  await engine.openSource(sample.transferId, sample.file, sample.facts, sample.options);
  expect(workers).toHaveLength(1);
  expect(engine.port).toBe(port);
  expect(await listens(port)).toBe(true);

  const ended = new Promise((resolve) => workers[0]!.once('exit', resolve));
  await engine.close(sample.transferId, { discard: false });
  await ended;
  expect(engine.isAwake).toBe(false);
  await expect.poll(() => listens(port)).toBe(true);
  expect(engine.port).toBe(port);

  // And again, while the one before may still be about to end.
  await engine.openSource(sample.transferId, sample.file, sample.facts, sample.options);
  expect(workers).toHaveLength(2);
  await engine.stop();
  expect(await listens(port)).toBe(false);
});

it('keeps running while a channel is awaited', async () => {
  const engine = makerOf([], 20)();
  await engine.start();
  engine.listen(freshKey());
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(engine.isAwake).toBe(true);
  await engine.stop();
});

it('takes another port when it loses its own', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, resolve));
  const address = taken.address();
  const port = typeof address === 'object' ? address!.port : 0;
  const engine = new WorkerBulkEngine({ clock: systemClock, log: silentLog, port: { first: port, last: port } });
  await engine.start();
  expect(engine.port).not.toBe(port);
  expect(engine.port).toBeGreaterThan(0);
  await engine.stop();
  const given = new WorkerBulkEngine({
    clock: systemClock,
    log: silentLog,
    port: { given: port, first: 1, last: 1, option: '--file-port' },
  });
  await expect(given.start()).rejects.toMatchObject({ code: 'port-in-use', message: /--file-port/u });
  await given.stop();
  await new Promise((resolve) => taken.close(resolve));
});

it('tells of everything that was open when it dies, and the next call starts another', async () => {
  const workers: Worker[] = [];
  await using pair = await BulkPair.start(makerOf(workers));
  const sample = await pair.sample(20 * MIB);
  await pair.open(sample);
  const channelId = await pair.join(sample);
  pair.target.request(channelId, 0, 20);
  await pair.told.target.until('piece-received');
  // The target's own: the source's was the first.
  const pending = pair.target.pieceHashes(sample.transferId, 0, 1).catch((error: unknown) => error);
  await workers[1]!.terminate();
  expect(await pair.told.target.until('failed')).toMatchObject([{ transferId: sample.transferId, code: 'bulk' }]);
  await pair.told.target.until('channel-down');
  await pending;
  await pair.told.source.until('channel-down');
  await expect(pair.target.sealTarget(sample.transferId)).rejects.toMatchObject({ code: 'bulk' });
  expect(isAwake(pair.target)).toBe(false);

  // Its part is still there until somebody does not want it.
  const part = `${pair.downloads}/sample.part`;
  await stat(part);
  await pair.target.close(sample.transferId, { discard: true });
  await expect(stat(part)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(workers).toHaveLength(3);

  await pair.target.openTarget(sample.spec, sample.options);
  const again = await pair.join(sample);
  pair.target.request(again, 0, 20);
  const before = pair.told.target.of('piece-received').length;
  await pair.told.target.until('piece-received', before + 20);
  expect(await pair.target.sealTarget(sample.transferId)).toEqual(await pair.source.sealSource(sample.transferId));
});

it('a start that is called off leaves nothing', async () => {
  const engine = makerOf([])();
  await expect(engine.start({ signal: AbortSignal.abort() })).rejects.toThrow();
  await engine.stop();
  await engine.stop();
});
