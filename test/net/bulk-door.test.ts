// Strangers at the port of transfers.
import '../../src/base/platform.ts';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { DOOR_LIMITS, TlsDoor } from '../../src/net/bulk/tls-door.ts';
import { freshKey } from '../support/bulk-pair.ts';
import { RawBulkPeer } from '../support/raw-bulk-peer.ts';

let door: TlsDoor;
let opened: string[];
const strangers: Socket[] = [];

beforeEach(async () => {
  opened = [];
  door = new TlsDoor({
    clock: systemClock,
    random: systemRandom,
    limits: { ...DOOR_LIMITS, handshakeMs: 300 },
    onOpened: (channelId, carrier) => {
      opened.push(channelId);
      void carrier.end();
    },
  });
  await door.listen(0);
});

afterEach(async () => {
  for (const stranger of strangers.splice(0)) stranger.destroy();
  await door.close();
});

/** Somebody from this address of this machine, who may say something. */
function stranger(localAddress: string, says?: Uint8Array): Promise<{ socket: Socket; closed: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: door.port, localAddress });
    strangers.push(socket);
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    socket.once('connect', () => {
      socket.on('error', () => undefined);
      if (says !== undefined) socket.write(says);
      resolve({ socket, closed });
    });
    socket.once('error', reject);
    socket.resume();
  });
}

it('while nobody is awaited everybody is sent away at once', async () => {
  const { closed } = await stranger('127.0.0.1');
  await closed;
  expect(door.newcomers).toBe(0);
  expect(door.turnedAway).toBe(1);
});

it('few are let in at a time: four from one address, sixteen in all', async () => {
  door.expect(freshKey());
  const first = await stranger('127.0.0.1');
  for (let count = 1; count < 10; count++) await stranger('127.0.0.1');
  // The oldest had to go.
  await first.closed;
  await expect.poll(() => door.newcomers).toBeLessThanOrEqual(4);
  for (let address = 2; address < 12; address++)
    for (let count = 0; count < 6; count++) await stranger(`127.0.0.${address}`);
  await expect.poll(() => door.turnedAway).toBeGreaterThanOrEqual(70 - 16);
  expect(door.newcomers).toBeLessThanOrEqual(16);
});

it('who says nothing, or not all, is sent away soon', async () => {
  door.expect(freshKey());
  // The beginning of a handshake that never goes on.
  const began = await stranger('127.0.0.1', new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
  const silent = await stranger('127.0.0.2');
  await Promise.all([began.closed, silent.closed]);
  await expect.poll(() => door.newcomers).toBe(0);
  expect(opened).toEqual([]);
});

it('noise is sent away at once', async () => {
  door.expect(freshKey());
  const { closed } = await stranger('127.0.0.1', new Uint8Array(100_000).fill(0x41));
  await closed;
  await expect.poll(() => door.newcomers).toBe(0);
});

it('guesses get nowhere, and whoever knows the secret gets in meanwhile, once', async () => {
  const key = freshKey();
  door.expect(key);
  const guesses = Array.from({ length: 30 }, () =>
    RawBulkPeer.dial(freshKey(), door.port).then(
      () => true,
      () => false,
    ),
  );
  const owner = async (): Promise<RawBulkPeer> => {
    for (;;) {
      // Many others knock: sent away once, one tries again.
      const peer = await RawBulkPeer.dial(key, door.port).catch(() => undefined);
      if (peer !== undefined) return peer;
    }
  };
  const peer = await owner();
  expect(await Promise.all(guesses)).toEqual(guesses.map(() => false));
  await expect.poll(() => opened).toEqual([key.channelId]);
  await expect(RawBulkPeer.dial(key, door.port)).rejects.toThrow();
  await peer.closed;
});

it('a taken port is no reason not to listen', async () => {
  const second = new TlsDoor({
    clock: systemClock,
    random: systemRandom,
    limits: DOOR_LIMITS,
    onOpened: () => undefined,
  });
  await second.listen(door.port);
  expect(second.port).not.toBe(door.port);
  expect(second.port).toBeGreaterThan(0);
  await second.close();
  expect(second.port).toBe(0);
});
