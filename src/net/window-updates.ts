// Yamux grants the other end new room after each single message: one more packet, encrypted, written, read and decrypted
// for every text. As in other implementations of Yamux, it is told here only when half of the window is used up. A
// sender that has room for less than half a window is told at the latest then, so nobody ever waits for what is kept.

import type { MessageStream } from '@libp2p/interface';

const HEADER_BYTES = 12;
const TYPE_WINDOW_UPDATE = 1;
/** Streams for which something is kept; closed ones are among them. */
const MAX_KEPT = 128;

/** Keeps small window updates that are sent on this carrier back, and adds them up. */
export function gatherWindowUpdates(carrier: MessageStream, windowBytes: number): void {
  const send = carrier.send.bind(carrier);
  /** By stream id: bytes that the other end may send and does not know of; the quietest stream first. */
  const kept = new Map<number, number>();
  carrier.send = (data) => {
    if (!(data instanceof Uint8Array) || data.length !== HEADER_BYTES) return send(data);
    const view = new DataView(data.buffer, data.byteOffset, HEADER_BYTES);
    if (view.getUint8(1) !== TYPE_WINDOW_UPDATE) return send(data);
    const flags = view.getUint16(2);
    const streamId = view.getUint32(4);
    const grantedBytes = view.getUint32(8) + (kept.get(streamId) ?? 0);
    kept.delete(streamId);
    // With a flag it also opens, accepts or ends a stream: that can't wait.
    if (flags !== 0 || grantedBytes >= windowBytes / 2) {
      view.setUint32(8, grantedBytes);
      return send(data);
    }
    kept.set(streamId, grantedBytes);
    const quietest = kept.entries().next();
    // Told rather than forgotten: if that stream is still there, its sender would lose this room for ever.
    if (kept.size <= MAX_KEPT || quietest.done === true) return true;
    kept.delete(quietest.value[0]);
    return send(windowUpdate(...quietest.value));
  };
}

function windowUpdate(streamId: number, grantedBytes: number): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES);
  const view = new DataView(frame.buffer);
  view.setUint8(1, TYPE_WINDOW_UPDATE);
  view.setUint32(4, streamId);
  view.setUint32(8, grantedBytes);
  return frame;
}
