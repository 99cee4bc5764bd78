// What is written into mDNS, and what is believed of it.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalAddress } from '../../src/base/ip-address.ts';
import { peerIdOfKey } from '../../src/base/peer-id.ts';
import { heardNodeOf, txtOf, type HeardService } from '../../src/net/mdns-record.ts';

const LOCAL: readonly LocalAddress[] = [
  { name: 'eth0', address: '10.0.0.1', family: 4, prefixLength: 24, internal: false },
  { name: 'eth0', address: 'fd00::1', family: 6, prefixLength: 64, internal: false, zone: 'eth0' },
  { name: 'eth0', address: 'fe80::1%eth0', family: 6, prefixLength: 64, internal: false, zone: 'eth0' },
];
const ID = '0123456789abcdef';
const PEER = peerIdOfKey(new Uint8Array(32).fill(7));

function service(more: Partial<Record<keyof HeardService, unknown>> = {}): HeardService {
  const referer = { address: '10.0.0.2', family: 'IPv4', port: 5353, size: 1 };
  return { name: ID, port: 9011, txt: { v: '1', i: ID, p: PEER }, addresses: [], referer, ...more };
}
const hosts = (heard: HeardService): string[] | undefined =>
  heardNodeOf(heard, LOCAL)?.addresses.map(({ host }) => host);

describe('txtOf', () => {
  it('says who it is in an open network only', () => {
    expect(txtOf({ instanceId: ID, peerId: PEER, port: 1 })).toEqual({ v: '1', i: ID, p: PEER });
    const networkTag = (): Uint8Array => new Uint8Array(8).fill(0xab);
    expect(txtOf({ instanceId: ID, peerId: PEER, networkTag, port: 1 })).toEqual({ v: '1', i: ID, t: 'ab'.repeat(8) });
  });

  it('is read back by heardNodeOf', () => {
    const open = { instanceId: ID, peerId: PEER, port: 9011 };
    expect(heardNodeOf(service({ txt: txtOf(open) }), LOCAL)).toMatchObject({ instanceId: ID, peerId: PEER });
    const closed = { instanceId: ID, networkTag: () => new Uint8Array(8).fill(0xab), port: 9011 };
    const heard = heardNodeOf(service({ txt: txtOf(closed) }), LOCAL);
    expect(heard).toMatchObject({ instanceId: ID, tag: new Uint8Array(8).fill(0xab) });
    expect(heard).not.toHaveProperty('peerId');
  });
});

describe('heardNodeOf', () => {
  it('puts the source first, then told addresses of this LAN, each once', () => {
    const addresses = [
      '10.0.0.3',
      '10.0.0.2',
      '8.8.8.8',
      'fd00::2',
      'fe80::2',
      '10.0.0.255',
      '224.0.0.1',
      'x',
      5,
      '2001:db8::1',
    ];
    expect(hosts(service({ addresses }))).toEqual(['10.0.0.2', '10.0.0.3', 'fd00::2']);
  });

  it('puts a link-local source behind told addresses of this LAN', () => {
    const referer = { address: 'fe80::2%eth0' };
    expect(hosts(service({ referer, addresses: ['fd00::2', 'fe80::2'] }))).toEqual(['fd00::2', 'fe80::2%eth0']);
  });

  it('takes no more than eight of ten thousand told addresses', () => {
    const addresses = Array.from({ length: 10_000 }, (_, index) => `10.0.0.${(index % 200) + 3}`);
    expect(hosts(service({ addresses }))).toHaveLength(8);
  });

  it.each<Partial<Record<keyof HeardService, unknown>>>([
    { referer: undefined },
    { referer: { address: '8.8.8.8' } },
    { referer: { address: 'fe80::2%eth1' } },
    { referer: { address: 5 } },
    { port: 0 },
    { port: 65_536 },
    { port: '9011' },
    { name: 'fedcba9876543210' },
    { name: ID.toUpperCase(), txt: { v: '1', i: ID.toUpperCase() } },
    { txt: undefined },
    { txt: { i: ID } },
    { txt: { v: '2', i: ID } },
    { txt: { v: '1' } },
    { txt: { v: '1', i: ID, p: 'alice' } },
    { txt: { v: '1', i: ID, p: 'x'.repeat(60_000) } },
    { txt: { v: '1', i: ID, t: 'abc' } },
    { txt: { v: '1', i: ID, t: 5 } },
  ])('refuses %j', (more) => {
    expect(heardNodeOf(service(more), LOCAL)).toBeUndefined();
  });

  it('throws at nothing', () => {
    const anything = fc.anything();
    const services = fc.record({
      name: anything,
      port: anything,
      txt: anything,
      addresses: anything,
      referer: anything,
    });
    fc.assert(
      fc.property(services, (heard) => {
        expect(heardNodeOf(heard, LOCAL)).toBeUndefined();
      }),
    );
  });
});
