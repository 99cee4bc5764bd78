// Window updates of Yamux are gathered, and none is lost.
import '../../src/base/platform.ts';
import type { MessageStream } from '@libp2p/interface';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherWindowUpdates } from '../../src/net/window-updates.ts';

const WINDOW_BYTES = 1_000;
const FLAG_FIN = 4;

interface Update {
  readonly streamId: number;
  readonly bytes: number;
  readonly flags: number;
}

function frameOf({ streamId, bytes, flags }: Update, type = 1): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint8(1, type);
  view.setUint16(2, flags);
  view.setUint32(4, streamId);
  view.setUint32(8, bytes);
  return new Uint8Array(view.buffer);
}

function updateOf(frame: Uint8Array): Update {
  const view = new DataView(frame.buffer, frame.byteOffset);
  return { flags: view.getUint16(2), streamId: view.getUint32(4), bytes: view.getUint32(8) };
}

/** What goes out of a carrier that gathers. */
function gathering(): { send: (frame: Uint8Array) => void; sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  const carrier = { send: (frame: Uint8Array) => sent.push(frame) > 0 } as unknown as MessageStream;
  gatherWindowUpdates(carrier, WINDOW_BYTES);
  return { send: (frame) => void carrier.send(frame), sent };
}

const someUpdate = fc.record({
  streamId: fc.integer({ min: 1, max: 300 }),
  bytes: fc.integer({ min: 0, max: WINDOW_BYTES }),
  flags: fc.constantFrom(0, 0, 0, 0, FLAG_FIN),
});

describe('window updates', () => {
  it('add up to what was granted, but for less than half a window of each stream', () => {
    fc.assert(
      fc.property(fc.array(someUpdate, { maxLength: 2_000 }), (updates) => {
        const { send, sent } = gathering();
        const missing = new Map<number, number>();
        const add = (streamId: number, bytes: number): void =>
          void missing.set(streamId, (missing.get(streamId) ?? 0) + bytes);
        for (const update of updates) {
          add(update.streamId, update.bytes);
          send(frameOf(update));
          for (const { streamId, bytes } of sent.splice(0).map(updateOf)) add(streamId, -bytes);
          for (const bytes of missing.values()) expect(bytes >= 0 && bytes < WINDOW_BYTES / 2).toBe(true);
        }
        expect([...missing.values()].filter((bytes) => bytes > 0).length).toBeLessThanOrEqual(128);
      }),
      { numRuns: 50 },
    );
  });

  it('with a flag go out at once', () => {
    const { send, sent } = gathering();
    send(frameOf({ streamId: 3, bytes: 10, flags: 0 }));
    send(frameOf({ streamId: 3, bytes: 0, flags: FLAG_FIN }));
    expect(sent.map(updateOf)).toEqual([{ streamId: 3, bytes: 10, flags: FLAG_FIN }]);
  });

  it('are all that is kept back', () => {
    const { send, sent } = gathering();
    const ping = frameOf({ streamId: 0, bytes: 7, flags: 1 }, 2);
    const data = new Uint8Array(40);
    send(ping);
    send(data);
    expect(sent).toEqual([ping, data]);
  });
});
