// Which addresses are used, and that changes are noticed.

import '../../src/base/platform.ts';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { LocalAddress } from '../../src/base/ip-address.ts';
import { InterfaceWatcher, missingInterfaces, usableAddresses, type InterfaceTable } from '../../src/net/interfaces.ts';
import { ManualClock } from './manual-clock.ts';

function info(cidr: string, more: { internal?: boolean; scopeid?: number } = {}): NetworkInterfaceInfo {
  const [address = ''] = cidr.split('/');
  const base = { address, cidr, netmask: '', mac: '02:00:00:00:00:01', internal: more.internal ?? false };
  return address.includes(':') ? { ...base, family: 'IPv6', scopeid: more.scopeid ?? 0 } : { ...base, family: 'IPv4' };
}

const LOOPBACK = [info('127.0.0.1/8', { internal: true }), info('::1/128', { internal: true })];
const texts = (addresses: readonly LocalAddress[]): string[] =>
  addresses.map((local) => `${local.name} ${local.address}`);
const names = (table: InterfaceTable, wanted?: string[]): string[] => texts(usableAddresses(table, wanted));

describe('usableAddresses', () => {
  const laptop: InterfaceTable = {
    lo: LOOPBACK,
    eth0: [info('10.0.0.5/24'), info('fd00::5/64'), info('2001:db8::5/128'), info('fe80::5/64', { scopeid: 2 })],
    docker0: [info('172.17.0.1/16')],
    'br-1234': [info('172.18.0.1/16')],
    veth99: [info('fe80::99/64', { scopeid: 9 })],
    virbr0: [info('192.168.122.1/24')],
    wg0: [info('10.9.0.1/24')],
    tun0: [info('10.8.0.6/24')],
    corp: [info('10.7.0.1/32')],
  };

  it('leaves out loopback, virtual bridges and tunnels', () => {
    expect(names(laptop)).toEqual(['eth0 10.0.0.5', 'eth0 fd00::5', 'eth0 2001:db8::5', 'eth0 fe80::5%eth0']);
  });

  it('knows prefix, broadcast address and zone', () => {
    const [four, six] = usableAddresses(laptop);
    expect(four).toEqual({
      name: 'eth0',
      address: '10.0.0.5',
      family: 4,
      prefixLength: 24,
      internal: false,
      broadcast: '10.0.0.255',
    });
    expect(six).toMatchObject({ family: 6, prefixLength: 64, zone: 'eth0' });
    expect(six).not.toHaveProperty('broadcast');
  });

  it('uses what was asked for by name or address, also virtual ones and the loopback', () => {
    expect(names(laptop, ['docker0'])).toEqual(['docker0 172.17.0.1']);
    expect(names(laptop, ['127.0.0.1', 'wg0'])).toEqual(['lo 127.0.0.1', 'wg0 10.9.0.1']);
    expect(names(laptop, ['FD00:0::5', 'fe80::5'])).toEqual(['eth0 fd00::5', 'eth0 fe80::5%eth0']);
    expect(names(laptop, ['fe80::5%eth0'])).toEqual(['eth0 fe80::5%eth0']);
    expect(names(laptop, ['eth9'])).toEqual([]);
  });

  it('says which of those are missing', () => {
    const wanted = ['eth9', '10.0.0.5', '10.0.0.6'];
    expect(missingInterfaces(usableAddresses(laptop, wanted), wanted)).toEqual(['eth9', '10.0.0.6']);
  });

  it('falls back on the loopback when nothing else is up', () => {
    expect(names({ lo: LOOPBACK, docker0: [info('172.17.0.1/16')] })).toEqual(['lo 127.0.0.1', 'lo ::1']);
    expect(names({})).toEqual([]);
  });

  it('works with IPv6 alone', () => {
    expect(names({ lo: LOOPBACK, eth0: [info('fe80::5/64', { scopeid: 2 })] })).toEqual(['eth0 fe80::5%eth0']);
  });

  it('passes over entries without a prefix', () => {
    expect(names({ eth0: [{ ...info('10.0.0.5/24'), cidr: null }], eth1: undefined, lo: LOOPBACK })).toEqual([
      'lo 127.0.0.1',
      'lo ::1',
    ]);
  });
});

describe('InterfaceWatcher', () => {
  function watching(tables: { current: InterfaceTable }): {
    clock: ManualClock;
    watcher: InterfaceWatcher;
    changes: string[];
  } {
    const clock = new ManualClock();
    const changes: string[] = [];
    const watcher = new InterfaceWatcher({
      clock,
      list: () => usableAddresses(tables.current),
      onChange: (addresses, reason) => changes.push(`${reason}: ${texts(addresses).join(', ')}`),
    });
    watcher.start();
    return { clock, watcher, changes };
  }

  it('tells within a second what came, changed and went, and nothing else', () => {
    const tables: { current: InterfaceTable } = { current: { eth0: [info('10.0.0.5/24'), info('fd00::5/64')] } };
    const { clock, watcher, changes } = watching(tables);
    clock.advance(10_000);
    tables.current = { eth0: [info('fd00::5/64'), info('10.0.0.5/24')] };
    clock.advance(1000);
    expect(changes).toEqual([]);
    tables.current = { eth0: [info('10.0.0.5/16')] };
    clock.advance(1000);
    tables.current = { eth0: [info('10.0.0.5/16')], wlan0: [info('10.1.0.5/24')] };
    clock.advance(1000);
    tables.current = {};
    clock.advance(1000);
    expect(changes).toEqual(['changed: eth0 10.0.0.5', 'changed: eth0 10.0.0.5, wlan0 10.1.0.5', 'changed: ']);
    watcher.stop();
    watcher.stop();
    expect(clock.timerCount).toBe(0);
  });

  it('notices that the machine slept', () => {
    const { clock, watcher, changes } = watching({ current: { eth0: [info('10.0.0.5/24')] } });
    clock.advance(5000);
    clock.sleep(60_000);
    clock.advance(5000);
    expect(changes).toEqual(['woke: eth0 10.0.0.5']);
    watcher.stop();
  });
});
