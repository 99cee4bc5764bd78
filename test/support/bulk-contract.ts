// What every implementation of the engine of transfers has to do.

import { createHash } from 'node:crypto';
import { open, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { encodePieceHead, encodeRefused, encodeRequest } from '../../src/wire/bulk-frames.ts';
import { BulkPair, freshKey, LOOPBACK, MIB, Recorder, type MakeEngine, type Sample } from './bulk-pair.ts';
import { RawBulkPeer } from './raw-bulk-peer.ts';

const DIAL = { timeoutMs: 10_000 };

export function bulkContract(name: string, make: MakeEngine): void {
  describe(name, () => {
    describe.each([
      [0, false],
      [1, false],
      [MIB - 1, true],
      [MIB, false],
      [MIB + 1, true],
      [7 * MIB + 12_345, false],
      [7 * MIB + 12_345, true],
    ])('%i bytes, hashes of pieces: %s', (size, hashPieces) => {
      it.each([false, true])('arrive whole (the source dials: %s)', async (sourceDials) => {
        await using pair = await BulkPair.start(make);
        const sample = await pair.sample(size, { hashPieces });
        await pair.open(sample);
        const channelId = await pair.join(sample, { sourceDials });
        if (sample.pieces > 0) pair.target.request(channelId, 0, sample.pieces);
        const received = await pair.told.target.until('piece-received', sample.pieces);
        expect(received.map(({ piece }) => piece)).toEqual(Array.from({ length: sample.pieces }, (_, index) => index));
        expect(received.every(({ hash }) => (hash !== undefined) === hashPieces)).toBe(true);
        await expectWhole(pair, sample);
        expect(await pair.told.source.until('piece-sent', sample.pieces)).toHaveLength(sample.pieces);
        for (const told of [pair.told.source, pair.told.target])
          expect(told.of('channel-up')).toEqual([{ type: 'channel-up', channelId, path: 'tls' }]);
      });
    });

    it('bytes also go over the link', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(3 * MIB + 5);
      await pair.open(sample);
      const { channelId } = freshKey();
      const far = { feed: (_bytes: Uint8Array): Promise<void> => Promise.resolve() };
      const sizes: number[] = [];
      const near = pair.source.attach(channelId, async (bytes) => {
        sizes.push(bytes.length);
        await far.feed(bytes);
        return true;
      });
      const attached = pair.target.attach(channelId, async (bytes) => {
        await near.feed(bytes);
        return true;
      });
      far.feed = (bytes) => attached.feed(bytes);
      pair.source.serve(channelId, sample.transferId);
      pair.target.fetch(channelId, sample.transferId, { trusted: true });
      pair.target.request(channelId, 0, sample.pieces);
      await pair.told.target.until('piece-received', sample.pieces);
      await expectWhole(pair, sample);
      expect(pair.told.target.of('channel-up')).toEqual([{ type: 'channel-up', channelId, path: 'link' }]);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    });

    it('a link that is gone takes its channel with it', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(3 * MIB);
      await pair.open(sample);
      const { channelId } = freshKey();
      const attached = pair.source.attach(channelId, () => Promise.resolve(false));
      pair.source.serve(channelId, sample.transferId);
      await attached.feed(encodeRequest({ first: 0, count: 1 }));
      await pair.told.source.until('channel-down');
      expect(pair.told.source.of('failed')).toEqual([]);
    });

    it('several at once share', async () => {
      await using pair = await BulkPair.start(make);
      const samples: Sample[] = [];
      for (const name of ['one', 'two', 'three']) samples.push(await pair.sample(12 * MIB, { name }));
      for (const sample of samples) await pair.open(sample);
      const channels: string[] = [];
      for (const sample of samples) channels.push(await pair.join(sample));
      for (const channelId of channels) pair.target.request(channelId, 0, 12);
      await pair.told.target.until('piece-received', 36);
      const received = pair.told.target.of('piece-received');
      const lastOf = (channelId: string): number => received.findLastIndex((event) => event.channelId === channelId);
      // Whoever is done first has not kept the others waiting.
      const first = channels.reduce((left, right) => (lastOf(left) < lastOf(right) ? left : right));
      const until = received.slice(0, lastOf(first));
      for (const channelId of channels)
        expect(until.filter((event) => event.channelId === channelId).length).toBeGreaterThan(0);
      for (const sample of samples) await expectWhole(pair, sample);
    });

    it('pieces come in the order in which they are asked for, whatever it is', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(5 * MIB + 1);
      await pair.open(sample);
      const channelId = await pair.join(sample);
      for (const [first, count] of [
        [3, 2],
        [0, 1],
        [5, 1],
        [1, 2],
      ] as const)
        pair.target.request(channelId, first, count);
      const received = await pair.told.target.until('piece-received', 6);
      expect(received.map(({ piece }) => piece)).toEqual([3, 4, 0, 5, 1, 2]);
      await expectWhole(pair, sample);
    });

    it('two sources fill one target', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(6 * MIB, { hashPieces: true });
      await pair.open(sample);
      const second = await pair.another();
      await second.openSource(sample.transferId, sample.file, sample.facts, sample.options);
      const channels = [await pair.join(sample), await pair.join(sample, { from: second })];
      pair.target.request(channels[0]!, 0, 3);
      pair.target.request(channels[1]!, 3, 3);
      await pair.told.target.until('piece-received', 6);
      await expectWhole(pair, sample);
    });

    it('who has checked pieces passes them on, and no others', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(3 * MIB, { hashPieces: true });
      await pair.open(sample);
      const own = await pair.join(sample, { trusted: false });
      pair.target.request(own, 0, 2);
      await pair.told.target.until('piece-received', 2);
      const hashes = await pair.source.pieceHashes(sample.transferId, 0, 3);
      expect(await pair.target.expectHashes(sample.transferId, 0, hashes.slice(0, 32), { verify: true })).toEqual([
        true,
      ]);

      const third = await pair.another();
      const told = new Recorder(third);
      await third.openTarget({ ...sample.spec, folder: `${pair.downloads}-2` }, sample.options);
      const passed = await pair.join(sample, { from: pair.target, to: third, trusted: false });
      third.request(passed, 0, 3);
      // The second one is here, but nobody said that it is right; the last one is not here at all.
      expect((await told.until('piece-refused', 2)).map(({ piece }) => piece)).toEqual([1, 2]);
      expect((await told.until('piece-received')).map(({ piece }) => piece)).toEqual([0]);
    });

    it('what an earlier run left is checked, and only what is missing or wrong is fetched', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(4 * MIB + 7, { hashPieces: true });
      await pair.open(sample);
      const first = await pair.join(sample);
      pair.target.request(first, 0, 3);
      await pair.told.target.until('piece-received', 3);
      await pair.target.close(sample.transferId, { discard: false });
      await pair.told.target.until('channel-down');

      const again = await pair.target.openTarget(sample.spec, sample.options);
      // Without `partPath` it begins anew.
      expect(again.presentPieces).toBe(0);
      await pair.target.close(sample.transferId, { discard: true });

      const partPath = await partWith(pair, sample, 3);
      await flipBit(partPath, MIB + 77);
      const resumed = await pair.target.openTarget({ ...sample.spec, partPath }, sample.options);
      expect(resumed).toEqual({ partPath, presentPieces: 3 });
      const hashes = await pair.source.pieceHashes(sample.transferId, 0, 5);
      const right = await pair.target.expectHashes(sample.transferId, 0, hashes, { verify: true });
      expect(right).toEqual([true, false, true, false, false]);
      await expect(pair.target.sealTarget(sample.transferId)).rejects.toMatchObject({ code: 'internal' });
      const second = await pair.join(sample);
      pair.target.request(second, 1, 1);
      pair.target.request(second, 3, 2);
      const before = pair.told.target.of('piece-received').length;
      await pair.told.target.until('piece-received', before + 3);
      await expectWhole(pair, sample);
    });

    it('a piece with a flipped bit is bad, and only that one', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(3 * MIB, { hashPieces: true });
      await pair.open(sample);
      const hashes = await pair.source.pieceHashes(sample.transferId, 0, 3);
      await pair.target.expectHashes(sample.transferId, 0, hashes, { verify: false });
      const { liar, channelId } = await lyingSource(pair, sample, { trusted: false });
      pair.target.request(channelId, 0, 3);
      await liar.read(9);
      for (let piece = 0; piece < 3; piece++) {
        const bytes = sample.bytes.slice(piece * MIB, (piece + 1) * MIB);
        if (piece === 1) bytes[500_000]! ^= 1;
        liar.say(encodePieceHead(piece, MIB), bytes, createHash('sha256').update(bytes).digest());
      }
      expect((await pair.told.target.until('piece-bad')).map(({ piece }) => piece)).toEqual([1]);
      expect((await pair.told.target.until('piece-received', 2)).map(({ piece }) => piece)).toEqual([0, 2]);
      const honest = await pair.join(sample);
      pair.target.request(honest, 1, 1);
      await pair.told.target.until('piece-received', 3);
      await expectWhole(pair, sample);
    });

    it('a source that stalls loses its channel', async () => {
      await using pair = await BulkPair.start(make, { stallMs: 600 });
      const sample = await pair.sample(2 * MIB);
      await pair.open(sample);
      const { liar, channelId } = await lyingSource(pair, sample);
      pair.target.request(channelId, 0, 2);
      liar.say(encodePieceHead(0, MIB), new Uint8Array(1000));
      await pair.told.target.until('channel-down');
      await liar.closed;
      expect(pair.told.target.of('failed')).toEqual([]);
    });

    it('a channel that is cut in the middle can be followed by another', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(8 * MIB);
      await pair.open(sample);
      await using cut = await cutting(pair.source.port, 2.5 * MIB);
      const key = freshKey();
      pair.source.listen(key);
      await pair.target.dial(key, { host: LOOPBACK, port: cut.port }, DIAL);
      pair.source.serve(key.channelId, sample.transferId);
      pair.target.fetch(key.channelId, sample.transferId, { trusted: true });
      pair.target.request(key.channelId, 0, 8);
      await pair.told.target.until('channel-down');
      await pair.told.source.until('channel-down');
      const here = pair.told.target.of('piece-received').map(({ piece }) => piece);
      expect(here.length).toBeGreaterThan(0);
      expect(here.length).toBeLessThan(4);
      const channelId = await pair.join(sample);
      pair.target.request(channelId, here.length, 8 - here.length);
      await pair.told.target.until('piece-received', 8);
      await expectWhole(pair, sample);
    });

    it('whoever waited in vain may dial the same channel in turn', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(MIB + 1);
      await pair.open(sample);
      const key = freshKey();
      pair.source.listen(key);
      await expect(pair.target.dial(key, { host: LOOPBACK, port: 1 }, DIAL)).rejects.toMatchObject({
        code: 'unreachable',
      });
      pair.target.listen(key);
      await pair.source.dial(key, { host: LOOPBACK, port: pair.target.port }, DIAL);
      pair.source.serve(key.channelId, sample.transferId);
      pair.target.fetch(key.channelId, sample.transferId, { trusted: true });
      pair.target.request(key.channelId, 0, sample.pieces);
      await pair.told.target.until('piece-received', sample.pieces);
      await expectWhole(pair, sample);
    });

    it('a wrong secret and an unknown channel look the same, and the right one still gets in', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(10);
      await pair.open(sample);
      const key = freshKey();
      pair.source.listen(key);
      const wrong = await RawBulkPeer.dial({ ...key, secret: freshKey().secret }, pair.source.port).catch(codeOf);
      const guessed = await RawBulkPeer.dial(freshKey(), pair.source.port).catch(codeOf);
      expect(typeof wrong).toBe('string');
      expect(wrong).toBe(guessed);
      await expect(
        pair.target.dial({ ...key, secret: freshKey().secret }, { host: LOOPBACK, port: pair.source.port }, DIAL),
      ).rejects.toMatchObject({ code: 'unreachable' });
      expect(pair.told.source.of('channel-up')).toEqual([]);
      await RawBulkPeer.dial(key, pair.source.port);
      await pair.told.source.until('channel-up');
      // Once.
      await expect(RawBulkPeer.dial(key, pair.source.port)).rejects.toThrow();
    });

    it('nobody gets in whom nobody awaits any more', async () => {
      await using pair = await BulkPair.start(make, { listenMs: 150 });
      const sample = await pair.sample(10);
      await pair.open(sample);
      const key = freshKey();
      pair.source.listen(key);
      const [down] = await pair.told.source.until('channel-down');
      expect(down).toEqual({ type: 'channel-down', channelId: key.channelId, reason: 'Nobody came.' });
      await expect(RawBulkPeer.dial(key, pair.source.port)).rejects.toThrow();
    });

    it('a flood at the port keeps nobody out who knows the secret', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(2 * MIB);
      await pair.open(sample);
      const key = freshKey();
      pair.source.listen(key);
      const flood = Array.from({ length: 200 }, () => {
        const socket = connect(pair.source.port, LOOPBACK);
        socket.on('error', () => undefined);
        socket.on('connect', () => socket.write(Buffer.from('GET / HTTP/1.1\r\n')));
        return socket;
      });
      await pair.target.dial(key, { host: LOOPBACK, port: pair.source.port }, DIAL);
      pair.source.serve(key.channelId, sample.transferId);
      pair.target.fetch(key.channelId, sample.transferId, { trusted: true });
      pair.target.request(key.channelId, 0, 2);
      await pair.told.target.until('piece-received', 2);
      for (const socket of flood) socket.destroy();
    });

    it.each<[string, (sample: Sample) => Uint8Array[]]>([
      ['a piece that was not asked for', () => [encodePieceHead(1, MIB)]],
      ['a piece of another length', () => [encodePieceHead(0, MIB - 1)]],
      ['a piece that no file has', () => [encodePieceHead(0, 0xffff_ffff)]],
      [
        'more than was asked for',
        ({ bytes }) => [encodePieceHead(0, MIB), bytes.slice(0, MIB), encodePieceHead(1, MIB)],
      ],
      ['a refusal of something else', () => [encodeRefused({ first: 1, count: 1 })]],
      ['bytes that are no frame', () => [new Uint8Array(20_000).fill(0x77)]],
    ])('%s ends the channel, not the transfer', async (_what, frames) => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(2 * MIB);
      await pair.open(sample);
      const { liar, channelId } = await lyingSource(pair, sample);
      pair.target.request(channelId, 0, 1);
      await liar.read(9);
      liar.say(...frames(sample));
      await pair.told.target.until('channel-down');
      const before = pair.told.target.of('piece-received').length;
      const honest = await pair.join(sample);
      pair.target.request(honest, 0, 2);
      await pair.told.target.until('piece-received', before + 2);
      await expectWhole(pair, sample);
      expect(pair.told.target.of('failed')).toEqual([]);
    });

    it.each<[string, () => Uint8Array[]]>([
      ['pieces that there are not', () => [encodeRequest({ first: 1, count: 2 })]],
      ['bytes that are no frame', () => [new Uint8Array([9, 9, 9])]],
      [
        'too much at once',
        // Nothing of what comes is read: what is asked for has to wait.
        () =>
          Array.from({ length: 4000 }, (_, index) =>
            encodeRequest({ first: index % 2, count: 1 + (index % 2 === 0 ? 1 : 0) }),
          ),
      ],
    ])('who asks for %s is cut off', async (_what, frames) => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(2 * MIB);
      await pair.open(sample);
      const key = freshKey();
      pair.source.listen(key);
      const asker = await RawBulkPeer.dial(key, pair.source.port);
      asker.socket.pause();
      pair.source.serve(key.channelId, sample.transferId);
      asker.say(...frames());
      await pair.told.source.until('channel-down');
      expect(pair.told.source.of('failed')).toEqual([]);
      asker.socket.destroy();
    });

    it('what is not wanted any more is refused', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(40 * MIB);
      await pair.open(sample);
      const channelId = await pair.join(sample);
      pair.target.request(channelId, 0, 40);
      pair.target.forget(channelId);
      const answered = (): number =>
        pair.told.target.of('piece-refused').length + pair.told.target.of('piece-received').length;
      await expect.poll(answered).toBe(40);
      expect(pair.told.target.of('piece-refused').length).toBeGreaterThan(0);
      pair.target.request(channelId, 39, 1);
      await expect.poll(answered).toBe(41);
      expect(pair.told.target.of('piece-received').at(-1)?.piece).toBe(39);
    });

    it('a source that changes fails', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(6 * MIB);
      await pair.open(sample);
      const channelId = await pair.join(sample);
      pair.target.request(channelId, 0, 1);
      await pair.told.target.until('piece-received');
      await writeFile(sample.file, sample.bytes.slice(0, 2 * MIB));
      pair.target.request(channelId, 1, 5);
      expect(await pair.told.source.until('failed')).toMatchObject([
        { transferId: sample.transferId, code: 'changed' },
      ]);
      await pair.told.target.until('channel-down');
      await pair.told.source.until('channel-down');
      await expect(pair.source.sealSource(sample.transferId)).rejects.toMatchObject({ code: 'changed' });
    });

    it('a source that was touched does not get its seal', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(3);
      await pair.open(sample);
      await utimes(sample.file, new Date(0), new Date(0));
      await expect(pair.source.sealSource(sample.transferId)).rejects.toMatchObject({ code: 'changed' });
    });

    it('a source that is not what was offered is not opened', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(3);
      const { transferId, file, options } = sample;
      await expect(pair.source.openSource(transferId, file, { streamBytes: 4 }, options)).rejects.toMatchObject({
        code: 'changed',
      });
      await pair.source.openSource(transferId, file, { streamBytes: 3 }, options);
    });

    it('a full disk fails the target, and the source goes on', async () => {
      await using pair = await BulkPair.start(make);
      const sample = await pair.sample(4 * MIB, { name: 'full' });
      await pair.open(sample);
      const channelId = await pair.join(sample);
      pair.target.request(channelId, 0, 4);
      expect(await pair.told.target.until('failed')).toMatchObject([
        { code: 'disk-full', transferId: sample.transferId },
      ]);
      await pair.told.source.until('channel-down');
      expect(pair.told.source.of('failed')).toEqual([]);
      await expect(pair.target.sealTarget(sample.transferId)).rejects.toMatchObject({ code: 'disk-full' });
      await pair.target.close(sample.transferId, { discard: true });
      await expect(stat(`${pair.downloads}/full.part`)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('channels have a maximum', async () => {
      await using pair = await BulkPair.start(make, { channels: 3 });
      const sample = await pair.sample(3);
      await pair.open(sample);
      for (let index = 0; index < 5; index++) pair.source.listen(freshKey());
      expect(await pair.told.source.until('channel-down', 2)).toHaveLength(2);
    });

    it('answers for transfers and channels that there are not', async () => {
      await using pair = await BulkPair.start(make);
      await expect(pair.source.sealSource('00'.repeat(16))).rejects.toMatchObject({ code: 'no-such-transfer' });
      await pair.source.close('00'.repeat(16), { discard: true });
      pair.source.request('11'.repeat(16), 0, 1);
      pair.source.closeChannel('11'.repeat(16));
      await expect(
        pair.source.dial(freshKey(), { host: LOOPBACK, port: await closedPort() }, { timeoutMs: 2_000 }),
      ).rejects.toMatchObject({ code: 'unreachable' });
      pair.source.listen({ channelId: 'no key', secret: new Uint8Array(3) });
      await pair.told.source.until('channel-down', 2);
    });

    it('leaves nothing behind', async () => {
      const pair = await BulkPair.start(make);
      const sample = await pair.sample(30 * MIB);
      await pair.open(sample);
      const channelId = await pair.join(sample);
      const { port } = pair.source;
      pair.target.request(channelId, 0, 30);
      await pair.told.target.until('piece-received', 1);
      await pair[Symbol.asyncDispose]();
      await pair.source.stop();
      await expect(pair.source.describe(sample.file)).rejects.toMatchObject({ code: 'stopped' });
      await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      for (const told of [pair.told.source, pair.told.target]) expect(told.of('channel-down')).toHaveLength(1);
    });
  });
}

/** Both sides agree on what it is, and it is that. */
async function expectWhole(pair: BulkPair, sample: Sample): Promise<void> {
  const hash = createHash('sha256').update(sample.bytes).digest('hex');
  const hex = async (seal: Promise<Uint8Array>): Promise<string> => Buffer.from(await seal).toString('hex');
  expect(await hex(pair.source.sealSource(sample.transferId))).toBe(hash);
  expect(await hex(pair.target.sealTarget(sample.transferId))).toBe(hash);
  expect(await hex(pair.target.sealTarget(sample.transferId, { anew: true }))).toBe(hash);
  const { path } = await pair.target.finishTarget(sample.transferId);
  expect(Buffer.compare(await readFile(path), sample.bytes)).toBe(0);
}

/** A part with the first so many pieces in it. */
async function partWith(pair: BulkPair, sample: Sample, pieces: number): Promise<string> {
  const { partPath } = await pair.target.openTarget(sample.spec, sample.options);
  await pair.target.close(sample.transferId, { discard: false });
  await writeFile(partPath, sample.bytes.slice(0, pieces * MIB + 99));
  return partPath;
}

async function flipBit(file: string, position: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, position);
  byte[0]! ^= 4;
  await handle.write(byte, 0, 1, position);
  await handle.close();
}

/** Somebody in the place of the source. */
async function lyingSource(
  pair: BulkPair,
  { transferId }: Sample,
  options = { trusted: true },
): Promise<{ liar: RawBulkPeer; channelId: string }> {
  const key = freshKey();
  pair.target.listen(key);
  const liar = await RawBulkPeer.dial(key, pair.target.port);
  pair.target.fetch(key.channelId, transferId, options);
  return { liar, channelId: key.channelId };
}

/** A way to this port that breaks when so much has come back. */
async function cutting(port: number, bytes: number): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, LOOPBACK);
    let left = bytes;
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far);
    far.on('data', (chunk) => {
      left -= chunk.length;
      if (left > 0) near.write(chunk);
      else for (const socket of [near, far]) socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' ? address!.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? address!.port : 0;
}

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, LOOPBACK, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

function codeOf(error: unknown): string {
  return (error as { code: string }).code;
}
