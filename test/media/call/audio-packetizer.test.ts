// What goes into packets, and what does not.

import '../../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { AudioPacketizer } from '../../../src/media/call/audio-packetizer.ts';
import { decodeRed } from '../../../src/wire/media/red.ts';

function frame(byte: number, length = 60): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

describe('the packetizer', () => {
  it('sends frames as they are when no copies are asked for; the first of a talk is marked', () => {
    const packetizer = new AudioPacketizer();
    expect(packetizer.packet(frame(1), 480, 0)).toEqual({
      payloadType: 111,
      marker: true,
      timestamp: 480,
      payload: frame(1),
    });
    expect(packetizer.packet(frame(2), 960, 0)).toMatchObject({ payloadType: 111, marker: false });
    expect(packetizer.packet(new Uint8Array(), 1_440, 2)).toBeUndefined();
    expect(packetizer.packet(frame(3), 1_920, 0)).toMatchObject({ marker: true });
  });

  it('adds copies of the frames before, oldest first, also where timestamps wrap', () => {
    const packetizer = new AudioPacketizer();
    const start = 0xffff_ffff - 479;
    packetizer.packet(frame(1), start, 2);
    packetizer.packet(frame(2), 0, 2);
    const packet = packetizer.packet(frame(3), 480, 2)!;
    expect(packet).toMatchObject({ payloadType: 112, timestamp: 480 });
    expect(decodeRed(Uint8Array.from(packet.payload))).toEqual({
      payloadType: 111,
      payload: frame(3),
      older: [
        { payloadType: 111, timestampOffset: 960, payload: frame(1) },
        { payloadType: 111, timestampOffset: 480, payload: frame(2) },
      ],
    });
    const one = packetizer.packet(frame(4), 960, 1)!;
    expect(decodeRed(Uint8Array.from(one.payload)).older).toEqual([
      { payloadType: 111, timestampOffset: 480, payload: frame(3) },
    ]);
  });

  it('sends no copies of what was before a silence, nor what does not fit', () => {
    const packetizer = new AudioPacketizer();
    packetizer.packet(frame(1), 0, 2);
    expect(packetizer.packet(frame(2), 48_000, 2)?.payloadType).toBe(111);
    packetizer.packet(frame(3, 1_100), 48_480, 2);
    expect(packetizer.packet(frame(4), 48_960, 2)?.payloadType).toBe(111);
    packetizer.packet(frame(5, 700), 49_440, 2);
    expect(packetizer.packet(frame(6, 700), 49_920, 2)?.payloadType).toBe(111);
  });
});
