// Addresses and subnets against properties, and against node:net's own reading.

import '../../src/base/platform.ts';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatIpAddress,
  isOnLocalSubnet,
  isUnicast,
  parseIpAddress,
  prefixMatches,
  subnetBroadcast,
  type LocalAddress,
} from '../../src/base/ip-address.ts';

const ipv4Bytes = fc.uint8Array({ minLength: 4, maxLength: 4 });
const ipv6Bytes = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));

function parsed(text: string): string | undefined {
  const address = parseIpAddress(text);
  return address && formatIpAddress(address);
}

function local(address: string, prefixLength: number, name = 'eth0'): LocalAddress {
  return { name, address, prefixLength, family: address.includes(':') ? 6 : 4, internal: false };
}

describe('ip addresses', () => {
  it('keep their bytes through text, in both families', () => {
    fc.assert(
      fc.property(ipv4Bytes, ipv6Bytes, (four, six) => {
        const fourText = formatIpAddress({ family: 4, bytes: four });
        const sixText = formatIpAddress({ family: 6, bytes: six });
        expect(isIPv4(fourText) && isIPv6(sixText)).toBe(true);
        expect(parseIpAddress(fourText)).toEqual({ family: 4, bytes: four });
        expect(parseIpAddress(sixText)).toEqual({ family: 6, bytes: six });
        expect(parsed(sixText)).toBe(sixText);
      }),
    );
  });

  it('are taken exactly when node takes them', () => {
    const characters = fc.string({
      unit: fc.constantFrom('0', '1', '9', 'a', 'f', ':', '::', '.', '255', '256'),
      maxLength: 16,
    });
    const nearlyIp = fc.tuple(ipv6Bytes, fc.nat(40), characters).map(([bytes, at, extra]) => {
      const text = formatIpAddress({ family: 6, bytes });
      return text.slice(0, at) + extra.slice(0, 3) + text.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(characters, nearlyIp), (text) => {
        expect(parseIpAddress(text) !== undefined, text).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('have one canonical text', () => {
    expect(parsed('FE80:0:0:0:0:0:0:1%eth0')).toBe('fe80::1%eth0');
    expect(parsed('2001:db8:0:1:0:0:0:1')).toBe('2001:db8:0:1::1');
    expect(parsed('1:0:2:3:4:5:6:7')).toBe('1:0:2:3:4:5:6:7');
    expect(parsed('::')).toBe('::');
    expect(parsed('::ffff:10.0.0.1')).toBe('::ffff:a00:1');
  });

  it.each([
    '',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.4%eth0',
    'fe80::1%',
    'fe80::1%a%b',
    'fe80::1%\u001b[2J',
    '1::2::3',
    ':::',
    '1.2.3.4:5',
    '::1.2.3.4.5',
    '0'.repeat(5000),
  ])('are not %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it('match prefixes as node’s BlockList does', () => {
    fc.assert(
      fc.property(
        ipv4Bytes,
        ipv4Bytes,
        fc.integer({ min: 0, max: 32 }),
        fc.integer({ min: 0, max: 31 }),
        (base, other, prefix, bit) => {
          const near = Uint8Array.from(base);
          near[bit >> 3] = (near[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
          for (const candidate of [other, near, base]) {
            const list = new BlockList();
            list.addSubnet(base.join('.'), prefix);
            expect(prefixMatches(candidate, base, prefix)).toBe(list.check(candidate.join('.')));
          }
        },
      ),
    );
  });

  it('know the broadcast address of their subnet', () => {
    expect(subnetBroadcast('10.0.0.1', 24)).toBe('10.0.0.255');
    expect(subnetBroadcast('172.16.5.4', 12)).toBe('172.31.255.255');
    expect(subnetBroadcast('192.168.7.77', 26)).toBe('192.168.7.127');
    expect(subnetBroadcast('10.0.0.1', 30)).toBe('10.0.0.3');
    for (const prefix of [0, 31, 32]) expect(subnetBroadcast('10.0.0.1', prefix)).toBeUndefined();
    expect(subnetBroadcast('fd00::1', 64)).toBeUndefined();
    fc.assert(
      fc.property(ipv4Bytes, fc.integer({ min: 1, max: 30 }), (bytes, prefix) => {
        const broadcast = parseIpAddress(subnetBroadcast(bytes.join('.'), prefix) ?? '');
        expect(broadcast && prefixMatches(broadcast.bytes, bytes, prefix)).toBe(true);
        const ones = [...(broadcast?.bytes ?? [])].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        expect(ones.slice(prefix)).toBe('1'.repeat(32 - prefix));
      }),
    );
  });
});

describe('isOnLocalSubnet', () => {
  const interfaces = [local('10.0.0.1', 24), local('fd00::1', 64), local('fe80::1%eth0', 64)];

  it.each(['10.0.0.2', '10.0.0.1', '10.0.0.254', '::ffff:10.0.0.9', 'fd00::abcd', 'fe80::2%eth0'])(
    'takes %s',
    (host) => {
      expect(isOnLocalSubnet(host, interfaces)).toBe(true);
    },
  );

  it.each([
    '10.0.1.2',
    '10.0.0.0',
    '10.0.0.255',
    '224.0.0.251',
    '255.255.255.255',
    '0.0.0.0',
    '127.0.0.1',
    '::ffff:10.0.1.9',
    'fd01::1',
    'fd00::1%eth0',
    'fe80::2',
    'fe80::2%eth1',
    'ff02::1%eth0',
    '::',
    '::1',
    'alice.local',
    '',
  ])('refuses %s', (host) => {
    expect(isOnLocalSubnet(host, interfaces)).toBe(false);
  });

  it('says yes to nothing without interfaces', () => {
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (host) => !isOnLocalSubnet(host, [])));
  });

  it('never says yes to what one machine can’t have', () => {
    const everywhere = [local('10.0.0.1', 0), local('fd00::1', 0)];
    fc.assert(
      fc.property(fc.oneof(ipv4Bytes, ipv6Bytes), (bytes) => {
        const address = { family: bytes.length === 4 ? (4 as const) : (6 as const), bytes };
        if (!isUnicast(address)) expect(isOnLocalSubnet(formatIpAddress(address), everywhere)).toBe(false);
      }),
    );
  });
});
