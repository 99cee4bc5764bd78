// The test LAN itself: it carries what a real one carries, and every way of breaking it breaks it.

import '../../src/base/platform.ts';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { createLan, type LanHost } from '../support/lan.ts';
import { describeLan } from '../support/lan-test.ts';
import { run } from '../support/namespaces.ts';

/** Runs a snippet of node inside a host and gives its output lines one after another. */
function startScript(host: LanHost, script: string): { next(): Promise<string> } {
  const child = host.spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { next: async (): Promise<string> => String((await lines.next()).value) };
}

const echoServer = `
  require('net').createServer((socket) => socket.pipe(socket)).listen(7000, '::', () => console.log('listening'))`;
const echoClient = (address: string): string => `
  const socket = require('net').connect(7000, '${address}', () => socket.write('hello'));
  socket.setTimeout(700, () => { console.log('timeout'); process.exit(); });
  socket.on('data', (data) => { console.log(String(data)); process.exit(); });
  socket.on('error', (error) => { console.log(error.code); process.exit(); });`;
const datagramEar = (port: number, membership = ''): string => `
  const socket = require('dgram').createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (data, from) => console.log(data + ' from ' + from.address));
  socket.bind(${port}, () => { ${membership} console.log('bound'); });`;
const datagramMouth = (target: string, port: number, own: string): string => `
  const socket = require('dgram').createSocket('udp4');
  socket.bind(0, () => {
    socket.setBroadcast(true);
    socket.setMulticastInterface('${own}');
    socket.send('ping', ${port}, '${target}', (error) => { console.log(error ? error.code : 'sent'); process.exit(); });
  });`;

async function echo(from: LanHost, address: string): Promise<string> {
  return startScript(from, echoClient(address)).next();
}

describeLan('the test LAN', () => {
  it('carries TCP over IPv4 and IPv6, without a default route', async () => {
    await using lan = await createLan({ hosts: 2, ipv6: 'ula' });
    const [one, two] = [lan.host(0), lan.host(1)];
    expect(await startScript(one, echoServer).next()).toBe('listening');

    expect(await echo(two, one.address)).toBe('hello');
    expect(await echo(two, 'fd77:0:0:1::1')).toBe('hello');
    expect(await echo(two, '203.0.113.1')).toBe('ENETUNREACH');
  });

  it('carries broadcast and multicast until they are dropped', async () => {
    await using lan = await createLan({ hosts: 2 });
    const [one, two] = [lan.host(0), lan.host(1)];
    const broadcastEar = startScript(one, datagramEar(9008));
    const multicastEar = startScript(one, datagramEar(5353, `socket.addMembership('224.0.0.251', '${one.address}');`));
    expect(await broadcastEar.next()).toBe('bound');
    expect(await multicastEar.next()).toBe('bound');
    const say = async (target: string, port: number): Promise<string> =>
      startScript(two, datagramMouth(target, port, two.address)).next();

    expect(await say('10.77.1.255', 9008)).toBe('sent');
    expect(await broadcastEar.next()).toBe(`ping from ${two.address}`);
    expect(await say('224.0.0.251', 5353)).toBe('sent');
    expect(await multicastEar.next()).toBe(`ping from ${two.address}`);

    // Dropped ones first, then one that must come through: were they not dropped, they would be heard before it.
    await lan.dropMulticast();
    await say('224.0.0.251', 5353);
    await say(one.address, 5353);
    await say('10.77.1.255', 9008);
    await lan.dropBroadcast();
    await say('10.77.1.255', 9008);
    await one.dropPort('udp', 9008);
    await say(one.address, 9008);
    await lan.unblock();
    await say('224.0.0.251', 5353);
    await say(one.address, 9008);
    expect(await multicastEar.next()).toBe(`ping from ${two.address}`);
    expect(await multicastEar.next()).toBe(`ping from ${two.address}`);
    expect(await broadcastEar.next()).toBe(`ping from ${two.address}`);
    expect(await broadcastEar.next()).toBe(`ping from ${two.address}`);
  });

  it('has cables that can be pulled, in two ways, and addresses that change', async () => {
    await using lan = await createLan({ hosts: 2 });
    const [one, two] = [lan.host(0), lan.host(1)];
    await startScript(one, echoServer).next();
    const carrier = async (): Promise<string> =>
      (await run('ip', ['netns', 'exec', two.namespace, 'cat', '/sys/class/net/eth0/carrier'])).trim();
    expect(await carrier()).toBe('1');

    await two.pullCable('plug');
    expect(await carrier()).toBe('0');
    expect(await echo(two, one.address)).not.toBe('hello');
    await two.plugCable();
    expect(await echo(two, one.address)).toBe('hello');

    await two.pullCable('behind-switch');
    expect(await carrier()).toBe('1');
    expect(await echo(two, one.address)).not.toBe('hello');
    await two.plugCable();
    expect(await echo(two, one.address)).toBe('hello');

    await one.setAddress('10.77.1.77/24');
    expect(one.address).toBe('10.77.1.77');
    expect(await echo(two, '10.77.1.77')).toBe('hello');
    expect(await echo(two, '10.77.1.1')).not.toBe('hello');
  });

  it('can keep two hosts apart that a third one reaches, and has a second segment', async () => {
    await using lan = await createLan({ hosts: [{}, { secondInterface: true }, {}, { segment: 2 }] });
    const [one, hub, three, other] = [lan.host(0), lan.host(1), lan.host(2), lan.host(3)];
    for (const host of lan.hosts) await startScript(host, echoServer).next();
    await one.dropTrafficWith(three);

    expect(await echo(one, three.address)).not.toBe('hello');
    expect(await echo(hub, three.address)).toBe('hello');
    expect(await echo(one, hub.address)).toBe('hello');
    expect(other.address).toBe('10.77.2.4');
    expect(await echo(hub, other.address)).toBe('hello');
    expect(await echo(one, other.address)).toBe('ENETUNREACH');
  });

  it('counts packets and address questions to foreign addresses, at the host and on the wire', async () => {
    await using lan = await createLan({ hosts: 2 });
    const [one, two] = [lan.host(0), lan.host(1)];
    const foreign = await one.countPacketsTo('203.0.113.0/24', '10.99.0.0/16', '2001:db8::/32');
    const local = await one.countPacketsTo('10.77.1.200/32');
    const say = async (target: string): Promise<string> =>
      startScript(one, datagramMouth(target, 9, one.address)).next();

    expect(await say('203.0.113.7')).toBe('ENETUNREACH');
    expect(await say(two.address)).toBe('sent');
    expect(await foreign.read()).toEqual({ ip: 0, arp: 0, wire: 0 });

    await one.setDefaultRoute(two.address);
    expect(await say('203.0.113.7')).toBe('sent');
    expect(await say('10.99.3.4')).toBe('sent');
    expect(await foreign.read()).toEqual({ ip: 2, arp: 0, wire: 2 });

    // Nobody has this address: the packet waits for an answer to ARP.
    await say('10.77.1.200');
    expect((await local.read()).arp).toBeGreaterThan(0);
    expect((await local.read()).wire).toBeGreaterThan(0);
  });

  it('leaves neither namespaces nor processes', async () => {
    let namespace: string;
    let pid: number | undefined;
    {
      await using lan = await createLan({ hosts: [{ linkUp: false }] });
      namespace = lan.host(0).namespace;
      const child = lan.host(0).spawn('sleep', ['600']);
      pid = child.pid;
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('sleep');
      expect(existsSync(`/run/netns/${namespace}`)).toBe(true);
      const link = await run('ip', ['-n', namespace, '-brief', 'link', 'show', 'eth0']);
      expect(link).toContain('DOWN');
      await lan.host(0).setLinkUp(true);
      expect(await run('ip', ['-n', namespace, 'address'])).toContain('10.77.1.1/24');
    }
    expect(existsSync(`/run/netns/${namespace}`)).toBe(false);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
