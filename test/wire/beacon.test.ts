// The beacon codec: round trip, layout, and that nothing but WireError comes of other bytes.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import { decodeBeacon, encodeBeacon, LONGEST_BEACON_BYTES, type Beacon } from '../../src/wire/beacon.ts';

const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const common = { instanceId: exactly(8).map(toHex), port: fc.integer({ min: 1, max: 0xffff }) };
const beacons: fc.Arbitrary<Beacon> = fc.oneof(
  fc.record({ ...common, network: fc.constant('open' as const), publicKey: exactly(32) }),
  fc.record({ ...common, network: fc.constant('closed' as const), tag: exactly(8) }),
);

function decodeOrWireError(bytes: Uint8Array): Beacon | undefined {
  try {
    return decodeBeacon(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return undefined;
  }
}

describe('beacons', () => {
  it('come back as they were, whatever is appended and wherever they lie', () => {
    fc.assert(
      fc.property(
        beacons,
        fc.uint8Array({ maxLength: 50 }),
        fc.uint8Array({ maxLength: 9 }),
        (beacon, after, before) => {
          const bytes = encodeBeacon(beacon);
          expect(bytes.length).toBeLessThanOrEqual(LONGEST_BEACON_BYTES);
          const placed = concatBytes(before, bytes, after).subarray(before.length);
          expect(decodeBeacon(placed)).toEqual(beacon);
        },
      ),
    );
  });

  it('have the documented layout', () => {
    const bytes = encodeBeacon({
      instanceId: '0102030405060708',
      port: 9011,
      network: 'closed',
      tag: new Uint8Array(8).fill(0xaa),
    });
    expect(toHex(bytes)).toBe('4d4d50325001010102030405060708' + '2333' + 'aaaaaaaaaaaaaaaa');
  });

  it('are refused when cut anywhere', () => {
    fc.assert(
      fc.property(beacons, (beacon) => {
        const bytes = encodeBeacon(beacon);
        for (let length = 0; length < bytes.length; length++)
          expect(() => decodeBeacon(bytes.subarray(0, length))).toThrow(WireError);
      }),
    );
  });

  it('give a beacon or a WireError after any mutation', () => {
    fc.assert(
      fc.property(beacons, fc.nat(60), fc.nat(255), (beacon, at, value) => {
        const bytes = encodeBeacon(beacon);
        bytes[at % bytes.length] = value;
        const decoded = decodeOrWireError(bytes);
        if (decoded !== undefined) expect(decoded.instanceId).toMatch(/^[0-9a-f]{16}$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('give a WireError for noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(decodeOrWireError(bytes)).toBeUndefined();
      }),
    );
  });

  it('are refused with another version or port 0, and taken with unknown flags', () => {
    const beacon: Beacon = { instanceId: 'ff'.repeat(8), port: 1, network: 'open', publicKey: new Uint8Array(32) };
    const change = (at: number, value: number): Uint8Array => encodeBeacon(beacon).fill(value, at, at + 1);
    expect(() => decodeBeacon(change(5, 2))).toThrow('another version');
    expect(() => decodeBeacon(change(16, 0))).toThrow('no port');
    expect(decodeBeacon(change(6, 0xfe))).toEqual(beacon);
  });

  it('can’t be made of fields of the wrong length', () => {
    const good = { instanceId: '00'.repeat(8), port: 1, network: 'closed' as const, tag: new Uint8Array(8) };
    for (const wrong of [{ instanceId: '00' }, { port: 0 }, { port: 65_536 }, { tag: new Uint8Array(7) }])
      expect(() => encodeBeacon({ ...good, ...wrong })).toThrow(RangeError);
  });
});
