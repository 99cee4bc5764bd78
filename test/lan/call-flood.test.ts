// A call between two hosts while a third one floods their ports of media with garbage.

import '../../src/base/platform.ts';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { medianToneHz } from '../../src/media/goertzel.ts';
import type { HeadlessClient } from '../support/headless-client.ts';
import { createLan } from '../support/lan.ts';
import { goesBy, hearsTone, lastHeard, numbersWhen, talkTogether } from '../support/lan-calls.ts';
import { describeLan } from '../support/lan-test.ts';
import { everybodyMeets, startAll } from '../support/meeting.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TONES_HZ = [440, 880] as const;
const FLOOD_MS = 4_000;
/** A burst every 2 ms: more than a hundred times what the call itself sends. */
const BURST_DATAGRAMS = 30;
const MAX_GROWTH_MIB = 60;

/** Sends noise, datagrams like RTP, RTCP and checks, empty and full ones; then tells how many, and how many answers came. */
const FLOOD = `
const [ports, milliseconds, burst] = JSON.parse(process.argv[1]);
const { randomBytes } = require('node:crypto');
const socket = require('node:dgram').createSocket('udp4');
let [sent, answers] = [0, 0];
socket.on('message', () => { answers += 1; });
socket.bind(0, () => {
  const datagrams = Array.from({ length: 500 }, (_, index) => {
    const bytes = randomBytes([0, 1, 11, 12, 60, 200, 1200, 1472][index % 8]);
    if (bytes.length > 2) {
      bytes[0] = [0x80, 0x81, 0x90, 0xbf, 0x00, 0x4d][index % 6];
      bytes[1] = [96, 111, 200, 201, 205, 0x80 | 111][index % 6];
    }
    return bytes;
  });
  const endsAt = performance.now() + milliseconds;
  const timer = setInterval(() => {
    if (performance.now() > endsAt) {
      clearInterval(timer);
      setTimeout(() => { console.log(JSON.stringify({ sent, answers })); socket.close(); }, 300);
      return;
    }
    for (let index = 0; index < burst; index += 1, sent += 1) {
      const { host, port } = ports[sent % ports.length];
      socket.send(datagrams[sent % datagrams.length], port, host);
    }
  }, 2);
});
`;

async function residentMib(client: HeadlessClient): Promise<number> {
  const status = await readFile(`/proc/${client.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/u.exec(status)?.[1]) / 1024;
}

/** Datagrams that came to open ports of this program's host, read or not. */
async function datagramsCome(client: HeadlessClient): Promise<number> {
  const [names = [], values = []] = (await readFile(`/proc/${client.process.pid}/net/snmp`, 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' '));
  const value = (name: string): number => Number(values[names.indexOf(name)]);
  return value('InDatagrams') + value('RcvbufErrors');
}

describeLan('a flood of garbage at the port of media', () => {
  it('is heard by nobody, answered by nobody, and fills no memory', async () => {
    await using folder = await temporaryFolder();
    await using lan = await createLan({ hosts: 3, ipv6: 'none' });
    const recordings = ['alice', 'bob'].map((name) => join(folder.path, `${name}.wav`));
    await using group = await startAll(
      ['alice', 'bob'].map((name, index) => ({
        host: lan.host(index),
        name,
        args: ['--audio-in', `tone:${TONES_HZ[index]}`, '--audio-out', `file:${recordings[index]}`],
      })),
    );
    const [alice, bob] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    const callId = await talkTogether(alice, bob);
    const heard = async (): Promise<void> => {
      await Promise.all(recordings.map((path, index) => hearsTone(path, TONES_HZ[1 - index]!)));
    };
    await heard();
    await numbersWhen(alice, callId, 'direct', goesBy('udp'));
    const before = await Promise.all(group.clients.map(residentMib));
    const cameBefore = await Promise.all(group.clients.map(datagramsCome));
    const counters = await Promise.all(
      [lan.host(0), lan.host(1)].map((host) => host.countPacketsTo(`${lan.host(2).address}/32`)),
    );

    const ports = group.clients.map((client, index) => ({
      host: lan.host(index).address,
      port: client.status.udpPort,
    }));
    const orders = JSON.stringify([ports, FLOOD_MS, BURST_DATAGRAMS]);
    const flood = lan.host(2).spawn(process.execPath, ['-e', FLOOD, orders], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(flood.stdout!), 'line')) as [string];
    const { sent, answers } = JSON.parse(line) as { sent: number; answers: number };
    // All of it was recorded under the flood.
    const tones = await Promise.all(
      recordings.map(async (path) => medianToneHz(await lastHeard(path, 2), { leastHz: 200, mostHz: 2_000 })),
    );
    expect(sent).toBeGreaterThan(5_000);
    for (const [index, come] of (await Promise.all(group.clients.map(datagramsCome))).entries())
      expect(come - cameBefore[index]!).toBeGreaterThan(sent * 0.4);
    expect(answers).toBe(0);
    for (const counter of counters) expect((await counter.read()).ip).toBe(0);
    expect(tones[0]).toBeCloseTo(TONES_HZ[1], -1);
    expect(tones[1]).toBeCloseTo(TONES_HZ[0], -1);
    const after = await Promise.all(group.clients.map(residentMib));
    for (const [index, mib] of after.entries()) expect(mib - before[index]!).toBeLessThan(MAX_GROWTH_MIB);
    for (const client of group.clients) {
      const { peers } = await client.call('calls.stats', { callId });
      expect(peers).toMatchObject([{ path: 'udp', encrypted: true }]);
      expect(client.all('call.ended')).toEqual([]);
    }
    await heard();
  });
});
