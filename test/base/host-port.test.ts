// Addresses as people write them.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MmchatError } from '../../src/base/errors.ts';
import { formatHostPort, requireHostPort } from '../../src/base/host-port.ts';

describe('requireHostPort', () => {
  it.each([
    ['192.168.1.2:9011', '192.168.1.2', 9011],
    [' alice-laptop.local:1 ', 'alice-laptop.local', 1],
    ['[fd00:0::5]:65535', 'fd00::5', 65_535],
    ['[fe80::1%eth0]:9011', 'fe80::1%eth0', 9011],
    ['/ip4/10.0.0.1/tcp/9011', '10.0.0.1', 9011],
    ['/ip6/fd00::1/tcp/9011', 'fd00::1', 9011],
    ['/ip6zone/eth0/ip6/fe80::1/tcp/9011', 'fe80::1%eth0', 9011],
    ['/dns4/bob.lan/tcp/9011', 'bob.lan', 9011],
    ['/ip4/10.0.0.1/tcp/9011/p2p/12D3KooWAfPDpPRRRBrmqy9is2zjU5srQ4hKuZitiGmh4NTTpS2d', '10.0.0.1', 9011],
  ])('reads %s', (text, host, port) => {
    expect(requireHostPort(text)).toEqual({ host, port });
  });

  it.each([
    '',
    '9011',
    'bob',
    ':9011',
    'bob:0',
    'bob:65536',
    'bob:-1',
    'bob:90x',
    'fd00::1:9011',
    '[bob]:9011',
    '[]:9011',
    '[fd00::1]',
    '1.2.3:9011',
    '1.2.3.256:9011',
    'b ob:9011',
    '-bob:9011',
    `${'a'.repeat(254)}:1`,
    'x'.repeat(100_000),
    '/ip4/10.0.0.1',
    '/ip4/10.0.0.1/udp/9011',
    '/ip4/10.0.0/tcp/1',
    '/nonsense',
    '\u001b[2J:9011',
  ])('refuses %j with one sentence', (text) => {
    expect(() => requireHostPort(text)).toThrow(MmchatError);
    expect(() => requireHostPort(text)).toThrow(/^"\P{Cc}*" is no address: \P{Cc}*\.$/u);
  });

  it('reads back what formatHostPort writes', () => {
    const hosts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant('fe80::1%wlan0'));
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const once = requireHostPort(formatHostPort({ host, port }));
        expect(once.port).toBe(port);
        expect(requireHostPort(formatHostPort(once))).toEqual(once);
      }),
    );
  });

  it('throws nothing but its own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, slash) => {
        try {
          requireHostPort(slash ? `/${text}` : text);
        } catch (error) {
          expect(error).toBeInstanceOf(MmchatError);
        }
      }),
    );
  });
});
