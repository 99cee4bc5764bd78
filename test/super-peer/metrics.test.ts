// What Prometheus gets when it asks a super-peer, and what comes of addresses that are none.

import '../../src/base/platform.ts';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { MmchatError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { SuperPeer, type SuperPeerOptions } from '../../src/super-peer/super-peer.ts';
import { ClassicClient } from '../interop/classic-client.ts';

const HOST = '127.0.0.1';

function superPeer(options: SuperPeerOptions): SuperPeer {
  return new SuperPeer({ bind: HOST, tcpPort: 0, udpPort: 0, ...options }, { clock: systemClock, log: silentLog });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Every sample by its name and labels. */
async function scrape(port: number): Promise<Map<string, number>> {
  const response = await fetch(`http://${HOST}:${port}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

async function refusal(metrics: string): Promise<MmchatError> {
  const error: unknown = await superPeer({ metrics })
    .start()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  if (!(error instanceof MmchatError)) throw new Error('this was not refused');
  return error;
}

const isLoaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/prom-client/'));

test('prom-client is loaded when metrics are wanted, and not before', async () => {
  const without = superPeer({});
  await without.start();
  await without.stop();
  expect(isLoaded()).toBe(false);
  const withMetrics = superPeer({ metrics: `${HOST}:${await freePort()}` });
  await withMetrics.start();
  expect(isLoaded()).toBe(true);
  await withMetrics.stop();
});

test('clients, rooms, messages, relayed packets and bytes, drops by reason, event-loop delay', async () => {
  const port = await freePort();
  const peer = superPeer({ metrics: `${HOST}:${port}` });
  await peer.start();
  const alice = await ClassicClient.join(peer.status(), 'alice');
  const bob = await ClassicClient.join(peer.status(), 'bob');
  try {
    alice.say({ type: 'join_room', room: 'lab' });
    alice.say({ type: 'broadcast', msg: 'hello' });
    alice.say({ type: 'pm', to: 'bob', msg: 'hello' });
    alice.write('no json\n');
    await alice.heard();
    await bob.until((line) => line.startsWith('{"type":"pm"'));
    bob.say({ type: 'stream_init', udp_port: bob.udpPort });
    await bob.heard();
    alice.stream({ type: 'audio_stream', from: 'alice', to: 'bob' }, Buffer.alloc(200));
    await bob.nextMedia();
    const samples = await scrape(port);
    const get = (name: string): number => samples.get(name) ?? NaN;
    expect(get('mmchat_clients')).toBe(2);
    expect(get('mmchat_connections')).toBe(2);
    expect(get('mmchat_rooms')).toBe(1);
    expect(get('mmchat_messages_total{to="everyone"}')).toBe(1);
    expect(get('mmchat_messages_total{to="one"}')).toBe(1);
    expect(get('mmchat_messages_total{to="room"}')).toBe(0);
    expect(get('mmchat_relayed_packets_total{protocol="udp"}')).toBe(1);
    expect(get('mmchat_relayed_bytes_total{protocol="udp"}')).toBeGreaterThan(200);
    expect(get('mmchat_relayed_bytes_total{protocol="tcp"}')).toBeGreaterThan(100);
    expect(get('mmchat_drops_total{reason="skipped-not-json"}')).toBe(1);
    expect(get('mmchat_drops_total{reason="media-unknown-sender"}')).toBe(0);
    expect(get('mmchat_classic_total{what="joins"}')).toBe(2);
    expect(get('mmchat_nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    // Counted since the start, not since somebody asked.
    expect((await scrape(port)).get('mmchat_messages_total{to="everyone"}')).toBe(1);

    expect((await fetch(`http://${HOST}:${port}/`)).status).toBe(404);
    expect((await fetch(`http://${HOST}:${port}/metrics`, { method: 'POST' })).status).toBe(404);
  } finally {
    await Promise.all([alice.close(), bob.close()]);
    await peer.stop();
  }
  await expect(fetch(`http://${HOST}:${port}/metrics`)).rejects.toThrow();
});

test('no address, and a port that is taken, are one sentence', async () => {
  for (const metrics of ['9100', 'here', `${HOST}:0`, `${HOST}:70000`, '']) {
    const { code, message } = await refusal(metrics);
    expect([code, message]).toEqual(['bad-option', `The metrics want HOST:PORT, not ${JSON.stringify(metrics)}.`]);
  }
  const holder = createServer().listen(0, HOST);
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const { code, message } = await refusal(`${HOST}:${port}`);
  expect(code).toBe('port-in-use');
  expect(message).toMatch(/^[^\n]+\.$/);
  holder.close();
});
