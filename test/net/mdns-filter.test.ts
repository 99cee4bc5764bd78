// Packets that never reach the library's decoder.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import type { LocalAddress } from '../../src/base/ip-address.ts';
import { concernsUs, LONGEST_PACKET_BYTES, MOST_RECORDS } from '../../src/net/mdns-filter.ts';

const LOCAL: readonly LocalAddress[] = [
  { name: 'eth0', address: '10.0.0.1', family: 4, prefixLength: 24, internal: false },
];
const OWN = 'aaaaaaaaaaaaaaaa';

function packet(kind: 'query' | 'response', body: string, records = 1): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(kind === 'response' ? 0x8400 : 0, 2);
  header.writeUInt16BE(records, 6);
  return Buffer.concat([header, Buffer.from(body)]);
}
const passes = (message: Buffer, from = '10.0.0.2'): boolean =>
  concernsUs(message, from, { instanceId: OWN, local: LOCAL });

describe('concernsUs', () => {
  it('lets through what names our service', () => {
    expect(passes(packet('response', '\u0007_mmchat\u0004_tcp'))).toBe(true);
    expect(passes(packet('query', '\u0007_mmchat\u0004_tcp'))).toBe(true);
    expect(passes(packet('query', '\u0009_services\u0007_dns-sd'))).toBe(true);
    expect(passes(packet('query', `\u0010${OWN}\u0005local`))).toBe(true);
  });

  it('keeps out other services, own echoes and foreign subnets', () => {
    expect(passes(packet('response', '\u0004_ipp\u0004_tcp'))).toBe(false);
    expect(passes(packet('query', '\u0004_ipp\u0004_tcp'))).toBe(false);
    expect(passes(packet('response', `\u0007_mmchat ${OWN}`))).toBe(false);
    expect(passes(packet('response', '_mmchat'), '10.0.1.2')).toBe(false);
    expect(passes(packet('response', '_mmchat'), '8.8.8.8')).toBe(false);
  });

  it('keeps out what would be dear to decode', () => {
    expect(passes(packet('response', '_mmchat', MOST_RECORDS))).toBe(true);
    expect(passes(packet('response', '_mmchat', MOST_RECORDS + 1))).toBe(false);
    expect(passes(packet('response', '_mmchat' + 'x'.repeat(LONGEST_PACKET_BYTES)))).toBe(false);
    expect(passes(Buffer.from('_mmchat'))).toBe(false);
    expect(passes(Buffer.alloc(0))).toBe(false);
  });
});
